#include "context/ignore.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "context/text.h"

namespace fimd::context {
namespace {

constexpr std::string_view kSpecial = "*?[\\";

// A line without its trailing blanks; an escaped blank stays.
std::string_view without_trailing_blanks(std::string_view line) {
  size_t end = 0;
  for (size_t i = 0; i < line.size(); ++i) {
    if (line[i] == ' ') continue;
    if (line[i] == '\\') {
      if (i + 1 == line.size()) return line;
      ++i;
    }
    end = i + 1;
  }
  return line.substr(0, end);
}

using Set = std::bitset<256>;

// The bytes of [:name:]; false for an unknown name.
bool named_class(std::string_view name, Set& set) {
  using Test = int (*)(int);
  static constexpr std::array<std::pair<std::string_view, Test>, 12> kClasses = {{
      {"alnum", std::isalnum},
      {"alpha", std::isalpha},
      {"blank", std::isblank},
      {"cntrl", std::iscntrl},
      {"digit", std::isdigit},
      {"graph", std::isgraph},
      {"lower", std::islower},
      {"print", std::isprint},
      {"punct", std::ispunct},
      {"space", std::isspace},
      {"upper", std::isupper},
      {"xdigit", std::isxdigit},
  }};
  const auto found = std::find_if(kClasses.begin(), kClasses.end(), [&](const auto& c) { return c.first == name; });
  if (found == kClasses.end()) return false;
  for (int b = 0; b < 128; ++b) {
    if (found->second(b) != 0) set.set(static_cast<size_t>(b));
  }
  return true;
}

}  // namespace

char IgnorePattern::folded(char c) const {
  return letters_ == Case::ignored && c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

IgnorePattern::IgnorePattern(std::string_view line, Case letters) : letters_(letters) {
  std::string_view glob = without_trailing_blanks(line);
  if (glob.starts_with('!')) {
    negated_ = true;
    glob.remove_prefix(1);
  }
  if (glob.ends_with('/')) {
    directory_only_ = true;
    glob.remove_suffix(1);
  }
  whole_path_ = glob.find('/') != std::string_view::npos;
  if (glob.starts_with('/')) glob.remove_prefix(1);
  if (glob.empty()) return;
  std::string lower(glob);
  std::transform(lower.begin(), lower.end(), lower.begin(), [this](char c) { return folded(c); });
  const bool literal = glob.find_first_of(kSpecial) == std::string_view::npos;
  const bool ending = !whole_path_ && glob[0] == '*' && glob.find_first_of(kSpecial, 1) == std::string_view::npos;
  if (literal || ending) {
    shape_ = literal ? Shape::literal : Shape::ending;
    text_ = literal ? lower : lower.substr(1);
    return;
  }
  shape_ = Shape::program;
  // Classes like [[:upper:]] keep their meaning only if the names in them are not folded; folding is for bytes.
  compile(glob);
}

void IgnorePattern::compile(std::string_view glob) {
  using Kind = Op::Kind;
  for (size_t i = 0; i < glob.size(); ++i) {
    const char c = glob[i];
    if (c == '?') {
      ops_.push_back({Kind::any_byte, 0});
    } else if (c == '[') {
      if (!compile_class(glob, i)) {
        shape_ = Shape::never;
        return;
      }
    } else if (c == '*') {
      const size_t from = i;
      while (i + 1 < glob.size() && glob[i + 1] == '*') ++i;
      // git compares the literal beginning of a pattern first and forgets it, so what follows "starts" as well.
      const bool starts = (from > 0 && glob[from - 1] == '/') || glob.find_first_of(kSpecial) == from;
      const bool slash = glob.substr(i + 1).starts_with('/') || glob.substr(i + 1).starts_with("\\/");
      if (i == from || !starts || !(slash || i + 1 == glob.size()) || !whole_path_) {
        ops_.push_back({Kind::run, 0});
      } else if (!slash) {
        ops_.push_back({Kind::rest, 0});
      } else {
        i += glob[i + 1] == '/' ? 1 : 2;
        ops_.push_back({Kind::directories, 0});
      }
    } else {
      if (c == '\\' && ++i == glob.size()) {
        shape_ = Shape::never;
        return;
      }
      ops_.push_back({Kind::byte, static_cast<uint8_t>(folded(glob[i]))});
    }
  }
}

// A class from the '[' at i; leaves i at its ']'. False if it has no end or names an unknown class.
bool IgnorePattern::compile_class(std::string_view glob, size_t& i) {
  const auto at = [&](size_t k) { return k < glob.size() ? glob[k] : '\0'; };
  const auto byte = [](char c) { return static_cast<size_t>(static_cast<unsigned char>(c)); };
  Set set;
  size_t p = i + 1;
  const bool negated = at(p) == '!' || at(p) == '^';
  if (negated) ++p;
  bool first = true;
  for (char before = '\0'; first || at(p) != ']'; first = false, ++p) {
    char c = at(p);
    if (c == '\0') return false;
    if (c == '\\') {
      c = at(++p);
      if (c == '\0') return false;
      set.set(byte(c));
    } else if (c == '-' && before != '\0' && at(p + 1) != '\0' && at(p + 1) != ']') {
      c = at(++p);
      if (c == '\\') c = at(++p);
      if (c == '\0') return false;
      for (size_t b = byte(before); b <= byte(c); ++b) set.set(b);
      c = '\0';
    } else if (c == '[' && at(p + 1) == ':') {
      const size_t end = glob.find(']', p + 2);
      if (end == std::string_view::npos) return false;
      if (end > p + 2 && glob[end - 1] == ':') {
        if (!named_class(glob.substr(p + 2, end - 1 - (p + 2)), set)) return false;
        p = end;
        c = '\0';
      } else {
        set.set(byte('['));
      }
    } else {
      set.set(byte(c));
    }
    before = c;
  }
  if (letters_ == Case::ignored) {
    for (size_t b = 'A'; b <= 'Z'; ++b) {
      if (set[b]) set.set(b + ('a' - 'A'));
    }
  }
  if (negated) set.flip();
  if (classes_.size() > 250) return false;
  ops_.push_back({Op::Kind::one_of, static_cast<uint8_t>(classes_.size())});
  classes_.push_back(set);
  i = p;
  return true;
}

bool IgnorePattern::fits(const Op& op, char c) const {
  switch (op.kind) {
    case Op::Kind::byte: return static_cast<uint8_t>(folded(c)) == op.value;
    case Op::Kind::any_byte: return c != '/';
    case Op::Kind::one_of: return c != '/' && classes_[op.value][static_cast<unsigned char>(folded(c))];
    default: return false;
  }
}

// A run of any bytes never crosses a slash, so of all runs only the last one in this name can still be lengthened; of
// all "**/" only the last one matters, too. Two saved places therefore do, and the time is quadratic at worst.
bool IgnorePattern::run(std::string_view text) const {
  constexpr size_t kNone = std::string_view::npos;
  size_t op = 0, t = 0, run_op = kNone, run_at = 0, directories_op = kNone, directories_at = 0;
  while (true) {
    if (op == ops_.size() && t == text.size()) return true;
    if (op < ops_.size()) {
      const Op& o = ops_[op];
      if (o.kind == Op::Kind::rest) return true;
      if (o.kind == Op::Kind::directories) {
        directories_op = ++op;
        directories_at = t;
        run_op = kNone;
        continue;
      }
      if (o.kind == Op::Kind::run) {
        run_op = ++op;
        run_at = t;
        continue;
      }
      if (t < text.size() && fits(o, text[t])) {
        if (text[t] == '/') run_op = kNone;
        ++op, ++t;
        continue;
      }
    }
    if (run_op != kNone && run_at < text.size() && text[run_at] != '/') {
      t = ++run_at;
      op = run_op;
    } else if (directories_op != kNone && text.find('/', directories_at) != kNone) {
      t = directories_at = text.find('/', directories_at) + 1;
      op = directories_op;
      run_op = kNone;
    } else {
      return false;
    }
  }
}

bool IgnorePattern::matches(std::string_view path, std::string_view name, bool is_directory) const {
  if (shape_ == Shape::never || (directory_only_ && !is_directory)) return false;
  const std::string_view text = whole_path_ ? path : name;
  if (shape_ == Shape::program) return run(text);
  if (text.size() < text_.size() || (shape_ == Shape::literal && text.size() != text_.size())) return false;
  return std::equal(text_.begin(), text_.end(), text.end() - static_cast<ptrdiff_t>(text_.size()),
                    [this](char a, char b) { return a == folded(b); });
}

IgnoreList::IgnoreList(std::string_view file, Case letters) {
  if (file.starts_with("\xef\xbb\xbf")) file.remove_prefix(3);
  while (!file.empty()) {
    const std::string_view line = take_line(file);
    if (line.empty() || line[0] == '#') continue;
    // What follows a NUL does not exist for git.
    patterns_.emplace_back(line.substr(0, line.find('\0')), letters);
  }
}

Verdict IgnoreList::verdict(std::string_view path, bool is_directory) const {
  const size_t slash = path.rfind('/');
  const std::string_view name = slash == std::string_view::npos ? path : path.substr(slash + 1);
  for (auto p = patterns_.rbegin(); p != patterns_.rend(); ++p) {
    if (p->matches(path, name, is_directory)) return p->negated() ? Verdict::included : Verdict::ignored;
  }
  return Verdict::none;
}

namespace {

template <class Strings>
IgnoreList list_of(const Strings& patterns, Case letters) {
  std::string file;
  for (const auto& pattern : patterns) {
    file += pattern;
    file += '\n';
  }
  return IgnoreList(file, letters);
}

}  // namespace

Globs::Globs(std::span<const std::string> patterns, Case letters) : list_(list_of(patterns, letters)) {}
Globs::Globs(std::span<const std::string_view> patterns, Case letters) : list_(list_of(patterns, letters)) {}

bool matches_any(const std::vector<std::string>& globs, std::string_view path) {
  return !globs.empty() && Globs(std::span<const std::string>(globs)).match(path);
}

bool Globs::match_entry(std::string_view path, bool is_directory) const {
  return !list_.empty() && list_.verdict(path, is_directory) == Verdict::ignored;
}

bool Globs::match(std::string_view path, bool is_directory) const {
  while (path.starts_with('/')) path.remove_prefix(1);
  for (size_t slash = path.find('/'); slash != std::string_view::npos; slash = path.find('/', slash + 1)) {
    if (match_entry(path.substr(0, slash), true)) return true;
  }
  return match_entry(path, is_directory);
}

}  // namespace fimd::context

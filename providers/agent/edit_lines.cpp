#include "providers/agent/edit_lines.h"

#include <algorithm>
#include <array>

namespace fimd::providers::agent {
namespace {

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\r';
}

// The plain form of a typographic character that begins here, and its length; 0: none does.
struct Plain {
  char plain = 0;
  size_t bytes = 0;
};
Plain plain_form(std::string_view text) {
  const auto byte = [&](size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
  if (byte(0) == 0xC2 && byte(1) == 0xA0) return {' ', 2};
  if (byte(0) < 0xE2 || byte(0) > 0xE3 || (byte(1) & 0xC0U) != 0x80 || (byte(2) & 0xC0U) != 0x80) return {};
  const uint32_t c = (byte(0) & 0xFU) << 12 | (byte(1) & 0x3FU) << 6 | (byte(2) & 0x3FU);
  if ((c >= 0x2010 && c <= 0x2015) || c == 0x2212) return {'-', 3};
  if (c >= 0x2018 && c <= 0x201B) return {'\'', 3};
  if (c >= 0x201C && c <= 0x201F) return {'"', 3};
  if ((c >= 0x2002 && c <= 0x200A) || c == 0x202F || c == 0x205F || c == 0x3000) return {' ', 3};
  return {};
}

std::string collapsed(std::string_view text) {
  std::string out;
  for (const char c : trimmed(text)) {
    if (!is_space(c))
      out += c;
    else if (!out.ends_with(' '))
      out += ' ';
  }
  return out;
}

bool is_quote(char c) {
  return c == '"' || c == '\'' || c == '`';
}

}  // namespace

Lines lines_of(std::string_view text) {
  Lines out;
  while (!text.empty()) {
    const size_t end = text.find('\n');
    out.push_back(text.substr(0, end));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return out;
}

std::string_view right_trimmed(std::string_view line) {
  while (!line.empty() && is_space(line.back())) line.remove_suffix(1);
  return line;
}

std::string_view trimmed(std::string_view line) {
  while (!line.empty() && is_space(line.front())) line.remove_prefix(1);
  return right_trimmed(line);
}

std::string key_of(std::string_view line, Key key) {
  switch (key) {
    case Key::right_trimmed: return std::string(right_trimmed(line));
    case Key::trimmed: return std::string(trimmed(line));
    case Key::collapsed: return collapsed(line);
    case Key::folded: return collapsed(folded(line));
  }
  return {};
}

std::string folded(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const Plain p = plain_form(text);
    out += p.bytes > 0 ? p.plain : text.front();
    text.remove_prefix(std::max<size_t>(p.bytes, 1));
  }
  return out;
}

std::string unescaped(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size() && (is_quote(text[i + 1]) || text[i + 1] == '\\')) ++i;
    out += text[i];
  }
  return out;
}

bool all_quotes_escaped(std::string_view text) {
  bool any = false;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\') {
      any = any || (i + 1 < text.size() && is_quote(text[i + 1]));
      ++i;
    } else if (is_quote(text[i])) {
      return false;
    }
  }
  return any;
}

std::vector<size_t> find_block(const Lines& file, const Lines& block, Key key, size_t limit) {
  if (block.empty() || block.size() > file.size()) return {};
  std::unordered_map<std::string, uint32_t> ids;  // of the lines of the block; 0: any other line
  std::vector<uint32_t> want;
  for (const auto line : block)
    want.push_back(ids.emplace(key_of(line, key), static_cast<uint32_t>(ids.size() + 1)).first->second);
  std::vector<size_t> border(want.size(), 0);  // of Knuth, Morris and Pratt
  for (size_t i = 1, k = 0; i < want.size(); ++i) {
    while (k > 0 && want[i] != want[k]) k = border[k - 1];
    if (want[i] == want[k]) ++k;
    border[i] = k;
  }
  std::vector<size_t> out;
  for (size_t i = 0, k = 0; i < file.size() && out.size() < limit; ++i) {
    const auto id = ids.find(key_of(file[i], key));
    const uint32_t have = id == ids.end() ? 0 : id->second;
    while (k > 0 && (k == want.size() || have != want[k])) k = border[k - 1];
    if (have == want[k]) ++k;
    if (k == want.size()) out.push_back(i + 1 - k);
  }
  return out;
}

size_t columns(std::string_view line, size_t tab) {
  size_t n = 0;
  for (const char c : line) {
    if (c == '\t')
      n += tab - n % tab;
    else if (c == ' ')
      ++n;
    else
      break;
  }
  return n;
}

std::string indentation(size_t columns, bool tabs, size_t tab) {
  if (!tabs) return std::string(columns, ' ');
  return std::string(columns / tab, '\t') + std::string(columns % tab, ' ');
}

Indent indent_of(std::span<const std::string_view> lines) {
  size_t tabs = 0, blanks = 0, last = 0;
  std::array<size_t, 9> steps{};
  for (const std::string_view line : lines) {
    if (is_blank(line)) continue;
    const size_t n = columns(line, 1);
    if (line.front() == '\t') ++tabs;
    if (line.front() == ' ') ++blanks;
    const size_t step = n > last ? n - last : last - n;
    if (line.front() != '\t' && step < steps.size()) ++steps[step];
    last = n;
  }
  steps[0] = steps[1] = 0;  // one blank is alignment
  const auto most = std::max_element(steps.begin(), steps.end());
  return {tabs > blanks, *most == 0 ? 4 : static_cast<size_t>(most - steps.begin())};
}

Reindent::Reindent(const Lines& old_lines, const Lines& file_lines, Indent whole)
    : model_(indent_of(old_lines)), file_(indent_of(file_lines)) {
  const auto indented = [](std::string_view l) { return !is_blank(l) && (l.front() == ' ' || l.front() == '\t'); };
  if (std::none_of(file_lines.begin(), file_lines.end(), indented)) file_ = whole;
  // A tab is as wide as makes most sense: the lines are then where they should be, or all off by the same.
  size_t best = 3;
  for (const size_t tab : {file_.tabs ? model_.unit : file_.unit, size_t{4}, size_t{2}, size_t{8}}) {
    Reindent trial = *this;
    trial.tab_ = tab;
    trial.learn(old_lines, file_lines);
    const size_t rank = !trial.constant_ ? 2U : trial.shift_ != 0 ? 1U : 0U;
    if (rank >= best) continue;
    best = rank;
    *this = std::move(trial);
  }
}

void Reindent::learn(const Lines& old_lines, const Lines& file_lines) {
  bool first = true;
  for (size_t i = 0; i < std::min(old_lines.size(), file_lines.size()); ++i) {
    if (is_blank(old_lines[i]) || is_blank(file_lines[i])) continue;
    const size_t from = columns(old_lines[i], tab_), to = columns(file_lines[i], tab_);
    const ptrdiff_t shift = static_cast<ptrdiff_t>(to) - static_cast<ptrdiff_t>(from);
    if (first) {
      shift_ = shift;
      first_old_ = from;
      first_file_ = to;
    }
    first = false;
    constant_ = constant_ && shift == shift_;
    known_.emplace(from, to);
  }
}

std::string Reindent::apply(std::string_view line) const {
  if (is_blank(line)) return "";
  const size_t from = columns(line, tab_);
  auto to = static_cast<ptrdiff_t>(from) + shift_;
  if (const auto k = known_.find(from); !constant_ && k != known_.end()) {
    to = static_cast<ptrdiff_t>(k->second);
  } else if (!constant_) {
    const size_t mine = model_.tabs ? tab_ : model_.unit, theirs = file_.tabs ? tab_ : file_.unit;
    ptrdiff_t beside = static_cast<ptrdiff_t>(from) - static_cast<ptrdiff_t>(first_old_);
    if (beside % static_cast<ptrdiff_t>(mine) == 0)
      beside = beside / static_cast<ptrdiff_t>(mine) * static_cast<ptrdiff_t>(theirs);
    to = static_cast<ptrdiff_t>(first_file_) + beside;
  }
  const std::string_view rest = trimmed(line);
  const std::string_view tail = line.substr(static_cast<size_t>(rest.data() - line.data()));
  return indentation(static_cast<size_t>(std::max<ptrdiff_t>(to, 0)), file_.tabs, tab_) + std::string(tail);
}

}  // namespace fimd::providers::agent

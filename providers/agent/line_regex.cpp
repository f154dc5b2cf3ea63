#include "providers/agent/line_regex.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace fimd::providers::agent {
namespace {

constexpr size_t kMostRegexSteps = 5'000;
constexpr size_t kDeepest = 50;
constexpr size_t kMostRepeats = 200;

using Set = std::bitset<256>;

bool is_word(unsigned char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c >= 0x80;
}

std::optional<Set> named_set(char name) {
  Set out;
  for (size_t c = 0; c < 256; ++c) {
    const auto byte = static_cast<unsigned char>(c);
    const char low = static_cast<char>(name | 0x20);
    out[c] = low == 'd'   ? byte >= '0' && byte <= '9'
             : low == 'w' ? is_word(byte)
                          : byte == ' ' || (byte >= 9 && byte <= 13);
  }
  switch (name) {
    case 'd':
    case 'w':
    case 's': return out;
    case 'D':
    case 'W':
    case 'S': return ~out;
    default: return std::nullopt;
  }
}

char plain_escape(char c) {
  return c == 'n' ? '\n' : c == 't' ? '\t' : c == 'r' ? '\r' : c == 'f' ? '\f' : c == 'v' ? '\v' : c;
}

}  // namespace

class RegexParser {
 public:
  using Step = LineRegex::Step;
  using Op = LineRegex::Op;
  using Code = std::vector<Step>;

  explicit RegexParser(std::string_view pattern) : text_(pattern) {
    if (text_.starts_with("(?i)")) {
      fold_ = true;
      at_ = 4;
    }
  }

  Result<LineRegex> run() {
    Code code = alternatives(0);
    if (problem_.empty() && at_ < text_.size()) complain("unmatched )");
    if (!problem_.empty()) return fail(Error::Code::bad_input, problem_);
    code.push_back({Op::match});
    out_.program_ = std::move(code);
    return std::move(out_);
  }

 private:
  [[nodiscard]] bool more() const { return problem_.empty() && at_ < text_.size(); }
  [[nodiscard]] char peek() const { return text_[at_]; }
  void complain(std::string_view what) {
    if (problem_.empty()) problem_ = fmt::format("{} at position {}", what, at_ + 1);
    at_ = text_.size();
  }
  Code& limited(Code& code) {
    if (code.size() > kMostRegexSteps) {
      complain("the expression is too large");
      code.clear();
    }
    return code;
  }
  static void append(Code& code, const Code& more) { code.insert(code.end(), more.begin(), more.end()); }

  Code alternatives(size_t depth) {
    if (depth > kDeepest) complain("groups are nested too deeply");
    Code code = sequence(depth);
    while (more() && peek() == '|') {
      ++at_;
      const Code other = sequence(depth);
      Code both = {{Op::split, 0, 1, static_cast<int32_t>(code.size()) + 2}};
      append(both, code);
      both.push_back({Op::jump, 0, static_cast<int32_t>(other.size()) + 1, 0});
      append(both, other);
      code = std::move(limited(both));
    }
    return code;
  }

  Code sequence(size_t depth) {
    Code code;
    while (more() && peek() != '|' && peek() != ')') {
      append(code, repeated(atom(depth)));
      limited(code);
    }
    return code;
  }

  Code repeated(Code code) {
    while (more()) {
      size_t least = 0, most = 0;
      bool endless = false;
      const char c = peek();
      if (c == '*' || c == '+' || c == '?') {
        ++at_;
        least = c == '+' ? 1 : 0;
        most = 1;
        endless = c != '?';
      } else if (c != '{' || !bounds(least, most, endless)) {
        return code;
      }
      if (more() && (peek() == '?' || peek() == '+')) ++at_;  // lazy or possessive: the same lines match
      code = times(code, least, most, endless);
    }
    return code;
  }

  // "{2}", "{2,}", "{2,5}"; a brace that is none of these is a letter.
  bool bounds(size_t& least, size_t& most, bool& endless) {
    size_t i = at_ + 1;
    const auto number = [&](size_t& n) {
      const size_t from = i;
      for (n = 0; i < text_.size() && text_[i] >= '0' && text_[i] <= '9'; ++i)
        n = std::min<size_t>(n * 10 + static_cast<size_t>(text_[i] - '0'), 100'000);
      return i > from;
    };
    if (!number(least)) return false;
    most = least;
    if (i < text_.size() && text_[i] == ',') {
      ++i;
      endless = !number(most);
      if (endless) most = least;
    }
    if (i >= text_.size() || text_[i] != '}') return false;
    at_ = i + 1;
    if (least > kMostRepeats || most > kMostRepeats) complain("a repeat count is too large");
    if (most < least) complain("a repeat count is the wrong way round");
    return true;
  }

  Code times(const Code& code, size_t least, size_t most, bool endless) {
    Code out;
    const auto length = static_cast<int32_t>(code.size());
    for (size_t i = 0; i < least && out.size() <= kMostRegexSteps; ++i) append(out, code);
    if (endless) {
      out.push_back({Op::split, 0, 1, length + 2});
      append(out, code);
      out.push_back({Op::jump, 0, -length - 1, 0});
    } else {
      for (size_t i = least; i < most && out.size() <= kMostRegexSteps; ++i) {
        out.push_back({Op::split, 0, 1, length + 1});
        append(out, code);
      }
    }
    return std::move(limited(out));
  }

  Code atom(size_t depth) {
    const char c = text_[at_++];
    switch (c) {
      case '(': return group(depth);
      case '[': return one_of();
      case '^': return {{Op::begin}};
      case '$': return {{Op::end}};
      case '.': return set(Set().set());
      case '\\': return escape();
      case '*':
      case '+':
      case '?':
        --at_;
        complain("nothing to repeat");
        return {};
      default: return letter(c);
    }
  }

  Code group(size_t depth) {
    if (text_.substr(at_).starts_with("?:")) {
      at_ += 2;
    } else if (more() && peek() == '?') {
      complain("look-around and named groups are not supported");
      return {};
    }
    Code code = alternatives(depth + 1);
    if (!more() || peek() != ')')
      complain("missing )");
    else
      ++at_;
    return code;
  }

  Code escape() {
    if (at_ >= text_.size()) {
      complain("a backslash at the end");
      return {};
    }
    const char c = text_[at_++];
    if (c == 'b') return {{Op::word}};
    if (c == 'B') return {{Op::no_word}};
    if (const auto named = named_set(c)) return set(*named);
    if (c >= '1' && c <= '9') complain("back-references are not supported");
    return letter(plain_escape(c));
  }

  Code one_of() {
    Set out;
    const bool opposite = more() && peek() == '^';
    if (opposite) ++at_;
    for (bool first = true; more() && (peek() != ']' || first); first = false) {
      char from = text_[at_++];
      if (from == '\\' && more()) {
        const char c = text_[at_++];
        if (const auto named = named_set(c)) {
          out |= *named;
          continue;
        }
        from = c == 'b' ? '\b' : plain_escape(c);
      }
      char to = from;
      if (at_ + 1 < text_.size() && text_[at_] == '-' && text_[at_ + 1] != ']') {
        to = text_[at_ + 1];
        at_ += 2;
        if (to == '\\' && more()) to = plain_escape(text_[at_++]);
      }
      for (auto c = static_cast<unsigned char>(from); c <= static_cast<unsigned char>(to); ++c) {
        out.set(c);
        if (c == 255) break;
      }
    }
    if (!more()) {
      complain("missing ]");
      return {};
    }
    ++at_;
    return set(opposite ? ~out : out);
  }

  Code letter(char c) {
    Set one;
    one.set(static_cast<unsigned char>(c));
    return set(one);
  }

  Code set(Set bytes) {
    for (unsigned char c = 'a'; fold_ && c <= 'z'; ++c) {
      if (bytes[c] || bytes[c - 32U]) bytes.set(c).set(c - 32U);
    }
    out_.sets_.push_back(bytes);
    return {{Op::set, static_cast<uint32_t>(out_.sets_.size() - 1)}};
  }

  std::string_view text_;
  size_t at_ = 0;
  bool fold_ = false;
  std::string problem_;
  LineRegex out_;
};

Result<LineRegex> LineRegex::compile(std::string_view pattern) {
  return RegexParser(pattern).run();
}

bool LineRegex::matches(std::string_view line) const {
  std::vector<uint32_t> now, next, waiting;
  std::vector<size_t> seen(program_.size(), 0);  // the position + 1 at which a step was last entered
  for (size_t at = 0; at <= line.size(); ++at) {
    const bool before = at > 0 && is_word(static_cast<unsigned char>(line[at - 1]));
    const bool behind = at < line.size() && is_word(static_cast<unsigned char>(line[at]));
    next.clear();
    waiting = now;
    waiting.push_back(0);  // a match may begin anywhere
    while (!waiting.empty()) {
      const uint32_t step = waiting.back();
      waiting.pop_back();
      if (seen[step] == at + 1) continue;
      seen[step] = at + 1;
      const Step& s = program_[step];
      const auto go = [&](int32_t by) { waiting.push_back(static_cast<uint32_t>(static_cast<int32_t>(step) + by)); };
      switch (s.op) {
        case Op::match: return true;
        case Op::set:
          if (at < line.size() && sets_[s.set][static_cast<unsigned char>(line[at])]) next.push_back(step + 1);
          break;
        case Op::split:
          go(s.one);
          go(s.other);
          break;
        case Op::jump: go(s.one); break;
        case Op::begin:
          if (at == 0) go(1);
          break;
        case Op::end:
          if (at == line.size()) go(1);
          break;
        case Op::word:
          if (before != behind) go(1);
          break;
        case Op::no_word:
          if (before == behind) go(1);
          break;
      }
    }
    now.swap(next);
  }
  return false;
}

}  // namespace fimd::providers::agent

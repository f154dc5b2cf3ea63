// The end of the suggestion repeats what stands right of the cursor: an insertion would double it.
//
// Brackets and quotes alone are left to the gate `brackets`, which knows whether they are needed.
#include <fmt/core.h>

#include <algorithm>

#include "providers/gates/gate.h"

namespace fimd::providers::gates {
namespace {

constexpr size_t kLongest = 512;  // bytes of an overlap that are looked for

bool is_bracket_or_quote(char c) {
  return is_opener(c) || is_closer(c) || c == '"' || c == '\'' || c == '`' || c == '<' || c == '>';
}

// What kind of character touches its neighbour: two of the same kind make one token.
int kind(char c) {
  if (is_word(c)) return 1;
  if (is_space(c)) return 0;
  return std::string_view("+-*/%=!&|^~?:.").find(c) != std::string_view::npos ? 2 : 0;
}

bool is_boundary(char left, char right) {
  return kind(left) == 0 || kind(left) != kind(right);
}

// Whether taking `size` bytes off the end of `text` leaves whole tokens on both sides, or the overlap is everything
// that stands right of the cursor.
bool is_overlap(std::string_view text, std::string_view right, size_t size, const View& view) {
  const std::string_view shared = right.substr(0, size);
  const bool words = std::any_of(shared.begin(), shared.end(), is_word);
  const bool pairs = std::any_of(shared.begin(), shared.end(), is_bracket_or_quote);
  if (is_blank(shared) || (pairs && !words)) return false;
  if (size == right.size()) return true;
  if (!is_boundary(shared.back(), right[size])) return false;
  if (size == text.size()) return true;
  const bool inside_word = !view.line_before.empty() && is_word(view.line_before.back()) && is_word(right.front());
  return inside_word ? size >= 3 : is_boundary(text[text.size() - size - 1], shared.front());
}

}  // namespace

Verdict suffix_overlap(std::string_view text, const View& view) {
  const std::string_view trimmed = trim_right(text);
  const std::string_view after = trim_right(view.line_after);
  if (after.empty() || trimmed.empty()) return pass(text);
  for (const std::string_view right : {after, trim_left(after)}) {
    for (size_t size = std::min({trimmed.size(), right.size(), kLongest}); size > 0; --size) {
      if (!trimmed.ends_with(right.substr(0, size)) || !is_overlap(trimmed, right, size, view)) continue;
      std::string_view rest = trimmed.substr(0, trimmed.size() - size);
      if (is_space(after.front())) rest = trim_right(rest);
      return cut(rest, fmt::format("{} already stands right of the cursor", quoted(right.substr(0, size))));
    }
  }
  return pass(text);
}

}  // namespace fimd::providers::gates

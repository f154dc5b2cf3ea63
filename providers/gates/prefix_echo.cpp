// The model repeats what stands left of the cursor or above it before it goes on.
#include <fmt/core.h>

#include <algorithm>

#include "providers/gates/gate.h"

namespace fimd::providers::gates {
namespace {

constexpr size_t kMostLines = 8;  // lines above that are compared
constexpr size_t kShortWord = 3;  // a shorter word may well begin with itself

bool has_letter(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) { return is_word(c) && (c < '0' || c > '9') && c != '_'; });
}

std::string_view last_word(std::string_view text) {
  size_t i = text.size();
  while (i > 0 && is_word(text[i - 1])) --i;
  return text.substr(i);
}

// How many brackets a text opens without closing and closes without opening.
struct Balance {
  size_t open = 0, closed = 0;
};

Balance balance(std::string_view text, const Lexis& lexis) {
  ScanState state;
  std::vector<Mark> marks;
  scan(text, lexis, state, marks);
  Balance out;
  for (const Mark& mark : marks) {
    if (mark.quote) continue;
    if (mark.opens)
      ++out.open;
    else if (out.open > 0)
      --out.open;
    else
      ++out.closed;
  }
  return out;
}

// `foo(` may be followed by `foo(x))`; but when what follows closes only what it opens itself, it is an echo.
bool may_nest(std::string_view text, std::string_view head, const View& view) {
  if (balance(head, view.lexis).open == 0) return false;
  return balance(text, view.lexis).closed > 0 || (!view.line_after.empty() && is_closer(view.line_after.front()));
}

std::string_view after_echo(std::string_view rest, const View& view) {
  const bool spaced = !view.line_before.empty() && is_space(view.line_before.back());
  while (spaced && !rest.empty() && rest.front() == ' ') rest.remove_prefix(1);
  return rest;
}

// Whether the same word twice, with a blank between, would be an echo ("return return") and not the language's own way
// ("long long").
bool doubles_word(std::string_view word, const View& view) {
  if (!is_space(view.line_before.back()) || word == "long") return false;
  return view.at.text.utf8.find(fmt::format("{0} {0}", word)) == std::string::npos;
}

// No text goes on in the middle of a line with the indentation of that line, nor in a comment with its mark.
bool repeats_whole_line(std::string_view text, std::string_view head, const View& view) {
  if (head.empty()) return false;
  if (is_space(view.line_before.front()) && text.starts_with(view.line_before)) return true;
  const bool mark = is_comment_line(head, view.lexis) && std::none_of(head.begin(), head.end(), is_word);
  return mark && text.starts_with(head) && text.size() > head.size() && is_space(text[head.size()]);
}

Verdict without_line_echo(std::string_view text, const View& view) {
  const std::string_view head = trim_both(view.line_before);
  const std::string_view body = trim_left(text);
  if (repeats_whole_line(text, head, view)) {
    const size_t size = text.starts_with(view.line_before) ? view.line_before.size() : head.size();
    return cut(after_echo(text.substr(size), view), fmt::format("the model repeated {}", quoted(head)));
  }
  if (head.size() < kShortWord || !has_letter(head) || !body.starts_with(head)) return pass(text);
  if (last_word(head) == head && !doubles_word(head, view)) return pass(text);
  const std::string_view rest = body.substr(head.size());
  if (is_word(head.back()) && !rest.empty() && is_word(rest.front()) && is_space(view.line_before.back())) {
    return pass(text);
  }
  if (may_nest(body, head, view)) return pass(text);
  return cut(after_echo(rest, view), fmt::format("the model repeated {}", quoted(head)));
}

// A half-typed word that the model writes once more in full.
Verdict without_word_echo(std::string_view text, const View& view) {
  const std::string_view word = last_word(view.line_before);
  if (view.place != context::Place::code || word.size() < kShortWord || !has_letter(word)) return pass(text);
  if (!text.starts_with(word)) return pass(text);
  size_t end = word.size();
  while (end < text.size() && is_word(text[end])) ++end;
  const std::string joined = std::string(word) + std::string(text.substr(0, end));
  if (view.at.text.utf8.find(joined) != std::string::npos) return pass(text);
  return cut(text.substr(word.size()), fmt::format("the model repeated {}", quoted(word)));
}

// Whether the first `count` non-blank lines of `lines` are the nearest ones above the cursor, in order.
bool repeats(const std::vector<std::string_view>& lines, size_t count, const std::vector<std::string_view>& above,
             const Lexis& lexis) {
  if (count > above.size()) return false;
  bool telling = false;
  for (size_t i = 0; i < count; ++i) {
    if (trim_both(lines[i]) != trim_both(above[count - 1 - i])) return false;
    telling = telling || (is_telling(lines[i], lexis) && !is_comment_line(lines[i], lexis));
  }
  return telling;
}

Verdict without_lines_above(std::string_view text, const View& view) {
  std::vector<std::string_view> lines;
  for (const std::string_view line : split_lines(text)) {
    if (!is_blank(line)) lines.push_back(line);
    if (lines.size() > kMostLines) break;
  }
  const std::vector<std::string_view> above = lines_above(view, kMostLines);
  const std::string_view head = trim_both(view.line_before);
  for (size_t count = std::min(lines.size(), kMostLines); count > 0; --count) {
    if (!repeats(lines, count, above, view.lexis)) continue;
    if (count == lines.size()) {
      if (!head.empty()) continue;
      return drop("it only repeats the lines above the cursor");
    }
    const std::string_view next = lines[count];
    const size_t at = static_cast<size_t>(next.data() - text.data());
    if (!head.empty()) {
      if (head.size() < kShortWord || !trim_left(next).starts_with(head)) continue;
      const std::string_view rest = trim_left(text.substr(at)).substr(head.size());
      return cut(after_echo(rest, view), "the model repeated the lines above the cursor");
    }
    // The indentation of this line is absolute, what is inserted begins at the cursor.
    size_t columns = std::min(view.columns, indent_columns(next, 4));
    std::string_view rest = text.substr(at);
    while (columns > 0 && !rest.empty() && (rest.front() == ' ' || rest.front() == '\t')) {
      columns -= std::min<size_t>(columns, rest.front() == '\t' ? 4 : 1);
      rest.remove_prefix(1);
    }
    return cut(rest, "the model repeated the lines above the cursor");
  }
  return pass(text);
}

}  // namespace

Verdict prefix_echo(std::string_view text, const View& view) {
  Verdict line = without_line_echo(text, view);
  if (!line.why.empty()) return line;
  Verdict word = without_word_echo(text, view);
  if (!word.why.empty()) return word;
  return without_lines_above(text, view);
}

}  // namespace fimd::providers::gates

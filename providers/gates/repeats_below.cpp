// The suggestion runs into the lines that already stand below the cursor.
#include <fmt/core.h>

#include "providers/gates/gate.h"

namespace fimd::providers::gates {
namespace {

struct OwnLine {
  std::string_view text;  // trimmed
  size_t columns = 0;
  size_t at = 0;  // offset of the line in the suggestion
  bool on_cursor_line = false;
};

std::vector<OwnLine> own_lines(std::string_view text, std::string& first, const View& view) {
  std::vector<OwnLine> out;
  size_t at = 0;
  for (const std::string_view line : split_lines(text)) {
    const bool cursor_line = at == 0;
    if (cursor_line) first = std::string(view.line_before) + std::string(line);
    const std::string_view whole = cursor_line ? std::string_view(first) : line;
    // A suggestion that begins with a line break does not write the cursor's line.
    if (!is_blank(line)) out.push_back({trim_both(whole), indent_columns(whole, 4), at, cursor_line});
    at += line.size() + 1;
  }
  return out;
}

// A line without a word of its own (a lone bracket) and the head of a block ("struct {") repeat only together with the
// line after them; a word that ends a block does so where it stands at the same column.
bool repeats_here(const std::vector<OwnLine>& lines, size_t i, const std::vector<std::string_view>& below,
                  const Lexis& lexis) {
  const std::string_view next = below.front();
  if (lines[i].text != trim_both(next) || lines[i].columns != indent_columns(next, 4)) return false;
  const bool head = opens_block(next, lexis) && i + 1 < lines.size();
  if (is_telling(next, lexis) && !head) return true;
  if (lexis.word_blocks && is_closing_line(next, lexis) && is_word(lines[i].text.front())) return true;
  return i + 1 < lines.size() && below.size() > 1 && lines[i + 1].text == trim_both(below[1]) &&
         lines[i + 1].columns == indent_columns(below[1], 4) && (head || is_telling(below[1], lexis));
}

}  // namespace

Verdict repeats_below(std::string_view text, const View& view) {
  if (!is_blank(view.line_after)) return pass(text);
  const std::vector<std::string_view> below = lines_below(view, 2);
  if (below.empty()) return pass(text);
  std::string first;
  const std::vector<OwnLine> lines = own_lines(text, first, view);
  for (size_t i = 0; i < lines.size(); ++i) {
    if (!repeats_here(lines, i, below, view.lexis)) continue;
    if (i == 0) return drop(fmt::format("{} already stands below", quoted(below.front())));
    return cut(trim_right(text.substr(0, lines[i].at)), fmt::format("{} already stands below", quoted(below.front())));
  }
  return pass(text);
}

}  // namespace fimd::providers::gates

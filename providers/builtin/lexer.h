// One lexer for all languages (the open document and the indexed files alike).
//
// A run of letters, digits, _ $ and bytes >= 0x80 is one token, every other visible byte is one, blanks and control
// bytes only set the bit of the token behind them. Strings and comments are lexed like code. Pure.
#pragma once

#include <cstdint>
#include <string_view>

#include "providers/builtin/words.h"

namespace fimd::providers::builtin {

inline constexpr int kTabColumns = 4;
inline constexpr size_t kLongestWord = 255;  // bytes; a longer run is data, not a name, and is cut into pieces

// Columns of indentation, a tab counting four; -1 for a blank line.
[[nodiscard]] constexpr int indentation(std::string_view line) {
  int columns = 0;
  for (const char c : line) {
    if (is_visible(c)) return columns;
    if (c == '\t') columns += kTabColumns;
    if (c == ' ') ++columns;
  }
  return -1;
}

// The line break between two lines that are not blank.
[[nodiscard]] constexpr Word break_between(int indent_above, int indent_below) {
  return indent_below > indent_above ? kDeeper : indent_below < indent_above ? kShallower : kSame;
}

// Calls `emit(std::string_view text, bool blank_before)` for every token of one line. The indentation is not a blank.
template <class Emit>
void lex_line(std::string_view line, Emit&& emit) {
  size_t i = 0;
  bool blank = false, first = true;
  while (i < line.size()) {
    if (!is_visible(line[i])) {
      blank = !first;
      ++i;
      continue;
    }
    const size_t from = i++;
    if (is_word_byte(line[from])) {
      while (i < line.size() && is_word_byte(line[i]) && i - from < kLongestWord) ++i;
    }
    emit(line.substr(from, i - from), blank);
    blank = first = false;
  }
}

// Calls `line(std::string_view text)` for every line of a text; lines end at \n, \r\n or a lone \r.
template <class Line>
void each_line(std::string_view text, Line&& line) {
  size_t from = 0;
  while (from < text.size()) {
    size_t to = text.find_first_of("\r\n", from);
    if (to == std::string_view::npos) to = text.size();
    line(text.substr(from, to - from));
    if (to < text.size() && text[to] == '\r' && to + 1 < text.size() && text[to + 1] == '\n') ++to;
    from = to + 1;
  }
}

// The word of a token's text in a table that gives new words an id.
inline Word intern(std::string_view text, WordTable& words) {
  return is_word_byte(text[0]) ? words.add(text) : punctuation(text[0]);
}

}  // namespace fimd::providers::builtin

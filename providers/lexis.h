// What can be said about lines of code without a grammar: comments, brackets outside of strings, indentation.
//
// Shared by trim (which sees a suggestion while it streams in) and the gates (which see it whole). All of it is a
// guess that is right on ordinary code in any language; where a tree exists the gates prefer the tree. Pure functions
// and small values, any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace fimd::providers {

// How a language is written, as far as line rules need it.
struct Lexis {
  std::string_view line_comment = "//";
  bool hash_comment = false;   // '#' begins a comment (besides line_comment)
  bool block_comment = false;  // /* ... */
  bool semicolons = false;     // a statement is not finished without ';'
  bool indented = false;       // blocks are made by indentation
  bool word_blocks = false;    // blocks end with a word: end, fi, done, esac
  bool markup = false;         // text or markup: brackets and quotes need not pair up
  bool char_quote = false;     // 'x' is one character, a lone ' is something else
  bool backtick = false;       // `...` may span lines
  bool triple_quote = false;   // """...""" may span lines
  bool regex = false;          // /.../ is a literal
  bool shell = false;          // `case x)` closes a parenthesis that nothing opened
};

// The lexis of an editor's language id; an unknown one gets the rules of a C-like language.
[[nodiscard]] Lexis lexis_of(std::string_view language);

// A bracket, or a quote that ends a string, found in code.
struct Mark {
  char what = 0;  // one of ()[]{} or the quote character
  size_t at = 0;  // byte offset in the text given to scan()
  bool quote = false;
  bool opens = false;
};

// Where a scan stands: carried from one piece of text to the next.
struct ScanState {
  char quote = 0;  // inside a string that this character ends
  bool triple = false;
  bool block_comment = false;
  bool line_comment = false;
  char last = 0;  // last byte of code that is not blank; tells a regex from a division
  [[nodiscard]] bool in_code() const { return quote == 0 && !block_comment && !line_comment; }
};

// Reports brackets outside of strings and comments, and the quotes around strings. Strings of one line end at its
// end. Pieces should be whole lines, or the two sides of a cursor.
void scan(std::string_view text, const Lexis& lexis, ScanState& state, std::vector<Mark>& marks);

[[nodiscard]] inline bool is_opener(char c) {
  return c == '(' || c == '[' || c == '{';
}
[[nodiscard]] inline bool is_closer(char c) {
  return c == ')' || c == ']' || c == '}';
}
[[nodiscard]] char closer_of(char opener);
[[nodiscard]] inline bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || (c & 0x80) != 0;
}
[[nodiscard]] inline bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

[[nodiscard]] std::string_view trim_left(std::string_view text);
[[nodiscard]] std::string_view trim_right(std::string_view text);
[[nodiscard]] inline std::string_view trim_both(std::string_view text) {
  return trim_left(trim_right(text));
}
[[nodiscard]] inline bool is_blank(std::string_view text) {
  return trim_left(text).empty();
}

// Width of the leading white space in columns.
[[nodiscard]] size_t indent_columns(std::string_view line, size_t tab_width);

// The word at the start of a line, after its indentation and one closing bracket ("} else {" gives "else").
[[nodiscard]] std::string_view first_word(std::string_view line);

// Whether a line is nothing but a comment.
[[nodiscard]] bool is_comment_line(std::string_view line, const Lexis& lexis);

// Whether the line only closes what stands above it: brackets with commas and semicolons, or a word such as `end`.
[[nodiscard]] bool is_closing_line(std::string_view line, const Lexis& lexis);

// Whether what is left of the cursor opens a block or a bracket that the next lines fill.
[[nodiscard]] bool opens_block(std::string_view line, const Lexis& lexis);

// Whether a line goes on with the statement that opened at the same indentation: else, except, case, public.
[[nodiscard]] bool continues_block(std::string_view line);

// Whether a new line could begin right after this one: false inside an expression ("x =", "foo.", "return a" where
// statements end with a semicolon).
[[nodiscard]] bool may_end_here(std::string_view line, const Lexis& lexis);

// Whether a line says something of its own: it has a word of two or more letters that is not only a closing word.
[[nodiscard]] bool is_telling(std::string_view line, const Lexis& lexis);

}  // namespace fimd::providers

// UTF-8 text with a line index, and the position and edit rules of the language server protocol.
//
// A Text is immutable once shared (Snapshot); an edit makes a new one. Lines end at \n, \r\n or a lone \r, and at
// nothing else (LSP 3.18, "Text documents"). Offsets are bytes into `utf8`; a Position counts code units of the
// negotiated encoding. Plain functions on plain data: any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace fimd::context {

enum class Encoding { utf8, utf16, utf32 };

struct Position {
  uint32_t line = 0;       // zero-based
  uint32_t character = 0;  // code units of the encoding in use
  friend auto operator<=>(const Position&, const Position&) = default;
};

struct Range {
  Position start;
  Position end;  // exclusive
  friend bool operator==(const Range&, const Range&) = default;
};

struct Text {
  std::string uri;
  int64_t version = 0;
  std::string language;  // the editor's language id, lower case; may be empty
  std::string utf8;      // always valid UTF-8
  std::vector<uint32_t> lines = {0};  // byte offset of the start of each line; never empty
};
using Snapshot = std::shared_ptr<const Text>;

// What one change did to the bytes, in the form tree-sitter wants. Columns are bytes; rows are lines as in Text, so a
// lone \r counts.
struct ByteEdit {
  size_t start = 0, old_end = 0, new_end = 0;
  Position start_point, old_end_point, new_end_point;
};

// One entry of `contentChanges`; without a range it replaces the whole text.
struct Change {
  std::optional<Range> range;
  std::string text;
};

struct Edited {
  Text text;
  std::vector<ByteEdit> edits;  // in the order applied; empty when `replaced`
  bool replaced = false;        // a whole-document change took part: an old tree is of no use
  bool tainted = false;         // a range began more than one line past the end: the client and we disagree
};

// A text with its line index. Invalid UTF-8 in `utf8` is replaced by U+FFFD; more than 4 GiB is cut.
[[nodiscard]] Text make_text(std::string uri, int64_t version, std::string language, std::string utf8);

// Applies the changes one after another, each to the result of the one before. Out-of-range positions are clamped and
// reversed ranges are swapped; these are the rules of vscode-languageserver-textdocument. An index inside a surrogate
// pair is rounded outwards to whole code points, and the half that the client keeps becomes U+FFFD: it has the same
// length in UTF-16, so the client's later positions stay right.
[[nodiscard]] Edited apply(const Text& base, std::span<const Change> changes, Encoding encoding);

enum class Round { down, up };  // what to do with an index inside a code point

// The byte offset of a position, clamped to the end of its line (before the terminator) or of the text.
[[nodiscard]] size_t offset_at(const Text& text, Position position, Encoding encoding, Round round = Round::down);

// The position of a byte offset; an offset past the end is the end, one inside a code point is rounded down, one
// between \r and \n is before the \r.
[[nodiscard]] Position position_at(const Text& text, size_t offset, Encoding encoding);

// The index of the line that holds the byte offset.
[[nodiscard]] size_t line_of(const Text& text, size_t offset);

// A line's bytes without its terminator. A line past the end is empty.
[[nodiscard]] std::string_view line_text(const Text& text, size_t line);

// Cuts the first line off `rest` and returns it without its \n and the \r before that. For plain texts without an
// index.
[[nodiscard]] std::string_view take_line(std::string_view& rest);

// The length of a string in code units of the encoding.
[[nodiscard]] size_t units(std::string_view utf8, Encoding encoding);

// Valid UTF-8 made from any bytes: each maximal invalid part becomes U+FFFD (Unicode 15, 3.9, "substitution").
[[nodiscard]] std::string to_valid_utf8(std::string_view bytes);
[[nodiscard]] bool is_valid_utf8(std::string_view bytes);

// The largest offset <= `offset` that does not split a code point.
[[nodiscard]] size_t floor_code_point(std::string_view utf8, size_t offset);

}  // namespace fimd::context

// Scans over UTF-8 bytes that text.cpp and chunks.cpp share: unit counting, line starts, surrogate halves.
//
// All of them take valid UTF-8 and run at memory speed, because a keystroke at the end of a line of 5 MB walks the
// whole line. Plain functions: any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "context/text.h"

namespace fimd::context {

// Where an index in code units falls in a string.
struct Landing {
  size_t bytes = 0;  // offset of the index, rounded down to a whole code point
  size_t units = 0;  // units in front of `bytes`
  size_t width = 0;  // bytes of the code point that the index falls inside; 0 when it falls between two
};

// Walks until `want` units have been passed or the string ends.
[[nodiscard]] Landing land(std::string_view utf8, size_t want, Encoding encoding);

// Appends every line start p of `text` with from <= p <= to, where from >= 1.
void append_line_starts(std::string_view text, size_t from, size_t to, std::vector<uint32_t>& starts);

// The number of line starts p with 1 <= p <= to, but not more than `most`, and the last one counted (0: none).
struct LineStarts {
  size_t count = 0;
  size_t last = 0;
};
[[nodiscard]] LineStarts count_line_starts(std::string_view text, size_t to, size_t most = SIZE_MAX);

// The first \r or \n at or after `from`, or the end of the text.
[[nodiscard]] size_t line_end(std::string_view text, size_t from);

// Whether an edit in UTF-16 units may cut the code point of this many bytes in two.
[[nodiscard]] constexpr bool is_pair(size_t width, Encoding encoding) {
  return encoding == Encoding::utf16 && width == 4;
}

// What `insert` becomes when the replaced range begins inside the pair `first` (4 bytes, or empty) and ends inside the
// pair `last`: each half that stays behind becomes U+FFFD, which is one unit long as the half was, and two halves
// that meet become a pair again.
[[nodiscard]] std::string with_halves(std::string_view first, std::string_view insert, std::string_view last);

}  // namespace fimd::context

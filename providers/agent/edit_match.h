// Replacing a text that a model copied from a file: exact where it can be, forgiving only about what carries no
// meaning.
//
// A ladder of comparisons, strict ones first: bytes, line ends, blank lines at the ends, indentation, runs of blanks,
// typographic characters, one level of over-escaping, blank lines inside. Each rung collects all places; one is
// applied, several are refused, none leads to the next rung. There is no similarity score: it may choose what to show
// in an error, never where to write. Pure; time is bounded by lines of the file times lines of the block.
#pragma once

#include <cstddef>
#include <stop_token>
#include <string>
#include <string_view>

#include "context/result.h"

namespace fimd::providers::agent {

enum class Rung {
  exact,        // bytes
  line_ends,    // trailing blanks and line ends differ
  blank_ends,   // blank lines at the ends of old_string
  shifted,      // one constant difference of indentation
  reindented,   // any indentation
  blanks,       // runs of blanks differ
  typographic,  // curly quotes, long dashes, wide blanks
  escaped,      // a backslash too many before quotes
  blank_lines,  // blank lines inside
};

// What to tell the model about a rung ("indentation adapted"); empty for those that need no word.
[[nodiscard]] std::string_view note(Rung rung);

struct EditRequest {
  std::string_view path;      // for the words of errors
  std::string_view language;  // LSP id; may be empty
  std::string_view text;      // the whole file as it is, valid UTF-8; its line ends and its byte order mark stay
  std::string_view old_string;
  std::string_view new_string;
  bool replace_all = false;
  bool exact_only = false;  // the model has not seen the file: rung `exact` only
  std::stop_token stop = {};
};

struct Edit {
  std::string text;  // the whole file after the edit
  Rung rung = Rung::exact;
  size_t places = 0;      // how many were replaced
  size_t first_line = 0;  // 1-based, in the new text, of the first place
  size_t last_line = 0;   // inclusive, of the last place
};

struct EditLimits {
  static constexpr size_t kFileBytes = 2U << 20;
  static constexpr size_t kBlockLines = 400;
  static constexpr size_t kGrowBytes = 200'000;
};

// Errors: bad_input, with a message of several lines that a model can act on: what is wrong, the lines that come
// closest, what to do next. Where lines are moved sideways the new text is parsed, to leave literals of several lines
// alone; a stop makes that an error (cancelled).
[[nodiscard]] Result<Edit> replace_text(const EditRequest& request);

}  // namespace fimd::providers::agent

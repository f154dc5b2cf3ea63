// Trim: decides while text streams in when a suggestion is complete, so that the model can be stopped early.
//
// A value fed with tokens on the loop thread; every feed takes microseconds. What it has accepted so far is always a
// text that may be shown, so a soft deadline can take it at any time.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace fimd::providers {

struct TrimRules {
  bool multiline = false;       // stop at the first line break when false
  size_t max_lines = 16;
  size_t max_bytes = 4096;
  size_t base_indent = 0;       // columns of the cursor's line; a shallower line ends the suggestion
  size_t tab_width = 4;
  std::string line_before;      // the cursor's line left of the cursor
  std::string line_after;       // the cursor's line right of the cursor
  std::string next_line;        // the next non-blank line below, without indentation; its repetition ends the text
  std::string language;
};

class Trim {
 public:
  explicit Trim(TrimRules rules);

  // Takes the next piece. Returns false when the suggestion is complete and the model can be stopped.
  bool feed(std::string_view piece);

  // The model ended by itself: what is still held back is decided.
  void finish();

  // What may be shown now: only whole lines, or the line being written up to its last word boundary when no line is
  // whole yet. Never longer than what was fed.
  [[nodiscard]] const std::string& shown() const { return shown_; }

  // Why the text ended ("scope end", "line end", "next line repeated", "limit", "model"); empty while it runs.
  [[nodiscard]] std::string_view reason() const { return reason_; }

 private:
  TrimRules rules_;
  std::string all_;
  std::string shown_;
  std::string_view reason_;
};

// Whether a suggestion at this place may have several lines: nothing but closing brackets, quotes and `;` may follow
// the cursor on its line, and the line left of the cursor is blank or opens a block. Pure.
[[nodiscard]] bool wants_multiline(std::string_view line_before, std::string_view line_after, std::string_view language);

}  // namespace fimd::providers

// Trim: decides while text streams in when a suggestion is complete, so that the model can be stopped early.
//
// A value fed with tokens on the loop thread; the work is linear in what is fed. What it shows is at any time a text
// that may be shown, so a soft deadline can take it, and it only ever grows: what was shown stays a prefix of what is
// shown later. The gates (gates.h) look at the result once more with the whole document at hand.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "context/text.h"
#include "providers/lexis.h"

namespace fimd::providers {

struct TrimRules {
  bool multiline = false;  // stop at the first line break when false
  size_t max_lines = 16;
  size_t max_bytes = 4096;
  size_t base_indent = 0;  // columns of the cursor's line; a shallower line ends the suggestion
  size_t tab_width = 4;
  std::string line_before;  // the cursor's line left of the cursor
  std::string line_after;   // the cursor's line right of the cursor
  std::string next_line;    // the next non-blank line below, without indentation; its repetition ends the text
  size_t next_indent = 0;   // columns of that line
  std::string language;
};

// The rules for a cursor in a document: the two halves of its line, its indentation, the next line below, and
// whether several lines may be suggested there. `offset` is in bytes.
[[nodiscard]] TrimRules rules_at(const context::Text& text, size_t offset);

class Trim {
 public:
  explicit Trim(TrimRules rules);

  // Takes the next piece. Returns false when the suggestion is complete and the model can be stopped.
  bool feed(std::string_view piece);

  // The model ended by itself: what is still held back is decided. Not to be called after a length limit or a broken
  // connection, where the last word may be half of one: shown() is then what may be shown.
  void finish();

  // What may be shown now: only whole lines, or the line being written up to its last word boundary when no line is
  // whole yet. Never longer than what was fed.
  [[nodiscard]] const std::string& shown() const { return shown_; }

  // Why the text ended ("scope end", "bracket closed", "line end", "blank lines", "next line repeated", "repetition",
  // "special token", "code fence", "limit", "model"); empty while it runs.
  [[nodiscard]] std::string_view reason() const { return reason_; }

 private:
  enum class Phase { start, thinking, text };
  enum class Step { go_on, hold, take_and_end, end };

  void begin();
  void skip_thought();
  void read();
  void end_line(size_t stop, bool terminated);
  Step judge_line(std::string_view line, bool first);
  [[nodiscard]] bool repeats_next_line(std::string_view line, bool first, size_t columns) const;
  bool leaves_scope(std::string_view line, size_t columns);
  bool closes_outer_bracket(std::string_view line);
  void accept(size_t stop);
  void end(std::string_view reason);
  void show_part();

  TrimRules rules_;
  Lexis lexis_;
  Phase phase_ = Phase::start;
  std::string all_;        // everything fed, with LF line ends
  bool after_cr_ = false;  // a CR was made an LF; an LF that follows is part of it
  bool fenced_ = false;    // the text stands inside a code fence
  size_t scan_ = 0;        // next byte of all_ to look at
  size_t line_start_ = 0;
  size_t begin_ = 0;     // where the suggestion begins in all_
  size_t accepted_ = 0;  // end of the last whole line that may be shown
  size_t held_ = 0;      // end of a line that may be the second of a loop
  size_t visible_ = 0;   // end of the last byte that is not blank
  size_t boundary_ = 0;  // end of the last word that is surely whole
  std::string shown_;
  std::string_view reason_;

  size_t lines_ = 0;  // lines ended so far, blank ones too
  size_t blank_run_ = 0;
  size_t base_ = 0;  // columns below which a line leaves the scope
  bool base_known_ = false;
  bool opens_ = false;   // the cursor's line opens what the next lines fill
  bool deeper_ = false;  // a line deeper than the base was seen
  size_t same_ = 0;      // how often the last line stood there in a row
  std::string last_line_;
  ScanState state_;
  std::vector<Mark> marks_;
  std::vector<char> open_before_;  // brackets open on the cursor's line
  std::vector<char> open_;         // brackets that the suggestion opened
};

// Whether a suggestion at this place may have several lines: nothing but closing brackets, quotes and `;` may follow
// the cursor on its line, and the line left of the cursor is blank or opens a block. Pure.
[[nodiscard]] bool wants_multiline(std::string_view line_before, std::string_view line_after,
                                   std::string_view language);

}  // namespace fimd::providers

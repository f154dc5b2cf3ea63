// Text of tool results: what stands in it of files is made harmless and cut to size. Private to providers/agent; pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace fimd::providers::agent {

inline constexpr size_t kShownLineBytes = 1'000;

// Control characters (but tabs), bidirectional and invisible ones as "\x1b", "\u{202e}".
[[nodiscard]] std::string harmless(std::string_view text);

// Without blanks and line ends at either end.
[[nodiscard]] std::string_view stripped(std::string_view text);

// A line without its end, harmless, cut with " ...[+3412]" behind kShownLineBytes.
[[nodiscard]] std::string shown_line(std::string_view line);

// "  12| text\n"
[[nodiscard]] std::string gutter_line(size_t number, std::string_view line);

// A result that ends before a size: lines that do not fit are counted instead.
class Output {
 public:
  explicit Output(size_t limit) : limit_(limit) {}
  // False when it did not fit.
  bool add(std::string_view lines);
  [[nodiscard]] bool full() const { return full_; }
  void note(std::string_view line) { notes_ += line; }  // always kept; short
  [[nodiscard]] std::string text() const { return text_ + notes_; }

 private:
  size_t limit_;
  bool full_ = false;
  std::string text_, notes_;
};

}  // namespace fimd::providers::agent

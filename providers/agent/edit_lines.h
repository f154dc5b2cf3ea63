// The parts of edit_match: a file's lines with their comparison keys, and indentation in columns.
//
// Private to the sources of providers/agent. Texts here have \n at the end of lines and no byte order mark. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace fimd::providers::agent {

using Lines = std::vector<std::string_view>;

[[nodiscard]] Lines lines_of(std::string_view text);  // without their ends; a last empty one is dropped
[[nodiscard]] std::string_view trimmed(std::string_view line);
[[nodiscard]] std::string_view right_trimmed(std::string_view line);
[[nodiscard]] inline bool is_blank(std::string_view line) {
  return trimmed(line).empty();
}

enum class Key { right_trimmed, trimmed, collapsed, folded };  // each looser than the one before
[[nodiscard]] std::string key_of(std::string_view line, Key key);

// Typographic quotes, dashes and blanks as their plain forms.
[[nodiscard]] std::string folded(std::string_view text);

// Without one level of backslashes before quotes and backslashes.
[[nodiscard]] std::string unescaped(std::string_view text);
// Whether there are quotes and all of them have a backslash in front.
[[nodiscard]] bool all_quotes_escaped(std::string_view text);

// All places where the keys of `block` stand in the keys of `file`, at most `limit`; in linear time.
[[nodiscard]] std::vector<size_t> find_block(const Lines& file, const Lines& block, Key key, size_t limit);

// What leads a line, in columns, a tab going to the next multiple of `tab`.
[[nodiscard]] size_t columns(std::string_view line, size_t tab);
[[nodiscard]] std::string indentation(size_t columns, bool tabs, size_t tab);

// How lines are indented.
struct Indent {
  bool tabs = false;
  size_t unit = 4;  // blanks per level, where it is done with blanks
};
[[nodiscard]] Indent indent_of(std::span<const std::string_view> lines);

// From the indentation of a model's text to that of the file, learnt from lines that stand for each other.
class Reindent {
 public:
  // `old_lines[i]` stands for `file_lines[i]`; blank lines say nothing. `whole` is how the file indents elsewhere.
  Reindent(const Lines& old_lines, const Lines& file_lines, Indent whole);

  [[nodiscard]] bool constant() const { return constant_; }  // one difference fits all lines
  [[nodiscard]] std::string apply(std::string_view line) const;

 private:
  void learn(const Lines& old_lines, const Lines& file_lines);

  Indent model_, file_;
  size_t tab_ = 4;
  bool constant_ = true;
  ptrdiff_t shift_ = 0;
  size_t first_old_ = 0, first_file_ = 0;
  std::unordered_map<size_t, size_t> known_;  // columns of the model: columns of the file
};

}  // namespace fimd::providers::agent

// Regular expressions for searching lines, in time linear in the line: a pattern that a model wrote must not hang us.
//
// Thompson's construction, all states at once (R. Cox, "Regular Expression Matching Can Be Simple And Fast", 2007).
// Literals, ".", classes, \d \w \s \b and their opposites, ^ $, groups, |, * + ? {m,n}, a leading (?i). Bytes, not
// letters: "." takes one byte of a letter that has several. No look-around, no back-references. Immutable: any thread.
#pragma once

#include <bitset>
#include <cstdint>
#include <string_view>
#include <vector>

#include "context/result.h"

namespace fimd::providers::agent {

class LineRegex {
 public:
  // Errors: bad_input, with what is wrong and where.
  [[nodiscard]] static Result<LineRegex> compile(std::string_view pattern);

  // Whether the pattern matches anywhere in the line.
  [[nodiscard]] bool matches(std::string_view line) const;
  [[nodiscard]] size_t size() const { return program_.size(); }  // steps per byte, at most

 private:
  friend class RegexParser;
  enum class Op : uint8_t { set, split, jump, begin, end, word, no_word, match };
  struct Step {
    Op op = Op::match;
    uint32_t set = 0;
    int32_t one = 1, other = 1;  // where to go on, relative
  };
  std::vector<Step> program_;
  std::vector<std::bitset<256>> sets_;
};

}  // namespace fimd::providers::agent

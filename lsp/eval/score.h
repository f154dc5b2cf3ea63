// How near a suggestion is to the text that was hidden, and what many such scores say. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace fimd::lsp {

struct Score {
  bool exact = false;       // the same but for white space at the ends
  bool first_line = false;  // so are the first lines
  double similarity = 0;    // 1 minus edit distance over the longer length, 0 to 1
  bool valid = true;        // the text with it parses no worse than with what was hidden
};
[[nodiscard]] Score score(std::string_view hidden, std::string_view suggested);

// A mean with its 95 % interval, from the percentiles of 2000 resampled means.
struct Interval {
  double mean = 0, low = 0, high = 0;
};
[[nodiscard]] Interval bootstrap(std::span<const double> values, uint64_t seed);

// Whether the means of two columns of the same tasks differ: the interval of their difference does not hold 0.
struct Verdict {
  Interval difference;  // first minus second
  int better = 0;       // 1: the first, -1: the second, 0: not shown
};
[[nodiscard]] Verdict compare(std::span<const double> first, std::span<const double> second, uint64_t seed);

}  // namespace fimd::lsp

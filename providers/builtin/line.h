// One line: everything that is known about how it may go on, and what of it is worth showing.
//
// consider() does the work of an answer (gather, align, copy, rank), choose() decides between the whole line, its sure
// beginning and silence. Pure; the benchmark and the tests look at the same values.
#pragma once

#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "context/budget.h"
#include "providers/builtin/ranker.h"

namespace fimd::providers::builtin {

struct Line {
  Scene scene;
  std::vector<Group> groups;
  Candidates candidates;
  std::vector<Features> rows;
  Ranked ranked;

  // Sources and pieces point into the scene and the candidates, so a Line moves but is never copied.
  Line() = default;
  Line(Line&&) = default;
  Line& operator=(Line&&) = default;
};

struct Place {
  const OpenDocument* document = nullptr;
  size_t offset = 0;  // bytes
  std::string_view path;
  const Corpus* corpus = nullptr;
};

// Nothing is found (an empty list) when stop is requested; with the deadline passed, what was found until then counts.
[[nodiscard]] Line consider(const Place& place, const SearchLimits& limits, TimePoint deadline, std::stop_token stop);

// How sure an offer must be. The defaults suit a fallback whose rival is late; kQuiet is for offers that nobody asked
// for.
struct Thresholds {
  double line = 0.4;        // a whole line
  double head = 0.6;        // else the longest beginning that is this sure ...
  size_t head_visible = 3;  // ... and has so many visible characters
  double next = 0.4;        // each further line
  double all_lines = 0.3;   // all lines together
};
inline constexpr Thresholds kQuiet{0.6, 0.7, 3, 0.6, 0.5};

struct Choice {
  size_t candidate = 0;
  std::string text;  // fits between what stands left and right of the cursor
  double probability = 0;
  bool whole = false;
};

[[nodiscard]] std::optional<Choice> choose(const Line& line, const Thresholds& thresholds);

// The text as it may be put in front of `right`, the rest of the cursor's line: cut at a bracket or quote that is
// closed there already, without what overlaps; nullopt if nothing is left or the rest is code of its own.
[[nodiscard]] std::optional<std::string> fit_right(std::string_view text, std::string_view right);

}  // namespace fimd::providers::builtin

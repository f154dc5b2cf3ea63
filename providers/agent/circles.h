// Sees when a model goes round in circles: the same call with the same result, alone or in a round of up to four calls.
//
// A call counts as the same whatever the order, the blanks at the ends and the names it gives its fields ("./a" and
// "a", file_path and path); results without times and durations. Lives outside of the messages, so that it still knows
// when they have been shortened. Pure.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

#include "providers/agent/tools.h"

namespace fimd::providers::agent {

// What tells a call and a result apart from others.
[[nodiscard]] uint64_t signature(const ToolCall& call);
[[nodiscard]] uint64_t signature(std::string_view result);

class Circles {
 public:
  static constexpr int kNotice = 3, kWithhold = 4, kStop = 6;  // repeats

  // How often the call has then come round, this time included, if it has the result that it had the last time.
  [[nodiscard]] int repeats(uint64_t call) const;

  void add(uint64_t call, uint64_t result);

  // The result of the last such call; 0 when there was none.
  [[nodiscard]] uint64_t last_result(uint64_t call) const;

 private:
  struct Step {
    uint64_t call = 0, result = 0;
    bool operator==(const Step&) const = default;
  };
  static constexpr size_t kRemembered = 24, kLongestRound = 4;
  std::deque<Step> steps_;
};

}  // namespace fimd::providers::agent

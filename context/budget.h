// A latency budget as a value: it travels with the work and is only ever shortened.
//
// The soft deadline means "answer now if anything acceptable has arrived", the hard deadline means
// "answer now, whatever there is". Running out of budget is not an error and not a cancel: work that is
// late stops and succeeds with what it has. Time is a parameter everywhere; only the loop reads a clock.
#pragma once

#include <algorithm>
#include <chrono>

namespace fimd {

using Clock = std::chrono::steady_clock;
using TimePoint = Clock::time_point;
using Duration = Clock::duration;

struct Budget {
  TimePoint start;  // when the last byte of the request was read
  TimePoint soft;
  TimePoint hard;

  // The budget that begins at `start`; a soft deadline behind the hard one is pulled in front of it.
  static Budget from(TimePoint start, Duration soft, Duration hard) {
    return {start, start + std::min(soft, hard), start + hard};
  }

  // Time left until the hard deadline, never negative.
  [[nodiscard]] Duration remaining(TimePoint now) const { return std::max(Duration::zero(), hard - now); }

  [[nodiscard]] bool spent(TimePoint now) const { return now >= hard; }

  // The same start with both deadlines no later than `start + share`.
  [[nodiscard]] Budget slice(Duration share) const {
    return {start, std::min(soft, start + share), std::min(hard, start + share)};
  }
};

// Milliseconds as a decimal number, for logs and --json.
[[nodiscard]] inline double to_ms(Duration d) {
  return std::chrono::duration<double, std::milli>(d).count();
}

}  // namespace fimd

// What a provider tells about its rate limits, in headers of any answer and in the bodies of refusals, in one form.
// Pure functions.
//
// Forms in use: Retry-After (seconds or a date) and retry-after-ms; x-ratelimit-{limit,remaining,reset}-{requests,
// tokens} with durations ("6m0s", "20ms"); the same without a dimension and with the reset as epoch seconds or
// milliseconds; {limit,remaining}-{req,tokens}-minute without a reset; anthropic-ratelimit-* with RFC 3339 times; and
// messages that name a time ("reset at 2026-12-01 10:03:40", in Beijing time without saying so) or a duration.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "context/budget.h"

namespace fimd::providers {

// What one window still allows.
struct LimitWindow {
  enum class Of { requests, tokens } of = Of::requests;
  std::optional<int64_t> limit, remaining;
  std::optional<Duration> reset;  // from now
};

struct LimitReport {
  std::optional<Duration> wait;  // what it asks us to wait
  std::vector<LimitWindow> windows;
};

using Headers = std::vector<std::pair<std::string, std::string>>;  // names in lower case

// Reads the headers of an answer of any status. Waits in the past are zero, more than a day is a day.
[[nodiscard]] LimitReport read_limits(const Headers& headers, std::chrono::system_clock::time_point now);

// The wait that a refusal's message names; nullopt when it names none.
[[nodiscard]] std::optional<Duration> wait_in_message(std::string_view message,
                                                      std::chrono::system_clock::time_point now);

// "6m0s", "20ms", "1h2m3.5s"; a number alone is seconds. nullopt: none of these.
[[nodiscard]] std::optional<Duration> read_duration(std::string_view text);

}  // namespace fimd::providers

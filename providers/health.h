// What is learned about a provider while it is used: its rates, and whether it is worth trying now. Pure values.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "context/budget.h"
#include "context/result.h"
#include "providers/stream_outcome.h"

namespace fimd::providers {

// Moving averages; zero means not measured yet.
struct Rates {
  double prefill = 0;          // prompt tokens per second, of those that were not cached
  double decode = 0;           // answer tokens per second
  double overhead_ms = 0;      // of a request whose prompt is cached, until its first token
  double bytes_per_token = 0;  // of prompts
};

struct Health {
  Rates rates;
  int failures = 0;      // in a row
  TimePoint retry_at{};  // not before this, while failures > 0
  std::optional<Error> last_error;
  int skipped = 0;  // in a row: it seemed too slow to be asked
  uint64_t requests = 0, errors = 0, late = 0;
  int64_t prompt_tokens = 0, output_tokens = 0;
};

// What a request was, as far as the rates need it.
struct Asked {
  size_t prompt_bytes = 0;
  size_t new_bytes = 0;  // of the prompt, those that the server's prompt cache did not hold (as far as we know)
};

// Takes in how a request went. A stream that we closed ourselves is no failure. After a failure the provider is left
// alone for 0.5 s, doubled with each further one up to 30 s (an error that will not pass by itself, such as a wrong
// key, counts like five); one success forgets them.
void learn(Health& health, const Asked& asked, const StreamOutcome& outcome, TimePoint now);

// Notes that the provider seemed too slow to be asked in time. Now and then the rates are forgotten, so that one that
// has become faster (another program has ended, the model is warm) is measured again.
void seemed_too_slow(Health& health);

[[nodiscard]] bool may_try(const Health& health, TimePoint now);

}  // namespace fimd::providers

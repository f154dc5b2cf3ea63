// What is learned about a provider while it is used: how fast it is, whether it is worth trying now, and how much of it
// may be used. Pure values, one per provider and process; the loop thread writes them, the clock is a parameter.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "context/budget.h"
#include "context/result.h"
#include "providers/breaker.h"
#include "providers/latency.h"
#include "providers/stream_outcome.h"

namespace fimd::providers {

// Moving averages; zero means not measured yet.
struct Rates {
  double prefill = 0;          // prompt tokens per second, of those that were not cached
  double decode = 0;           // answer tokens per second
  double overhead_ms = 0;      // of a request whose prompt is cached, until its first token
  double bytes_per_token = 0;  // of prompts
};

// Who asks. Completions go first: the others leave a place free for one.
// An alternative waits behind the completion of its place: how long it takes says nothing about the provider.
enum class Lane { completion, warming, agent, alternative };
inline constexpr size_t kLanes = 4;

// What a provider's rate limits still allow, as far as it has told.
struct Limits {
  TimePoint until{};  // it asked to be left alone until then
  std::string why;
  int level = 0;      // refusals for its rate, less one for each success: the next wait where it names none
  std::optional<int64_t> requests, tokens;  // left in the window
  TimePoint requests_reset{}, tokens_reset{};
};

struct Health {
  Rates rates;
  Latency connect, first_token, total;
  double error_rate = 0;   // moving averages of requests; ours to cancel is no error
  double cancel_rate = 0;
  Breaker breaker;
  Limits limits;
  std::optional<Error> last_error;
  Duration silence{};          // waited in vain, in requests that we closed before their first token, in a row
  TimePoint too_slow_since{};  // it seemed too slow to be asked; zero: it does not
  std::array<int, kLanes> in_flight{};
  int most_in_flight = 8;       // learned: less after a refusal for concurrency, one more after a quiet while
  TimePoint most_changed{};
  TimePoint last_completion{};  // began
  uint64_t requests = 0, errors = 0;
  int64_t prompt_tokens = 0, output_tokens = 0;
};

// What a request was, as far as what is learned from it needs that.
struct Asked {
  size_t prompt_bytes = 0;
  size_t new_bytes = 0;  // of the prompt, those that the server's prompt cache did not hold (as far as we know)
  Lane lane = Lane::completion;
  bool probe = false;    // what begin() said
};

// Why the provider is not to be asked now, in words that follow its name; empty: it may be asked.
[[nodiscard]] std::string unusable(const Health& health, Lane lane, TimePoint now);

[[nodiscard]] bool may_try(const Health& health, TimePoint now);

// Whether the next request finds out if the provider is back (breaker.h).
[[nodiscard]] bool on_trial(const Health& health, TimePoint now);

// Requests that have begun and not ended, of all lanes.
[[nodiscard]] int all_in_flight(const Health& health);

// A request goes out; learn() has to follow. True: it is the one that finds out whether the provider is back.
[[nodiscard]] bool begin(Health& health, Lane lane, TimePoint now);

// Whether a request of this lane has a place beside those that are on their way.
[[nodiscard]] bool has_place(const Health& health, Lane lane, TimePoint now);

// A request that begin() was told of has ended, and nothing is learned from it.
void leave(Health& health, Lane lane);

// Takes in how a request went. One that we closed ourselves is no failure, unless the provider has been silent for
// much longer than it ever is. Waits that the provider named are kept, up to a day. An error that will not pass by
// itself, such as a wrong key, keeps it out for half a minute at a time.
void learn(Health& health, const Asked& asked, const StreamOutcome& outcome, TimePoint now);

// Tokens that the rate limits leave for one request; SIZE_MAX: not known to be limited.
[[nodiscard]] size_t tokens_left(const Health& health, TimePoint now);

// Notes that the provider seemed too slow to be asked in time. After a few seconds the rates are forgotten, so that one
// that has become faster (another program has ended, the model is warm) is measured again.
void seemed_too_slow(Health& health, TimePoint now);

}  // namespace fimd::providers

#include "providers/health.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "providers/errors.h"

namespace fimd::providers {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr double kWeight = 0.3;       // of the newest measurement
constexpr double kRateWeight = 0.1;   // of the newest request in the error and cancel rates
constexpr double kLeap = 3;           // a measurement moves an average by this factor at most
constexpr double kFirstOverhead = 250;  // ms: a first request may have waited for what no later one waits for
constexpr Duration kSlept = std::chrono::minutes(1);  // no request lives so long: the machine slept
constexpr Duration kLasting = seconds(30);            // left alone for, after an error that will not pass by itself
constexpr Duration kQuota = std::chrono::minutes(1);  // the same, used up until it does not say when
constexpr Duration kLeastWait = milliseconds(250);    // refused for its rate, whatever it names
constexpr Duration kFirstWait = seconds(1);           // refused for its rate: doubled up to
constexpr int kLongestErrorLevel = 3;                      // 8 s
constexpr Duration kBlindReset = seconds(5);          // a window is used up and it does not say until when
constexpr Duration kMoreAfter = seconds(30);          // one more request at a time after so long without a refusal
constexpr int kMostAtOnce = 8;
constexpr Duration kAgentRest = seconds(1);  // with one place only, the agent waits for so long a pause in typing
constexpr int64_t kLeastTokens = 200;        // fewer left are none
constexpr Duration kTooSlowFor = seconds(4);
constexpr Duration kWorthKnowing = milliseconds(150);
constexpr Duration kSilenceUnknown = seconds(3);

size_t at(Lane lane) { return static_cast<size_t>(lane); }

void average(double& mean, double value) {
  if (value <= 0) return;
  mean = mean == 0 ? value : mean + kWeight * (std::clamp(value, mean / kLeap, mean * kLeap) - mean);
}

void average_rate(double& mean, bool hit) { mean += kRateWeight * ((hit ? 1.0 : 0.0) - mean); }

void learn_prefill(Rates& rates, const Asked& asked, const StreamOutcome& outcome) {
  const Usage& usage = outcome.usage;
  const double per_token = rates.bytes_per_token > 0 ? rates.bytes_per_token : 3.5;
  const double first_ms = to_ms(*outcome.first_token - outcome.sent);
  double fresh = static_cast<double>(asked.new_bytes) / per_token;
  if (usage.prompt_tokens && usage.cached_tokens)
    fresh = static_cast<double>(*usage.prompt_tokens - *usage.cached_tokens);
  // Few new tokens tell the overhead, many tell the rate.
  const double prompt_ms = usage.prompt_ms.value_or(first_ms - rates.overhead_ms);
  if (fresh >= 16 && prompt_ms > 0) average(rates.prefill, fresh / prompt_ms * 1000);
  if (fresh >= 16) return;
  const double known = rates.prefill > 0 ? fresh / rates.prefill * 1000 : first_ms;
  const double overhead = std::max(0.1, first_ms - std::min(known, first_ms));
  average(rates.overhead_ms, rates.overhead_ms == 0 ? std::min(overhead, kFirstOverhead) : overhead);
}

void learn_rates(Rates& rates, const Asked& asked, const StreamOutcome& outcome) {
  const Usage& usage = outcome.usage;
  if (usage.prompt_tokens && *usage.prompt_tokens > 0 && asked.prompt_bytes > 0) {
    average(rates.bytes_per_token, static_cast<double>(asked.prompt_bytes) / static_cast<double>(*usage.prompt_tokens));
  }
  if (outcome.first_token) learn_prefill(rates, asked, outcome);
  if (usage.output_ms && usage.output_tokens && *usage.output_tokens > 1 && *usage.output_ms > 0) {
    average(rates.decode, static_cast<double>(*usage.output_tokens) / *usage.output_ms * 1000);
  } else if (outcome.tokens > 2 && outcome.first_token && outcome.last_token) {
    const double ms = to_ms(*outcome.last_token - *outcome.first_token);
    if (ms > 0) average(rates.decode, static_cast<double>(outcome.tokens - 1) / ms * 1000);
  }
}

// The most that is left of a window that was told in several (per minute, per day): the tightest counts.
void tighten(std::optional<int64_t>& left, TimePoint& reset, const LimitWindow& window, TimePoint now) {
  if (!window.remaining || (left && *left <= *window.remaining)) return;
  left = window.remaining;
  reset = now + window.reset.value_or(kBlindReset);
}

void learn_windows(Limits& limits, const LimitReport& report, TimePoint now) {
  if (report.windows.empty()) return;
  limits.requests.reset();
  limits.tokens.reset();
  for (const LimitWindow& window : report.windows) {
    const bool requests = window.of == LimitWindow::Of::requests;
    tighten(requests ? limits.requests : limits.tokens, requests ? limits.requests_reset : limits.tokens_reset, window,
            now);
  }
}

void wait_until(Limits& limits, TimePoint until, std::string why) {
  if (until <= limits.until) return;
  limits.until = until;
  limits.why = std::move(why);
}

// The wait that a refusal names in its headers, in a used-up window or in its words.
std::optional<Duration> named_wait(const StreamOutcome& outcome) {
  const HttpFailure& failure = *outcome.failure;
  if (failure.retry_after) return failure.retry_after;
  for (const LimitWindow& window : outcome.limits.windows) {
    if (window.remaining == 0 && window.reset) return window.reset;
  }
  return wait_in_message(failure.body, std::chrono::system_clock::now());
}

void refused_for_rate(Health& health, const StreamOutcome& outcome, const Failure& failure, int others, TimePoint now) {
  Limits& limits = health.limits;
  if (failure.concurrency) {
    health.most_in_flight = std::clamp(others, 1, health.most_in_flight);
    health.most_changed = now;
  }
  const Duration unnamed = failure.kind == FailureKind::quota ? kQuota : kFirstWait * (1 << limits.level);
  wait_until(limits, now + std::max(kLeastWait, named_wait(outcome).value_or(unnamed)), failure.message);
  limits.level = std::min(limits.level + 1, kLongestErrorLevel);
}

bool is_lasting(Error::Code code) {
  return code == Error::Code::refused || code == Error::Code::unsupported || code == Error::Code::not_found;
}

void learn_error(Health& health, const Asked& asked, const StreamOutcome& outcome, int others, TimePoint now) {
  ++health.errors;
  health.last_error = outcome.error;
  average_rate(health.error_rate, true);
  if (outcome.failure) {
    const Failure failure = read_failure(*outcome.failure);
    if (failure.kind == FailureKind::rate_limit || failure.kind == FailureKind::quota) {
      told_nothing(health.breaker, asked.probe);
      return refused_for_rate(health, outcome, failure, others, now);
    }
    if (const auto wait = named_wait(outcome)) wait_until(health.limits, now + *wait, failure.message);
  }
  if (is_lasting(outcome.error->code)) return open_for(health.breaker, kLasting, now);
  failed(health.breaker, asked.probe, now);
}

// The longest that the provider may be silent before that is a failure.
Duration patience(const Health& health, TimePoint now) {
  const auto slow = health.first_token.quantile(0.9, now);
  return slow ? std::clamp<Duration>(*slow * 5, milliseconds(500), seconds(5)) : kSilenceUnknown;
}

// We closed it, or it did not end in time.
void learn_silence(Health& health, const Asked& asked, const StreamOutcome& outcome, TimePoint now) {
  if (outcome.sent == TimePoint{}) return told_nothing(health.breaker, asked.probe);
  const Duration waited = now - outcome.sent;
  // The first token would have come later than this: worth knowing where it is later than what is known.
  if (waited > health.first_token.quantile(0.5, now).value_or(kWorthKnowing)) health.first_token.add(waited, now);
  health.silence += waited;
  if (health.silence < patience(health, now)) return told_nothing(health.breaker, asked.probe);
  health.silence = {};
  health.last_error = Error{Error::Code::deadline, "does not answer"};
  ++health.errors;
  average_rate(health.error_rate, true);
  failed(health.breaker, asked.probe, now);
}

void learn_times(Health& health, const StreamOutcome& outcome, TimePoint now) {
  if (!outcome.reused && outcome.started != TimePoint{} && outcome.sent > outcome.started) {
    health.connect.add(outcome.sent - outcome.started, now);
  }
  if (outcome.first_token) health.first_token.add(*outcome.first_token - outcome.sent, now);
  if (outcome.last_token && !outcome.error) health.total.add(*outcome.last_token - outcome.sent, now);
}

void learn_success(Health& health, const Asked& asked, const StreamOutcome& outcome, TimePoint now) {
  if (asked.lane == Lane::completion) learn_times(health, outcome, now);
  if (asked.lane != Lane::alternative) learn_rates(health.rates, asked, outcome);
  succeeded(health.breaker);
  average_rate(health.error_rate, false);
  health.last_error.reset();
  health.silence = {};
  health.too_slow_since = {};
  health.limits.level = std::max(0, health.limits.level - 1);
  if (health.most_in_flight < kMostAtOnce && now - health.most_changed >= kMoreAfter) {
    ++health.most_in_flight;
    health.most_changed = now;
  }
}

std::string used_up(const Limits& limits, TimePoint now) {
  if (now < limits.until)
    return fmt::format("asked to be left alone for {:.1f} s more ({})", to_ms(limits.until - now) / 1000, limits.why);
  if (limits.requests && *limits.requests <= 0 && now < limits.requests_reset) {
    return fmt::format("no request is left for {:.1f} s", to_ms(limits.requests_reset - now) / 1000);
  }
  if (limits.tokens && *limits.tokens < kLeastTokens && now < limits.tokens_reset) {
    return fmt::format("{} tokens are left for {:.1f} s", *limits.tokens, to_ms(limits.tokens_reset - now) / 1000);
  }
  return "";
}

// Completions may fill all places; what is behind them leaves one free, or waits for a pause where there is only one.
std::string crowded(const Health& health, Lane lane, TimePoint now) {
  const int waiting = all_in_flight(health) - health.in_flight[at(Lane::warming)];
  if (waiting >= health.most_in_flight)
    return fmt::format("{} requests are on their way, more it does not take", waiting);
  if (lane != Lane::agent) return "";
  if (health.most_in_flight > 1) return waiting + 1 < health.most_in_flight ? "" : "the last place is for completions";
  return now - health.last_completion < kAgentRest ? "the only place is for completions" : "";
}

}  // namespace

std::string unusable(const Health& health, Lane lane, TimePoint now) {
  if (std::string why = used_up(health.limits, now); !why.empty()) return why;
  if (!may_pass(health.breaker, now)) {
    const std::string after = health.last_error ? health.last_error->message : "failures";
    if (state_of(health.breaker, now) == BreakerState::half_open)
      return "one request finds out whether it is back, after " + after;
    return fmt::format("left alone for {:.1f} s more after {}", to_ms(health.breaker.until - now) / 1000, after);
  }
  return crowded(health, lane, now);
}

bool may_try(const Health& health, TimePoint now) { return unusable(health, Lane::completion, now).empty(); }

bool on_trial(const Health& health, TimePoint now) { return state_of(health.breaker, now) == BreakerState::half_open; }

int all_in_flight(const Health& health) { return std::accumulate(health.in_flight.begin(), health.in_flight.end(), 0); }

bool begin(Health& health, Lane lane, TimePoint now) {
  ++health.in_flight[at(lane)];
  if (lane == Lane::completion) health.last_completion = now;
  if (health.limits.requests) --*health.limits.requests;
  return pass(health.breaker, now);
}

bool has_place(const Health& health, Lane lane, TimePoint now) { return crowded(health, lane, now).empty(); }

void leave(Health& health, Lane lane) {
  int& mine = health.in_flight[at(lane)];
  mine = std::max(0, mine - 1);
}

void learn(Health& health, const Asked& asked, const StreamOutcome& outcome, TimePoint now) {
  leave(health, asked.lane);
  ++health.requests;
  health.prompt_tokens += outcome.usage.prompt_tokens.value_or(0);
  health.output_tokens += outcome.usage.output_tokens.value_or(static_cast<int64_t>(outcome.tokens));
  if (outcome.sent != TimePoint{} && now - outcome.sent > kSlept) return told_nothing(health.breaker, asked.probe);
  learn_windows(health.limits, outcome.limits, now);
  const bool ours = outcome.finish == Finish::cancelled ||
                    (outcome.error &&
                     (outcome.error->code == Error::Code::cancelled || outcome.error->code == Error::Code::superseded));
  const bool late = outcome.error && outcome.error->code == Error::Code::deadline;
  average_rate(health.cancel_rate, ours);
  if (outcome.error && !ours && !late) return learn_error(health, asked, outcome, all_in_flight(health), now);
  if ((ours || late) && !outcome.first_token) {
    return asked.lane == Lane::alternative ? told_nothing(health.breaker, asked.probe)
                                           : learn_silence(health, asked, outcome, now);
  }
  learn_success(health, asked, outcome, now);
}

size_t tokens_left(const Health& health, TimePoint now) {
  if (!health.limits.tokens || now >= health.limits.tokens_reset) return SIZE_MAX;
  return static_cast<size_t>(std::max<int64_t>(0, *health.limits.tokens));
}

void seemed_too_slow(Health& health, TimePoint now) {
  if (health.too_slow_since == TimePoint{}) health.too_slow_since = now;
  if (now - health.too_slow_since < kTooSlowFor) return;
  health.too_slow_since = {};
  health.rates = {.bytes_per_token = health.rates.bytes_per_token};
}

}  // namespace fimd::providers

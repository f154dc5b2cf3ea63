#include "providers/health.h"

#include <algorithm>

namespace fimd::providers {
namespace {

using std::chrono::milliseconds;

constexpr double kWeight = 0.3;  // of the newest measurement

void average(double& mean, double value) {
  if (value <= 0) return;
  mean = mean == 0 ? value : mean + kWeight * (value - mean);
}

void learn_rates(Rates& rates, const Asked& asked, const StreamOutcome& outcome) {
  const Usage& usage = outcome.usage;
  if (usage.prompt_tokens && *usage.prompt_tokens > 0 && asked.prompt_bytes > 0) {
    average(rates.bytes_per_token, static_cast<double>(asked.prompt_bytes) / static_cast<double>(*usage.prompt_tokens));
  }
  const double per_token = rates.bytes_per_token > 0 ? rates.bytes_per_token : 3.5;
  if (outcome.first_token) {
    const double first_ms = to_ms(*outcome.first_token - outcome.sent);
    double fresh = static_cast<double>(asked.new_bytes) / per_token;
    if (usage.prompt_tokens && usage.cached_tokens) {
      fresh = static_cast<double>(*usage.prompt_tokens - *usage.cached_tokens);
    }
    // Few new tokens tell the overhead, many tell the rate.
    const double prompt_ms = usage.prompt_ms.value_or(first_ms - rates.overhead_ms);
    if (fresh >= 16 && prompt_ms > 0) average(rates.prefill, fresh / prompt_ms * 1000);
    const double known = rates.prefill > 0 ? fresh / rates.prefill * 1000 : first_ms;
    if (fresh < 16) average(rates.overhead_ms, std::max(0.1, first_ms - std::min(known, first_ms)));
  }
  if (usage.output_ms && usage.output_tokens && *usage.output_tokens > 1 && *usage.output_ms > 0) {
    average(rates.decode, static_cast<double>(*usage.output_tokens) / *usage.output_ms * 1000);
  } else if (outcome.tokens > 2 && outcome.first_token && outcome.last_token) {
    const double ms = to_ms(*outcome.last_token - *outcome.first_token);
    if (ms > 0) average(rates.decode, static_cast<double>(outcome.tokens - 1) / ms * 1000);
  }
}

}  // namespace

void learn(Health& health, const Asked& asked, const StreamOutcome& outcome, TimePoint now) {
  ++health.requests;
  health.prompt_tokens += outcome.usage.prompt_tokens.value_or(0);
  health.output_tokens += outcome.usage.output_tokens.value_or(static_cast<int64_t>(outcome.tokens));
  const bool ours = outcome.error && (outcome.error->code == Error::Code::cancelled ||
                                      outcome.error->code == Error::Code::superseded);
  if (outcome.error && !ours) {
    ++health.errors;
    health.last_error = outcome.error;
    const auto code = outcome.error->code;
    if (code == Error::Code::deadline) return;  // slow, not broken: the rates tell
    const bool lasting = code == Error::Code::refused || code == Error::Code::unsupported ||
                         code == Error::Code::not_found || code == Error::Code::bad_input;
    health.failures = std::min(health.failures + (lasting ? 5 : 1), 7);
    Duration wait = std::min<Duration>(milliseconds(250) * (1 << health.failures), std::chrono::seconds(30));
    if (outcome.failure && outcome.failure->retry_after) wait = std::max(wait, *outcome.failure->retry_after);
    health.retry_at = now + wait;
    return;
  }
  learn_rates(health.rates, asked, outcome);
  if (!outcome.error || outcome.first_token) {
    health.failures = 0;
    health.last_error.reset();
  }
}

void seemed_too_slow(Health& health) {
  constexpr int kPatience = 8;
  if (++health.skipped < kPatience) return;
  health.skipped = 0;
  health.rates = {.bytes_per_token = health.rates.bytes_per_token};
}

bool may_try(const Health& health, TimePoint now) { return health.failures == 0 || now >= health.retry_at; }

}  // namespace fimd::providers

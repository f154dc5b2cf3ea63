#include "providers/health.h"

#include <gtest/gtest.h>

namespace fimd::providers {
namespace {

using namespace std::chrono_literals;
const TimePoint kNow = TimePoint{} + 1h;

StreamOutcome answered(double first_ms, double last_ms, size_t tokens) {
  StreamOutcome outcome;
  const auto ms = [](double v) { return std::chrono::duration_cast<Duration>(std::chrono::duration<double, std::milli>(v)); };
  outcome.sent = kNow;
  outcome.first_token = kNow + ms(first_ms);
  outcome.last_token = kNow + ms(last_ms);
  outcome.tokens = tokens;
  outcome.finish = Finish::stop;
  return outcome;
}

StreamOutcome failed(Error::Code code) {
  StreamOutcome outcome;
  outcome.error = Error{code, "x"};
  return outcome;
}

TEST(Health, LearnsThePrefillRateFromUncachedTokens) {
  Health health;
  StreamOutcome outcome = answered(1010, 1100, 10);
  outcome.usage = {.prompt_tokens = 400, .cached_tokens = 100, .output_tokens = 10, .prompt_ms = 1000, .output_ms = 90};
  learn(health, {.prompt_bytes = 1200, .new_bytes = 1200}, outcome, kNow);
  EXPECT_NEAR(health.rates.prefill, 300, 1);
  EXPECT_NEAR(health.rates.bytes_per_token, 3, 0.01);
  EXPECT_NEAR(health.rates.decode, 111, 1);
}

TEST(Health, MeasuresByTheClockWhenTheServerTellsNothing) {
  Health health;
  learn(health, {.prompt_bytes = 3500, .new_bytes = 3500}, answered(1000, 1090, 10), kNow);
  EXPECT_NEAR(health.rates.prefill, 1000, 1);
  EXPECT_NEAR(health.rates.decode, 100, 1);
}

TEST(Health, LeavesABrokenProviderAloneForAWhile) {
  Health health;
  learn(health, {}, failed(Error::Code::down), kNow);
  EXPECT_FALSE(may_try(health, kNow + 100ms));
  EXPECT_TRUE(may_try(health, kNow + 600ms));
}

TEST(Health, WaitsLongerForAnErrorThatWillNotPass) {
  Health health;
  learn(health, {}, failed(Error::Code::refused), kNow);
  EXPECT_FALSE(may_try(health, kNow + 5s));
}

TEST(Health, HonoursRetryAfter) {
  Health health;
  StreamOutcome outcome = failed(Error::Code::down);
  outcome.failure = HttpFailure{429, "", Duration(20s)};
  learn(health, {}, outcome, kNow);
  EXPECT_FALSE(may_try(health, kNow + 19s));
  EXPECT_TRUE(may_try(health, kNow + 20s));
}

TEST(Health, OneSuccessForgetsFailures) {
  Health health;
  learn(health, {}, failed(Error::Code::down), kNow);
  learn(health, {}, answered(10, 20, 3), kNow);
  EXPECT_TRUE(may_try(health, kNow));
  EXPECT_FALSE(health.last_error);
}

TEST(Health, MeasuresASlowProviderAgainAfterAWhile) {
  Health health;
  health.rates.prefill = 5;
  for (int i = 0; i < 8; ++i) seemed_too_slow(health);
  EXPECT_EQ(health.rates.prefill, 0);
}

TEST(Health, DoesNotBlameTheProviderForOurOwnCancel) {
  Health health;
  learn(health, {}, failed(Error::Code::cancelled), kNow);
  EXPECT_TRUE(may_try(health, kNow));
  EXPECT_EQ(health.errors, 0u);
}

}  // namespace
}  // namespace fimd::providers

#include "providers/health.h"

#include <gtest/gtest.h>

#include "providers/errors.h"
#include "tests/unit/providers/now.h"

namespace fimd::providers {
namespace {

using namespace std::chrono_literals;

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

// One request from begin to end.
void once(Health& health, const StreamOutcome& outcome, TimePoint now) {
  Asked asked;
  asked.probe = begin(health, asked.lane, now);
  learn(health, asked, outcome, now);
}

StreamOutcome status(int code, std::string body, std::optional<Duration> retry_after = {}) {
  StreamOutcome outcome;
  outcome.failure = HttpFailure{code, std::move(body), retry_after};
  outcome.error = to_error(read_failure(*outcome.failure));
  return outcome;
}

// Closed by us after it had been silent for so long.
StreamOutcome silent(Duration waited, TimePoint now) {
  StreamOutcome outcome = failed(Error::Code::cancelled);
  outcome.started = outcome.sent = now - waited;
  return outcome;
}

TEST(Health, LearnsTimesOfConnectingFirstTokenAndAll) {
  Health health;
  StreamOutcome outcome = answered(100, 300, 10);
  outcome.started = outcome.sent - 40ms;
  for (int i = 0; i < 5; ++i) once(health, outcome, kNow);
  EXPECT_NEAR(to_ms(*health.connect.quantile(0.5, kNow)), 40, 8);
  EXPECT_NEAR(to_ms(*health.first_token.quantile(0.5, kNow)), 100, 20);
  EXPECT_NEAR(to_ms(*health.total.quantile(0.5, kNow)), 300, 60);
  outcome.reused = true;
  Health reused;
  for (int i = 0; i < 5; ++i) once(reused, outcome, kNow);
  EXPECT_EQ(reused.connect.weight(kNow), 0);
}

TEST(Health, AsksAgainAfterOneFailureAndLeavesItAloneAfterTwo) {
  Health health;
  once(health, failed(Error::Code::down), kNow);
  EXPECT_TRUE(may_try(health, kNow));
  once(health, failed(Error::Code::down), kNow);
  EXPECT_FALSE(may_try(health, kNow + 100ms));
  EXPECT_NE(unusable(health, Lane::completion, kNow).find("left alone for 0.5 s more after x"), std::string::npos);
  EXPECT_TRUE(may_try(health, kNow + 600ms));
}

TEST(Health, AsksAgainAtOnceAfterOneRequestThatHung) {
  Health health;
  for (int i = 0; i < 5; ++i) once(health, answered(50, 90, 5), kNow);
  once(health, silent(10s, kNow), kNow);
  EXPECT_TRUE(may_try(health, kNow));
  EXPECT_EQ(health.errors, 1u);
  once(health, silent(10s, kNow), kNow);
  EXPECT_FALSE(may_try(health, kNow)) << "the second in a row";
}

TEST(Health, AddsUpTheSilenceOfRequestsThatTypingEnded) {
  Health health;
  for (int i = 0; i < 5; ++i) once(health, answered(50, 90, 5), kNow);
  for (int i = 0; i < 14; ++i) once(health, silent(150ms, kNow), kNow);
  EXPECT_FALSE(may_try(health, kNow));
}

TEST(Health, DoesNotTakeAShortSilenceForAFailure) {
  Health health;
  for (int i = 0; i < 5; ++i) once(health, answered(50, 90, 5), kNow);
  for (int i = 0; i < 50; ++i) {
    once(health, silent(60ms, kNow), kNow);
    once(health, answered(50, 90, 5), kNow);
  }
  EXPECT_TRUE(may_try(health, kNow));
  EXPECT_EQ(health.errors, 0u);
}

TEST(Health, OneHangDoesNotMakeAFastProviderSeemSlow) {
  Health health;
  const Asked few{.prompt_bytes = 1000, .new_bytes = 10};
  for (int i = 0; i < 5; ++i) learn(health, few, answered(20, 60, 5), kNow);
  learn(health, few, answered(8000, 8100, 5), kNow);
  EXPECT_LT(health.rates.overhead_ms, 40);
}

TEST(Health, LearnsNothingFromARequestDuringWhichTheMachineSlept) {
  Health health;
  once(health, silent(8h, kNow), kNow);
  EXPECT_EQ(health.errors, 0u);
  EXPECT_EQ(health.silence, 0s);
}

TEST(Health, WaitsLongerForAnErrorThatWillNotPass) {
  Health health;
  once(health, status(401, R"({"message":"Unauthorized","request_id":"a"})"), kNow);
  EXPECT_FALSE(may_try(health, kNow + 29s));
  EXPECT_TRUE(may_try(health, kNow + 30s));
}

TEST(Health, HonoursRetryAfter) {
  Health health;
  once(health, status(429, "", 20s), kNow);
  EXPECT_FALSE(may_try(health, kNow + 19s));
  EXPECT_TRUE(may_try(health, kNow + 20s));
}

TEST(Health, HonoursRetryAfterOfAnOverloadedServer) {
  Health health;
  once(health, status(503, "", 3s), kNow);
  EXPECT_FALSE(may_try(health, kNow + 2s));
  EXPECT_TRUE(may_try(health, kNow + 3s));
}

TEST(Health, WaitsLongerForEachRefusalThatNamesNoTime) {
  Health health;
  TimePoint now = kNow;
  for (const Duration wait : {1s, 2s, 4s, 8s, 8s}) {
    once(health, status(429, R"({"object":"error","message":"Rate limit exceeded","type":"rate_limited","code":"1300"})"), now);
    EXPECT_FALSE(may_try(health, now + wait - 1ms));
    now += wait;
    EXPECT_TRUE(may_try(health, now));
  }
  once(health, answered(50, 90, 5), now);
  once(health, answered(50, 90, 5), now);
  once(health, status(429, R"({"message":"Requests rate limit exceeded"})"), now);
  EXPECT_TRUE(may_try(health, now + 2s)) << "successes shorten it again";
}

TEST(Health, WaitsForTheEndOfAQuotaThatDoesNotNameIt) {
  Health health;
  once(health, status(429, R"({"error":{"code":"1304","message":"Daily limit reached"}})"), kNow);
  EXPECT_FALSE(may_try(health, kNow + 59s));
}

TEST(Health, WaitsForTheResetOfAWindowThatIsUsedUp) {
  Health health;
  StreamOutcome outcome = answered(50, 90, 5);
  outcome.limits.windows = {{.of = LimitWindow::Of::requests, .limit = 60, .remaining = 1, .reset = Duration(7s)}};
  once(health, outcome, kNow);
  EXPECT_TRUE(may_try(health, kNow));
  const Asked asked{.probe = begin(health, Lane::completion, kNow)};
  EXPECT_FALSE(may_try(health, kNow + 6s)) << "the last one is on its way";
  EXPECT_TRUE(may_try(health, kNow + 7s));
  learn(health, asked, failed(Error::Code::cancelled), kNow);
}

TEST(Health, TellsTheTokensThatAreLeft) {
  Health health;
  EXPECT_EQ(tokens_left(health, kNow), SIZE_MAX);
  StreamOutcome outcome = answered(50, 90, 5);
  outcome.limits.windows = {{.of = LimitWindow::Of::tokens, .limit = 60000, .remaining = 900, .reset = Duration(7s)}};
  once(health, outcome, kNow);
  EXPECT_EQ(tokens_left(health, kNow), 900u);
  EXPECT_EQ(tokens_left(health, kNow + 7s), SIZE_MAX);
  outcome.limits.windows[0].remaining = 5;
  once(health, outcome, kNow);
  EXPECT_FALSE(may_try(health, kNow));
  EXPECT_TRUE(may_try(health, kNow + 7s));
}

TEST(Health, AsksFewerAtATimeAfterARefusalForConcurrencyAndMoreAgainLater) {
  Health health;
  for (int i = 0; i < 3; ++i) (void)begin(health, Lane::completion, kNow);
  learn(health, {}, status(429, R"({"error":{"code":"1302","message":"High concurrency usage"}})"), kNow);
  EXPECT_EQ(health.most_in_flight, 2);
  EXPECT_FALSE(may_try(health, kNow + 5s)) << "two are on their way";
  learn(health, {}, answered(50, 90, 5), kNow + 31s);
  EXPECT_EQ(health.most_in_flight, 3);
}

TEST(Health, LeavesTheLastPlaceToCompletions) {
  Health health;
  health.most_in_flight = 2;
  (void)begin(health, Lane::agent, kNow);
  EXPECT_NE(unusable(health, Lane::agent, kNow), "");
  EXPECT_EQ(unusable(health, Lane::completion, kNow), "");
}

TEST(Health, GivesTheOnlyPlaceToTheAgentWhenTypingRests) {
  Health health;
  health.most_in_flight = 1;
  health.most_changed = kNow;
  once(health, answered(50, 90, 5), kNow);
  EXPECT_NE(unusable(health, Lane::agent, kNow + 500ms), "");
  EXPECT_EQ(unusable(health, Lane::agent, kNow + 1s), "");
}

TEST(Health, WarmingTakesNoPlace) {
  Health health;
  health.most_in_flight = 1;
  (void)begin(health, Lane::warming, kNow);
  EXPECT_TRUE(may_try(health, kNow));
}

TEST(Health, OneSuccessForgetsAFailure) {
  Health health;
  once(health, failed(Error::Code::down), kNow);
  once(health, answered(10, 20, 3), kNow);
  once(health, failed(Error::Code::down), kNow);
  EXPECT_TRUE(may_try(health, kNow));
}

TEST(Health, MeasuresASlowProviderAgainAfterAWhile) {
  Health health;
  health.rates.prefill = 5;
  seemed_too_slow(health, kNow);
  seemed_too_slow(health, kNow + 3s);
  EXPECT_EQ(health.rates.prefill, 5);
  seemed_too_slow(health, kNow + 4s);
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

#include "providers/breaker.h"
#include "tests/unit/providers/now.h"

#include <gtest/gtest.h>

namespace fimd::providers {
namespace {

using namespace std::chrono_literals;

// Open, with one failure more than it forgives.
Breaker open_one() {
  Breaker b;
  failed(b, false, kNow);
  failed(b, false, kNow);
  return b;
}

TEST(Breaker, ForgivesOneFailure) {
  Breaker b;
  failed(b, false, kNow);
  EXPECT_TRUE(may_pass(b, kNow));
  succeeded(b);
  failed(b, false, kNow);
  EXPECT_TRUE(may_pass(b, kNow));
}

TEST(Breaker, OpensAfterTwoFailuresInARow) {
  const Breaker b = open_one();
  EXPECT_EQ(state_of(b, kNow + 499ms), BreakerState::open);
  EXPECT_FALSE(may_pass(b, kNow + 499ms));
  EXPECT_EQ(state_of(b, kNow + 500ms), BreakerState::half_open);
}

TEST(Breaker, LetsASingleRequestThroughWhenHalfOpen) {
  Breaker b = open_one();
  EXPECT_TRUE(pass(b, kNow + 1s));
  EXPECT_FALSE(may_pass(b, kNow + 1s));
  EXPECT_FALSE(may_pass(b, kNow + 1h));
  told_nothing(b, true);
  EXPECT_TRUE(may_pass(b, kNow + 1s));
}

TEST(Breaker, ClosesWhenThatRequestSucceeds) {
  Breaker b = open_one();
  EXPECT_TRUE(pass(b, kNow + 1s));
  succeeded(b);
  EXPECT_EQ(state_of(b, kNow + 1s), BreakerState::closed);
  EXPECT_FALSE(pass(b, kNow + 1s));
}

TEST(Breaker, PausesGrowToFourSeconds) {
  Breaker b = open_one();
  TimePoint now = kNow;
  for (const Duration pause : {500ms, 1000ms, 2000ms, 4000ms, 4000ms, 4000ms}) {
    EXPECT_FALSE(may_pass(b, now + pause - 1ms));
    now += pause;
    ASSERT_TRUE(may_pass(b, now));
    failed(b, pass(b, now), now);
  }
}

TEST(Breaker, OpensAtTheFirstFailureWhileOnProbation) {
  Breaker b = open_one();
  (void)pass(b, kNow + 1s);
  succeeded(b);
  failed(b, false, kNow + 2s);
  EXPECT_FALSE(may_pass(b, kNow + 2s + 999ms)) << "the pause grows on";
  EXPECT_TRUE(may_pass(b, kNow + 3s));
}

TEST(Breaker, TrustsAgainAfterThreeSuccesses) {
  Breaker b = open_one();
  (void)pass(b, kNow + 1s);
  for (int i = 0; i < 3; ++i) succeeded(b);
  failed(b, false, kNow + 2s);
  EXPECT_TRUE(may_pass(b, kNow + 2s));
}

TEST(Breaker, IsNotMovedByWhatFailsAfterItOpened) {
  Breaker b = open_one();
  for (int i = 0; i < 20; ++i) failed(b, false, kNow + 100ms);
  EXPECT_TRUE(may_pass(b, kNow + 500ms));
  (void)pass(b, kNow + 500ms);
  failed(b, false, kNow + 600ms);
  told_nothing(b, false);
  EXPECT_FALSE(may_pass(b, kNow + 600ms)) << "its own request is still on its way";
}

TEST(Breaker, OpensAtOnceForWhatWillNotPass) {
  Breaker b;
  open_for(b, 30s, kNow);
  EXPECT_FALSE(may_pass(b, kNow + 29s));
  EXPECT_TRUE(may_pass(b, kNow + 30s));
}

}  // namespace
}  // namespace fimd::providers

#include "providers/latency.h"
#include "tests/unit/providers/now.h"

#include <gtest/gtest.h>

namespace fimd::providers {
namespace {

using namespace std::chrono_literals;

Latency of(int samples, Duration took) {
  Latency latency;
  for (int i = 0; i < samples; ++i) latency.add(took, kNow);
  return latency;
}

TEST(Latency, KnowsNothingAfterTwoSamples) {
  EXPECT_FALSE(of(2, 50ms).quantile(0.9, kNow));
  EXPECT_TRUE(of(3, 50ms).quantile(0.9, kNow));
}

TEST(Latency, TellsAQuantileToWithinItsBucket) {
  Latency latency;
  for (int i = 1; i <= 20; ++i) latency.add(i * 10ms, kNow);
  EXPECT_NEAR(to_ms(*latency.quantile(0.5, kNow)), 110, 30);
  EXPECT_NEAR(to_ms(*latency.quantile(0.9, kNow)), 190, 45);
}

TEST(Latency, FollowsAChangeWithinADozenSamples) {
  Latency latency = of(200, 50ms);
  for (int i = 0; i < 30; ++i) latency.add(400ms, kNow);
  EXPECT_GE(to_ms(*latency.quantile(0.5, kNow)), 400);
}

TEST(Latency, ForgetsWhatIsOld) {
  EXPECT_TRUE(of(30, 50ms).quantile(0.5, kNow + 10min));
  EXPECT_FALSE(of(30, 50ms).quantile(0.5, kNow + 2h));
}

TEST(Latency, StaysExactThroughAHundredThousandSamplesAndLongPauses) {
  Latency latency;
  TimePoint now = kNow;
  for (int i = 0; i < 100000; ++i) latency.add(20ms, now += i % 1000 == 0 ? 24h : 1s);
  EXPECT_NEAR(to_ms(*latency.quantile(0.9, now)), 20, 4);
  EXPECT_LT(latency.weight(now), 100);
}

TEST(Latency, TakesTimesOutsideItsBuckets) {
  Latency latency = of(3, -5ms);
  EXPECT_GT(*latency.quantile(0.5, kNow), 0ms);
  for (int i = 0; i < 100; ++i) latency.add(1h, kNow);
  EXPECT_GT(*latency.quantile(0.9, kNow), 1min);
}

}  // namespace
}  // namespace fimd::providers

#include "context/budget.h"

#include <gtest/gtest.h>

namespace fimd {
namespace {
using namespace std::chrono_literals;

TEST(Budget, PullsASoftDeadlineInFrontOfTheHardOne) {
  const Budget b = Budget::from(TimePoint{}, 300ms, 200ms);
  EXPECT_EQ(b.soft, b.hard);
}

TEST(Budget, IsNeverNegative) {
  const Budget b = Budget::from(TimePoint{}, 150ms, 200ms);
  EXPECT_EQ(b.remaining(TimePoint{} + 1s), 0ms);
  EXPECT_TRUE(b.spent(TimePoint{} + 200ms));
}

TEST(Budget, SliceOnlyShortens) {
  const Budget b = Budget::from(TimePoint{}, 150ms, 200ms);
  EXPECT_EQ(b.slice(1s).hard, b.hard);
  EXPECT_EQ(b.slice(50ms).hard - b.start, 50ms);
  EXPECT_EQ(b.slice(50ms).soft - b.start, 50ms);
}

}  // namespace
}  // namespace fimd

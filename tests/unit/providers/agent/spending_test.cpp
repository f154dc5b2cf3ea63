#include "providers/agent/spending.h"

#include <gtest/gtest.h>

namespace fimd::providers::agent {
namespace {

Usage usage(int64_t in, int64_t cached, int64_t out) {
  Usage told;
  told.prompt_tokens = in;
  told.cached_tokens = cached;
  told.output_tokens = out;
  return told;
}

TEST(Spending, CountsWhatTheServerTells) {
  Spent spent;
  book(spent, usage(1000, 800, 50), 7, 7);
  book(spent, usage(1000, 900, 50), 7, 7);
  EXPECT_EQ(spent.in, 2000);
  EXPECT_EQ(spent.cached, 1700);
  EXPECT_EQ(spent.out, 100);
  EXPECT_FALSE(spent.estimated);
}

TEST(Spending, EstimatesWhatTheServerDoesNotTell) {
  Spent spent;
  book(spent, {}, 300, 20);
  EXPECT_EQ(spent.in, 300);
  EXPECT_EQ(spent.out, 20);
  EXPECT_TRUE(spent.estimated);
}

TEST(Spending, CachedTokensHaveTheirOwnPrice) {
  Spent spent;
  book(spent, usage(1'000'000, 750'000, 100'000), 0, 0);
  EXPECT_DOUBLE_EQ(cost_of(spent, {.input = 1.4, .cached = 0.26, .output = 4.4, .known = true, .as_of = ""}), 0.25 * 1.4 + 0.75 * 0.26 + 0.1 * 4.4);
}

TEST(Spending, AnswersGetShorterAndThenEnd) {
  const SpendingLimits limits{.tokens = 10'000};
  Spent spent;
  EXPECT_EQ(affordable(spent, limits, 1'000, 8'192), 8'192);
  spent.in = 5'000;
  EXPECT_EQ(affordable(spent, limits, 1'000, 8'192), 4'000);
  spent.in = 8'900;
  EXPECT_EQ(affordable(spent, limits, 1'000, 8'192), std::nullopt);
}

TEST(Spending, ReservesTheRequestAtFullPrice) {
  SpendingLimits limits{.cost = 0.05, .price = Price{.input = 2, .cached = 0.2, .output = 10, .known = true, .as_of = ""}};
  EXPECT_EQ(affordable({}, limits, 10'000, 8'192), 3'000);  // 0.05 - 0.02 at 10 a million
  EXPECT_EQ(affordable({}, limits, 25'000, 8'192), std::nullopt);
  limits.price = {};
  EXPECT_EQ(affordable({}, limits, 25'000, 8'192), 8'192);
}

}  // namespace
}  // namespace fimd::providers::agent

#include "providers/confidence.h"

#include <gtest/gtest.h>

#include <cmath>

namespace fimd::providers {
namespace {

TEST(Scores, CountTheTokensOfATextAndNotThoseAroundIt) {
  Scores scores;
  scores.add(4, std::vector{-0.1});
  scores.add(3, std::vector{-2.0, -0.2});
  scores.add(5, std::vector{-9.0});
  const auto middle = scores.over(4, 7);
  ASSERT_TRUE(middle);
  EXPECT_DOUBLE_EQ(middle->mean, -1.1);
  EXPECT_DOUBLE_EQ(middle->lowest, -2.0);
  const auto begin = scores.over(0, 6);
  ASSERT_TRUE(begin);
  EXPECT_DOUBLE_EQ(begin->lowest, -2.0);
  EXPECT_NEAR(begin->mean, -2.3 / 3, 1e-9);
}

TEST(Scores, KnowNothingWhereTheServerTellsNothing) {
  Scores scores;
  scores.add(4, {});
  EXPECT_FALSE(scores.over(0, 4));
  EXPECT_FALSE(Scores().over(0, 10));
}

TEST(Threshold, IsTheConfiguredOneUntilThereIsExperience) {
  Threshold t;
  EXPECT_DOUBLE_EQ(t.above(0.05), std::log(0.05));
  for (int i = 0; i < 10; ++i) t.learn(std::log(0.12), false);
  EXPECT_DOUBLE_EQ(t.above(0.05), std::log(0.05));
}

TEST(Threshold, RisesAboveWhatNobodyTakesAndNoFurther) {
  Threshold t;
  for (int i = 0; i < 40; ++i) {
    t.learn(std::log(0.12), false);
    t.learn(std::log(0.17), false);
    t.learn(std::log(0.22), i % 3 == 0);
  }
  EXPECT_NEAR(std::exp(t.above(0.05)), 0.20, 1e-9);
}

TEST(Threshold, StaysWhereUnsureTextsAreTaken) {
  Threshold t;
  for (int i = 0; i < 100; ++i) t.learn(std::log(0.12), i % 4 == 0);
  EXPECT_DOUBLE_EQ(t.above(0.05), std::log(0.05));
}

TEST(Threshold, FallsAgainWhenExperienceFades) {
  Threshold t;
  for (int i = 0; i < 30; ++i) t.learn(std::log(0.12), false);
  ASSERT_GT(t.above(0.05), std::log(0.1));
  for (int i = 0; i < 400; ++i) t.learn(std::log(0.9), true);
  EXPECT_DOUBLE_EQ(t.above(0.05), std::log(0.05));
}

TEST(Threshold, IsAtMostOneHalf) {
  Threshold t;
  for (int i = 0; i < 400; ++i) t.learn(std::log(0.01 * (i % 100) + 0.001), false);
  EXPECT_LE(std::exp(t.above(0.05)), 0.5 + 1e-9);
}

TEST(Threshold, ZeroShowsEverything) {
  Threshold t;
  for (int i = 0; i < 100; ++i) t.learn(std::log(0.3), false);
  EXPECT_EQ(t.above(0), -std::numeric_limits<double>::infinity());
}

TEST(Threshold, TakesAnyNumber) {
  Threshold t;
  for (const double odd : {-std::numeric_limits<double>::infinity(), std::nan(""), 1e9, -9999.0}) t.learn(odd, true);
  EXPECT_DOUBLE_EQ(t.above(0.05), std::log(0.05));
}

TEST(Logprobs, AreAskedForWhereTheyCostLittle) {
  const auto wanted = [](const char* kind, double decode) {
    ProviderConfig config;
    config.kind = kind;
    return wants_logprobs(config, Rates{.decode = decode});
  };
  EXPECT_TRUE(wanted("vllm", 0));
  EXPECT_TRUE(wanted("llama.cpp", 25));
  EXPECT_FALSE(wanted("llama.cpp", 200)) << "sorting the vocabulary for each token would cost a good part of it";
  EXPECT_FALSE(wanted("llama.cpp", 0)) << "not measured yet";
  EXPECT_FALSE(wanted("openai", 25)) << "nobody knows what this server does with the field";
}

TEST(Logprobs, AreAskedForAsConfigured) {
  ProviderConfig config;
  config.kind = "llama.cpp";
  config.logprobs = true;
  EXPECT_TRUE(wants_logprobs(config, Rates{.decode = 500}));
  config.kind = "vllm";
  config.logprobs = false;
  EXPECT_FALSE(wants_logprobs(config, {}));
}

}  // namespace
}  // namespace fimd::providers

#include "providers/rate_limit.h"

#include <gtest/gtest.h>

namespace fimd::providers {
namespace {

using namespace std::chrono_literals;
const std::chrono::system_clock::time_point kToday = std::chrono::sys_days(std::chrono::year(2026) / 11 / 25) + 10h;

const LimitWindow* window(const LimitReport& report, LimitWindow::Of of) {
  for (const auto& w : report.windows) {
    if (w.of == of) return &w;
  }
  return nullptr;
}

Duration reset(const char* value) {
  const LimitReport report = read_limits({{"x-ratelimit-reset-requests", value}}, kToday);
  return report.windows.at(0).reset.value_or(-1s);
}

TEST(RateLimit, ReadsRequestsAndTokensWithDurations) {
  const LimitReport report = read_limits({{"x-ratelimit-limit-requests", "60"},
                                          {"x-ratelimit-remaining-requests", "0"},
                                          {"x-ratelimit-reset-requests", "6m0s"},
                                          {"x-ratelimit-limit-tokens", "150000"},
                                          {"x-ratelimit-remaining-tokens", "149984"},
                                          {"x-ratelimit-reset-tokens", "20ms"}},
                                         kToday);
  ASSERT_EQ(report.windows.size(), 2u);
  const LimitWindow* requests = window(report, LimitWindow::Of::requests);
  EXPECT_EQ(requests->limit, 60);
  EXPECT_EQ(requests->remaining, 0);
  EXPECT_EQ(requests->reset, Duration(6min));
  const LimitWindow* tokens = window(report, LimitWindow::Of::tokens);
  EXPECT_EQ(tokens->remaining, 149984);
  EXPECT_EQ(tokens->reset, Duration(20ms));
}

TEST(RateLimit, ReadsTheWindowsOfAMinuteWithoutAReset) {
  const LimitReport report = read_limits({{"x-ratelimit-limit-tokens-minute", "500000"},
                                          {"x-ratelimit-remaining-tokens-minute", "499000"},
                                          {"x-ratelimit-tokens-query-cost", "37"},
                                          {"x-ratelimit-limit-req-minute", "60"},
                                          {"x-ratelimit-remaining-req-minute", "12"}},
                                         kToday);
  ASSERT_EQ(report.windows.size(), 2u);
  EXPECT_EQ(window(report, LimitWindow::Of::tokens)->remaining, 499000);
  EXPECT_EQ(window(report, LimitWindow::Of::requests)->remaining, 12);
  EXPECT_FALSE(window(report, LimitWindow::Of::requests)->reset);
}

TEST(RateLimit, ReadsAResetInEpochMillisecondsAndSeconds) {
  const LimitReport report = read_limits({{"x-ratelimit-limit", "20"}, {"x-ratelimit-remaining", "0"},
                                          {"x-ratelimit-reset", "1795600830000"}}, kToday);
  EXPECT_EQ(report.windows.at(0).of, LimitWindow::Of::requests);
  EXPECT_EQ(report.windows.at(0).reset, Duration(30s));
  EXPECT_EQ(reset("1795600830"), 30s);
  EXPECT_EQ(reset("1795600000"), 0s) << "a time in the past";
}

TEST(RateLimit, ReadsAResetInRfc3339) {
  const LimitReport report = read_limits({{"anthropic-ratelimit-input-tokens-remaining", "0"},
                                          {"anthropic-ratelimit-input-tokens-reset", "2026-11-25T10:00:30Z"},
                                          {"anthropic-ratelimit-requests-remaining", "3"},
                                          {"anthropic-ratelimit-requests-reset", "2026-11-25T12:01:00.25+02:00"}},
                                         kToday);
  EXPECT_EQ(window(report, LimitWindow::Of::tokens)->reset, Duration(30s));
  EXPECT_EQ(window(report, LimitWindow::Of::requests)->reset, Duration(1min));
}

TEST(RateLimit, ReadsEverySpellingOfADuration) {
  EXPECT_EQ(reset("1h2m3s"), 1h + 2min + 3s);
  EXPECT_EQ(reset("1.5s"), 1500ms);
  EXPECT_EQ(reset("7"), 7s);
  EXPECT_EQ(reset("2d"), 24h) << "more than a day is a day";
}

TEST(RateLimit, IgnoresValuesOfNoKnownForm) {
  for (const char* value : {"", "soon", "-3", "nan", "inf", "5x", "5m x", "1e99", "2026-13-45T99:99:99Z", "2026-11-25T10:00:30*01:00"}) {
    EXPECT_EQ(reset(value), -1s) << value;
  }
  const LimitReport report = read_limits({{"x-ratelimit-remaining-requests", "many"}, {"x-ratelimit-", "3"}, {"x-ratelimit-bytes-limit", "3"}}, kToday);
  EXPECT_FALSE(report.windows.at(0).remaining);
  EXPECT_EQ(report.windows.size(), 1u);
}

TEST(RateLimit, ReadsWhatItIsAskedToWait) {
  EXPECT_EQ(read_limits({{"retry-after", "3"}}, kToday).wait, Duration(3s));
  EXPECT_EQ(read_limits({{"retry-after", "Wed, 25 Nov 2026 10:00:30 GMT"}}, kToday).wait, Duration(30s));
  EXPECT_EQ(read_limits({{"retry-after-ms", "250"}}, kToday).wait, Duration(250ms));
}

TEST(RateLimit, ReadsABeijingTimeInAMessage) {
  EXPECT_EQ(wait_in_message(R"({"error":{"code":"1308","message":"Usage limit reached. Your limit will reset at 2026-11-25 18:00:40"}})", kToday),
            Duration(40s));
  EXPECT_EQ(wait_in_message("[1310][已达到每周使用上限,将于 2026-11-26 02:00:00 重置][id]", kToday), Duration(8h));
  EXPECT_EQ(wait_in_message("see the notes of 2024-01-01 00:00:00", kToday), Duration(0s));
}

TEST(RateLimit, ReadsADurationInAMessage) {
  EXPECT_EQ(wait_in_message("Rate limit reached. Please try again in 6m0s.", kToday), Duration(6min));
  EXPECT_EQ(wait_in_message("Please try again in 20ms. Visit ...", kToday), Duration(20ms));
  EXPECT_EQ(wait_in_message("retry after 12 seconds", kToday), Duration(12s));
  EXPECT_EQ(wait_in_message("Please try again in a moment", kToday), std::nullopt);
  EXPECT_EQ(wait_in_message("", kToday), std::nullopt);
}

}  // namespace
}  // namespace fimd::providers

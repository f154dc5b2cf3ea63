#include "lsp/figures.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "lsp/cli/since.h"

namespace fimd::lsp {
namespace {

using providers::SentRow;
using providers::ShownRow;
using testing::HasSubstr;

SentRow sent(const std::string& provider, double first, const std::string& outcome = "ok") {
  SentRow r;
  r.at_ms = 1'764'500'000'000;  // 2025-11-30
  r.provider = provider;
  r.purpose = "completion";
  r.outcome = outcome;
  if (first > 0) r.first_token_ms = first;
  r.ms = first + 10;
  r.tokens_in = 100;
  r.tokens_out = 5;
  r.usd = 0.01;
  r.priced = true;
  return r;
}

ShownRow shown(const std::string& fate, const std::string& language = "cpp") {
  ShownRow r;
  r.at_ms = 1'764'500'000'000;
  r.provider = "m";
  r.language = language;
  r.fate = fate;
  r.ms = 80;
  return r;
}

TEST(Percentiles, AreByNearestRank) {
  std::vector<double> values;
  for (int i = 100; i >= 1; --i) values.push_back(i);
  const Percentiles p = percentiles(values);
  EXPECT_EQ(p.p50, 50);
  EXPECT_EQ(p.p95, 95);
  EXPECT_EQ(p.p99, 99);
  EXPECT_EQ(percentiles({}).count, 0U);
  EXPECT_EQ(percentiles({7}).p99, 7);
}

TEST(Figures, CountRequestsErrorsAndThoseThatCameTooLate) {
  const std::vector<SentRow> rows = {sent("m", 50), sent("m", 70), sent("m", 0, "stopped"), sent("m", 0, "http 429"), sent("n", 9)};
  const Figures f = figures_of(rows, {});
  ASSERT_EQ(f.providers.size(), 2U);
  EXPECT_EQ(f.providers[0].name, "m");
  EXPECT_EQ(f.providers[0].requests, 4U);
  EXPECT_EQ(f.providers[0].errors, 1U);
  EXPECT_EQ(f.providers[0].late, 1U);
  EXPECT_EQ(f.providers[0].first_token_ms.p99, 70);
  EXPECT_NEAR(f.usd, 0.05, 1e-9);
}

TEST(Figures, SayHowSuggestionsFaredByLanguage) {
  auto kept = shown("accepted");
  kept.kept_saved = 0.5;
  const std::vector<ShownRow> rows = {kept, shown("dismissed"), shown("partly", "go"), shown("typed")};
  const Figures f = figures_of({}, rows);
  EXPECT_EQ(f.all.shown, 4U);
  EXPECT_DOUBLE_EQ(f.all.accepted_share(), 0.5);
  EXPECT_EQ(f.all.kept_saved, 0.5);
  EXPECT_EQ(f.all.kept_30s, std::nullopt);
  ASSERT_EQ(f.by_language.size(), 2U);
  EXPECT_EQ(f.by_language[0].key, "cpp");
  EXPECT_EQ(f.by_language[1].partly, 1U);
}

TEST(Figures, HaveThePublishedShape) {
  const std::vector<SentRow> rows = {sent("m", 50)};
  const std::vector<ShownRow> fared = {shown("accepted")};
  const auto published = to_json(figures_of(rows, fared));
  EXPECT_EQ(published["providers"]["m"]["requests"], 1);
  EXPECT_EQ(published["providers"]["m"]["first_token_ms"]["p95"], 50);
  EXPECT_EQ(published["providers"]["m"]["tokens"]["in"], 100);
  EXPECT_EQ(published["shown"], 1);
  EXPECT_EQ(published["accepted"], 1);
  EXPECT_TRUE(published["retained"].is_null()) << "it was not measured";
  EXPECT_DOUBLE_EQ(published["usd_per_accepted"], 0.01);
  EXPECT_EQ(published["stages_ms"]["answer"]["p50"], 80);
}

TEST(Figures, ShowAnUnknownPriceAsUnknown) {
  auto row = sent("m", 50);
  row.priced = false;
  const Figures f = figures_of(std::vector{row}, {});
  EXPECT_TRUE(to_json(f)["providers"]["m"]["usd"].is_null());
  EXPECT_THAT(as_text(f), HasSubstr("?"));
}

TEST(Figures, FillATableAndAPage) {
  const std::vector<SentRow> rows = {sent("m<i>", 50), sent("m<i>", 60)};
  const std::vector<ShownRow> fared = {shown("accepted"), shown("dismissed", "go")};
  const Figures f = figures_of(rows, fared);
  EXPECT_THAT(as_text(f), HasSubstr("m<i>"));
  EXPECT_THAT(as_text(f), HasSubstr("50 %"));
  const std::string page = as_page(f);
  EXPECT_THAT(page, HasSubstr("m&lt;i&gt;"));
  EXPECT_THAT(page, testing::Not(HasSubstr("<script")));
  EXPECT_THAT(page, testing::Not(HasSubstr("http://")));
  EXPECT_THAT(page, HasSubstr("prefers-color-scheme: dark"));
}

TEST(Figures, OfNothingSayThatThereIsNothing) {
  EXPECT_THAT(as_text(figures_of({}, {})), HasSubstr("nothing was asked yet"));
  EXPECT_THAT(as_page(figures_of({}, {})), HasSubstr("Nothing was asked yet"));
}

TEST(Since, IsATimeAgoOrADate) {
  using cli::since_ms;
  const auto now = std::chrono::system_clock::time_point(std::chrono::hours(24 * 365));
  const int64_t ms = 24LL * 365 * 3600 * 1000;
  EXPECT_EQ(*since_ms("", now), 0);
  EXPECT_EQ(*since_ms("30m", now), ms - 30 * 60 * 1000);
  EXPECT_EQ(*since_ms("2d", now), ms - 2 * 24 * 3600 * 1000LL);
  EXPECT_EQ(*since_ms("5000w", now), 0) << "not before the beginning";
  EXPECT_GT(*since_ms("2026-11-30", now), 1'790'000'000'000);
  EXPECT_EQ(*since_ms("2026-11-30 01:00", now) - *since_ms("2026-11-30", now), 3'600'000);
  for (const char* wrong : {"x", "10", "10y", "-5m", "2026-13-01x", "99999999999999999999d", "9223372036854775807w"}) {
    EXPECT_FALSE(since_ms(wrong, now)) << wrong;
  }
}

}  // namespace
}  // namespace fimd::lsp

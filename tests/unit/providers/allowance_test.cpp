#include "providers/allowance.h"

#include <gtest/gtest.h>

namespace fimd::providers {
namespace {

using namespace std::chrono_literals;

std::string lines(size_t n) {
  std::string text;
  for (size_t i = 0; i < n; ++i) text += "line " + std::to_string(10000 + i) + "\n";  // 11 bytes each
  return text;
}

struct AllowanceCase {
  Caps caps;
  Rates rates{.prefill = 300, .decode = 100, .overhead_ms = 2, .bytes_per_token = 3};
  PromptCache cache;
  AllowanceCase() { caps.prompt_cache = true; }
  [[nodiscard]] PlanInputs with(std::string_view prefix, std::string_view suffix, Duration left) const {
    return {prefix, suffix, caps, rates, cache, left, 64};
  }
};

TEST(Allowance, SendsAShortFileWhole) {
  const AllowanceCase c;
  const auto plan = plan_prompt(c.with("int main() {\n  ", "\n}\n", 200ms));
  ASSERT_TRUE(plan);
  EXPECT_TRUE(plan->whole);
}

TEST(Allowance, CutsALongColdPromptToWholeLinesThatFit) {
  const AllowanceCase c;
  const std::string prefix = lines(400);
  const auto plan = plan_prompt(c.with(prefix, "", 200ms));
  ASSERT_TRUE(plan);
  EXPECT_FALSE(plan->whole);
  EXPECT_EQ(plan->start % 11, 0u);
  // (200 * 0.8 - 2 - 60) ms at 300 tokens/s and 3 bytes each are 88 bytes.
  EXPECT_LE(plan->new_bytes, 88u);
  EXPECT_GE(plan->new_bytes, 66u);
}

TEST(Allowance, SendsALongPromptWholeWhenTheServerHoldsIt) {
  AllowanceCase c;
  const std::string prefix = lines(400);
  remember(c.cache, prefix);
  const auto plan = plan_prompt(c.with(prefix + "ab", "", 200ms));
  ASSERT_TRUE(plan);
  EXPECT_TRUE(plan->whole);
  EXPECT_EQ(plan->new_bytes, 2u);
}

TEST(Allowance, KeepsAShortStartWhileItIsCached) {
  AllowanceCase c;
  const std::string prefix = lines(400);
  const auto first = plan_prompt(c.with(prefix, "", 200ms));
  ASSERT_TRUE(first);
  remember(c.cache, std::string_view(prefix).substr(first->start));
  const auto second = plan_prompt(c.with(prefix + "x", "", 200ms));
  ASSERT_TRUE(second);
  EXPECT_EQ(second->start, first->start);
  EXPECT_EQ(second->new_bytes, 1u);
}

TEST(Allowance, GivesTheSuffixAtMostAThird) {
  const AllowanceCase c;
  const std::string suffix = lines(100);
  const auto plan = plan_prompt(c.with(lines(100), suffix, 200ms));
  ASSERT_TRUE(plan);
  EXPECT_LE(plan->suffix, 30u);
}

TEST(Allowance, SendsNoSuffixToAModelThatTakesNone) {
  AllowanceCase c;
  c.caps.suffix = false;
  const auto plan = plan_prompt(c.with("a", lines(3), 200ms));
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->suffix, 0u);
}

TEST(Allowance, DoesNotAskWithoutTimeForAnAnswer) {
  const AllowanceCase c;
  EXPECT_FALSE(plan_prompt(c.with(lines(3), "", 60ms)));
}

TEST(Allowance, AsksAServerThatWasNeverMeasuredInAnyCase) {
  AllowanceCase c;
  c.rates = {};
  const auto plan = plan_prompt(c.with(lines(30), "", 20ms));
  ASSERT_TRUE(plan);
  EXPECT_LE(plan->new_bytes, 140u);
}

TEST(Allowance, CutsOneOverlongLineOnACodePoint) {
  const AllowanceCase c;
  std::string prefix;
  for (int i = 0; i < 2000; ++i) prefix += "é";
  const auto plan = plan_prompt(c.with(prefix, "", 200ms));
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->start % 2, 0u);
  EXPECT_LE(plan->new_bytes, 88u);
}

TEST(Allowance, StaysWithinTheModelsContext) {
  AllowanceCase c;
  c.rates.prefill = 1e6;
  c.caps.context = 512;
  const auto plan = plan_prompt(c.with(lines(1000), lines(100), 200ms));
  ASSERT_TRUE(plan);
  EXPECT_LE((11000 - plan->start + plan->suffix) / 3, 512u - 64u);
}

TEST(Allowance, SendsNoMoreThanAServerKeeps) {
  AllowanceCase c;
  c.rates.prefill = 1e6;
  c.caps.context = 100000;
  c.caps.max_prefix = 1000;
  const auto plan = plan_prompt(c.with(lines(1000), "", 200ms));
  ASSERT_TRUE(plan);
  EXPECT_LE(11000 - plan->start, 3000u);
  EXPECT_GE(11000 - plan->start, 2500u);
}

TEST(Allowance, FeedsTheCacheInPiecesUntilItHoldsThePrefix) {
  AllowanceCase c;
  const std::string prefix = lines(100);
  size_t pieces = 0;
  while (const auto piece = next_warm_piece(prefix, prefix.size(), c.with(prefix, "", 200ms), 100ms)) {
    ASSERT_EQ(piece->start, 0u);
    ASSERT_LE(piece->end - cached_bytes(c.cache, prefix), 90u);  // 100 ms at 300 tokens/s of 3 bytes
    remember(c.cache, std::string_view(prefix).substr(0, piece->end));
    ++pieces;
  }
  EXPECT_EQ(pieces, (1100u + 89u) / 90u);
  EXPECT_EQ(c.cache.prefixes.size(), 1u);
}

TEST(Allowance, WarmsFromAStableLineWhereTheServerKeepsLess) {
  AllowanceCase c;
  c.caps.max_prefix = 200;  // tokens of three bytes
  std::string prefix = lines(100);
  const auto first = next_warm_piece(prefix, prefix.size(), c.with(prefix, "", 200ms), 10s);
  ASSERT_TRUE(first);
  EXPECT_EQ(first->start % 11, 0u);
  EXPECT_LE(first->end - first->start, 540u);
  remember(c.cache, std::string_view(prefix).substr(first->start, first->end - first->start));
  prefix += "line more\n";
  const auto second = next_warm_piece(prefix, prefix.size(), c.with(prefix, "", 200ms), 10s);
  ASSERT_TRUE(second);
  EXPECT_EQ(second->start, first->start);
}

TEST(Allowance, DoesNotWarmAServerWithoutACache) {
  AllowanceCase c;
  c.caps.prompt_cache = false;
  EXPECT_FALSE(next_warm_piece("abc", 3, c.with("abc", "", 1s), 100ms));
}

// --- pieces of other files ---

std::vector<Extra> pieces(size_t n) {
  std::vector<Extra> out;
  for (size_t i = 0; i < n; ++i) out.push_back({"f" + std::to_string(i) + ".h", std::string(96, 'x')});  // 102 bytes with marks
  return out;
}

AllowanceCase with_extra(double prefill) {
  AllowanceCase c;
  c.caps.extra = true;
  c.caps.context = 32768;
  c.rates.prefill = prefill;
  return c;
}

TEST(Allowance, SendsAllPiecesToAFastServer) {
  const AllowanceCase c = with_extra(20000);
  const auto extra = pieces(10);
  PlanInputs in = c.with("int x = ", "\n", 200ms);
  in.extra = extra;
  EXPECT_EQ(plan_prompt(in)->extra, 10u);
}

TEST(Allowance, SendsASlowLocalServerNoMoreThanASecondsWork) {
  const AllowanceCase c = with_extra(200);  // 600 bytes a second
  const auto extra = pieces(10);
  PlanInputs in = c.with("int x = ", "\n", 200ms);
  in.extra = extra;
  EXPECT_EQ(extra_worth(in), 5u);
  EXPECT_EQ(plan_prompt(in)->extra, 0u);  // and not before its cache holds them
}

TEST(Allowance, SendsPiecesThatTheCacheHolds) {
  AllowanceCase c = with_extra(200);
  const auto extra = pieces(2);
  remember(c.cache, lead_of(extra) + "int x = ");
  PlanInputs in = c.with("int x = ", "\n", 200ms);
  in.extra = extra;
  const auto plan = plan_prompt(in);
  EXPECT_EQ(plan->extra, 2u);
  EXPECT_LE(plan->new_bytes, 2u);
}

TEST(Allowance, AsksALocalServerOfUnknownSpeedWithoutPieces) {
  const AllowanceCase c = with_extra(0);
  const auto extra = pieces(2);
  PlanInputs in = c.with("int x = ", "\n", 200ms);
  in.extra = extra;
  EXPECT_EQ(plan_prompt(in)->extra, 0u);
  in.local = false;
  EXPECT_EQ(plan_prompt(in)->extra, 2u);
}

TEST(Allowance, KeepsTheFirstPiecesWhenNotAllFit) {
  AllowanceCase c = with_extra(20000);
  c.caps.max_extra = 120;  // tokens of three bytes, of which nine tenths are used
  const auto extra = pieces(10);
  PlanInputs in = c.with("int x = ", "\n", 200ms);
  in.extra = extra;
  EXPECT_EQ(plan_prompt(in)->extra, 3u);
}

TEST(Allowance, CutsNoWindowForPieces) {
  const AllowanceCase c = with_extra(300);
  const auto extra = pieces(2);
  const std::string prefix = lines(1000);
  PlanInputs in = c.with(prefix, "", 200ms);
  const auto without = plan_prompt(in);
  in.extra = extra;
  const auto with = plan_prompt(in);
  EXPECT_EQ(with->start, without->start);
  EXPECT_EQ(with->extra, 0u);
}

TEST(Allowance, WarmsThePiecesBeforeThePrefix) {
  AllowanceCase c = with_extra(300);
  const auto extra = pieces(3);
  const std::string prefix = lines(20);
  PlanInputs in = c.with(prefix, "", 200ms);
  in.extra = extra;
  size_t count = 0;
  bool cut = false;
  while (const auto piece = next_warm_piece(prefix, prefix.size(), in, 100ms)) {
    ASSERT_LT(++count, 50u);
    cut = cut || piece->end == piece->start;
    ASSERT_TRUE((lead_of(extra) + prefix).starts_with(piece->known));
    remember(c.cache, piece->known);
  }
  EXPECT_TRUE(cut);
  EXPECT_EQ(cached_bytes(c.cache, lead_of(extra) + prefix), (lead_of(extra) + prefix).size());
}

TEST(Allowance, SendsAWholeRepositoryWhateverTheTime) {
  const AllowanceCase c = with_extra(200);
  const auto extra = pieces(50);
  PlanInputs in = c.with("int x = ", "\n", 200ms);
  in.extra = extra;
  in.all_extra = true;
  EXPECT_EQ(plan_prompt(in)->extra, 50u);
}

}  // namespace
}  // namespace fimd::providers

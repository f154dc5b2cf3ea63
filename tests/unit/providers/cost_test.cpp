#include "providers/cost.h"

#include <gtest/gtest.h>

#include "providers/ledger_entry.h"
#include "providers/provider.h"

namespace fimd::providers {
namespace {

Usage counted(int64_t in, int64_t cached, int64_t out) {
  Usage u;
  u.prompt_tokens = in;
  u.cached_tokens = cached;
  u.output_tokens = out;
  return u;
}

ProviderConfig remote(const std::string& model) {
  ProviderConfig c;
  c.kind = "mistral";
  c.jurisdiction = "eu";
  c.model = model;
  return c;
}

TEST(Cost, OfATokenIsThePriceOfAMillionthPart) {
  const Price price{.input = 0.3, .cached = 0.03, .output = 0.9, .known = true, .as_of = ""};
  EXPECT_DOUBLE_EQ(cost_of(price, counted(1'000'000, 0, 0)), 0.3);
  EXPECT_DOUBLE_EQ(cost_of(price, counted(1'000'000, 0, 100'000)), 0.39);
}

TEST(Cost, OfCachedInputIsItsOwn) {
  const Price price{.input = 0.3, .cached = 0.03, .output = 0.9, .known = true, .as_of = ""};
  EXPECT_DOUBLE_EQ(cost_of(price, counted(1'000'000, 1'000'000, 0)), 0.03);
  EXPECT_DOUBLE_EQ(cost_of(price, counted(1'000'000, 5'000'000, 0)), 0.03) << "no more is cached than was sent";
}

TEST(Cost, IsNeverNegativeWhateverAServerCounts) { EXPECT_EQ(cost_of({.input = 1, .cached = 1, .output = 1, .as_of = ""}, counted(-5, -9, -7)), 0); }

TEST(Prices, AreThoseOfTheListByTheModelsName) {
  EXPECT_DOUBLE_EQ(price_of(remote("codestral-latest")).input, 0.30);
  EXPECT_DOUBLE_EQ(price_of(remote("mistralai/Codestral-2508")).output, 0.90);
  EXPECT_DOUBLE_EQ(price_of(remote("devstral-small-2507")).output, 0.30);
  EXPECT_DOUBLE_EQ(price_of(remote("devstral-2512")).output, 2.00);
  EXPECT_DOUBLE_EQ(price_of(remote("glm-5.3")).cached, 0.26);
}

TEST(Prices, OfAnUnlistedModelAreNotKnown) {
  EXPECT_FALSE(price_of(remote("house-model-7b")).known);
  EXPECT_EQ(price_of(remote("house-model-7b")).input, 0);
}

TEST(Prices, InTheConfigurationWinOverTheList) {
  ProviderConfig c = remote("codestral-latest");
  c.price = Price{1, 2, 3, true, "configuration"};
  EXPECT_DOUBLE_EQ(price_of(c).input, 1);
}

TEST(Prices, OfLocalModelsAreNothingWhateverTheirName) {
  ProviderConfig c = remote("codestral-latest");
  c.jurisdiction = "local";
  EXPECT_EQ(price_of(c).input, 0);
  EXPECT_TRUE(price_of(c).known);
}

TEST(LedgerEntries, TakeTheServersCountsWhereItCounts) {
  LedgerEntry entry;
  count(entry, counted(100, 40, 7), 9999, 3);
  EXPECT_EQ(entry.usage.prompt_tokens, 100);
  EXPECT_EQ(entry.usage.output_tokens, 7);
  EXPECT_FALSE(entry.estimated);
}

TEST(LedgerEntries, GuessWhereAStreamWasStoppedBeforeTheServerCounted) {
  LedgerEntry entry;
  count(entry, {}, 3300, 5);
  EXPECT_EQ(entry.usage.prompt_tokens, 1000);
  EXPECT_EQ(entry.usage.output_tokens, 5);
  EXPECT_TRUE(entry.estimated);
}

}  // namespace
}  // namespace fimd::providers

#include "providers/route.h"
#include "tests/unit/providers/now.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fimd::providers {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
const Budget kBudget = Budget::from(kNow, 150ms, 200ms);

// Providers as a test describes them, in the user's order.
struct Market {
  Caps caps = [] { Caps c; c.context = 8192; return c; }();
  PromptCache cache;
  std::vector<Health> health = std::vector<Health>(4);
  std::vector<Candidate> candidates;
  bool hedge = true;
  std::string prefix = "int f() {\n  return ";

  Candidate& add(std::string_view name, std::optional<Duration> first_token, bool local = false) {
    Health& h = health[candidates.size()];
    for (int i = 0; first_token && i < 20; ++i) h.first_token.add(*first_token, kNow);
    candidates.push_back({.name = name, .health = &h, .caps = &caps, .cache = &cache, .local = local,
                          .price = local ? PriceClass::free : PriceClass::paid,
                          .rank = static_cast<int>(candidates.size()), .max_tokens = 64, .verdict = ""});
    return candidates.back();
  }
  void add_builtin() { candidates.push_back({.name = "builtin", .verdict = ""}); }
  Route plan(TimePoint now = kNow) const {
    return route({.candidates = candidates, .budget = kBudget, .now = now, .hedge = hedge, .prefix = prefix, .suffix = "\n}\n", .extra = {}});
  }
  // "primary a @0" ...
  std::vector<std::string> told(TimePoint now = kNow) const {
    std::vector<std::string> out;
    for (const Leg& leg : plan(now).legs) {
      out.push_back(std::string(name(leg.role)) + " " + std::string(candidates[leg.candidate].name) + " @" +
                    std::to_string(static_cast<int>(to_ms(leg.at - now))));
    }
    return out;
  }
  void open(size_t i) {
    health[i].last_error = Error{Error::Code::down, "no route"};
    open_for(health[i].breaker, 1s, kNow);
  }
};

using testing::ElementsAre;

TEST(Route, AsksTheFirstInTheUsersOrderAndHedgesWhenItIsLaterThanUsual) {
  Market m;
  m.add("a", 50ms);
  m.add("b", 50ms);
  EXPECT_THAT(m.told(), ElementsAre("primary a @0", "hedge b @51"));
}

TEST(Route, HedgesEarlierWhereTheBudgetCannotWait) {
  Market m;
  m.add("a", 120ms);
  m.add("b", 60ms);
  EXPECT_THAT(m.told(), ElementsAre("primary a @0", "hedge b @121"));
  m.health[1] = {};
  for (int i = 0; i < 20; ++i) m.health[1].first_token.add(150ms, kNow);
  EXPECT_THAT(m.told(), ElementsAre("primary a @0", "hedge b @12"));
}

TEST(Route, HedgesAtOnceWhenNoTimeIsLeftToWait) {
  Market m;
  m.add("a", std::nullopt);
  m.add("b", std::nullopt);
  EXPECT_THAT(m.told(kNow + 100ms), ElementsAre("primary a @0", "hedge b @0"));
}

TEST(Route, HedgesAtOnceWhenThePrimaryOftenFails) {
  Market m;
  m.add("a", 50ms);
  m.add("b", 50ms);
  m.health[0].error_rate = 0.4;
  const Route r = m.plan();
  EXPECT_EQ(r.legs[1].at, kNow);
  EXPECT_THAT(r.legs[1].why, HasSubstr("a fails 40 % of the time"));
}

TEST(Route, DoesNotHedgeWhenToldNotTo) {
  Market m;
  m.add("a", 50ms);
  m.add("b", 50ms);
  m.hedge = false;
  EXPECT_THAT(m.told(), ElementsAre("primary a @0"));
}

TEST(Route, TakesTheCheapestForAHedge) {
  Market m;
  m.add("a", 50ms);
  m.add("b", 50ms);
  m.add("own", 50ms, true);
  EXPECT_THAT(m.told(), ElementsAre("primary a @0", "hedge own @51"));
}

TEST(Route, PrefersTheCheaperAmongThoseTheUserHasNotOrdered) {
  Market m;
  m.add("a", 50ms).rank = 0;
  m.add("own", 50ms, true).rank = 0;
  const Route r = m.plan();
  EXPECT_EQ(r.legs[0].candidate, 1u);
  EXPECT_THAT(r.legs[0].why, HasSubstr("the cheapest of those of equal rank"));
}

TEST(Route, PassesOverOneThatIsUsuallyTooLate) {
  Market m;
  m.add("slow", 900ms);
  m.add("b", 50ms);
  m.health[0].last_completion = kNow;
  EXPECT_THAT(m.told(), ElementsAre("primary b @0"));
  EXPECT_THAT(m.plan().legs[0].why, HasSubstr("before slow, which is too slow"));
}

TEST(Route, MeasuresASlowOneAgainBesideThePrimary) {
  Market m;
  m.add("slow", 900ms);
  m.add("b", 50ms);
  m.health[0].last_completion = kNow - 5s;
  EXPECT_THAT(m.told(), ElementsAre("primary b @0", "probe slow @0"));
}

TEST(Route, TakesASlowOneForFastAfterTwoFastAnswers) {
  Market m;
  m.add("was_slow", 900ms);
  m.add("b", 50ms);
  m.health[0].first_token.add(50ms, kNow);
  m.health[0].last_completion = kNow;
  EXPECT_EQ(m.told()[0], "primary b @0");
  m.health[0].first_token.add(50ms, kNow);
  EXPECT_EQ(m.told()[0], "primary was_slow @0");
}

TEST(Route, AsksASlowOneWhenThereIsNoOther) {
  Market m;
  m.add("slow", 900ms);
  EXPECT_THAT(m.told(), ElementsAre("primary slow @0")) << "what comes late serves the next keystrokes";
}

TEST(Route, LeavesOutOneWhoseBreakerIsOpenAndSaysWhy) {
  Market m;
  m.add("a", 50ms);
  m.add("b", 50ms);
  m.open(0);
  EXPECT_THAT(m.told(), ElementsAre("primary b @0"));
  EXPECT_THAT(m.plan().not_asked, ElementsAre("a: left alone for 1.0 s more after no route"));
}

TEST(Route, ProbesOneThatMayBeBackBesideAnother) {
  Market m;
  m.add("a", std::nullopt);
  m.add("b", 50ms);
  open_for(m.health[0].breaker, 1s, kNow - 2s);
  EXPECT_THAT(m.told(), ElementsAre("primary b @0", "probe a @0"));
  (void)pass(m.health[0].breaker, kNow);
  EXPECT_THAT(m.told(), ElementsAre("primary b @0")) << "one probe at a time";
}

TEST(Route, ProbesWithTheRequestItselfWhenNothingElseIsThere) {
  Market m;
  m.add("a", 50ms);
  open_for(m.health[0].breaker, 1s, kNow - 2s);
  EXPECT_THAT(m.told(), ElementsAre("primary a @0"));
}

TEST(Route, KeepsPrivateTextFromThoseThatMustNotHaveIt) {
  Market m;
  m.add("a", 50ms).verdict = "the cursor stands in a secret";
  m.add("own", 50ms, true);
  EXPECT_THAT(m.told(), ElementsAre("primary own @0"));
  EXPECT_THAT(m.plan().not_asked, ElementsAre("a: the cursor stands in a secret"));
}

TEST(Route, HasTheBuiltinModelInAllCases) {
  Market m;
  m.add("a", 50ms);
  m.add_builtin();
  EXPECT_EQ(m.told()[0], "last builtin @0");
  m.open(0);
  EXPECT_THAT(m.told(), ElementsAre("last builtin @0"));
}

TEST(Route, DoesNotAskAgainWhatWasTried) {
  Market m;
  m.add("a", 50ms).tried = true;
  m.add("b", 50ms);
  EXPECT_THAT(m.told(), ElementsAre("primary b @0"));
}

TEST(Route, AsksOnlyThePrimaryWhenNoTimeIsLeft) {
  Market m;
  m.add("a", 50ms);
  m.add("b", 50ms);
  m.add_builtin();
  EXPECT_THAT(m.told(kBudget.hard), ElementsAre("last builtin @0", "primary a @0"));
}

TEST(Route, SendsNoMoreThanTheRateLimitsLeave) {
  Market m;
  m.prefix.clear();
  for (int i = 0; i < 100; ++i) m.prefix += "  call(argument);\n";
  m.add("a", 50ms);
  EXPECT_TRUE(m.plan().legs[0].prompt.whole);
  m.health[0].limits.tokens = 300;
  m.health[0].limits.tokens_reset = kNow + 10s;
  const PromptPlan plan = m.plan().legs[0].prompt;
  EXPECT_FALSE(plan.whole);
  EXPECT_LT(static_cast<double>(m.prefix.size() - plan.start + plan.suffix) / 3.5, 300 - 64);
}

TEST(Route, SaysWhichOnesHaveNoPromptForTheTimeLeft) {
  Market m;
  m.add("a", 50ms, true);
  m.health[0].rates = {.prefill = 5, .decode = 5, .overhead_ms = 100, .bytes_per_token = 3};
  const Route r = m.plan();
  EXPECT_TRUE(r.legs.empty());
  EXPECT_THAT(r.too_slow, ElementsAre(0u));
}

}  // namespace
}  // namespace fimd::providers

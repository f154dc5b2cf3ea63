#include "lsp/serving.h"

#include <gtest/gtest.h>

namespace fimd::lsp {
namespace {

context::Snapshot text(std::string utf8) {
  return std::make_shared<const context::Text>(context::make_text("file:///a", 1, "cpp", std::move(utf8)));
}

Flight flight(uint64_t id, const std::string& before, std::string model, std::string builtin = "") {
  Flight f;
  f.id = id;
  f.base = text(before + "\n");
  f.offset = before.size();
  if (!model.empty()) f.model = Proposal{std::move(model), "m", {}, true};
  if (!builtin.empty()) f.builtin = Proposal{std::move(builtin), "builtin", {}, true};
  return f;
}

Ask at_end_of(const std::string& before, bool invoked = false) { return {text(before + "\n"), before.size(), {}, invoked}; }

TEST(Serving, OffersTheModelsTextBeforeTheBuiltinOnes) {
  const auto items = served_by(flight(1, "x = ", "foo()", "bar()"), at_end_of("x = "), true);
  ASSERT_EQ(items.size(), 1u);
  EXPECT_EQ(items[0].text, "foo()");
}

TEST(Serving, OffersEveryCandidateOnceWhenAskedByHand) {
  EXPECT_EQ(served_by(flight(1, "x = ", "foo()", "bar()"), at_end_of("x = ", true), true).size(), 2u);
  EXPECT_EQ(served_by(flight(1, "x = ", "foo()", "foo()"), at_end_of("x = ", true), true).size(), 1u);
  EXPECT_EQ(served_by(flight(1, "x = ", "foo()", "bar()"), at_end_of("x = ", true), false).size(), 2u);
}

TEST(Serving, OffersOnlyWhatIsNotTypedYet) {
  EXPECT_EQ(served_by(flight(1, "x = ", "foo()"), at_end_of("x = fo"), true)[0].text, "o()");
  EXPECT_TRUE(served_by(flight(1, "x = ", "foo()"), at_end_of("x = foo()"), true).empty());
}

TEST(Serving, LeavesOutTheBuiltinTextWhenTold) {
  EXPECT_EQ(served_by(flight(1, "x = ", "foo()", "bar()"), at_end_of("x = "), false).size(), 1u);
  EXPECT_TRUE(served_by(flight(1, "x = ", "", "bar()"), at_end_of("x = ", true), false).empty());
  EXPECT_TRUE(served_by(flight(1, "x = ", "", "bar()"), at_end_of("x = "), false).empty());
}

Flight in_the_air(const std::string& before, std::string streamed = "") {
  Flight f = flight(1, before, "");
  f.state = streamed.empty() ? FlightState::preparing : FlightState::streaming;
  f.streamed = std::move(streamed);
  return f;
}

constexpr Standing kRemote{.has_model = true};
constexpr Standing kLocal{.local = true, .has_model = true};
constexpr Standing kOverdue{.overdue = true, .has_model = true};
constexpr Standing kBuiltin{.builtin_only = true, .local = true};

bool flies_on(const Flight& f, const Standing& standing, const std::string& now) {
  return keeps_flying(f, standing, *text(now + "\n"));
}

TEST(KeepsFlying, WhileWhatIsTypedAgreesWithWhatHasCome) {
  EXPECT_TRUE(flies_on(in_the_air("x = ", "foo"), kLocal, "x = fo"));
  EXPECT_TRUE(flies_on(in_the_air("x = ", "foo"), kLocal, "x = foo("));
  EXPECT_FALSE(flies_on(in_the_air("x = ", "foo"), kLocal, "x = b"));
}

TEST(KeepsFlying, WhereARemoteServerHasSaidNothingYetAndLittleWasTyped) {
  EXPECT_TRUE(flies_on(in_the_air("x = "), kRemote, "x = foo"));
  EXPECT_FALSE(flies_on(in_the_air("x = "), kRemote, "x = foo("));
  EXPECT_FALSE(flies_on(in_the_air("x = "), kOverdue, "x = f"));
}

TEST(KeepsFlying, NotWhereAskingAgainCostsNothing) {
  EXPECT_FALSE(flies_on(in_the_air("x = "), kLocal, "x = f"));
  EXPECT_FALSE(flies_on(in_the_air("x = "), kBuiltin, "x = f"));
}

TEST(KeepsFlying, AfterItsEndUntilAllOfItIsTyped) {
  Flight done = flight(1, "x = ", "foo()");
  done.state = FlightState::done;
  EXPECT_TRUE(flies_on(done, kRemote, "x = foo("));
  EXPECT_FALSE(flies_on(done, kRemote, "x = foo()"));
}

TEST(KeepsFlying, WithTheBuiltinTextOnlyWhereNoServerCanBeAsked) {
  Flight done = flight(1, "x = ", "", "foo()");
  done.state = FlightState::done;
  EXPECT_TRUE(flies_on(done, kBuiltin, "x = f"));
  EXPECT_FALSE(flies_on(done, kRemote, "x = f"));
}

TEST(WillServe, AFlightThatMayStillAgree) {
  EXPECT_TRUE(will_serve(in_the_air("x = "), kRemote, at_end_of("x = f")));
  EXPECT_TRUE(will_serve(in_the_air("x = ", "foo"), kRemote, at_end_of("x = fo")));
  EXPECT_FALSE(will_serve(in_the_air("x = ", "foo"), kRemote, at_end_of("x = b")));
  EXPECT_FALSE(will_serve(in_the_air("x = "), kOverdue, at_end_of("x = f")));
}

TEST(WillServe, TheSamePlaceThatYieldedNothing) {
  Flight nothing = flight(1, "x = ", "");
  nothing.state = FlightState::done;
  const Ask same{nothing.base, nothing.offset, {}, false}, by_hand{nothing.base, nothing.offset, {}, true};
  EXPECT_TRUE(will_serve(nothing, kRemote, same));
  EXPECT_FALSE(will_serve(nothing, kRemote, by_hand));
  // Only the builtin model was asked, and now there is a server.
  EXPECT_FALSE(will_serve(nothing, {.builtin_only = true, .has_model = true}, same));
}

TEST(WillServe, BuiltinTextOnlyWhereNoServerCanBeAsked) {
  Flight done = flight(1, "x = ", "", "foo()");
  done.state = FlightState::done;
  EXPECT_TRUE(will_serve(done, kBuiltin, at_end_of("x = f")));
  EXPECT_FALSE(will_serve(done, kRemote, at_end_of("x = f")));
}

TEST(Landed, ServesFromTheNewestFlightThatFits) {
  Landed landed;
  landed.keep(flight(1, "x = ", "foo(1)"));
  landed.keep(flight(2, "x = ", "food"));
  EXPECT_EQ(landed.serve(at_end_of("x = foo"), false)[0].text, "d");
  EXPECT_EQ(landed.serve(at_end_of("x = foo("), false)[0].text, "1)");
  EXPECT_TRUE(landed.serve(at_end_of("x = bar"), false).empty());
}

TEST(Landed, ReplacesAnOlderStateOfTheSameFlightAndForgetsEmptyOnes) {
  Landed landed;
  landed.keep(flight(1, "x = ", "fo"));
  landed.keep(flight(1, "x = ", "foo()"));
  landed.keep(flight(2, "x = ", ""));
  EXPECT_EQ(landed.size(), 1u);
}

TEST(Landed, HoldsEightFlightsAndEightMebibytesButAlwaysTheNewest) {
  Landed landed;
  for (uint64_t id = 1; id <= 20; ++id) landed.keep(flight(id, "x = ", "foo()"));
  EXPECT_EQ(landed.size(), 8u);
  landed.keep(flight(21, std::string(9u << 20, 'x'), "foo()"));
  EXPECT_EQ(landed.size(), 1u);
}

TEST(Landed, KnowsWhereTheCursorStandsAfterAnAcceptance) {
  Landed landed;
  landed.keep(flight(1, "x = ", "foo()"));
  EXPECT_EQ(landed.accepted_end(*text("x = foo()\n")), 9u);
  EXPECT_EQ(landed.accepted_end(*text("x = foo\n")), std::nullopt);
}

}  // namespace
}  // namespace fimd::lsp

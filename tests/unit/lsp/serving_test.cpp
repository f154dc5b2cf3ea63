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

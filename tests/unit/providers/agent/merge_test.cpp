#include "providers/agent/merge.h"

#include <gtest/gtest.h>

namespace fimd::providers::agent {
namespace {

constexpr std::string_view kBefore = "a\nb\nc\nd\ne\nf\n";

TEST(Merge, DoesAChangeToATextThatIsStillTheSame) {
  EXPECT_EQ(merged(kBefore, "a\nb\nC\nd\ne\nf\n", kBefore), "a\nb\nC\nd\ne\nf\n");
  EXPECT_EQ(merged("", "x\n", ""), "x\n");
  EXPECT_EQ(merged(kBefore, "", kBefore), "");
}

TEST(Merge, ShiftsAChangeBelowAndAboveWhatTheUserTyped) {
  EXPECT_EQ(merged(kBefore, "a\nb\nc\nd\nE\nf\n", "new\nnew\na\nb\nc\nd\ne\nf\n"), "new\nnew\na\nb\nc\nd\nE\nf\n");
  EXPECT_EQ(merged(kBefore, "A\nb\nc\nd\ne\nf\n", "a\nb\nc\ne\nf\nlast\n"), "A\nb\nc\ne\nf\nlast\n");
  EXPECT_EQ(merged(kBefore, "A\nb\nc\nd\ne\nF\n", "a\nb\nf\n"), "A\nb\nF\n") << "they took away the lines above F's";
  EXPECT_EQ(merged(kBefore, "A\nb\nc\nd\ne\nF\n", "a\nb\nx\ny\nz\nd\ne\nf\n"), "A\nb\nx\ny\nz\nd\ne\nF\n");
}

TEST(Merge, PutsWhatBordersOnEachOtherInItsOrder) {
  EXPECT_EQ(merged(kBefore, "a\nB\nc\nd\ne\nf\n", "a\nb\nnew\nc\nd\ne\nf\n"), "a\nB\nnew\nc\nd\ne\nf\n");
  EXPECT_EQ(merged(kBefore, "a\nB\nc\nd\ne\nf\n", "a\nnew\nb\nc\nd\ne\nf\n"), "a\nnew\nB\nc\nd\ne\nf\n");
  EXPECT_EQ(merged(kBefore, "a\nnew\nb\nc\nd\ne\nf\n", "a\nB\nc\nd\ne\nf\n"), "a\nnew\nB\nc\nd\ne\nf\n");
}

TEST(Merge, RefusesWhatBothChanged) {
  EXPECT_EQ(merged(kBefore, "a\nb\nC\nd\ne\nf\n", "a\nb\nother\nd\ne\nf\n"), std::nullopt);
  EXPECT_EQ(merged(kBefore, "a\nb\nC\nd\ne\nf\n", "a\nb\nd\ne\nf\n"), std::nullopt);
  EXPECT_EQ(merged(kBefore, "a\nb\nnew\nc\nd\ne\nf\n", "a\nb\nother\nc\nd\ne\nf\n"), std::nullopt);
}

TEST(Merge, KeepsATextWithoutALastLineEnd) {
  EXPECT_EQ(merged("a\nb\nc", "A\nb\nc", "a\nb\nc\nd"), "A\nb\nc\nd");
}

}  // namespace
}  // namespace fimd::providers::agent

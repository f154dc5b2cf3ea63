#include "context/text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "tests/unit/context/text_reference.h"

namespace fimd::context {
namespace {

using testing::ElementsAre;

Text text_of(std::string utf8) { return make_text("file:///t", 1, "plaintext", std::move(utf8)); }

Change at(uint32_t l0, uint32_t c0, uint32_t l1, uint32_t c1, std::string text) {
  return {Range{{l0, c0}, {l1, c1}}, std::move(text)};
}
Change whole(std::string text) { return {std::nullopt, std::move(text)}; }

std::string after(std::string start, std::vector<Change> changes, Encoding encoding = Encoding::utf16) {
  return apply(text_of(std::move(start)), changes, encoding).text.utf8;
}

// 𐐀 is U+10400: four bytes, two UTF-16 units.
const std::string kMixed = "ab\r\nc𐐀d\re\nf";

TEST(Text, EndsLinesAtAllThreeTerminatorsAndNothingElse) {
  EXPECT_THAT(text_of(kMixed).lines, ElementsAre(0, 4, 11, 13));
  EXPECT_THAT(text_of("a\u2028b\u0085c\vd\fe").lines, ElementsAre(0));
  EXPECT_THAT(text_of("").lines, ElementsAre(0));
  EXPECT_THAT(text_of("\r\r\n\n\r").lines, ElementsAre(0, 1, 3, 4, 5));
}

TEST(Text, ReplacesEachMaximalInvalidPartByU_FFFD) {
  EXPECT_EQ(text_of("a\xFFz").utf8, "a\uFFFDz");
  // The example of Unicode 15, 3.9, table 3-11.
  EXPECT_EQ(to_valid_utf8("\xE1\x80\xE2\xF0\x91\x92\xF1\xBF\x41"), "\uFFFD\uFFFD\uFFFD\uFFFDA");
  EXPECT_EQ(to_valid_utf8("\xED\xA0\x80"), "\uFFFD\uFFFD\uFFFD");  // a surrogate is no code point
  EXPECT_EQ(to_valid_utf8("\xC0\xAF"), "\uFFFD\uFFFD");
  EXPECT_EQ(to_valid_utf8("\xF4\x90\x80\x80"), "\uFFFD\uFFFD\uFFFD\uFFFD");
  EXPECT_TRUE(is_valid_utf8(kMixed));
  EXPECT_FALSE(is_valid_utf8("12345678\xE2\x82"));
}

TEST(Text, KeepsNulAndByteOrderMark) {
  const std::string odd("\uFEFFa\0b\n", 7);
  EXPECT_EQ(text_of(odd).utf8, odd);
  EXPECT_EQ(position_at(text_of(odd), 6, Encoding::utf16), (Position{0, 4}));
}

TEST(Text, ClampsPositionsAsTheNodeLibraryDoes) {
  const Text t = text_of(kMixed);
  const auto offset = [&](uint32_t line, uint32_t character) {
    return offset_at(t, {line, character}, Encoding::utf16);
  };
  EXPECT_EQ(offset(0, 2), 2u);
  EXPECT_EQ(offset(0, 3), 2u);
  EXPECT_EQ(offset(0, 99), 2u);
  EXPECT_EQ(offset(1, 0), 4u);
  EXPECT_EQ(offset(1, 3), 9u);
  EXPECT_EQ(offset(1, 9), 10u);
  EXPECT_EQ(offset(2, 5), 12u);
  EXPECT_EQ(offset(4, 0), 14u);
  EXPECT_EQ(offset(9, 9), 14u);
  EXPECT_EQ(offset(UINT32_MAX, UINT32_MAX), 14u);
}

TEST(Text, RoundsAnIndexInsideASurrogatePair) {
  const Text t = text_of(kMixed);
  EXPECT_EQ(offset_at(t, {1, 2}, Encoding::utf16, Round::down), 5u);
  EXPECT_EQ(offset_at(t, {1, 2}, Encoding::utf16, Round::up), 9u);
  EXPECT_EQ(offset_at(t, {1, 1}, Encoding::utf16, Round::up), 5u);
}

TEST(Text, CountsInTheNegotiatedEncoding) {
  const Text t = text_of("a𐐀b");
  EXPECT_EQ(offset_at(t, {0, 3}, Encoding::utf16), 5u);
  EXPECT_EQ(offset_at(t, {0, 5}, Encoding::utf8), 5u);
  EXPECT_EQ(offset_at(t, {0, 3}, Encoding::utf8), 1u);
  EXPECT_EQ(offset_at(t, {0, 3}, Encoding::utf8, Round::up), 5u);
  EXPECT_EQ(offset_at(t, {0, 2}, Encoding::utf32), 5u);
  EXPECT_EQ(position_at(t, 6, Encoding::utf16), (Position{0, 4}));
  EXPECT_EQ(position_at(t, 6, Encoding::utf8), (Position{0, 6}));
  EXPECT_EQ(position_at(t, 6, Encoding::utf32), (Position{0, 3}));
  EXPECT_EQ(units("a𐐀é", Encoding::utf16), 4u);
  EXPECT_EQ(units("a𐐀é", Encoding::utf8), 7u);
  EXPECT_EQ(units("a𐐀é", Encoding::utf32), 3u);
}

TEST(Text, PositionOfAnOffsetNeverLiesInsideATerminatorOrACodePoint) {
  const Text t = text_of(kMixed);
  EXPECT_EQ(position_at(t, 3, Encoding::utf16), (Position{0, 2}));
  EXPECT_EQ(position_at(t, 7, Encoding::utf16), (Position{1, 1}));
  EXPECT_EQ(position_at(t, 99, Encoding::utf16), (Position{3, 1}));
}

TEST(Text, WalksLongLinesInBlocks) {
  std::string line;
  for (int i = 0; i < 1000; ++i) line += "ab𐐀é";  // 5 UTF-16 units, 8 bytes
  const Text t = text_of(line);
  for (uint32_t i = 0; i <= 5000; i += 5) {
    ASSERT_EQ(offset_at(t, {0, i}, Encoding::utf16), i / 5 * 8u);
    ASSERT_EQ(position_at(t, i / 5 * 8u, Encoding::utf16), (Position{0, i}));
  }
  EXPECT_EQ(offset_at(t, {0, 5001}, Encoding::utf16), 8000u);
}

TEST(Text, GivesLinesWithoutTheirTerminators) {
  const Text t = text_of(kMixed);
  EXPECT_EQ(line_text(t, 0), "ab");
  EXPECT_EQ(line_text(t, 1), "c𐐀d");
  EXPECT_EQ(line_text(t, 2), "e");
  EXPECT_EQ(line_text(t, 3), "f");
  EXPECT_EQ(line_text(t, 4), "");
  EXPECT_EQ(line_of(t, 11), 2u);
  EXPECT_EQ(line_of(t, 3), 0u);
}

TEST(Apply, FollowsTheVectorsOfTheNodeLibrary) {
  EXPECT_EQ(after("a\r\nb", {at(0, 1, 1, 0, "\n")}), "a\nb");
  EXPECT_EQ(after("a\r\nb", {at(0, 2, 1, 0, "")}), "ab");
  EXPECT_EQ(after("abc", {at(0, 2, 0, 1, "X")}), "aXc");
  EXPECT_EQ(after("abc", {at(0, 1, 0, 2, "XY"), at(0, 3, 0, 4, "")}), "aXY");
  EXPECT_EQ(after("abc", {whole("hello"), at(0, 0, 0, 1, "J")}), "Jello");
  EXPECT_EQ(after("abc\n", {at(1, 0, 1, 0, "tail")}), "abc\ntail");
  EXPECT_EQ(after("abc", {at(5, 0, 5, 0, "tail")}), "abctail");
  EXPECT_EQ(after("abc", {}), "abc");
}

TEST(Apply, LeavesAReplacementCharacterForTheHalfOfAPairThatStays) {
  EXPECT_EQ(after("x𐐀y", {at(0, 2, 0, 3, "")}), "x\uFFFDy");
  EXPECT_EQ(after("x𐐀y", {at(0, 1, 0, 2, "")}), "x\uFFFDy");
  // The client's positions stay right, so a pair deleted half by half is gone and nothing else is.
  EXPECT_EQ(after("x𐐀y", {at(0, 2, 0, 3, ""), at(0, 1, 0, 2, "")}), "xy");
  EXPECT_EQ(after("x𐐀y", {at(0, 2, 0, 2, "-")}), "x\uFFFD-\uFFFDy");
}

TEST(Apply, JoinsTwoHalvesThatMeet) {
  EXPECT_EQ(after("𐐀𐐁", {at(0, 1, 0, 3, "")}), "𐐁");
  EXPECT_EQ(after("x𐐀y", {at(0, 2, 0, 2, "")}), "x𐐀y");
}

TEST(Apply, RoundsOutwardsWhenPositionsAreBytes) {
  EXPECT_EQ(after("xéy", {at(0, 2, 0, 2, "-")}, Encoding::utf8), "x-y");
}

TEST(Apply, MergesACarriageReturnWithALineFeedThatIsAddedLater) {
  const Edited e = apply(text_of("a\rb"), std::vector{at(1, 0, 1, 0, "\n")}, Encoding::utf16);
  EXPECT_EQ(e.text.utf8, "a\r\nb");
  EXPECT_THAT(e.text.lines, ElementsAre(0, 3));
  EXPECT_EQ(e.edits.at(0).new_end_point, (Position{1, 0}));
}

TEST(Apply, SplitsALineWhenTextComesBetweenReturnAndFeed) {
  const Edited e = apply(text_of("a\r\nb"), std::vector{at(0, 1, 0, 1, "\r")}, Encoding::utf16);
  EXPECT_THAT(e.text.lines, ElementsAre(0, 2, 4));
}

TEST(Apply, ReportsWhatHappenedToTheBytes) {
  const Edited e = apply(text_of("é\nab\nc"), std::vector{at(0, 1, 1, 1, "x\nyz")}, Encoding::utf16);
  EXPECT_EQ(e.text.utf8, "éx\nyzb\nc");
  ASSERT_EQ(e.edits.size(), 1u);
  const ByteEdit& b = e.edits[0];
  EXPECT_EQ(b.start, 2u);
  EXPECT_EQ(b.old_end, 4u);
  EXPECT_EQ(b.new_end, 6u);
  EXPECT_EQ(b.start_point, (Position{0, 2}));
  EXPECT_EQ(b.old_end_point, (Position{1, 1}));
  EXPECT_EQ(b.new_end_point, (Position{1, 2}));
}

TEST(Apply, ReportsNoEditsWhenTheWholeTextWasReplaced) {
  const Edited e = apply(text_of("abc"), std::vector{whole("hello"), at(0, 0, 0, 1, "J")}, Encoding::utf16);
  EXPECT_TRUE(e.replaced);
  EXPECT_TRUE(e.edits.empty());
}

TEST(Apply, TaintsOnlyWhenARangeBeginsMoreThanOneLinePastTheEnd) {
  const auto tainted = [](std::vector<Change> changes) {
    return apply(text_of("a\nb"), changes, Encoding::utf16).tainted;
  };
  EXPECT_FALSE(tainted({at(2, 0, 2, 0, "x")}));
  EXPECT_FALSE(tainted({at(0, 0, 9999, 0, "x")}));  // "to the end", as some clients say it
  EXPECT_TRUE(tainted({at(3, 0, 3, 0, "x")}));
  EXPECT_FALSE(tainted({at(3, 0, 3, 0, "x"), whole("y")}));
}

TEST(Apply, KeepsWhatIsNotText) {
  const Text base = make_text("file:///t", 7, "cpp", "a");
  const Text t = apply(base, std::vector{at(0, 0, 0, 0, "b")}, Encoding::utf16).text;
  EXPECT_EQ(t.uri, "file:///t");
  EXPECT_EQ(t.version, 7);
  EXPECT_EQ(t.language, "cpp");
}

TEST(Apply, RepairsInsertedTextThatIsNotUtf8) { EXPECT_EQ(after("ab", {at(0, 1, 0, 1, "\xC3")}), "a\uFFFDb"); }

// What every sequence of changes must give, whichever way it is computed.
void expect_like_reference(const std::string& start, const std::vector<Change>& changes) {
  const Text base = text_of(start);
  const Edited e = apply(base, changes, Encoding::utf16);
  ReferenceDocument reference(start);
  for (const Change& c : changes) reference.apply(c);
  ASSERT_EQ(e.text.utf8, reference.utf8());
  ASSERT_EQ(e.text.lines, text_of(e.text.utf8).lines);

  if (e.replaced) return;
  std::string bytes = base.utf8;
  ASSERT_EQ(e.edits.size(), changes.size());
  for (const ByteEdit& b : e.edits) {  // the reported edits lead from the old bytes through texts we can index
    const Text before = text_of(bytes);
    ASSERT_LE(b.start, b.old_end);
    ASSERT_LE(b.old_end, bytes.size());
    const size_t row = line_of(before, b.start), end_row = line_of(before, b.old_end);
    ASSERT_EQ(b.start_point, (Position{uint32_t(row), uint32_t(b.start) - before.lines[row]}));
    ASSERT_EQ(b.old_end_point, (Position{uint32_t(end_row), uint32_t(b.old_end) - before.lines[end_row]}));
    const Edited one = apply(before, std::vector{changes[size_t(&b - e.edits.data())]}, Encoding::utf16);
    ASSERT_EQ(one.edits.at(0).new_end, b.new_end);
    ASSERT_EQ(one.edits.at(0).new_end_point, b.new_end_point);
    bytes = one.text.utf8;
  }
  ASSERT_EQ(bytes, e.text.utf8);
}

class Random {
 public:
  explicit Random(uint32_t seed) : engine_(seed) {}
  uint32_t below(uint32_t n) { return std::uniform_int_distribution<uint32_t>(0, n - 1)(engine_); }

  std::string text(uint32_t max) {
    static const std::vector<std::string> kParts = {"a",  "b ", "\n", "\r", "\r\n", "é",      "€",
                                                    "𐐀", "𐐁", "\t", "{",  "\n\n", "\u2028", std::string(1, '\0')};
    std::string out;
    for (uint32_t n = below(max + 1); n > 0; --n) out += kParts[below(uint32_t(kParts.size()))];
    return out;
  }

  Change change(uint32_t lines, uint32_t max) {
    if (below(40) == 0) return whole(text(max * 4));
    const Position start{below(lines + 3), below(14)};
    Position end = below(3) == 0 ? Position{below(lines + 3), below(14)}
                                 : Position{start.line + below(2), start.character + below(4)};
    if (below(50) == 0) end = {UINT32_MAX, UINT32_MAX};
    return {Range{start, below(3) == 0 ? start : end}, text(max)};
  }

 private:
  std::mt19937 engine_;
};

TEST(ApplyProperty, FewChangesGiveTheTextAndTheLinesOfTheReference) {
  Random random(1);
  for (int round = 0; round < 20000; ++round) {
    const std::string start = random.text(30);
    std::vector<Change> changes;
    for (uint32_t n = random.below(4) + 1; n > 0; --n) changes.push_back(random.change(12, 4));
    ASSERT_NO_FATAL_FAILURE(expect_like_reference(start, changes)) << "round " << round;
  }
}

TEST(ApplyProperty, ManyChangesGiveTheTextAndTheLinesOfTheReference) {
  Random random(2);
  for (int round = 0; round < 400; ++round) {
    const std::string start = random.text(60);
    std::vector<Change> changes;
    for (uint32_t n = random.below(40) + 5; n > 0; --n) changes.push_back(random.change(24, 6));
    ASSERT_NO_FATAL_FAILURE(expect_like_reference(start, changes)) << "round " << round;
  }
}

TEST(ApplyProperty, TextsOfManyChunksGiveTheTextAndTheLinesOfTheReference) {
  Random random(3);
  for (int round = 0; round < 30; ++round) {
    std::string start, insert;
    while (start.size() < 40000) start += random.text(50);
    while (insert.size() < 20000) insert += random.text(50);
    const uint32_t lines = uint32_t(text_of(start).lines.size());
    std::vector<Change> changes;
    for (int i = 0; i < 12; ++i) {
      const Position from{random.below(lines), random.below(6)};
      const Position to{from.line + random.below(lines / 4), random.below(6)};
      changes.push_back({Range{from, random.below(2) == 0 ? from : to}, random.below(6) == 0 ? insert : random.text(9)});
    }
    ASSERT_NO_FATAL_FAILURE(expect_like_reference(start, changes)) << "round " << round;
  }
}

TEST(ApplyProperty, OneLongLineInManyChunksGivesTheTextOfTheReference) {
  Random random(4);
  for (int round = 0; round < 30; ++round) {
    std::string start;
    for (int i = 0; i < 6000; ++i) start += random.below(3) == 0 ? "𐐀" : "ab";
    std::vector<Change> changes;
    for (int i = 0; i < 12; ++i) {
      const uint32_t from = random.below(13000);
      changes.push_back(at(0, from, 0, from + random.below(i == 5 ? 6000 : 4), random.below(9) == 0 ? "\r" : "é𐐁"));
    }
    ASSERT_NO_FATAL_FAILURE(expect_like_reference(start, changes)) << "round " << round;
  }
}

}  // namespace
}  // namespace fimd::context

#include "context/gather.h"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

namespace fimd::context {
namespace {

Snapshot snapshot(std::string utf8, std::string language = "python") {
  return std::make_shared<const Text>(make_text("file:///a", 1, std::move(language), std::move(utf8)));
}

// A file of functions with one line in ten at the margin.
std::string long_file(size_t lines) {
  std::string out;
  for (size_t i = 0; i < lines; ++i) {
    if (i % 10 == 9)
      out += "\n";
    else if (i % 10 == 0)
      out += "def function_" + std::to_string(i) + "(argument, other_argument):\n";
    else
      out += fmt::format("    value_{} = argument.compute(other_argument, {})\n", i * 7 % 13, i);
  }
  return out;
}

Gathered gather_at(const Snapshot& text, size_t offset, GatherLimits limits) {
  return gather(text, offset, {}, limits);
}

void expect_sound(const Text& text, size_t offset, const GatherLimits& limits, const Gathered& got) {
  const size_t cursor = floor_code_point(text.utf8, std::min(offset, text.utf8.size()));
  ASSERT_EQ(got.prefix, text.utf8.substr(got.prefix_start, cursor - got.prefix_start));
  ASSERT_EQ(got.suffix, text.utf8.substr(cursor, got.suffix_end - cursor));
  ASSERT_TRUE(is_valid_utf8(got.prefix));
  ASSERT_TRUE(is_valid_utf8(got.suffix));
  ASSERT_LE(estimate_tokens(got.prefix), limits.prefix_tokens);
  ASSERT_LE(estimate_tokens(got.suffix), limits.suffix_tokens);
}

TEST(Gather, TakesAShortFileWhole) {
  const Snapshot text = snapshot("import os\n\nprint(os.name)\n");
  const Gathered got = gather_at(text, 11, {});
  EXPECT_EQ(got.prefix, "import os\n\n");
  EXPECT_EQ(got.suffix, "print(os.name)\n");
  EXPECT_EQ(got.prefix_start, 0u);
  EXPECT_EQ(got.suffix_end, text->utf8.size());
}

TEST(Gather, BeginsWhereSomethingNewBegins) {
  const Snapshot text = snapshot(long_file(2000));
  const Gathered got = gather_at(text, text->lines[1500] + 4, {.prefix_tokens = 1000, .suffix_tokens = 200});
  EXPECT_TRUE(got.prefix.starts_with("def function_")) << got.prefix.substr(0, 80);
  EXPECT_TRUE(got.suffix.ends_with("\n"));
  EXPECT_GE(got.prefix_tokens, 450u);
  EXPECT_LE(got.prefix_tokens, 800u);
  EXPECT_GE(got.suffix_tokens, 80u);
}

TEST(Gather, EndsTheSuffixInFrontOfSomethingNew) {
  const Snapshot text = snapshot(long_file(2000));
  const Gathered got = gather_at(text, text->lines[1001], {.prefix_tokens = 1000, .suffix_tokens = 400});
  ASSERT_LT(got.suffix_end, text->utf8.size());
  EXPECT_TRUE(text->utf8.substr(got.suffix_end).starts_with("def function_"));
}

TEST(Gather, IsSoundWhereverTheCursorStands) {
  std::mt19937 random(3);
  const std::string bits[] = {"foo",   "é",    "日本", "\n",     "\n", "    ",
                              "x = 1", "\r\n", "🎉",    "(a, b)", "\t", "0123456789"};
  for (int round = 0; round < 400; ++round) {
    std::string utf8;
    for (size_t n = random() % 600; n > 0; --n) utf8 += bits[random() % std::size(bits)];
    const Snapshot text = snapshot(utf8);
    GatherLimits limits{.prefix_tokens = random() % 200, .suffix_tokens = random() % 60};
    for (int i = 0; i < 8; ++i) {
      const size_t offset = random() % (utf8.size() + 4);
      const Gathered got = gather_at(text, offset, limits);
      expect_sound(*text, offset, limits, got);
      if (testing::Test::HasFatalFailure()) return;
      const bool whole_lines = line_of(*text, got.prefix_start) < line_of(*text, std::min(offset, utf8.size()));
      if (whole_lines) {
        ASSERT_EQ(text->lines[line_of(*text, got.prefix_start)], got.prefix_start);
      }
      limits.window_start = random() % 3 == 0 ? random() % (utf8.size() + 100) : got.prefix_start;
      limits.window_head = random() % 2 == 0 ? got.prefix_head : 0;
    }
  }
}

TEST(Gather, CutsALineThatIsTooLong) {
  std::string utf8 = "x = [";
  for (int i = 0; i < 100000; ++i) utf8 += fmt::format("\"é{}\", ", i);
  const Snapshot text = snapshot(utf8, "javascript");
  const GatherLimits limits{.prefix_tokens = 500, .suffix_tokens = 100};
  std::set<size_t> starts;
  for (size_t i = 0; i < 200; ++i) {
    const Gathered got = gather_at(text, 400000 + i, limits);
    expect_sound(*text, 400000 + i, limits, got);
    EXPECT_GT(got.prefix_tokens, 200u);
    EXPECT_GT(got.suffix_tokens, 80u);
    starts.insert(got.prefix_start);
  }
  EXPECT_LE(starts.size(), 2u);
}

TEST(Gather, IsBoundedOnTextWithoutWords) {
  const Snapshot text = snapshot(std::string(1 << 20, ' ') + std::string(1 << 20, 'a'));
  const Gathered got = gather_at(text, 1 << 20, {.prefix_tokens = 100, .suffix_tokens = 100});
  EXPECT_LE(got.prefix.size(), 1600u);
  EXPECT_LE(got.suffix.size(), 1600u);
}

TEST(Gather, GivesNothingForNoAllowance) {
  const Gathered got = gather_at(snapshot("a\nb"), 2, {.prefix_tokens = 0, .suffix_tokens = 0});
  EXPECT_EQ(got.prefix + got.suffix, "");
}

// What typing does to the window.
struct Typing {
  std::string utf8;
  size_t offset = 0;
  GatherLimits limits{.prefix_tokens = 1000, .suffix_tokens = 200};
  std::set<std::string> heads{};   // first lines of the prefixes seen
  std::set<size_t> suffix_ends{};  // counted from the end of the file
  size_t changes = 0;              // how often the start moved to another line

  void insert(size_t at, std::string_view what) {
    utf8 = fmt::format("{}{}{}", std::string_view(utf8).substr(0, at), what, std::string_view(utf8).substr(at));
    if (at <= offset) offset += what.size();
  }
  void look() {
    const Snapshot text = snapshot(utf8);
    const Gathered got = gather_at(text, offset, limits);
    expect_sound(*text, offset, limits, got);
    const bool first = limits.window_head == 0;
    if (!first && got.prefix_head != limits.window_head) ++changes;
    limits.window_start = got.prefix_start;
    limits.window_head = got.prefix_head;
    heads.insert(got.prefix.substr(0, got.prefix.find('\n')));
    suffix_ends.insert(utf8.size() - got.suffix_end);
  }
};

Typing start_typing(size_t line) {
  Typing typing{.utf8 = long_file(2000)};
  typing.offset = snapshot(typing.utf8)->lines[line];
  typing.look();
  return typing;
}

TEST(GatherWindow, StaysWhileTwoHundredKeysAreTyped) {
  Typing typing = start_typing(1203);
  const std::string line = "    total = compute(a, b)\n";
  for (size_t i = 0; i < 200; ++i) {
    typing.insert(typing.offset, line.substr(i % line.size(), 1));
    typing.look();
  }
  EXPECT_EQ(typing.changes, 0u);
  EXPECT_EQ(typing.suffix_ends.size(), 1u);
}

TEST(GatherWindow, MovesAFewTimesInTwentyThousandKeys) {
  Typing typing = start_typing(1203);
  for (size_t i = 0; i < 800; ++i) {
    typing.insert(typing.offset, fmt::format("    total_{} = compute(a, b)\n", i));
    typing.look();
  }
  EXPECT_GE(typing.changes, 4u);  // it cannot stay for good
  EXPECT_LE(typing.changes, 40u);
}

TEST(GatherWindow, FollowsItsLineWhenTextIsInsertedAbove) {
  Typing typing = start_typing(1203);
  for (size_t i = 0; i < 200; ++i) {
    typing.insert(0, fmt::format("import module_{}\n", i));
    typing.insert(typing.offset, "x");
    typing.look();
  }
  EXPECT_EQ(typing.changes, 0u);
  EXPECT_EQ(typing.heads.size(), 1u);
}

TEST(GatherWindow, FollowsTheCursorFarAway) {
  Typing typing = start_typing(1203);
  typing.offset = snapshot(typing.utf8)->lines[300];
  typing.look();
  EXPECT_LT(typing.limits.window_start, typing.offset);
  EXPECT_EQ(typing.changes, 1u);
}

TEST(GatherWindow, HardlyMovesWithoutAHint) {
  Typing typing = start_typing(1203);
  std::set<std::string> heads;
  for (size_t i = 0; i < 20; ++i) {
    typing.insert(typing.offset, "    x = 1\n");
    heads.insert(gather_at(snapshot(typing.utf8), typing.offset, {.prefix_tokens = 1000}).prefix.substr(0, 40));
  }
  EXPECT_LE(heads.size(), 3u);
}

TEST(EstimateTokens, IsNearWhatTokenizersCount) {
  // Counted with the tokenizer of Qwen 3.
  EXPECT_EQ(estimate_tokens(""), 0u);
  const std::string code =
      "def load_config(path: str) -> Config:\n    with open(path) as f:\n        return Config(json.load(f))\n";
  EXPECT_NEAR(static_cast<double>(estimate_tokens(code)), 27.0, 4.0);
}

}  // namespace
}  // namespace fimd::context

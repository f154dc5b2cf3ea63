#include "providers/agent/line_regex.h"

#include <gtest/gtest.h>

#include <random>

namespace fimd::providers::agent {
namespace {

bool matches(std::string_view pattern, std::string_view line) {
  const auto regex = LineRegex::compile(pattern);
  EXPECT_TRUE(regex.has_value()) << pattern;
  return regex && regex->matches(line);
}

struct Case {
  std::string pattern, yes, no;
};

class LineRegexTest : public testing::TestWithParam<Case> {};

TEST_P(LineRegexTest, TellsLinesApart) {
  EXPECT_TRUE(matches(GetParam().pattern, GetParam().yes)) << GetParam().pattern;
  EXPECT_FALSE(matches(GetParam().pattern, GetParam().no)) << GetParam().pattern;
}

INSTANTIATE_TEST_SUITE_P(, LineRegexTest,
                         testing::Values(Case{"abc", "xxabcxx", "abx"}, Case{"^abc$", "abc", "abcd"},
                                         Case{"a.c", "abc", "ac"}, Case{"ab*c", "ac", "adc"},
                                         Case{"ab+c", "abbc", "ac"}, Case{"ab?c", "abc", "abbc"},
                                         Case{"a(b|cd)e", "acde", "ace"}, Case{"(?:ab){2}", "abab", "ab"},
                                         Case{"^a{2,3}$", "aaa", "aaaa"}, Case{"a{2,}b", "aaaab", "ab"},
                                         Case{"[a-c]x", "bx", "dx"}, Case{"[^a-c]x", "dx", "bx"},
                                         Case{"[]a]x", "]x", "bx"}, Case{"\\d+\\s\\w", "12 a", "12-a"},
                                         Case{"\\bfor\\b", "x for y", "format"}, Case{"(?i)hello", "HeLLo", "help"},
                                         Case{"f\\(\\)", "f()", "f"}, Case{"x{", "x{", "x"}, Case{"^$", "", "a"},
                                         Case{"[\\d.]+px", "1.5px", "apx"}, Case{".*?;$", "a;", "a"},
                                         Case{"\\Bx", "ax", "x"}, Case{"a\\tb", "a\tb", "atb"}),
                         [](const auto& c) { return "Case" + std::to_string(c.index); });

TEST(LineRegex, SaysWhatIsWrong) {
  for (const char* pattern : {"(", ")", "[a", "*a", "a\\", "(?=x)", "a{3,2}", "(a)\\1", "a{999}"})
    EXPECT_FALSE(LineRegex::compile(pattern).has_value()) << pattern;
  EXPECT_EQ(LineRegex::compile("ab(c").error().message, "missing ) at position 5");
}

TEST(LineRegex, TakesNoTimeForPatternsThatExplodeElsewhere) {
  EXPECT_FALSE(matches("(a*)*b", std::string(20'000, 'a')));
  EXPECT_FALSE(matches("(a|aa)+$", std::string(20'000, 'a') + "b"));
}

TEST(LineRegex, LimitsItsSize) {
  EXPECT_FALSE(LineRegex::compile("((((a{200}){200}){200}){200})").has_value());
  EXPECT_FALSE(LineRegex::compile(std::string(100'000, '(')).has_value());
}

TEST(LineRegex, SurvivesRandomPatterns) {
  std::mt19937 random(2);
  const std::string letters = "ab()[]{}|*+?^$.\\dw-,12";
  for (int i = 0; i < 20'000; ++i) {
    std::string pattern, line;
    for (size_t n = random() % 14; n > 0; --n) pattern += letters[random() % letters.size()];
    for (size_t n = random() % 10; n > 0; --n) line += letters[random() % letters.size()];
    const auto regex = LineRegex::compile(pattern);
    if (regex) (void)regex->matches(line);
  }
}

}  // namespace
}  // namespace fimd::providers::agent

#include "providers/agent/circles.h"

#include <gtest/gtest.h>

namespace fimd::providers::agent {
namespace {

TEST(Circles, CountOneCallThatComesAgain) {
  Circles circles;
  EXPECT_EQ(circles.repeats(1), 1);
  for (int times = 2; times <= 6; ++times) {
    circles.add(1, 9);
    EXPECT_EQ(circles.repeats(1), times);
  }
  EXPECT_EQ(circles.repeats(2), 1);
}

TEST(Circles, CountRoundsOfUpToFourCalls) {
  for (uint64_t length = 2; length <= 4; ++length) {
    Circles circles;
    for (uint64_t i = 0; i < 3 * length; ++i) circles.add(i % length, 9);
    EXPECT_EQ(circles.repeats(0), 4) << length;
  }
}

TEST(Circles, ACallThatFindsSomethingNewIsNoCircle) {
  Circles circles;
  for (uint64_t result = 0; result < 10; ++result) circles.add(1, result);
  EXPECT_LT(circles.repeats(1), Circles::kNotice);
  EXPECT_EQ(circles.last_result(1), 9u);
}

TEST(Circles, OtherCallsBetweenBreakACircle) {
  Circles circles;
  circles.add(1, 9);
  circles.add(1, 9);
  circles.add(2, 9);
  EXPECT_LT(circles.repeats(1), Circles::kNotice);
}

uint64_t of(const std::string& arguments, const std::string& name = "read_file") { return signature(ToolCall{"id", name, arguments}); }

TEST(Circles, CosmeticsDoNotMakeACallAnother) {
  const uint64_t plain = of(R"({"path":"src/a.c","start_line":3})");
  EXPECT_EQ(plain, of(R"({ "start_line": 3, "path": "./src/a.c " })"));
  EXPECT_EQ(plain, of(R"({"file_path":"src/a.c","offset":3,"explanation":"now I read it again"})"));
  EXPECT_NE(plain, of(R"({"path":"src/a.c","start_line":4})"));
  EXPECT_NE(plain, of(R"({"path":"src/a.c","start_line":3})", "list_files"));
}

TEST(Circles, TimesDoNotMakeAResultAnother) {
  EXPECT_EQ(signature("3 passed in 0.12s\n"), signature("3 passed in 0.97s\n"));
  EXPECT_EQ(signature("10:02:11 done, 12 ms"), signature("10:02:45 done, 9 ms"));
  EXPECT_NE(signature("3 passed in 0.12s\n"), signature("4 passed in 0.12s\n"));
}

}  // namespace
}  // namespace fimd::providers::agent

#include "context/ai_ignore.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "memory_files.h"

namespace fimd::context {
namespace {

TEST(AiIgnore, EveryKindOfFileTakesPathsOutByItself) {
  EXPECT_TRUE(std::is_sorted(ai_ignore_files().begin(), ai_ignore_files().end()));
  for (const std::string_view name : ai_ignore_files()) {
    MemoryFiles files;
    files.add("/w/" + std::string(name), "secret/\n*.sql\n");
    EXPECT_EQ(ai_ignored_by(files, "/w", "a/secret/b.c"), name);
    EXPECT_EQ(ai_ignored_by(files, "/w", "DUMP.SQL"), name);
    EXPECT_EQ(ai_ignored_by(files, "/w", "a/b.c"), "");
  }
}

TEST(AiIgnore, NoFileBringsBackWhatAnotherTakesOut) {
  MemoryFiles files;
  files.add("/w/.cursorignore", "*.key\n");
  files.add("/w/.aiignore", "!a.key\n");
  files.add("/w/sub/.cursorignore", "!a.key\n");
  EXPECT_EQ(ai_ignored_by(files, "/w", "a.key"), ".cursorignore");
  EXPECT_EQ(ai_ignored_by(files, "/w", "sub/a.key"), ".cursorignore");
}

TEST(AiIgnore, AFileGovernsItsOwnFolder) {
  MemoryFiles files;
  files.add("/w/sub/.aiexclude", "/a.c\n");
  EXPECT_EQ(ai_ignored_by(files, "/w", "sub/a.c"), "sub/.aiexclude");
  EXPECT_EQ(ai_ignored_by(files, "/w", "sub/deep/a.c"), "");
  EXPECT_EQ(ai_ignored_by(files, "/w", "a.c"), "");
}

TEST(AiIgnore, AiexcludeKnowsNoNegationAndTakesOutAllWhenEmpty) {
  MemoryFiles files;
  files.add("/w/.aiexclude", "*.c\n!keep.c\n");
  files.add("/w/empty/.aiexclude", " \n\n");
  EXPECT_EQ(ai_ignored_by(files, "/w", "keep.c"), ".aiexclude");
  EXPECT_EQ(ai_ignored_by(files, "/w", "empty/x/y.py"), "empty/.aiexclude");
  EXPECT_EQ(ai_ignored_by(files, "/w", "y.py"), "");
}

TEST(AiIgnore, NoaiTakesOutTheProject) {
  MemoryFiles files;
  files.add("/w/.noai", "");
  EXPECT_EQ(ai_ignored_by(files, "/w", "a/b.c"), ".noai");
}

TEST(AiIgnore, AFileThatCannotBeReadTakesOutWhatLiesBelow) {
  MemoryFiles files;
  files.add("/w/a/.fimdignore", "x\n");
  files.forbid("/w/a/.fimdignore");
  files.add("/w/b/.cursorignore", std::string((1u << 20) + 1, 'x'));
  EXPECT_EQ(ai_ignored_by(files, "/w", "a/b/c.c"), "a/.fimdignore");
  EXPECT_EQ(ai_ignored_by(files, "/w", "b/c.c"), "b/.cursorignore");
  EXPECT_EQ(ai_ignored_by(files, "/w", "c.c"), "");
}

TEST(AiIgnore, TheWalkLeavesOutWhatTheyTakeOut) {
  MemoryFiles files;
  files.add("/w/a.c", "int a;\n");
  files.add("/w/b.c", "int b;\n");
  files.add("/w/.cursorignore", "b.c\n");
  const Walked walked = walk(files, "/w", {}, {});
  const auto listed = [&](std::string_view path) {
    return std::any_of(walked.files.begin(), walked.files.end(), [&](const FoundFile& f) { return f.path == path; });
  };
  EXPECT_TRUE(listed("a.c"));
  EXPECT_FALSE(listed("b.c"));
  EXPECT_FALSE(would_list(files, "/w", "b.c", {}));
}

}  // namespace
}  // namespace fimd::context

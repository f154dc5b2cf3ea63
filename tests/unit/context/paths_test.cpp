#include "context/paths.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

namespace fimd::context {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> spelled(const Paths& paths, std::span<const FileId> ids) {
  std::vector<std::string> out;
  for (const FileId id : ids) out.emplace_back(paths.path(id));
  return out;
}

TEST(Paths, FindsWhatItHoldsAndNothingElse) {
  const Paths paths({"src/b.h", "src/a.h", "a.h", "src/a.h"});
  EXPECT_EQ(paths.size(), 3U);
  EXPECT_EQ(paths.path(*paths.find("src/a.h")), "src/a.h");
  EXPECT_FALSE(paths.find("src"));
  EXPECT_FALSE(paths.find(""));
  EXPECT_FALSE(Paths().find("a.h"));
  EXPECT_FALSE(Paths(std::vector<std::string_view>{}).find("a.h"));
}

TEST(Paths, ListsFilesOfOneNameInAnyFolder) {
  const Paths paths({"a/x.h", "b/c/x.h", "x.h", "a/xx.h", "x.h.in"});
  EXPECT_THAT(spelled(paths, paths.named("x.h")), ElementsAre("a/x.h", "b/c/x.h", "x.h"));
  EXPECT_THAT(spelled(paths, paths.named("y.h")), IsEmpty());
}

TEST(Paths, ListsAFolderWithoutWhatLiesDeeper) {
  const Paths paths({"a/b/c.h", "a/b.h", "a/b-c.h", "a/z.h", "ab/x.h", "top.h"});
  EXPECT_THAT(spelled(paths, paths.in_folder("a", 10)), ElementsAre("a/b-c.h", "a/b.h", "a/z.h"));
  EXPECT_THAT(spelled(paths, paths.in_folder("", 10)), ElementsAre("top.h"));
  EXPECT_THAT(spelled(paths, paths.in_folder("a", 1)), ElementsAre("a/b-c.h"));
  EXPECT_THAT(spelled(paths, paths.in_folder("b", 10)), IsEmpty());
  EXPECT_TRUE(paths.has_folder("a/b"));
  EXPECT_FALSE(paths.has_folder("a/b.h"));
}

TEST(Paths, ListsFoldersByTheEndOfTheirPath) {
  const Paths paths({"org/acme/x.java", "test/org/acme/y.java", "macme/z.java", "org/acme/deep/w.java"});
  EXPECT_THAT(paths.folders_ending("org/acme", 9), ElementsAre("org/acme", "test/org/acme"));
  EXPECT_THAT(paths.folders_ending("acme", 1), ElementsAre("org/acme"));
  EXPECT_THAT(paths.folders_ending("deep", 9), ElementsAre("org/acme/deep"));
  EXPECT_THAT(paths.folders_ending("org/ac", 9), IsEmpty());
}

TEST(Paths, AgreesWithASetOnRandomTrees) {
  std::mt19937 random(7);
  for (int round = 0; round < 50; ++round) {
    std::set<std::string> set;
    const size_t count = random() % 200;
    while (set.size() < count) {
      std::string path;
      for (size_t depth = random() % 4; depth > 0; --depth)
        path += std::string(1, static_cast<char>('a' + random() % 4)) + "/";
      set.insert(path + static_cast<char>('a' + random() % 20) + (random() % 2 == 0 ? ".h" : "-x.c"));
    }
    std::vector<std::string_view> views(set.begin(), set.end());
    std::shuffle(views.begin(), views.end(), random);
    const Paths paths(views);
    ASSERT_EQ(paths.size(), set.size());
    std::set<std::string> folders;
    for (const auto& path : set) {
      ASSERT_EQ(paths.path(paths.find(path).value()), path);
      for (std::string_view f = folder_of(path); !f.empty(); f = folder_of(f)) folders.insert(std::string(f));
    }
    for (const auto& folder : folders) {
      ASSERT_TRUE(paths.has_folder(folder));
      std::vector<std::string> direct;
      for (const auto& path : set) {
        if (folder_of(path) == folder) direct.push_back(path);
      }
      ASSERT_EQ(spelled(paths, paths.in_folder(folder, 1000)), direct);
      const auto ending = paths.folders_ending(folder, 1000);
      ASSERT_TRUE(std::find(ending.begin(), ending.end(), folder) != ending.end());
      const auto wanted = std::count_if(folders.begin(), folders.end(), [&](const std::string& each) {
        return each == folder || each.ends_with("/" + folder);
      });
      ASSERT_EQ(ending.size(), static_cast<size_t>(wanted));
    }
  }
}

TEST(JoinPath, TakesOutDotsAndStaysInside) {
  EXPECT_EQ(join_path("a/b", "../c.h"), "a/c.h");
  EXPECT_EQ(join_path("a/b", "./c/./d.h"), "a/b/c/d.h");
  EXPECT_EQ(join_path("", "c.h"), "c.h");
  EXPECT_EQ(join_path("a", ".."), "");
  EXPECT_EQ(join_path("a", "../.."), std::nullopt);
  EXPECT_EQ(join_path("a", "../../a/b"), std::nullopt);
}

TEST(PathParts, AreCutAtTheLastSlashAndDot) {
  EXPECT_EQ(folder_of("a/b/c.h"), "a/b");
  EXPECT_EQ(folder_of("c.h"), "");
  EXPECT_EQ(name_of("a/c.h"), "c.h");
  EXPECT_EQ(stem_of("a/c.test.ts"), "c.test");
  EXPECT_EQ(stem_of("a/.env"), ".env");
}

}  // namespace
}  // namespace fimd::context

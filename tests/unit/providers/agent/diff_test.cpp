#include "providers/agent/diff.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <random>

#include "tests/unit/providers/agent/folder.h"

namespace fimd::providers::agent {
namespace {

using testing::HasSubstr;

ChangedFile changed(std::optional<std::string> before, std::string after, std::string path = "src/a.txt") {
  return {std::move(path), std::move(before), std::move(after), std::nullopt};
}

// What the edits make of the text, applied from the last to the first as an editor does.
std::string applied(const std::string& before, const std::string& after) {
  const context::Text text = context::make_text("file:///a", 1, "", before);
  const auto edits = text_edits(text, after, context::Encoding::utf16);
  std::vector<context::Change> changes;
  for (auto e = edits.rbegin(); e != edits.rend(); ++e) changes.push_back({e->range, e->text});
  return context::apply(text, changes, context::Encoding::utf16).text.utf8;
}

TEST(Diff, ShowsThreeLinesAround) {
  EXPECT_EQ(unified_diff(changed("1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nX\n6\n7\n8\n9\n")),
            "diff --git a/src/a.txt b/src/a.txt\n--- a/src/a.txt\n+++ b/src/a.txt\n"
            "@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+X\n 6\n 7\n 8\n");
}

TEST(Diff, ANewFileComesFromNowhere) {
  EXPECT_EQ(unified_diff(changed(std::nullopt, "a\nb\n")),
            "diff --git a/src/a.txt b/src/a.txt\nnew file mode 100644\n--- /dev/null\n+++ b/src/a.txt\n"
            "@@ -0,0 +1,2 @@\n+a\n+b\n");
}

TEST(Diff, SaysWhereTheLastLineHasNoEnd) {
  EXPECT_THAT(unified_diff(changed("a\nb", "a\nb\n")), HasSubstr("-b\n\\ No newline at end of file\n+b\n"));
}

TEST(Diff, IsEmptyWhereNothingChanged) {
  EXPECT_EQ(unified_diff(changed("a\n", "a\n")), "");
}

TEST(Diff, FindsTheFewestLines) {
  const auto a = split_lines("a\nb\nc\na\nb\nb\na\n"), b = split_lines("c\nb\na\nb\na\nc\n");
  size_t lines = 0;
  for (const LineChange& c : changes(a, b)) lines += c.before_end - c.before + c.after_end - c.after;
  EXPECT_EQ(lines, 5U);  // the example of the paper
}

TEST(Diff, GivesUpOnVeryDifferentTextsWithOneChange) {
  std::string before = "same\n", after = "same\n";
  for (int i = 0; i < 3000; ++i) {
    before += "b" + std::to_string(i) + "\n";
    after += "a" + std::to_string(i) + "\n";
  }
  EXPECT_EQ(changes(split_lines(before), split_lines(after)).size(), 1U);
  EXPECT_EQ(applied(before, after), after);
}

TEST(Diff, EditsAreAsSmallAsTheChangedLines) {
  const context::Text text = context::make_text("file:///a", 1, "", "a\nb\nc\nd\n");
  const auto edits = text_edits(text, "a\nB\nc\nd\ne\n", context::Encoding::utf16);
  ASSERT_EQ(edits.size(), 2U);
  EXPECT_EQ(edits[0].range, (context::Range{{1, 0}, {2, 0}}));
  EXPECT_EQ(edits[0].text, "B\n");
  EXPECT_EQ(edits[1].range, (context::Range{{4, 0}, {4, 0}}));
  EXPECT_EQ(edits[1].text, "e\n");
}

std::string random_text(std::mt19937& random) {
  static const std::vector<std::string> kLines = {"a", "b", "\xC3\xA9\xF0\x9F\x98\x80", "", "x\ry", "  }"};
  static const std::vector<std::string> kEnds = {"\n", "\n", "\n", "\r\n"};
  std::string out;
  for (size_t n = random() % 14; n > 0; --n) out += kLines[random() % kLines.size()] + kEnds[random() % kEnds.size()];
  if (random() % 3 == 0) out += kLines[random() % kLines.size()];
  return out;
}

TEST(Diff, AppliedEditsGiveTheNewText) {
  std::mt19937 random(7);
  for (int i = 0; i < 4000; ++i) {
    const std::string before = random_text(random), after = random_text(random);
    ASSERT_EQ(applied(before, after), after) << i;
  }
}

// Feeds diffs of several files, among them odd names and texts, to a program that applies them.
void expect_applied_by(const std::string& command) {
  std::mt19937 random(11);
  const tests::Folder folder;
  std::vector<ChangedFile> files;
  for (int i = 0; i < 60; ++i) {
    std::string before = random_text(random), after = random_text(random);
    if (before.empty() || after.empty()) continue;  // programs differ in whether an empty file is a deleted one
    const std::string name = (i % 9 == 0 ? "a name " : "d/n") + std::to_string(i);
    files.push_back(changed(i % 7 == 0 ? std::nullopt : std::optional(before), after, name));
    if (files.back().original) folder.put(name, before);
  }
  folder.put("the.diff", unified_diff(files));
  ASSERT_EQ(std::system(("cd " + folder.path() + " && " + command + " >out 2>&1").c_str()), 0) << folder.get("out");
  for (const ChangedFile& file : files) EXPECT_EQ(folder.get(file.path), file.current) << file.path;
}

TEST(Diff, GitAppliesIt) {
  if (std::system("git --version >/dev/null 2>&1") != 0) GTEST_SKIP() << "no git";
  expect_applied_by("git apply --whitespace=nowarn the.diff");
}

TEST(Diff, PatchAppliesIt) {
  if (std::system("patch --version >/dev/null 2>&1") != 0) GTEST_SKIP() << "no patch";
  expect_applied_by("patch --binary -s -p1 -i the.diff");
}

}  // namespace
}  // namespace fimd::providers::agent

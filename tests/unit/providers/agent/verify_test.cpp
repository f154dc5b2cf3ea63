#include "providers/agent/verify.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "context/redact.h"

namespace fimd::providers::agent {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

ChangedFile changed(std::string path, std::optional<std::string> before, std::string after) {
  return {std::move(path), std::move(before), std::move(after), std::nullopt};
}

std::vector<std::string> reasons(std::vector<ChangedFile> patch, const PatchRules& rules = {}) {
  const auto got = verify(patch, rules, TimePoint::max(), {});
  EXPECT_TRUE(got.has_value());
  return got.value_or(std::vector<std::string>{"error"});
}

TEST(Verify, PassesASoundPatch) {
  EXPECT_THAT(reasons({changed("a.cpp", "int a;\n", "int b;\n"), changed("b.py", std::nullopt, "x = 1\n")}), IsEmpty());
}

TEST(Verify, RefusesThePlaceholderOfASecretButLeavesOneThatWasThere) {
  const std::string text = "key = \"ghp_" "R4nd0mC4seT0kenF0rTh1sTestOnly2x9qLz\"\n";
  const auto found = context::find_secrets(text, context::TextKind::code).found;
  ASSERT_EQ(found.size(), 1U);
  const std::string cleaned = context::redact(text, 0, text.size(), found, {}).text;
  const auto got = reasons({changed("a.py", text + "x = 1\n", cleaned + "x = 2\n")});
  ASSERT_EQ(got.size(), 1U);
  EXPECT_THAT(got[0], HasSubstr("a.py: line 1 holds the placeholder of a secret"));
  EXPECT_THAT(reasons({changed("a.py", cleaned + "x = 1\n", cleaned + "x = 2\n")}), IsEmpty());
}

TEST(Verify, RefusesNewSyntaxErrorsAndShowsTheirLines) {
  const auto got = reasons({changed("a.py", "def f():\n    return 1\n", "def f(:\n    return 1\n")});
  ASSERT_EQ(got.size(), 1U);
  EXPECT_THAT(got[0], HasSubstr("a.py: your edits leave "));
  EXPECT_THAT(got[0], HasSubstr("   1| def f(:"));
}

TEST(Verify, RefusesAMissingBracketInSeveralLanguages) {
  for (const auto& [path, before, after] : std::vector<std::tuple<std::string, std::string, std::string>>{
           {"a.cpp", "int f() { return 1; }\n", "int f() { return 1;\n"},
           {"a.go", "package a\nfunc f() int { return 1 }\n", "package a\nfunc f() int { return (1 }\n"},
           {"a.ts", "const a = [1];\n", "const a = [1;\n"},
           {"a.rs", "fn f() -> i32 { 1 }\n", "fn f( -> i32 { 1 }\n"},
           {"a.java", "class A { int f() { return 1; } }\n", "class A { int f() { return 1; }\n"}})
    EXPECT_EQ(reasons({changed(path, before, after)}).size(), 1U) << path;
}

TEST(Verify, ForgivesErrorsThatWereThere) {
  EXPECT_THAT(reasons({changed("a.py", "def f(:\n    pass\nx = 1\n", "def f(:\n    pass\nx = 2\n")}), IsEmpty());
}

TEST(Verify, ShowsOnlyBrokenLinesNearTheEdit) {
  std::string before = "x = = 1\n";
  for (int i = 0; i < 20; ++i) before += "y = 1\n";
  const auto got = reasons({changed("a.py", before, before + "z = = 2\n")});
  ASSERT_EQ(got.size(), 1U);
  EXPECT_THAT(got[0], HasSubstr("  22| z = = 2"));
  EXPECT_THAT(got[0], Not(HasSubstr("   1| ")));
}

TEST(Verify, PassesFilesWithoutAGrammar) {
  EXPECT_THAT(reasons({changed("a.unknown", "((((\n", "((((((\n")}), IsEmpty());
}

TEST(Verify, RefusesAPatchThatChangesNothing) {
  EXPECT_THAT(reasons({}), ElementsAre(HasSubstr("Nothing was changed")));
  EXPECT_THAT(reasons({changed("a.cpp", "a;\n", "a;\n")}), ElementsAre(HasSubstr("Nothing was changed")));
}

TEST(Verify, KeepsToAllowedFiles) {
  PatchRules rules;
  rules.allowed = [](std::string_view path) { return path == "a.txt"; };
  EXPECT_THAT(reasons({changed("a.txt", "a", "b"), changed("b.txt", "a", "b")}, rules),
              ElementsAre(HasSubstr("b.txt: must not be changed")));
}

TEST(Verify, RefusesADeletedTextAndTooMuch) {
  PatchRules rules;
  rules.max_files = 1;
  rules.max_lines = 2;
  EXPECT_THAT(reasons({changed("a.txt", "a\nb\n", ""), changed("b.txt", "a\n", "b\n")}, rules),
              ElementsAre(HasSubstr("all of its text was deleted"), HasSubstr("2 files were changed"),
                          HasSubstr("4 lines were changed")));
}

TEST(Verify, IsCancelled) {
  std::stop_source stop;
  stop.request_stop();
  const auto got =
      verify(std::vector<ChangedFile>{changed("a.cpp", "a;\n", "b;\n")}, {}, TimePoint::max(), stop.get_token());
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code, Error::Code::cancelled);
}

TEST(Verify, PassesWhatCannotBeParsedInTime) {
  std::string text;
  for (int i = 0; i < 20'000; ++i) text += "int a;\n";
  const std::vector<ChangedFile> patch = {changed("a.cpp", text, text + "int a(;\n")};
  const auto late = verify(patch, {}, TimePoint(), {});
  ASSERT_TRUE(late);
  EXPECT_THAT(*late, IsEmpty());
  EXPECT_EQ(reasons(patch).size(), 1U);
}

}  // namespace
}  // namespace fimd::providers::agent

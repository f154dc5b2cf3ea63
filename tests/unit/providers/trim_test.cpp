#include "providers/trim.h"

#include <gtest/gtest.h>

#include <random>

namespace fimd::providers {
namespace {

// The rules at `^` in a document.
TrimRules at(std::string language, std::string document) {
  const size_t cursor = document.find('^');
  document.erase(cursor, 1);
  return rules_at(context::make_text("file:///a", 1, std::move(language), document), cursor);
}

struct Ended {
  std::string shown;
  std::string reason;
};

Ended whole(const TrimRules& rules, std::string_view text) {
  Trim trim(rules);
  trim.feed(text);
  trim.finish();
  return {trim.shown(), std::string(trim.reason())};
}

Ended unfinished(const TrimRules& rules, std::string_view text) {
  Trim trim(rules);
  trim.feed(text);
  return {trim.shown(), std::string(trim.reason())};
}

TEST(WantsMultiline, WhereTheLineIsBlankOrOpensABlock) {
  EXPECT_TRUE(wants_multiline("", "", "cpp"));
  EXPECT_TRUE(wants_multiline("    ", "", "python"));
  EXPECT_TRUE(wants_multiline("if (x) {", "", "cpp"));
  EXPECT_TRUE(wants_multiline("if (x) {", "}", "cpp"));
  EXPECT_TRUE(wants_multiline("def f(self):", "", "python"));
  EXPECT_TRUE(wants_multiline("  items.each do |x|", "", "ruby"));
  EXPECT_TRUE(wants_multiline("local f = function(a)", "", "lua"));
  EXPECT_TRUE(wants_multiline("if [ -f x ]; then", "", "shellscript"));
  EXPECT_TRUE(wants_multiline("const f = () =>", "", "typescript"));
}

TEST(WantsMultiline, NotInsideALine) {
  EXPECT_FALSE(wants_multiline("int x = ", "", "cpp"));
  EXPECT_FALSE(wants_multiline("", "return x;", "cpp"));
  EXPECT_FALSE(wants_multiline("if (x) {", "return;", "cpp"));
  EXPECT_FALSE(wants_multiline("std::", "", "cpp"));
  EXPECT_FALSE(wants_multiline("// note:", "", "cpp"));
  EXPECT_FALSE(wants_multiline("x = foo.bar", "", "python"));
}

TEST(Trim, StopsAtTheLineEndInsideALine) {
  const Ended run = whole(at("cpp", "int x = ^\n"), "a + b;\nint y;\n");
  EXPECT_EQ(run.shown, "a + b;");
  EXPECT_EQ(run.reason, "line end");
}

TEST(Trim, ShowsNothingWhenTheModelLeavesAnUnfinishedLine) {
  EXPECT_EQ(whole(at("cpp", "int x = ^\n"), "\n  foo();\n").shown, "");
}

TEST(Trim, NeverShowsHalfAWord) {
  const TrimRules rules = at("cpp", "int x = ^\n");
  EXPECT_EQ(unfinished(rules, "comp").shown, "");
  EXPECT_EQ(unfinished(rules, "compute(va").shown, "compute(");
  EXPECT_EQ(unfinished(rules, "compute(value, ot").shown, "compute(value,");
  EXPECT_EQ(unfinished(rules, "compute(value, other").shown, "compute(value,");
  EXPECT_EQ(whole(rules, "compute(value, other").shown, "compute(value, other");
}

TEST(Trim, NeverShowsHalfASpecialToken) {
  const TrimRules rules = at("cpp", "int x = ^\n");
  EXPECT_EQ(unfinished(rules, "a + b;<|fim_mid").shown, "a + b;");
  EXPECT_EQ(unfinished(rules, "a <").shown, "a");
  EXPECT_EQ(unfinished(rules, "a < b;").shown, "a < b;");
  EXPECT_EQ(unfinished(rules, "a < b;").reason, "");
}

TEST(Trim, EndsAtASpecialToken) {
  const Ended run = unfinished(at("python", "def f():\n    ^\n"), "return 1\n<|endoftext|>import os\n");
  EXPECT_EQ(run.shown, "return 1");
  EXPECT_EQ(run.reason, "special token");
}

TEST(Trim, KeepsHtmlTagsThatLookLikeTokens) {
  EXPECT_EQ(whole(at("html", "<p>^\n"), "a <s>b</s> c</p>").shown, "a <s>b</s> c</p>");
}

TEST(Trim, ShowsOnlyWholeLinesOfABlock) {
  const TrimRules rules = at("python", "def f():\n    ^\n");
  EXPECT_EQ(unfinished(rules, "x = 1\n    return x + ").shown, "x = 1");
  EXPECT_EQ(unfinished(rules, "x = 1\n    return x\n").shown, "x = 1\n    return x");
}

TEST(Trim, EndsWhereTheScopeEndsByIndentation) {
  const Ended run = whole(at("python", "def f():\n    ^\n"), "x = 1\n    return x\n\ndef g():\n    pass\n");
  EXPECT_EQ(run.shown, "x = 1\n    return x");
  EXPECT_EQ(run.reason, "scope end");
}

TEST(Trim, EndsAfterTheBlockThatTheLineOpened) {
  const Ended run = whole(at("python", "if x:^\nprint()\n"), "\n    a()\nelse:\n    b()\nc()\n");
  EXPECT_EQ(run.shown, "\n    a()\nelse:\n    b()");
  EXPECT_EQ(run.reason, "scope end");
}

TEST(Trim, EndsAfterOneTopLevelItem) {
  const Ended run = whole(at("python", "import os\n\n^\n"), "def f():\n    return 1\n\ndef g():\n    return 2\n");
  EXPECT_EQ(run.shown, "def f():\n    return 1");
  const Ended braces = whole(at("cpp", "^\n"), "int f()\n{\n  return 1;\n}\nint g() {\n  return 2;\n}\n");
  EXPECT_EQ(braces.shown, "int f()\n{\n  return 1;\n}");
}

TEST(Trim, LeavesAClosingBracketThatStandsBelow) {
  const Ended run = whole(at("cpp", "int f() {\n  ^\n}\n"), "return 1;\n}\n\nint g() {\n");
  EXPECT_EQ(run.shown, "return 1;");
  EXPECT_EQ(run.reason, "next line repeated");
}

TEST(Trim, TakesAClosingBracketThatTheDocumentLacks) {
  EXPECT_EQ(whole(at("cpp", "int f() {\n  ^\n"), "return 1;\n}\n\nint g() {\n").shown, "return 1;\n}");
  EXPECT_EQ(whole(at("cpp", "int f() {\n  ^\n\nint g();\n"), "return 1;\n}\nint h();").shown, "return 1;\n}");
}

TEST(Trim, EndsWhenTheCallOfTheLineIsClosed) {
  const Ended run = whole(at("cpp", "  foo(^\n"), "a, b);\n  bar();\n");
  EXPECT_EQ(run.shown, "a, b);");
  EXPECT_EQ(run.reason, "bracket closed");
  EXPECT_EQ(whole(at("javascript", "foo(^\n"), "\n  a,\n  b,\n);\nbar();\n").shown, "\n  a,\n  b,\n);");
}

TEST(Trim, EndsAtARepetitionOfTheNextLine) {
  const Ended run = whole(at("go", "func f() {\n\t^\n\treturn nil\n}\n"), "x := 1\n\treturn nil\n}\n");
  EXPECT_EQ(run.shown, "x := 1");
  EXPECT_EQ(run.reason, "next line repeated");
}

TEST(Trim, KeepsTheSameLineAtAnotherDepth) {
  const Ended run = whole(at("cpp", "  if (a) {^\n  return x;\n"), "\n    return x;\n  }\n");
  EXPECT_EQ(run.shown, "\n    return x;\n  }");
}

TEST(Trim, ShowsNothingOfALineThatMayBecomeTheNextOne) {
  const TrimRules rules = at("cpp", "  ^\n  return value(x);\n");
  EXPECT_EQ(unfinished(rules, "return value(").shown, "");
  EXPECT_EQ(unfinished(rules, "return value(y,").shown, "return value(y,");
}

TEST(Trim, EndsAtTwoBlankLines) {
  const Ended run = whole(at("cpp", "  ^\n"), "a();\n\n  b();\n\n\n  c();\n");
  EXPECT_EQ(run.shown, "a();\n\n  b();");
  EXPECT_EQ(run.reason, "blank lines");
}

TEST(Trim, EndsALoop) {
  const Ended run = whole(at("cpp", "  ^\n"), "foo();\n  foo();\n  foo();\n  foo();\n");
  EXPECT_EQ(run.shown, "foo();");
  EXPECT_EQ(run.reason, "repetition");
  EXPECT_EQ(whole(at("cpp", "  ^\n"), "foo();\n  foo();\n  bar();\n").shown, "foo();\n  foo();\n  bar();");
}

TEST(Trim, KeepsToItsLimits) {
  TrimRules rules = at("cpp", "  ^\n");
  rules.max_lines = 2;
  EXPECT_EQ(whole(rules, "a();\n  b();\n  c();\n").shown, "a();\n  b();");
  rules = at("cpp", "int x = ^\n");
  rules.max_bytes = 16;
  const Ended run = unfinished(rules, std::string(40, 'a') + " b");
  EXPECT_EQ(run.shown, "");
  EXPECT_EQ(run.reason, "limit");
}

TEST(Trim, MakesLineEndsOneLineFeed) {
  Trim trim(at("cpp", "  ^\n"));
  trim.feed("a();\r");
  trim.feed("\n  b();\r\n");
  trim.feed("\r\n  c();\r  d();\r\n");
  EXPECT_EQ(trim.shown(), "a();\n  b();\n\n  c();\n  d();");
}

TEST(Trim, LeavesOutAThinkBlockAndAFence) {
  EXPECT_EQ(whole(at("cpp", "int x = ^\n"), "<think>\nhm\n</think>\n\na + b;\n").shown, "a + b;");
  const Ended run = whole(at("python", "def f():\n    ^\n"), "```python\nreturn 1\n```\nThis returns one.");
  EXPECT_EQ(run.shown, "return 1");
  EXPECT_EQ(run.reason, "code fence");
}

TEST(Trim, KeepsAFenceInMarkdown) {
  EXPECT_EQ(whole(at("markdown", "Example:\n\n^\n"), "```cpp\nint x;\n```").shown, "```cpp\nint x;\n```");
}

TEST(Trim, KeepsTheLineBreakBeforeACloserRightOfTheCursor) {
  EXPECT_EQ(whole(at("javascript", "f(() => {^})\n"), "\n  g();\n").shown, "\n  g();\n");
}

// Whatever the pieces, the end is the same, what is shown only grows, and nothing is shown that was not fed.
TEST(Trim, DoesNotDependOnThePieces) {
  const std::vector<std::pair<std::string, std::string>> documents = {
      {"cpp", "int f() {\n  ^\n}\n"}, {"python", "def f(a):^\n\nx = 1\n"},
      {"go", "\tfoo(^)\n\tbar()\n"},  {"ruby", "def f\n  ^\nend\n"},
      {"markdown", "# T\n^\n"},       {"rust", "fn f() {^}\n"}};
  const std::vector<std::string> bits = {
      "foo", "(",  ")", "{",    "}",  "\n",        "\n  ", "\n\n",    "    ",     " ",
      "x",   "<",  "|", "\r\n", "\r", "return 1;", "```",  "<think>", "</think>", "<|endoftext|>",
      "é",   "\"", "'", "end",  ":",  "else",      "//",   "bar()",   "\t"};
  std::mt19937 random(7);
  for (int round = 0; round < 4000; ++round) {
    const auto& [language, document] = documents[random() % documents.size()];
    const TrimRules rules = at(language, document);
    std::string text;
    for (size_t n = random() % 30; n > 0; --n) text += bits[random() % bits.size()];
    const Ended expected = whole(rules, text);
    Trim trim(rules);
    std::string shown;
    for (size_t i = 0; i < text.size();) {
      const size_t n = 1 + random() % 4;
      trim.feed(std::string_view(text).substr(i, n));
      ASSERT_TRUE(trim.shown().starts_with(shown)) << text;
      shown = trim.shown();
      i += n;
    }
    trim.finish();
    ASSERT_TRUE(trim.shown().starts_with(shown)) << text;
    ASSERT_EQ(trim.shown(), expected.shown) << text;
    ASSERT_EQ(trim.reason(), expected.reason) << text;
    ASSERT_EQ(trim.shown().find('\r'), std::string::npos);
    ASSERT_LE(trim.shown().size(), text.size());
  }
}

}  // namespace
}  // namespace fimd::providers

#include "providers/agent/edit_match.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <random>

#include "providers/agent/diff.h"

namespace fimd::providers::agent {
namespace {

using testing::HasSubstr;
using testing::Not;

EditRequest request(std::string_view text, std::string_view old_string, std::string_view new_string,
                    std::string_view language = "cpp") {
  return {.path = "src/a", .language = language, .text = text, .old_string = old_string, .new_string = new_string};
}

// "rung: text" of an edit, or the words of its refusal.
std::string outcome(const EditRequest& r) {
  const auto got = replace_text(r);
  if (!got) return got.error().message;
  static const std::vector<std::string> kNames = {"exact",  "line_ends",   "blank_ends", "shifted",    "reindented",
                                                  "blanks", "typographic", "escaped",    "blank_lines"};
  return kNames[static_cast<size_t>(got->rung)] + ": " + got->text;
}

std::string outcome(std::string_view text, std::string_view old_string, std::string_view new_string,
                    std::string_view language = "cpp") {
  return outcome(request(text, old_string, new_string, language));
}

// --- rungs ---

TEST(EditMatch, ReplacesBytesInsideALine) {
  EXPECT_EQ(outcome("int a = 1;\nint b = 2;\n", "b = 2", "b = 3"), "exact: int a = 1;\nint b = 3;\n");
}

TEST(EditMatch, IgnoresTrailingBlanks) {
  EXPECT_EQ(outcome("f();  \ng();\n", "f();\ng();\n", "f();\nh();\n"), "line_ends: f();  \nh();\n");
}

TEST(EditMatch, DropsBlankLinesAroundTheBlock) {
  EXPECT_EQ(outcome("f();\ng();\n", "\nf();\n\n", "\nh();\n\n"), "blank_ends: h();\ng();\n");
}

TEST(EditMatch, ShiftsADedentedBlock) {
  EXPECT_EQ(outcome("class A {\n    void f() {\n        g();\n    }\n};\n", "void f() {\n    g();\n}",
                    "void f() {\n    if (x) {\n        g();\n    }\n}"),
            "shifted: class A {\n    void f() {\n        if (x) {\n            g();\n        }\n    }\n};\n");
}

TEST(EditMatch, ShiftsPythonByOneDifference) {
  EXPECT_EQ(outcome("class A:\n    def f(self):\n        return 1\n", "def f(self):\n    return 1\n",
                    "def f(self):\n    return 2\n", "python"),
            "shifted: class A:\n    def f(self):\n        return 2\n");
}

TEST(EditMatch, TurnsBlanksIntoTheFilesTabs) {
  EXPECT_EQ(outcome("func f() {\n\tif x {\n\t\tg()\n\t}\n}\n", "    if x {\n        g()\n    }",
                    "    if x {\n        h()\n    }", "go"),
            "shifted: func f() {\n\tif x {\n\t\th()\n\t}\n}\n");
}

TEST(EditMatch, TurnsTabsIntoTheFilesBlanks) {
  EXPECT_EQ(outcome("function f() {\n  if (x) {\n    g();\n  }\n}\n", "\tif (x) {\n\t\tg();\n\t}",
                    "\tif (x) {\n\t\th();\n\t}", "typescript"),
            "shifted: function f() {\n  if (x) {\n    h();\n  }\n}\n");
}

TEST(EditMatch, ReindentsWhereTheUnitDiffers) {
  EXPECT_EQ(outcome("void f() {\n    if (x) {\n        g();\n    }\n}\n", "  if (x) {\n    g();\n  }",
                    "  if (x) {\n    g();\n    while (y) {\n      h();\n    }\n  }"),
            "reindented: void f() {\n    if (x) {\n        g();\n        while (y) {\n            h();\n        }\n    "
            "}\n}\n");
}

TEST(EditMatch, DoesNotGuessIndentationWhereItIsMeaning) {
  const std::string text = "def f():\n    if x:\n        g()\n    h()\n";
  EXPECT_THAT(outcome(text, "  if x:\n    g()\n  h()", "  if x:\n    k()\n  h()", "python"), HasSubstr("NOT APPLIED"));
  EXPECT_THAT(
      outcome("a:\n    b: 1\n    c:\n        d: 2\n", "  b: 1\n  c:\n    d: 2", "  b: 1\n  c:\n    d: 3", "yaml"),
      HasSubstr("NOT APPLIED"));
}

TEST(EditMatch, CollapsesRunsOfBlanks) {
  EXPECT_EQ(outcome("int  first  = 1;\nint  second = 2;\n", "int first = 1;\nint second = 2;",
                    "int first = 1;\nint second = 3;"),
            "blanks: int  first  = 1;\nint second = 3;\n");
}

TEST(EditMatch, FoldsTypographicCharactersAndKeepsTheFilesForm) {
  EXPECT_EQ(outcome("say(\u201Chello \u2013 you\u201D);\nstop();\n", "say(\"hello - you\");\nstop();",
                    "say(\"hello - you\", 2);\nstop();"),
            "typographic: say(\u201Chello \u2013 you\u201D, 2);\nstop();\n");
}

TEST(EditMatch, TakesCurlyQuotesForStraightOnes) {
  EXPECT_EQ(outcome("print(\"a\");\nprint(\"b\");\n", "print(\u201Ca\u201D);\nprint(\u201Cb\u201D);",
                    "print(\u201Ca\u201D);\nprint(\u201Cc\u201D);", "javascript"),
            "typographic: print(\"a\");\nprint(\"c\");\n");
}

TEST(EditMatch, RemovesOneLevelOfEscapes) {
  EXPECT_EQ(
      outcome("log(\"a\");\nlog(\"b\");\n", "log(\\\"a\\\");\nlog(\\\"b\\\");", "log(\\\"a\\\");\nlog(\\\"c\\\");"),
      "escaped: log(\"a\");\nlog(\"c\");\n");
}

TEST(EditMatch, KeepsEscapesOfTheNewTextThatAreMeant) {
  EXPECT_EQ(outcome("log(\"a\");\nlog(\"b\");\n", "log(\\\"a\\\");\nlog(\\\"b\\\");", "log(\"say \\\"c\\\"\");"),
            "escaped: log(\"say \\\"c\\\"\");\n");
}

TEST(EditMatch, IgnoresBlankLinesInsideAndKeepsTheFiles) {
  EXPECT_EQ(outcome("a();\n\nb();\n\n\nc();\n", "a();\nb();\nc();", "a();\nb();\nd();"),
            "blank_lines: a();\n\nb();\nd();\n");
}

TEST(EditMatch, UnchangedLinesStayAsTheFileHasThem) {
  EXPECT_EQ(outcome("void f() {\n      odd();\n   g();\n}\n", "void f() {\n  odd();\n  g();\n}",
                    "void f() {\n  odd();\n  g();\n  h();\n}"),
            "reindented: void f() {\n      odd();\n   g();\n      h();\n}\n");
}

TEST(EditMatch, RemovesNumbersCopiedFromReadFile) {
  EXPECT_EQ(outcome("int a;\nint b;\n", "   1| int a;\n   2| int b;", "   1| int a;\n   2| int c;"),
            "exact: int a;\nint c;\n");
}

TEST(EditMatch, KeepsTextThatOnlyLooksNumbered) {
  EXPECT_EQ(outcome("1| a\n2| b\n", "1| a\n2| b\n", "1| a\n2| c\n", "markdown"), "exact: 1| a\n2| c\n");
}

TEST(EditMatch, DeletesWholeLines) {
  EXPECT_EQ(outcome("a();\n  b();\nc();\n", "b();\nc();\n", ""), "exact: a();\n  ");
  EXPECT_EQ(outcome("a();\n  b();\n  c();\nd();\n", "b();\nc();\n", ""), "shifted: a();\nd();\n");
}

TEST(EditMatch, FillsAnEmptyFile) {
  EXPECT_EQ(outcome("", "", "a\n"), "exact: a\n");
}

TEST(EditMatch, ShortBlocksMustBeExact) {
  EXPECT_THAT(outcome("if (x) {\n\t}\n", "   }", "   };"), HasSubstr("NOT APPLIED (text not found)"));
}

// --- places ---

TEST(EditMatch, RefusesSeveralPlacesAndShowsThem) {
  const std::string got = outcome("a\nx = 1;\nb\nx = 1;\nc\n", "x = 1;", "x = 2;");
  EXPECT_THAT(got, HasSubstr("NOT APPLIED (several places)"));
  EXPECT_THAT(got, HasSubstr("   1| a\n   2| x = 1;\n   3| b\n"));
  EXPECT_THAT(got, HasSubstr("   4| x = 1;"));
}

TEST(EditMatch, SeveralPlacesOfOneRungDoNotFallToALooserOne) {
  EXPECT_THAT(outcome("  foo(1, 2);\n  bar();\n\tfoo(1, 2);\n\tbar();\n", "    foo(1, 2);\n    bar();", "x();"),
              HasSubstr("several places"));
}

TEST(EditMatch, ReplacesAllWhenAsked) {
  EditRequest r = request("x = 1; x = 1;\nx = 1;\n", "x = 1", "y = 1");
  r.replace_all = true;
  const auto got = replace_text(r);
  ASSERT_TRUE(got);
  EXPECT_EQ(got->text, "y = 1; y = 1;\ny = 1;\n");
  EXPECT_EQ(got->places, 3U);
}

TEST(EditMatch, ReplacesAllOfExactAndLineEndRungsOnly) {
  EditRequest r = request("  foo(1, 2);\n  bar();\n\tfoo(1, 2);\n\tbar();\n", "    foo(1, 2);\n    bar();", "x();");
  r.replace_all = true;
  EXPECT_THAT(outcome(r), HasSubstr("several places"));
  r.text = "a(); \nb();\na();\t\nb();\n";
  r.old_string = "a();\nb();\n";
  r.new_string = "c();\n";
  EXPECT_EQ(outcome(r), "line_ends: c();\nc();\n");
}

TEST(EditMatch, SaysWhichLinesAreNew) {
  const auto got = replace_text(request("1\n2\n3\n4\n", "2\n3\n", "a\nb\nc\n"));
  ASSERT_TRUE(got);
  EXPECT_EQ(got->first_line, 2U);
  EXPECT_EQ(got->last_line, 4U);
}

// --- refusals ---

TEST(EditMatch, ShowsTheClosestLines) {
  EXPECT_EQ(outcome("void f() {\n  for (auto& s : slots_) {\n    if (s.live()) flush(s, now);\n  }\n}\n",
                    "  for (auto& s : slots_) {\n    if (s.live()) flush(s);\n  }\n", "  x();\n"),
            "edit_file: NOT APPLIED (text not found). src/a is unchanged.\n"
            "Closest lines now, with > where they differ from your old_string:\n"
            "    1| void f() {\n"
            "    2|   for (auto& s : slots_) {\n"
            ">   3|     if (s.live()) flush(s, now);\n"
            "    4|   }\n"
            "    5| }\n"
            "Copy the text to replace from these lines (without the numbers) and call edit_file again.");
}

TEST(EditMatch, ShowsBlanksWhereOnlyTheyDiffer) {
  EXPECT_THAT(outcome("def f():\n\treturn  1 \n\treturn 2\n", "  return 1\n  return 3\n", "x\n", "python"),
              HasSubstr(">   2| \u2192return  1\u00b7"));
}

TEST(EditMatch, SaysWhenNothingComesClose) {
  EXPECT_THAT(outcome("a();\nb();\n", "entirely_different(1, 2);\n", "x\n"),
              HasSubstr("Nothing in its 2 lines comes close"));
}

TEST(EditMatch, SaysWhenTheEditIsThereAlready) {
  EXPECT_THAT(outcome("int total = 2;\n", "int total = 1;", "int total = 2;"), HasSubstr("already applied"));
}

TEST(EditMatch, RefusesWhatChangesNothing) {
  EXPECT_THAT(outcome("a\n", "a", "a"), HasSubstr("no change"));
  EXPECT_THAT(outcome("a();  \nb();\n", "a();\nb();\n", "a(); \nb();\n"), Not(HasSubstr("exact")));
}

TEST(EditMatch, RefusesTextThatStandsForCode) {
  EXPECT_THAT(outcome("a();\nb();\n", "a();\n", "c();\n// ... rest of the code unchanged\n"), HasSubstr("elided"));
  EXPECT_THAT(outcome("a\n", "a", "# ...\n", "python"), HasSubstr("elided"));
  EXPECT_THAT(outcome("a\n", "a", "{/* ... existing code ... */}\n...\n"), HasSubstr("elided"));
  EXPECT_EQ(outcome("def f(): pass\n", "pass", "\n    ...", "python"), "exact: def f(): \n    ...\n");
  EXPECT_EQ(outcome("a\n", "a", "// what is unchanged stays\n"), "exact: // what is unchanged stays\n\n");
}

TEST(EditMatch, RefusesAnUnseenFileButForExactText) {
  EditRequest r = request("  f(1, 2, 3);\n", "f(1, 2, 3);", "g();");
  r.exact_only = true;
  EXPECT_EQ(outcome(r), "exact:   g();\n");
  r.old_string = "    f(1, 2, 3);";
  EXPECT_THAT(outcome(r), HasSubstr("read_file first"));
}

TEST(EditMatch, RefusesZeroBytesAndEmptyOldText) {
  EXPECT_THAT(outcome("a\n", "a", std::string_view("b\0c", 3)), HasSubstr("zero byte"));
  EXPECT_THAT(outcome("a\n", "", "b"), HasSubstr("empty old_string"));
}

TEST(EditMatch, RefusesToGrowAFileTooMuch) {
  EXPECT_THAT(outcome("a\n", "a", std::string(300'000, 'x')), HasSubstr("too large"));
}

TEST(EditMatch, DoesNotMoveLinesInsideALiteral) {
  const std::string text = "const a = () => {\n    const s = `one\n    two\n    three`;\n    f(s);\n};\n";
  EXPECT_THAT(outcome(text, "const s = `one\ntwo\nthree`;\nf(s);", "const s = `one\nTWO\nthree`;\nf(s);", "javascript"),
              HasSubstr("inside a literal"));
}

TEST(EditMatch, MovesADocstring) {
  EXPECT_EQ(outcome("class A:\n    def f(self):\n        \"\"\"One.\n\n        Two.\n        \"\"\"\n",
                    "def f(self):\n    \"\"\"One.\n\n    Two.\n    \"\"\"",
                    "def f(self):\n    \"\"\"One.\n\n    Three.\n    \"\"\"", "python"),
            "shifted: class A:\n    def f(self):\n        \"\"\"One.\n\n        Three.\n        \"\"\"\n");
}

// --- line ends and the byte order mark ---

TEST(EditMatch, NewLinesTakeTheLineEndOfTheirNeighbours) {
  EXPECT_EQ(outcome("a\r\nb\r\nc\r\n", "b\n", "b\nx\n"), "exact: a\r\nb\r\nx\r\nc\r\n");
}

TEST(EditMatch, MixedLineEndsStayMixed) {
  EXPECT_EQ(outcome("a\r\nb\nc\r\nd\n", "b\nc\nd\n", "b\nX\nd\n"), "exact: a\r\nb\nX\r\nd\n");
}

TEST(EditMatch, ALoneCarriageReturnIsText) {
  EXPECT_EQ(outcome("a\rb\nc\n", "c", "d"), "exact: a\rb\nd\n");
}

TEST(EditMatch, KeepsTheByteOrderMark) {
  EXPECT_EQ(outcome("\xEF\xBB\xBF"
                    "a\nb\n",
                    "a\n", "c\n"),
            "exact: \xEF\xBB\xBF"
            "c\nb\n");
  EXPECT_EQ(outcome("a\nb\n", "a\n", "c\n"), "exact: c\nb\n");
}

TEST(EditMatch, KeepsAFileWithoutALastLineEnd) {
  EXPECT_EQ(outcome("a();\n  the_last(1, 2);", "the_last(1, 2);\n", "first(1, 2);\n"), "shifted: a();\n  first(1, 2);");
}

// --- damaged blocks of real files: placed right or refused, never written elsewhere ---

std::vector<std::string> sources() {
  std::vector<std::string> out;
  for (const char* folder : {"/context", "/providers", "/grammars"}) {
    for (const auto& f : std::filesystem::directory_iterator(std::string(FIMD_SOURCE_DIR) + folder)) {
      if (f.path().extension() != ".cpp" && f.path().extension() != ".h") continue;
      std::ifstream in(f.path());
      out.emplace_back(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
    }
  }
  std::sort(out.begin(), out.end());
  return out;
}

struct Tally {
  int placed = 0, elsewhere = 0, refused = 0, of = 0;
};

// Takes random blocks that stand once in their file, damages a copy and asks for its first line to be replaced.
Tally tally(const std::function<std::string(std::string, std::mt19937&)>& damage) {
  static const std::vector<std::string> files = sources();
  std::mt19937 random(5);
  Tally out;
  for (int tries = 0; tries < 4000 && out.of < 300; ++tries) {
    const std::string& text = files[random() % files.size()];
    const auto lines = split_lines(text);
    const size_t count = 2 + random() % 10;
    if (lines.size() <= count) continue;
    const size_t at = random() % (lines.size() - count);
    std::string block;
    for (size_t i = 0; i < count; ++i) block += lines[at + i];
    if (lines[at].size() < 6 || lines[at + count - 1].size() < 2 || text.find(block) != text.rfind(block)) continue;
    const std::string damaged = damage(block, random);
    if (text.find(damaged) != std::string::npos) continue;  // then that is what was asked for
    ++out.of;
    const size_t first_end = damaged.find('\n');
    const auto got = replace_text(request(text, damaged, "REPLACED();" + damaged.substr(first_end)));
    if (!got) {
      ++out.refused;
      continue;
    }
    size_t line = 0;
    const auto after = split_lines(got->text);
    while (line < after.size() && after[line].find("REPLACED();") == std::string_view::npos) ++line;
    (line == at && after.size() == lines.size() ? out.placed : out.elsewhere)++;
  }
  return out;
}

std::string each_line(const std::string& block, const std::function<std::string(std::string_view)>& change) {
  std::string out;
  for (const auto line : split_lines(block)) out += change(line);
  return out;
}

TEST(EditMatchOnSources, PlacesBlocksWhoseIndentationIsLost) {
  const Tally t = tally([](const std::string& block, std::mt19937&) {
    return each_line(block,
                     [](auto l) { return std::string(l.substr(std::min(l.find_first_not_of(' '), l.size() - 1))); });
  });
  EXPECT_EQ(t.elsewhere, 0);
  EXPECT_GE(t.placed * 100, t.of * 95) << t.placed << " of " << t.of;
}

TEST(EditMatchOnSources, PlacesBlocksWithTrailingBlanks) {
  const Tally t = tally([](const std::string& block, std::mt19937&) {
    return each_line(block, [](auto l) { return std::string(l.substr(0, l.size() - 1)) + " \r\n"; });
  });
  EXPECT_EQ(t.placed, t.of);
}

TEST(EditMatchOnSources, RefusesBlocksWithOneWordWrong) {
  const Tally t = tally([](std::string block, std::mt19937& random) {
    std::vector<size_t> letters;
    for (size_t i = 0; i < block.size(); ++i) {
      if (std::isalpha(static_cast<unsigned char>(block[i])) != 0) letters.push_back(i);
    }
    if (!letters.empty()) block.insert(letters[random() % letters.size()], "qz");
    return block;
  });
  EXPECT_EQ(t.refused, t.of);
}

TEST(EditMatchOnSources, RefusesBlocksWithALineInvented) {
  const Tally t =
      tally([](std::string block, std::mt19937&) { return block.insert(block.find('\n') + 1, "  invented(line);\n"); });
  EXPECT_EQ(t.refused, t.of);
}

TEST(EditMatchOnSources, SurvivesRandomInput) {
  std::mt19937 random(3);
  const std::vector<std::string> parts = {"a",  "\n",   "\n",     " ",   "\t",     "\"",
                                          "\\", "\r\n", "\u201C", "1| ", "x = 1;", "}"};
  const auto text = [&] {
    std::string out;
    for (size_t n = random() % 30; n > 0; --n) out += parts[random() % parts.size()];
    return out;
  };
  for (int i = 0; i < 20'000; ++i) {
    const std::string a = text(), b = text(), c = text();
    const auto got = replace_text(request(a, b, c, ""));
    if (!got) continue;
    ASSERT_NE(got->text, a);
    ASSERT_LE(got->first_line, got->last_line);
  }
}

}  // namespace
}  // namespace fimd::providers::agent

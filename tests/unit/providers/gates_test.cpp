#include "providers/gates.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <random>

#include "gates_golden.h"

namespace fimd::providers {
namespace {

TEST(Gates, StandInAFixedOrder) {
  const std::vector<std::string_view> names(gate_names().begin(), gate_names().end());
  EXPECT_EQ(names.front(), "encoding");
  EXPECT_EQ(names.back(), "syntax");
}

TEST(Gates, SecretsKeepsATokenThatTheFileHoldsAlready) {
  const std::string token = std::string("gh") + "p_" + "dGlMoiyrlfxX1rTnyFf3v" + "A7NUtFOY6aF0kDQ";
  const Scene known = scene_of("python", "one = \"" + token + "\"\nother = ^\n", false), unknown = scene_of("python", "other = ^\n", false);
  EXPECT_EQ(gates::secrets("\"" + token + "\"", gates::look(known.surroundings(), {})).text, "\"" + token + "\"");
  EXPECT_EQ(gates::secrets("\"" + token + "\"", gates::look(unknown.surroundings(), {})).text, "");
}

// Text without white space: what a gate may not invent.
std::string squeezed(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (!is_space(c)) out += c;
  }
  return out;
}

const std::vector<std::string> kDocuments[] = {
    {"c", "int f(int x) {\n  ^\n  return x;\n}\n"},
    {"c", "int f(int x) {\n  g(^);\n}\n\nint y;\n"},
    {"cpp", "int main() {\n  std::string s = \"^\";\n"},
    {"python", "def f(a):\n    x = a\n    ^\n    return x\n"},
    {"python", "import os\n\nclass A:\n    def f(self):^\n\n    def g(self):\n        pass\n"},
    {"go", "func f() {\n\tif x {\n\t\t^\n\t}\n\treturn 1\n}\n"},
    {"javascript", "f(() => {^});\nreturn 1;\n"},
    {"typescript", "const a = foo(b, ^)\n"},
    {"ruby", "def f\n  ^\nend\n"},
    {"lua", "function f()\n  return 1^\nend\n"},
    {"shellscript", "case $1 in\n  ^\nesac\n"},
    {"html", "<p class=\"^\">foo</p>\n"},
    {"markdown", "# Title\n\n^\n\n## return 1\n"},
    {"rust", "fn f() -> i32 {\n    let x = ^ + 1;\n}\n"},
    {"java", "class A {\n  int fo^o() {\n    return 1;\n  }\n}\n"},
    {"json", "{\n  \"a\": 1,\n  ^\n}\n"},
    {"css", "a { color: ^; }\n"},
    {"plaintext", "^"},
    {"php", "<?php\n$x = ^;\n"}};

const std::string kBits[] = {"foo",
                             "(",
                             ")",
                             "{",
                             "}",
                             "[",
                             "]",
                             "\n",
                             "\n  ",
                             "\n    ",
                             "\n\t",
                             "\n\n",
                             " ",
                             "  ",
                             "\t",
                             "x",
                             "return x;",
                             ";",
                             ",",
                             ":",
                             "\"",
                             "'",
                             "`",
                             "return 1",
                             "end",
                             "def f():",
                             "else",
                             "// a",
                             "# b",
                             "/*",
                             "*/",
                             "<|im_end|>",
                             "```",
                             "<think>",
                             "</think>",
                             "é",
                             "\xC3",
                             "\x01",
                             "= ",
                             "+ 1;",
                             "foo(b, ",
                             "if (x) {",
                             "Here is ",
                             "\r\n",
                             "get",
                             "int f(int x) {",
                             "    x = a",
                             "\n  return x;\n}",
                             "\n        pass",
                             "fi",
                             "esac",
                             "=>"};

struct Random {
  std::mt19937 source;
  size_t below(size_t n) { return source() % n; }
  std::string text(size_t most) {
    std::string out;
    for (size_t n = below(most); n > 0; --n) out += kBits[below(std::size(kBits))];
    return out;
  }
};

void expect_sound(const std::string& suggestion, const Scene& scene) {
  const Surroundings at = scene.surroundings();
  const Judged judged = judge(suggestion, at, {});
  const std::string& text = judged.text;
  const auto where = [&] { return scene.language + "\n" + scene.text->utf8 + "\n--\n" + suggestion + "\n--\n" + text; };
  ASSERT_LE(text.size(), 8 * suggestion.size() + 64) << where();
  ASSERT_NE(squeezed(suggestion).find(squeezed(text)), std::string::npos) << where();
  ASSERT_TRUE(context::is_valid_utf8(text)) << where();
  ASSERT_EQ(text.find('\r'), std::string::npos) << where();
  ASSERT_TRUE(text.empty() || !is_blank(text)) << where();
  ASSERT_LE(static_cast<size_t>(std::count(text.begin(), text.end(), '\n')), at.max_lines) << where();
  const Judged again = judge(text, at, {});
  ASSERT_EQ(again.text, text) << where();
  ASSERT_TRUE(again.notes.empty()) << again.notes.front().gate << ": " << again.notes.front().why << "\n" << where();
  // What stands right of the cursor is not written a second time.
  const size_t line = context::line_of(*scene.text, scene.offset);
  const std::string_view right =
      trim_both(context::line_text(*scene.text, line).substr(scene.offset - scene.text->lines[line]));
  if (std::any_of(right.begin(), right.end(), is_word)) {
    ASSERT_FALSE(text.ends_with(right)) << where();
  }
}

TEST(Judge, IsSoundOnAnySuggestion) {
  Random random{std::mt19937(11)};
  for (const auto& document : kDocuments) {
    Scene scene = scene_of(document[0], document[1], false);
    for (int round = 0; round < 3000 && !testing::Test::HasFatalFailure(); ++round) {
      scene.max_lines = 1 + random.below(16);
      expect_sound(random.text(24), scene);
    }
  }
}

TEST(Judge, IsSoundOnAnyDocument) {
  Random random{std::mt19937(12)};
  for (int round = 0; round < 20000 && !testing::Test::HasFatalFailure(); ++round) {
    const std::string before = context::to_valid_utf8(random.text(30));
    const std::string after = context::to_valid_utf8(random.text(30));
    const std::string& language = kDocuments[random.below(std::size(kDocuments))][0];
    expect_sound(random.text(24), scene_of(language, before + "‸" + after, false));
  }
}

TEST(Judge, SurvivesBytesThatAreNotText) {
  std::mt19937 random(13);
  for (int round = 0; round < 3000 && !testing::Test::HasFatalFailure(); ++round) {
    std::string bytes(random() % 64, ' ');
    for (char& c : bytes) c = static_cast<char>(random());
    expect_sound(bytes, scene_of("cpp", "int x = ^;\n", false));
  }
}

TEST(Judge, TakesACursorBehindTheEnd) {
  const context::Text text = context::make_text("file:///a", 1, "c", "int x = ");
  const context::Tree none;
  const Judged judged = judge("1;", {.text = text, .offset = 1000, .tree = none, .language = "c"}, {});
  EXPECT_EQ(judged.text, "1;");
}

}  // namespace
}  // namespace fimd::providers

// Parts of a text in another language: asked as if they were a file of that language.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "context/symbols.h"
#include "context/syntax_data.h"
#include "tests/unit/context/syntax_cases.h"

namespace fimd::context {
namespace {

using testing::ElementsAre;

constexpr std::string_view kVue =
    "<template><p>{{ a }}</p></template>\n"
    "<script lang=\"ts\">\n"
    "class Card {\n"
    "  add(item: Item) {\n"
    "    const text = 'one';\n"
    "    ^\n"
    "  }\n"
    "}\n"
    "</script>\n"
    "<style>\n.a { color: red; }\n</style>\n";

size_t at(std::string_view text, std::string_view part) {
  return text.find(part);
}

TEST(Embedded, ScriptsSpeakTheirOwnLanguage) {
  const auto [utf8, cursor] = marked(kVue);
  const Tree tree = tree_of("vue", utf8);
  EXPECT_EQ(tree.language_at(0), "vue");
  EXPECT_EQ(tree.language_at(cursor), "typescript");
  EXPECT_EQ(tree.language_at(at(utf8, "color")), "css");
  EXPECT_EQ(tree.language_at(at(utf8, "</script>") + 3), "vue");
  EXPECT_EQ(Tree().language_at(0), "");
}

TEST(Embedded, PlacesAndScopesAreThoseOfTheScript) {
  const auto [utf8, cursor] = marked(kVue);
  const Tree tree = tree_of("vue", utf8);
  EXPECT_EQ(tree.place(cursor), Place::code);
  EXPECT_EQ(tree.place(at(utf8, "one")), Place::string);
  const auto scopes = tree.scopes(cursor);
  ASSERT_GE(scopes.size(), 3u);
  EXPECT_EQ(scopes[0].name, "add");
  EXPECT_EQ(utf8.substr(scopes[0].start, 4), "add(");
  EXPECT_EQ(scopes[1].name, "Card");
  EXPECT_EQ(scopes.back().kind, "script_element");
}

TEST(Embedded, BindingsAreThoseOfTheScript) {
  const auto [utf8, cursor] = marked(kVue);
  const auto found = bindings(tree_of("vue", utf8), cursor);
  ASSERT_EQ(found.size(), 3u);
  EXPECT_EQ(found[0].name, "text");
  EXPECT_EQ(found[0].start, at(utf8, "text ="));
  EXPECT_EQ(found[1].name, "item");
  EXPECT_EQ(found[1].type, "Item");
  EXPECT_EQ(found[2].name, "this");
  EXPECT_EQ(found[2].type, "Card");
}

TEST(Embedded, StatementsOfAScriptAreComplete) {
  const std::string html = "<script>\nlet a = 1;\nlet b = (2;\n</script>\n";
  const Tree tree = tree_of("html", html);
  EXPECT_THAT(tree.complete_ends(at(html, "let a"), at(html, "let b")), ElementsAre(at(html, "\nlet b")));
  EXPECT_GT(tree.errors(), 0u);
  EXPECT_EQ(tree.errors(0, at(html, "let a")), 0u);
}

TEST(Embedded, FencesNameTheirLanguageAndUnknownOnesStayText) {
  const std::string text = "# T\n\n```py\ndef f(): pass\n```\n\n```klingon\nx\n```\n\n```\ny\n```\n";
  const Tree tree = tree_of("markdown", text);
  EXPECT_EQ(tree.language_at(at(text, "def")), "python");
  EXPECT_EQ(tree.language_at(at(text, "x\n")), "markdown");
  EXPECT_EQ(tree.language_at(at(text, "```\n\n```k")), "markdown");
}

TEST(Embedded, PartsThatStayTheSameAreNotParsedAgain) {
  const std::string html = "<p>a</p><script>let a = 1;</script><style>p { top: 0 }</style>";
  const Tree tree = tree_of("html", html);
  const auto outside = with_replacement(tree, 3, 4, "bcd", {});
  ASSERT_TRUE(outside);
  EXPECT_EQ(outside->data()->embedded[0].tree.data(), tree.data()->embedded[0].tree.data());
  const auto inside = with_replacement(tree, at(html, "1"), at(html, "1") + 1, "f(\xC3\xA9)", {});
  ASSERT_TRUE(inside);
  const Tree fresh = tree_of("html", inside->text()->utf8);
  EXPECT_EQ(inside->data()->embedded[0].tree.sexp(), fresh.data()->embedded[0].tree.sexp());
  EXPECT_EQ(inside->data()->embedded[1].tree.data(), tree.data()->embedded[1].tree.data());
}

TEST(Embedded, AnOutlineHoldsThemInTheOrderOfTheText) {
  const std::string text = "# One\n\n```python\nimport os\nclass A:\n  def f(self): return os\n```\n\n# Two\n";
  const Outline found = outline(tree_of("markdown", text));
  std::vector<std::string> names;
  for (const Symbol& symbol : found.symbols) names.push_back(symbol.name);
  EXPECT_THAT(names, ElementsAre("One", "A", "f", "Two"));
  EXPECT_EQ(found.symbols[2].container, 1u);
  EXPECT_EQ(text.substr(found.symbols[2].name_start, 1), "f");
  ASSERT_EQ(found.imports.size(), 1u);
  EXPECT_EQ(text.substr(found.imports[0].start, 9), "import os");
  EXPECT_THAT(found.mentions, ElementsAre("os", "self"));
}

}  // namespace
}  // namespace fimd::context

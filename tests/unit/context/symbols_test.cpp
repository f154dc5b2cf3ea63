#include "context/symbols.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/context/syntax_cases.h"

namespace fimd::context {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

std::string repeated(size_t n, std::string_view part) {
  std::string out;
  for (size_t i = 0; i < n; ++i) out += part;
  return out;
}

std::vector<std::string> names(const Outline& outline) {
  std::vector<std::string> out;
  for (const Symbol& symbol : outline.symbols) out.push_back(symbol.name);
  return out;
}

// The bindings at the ^, innermost first: "name:type" or "name=call".
std::vector<std::string> bound(std::string_view language, std::string_view text) {
  const auto [utf8, cursor] = marked(text);
  std::vector<std::string> out;
  for (const Binding& binding : bindings(tree_of(language, utf8), cursor)) {
    out.push_back(binding.name + (binding.type.empty() ? "" : ":" + binding.type) +
                  (binding.call.empty() ? "" : "=" + binding.call));
  }
  return out;
}

TEST(Outline, OfNothingIsEmpty) {
  EXPECT_THAT(outline(Tree()).symbols, IsEmpty());
  const Outline none = outline(tree_of("cpp", ""));
  EXPECT_THAT(none.symbols, IsEmpty());
  EXPECT_THAT(none.imports, IsEmpty());
  EXPECT_THAT(none.mentions, IsEmpty());
}

TEST(Outline, LeavesOutLocalVariables) {
  EXPECT_THAT(names(outline(tree_of("cpp", "int a; void f() { int b; { int c; } }"))), ElementsAre("a", "f"));
  EXPECT_THAT(names(outline(tree_of("javascript", "on(() => { const x = 1; function g() {} });"))), ElementsAre("g"));
}

TEST(Outline, SaysWhoseMemberAFunctionIs) {
  const Outline found = outline(tree_of("cpp", "struct A { int f(); };\nint ns::A::f() { return 0; }\n"));
  ASSERT_EQ(found.symbols.size(), 3u);
  EXPECT_EQ(found.symbols[1].container, 0u);
  EXPECT_EQ(found.symbols[1].kind, SymbolKind::method);
  EXPECT_EQ(found.symbols[2].owner, "A");
  EXPECT_EQ(found.symbols[2].kind, SymbolKind::method);
}

TEST(Outline, CoversTheWholeDefinition) {
  const std::string text = "@cached\ndef f(a):\n    return a\n";
  const Symbol symbol = outline(tree_of("python", text)).symbols.at(0);
  EXPECT_EQ(symbol.start, 0u);
  EXPECT_EQ(symbol.end, text.size() - 1);
  EXPECT_EQ(symbol.name_start, text.find("f(a"));
}

TEST(Outline, KeepsAClassWhoseBodyIsBroken) {
  EXPECT_THAT(names(outline(tree_of("java", "class A { void f() { int x = ; } void g() {} int y }"))),
              testing::IsSupersetOf({"A", "f", "g"}));
  EXPECT_THAT(names(outline(tree_of("python", "class A:\n  def f(self:\n    x = (1\n\ndef g(): pass\n"))),
              testing::Contains("A"));
}

TEST(Outline, GivesNoCommentOfAnotherThing) {
  const Outline found = outline(tree_of("cpp", "// A licence.\n\nint a;  // the a\nint b;\n\n/* of c */\nint c;\n"));
  ASSERT_EQ(found.symbols.size(), 3u);
  EXPECT_EQ(found.symbols[0].doc, "the a");
  EXPECT_EQ(found.symbols[1].doc, "");
  EXPECT_EQ(found.symbols[2].doc, "of c");
}

TEST(Outline, MentionsWhatIsUsedNotWhatIsOnlyDefined) {
  const Outline found = outline(tree_of("python", "import os\ndef f(a): return f\"{g(a)} no\"  # not\ndef h(): 'x'\n"));
  EXPECT_THAT(found.mentions, UnorderedElementsAre("a", "g"));
}

TEST(Outline, StopsWhenAsked) {
  const Tree tree = tree_of("cpp", repeated(20'000, "int f(int a) { return a; }\n"));
  std::stop_source source;
  EXPECT_EQ(outline(tree, source.get_token()).symbols.size(), 20'000u);
  source.request_stop();
  EXPECT_LT(outline(tree, source.get_token()).symbols.size(), 2'000u);
}

TEST(Outline, ReadsAHundredThousandLines) {
  const Outline found = outline(tree_of("go", "package p\n" + repeated(100'000, "func f(a int) int { return a }\n")));
  EXPECT_EQ(found.symbols.size(), 100'001u);
}

TEST(Outline, ReadsOneLineOfFiveMegabytes) {
  const std::string piece = "f(a,1);var b='" + std::string(10'000, 'x') + "';g(b);";
  const Outline found = outline(tree_of("javascript", repeated(500, piece)));
  EXPECT_EQ(found.symbols.size(), 500u);
  EXPECT_THAT(found.mentions, ElementsAre("a", "b", "f", "g"));
}

TEST(Outline, ReadsDeepNestingAndLongLists) {
  std::string deep = repeated(20'000, "class A { ") + repeated(20'000, "};");
  EXPECT_GT(outline(tree_of("cpp", deep)).symbols.size(), 0u);
  const std::string list = "import { " + repeated(20'000, "a, ") + "z } from 'm';";
  EXPECT_EQ(outline(tree_of("javascript", list)).imports.size(), 20'001u);
  EXPECT_FALSE(outline(tree_of("rust", "use a::{" + repeated(20'000, "b::{") + "c" + repeated(20'000, "}") + "};"))
                   .imports.size() > 500);
}

TEST(Outline, HasGenericSymbolsWhereThereIsNoQuery) {
  // Embedded templates have no definitions; the query without any is not an error.
  EXPECT_THAT(outline(tree_of("erb", "<% a = 1 %>")).symbols, IsEmpty());
}

TEST(Bindings, AreParametersAndLocalsInnermostFirst) {
  EXPECT_THAT(bound("cpp",
                    "void f(int a, const Parser& p) {\n"
                    "  auto n = std::make_unique<Node>(a);\n"
                    "  { int hidden; }\n"
                    "  for (const Item& item : items) { auto r = open_file(p); ^ }\n"
                    "  int later;\n"
                    "}\nvoid g(int other) {}\n"),
              ElementsAre("r=open_file", "item:Item", "n:Node", "p:Parser", "a:int"));
}

TEST(Bindings, KnowTheObject) {
  EXPECT_THAT(bound("cpp", "struct A { void f(int a) { ^ } };"), ElementsAre("a:int", "this:A"));
  EXPECT_THAT(bound("python", "class A(B):\n    def f(self, x: C):\n        y = Dough(x)\n        ^\n"),
              ElementsAre("y:Dough", "x:C", "self:A"));
  EXPECT_THAT(bound("rust", "impl Shape for Circle { fn f(&self, c: &mut Canvas) { let p = Pen::new(); ^ } }"),
              ElementsAre("p:Pen", "c:Canvas", "self:Circle"));
  EXPECT_THAT(bound("java", "class A { void f() { var x = new B(); for (C c : d) { ^ } } }"),
              ElementsAre("c:C", "x:B", "this:A"));
  EXPECT_THAT(bound("cpp", "struct A { ^ };"), IsEmpty());
}

TEST(Bindings, FollowTheElementsOfACollection) {
  EXPECT_THAT(bound("typescript", "function f(all: Item[]) { for (const one of all) { ^ } }"),
              ElementsAre("one:Item", "all:Item"));
  EXPECT_THAT(bound("python", "def f(all: list[Item]):\n    for one in all:\n        ^\n"),
              ElementsAre("one:Item", "all:Item"));
}

TEST(Bindings, OfOtherLanguages) {
  EXPECT_THAT(bound("go", "func (s *Store) Get(id string) { item, err := s.find(id); ^ }"),
              ElementsAre("err", "item=find", "id:string", "s:Store"));
  EXPECT_THAT(bound("csharp", "class A { void F(Order o) { var l = new Line(); Item i = null; ^ } }"),
              ElementsAre("i:Item", "l:Line", "o:Order", "this:A"));
  EXPECT_THAT(bound("kotlin", "class A { fun f(o: Order) { val l = Line(1)\n val c = open(o)\n ^ } }"),
              ElementsAre("c=open", "l:Line", "o:Order", "this:A"));
  EXPECT_THAT(bound("ruby", "class A\n  def f(o)\n    l = Line.new(1)\n    ^\n  end\nend\n"),
              ElementsAre("l:Line", "o", "self:A"));
  EXPECT_THAT(bound("php", "<?php class A { function f(Order $o) { $l = new Line(); ^ } }"),
              ElementsAre("$l:Line", "$o:Order", "$this:A"));
  EXPECT_THAT(bound("swift", "class A { func f(o: Order) { let l = Line()\n ^ } }"),
              ElementsAre("l:Line", "o:Order", "self:A"));
}

TEST(Bindings, AreBounded) {
  const std::string text = "void f(Item first) {\n" + repeated(100'000, "int a; int b; g(a);\n") + "^}\n";
  const auto found = bound("cpp", text);
  EXPECT_THAT(found, testing::Contains("first:Item"));
  EXPECT_LE(found.size(), 200u);
  EXPECT_THAT(bindings(Tree(), 0), IsEmpty());
  EXPECT_THAT(bindings(tree_of("c", "int a;"), 99), IsEmpty());
}

}  // namespace
}  // namespace fimd::context

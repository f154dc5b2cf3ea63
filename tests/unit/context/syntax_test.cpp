#include "context/syntax.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/context/syntax_cases.h"

namespace fimd::context {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Syntax, ParsesByAnyNameOfTheLanguage) {
  EXPECT_TRUE(has_grammar("cpp"));
  EXPECT_TRUE(has_grammar("C++"));
  EXPECT_FALSE(has_grammar("coffeescript"));
  EXPECT_EQ(tree_of("sh", "ls -l\n").sexp(), tree_of("shellscript", "ls -l\n").sexp());
}

TEST(Syntax, SaysThatALanguageHasNoGrammar) {
  const auto tree = parse(snapshot("coffeescript", "a = 1"), {});
  ASSERT_FALSE(tree);
  EXPECT_EQ(tree.error().code, Error::Code::not_found);
  EXPECT_EQ(parse(snapshot("", "a"), {}).error().code, Error::Code::not_found);
}

TEST(Syntax, AnEmptyTreeAnswersEverything) {
  const Tree none;
  EXPECT_FALSE(none);
  EXPECT_FALSE(none.text());
  EXPECT_EQ(none.errors(), 0u);
  EXPECT_EQ(none.errors(0, 9), 0u);
  EXPECT_EQ(none.place(3), Place::code);
  EXPECT_THAT(none.scopes(3), IsEmpty());
  EXPECT_THAT(none.complete_ends(0, 9), IsEmpty());
  EXPECT_EQ(none.sexp(), "");
  EXPECT_EQ(with_replacement(none, 0, 0, "x", {}).error().code, Error::Code::bad_input);
}

TEST(Syntax, AnEmptyTextHasATree) {
  for (const grammars::Language& language : grammars::languages()) {
    if (!language.grammar) continue;
    const Tree tree = tree_of(language.id, "");
    EXPECT_TRUE(tree) << language.id;
    EXPECT_EQ(tree.place(0), Place::code);
    EXPECT_THAT(tree.scopes(0), IsEmpty());
  }
}

TEST(Syntax, WritesATreeWithFieldsAndMissingNodes) {
  EXPECT_EQ(tree_of("json", R"({"a": [1, true]})").sexp(),
            "(document (object (pair key: (string (string_content)) value: (array (number) (true)))))");
  EXPECT_EQ(tree_of("c", "int a").sexp(),
            "(translation_unit (declaration type: (primitive_type) declarator: (identifier) (MISSING ;)))");
}

TEST(Syntax, RemembersTheTextThatWasParsed) {
  const Snapshot text = snapshot("json", "[1]");
  EXPECT_EQ(parse(text, {})->text(), text);
}

TEST(Syntax, CountsErrorsInARange) {
  const std::string code = "int a = ;\nint b = 1;\nint c = );\n";
  const Tree tree = tree_of("c", code);
  EXPECT_GE(tree.errors(), 2u);
  EXPECT_EQ(tree.errors(11, 20), 0u);
  EXPECT_GE(tree.errors(0, 9), 1u);
  EXPECT_GE(tree.errors(21, code.size()), 1u);
  EXPECT_EQ(tree.errors(0, 9) + tree.errors(21, code.size()), tree.errors());
  EXPECT_EQ(tree_of("c", "int a = 1;").errors(), 0u);
}

TEST(Syntax, CountsAMissingNodeWhereItStands) {
  const Tree tree = tree_of("c", "int a\n\nint b;\n");
  EXPECT_EQ(tree.errors(), 1u);
  EXPECT_EQ(tree.errors(0, 5), 1u);
  EXPECT_EQ(tree.errors(7, 14), 0u);
}

struct PlaceCase {
  const char* language;
  const char* text;
  Place place;
};

class Places : public testing::TestWithParam<PlaceCase> {};

TEST_P(Places, TellsWhereTypedTextWouldLand) {
  const auto [utf8, at] = marked(GetParam().text);
  EXPECT_EQ(tree_of(GetParam().language, utf8).place(at), GetParam().place)
      << GetParam().language << ": " << GetParam().text;
}

INSTANTIATE_TEST_SUITE_P(
    All, Places,
    testing::Values(
        PlaceCase{"cpp", "int a; // not^e\n", Place::comment},
        PlaceCase{"cpp", "int a; // note^\nint b;", Place::comment},
        PlaceCase{"cpp", "int a; // note\n^int b;", Place::code}, PlaceCase{"cpp", "int a; ^// note\n", Place::code},
        PlaceCase{"cpp", "int a; // note^", Place::comment}, PlaceCase{"cpp", "/* a^ */ int b;", Place::comment},
        PlaceCase{"cpp", "/* a */^ int b;", Place::code}, PlaceCase{"cpp", "auto s = \"a^b\";", Place::string},
        PlaceCase{"cpp", "auto s = \"ab^\";", Place::string}, PlaceCase{"cpp", "auto s = \"^\";", Place::string},
        PlaceCase{"cpp", "auto s = ^\"ab\";", Place::code}, PlaceCase{"cpp", "auto s = \"ab\"^;", Place::code},
        PlaceCase{"cpp", "char c = '^';", Place::string}, PlaceCase{"cpp", "auto s = R\"(a^)\";", Place::string},
        PlaceCase{"cpp", "#include <vec^tor>\n", Place::string}, PlaceCase{"cpp", "^", Place::code},
        PlaceCase{"python", "x = 1  # note^\n", Place::comment}, PlaceCase{"python", "x = f\"a{b^}c\"\n", Place::code},
        PlaceCase{"python", "x = f\"a^{b}c\"\n", Place::string},
        PlaceCase{"python", "x = f\"a{b}^c\"\n", Place::string},
        PlaceCase{"python", "def f():\n    \"\"\"Does ^\n    \"\"\"\n", Place::string},
        PlaceCase{"python", "x = \"open^\ny = 1\n", Place::string},
        PlaceCase{"python", "x = \"open\n^y = 1\n", Place::code},
        PlaceCase{"javascript", "let s = `a${b^}`;", Place::code},
        PlaceCase{"javascript", "let s = `a^${b}`;", Place::string},
        PlaceCase{"javascript", "let r = /a^b/g;", Place::string},
        PlaceCase{"javascript", "let s = 'open^\nlet t = 1;\n", Place::string},
        PlaceCase{"rust", "/// doc^\nfn f() {}\n", Place::comment},
        PlaceCase{"rust", "/// doc\n^fn f() {}\n", Place::code}, PlaceCase{"rust", "let r = r#\"a^\"#;", Place::string},
        PlaceCase{"ruby", "puts \"a #{b^} c\"\n", Place::code},
        PlaceCase{"ruby", "x = <<~A\n  te^xt\nA\n", Place::string},
        PlaceCase{"bash", "echo \"a $(ls ^)\"\n", Place::code}, PlaceCase{"bash", "cat <<E\nte^xt\nE\n", Place::string},
        PlaceCase{"bash", "echo 'a^'\n", Place::string}, PlaceCase{"csharp", "var s = $\"a{b^}\";", Place::code},
        PlaceCase{"csharp", "var s = $\"a^{b}\";", Place::string},
        PlaceCase{"go", "package a\n\nvar s = `a^`\n", Place::string},
        PlaceCase{"go", "package a\n\nvar s = \"open^\n", Place::string},
        PlaceCase{"java", "class A { // no^te\n}", Place::comment},
        PlaceCase{"lua", "local x = [[a^]]\n", Place::string}, PlaceCase{"lua", "--[[ a^ ]]\n", Place::comment},
        PlaceCase{"lua", "--[[ a ]]^\n", Place::code}, PlaceCase{"php", "<?php # no^te\n$a = 'b';", Place::comment},
        PlaceCase{"php", "<?php $a = 'b^';", Place::string}, PlaceCase{"json", "{\"a^\": 1}", Place::string},
        PlaceCase{"html", "<a href=\"x^\">y</a>", Place::string}, PlaceCase{"html", "<!-- a^ -->", Place::comment},
        PlaceCase{"html", "<a>y^</a>", Place::code}, PlaceCase{"css", "/* a^ */ a { }", Place::comment},
        PlaceCase{"css", "a { b: \"c^\" }", Place::string},
        PlaceCase{"typescriptreact", "let a = <b c=\"d^\">{e}</b>;", Place::string}));

std::vector<std::string> scopes_at(const char* language, std::string_view text) {
  const auto [utf8, at] = marked(text);
  std::vector<std::string> found;
  for (const Scope& scope : tree_of(language, utf8).scopes(at)) found.push_back(scope.kind + " " + scope.name);
  return found;
}

TEST(Scopes, AreListedInsideOut) {
  EXPECT_THAT(
      scopes_at("cpp", "namespace a::b {\nclass C {\n  void f() {\n    if (x) {\n      ^\n    }\n  }\n};\n}\n"),
      ElementsAre("compound_statement ", "function_definition f", "class_specifier C", "namespace_definition a::b"));
  EXPECT_THAT(scopes_at("cpp", "int *A::f(int x) { return [&] { return ^x; }(); }"),
              ElementsAre("lambda_expression ", "function_definition A::f"));
  EXPECT_THAT(scopes_at("rust", "mod m { impl Shape<'_> { fn area(&self) -> f64 { ^ } } }"),
              ElementsAre("function_item area", "impl_item Shape<'_>", "mod_item m"));
  EXPECT_THAT(scopes_at("go", "package p\nfunc (q *Q) Run() {\n\tfor {\n\t\t^\n\t}\n}\n"),
              ElementsAre("block ", "method_declaration Run"));
  EXPECT_THAT(scopes_at("go", "package p\ntype T struct {\n\ta int\n\t^\n}\n"), ElementsAre("struct_type T"));
  EXPECT_THAT(scopes_at("typescript", "class A { m() { return xs.map((x) => { ^ }); } }"),
              ElementsAre("arrow_function ", "method_definition m", "class_declaration A"));
  EXPECT_THAT(scopes_at("javascript", "const f = async (a) => {\n  ^\n};"), ElementsAre("arrow_function f"));
  EXPECT_THAT(scopes_at("java", "class A { int f() { while (true) { ^ } } }"),
              ElementsAre("block ", "method_declaration f", "class_declaration A"));
  EXPECT_THAT(scopes_at("csharp", "namespace N { class A { int P { get { ^ } } } }"),
              ElementsAre("accessor_declaration get", "property_declaration P", "class_declaration A",
                          "namespace_declaration N"));
  EXPECT_THAT(scopes_at("ruby", "module M\n  class C\n    def f(x)\n      ^\n    end\n  end\nend\n"),
              ElementsAre("method f", "class C", "module M"));
  EXPECT_THAT(scopes_at("php", "<?php class A { function f() { ^ } }"),
              ElementsAre("method_declaration f", "class_declaration A"));
  EXPECT_THAT(scopes_at("bash", "f() {\n  for i in 1; do\n    ^\n  done\n}\n"),
              ElementsAre("do_group ", "function_definition f"));
  EXPECT_THAT(scopes_at("lua", "function M.f(x)\n  ^\nend\n"), ElementsAre("function_declaration M.f"));
  EXPECT_THAT(scopes_at("json", "{\"a\": [1, ^2]}"), ElementsAre("array \"a\"", "object "));
  EXPECT_THAT(scopes_at("html", "<div><p>^</p></div>"), ElementsAre("element p", "element div"));
  EXPECT_THAT(scopes_at("css", "@media print { a.b { ^ } }"), ElementsAre("rule_set a.b", "media_statement "));
}

TEST(Scopes, DoNotHoldWhatStandsAtTheirEdge) {
  EXPECT_THAT(scopes_at("c", "^int f() { return 1; }"), IsEmpty());
  EXPECT_THAT(scopes_at("c", "int f() { return 1; }^"), IsEmpty());
  EXPECT_THAT(scopes_at("c", "int f(struct stat ^s) { return 1; }"), ElementsAre("function_definition f"));
}

TEST(Scopes, FollowTheIndentationOnABlankLine) {
  const std::string head = "class A:\n    def f(self):\n        if x:\n            y()\n";
  EXPECT_THAT(scopes_at("python", head + "            ^\n"),
              ElementsAre("block ", "function_definition f", "class_definition A"));
  EXPECT_THAT(scopes_at("python", head + "        ^\n"), ElementsAre("function_definition f", "class_definition A"));
  EXPECT_THAT(scopes_at("python", head + "    ^\n"), ElementsAre("class_definition A"));
  EXPECT_THAT(scopes_at("python", head + "^\n"), IsEmpty());
  EXPECT_THAT(scopes_at("python", head + "        ^"), ElementsAre("function_definition f", "class_definition A"));
  EXPECT_THAT(scopes_at("python", head + "\n\n        ^\n\n    def g(self):\n        pass\n"),
              ElementsAre("function_definition f", "class_definition A"));
}

TEST(Scopes, HoldTheEndOfTheirLastLineWhereIndentationRules) {
  EXPECT_THAT(scopes_at("python", "def f():\n    return 1^\n"), ElementsAre("function_definition f"));
  EXPECT_THAT(scopes_at("python", "def f():\n    ^"), ElementsAre("function_definition f"));
  EXPECT_THAT(scopes_at("python", "def f():\n    return 1\n\nx = 2^\n"), IsEmpty());
}

TEST(Scopes, TellWhereTheirBodyBegins) {
  const std::string code = "int f(int a) { return a; }";
  const auto scopes = tree_of("c", code).scopes(16);
  ASSERT_EQ(scopes.size(), 1u);
  EXPECT_EQ(scopes[0].start, 0u);
  EXPECT_EQ(scopes[0].end, code.size());
  EXPECT_EQ(scopes[0].body, code.find('{'));
}

// The ends that a suggestion between the two ^ may be cut at, written as the text with a | at each.
std::string cuts(const char* language, std::string_view text) {
  const size_t from = text.find('^');
  const size_t to = text.rfind('^') - 1;
  std::string utf8(text);
  std::erase(utf8, '^');
  std::string out = utf8.substr(from, to - from);
  auto ends = tree_of(language, utf8).complete_ends(from, to);
  for (auto end = ends.rbegin(); end != ends.rend(); ++end) {
    EXPECT_GT(*end, from);
    EXPECT_LE(*end, to);
    out.insert(*end - from, 1, '|');
  }
  return out;
}

TEST(CompleteEnds, AreTheEndsOfStatementsInsideTheSuggestion) {
  EXPECT_EQ(cuts("c", "void f() {\n  ^int a = 1;\n  g(a);^\n}\n"), "int a = 1;|\n  g(a);|");
  EXPECT_EQ(cuts("python", "def f():\n    ^a = 1\n    return a^\n"), "a = 1|\n    return a|");
  EXPECT_EQ(cuts("rust", "fn f() {\n    ^let a = 1;\n    g(a);\n    a^\n}\n"), "let a = 1;|\n    g(a);|\n    a|");
  EXPECT_EQ(cuts("go", "package p\nfunc f() {\n\t^a := 1\n\tg(a)^\n}\n"), "a := 1|\n\tg(a)|");
  EXPECT_EQ(cuts("bash", "f() {\n  ^ls; cat x\n  cd y^\n}\n"), "ls;| cat x|\n  cd y|");
  EXPECT_EQ(cuts("ruby", "def f\n  ^a = 1\n  g a^\nend\n"), "a = 1|\n  g a|");
  EXPECT_EQ(cuts("css", "a { ^color: red; margin: 0;^ }"), "color: red;| margin: 0;|");
}

TEST(CompleteEnds, HoldAStatementThatBeganBeforeTheSuggestion) {
  EXPECT_EQ(cuts("c", "void f() {\n  int a = ^g(1);\n  h();^\n}\n"), "g(1);|\n  h();|");
  EXPECT_EQ(cuts("javascript", "const a = ^b + c;^\nd();\n"), "b + c;|");
  EXPECT_EQ(cuts("json", "{\"a\": [1, ^2], \"b\": 3^}"), "2|]|, \"b\": 3|");
}

TEST(CompleteEnds, LeaveOutWhatIsNotFinished) {
  EXPECT_EQ(cuts("c", "void f() {\n  ^int a = 1;\n  int b = g(^\n}\n"), "int a = 1;|\n  int b = g(");
  EXPECT_EQ(cuts("c", "void f() { g(^a, b^); }"), "a, b");
  EXPECT_EQ(cuts("javascript", "^a();\nfor (const x of ^\n"), "a();|\nfor (const x of ");
}

TEST(CompleteEnds, HoldTheBlocksOfAStatement) {
  EXPECT_EQ(cuts("c", "void f() {\n  ^if (a) {\n    b();\n  } else {\n    c();\n  }^\n}\n"),
            "if (a) {\n    b();|\n  }| else {\n    c();|\n  }|");
  EXPECT_EQ(cuts("cpp", "^struct A {\n  int b;\n};^\n"), "struct A {\n  int b;|\n};|");
}

TEST(CompleteEnds, HoldABlockThatWasOpenBefore) {
  EXPECT_EQ(cuts("c", "void f() {\n  ^a();\n}\n\nint b;^\n"), "a();|\n}|\n\nint b;|");
}

TEST(CompleteEnds, AreNotSpoiledByErrorsBeforeTheSuggestion) {
  EXPECT_EQ(cuts("c", "void f() {\n  x = = 3;\n  ^a();\n}^\n"), "a();|\n}|");
}

TEST(CompleteEnds, AreEmptyForAnEmptyRange) {
  const Tree tree = tree_of("c", "int a; int b;");
  EXPECT_THAT(tree.complete_ends(6, 6), IsEmpty());
  EXPECT_THAT(tree.complete_ends(9, 6), IsEmpty());
  EXPECT_THAT(tree.complete_ends(100, 200), IsEmpty());
}

TEST(WithReplacement, ShowsTheTextAsItWouldBe) {
  const Tree tree = tree_of("c", "int f() {\n  return ;\n}\n");
  const auto wanted = with_replacement(tree, 19, 19, "1 +\n  2", {});
  ASSERT_TRUE(wanted);
  EXPECT_EQ(wanted->text()->utf8, "int f() {\n  return 1 +\n  2;\n}\n");
  EXPECT_EQ(wanted->text()->lines, make_text("", 1, "c", wanted->text()->utf8).lines);
  EXPECT_EQ(wanted->sexp(), tree_of("c", wanted->text()->utf8).sexp());
  EXPECT_EQ(tree.text()->utf8, "int f() {\n  return ;\n}\n") << "the tree itself must not change";
  EXPECT_EQ(tree.sexp(), tree_of("c", tree.text()->utf8).sexp());
}

TEST(WithReplacement, TellsWhetherASuggestionBreaksTheFile) {
  const auto [utf8, at] = marked("int f() {\n  ^\n}\n");
  const Tree tree = tree_of("c", utf8);
  EXPECT_EQ(with_replacement(tree, at, at, "return 1;", {})->errors(), 0u);
  EXPECT_GT(with_replacement(tree, at, at, "return 1; }", {})->errors(), 0u);
}

TEST(WithReplacement, RefusesWhatIsNoRangeOrNoText) {
  const Tree tree = tree_of("c", "int \u00e4;");  // two bytes from 4 to 6
  const auto code = [&](size_t start, size_t end, std::string_view text) {
    const auto result = with_replacement(tree, start, end, text, {});
    return result ? std::nullopt : std::optional(result.error().code);
  };
  EXPECT_EQ(code(8, 8, "x"), Error::Code::bad_input);
  EXPECT_EQ(code(3, 2, "x"), Error::Code::bad_input);
  EXPECT_EQ(code(5, 6, "x"), Error::Code::bad_input);
  EXPECT_EQ(code(0, 5, "x"), Error::Code::bad_input);
  EXPECT_EQ(code(0, 0, "\xC3"), Error::Code::bad_input);
  EXPECT_EQ(code(4, 6, "x"), std::nullopt);
  EXPECT_EQ(code(7, 7, ""), std::nullopt);
}

}  // namespace
}  // namespace fimd::context

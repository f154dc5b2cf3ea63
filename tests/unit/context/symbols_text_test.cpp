#include "context/symbols_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

namespace fimd::context {
namespace {

using testing::ElementsAre;

TEST(SimpleType, IsTheInnermostThatIsNamed) {
  const std::map<std::string_view, std::string_view> types = {{"int", "int"},
                                                              {"const std::unique_ptr<Parser>&", "Parser"},
                                                              {"std::map<std::string, std::vector<Item>>", "Item"},
                                                              {"std::vector<int>", "vector"},
                                                              {"[]*store.Item", "Item"},
                                                              {"map[string][]Item", "Item"},
                                                              {"Optional[\"Recipe\"]", "Recipe"},
                                                              {"Parser | None", "Parser"},
                                                              {"null | Parser", "Parser"},
                                                              {": Promise<void>", "Promise"},
                                                              {"&'a mut Canvas", "Canvas"},
                                                              {"Option<Box<dyn Shape>>", "Shape"},
                                                              {"Result<f64, Error>", "Result"},
                                                              {"List<T>", "List"},
                                                              {"(item: T) => void", ""},
                                                              {"fn(i32) -> i32", ""},
                                                              {"value is Entity", ""},
                                                              {"a -> Double", "Double"},
                                                              {"auto", ""},
                                                              {"var", ""},
                                                              {"", ""},
                                                              {"<", ""},
                                                              {"[[[[", ""},
                                                              {"std::vector<", "vector"}};
  for (const auto& [type, name] : types) EXPECT_EQ(simple_type(type), name) << type;
}

TEST(BaseNames, AreTheOutermost) {
  EXPECT_THAT(base_names(": public Base<T>, private ui::Shape"), ElementsAre("Base", "Shape"));
  EXPECT_THAT(base_names("extends Office<T>"), ElementsAre("Office"));
  EXPECT_THAT(base_names("(a.Base, metaclass=Meta)"), ElementsAre("Base"));
  EXPECT_THAT(base_names("extends Base(id) with Priced[Order]"), ElementsAre("Base", "Priced"));
  EXPECT_THAT(base_names(""), ElementsAre());
}

TEST(OriginOf, TellsWhatIsConstructedCastOrCalled) {
  const auto origin = [](std::string_view value, bool construct = false) {
    const Origin found = origin_of(value, construct);
    return found.type + "=" + found.call;
  };
  EXPECT_EQ(origin("new Parser(text)"), "Parser=");
  EXPECT_EQ(origin("std::make_unique<Parser>(text)"), "Parser=");
  EXPECT_EQ(origin("static_cast<Parser*>(p)"), "Parser=");
  EXPECT_EQ(origin("(Parser) p"), "Parser=");
  EXPECT_EQ(origin("p as Parser"), "Parser=");
  EXPECT_EQ(origin("&Parser{name: \"a\"}"), "Parser=");
  EXPECT_EQ(origin("Parser(1)", true), "Parser=");
  EXPECT_EQ(origin("Parser(1)"), "=Parser");
  EXPECT_EQ(origin("await open_parser(x)"), "=open_parser");
  EXPECT_EQ(origin("a.b(c(1), \")\").next()"), "=next");
  EXPECT_EQ(origin("open()? + 1"), "=");
  EXPECT_EQ(origin("a + b"), "=");
  EXPECT_EQ(origin("f(x"), "=f");
  EXPECT_EQ(origin(""), "=");
  EXPECT_EQ(origin("(((((("), "=");
}

TEST(FoldSignature, MakesOneLineWithoutAnOpening) {
  EXPECT_EQ(fold_signature("int  f(\n    int a,\n    int b) {"), "int f(int a, int b)");
  EXPECT_EQ(fold_signature("def f(a):"), "def f(a)");
  EXPECT_EQ(fold_signature("const f = (a) =>"), "const f = (a)");
  EXPECT_LE(fold_signature(std::string(5000, 'a')).size(), kMaxSignature);
}

TEST(SummaryOf, IsTheFirstSentence) {
  EXPECT_EQ(summary_of("/**\n * Cuts a text\n * into tokens. Fast.\n *\n * @param a\n */"), "Cuts a text into tokens.");
  EXPECT_EQ(summary_of("/// One. Two."), "One.");
  EXPECT_EQ(summary_of("# ------\n# Reads e.g. this one\n# ------"), "Reads e.g. this one");
  EXPECT_EQ(summary_of("/// <summary>\n/// Adds.\n/// </summary>"), "Adds.");
  EXPECT_EQ(summary_of("\"\"\"Docs\n\nmore\"\"\""), "Docs");
  EXPECT_EQ(summary_of("//"), "");
  EXPECT_LE(summary_of("// " + std::string(900, 'a')).size(), kMaxDoc);
}

TEST(SplitPath, CutsAtTheLastSeparatorOnly) {
  const Path path = split_path("a::B<c::D>::f", "::");
  EXPECT_EQ(path.owner, "a::B<c::D>");
  EXPECT_EQ(path.name, "f");
  EXPECT_EQ(split_path("A::operator()", "::").name, "operator()");
  EXPECT_EQ(split_path("std::hash<Foo>", "::").name, "hash");
  EXPECT_EQ(split_path("a.b", "::").name, "a.b");
}

TEST(ImportLeaves, AreReadFromTrees) {
  const auto leaves = import_leaves("a::{self, b::{c, d as e}, f::*}");
  ASSERT_EQ(leaves.size(), 4u);
  EXPECT_EQ(leaves[0].module + "|" + leaves[0].name, "a|");
  EXPECT_EQ(leaves[1].module + "|" + leaves[1].name, "a::b|c");
  EXPECT_EQ(leaves[2].name + "|" + leaves[2].alias, "d|e");
  EXPECT_EQ(leaves[3].module + "|" + leaves[3].name, "a::f|*");
}

}  // namespace
}  // namespace fimd::context

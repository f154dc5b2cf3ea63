#include <gtest/gtest.h>

#include "context/syntax.h"

namespace fimd::context {
namespace {

Tree parsed(const std::string& language, const std::string& utf8) {
  const auto text = std::make_shared<const Text>(make_text("file:///a", 1, language, utf8));
  return *parse(text, {});
}

std::string many(const std::string& line, int n) {
  std::string out;
  for (int i = 0; i < n; ++i) out += line;
  return out;
}

const std::string kFunction = "int f(int a) {\n  return a;\n}\n";

// The part of `utf8` around `mark`, as text; "whole" if there is none.
std::string part_at(const std::string& language, const std::string& utf8, const std::string& mark, size_t most = 4000) {
  const Tree tree = parsed(language, utf8);
  const auto part = part_around(tree, utf8.find(mark) + 1, most, {});
  if (!part) return "whole";
  EXPECT_EQ(utf8.compare(part->start, part->tree.text()->utf8.size(), part->tree.text()->utf8), 0);
  return part->tree.text()->utf8;
}

TEST(PartAround, TakesADeclarationWithItsNeighbours) {
  const std::string around = "int before;\nint g(int b) {\n  return b;\n}\nint after;\n";
  EXPECT_EQ(part_at("cpp", many(kFunction, 50) + around + many(kFunction, 50), "return b"), around);
}

TEST(PartAround, LooksInsideNamespacesAndHeaderGuards) {
  const std::string inner = kFunction + "int g(int b) {\n  return b;\n}\n" + kFunction;
  EXPECT_EQ(part_at("cpp", "#ifndef A\n#define A\nnamespace n {\n" + many(kFunction, 60) + inner + many(kFunction, 60) + "}\n#endif\n",
                    "return b"),
            inner);
}

TEST(PartAround, IsEmptyWhereTheDeclarationIsTooLong) {
  EXPECT_EQ(part_at("cpp", "void f() {\n" + many("  g();\n", 2000) + "  h();\n" + many("  g();\n", 10) + "}\n", "h()"), "whole");
}

TEST(PartAround, TakesBothNeighboursBetweenDeclarations) {
  const std::string around = "int before;\n\n\n\nint after;\n";
  const std::string text = many(kFunction, 50) + around + many(kFunction, 50);
  const auto part = part_around(parsed("cpp", text), text.find("before;") + 9, 4000, {});
  ASSERT_TRUE(part);
  EXPECT_EQ(part->tree.text()->utf8, around + kFunction);
}

TEST(PartAround, IsEmptyBetweenTheMembersOfANamespace) {
  const std::string text = "namespace n {\n" + many(kFunction, 50) + "\n\n\n" + many(kFunction, 50) + "}\n";
  EXPECT_FALSE(part_around(parsed("cpp", text), text.find("\n\n\n") + 2, 4000, {}));
}

TEST(PartAround, IsEmptyWhereThePartAloneIsReadInAnotherWay) {
  // A label of a switch is an error outside of it, and so is a method outside of its class.
  const std::string text = "class A {\n" + many("  constructor() { super(); }\n", 200) + "  get b() { return 1; }\n}\n";
  EXPECT_EQ(part_at("javascript", text, "return 1"), "whole");
}

TEST(PartAround, IsEmptyWithoutATreeAndWhenStopped) {
  EXPECT_FALSE(part_around(Tree(), 0, 100, {}));
  std::stop_source stop;
  stop.request_stop();
  const std::string text = many(kFunction, 50);
  EXPECT_FALSE(part_around(parsed("cpp", text), 20, 4000, stop.get_token()));
}

}  // namespace
}  // namespace fimd::context

// That what was chosen stays while a line is typed.
#include "context/snippets/choice.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/context/snippets/small_repository.h"

namespace fimd::context {
namespace {

std::vector<std::string> texts(const Gathered& gathered) {
  std::vector<std::string> out;
  for (const Snippet& each : gathered.snippets) out.push_back(each.path + "\n" + each.text);
  return out;
}

SmallRepository two_headers() {
  std::string many;
  for (int i = 0; i < 80; ++i) many += "int task_" + std::to_string(i) + "(int value);\n";
  return SmallRepository(Files{{"many.h", many}, {"shape.h", "struct Shape {\n  int width_of_shape;\n  int height_of_shape;\n};\n"}});
}

constexpr const char* kHead = "#include \"many.h\"\n#include \"shape.h\"\nint main() {\n  Shape shape;\n  task_1(2);\n";

TEST(Choice, KeepsTheSnippetsWhileALineIsTyped) {
  SmallRepository repo = two_headers();
  repo.around.tokens = 300;
  Gathered last = repo.gather_at("main.cpp", std::string(kHead) + "  ^\n}\n");
  const auto first = texts(last);
  for (const std::string typed : {"i", "in", "int", "int ", "int y", "int y ", "int y =", "int y = "}) {
    repo.around.last = last.choice;
    last = repo.gather_at("main.cpp", std::string(kHead) + "  " + typed + "^\n}\n");
    EXPECT_EQ(texts(last), first) << typed;
  }
}

TEST(Choice, DropsAnExcerptWhoseDeclarationsAreGone) {
  SmallRepository repo = two_headers();
  const Gathered before = repo.gather_at("main.cpp", std::string(kHead) + "  ^\n}\n");
  ASSERT_THAT(text_from(before, "shape.h"), testing::HasSubstr("width_of_shape"));
  IndexChange gone;
  gone.file.path = "shape.h";
  gone.gone = true;
  repo.around.index = with_files(repo.around.index, {&gone, 1});
  repo.around.last = before.choice;
  EXPECT_EQ(text_from(repo.gather_at("main.cpp", std::string(kHead) + "  ^\n}\n"), "shape.h"), "");
}

TEST(Choice, ChoosesAnewWhereEverythingElseCounts) {
  SmallRepository repo(Files{{"a.py", "def alpha_one(): pass\ndef alpha_two(): pass\n"}, {"b.py", "def beta_one(): pass\ndef beta_two(): pass\n"}});
  repo.around.tokens = 60;
  const std::string head = "def f():\n    alpha_one()\n    alpha_two()\n";
  std::string far;
  for (int i = 0; i < 60; ++i) far += "    x = 1\n";
  const std::string tail = "def g():\n    beta_one()\n    beta_two()\n";
  const Gathered first = repo.gather_at("main.py", head + "    ^\n" + far + tail);
  ASSERT_NE(text_from(first, "a.py"), "");
  repo.around.last = first.choice;
  EXPECT_NE(text_from(repo.gather_at("main.py", head + far + tail + "    ^\n"), "b.py"), "");
}

}  // namespace
}  // namespace fimd::context

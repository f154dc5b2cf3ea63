// Texts that are huge, deep or nonsense, and parses that are to stop.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <thread>

#include "tests/unit/context/syntax_cases.h"

namespace fimd::context {
namespace {

std::string times(size_t n, std::string_view part) {
  std::string out;
  out.reserve(n * part.size());
  for (size_t i = 0; i < n; ++i) out += part;
  return out;
}

// Asks everything that may be asked of a tree.
void ask_all(const Tree& tree, size_t offset) {
  const size_t size = tree.text()->utf8.size();
  std::ignore = tree.errors();
  std::ignore = tree.errors(offset, offset + 10);
  std::ignore = tree.place(offset);
  EXPECT_LE(tree.scopes(offset).size(), 64u);
  for (const size_t end : tree.complete_ends(offset, offset + 200)) EXPECT_LE(end, size);
}

TEST(Stop, EndsAParseBeforeItBegins) {
  std::stop_source source;
  source.request_stop();
  const auto tree = parse(snapshot("c", times(1000, "int a;\n")), source.get_token());
  ASSERT_FALSE(tree);
  EXPECT_EQ(tree.error().code, Error::Code::cancelled);
}

TEST(Stop, EndsAParseThatRuns) {
  const Snapshot text = snapshot("cpp", times(200'000, "int f(int a) { return a * 2; }\n"));
  std::stop_source source;
  std::jthread stopper([&source] { source.request_stop(); });
  const auto tree = parse(text, source.get_token());
  ASSERT_FALSE(tree);
  EXPECT_EQ(tree.error().code, Error::Code::cancelled);
}

TEST(Stop, EndsAParseInsideOneLongToken) {
  const Snapshot text = snapshot("c", "/*" + times(15u << 20, "x") + "*/ int a;\n");
  std::stop_source source;
  std::jthread stopper([&source] { source.request_stop(); });
  const auto tree = parse(text, source.get_token());
  ASSERT_FALSE(tree);
  EXPECT_EQ(tree.error().code, Error::Code::cancelled);
}

TEST(Stop, HandsOverWhatWasBuilt) {
  std::stop_source source;
  source.request_stop();
  Leftover leftover;
  EXPECT_FALSE(parse(snapshot("c", "int a;\n"), source.get_token(), &leftover));
  EXPECT_TRUE(leftover);
  Leftover none;
  EXPECT_TRUE(parse(snapshot("c", "int a;\n"), {}, &none));
  EXPECT_FALSE(none);
}

TEST(Stop, LeavesTheOldTreeAsItWas) {
  const Tree tree = tree_of("c", times(100, "int a;\n"));
  const std::string before = tree.sexp();
  std::stop_source source;
  source.request_stop();
  EXPECT_FALSE(with_replacement(tree, 0, 0, "int b;\n", source.get_token()));
  EXPECT_EQ(tree.sexp(), before);
  EXPECT_TRUE(with_replacement(tree, 0, 0, "int b;\n", {}));
}

TEST(Limits, RefusesATextThatIsTooLarge) {
  const auto tree = parse(snapshot("c", std::string((16u << 20) + 1, ' ')), {});
  ASSERT_FALSE(tree);
  EXPECT_EQ(tree.error().code, Error::Code::bad_input);
  const Tree full = tree_of("json", std::string(16u << 20, ' '));
  EXPECT_EQ(with_replacement(full, 0, 0, "1", {}).error().code, Error::Code::bad_input);
}

TEST(Limits, HandlesAHundredThousandLines) {
  const std::string code = times(100'000, "int value = compute(1, 2);\n");
  const Tree tree = tree_of("cpp", code);
  EXPECT_EQ(tree.errors(), 0u);
  ask_all(tree, code.size() / 2);
  const auto typed = with_replacement(tree, 50'000 * 27, 50'000 * 27, "int typed;\n", {});
  ASSERT_TRUE(typed);
  EXPECT_EQ(typed->errors(), 0u);
  EXPECT_THAT(typed->complete_ends(50'000 * 27, 50'000 * 27 + 11), testing::ElementsAre(50'000 * 27 + 10));
}

TEST(Limits, HandlesOneLineOfFiveMegabytes) {
  const std::string line = "{\"a\":[" + times(1'250'000, "123,") + "4]}";
  const Tree tree = tree_of("json", line);
  EXPECT_EQ(tree.errors(), 0u);
  ask_all(tree, line.size() / 2);
  const auto typed = with_replacement(tree, line.size() - 2, line.size() - 2, ",5", {});
  ASSERT_TRUE(typed);
  EXPECT_EQ(typed->errors(), 0u);
}

// A hundred thousand levels where the parser takes time in proportion; recovery from errors takes more than that in
// some grammars, which a stop ends, so the rest is shallower.
TEST(Limits, HandlesAHundredThousandBrackets) {
  constexpr size_t kDeep = 100'000;
  for (const char* language : {"json", "c", "python", "javascript"}) {
    for (const std::string& code : {times(kDeep, "[") + times(kDeep, "]"), times(kDeep, "[")}) {
      const Tree tree = tree_of(language, code);
      ask_all(tree, kDeep);
      ask_all(tree, code.size());
    }
  }
}

TEST(Limits, HandlesDeepNestingInEveryLanguage) {
  constexpr size_t kDeep = 2'000;
  for (const grammars::Language& language : grammars::languages()) {
    if (!language.grammar) continue;
    for (const auto& [open, close] : std::vector<std::pair<std::string_view, std::string_view>>{
             {"(", ")"}, {"[", "]"}, {"{", "}"}, {"<a>", "</a>"}, {"((", ""}, {"if (a) ", ""}, {"-", ""}}) {
      const std::string code = times(kDeep, open) + "1" + times(close.empty() ? 0 : kDeep, close);
      const Tree tree = tree_of(language.id, code);
      ask_all(tree, kDeep * open.size());
      ask_all(tree, code.size());
    }
  }
}

TEST(Limits, WritesADeepTree) {
  const std::string code = times(100'000, "[") + times(100'000, "]");
  const std::string text = tree_of("json", code).sexp();
  EXPECT_EQ(text.size(), std::string("(document)").size() + 100'000 * std::string(" (array)").size());
}

TEST(Limits, HandlesNonsense) {
  std::mt19937 random(3);
  for (const grammars::Language& language : grammars::languages()) {
    if (!language.grammar) continue;
    for (int round = 0; round < 5; ++round) {
      std::string bytes(5'000, ' ');
      const int top = round % 2 ? 256 : 127;
      for (char& c : bytes) c = static_cast<char>(random() % static_cast<unsigned>(top));
      const Tree tree = tree_of(language.id, bytes);  // a Text makes valid UTF-8 of it
      ask_all(tree, 2'500);
    }
  }
}

}  // namespace
}  // namespace fimd::context

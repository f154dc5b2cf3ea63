// A tree that followed any edits is the tree of the text that came out.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <thread>

#include "tests/unit/context/syntax_cases.h"

namespace fimd::context {
namespace {

size_t pick(std::mt19937& random, size_t below) {
  return random() % below;
}

// Something that an editor might insert: a piece of the text itself, a bracket, a line end, a typed character.
std::string piece(std::mt19937& random, const std::string& from) {
  static const std::vector<std::string> kPieces = {"{",  "}", "(",  ")",    "\"",  "'", "/*", "*/",
                                                   "//", "#", "\n", "\r\n", ";",   ",", "x",  " ",
                                                   "\t", "é", "if", "<<",   "EOF", "`", "[[", "\u2028"};
  if (from.empty() || pick(random, 3) > 0) return kPieces[pick(random, kPieces.size())];
  const size_t start = floor_code_point(from, pick(random, from.size()));
  const size_t end = floor_code_point(from, std::min(from.size(), start + pick(random, 40)));
  return from.substr(start, end - start);
}

Change random_change(std::mt19937& random, const Text& text) {
  const size_t start = pick(random, text.utf8.size() + 1);
  const size_t end = std::min(text.utf8.size(), start + (pick(random, 2) ? 0 : pick(random, 30)));
  return {Range{position_at(text, start, Encoding::utf8), position_at(text, end, Encoding::utf8)},
          pick(random, 4) ? piece(random, text.utf8) : std::string()};
}

// Where the parser recovers from errors, what it keeps of an old tree may lead to another recovery, which is as good.
// So trees are compared where a fresh parse finds no error, and the text always.
void expect_same(const Tree& followed, const Text& text) {
  const Tree fresh = tree_of(text.language, text.utf8);
  EXPECT_EQ(followed.text()->utf8, text.utf8);
  if (fresh.errors() == 0) {
    ASSERT_EQ(followed.sexp(), fresh.sexp()) << text.utf8;
  }
}

TEST(Reparse, FollowsRandomEditsInEveryLanguage) {
  for (const Sample& sample : samples()) {
    std::mt19937 random(7);
    Snapshot text = snapshot(sample.language, sample.utf8);
    const Snapshot first = text;
    Tree tree = *parse(text, {});
    for (int round = 0; round < 60; ++round) {
      std::vector<Change> changes;
      Text ahead = *text;
      for (size_t n = pick(random, 3) + 1; n > 0; --n) {
        changes.push_back(random_change(random, ahead));
        ahead = apply(ahead, std::span(&changes.back(), 1), Encoding::utf8).text;
      }
      Edited edited = apply(*text, changes, Encoding::utf8);
      text = std::make_shared<const Text>(std::move(edited.text));
      const auto next = reparse(tree, edited.edits, text, {});
      ASSERT_TRUE(next) << next.error().message;
      tree = *next;
      ASSERT_NO_FATAL_FAILURE(expect_same(tree, *text)) << sample.language << " round " << round;
    }
    // And all the way back in one edit: the same tree as in the beginning.
    const Change whole{Range{{0, 0}, position_at(*text, text->utf8.size(), Encoding::utf8)}, sample.utf8};
    Edited undone = apply(*text, std::span(&whole, 1), Encoding::utf8);
    const auto back = reparse(tree, undone.edits, std::make_shared<const Text>(std::move(undone.text)), {});
    EXPECT_EQ(back->sexp(), parse(first, {})->sexp()) << sample.language;
  }
}

TEST(Reparse, FollowsTypingThatKeepsTheTextSound) {
  for (const Sample& sample : samples()) {
    const grammars::Comments& comments = grammars::find_language(sample.language)->comments;
    const std::string token(grammars::line_comment(sample.language));
    if (token.empty()) continue;
    const std::string close = comments.line.empty() ? " " + std::string(comments.close) : "";
    Snapshot text = snapshot(sample.language, sample.utf8);
    Tree tree = *parse(text, {});
    for (const char c : "\n" + token + " typed" + close) {
      if (c == 0) break;
      const size_t end = text->utf8.size();
      const Position at = position_at(*text, end, Encoding::utf8);
      const Change change{Range{at, at}, std::string(1, c)};
      Edited edited = apply(*text, std::span(&change, 1), Encoding::utf8);
      text = std::make_shared<const Text>(std::move(edited.text));
      tree = *reparse(tree, edited.edits, text, {});
    }
    EXPECT_EQ(tree.errors(), 0u) << sample.language;
    EXPECT_EQ(tree.sexp(), tree_of(sample.language, text->utf8).sexp()) << sample.language;
  }
}

TEST(Reparse, ParsesFromScratchWhenTheEditsDoNotFit) {
  const Tree old = tree_of("c", "int a;\n");
  const Snapshot text = snapshot("c", "long b = 2;\n");
  const ByteEdit wrong{
      .start = 400, .old_end = 401, .new_end = 402, .start_point = {}, .old_end_point = {}, .new_end_point = {}};
  EXPECT_EQ(reparse(old, std::span(&wrong, 1), text, {})->sexp(), parse(text, {})->sexp());
  EXPECT_EQ(reparse(old, {}, text, {})->sexp(), parse(text, {})->sexp());
  EXPECT_EQ(reparse(Tree(), {}, text, {})->sexp(), parse(text, {})->sexp());
  const Snapshot other = snapshot("python", "int a;\n");
  EXPECT_EQ(reparse(old, {}, other, {})->sexp(), parse(other, {})->sexp());
}

TEST(Reparse, KeepsLoneCarriageReturnsApart) {
  // The parser counts rows at \n only; a here-document looks at columns.
  const std::string code = "a=1\rcat <<E\nx\nE\necho\n";
  Snapshot text = snapshot("bash", code);
  Tree tree = *parse(text, {});
  for (const uint32_t line : {0u, 1u, 2u, 4u}) {
    const Change change{Range{{line, 0}, {line, 0}}, "b=2\n"};
    Edited edited = apply(*text, std::span(&change, 1), Encoding::utf8);
    text = std::make_shared<const Text>(std::move(edited.text));
    tree = *reparse(tree, edited.edits, text, {});
    EXPECT_EQ(tree.sexp(), parse(text, {})->sexp()) << line;
  }
}

TEST(WithReplacement, FollowsRandomInsertionsWithTheirLines) {
  for (const Sample& sample : samples()) {
    std::mt19937 random(11);
    std::string utf8 = sample.utf8;
    if (random() % 2) utf8.insert(utf8.find('\n'), "\r");
    const Tree tree = tree_of(sample.language, utf8);
    for (int round = 0; round < 60; ++round) {
      const size_t start = floor_code_point(utf8, pick(random, utf8.size() + 1));
      const size_t end = floor_code_point(utf8, std::min(utf8.size(), start + pick(random, 8)));
      const std::string insert = piece(random, utf8) + (pick(random, 5) ? "" : "\r") + piece(random, utf8);
      const auto changed = with_replacement(tree, start, std::max(start, end), insert, {});
      ASSERT_TRUE(changed) << changed.error().message;
      const Text& text = *changed->text();
      EXPECT_EQ(text.utf8, utf8.substr(0, start) + insert + utf8.substr(std::max(start, end)));
      EXPECT_EQ(text.lines, make_text("", 1, "", text.utf8).lines);
      ASSERT_NO_FATAL_FAILURE(expect_same(*changed, text)) << sample.language << " round " << round;
    }
  }
}

TEST(Tree, IsReadAndChangedFromSeveralThreadsAtOnce) {
  std::string code;
  for (int i = 0; i < 200; ++i) code += "int f" + std::to_string(i) + "(int a) { return a + \"x\"[0]; }\n";
  const Tree tree = tree_of("c", code);
  const std::string expected = tree.sexp();
  const auto work = [&](unsigned seed) {
    std::mt19937 random(seed);
    for (int round = 0; round < 30; ++round) {
      const Tree mine = tree;
      const size_t at = pick(random, code.size());
      const auto changed = with_replacement(mine, at, at, "{ /* x */ }", {});
      EXPECT_TRUE(changed);
      EXPECT_GE(mine.complete_ends(0, code.size()).size(), 200u);
      EXPECT_EQ(mine.errors(), 0u);
      std::ignore = mine.place(at);
      std::ignore = mine.scopes(at);
    }
  };
  std::jthread one(work, 1u);
  std::jthread two(work, 2u);
  work(3u);
  one.join();
  two.join();
  EXPECT_EQ(tree.sexp(), expected);
}

}  // namespace
}  // namespace fimd::context

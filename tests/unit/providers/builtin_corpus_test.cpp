// The sorted index, its overlay and its limits.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/unit/providers/builtin_scene.h"

namespace fimd::providers::builtin {
namespace {

std::vector<SourceFile> random_files(std::mt19937& random, size_t n) {
  std::vector<SourceFile> files;
  for (size_t i = 0; i < n; ++i) {
    files.push_back({"d" + std::to_string(i % 3) + "/f" + std::to_string(i) + ".cc",
                     context::to_valid_utf8(noise(random, 30 + random() % 200))});
  }
  return files;
}

bool sorted(const Segment& s) {
  return std::is_sorted(s.order.begin(), s.order.end(), [&](uint32_t a, uint32_t b) {
    const int c = compare_contexts({s.tokens.data(), a}, {s.tokens.data(), b});
    return c != 0 ? c < 0 : a < b;
  });
}

TEST(BuiltinCorpus, SortsEveryPositionByTheWordsBeforeIt) {
  std::mt19937 random(3);
  const CorpusPtr corpus = corpus_of(random_files(random, 20));
  EXPECT_TRUE(sorted(*corpus->base));
  EXPECT_EQ(corpus->base->order.size() + corpus->base->files.size(), corpus->base->tokens.size());
}

TEST(BuiltinCorpus, SortsDeepRepetition) {
  std::string text;
  for (int i = 0; i < 400; ++i) text += "a b c a b\n";
  EXPECT_TRUE(sorted(*corpus_of({{"x.cc", text}})->base));
}

TEST(BuiltinCorpus, TakesIdenticalFilesOnce) {
  const CorpusPtr corpus = corpus_of({{"a.cc", "int x;\n"}, {"b.cc", "int x;\n"}, {"c.cc", ""}});
  EXPECT_EQ(corpus->base->files.size(), 1U);
}

TEST(BuiltinCorpus, KeepsTheNearestFilesWithinTheLimit) {
  CorpusBuilder builder({.max_tokens = 40, .max_line = 2000});
  EXPECT_TRUE(builder.add("near.cc", "a b c d e f g h i j k l\n"));
  EXPECT_FALSE(builder.add("far.cc", std::string(200, ';')));
  EXPECT_TRUE(builder.add("small.cc", "x y\n"));
  const CorpusPtr corpus = builder.finish({});
  EXPECT_FALSE(corpus->complete);
  EXPECT_LE(corpus->base->tokens.size(), 40U);
}

TEST(BuiltinCorpus, LeavesOutFilesThatAreData) {
  EXPECT_TRUE(corpus_of({{"min.js", "a;\n" + std::string(3000, 'x') + "\n"}})->base->files.empty());
}

TEST(BuiltinCorpus, StopsWhenAsked) {
  std::stop_source stop;
  stop.request_stop();
  const std::vector<SourceFile> files = {{"a.cc", "int x;\n"}};
  EXPECT_EQ(build(files, {}, stop.get_token()), nullptr);
}

TEST(BuiltinCorpus, AnOverlayAnswersAsACorpusBuiltAnew) {
  std::mt19937 random(11);
  for (int round = 0; round < 40; ++round) {
    auto files = random_files(random, 6);
    CorpusPtr corpus = corpus_of(files);
    for (int change = 0; change < 4; ++change) {
      const size_t i = random() % files.size();
      if (change == 2) {
        corpus = without_file(corpus, files[i].path);
        files.erase(files.begin() + static_cast<ptrdiff_t>(i));
        continue;
      }
      files[i].text = context::to_valid_utf8(noise(random, 120)) + "fresh" + std::to_string(random() % 9) + "\n";
      corpus = with_file(corpus, files[i].path, files[i].text);
    }
    const CorpusPtr anew = corpus_of(files);
    ASSERT_EQ(corpus->tokens, anew->tokens);
    Request a = at_cursor("foo(bar);\n  if (x) ^\n", corpus), b = at_cursor("foo(bar);\n  if (x) ^\n", anew);
    // With room for every neighbour both must find the same lines and rate them alike.
    a.limits = b.limits = {.neighbours = 100'000, .steps = 100'000, .window = kWindow};
    a.path = b.path = "d0/open.cc";
    const Line x = considered(a), y = considered(b);
    ASSERT_EQ(x.groups[0].gathered.longest, y.groups[0].gathered.longest);
    ASSERT_EQ(x.groups[0].gathered.sources.size(), y.groups[0].gathered.sources.size());
    for (size_t i = 0; i < x.groups[0].gathered.sources.size(); ++i) {
      ASSERT_DOUBLE_EQ(x.groups[0].gathered.sources[i].key, y.groups[0].gathered.sources[i].key);
    }
  }
}

TEST(BuiltinCorpus, CountsWordsThroughTheOverlay) {
  CorpusPtr corpus = corpus_of({{"a.cc", "one two two\n"}, {"b.cc", "two\n"}});
  corpus = with_file(corpus, "a.cc", "two three\n");
  const auto count = [&](std::string_view w) { return corpus->words.count(corpus->words.find(w)); };
  EXPECT_EQ(count("one"), 0U);
  EXPECT_EQ(count("two"), 2U);
  EXPECT_EQ(count("three"), 1U);
  corpus = without_file(corpus, "b.cc");
  EXPECT_EQ(count("two"), 1U);
}

TEST(BuiltinCorpus, AsksForARebuildAfterManyChanges) {
  CorpusPtr corpus = corpus_of({{"a.cc", "x\n"}});
  EXPECT_FALSE(needs_rebuild(*corpus));
  std::string big;
  for (int i = 0; i < 3000; ++i) big += "word" + std::to_string(i) + " = 1;\n";
  EXPECT_TRUE(needs_rebuild(*with_file(corpus, "b.cc", big)));
}

TEST(BuiltinCorpus, KnowsWhichLanguagesShareLines) {
  EXPECT_EQ(family_of("src/a.hpp"), family_of("b.cc"));
  EXPECT_EQ(family_of("x.TSX"), family_of("y.js"));
  EXPECT_NE(family_of("x.py"), family_of("y.js"));
  EXPECT_EQ(family_of("dir/CMakeLists.txt"), "cmake");
  EXPECT_EQ(family_of("LICENSE"), "");
  EXPECT_EQ(family_of(".bashrc"), "");
}

}  // namespace
}  // namespace fimd::providers::builtin

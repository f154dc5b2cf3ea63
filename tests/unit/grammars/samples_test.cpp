// Each grammar parses a realistic file without an error, and finds what the table says is in it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "tests/unit/context/syntax_cases.h"

namespace fimd::context {
namespace {

TEST(Samples, ThereIsOneForEachGrammar) {
  std::set<std::string_view> missing;
  for (const grammars::Grammar& grammar : grammars::grammars()) missing.insert(grammar.name);
  for (const Sample& sample : samples()) {
    const grammars::Grammar* grammar = grammars::find_grammar(sample.language);
    ASSERT_TRUE(grammar) << sample.language;
    missing.erase(grammar->name);
  }
  EXPECT_THAT(missing, testing::IsEmpty());
}

TEST(Samples, ParseWithoutAnError) {
  for (const Sample& sample : samples()) {
    const Tree tree = tree_of(sample.language, sample.utf8);
    EXPECT_EQ(tree.errors(), 0u) << sample.language << "\n" << tree.sexp();
  }
}

TEST(Samples, HoldScopesAndEndsInEveryLanguage) {
  for (const Sample& sample : samples()) {
    const Tree tree = tree_of(sample.language, sample.utf8);
    size_t deepest = 0;
    for (size_t i = 0; i <= sample.utf8.size(); ++i) deepest = std::max(deepest, tree.scopes(i).size());
    // Some languages have little or nothing that nests.
    static const std::map<std::string_view, size_t> kFlat = {{"erb", 1}, {"makefile", 1}, {"properties", 0}};
    EXPECT_GE(deepest, kFlat.contains(sample.language) ? kFlat.at(sample.language) : 2u) << sample.language;
    EXPECT_GE(tree.complete_ends(0, sample.utf8.size()).size(), 3u) << sample.language;
  }
}

TEST(Samples, HoldAStringAndWhereThereAreAnyAComment) {
  for (const Sample& sample : samples()) {
    const Tree tree = tree_of(sample.language, sample.utf8);
    std::set<Place> places;
    for (size_t i = 0; i <= sample.utf8.size(); ++i) places.insert(tree.place(i));
    EXPECT_TRUE(places.contains(Place::code)) << sample.language;
    // In a makefile and in a template all is text.
    const bool strings = sample.language != "erb" && sample.language != "makefile";
    EXPECT_EQ(places.contains(Place::string), strings) << sample.language;
    // The sample in TSX has none, and JSON knows none.
    const bool comments = sample.language != "json" && sample.language != "typescriptreact";
    EXPECT_EQ(places.contains(Place::comment), comments) << sample.language;
  }
}

}  // namespace
}  // namespace fimd::context

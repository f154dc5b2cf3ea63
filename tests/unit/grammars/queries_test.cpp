#include "grammars/queries.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "grammars/queries_text.h"

namespace fimd::grammars {
namespace {

class EachQuery : public testing::TestWithParam<Grammar> {};

TEST_P(EachQuery, CompilesAndKnowsItsCaptures) {
  const Grammar& grammar = *std::ranges::find(grammars(), GetParam().name, &Grammar::name);
  for (const QueryKind kind : {QueryKind::outline, QueryKind::scopes, QueryKind::embeds}) {
    EXPECT_EQ(query(grammar, kind).error, "");
  }
  EXPECT_TRUE(query(grammar, QueryKind::outline).query);
}

TEST_P(EachQuery, IsCompiledOnce) {
  const Grammar& grammar = *std::ranges::find(grammars(), GetParam().name, &Grammar::name);
  EXPECT_EQ(query(grammar, QueryKind::outline).query, query(grammar, QueryKind::outline).query);
}

INSTANTIATE_TEST_SUITE_P(All, EachQuery, testing::ValuesIn(grammars().begin(), grammars().end()),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(Queries, AreEachOfAGrammarOrInheritedByOne) {
  for (const QueryText& text : query_texts()) {
    const bool used = text.grammar == "ecma" || std::ranges::any_of(grammars(), [&](const Grammar& grammar) {
                        return grammar.queries() == text.grammar;
                      });
    EXPECT_TRUE(used) << text.grammar;
  }
}

TEST(Queries, SayWhyThereIsNone) {
  const Query& none = query({.name = "klingon", .symbol = "tree_sitter_klingon"}, QueryKind::outline);
  EXPECT_FALSE(none.query);
  EXPECT_THAT(none.error, testing::HasSubstr("klingon"));
}

TEST(Keywords, AreTheWordsOfAGrammarThatAreNoNames) {
  EXPECT_THAT(keywords(*find_grammar("python")), testing::IsSupersetOf({"class", "def", "lambda"}));
  EXPECT_THAT(keywords(*find_grammar("python")), testing::Not(testing::Contains("self")));
}

}  // namespace
}  // namespace fimd::grammars

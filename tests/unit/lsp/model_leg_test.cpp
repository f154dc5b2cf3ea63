#include "lsp/model_leg.h"

#include <gtest/gtest.h>

namespace fimd::lsp {
namespace {

TEST(ModelLeg, NamesThePiecesThatAPromptTookAlong) {
  providers::Prompt prompt;
  prompt.extra = {{"a.py", "def f()"}, {"c.py", "x"}};
  std::vector<context::Snippet> gathered(3);
  gathered[0].path = "a.py", gathered[0].why = "the line calls it";
  gathered[1].path = "keys.py", gathered[1].why = "left out when the prompt was cleaned";
  gathered[2].path = "c.py", gathered[2].why = "similar code";
  const UsedSnippets used = snippets_in(prompt, gathered);
  ASSERT_EQ(used->size(), 2u);
  EXPECT_EQ(used->at(0).why, "the line calls it");
  EXPECT_EQ(used->at(1).path, "c.py");
}

TEST(ModelLeg, NamesNoPiecesWhereThePromptHasNone) { EXPECT_TRUE(snippets_in({}, {})->empty()); }

}  // namespace
}  // namespace fimd::lsp

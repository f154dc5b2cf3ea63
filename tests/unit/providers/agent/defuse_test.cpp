#include "providers/agent/defuse.h"

#include <gtest/gtest.h>

namespace fimd::providers::agent {
namespace {

TEST(Defuse, BreaksWhatATemplateWouldTakeForItsOwn) {
  for (const std::string mark : {"<|im_start|>system", "[INST] do it [/INST]", "<start_of_turn>user", "</s>", "<|/tool|>", "<\uff5cUser\uff5c>", "</tool_call>"}) {
    const std::string sent = defused("x " + mark + " y");
    EXPECT_EQ(sent.find(mark), std::string::npos) << mark;
    EXPECT_EQ(restored(sent), "x " + mark + " y") << mark;
  }
}

TEST(Defuse, LeavesCodeAlone) {
  for (const std::string code : {"f <| g <|> h", "a[i] < b", "vector<int>", "List<|>", "x <| 3"}) {
    EXPECT_EQ(defused(code), code);
    EXPECT_EQ(restored(code), code);
  }
}

TEST(Defuse, RestoresWhatAModelCopiesIntoJson) {
  EXPECT_EQ(restored(R"({"old_string":"<\u200b|im_end|>"})"), R"({"old_string":"<|im_end|>"})");
  EXPECT_EQ(restored("{\"old_string\":\"<\u200b|im_end|>\"}"), R"({"old_string":"<|im_end|>"})");
  EXPECT_EQ(restored("a\u200bb <\u200bx"), "a\u200bb <\u200bx");  // what we did not put there stays
}

}  // namespace
}  // namespace fimd::providers::agent

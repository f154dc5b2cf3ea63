#include "providers/agent/chat_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace fimd::providers::agent {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using Role = Message::Role;

json arguments(const ToolCall& call) { return json::parse(call.arguments); }

const std::string kBlock =
    "I mend the operator.\n\nadd.py\n<<<<<<< SEARCH\n    return a - b\n=======\n    return a + b\n>>>>>>> REPLACE\n";

TEST(ChatText, ReadsACallOfOneLineAndOfSeveral) {
  const auto calls = calls_in("Let me look.\nCALL read_file {\"path\": \"a.py\"}\nCALL search_text {\n  \"pattern\": \"x\"\n}\nCALL list_files\n");
  ASSERT_EQ(calls.size(), 3u);
  EXPECT_EQ(calls[0].name, "read_file");
  EXPECT_EQ(arguments(calls[0])["path"], "a.py");
  EXPECT_EQ(arguments(calls[1])["pattern"], "x");
  EXPECT_EQ(calls[2].arguments, "{}");
  for (const auto& call : calls) EXPECT_EQ(call.fault, "");
}

TEST(ChatText, ReadsABlockAsAnEdit) {
  const auto calls = calls_in(kBlock);
  ASSERT_EQ(calls.size(), 1u);
  EXPECT_EQ(calls[0].name, "edit_file");
  EXPECT_EQ(arguments(calls[0]), (json{{"path", "add.py"}, {"old_string", "    return a - b"}, {"new_string", "    return a + b"}}));
}

TEST(ChatText, FindsThePathWhereModelsPutIt) {
  for (const std::string before : {"add.py\n```python\n", "**`add.py`**:\n", "### add.py\n\n", "File: add.py\n```\n"}) {
    const auto calls = calls_in(before + "<<<<<<< SEARCH\na\n=======\nb\n>>>>>>> REPLACE\n```\n");
    ASSERT_EQ(calls.size(), 1u) << before;
    EXPECT_EQ(arguments(calls[0])["path"], "add.py") << before;
  }
  EXPECT_EQ(arguments(calls_in("<<<<<<< SEARCH add.py\na\n=======\nb\n>>>>>>> REPLACE\n").at(0))["path"], "add.py");
  const auto two = calls_in("add.py\n<<<<<<< SEARCH\na\n=======\nb\n>>>>>>> REPLACE\n\n<<<<<<< SEARCH\nc\n=======\nd\n>>>>>>> REPLACE\n");
  EXPECT_EQ(arguments(two.at(1))["path"], "add.py");  // that of the block before
  EXPECT_NE(calls_in("This is what I do now:\n<<<<<<< SEARCH\na\n=======\nb\n>>>>>>> REPLACE\n").at(0).fault, "");
}

TEST(ChatText, LinesGoWithTheirEndsAndAnEmptyPartMakesAFile) {
  EXPECT_EQ(arguments(calls_in("a\n<<<<<<< SEARCH\nx\ny\n=======\n>>>>>>> REPLACE\n").at(0))["old_string"], "x\ny\n");
  EXPECT_EQ(arguments(calls_in("a\n<<<<<<< SEARCH\n=======\nx\n>>>>>>> REPLACE\n").at(0)), (json{{"path", "a"}, {"old_string", ""}, {"new_string", "x\n"}}));
}

TEST(ChatText, NoCutOfABlockLeavesACallThatMayRun) {
  for (size_t length = 0; length < kBlock.size() - 1; ++length) {
    for (const auto& call : calls_in(kBlock.substr(0, length))) {
      if (!call.fault.empty()) continue;
      // The end mark's word may be missing; the text before it may not.
      EXPECT_EQ(arguments(call)["new_string"], "    return a + b") << length;
      EXPECT_GT(length, kBlock.find("\n>>>>>"));
    }
  }
}

TEST(ChatText, ABlockThatCanBeReadInTwoWaysIsNotRun) {
  const auto calls = calls_in("a\n<<<<<<< SEARCH\nTitle\n=======\ntext\n=======\nnew\n>>>>>>> REPLACE\n");
  ASSERT_EQ(calls.size(), 1u);
  EXPECT_THAT(calls[0].fault, HasSubstr("more than one ======="));
}

TEST(ChatText, ThoughtsAreNoCalls) {
  EXPECT_TRUE(calls_in("<think>I could\nCALL read_file {\"path\":\"a\"}\n</think>Nothing is to be done.").empty());
}

TEST(ChatText, ArgumentsThatAreNoJsonAreNotGuessed) {
  const auto calls = calls_in("CALL read_file {\"path\": \"a.py\"\nCALL read_file {\"path\": \"b.py\"}\n");
  ASSERT_EQ(calls.size(), 2u);
  EXPECT_NE(calls[0].fault, "");
  EXPECT_EQ(calls[1].fault, "");
}

TEST(ChatText, TellsTheToolsAndTheResultsInPlainTurns) {
  Message system, user, answer, result, bare;
  system.role = Role::system;
  system.text = "S";
  user.text = "U";
  answer.role = bare.role = Role::assistant;
  answer.text = "CALL read_file {\"path\":\"a\"}";
  answer.calls = calls_in(answer.text);
  bare.calls = {{"c1", "list_files", R"({"glob":"*"})"}};
  result.role = Role::tool;
  result.tool = "read_file";
  result.text = "T";
  const ChatRequest sent = as_text({.messages = {system, user, answer, result, user, bare, result},
                                    .tools = R"([{"name":"read_file","description":"Reads.","parameters":{"properties":{"path":{"type":"string"}}}},{"name":"edit_file","description":"E"}])"});
  EXPECT_EQ(sent.tools, "[]");
  ASSERT_EQ(sent.messages.size(), 6u);
  EXPECT_THAT(sent.messages[0].text, HasSubstr("read_file {\"path\":{\"type\":\"string\"}}: Reads.\n"));
  EXPECT_EQ(sent.messages[0].text.find("edit_file"), std::string::npos);
  EXPECT_TRUE(sent.messages[2].calls.empty());
  EXPECT_EQ(sent.messages[3].text, "Result of read_file:\nT\nU");  // users and assistants take turns
  EXPECT_EQ(sent.messages[4].text, "CALL list_files {\"glob\":\"*\"}\n");
}

TEST(ChatText, KnowsCallsThatAServerLeftInTheText) {
  for (const std::string text : {R"(<tool_call>{"name":"read_file","arguments":{"path":"a"}}</tool_call>)", R"([TOOL_CALLS][{"name":"read_file","arguments":{"path":"a"}}])",
                                 "```json\n{\"name\":\"read_file\",\"parameters\":{\"path\":\"a\"}}\n```", R"({"name":"read_file","arguments":{"path":"a"}})",
                                 "<tool_call>read_file\n<arg_key>path</arg_key>\n<arg_value>a</arg_value>\n</tool_call>"}) {
    const auto call = foreign_call(text);
    ASSERT_TRUE(call) << text;
    EXPECT_EQ(call->name, "read_file");
    EXPECT_EQ(arguments(*call), (json{{"path", "a"}})) << text;
  }
  for (const std::string text : {R"(I call <tool_call>{"name":"read_file","arguments":{"path":"a"}}</tool_call>)", R"({"name":"rm","arguments":{}})", "{}", "",
                                 R"(<tool_call>{"name":"read_file","arguments":{"path":"a"}}</tool_call><tool_call>{"name":"read_file","arguments":{"path":"b"}}</tool_call>)"}) {
    EXPECT_FALSE(foreign_call(text)) << text;
  }
}

}  // namespace
}  // namespace fimd::providers::agent

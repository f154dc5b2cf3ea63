// The loop against what servers of each dialect really send, as scripts, and against what they answer instead.
#include "tests/session/agent_session.h"

namespace fimd::tests {
namespace {

using testing::StartsWith;

// A stream as it stands in the script, in one piece or byte by byte.
Reply stream(const std::string& script, Step::Kind how = Step::Kind::send) {
  Reply reply = {{Step::Kind::send, head(200, "text/event-stream")}};
  if (how == Step::Kind::send) {
    reply.push_back({Step::Kind::send, chunk(script)});
  } else {
    for (const char c : script) reply.push_back({Step::Kind::send, chunk(std::string(1, c))});
  }
  reply.push_back({Step::Kind::send, last_chunk()});
  return reply;
}

Reply cut_stream(const std::string& script) {
  return {{Step::Kind::send, head(200, "text/event-stream")}, {Step::Kind::send, chunk(script)}, {Step::Kind::close}};
}

// Anthropic: a thought with its signature, a ping, an event that nobody knows, an empty piece, an escape in two pieces.
const std::string kAnthropicEdit = R"(event: message_start
data: {"type":"message_start","message":{"id":"msg_1","role":"assistant","content":[],"usage":{"input_tokens":300,"output_tokens":1,"cache_read_input_tokens":200}}}

event: content_block_start
data: {"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"","signature":""}}

event: ping
data: {"type":"ping"}

event: content_block_delta
data: {"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"It subtracts."}}

event: content_block_delta
data: {"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"c2lnbmVk"}}

event: content_block_stop
data: {"type":"content_block_stop","index":0}

event: weather_report
data: {"type":"weather_report","rain":true}

event: content_block_start
data: {"type":"content_block_start","index":1,"content_block":{"type":"tool_use","id":"toolu_1","name":"edit_file","input":{}}}

event: content_block_delta
data: {"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":""}}

event: content_block_delta
data: {"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"{\"path\":\"add.py\",\"old_string\":\"return a \\u00"}}

event: content_block_delta
data: {"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"2d b\",\"new_string\":\"return a + b\"}"}}

event: content_block_stop
data: {"type":"content_block_stop","index":1}

event: message_delta
data: {"type":"message_delta","delta":{"stop_reason":"tool_use","stop_sequence":null},"usage":{"output_tokens":60}}

event: message_stop
data: {"type":"message_stop"}

)";

std::string anthropic_says(const std::string& text, const std::string& reason = "end_turn") {
  return R"(data: {"type":"message_start","message":{"content":[],"usage":{"input_tokens":10,"output_tokens":1}}}

data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}

data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":")" + text + R"("}}

data: {"type":"content_block_stop","index":0}

data: {"type":"message_delta","delta":{"stop_reason":")" + reason + R"("},"usage":{"output_tokens":7}}

data: {"type":"message_stop"}

)";
}

// OpenAI's kind: null fields, a whole call in one delta, a comment to keep the connection, usage behind the last choice.
const std::string kOpenAiEdit = R"(: keep-alive

data: {"choices":[{"index":0,"delta":{"role":"assistant","content":null,"tool_calls":null},"finish_reason":null}],"usage":null}

data: {"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"null","type":"function","function":{"name":"edit_file","arguments":"{\"path\":\"add.py\",\"old_string\":\"return a - b\",\"new_string\":\"return a + b\"}"}}]},"finish_reason":null}]}

data: {"choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}

data: {"choices":[],"usage":{"prompt_tokens":500,"completion_tokens":40,"prompt_tokens_details":{"cached_tokens":100}}}

data: [DONE]

)";

TEST_F(AgentSession, RepairsWithMessagesOfAnthropic) {
  more_provider = {{"kind", "anthropic"}, {"model", "claude-x"}};
  const auto fix = run_fix({stream(kAnthropicEdit, Step::Kind::drip), stream(anthropic_says("Used the right operator."))});
  EXPECT_EQ(fix.outcome.end, LoopOutcome::End::verified) << fix.outcome.words;
  EXPECT_EQ(fix.files.at(0).current, "def add(a, b):\n    return a + b\n");
  EXPECT_EQ(server.log().requests[1].target, "/v1/messages");
  EXPECT_EQ(sent(1)["messages"][1]["content"][0], (json{{"type", "thinking"}, {"thinking", "It subtracts."}, {"signature", "c2lnbmVk"}}));
  EXPECT_EQ(sent(1)["messages"][2]["content"][0]["tool_use_id"], "toolu_1");
  EXPECT_EQ(fix.outcome.spent.in, 510);
  EXPECT_EQ(fix.outcome.spent.cached, 200);
  EXPECT_EQ(fix.outcome.spent.out, 67);
  EXPECT_FALSE(fix.outcome.spent.estimated);
}

TEST_F(AgentSession, RepairsWithChatCompletionsAndTheirQuirks) {
  const auto fix = run_fix({stream(kOpenAiEdit, Step::Kind::drip), says("Used the right operator.")});
  EXPECT_EQ(fix.outcome.end, LoopOutcome::End::verified) << fix.outcome.words;
  EXPECT_GE(fix.outcome.spent.cached, 100);
}

TEST_F(AgentSession, RepairsWithMistralWhoseIdsHaveNineLetters) {
  more_provider = {{"kind", "mistral"}};
  const auto fix = run_fix({stream(kOpenAiEdit), says("Used the right operator.")});
  EXPECT_EQ(fix.outcome.end, LoopOutcome::End::verified) << fix.outcome.words;
  EXPECT_EQ(sent(1)["messages"][3]["tool_call_id"].get<std::string>().size(), 9u);
  EXPECT_EQ(sent(1)["messages"][2]["tool_calls"][0]["id"], sent(1)["messages"][3]["tool_call_id"]);
}

TEST_F(AgentSession, GoesOnWithAnAnswerThatTheServerPaused) {
  more_provider = {{"kind", "anthropic"}};
  run_fix({stream(anthropic_says("I look", "pause_turn")), stream(anthropic_says("It is right.")), stream(anthropic_says("It is right."))});
  EXPECT_EQ(sent(1)["messages"].back()["role"], "assistant");
  EXPECT_EQ(sent(1)["messages"].back()["content"][0]["text"], "I look");
}

TEST_F(AgentSession, AsksAgainAfterAnOverloadInsideTheStream) {
  more_provider = {{"kind", "anthropic"}};
  const std::string overloaded = "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}\n\n";
  const auto fix = run_fix({stream(overloaded), stream(kAnthropicEdit), stream(anthropic_says("Done."))});
  EXPECT_EQ(fix.outcome.end, LoopOutcome::End::verified) << fix.outcome.words;
  EXPECT_EQ(server.log().requests[0].body, server.log().requests[1].body);  // to the byte, for the cache
}

TEST_F(AgentSession, AsksAgainWhenTheLimitHasPassed) {
  const Reply limited = {{Step::Kind::send, head(429, "application/json", "retry-after: 0\r\n")}, {Step::Kind::send, chunk(R"({"error":{"code":"1302","message":"too many"}})")},
                         {Step::Kind::send, last_chunk()}};
  const auto fix = run_fix({limited, limited, stream(kOpenAiEdit), says("Done.")});
  EXPECT_EQ(fix.outcome.end, LoopOutcome::End::verified) << fix.outcome.words;
  EXPECT_EQ(fix.outcome.steps, 2);  // a try is no step
}

TEST_F(AgentSession, DoesNotAskAgainWhereOnlyMoneyHelps) {
  const auto fix = run_fix({json_reply(429, R"({"error":{"code":"1113","message":"Insufficient balance"}})")});
  EXPECT_EQ(fix.outcome.end, LoopOutcome::End::failed);
  EXPECT_THAT(fix.outcome.words, StartsWith("m: billing: status 429: Insufficient balance; top the account up"));
  EXPECT_EQ(asked, 1u);
}

TEST_F(AgentSession, TellsAPolicyFromATrouble) {
  more_provider = {{"kind", "anthropic"}};
  const auto fix = run_fix({stream(anthropic_says("I", "refusal"))});
  EXPECT_EQ(fix.outcome.words, "m: the model refused to answer");
  EXPECT_EQ(asked, 1u);
}

TEST_F(AgentSession, CallsToolsInTheTextWhereTheServerTakesNone) {
  const auto fix = run_fix({json_reply(400, R"({"error":{"message":"library/gemma:2b does not support tools","type":"api_error"}})"),
                            says("CALL read_file {\"path\": \"add.py\"}"),
                            says("add.py\n<<<<<<< SEARCH\n    return a - b\n=======\n    return a + b\n>>>>>>> REPLACE"), says("Used the right operator.")});
  EXPECT_EQ(fix.outcome.end, LoopOutcome::End::verified) << fix.outcome.words;
  EXPECT_TRUE(sent(0).contains("tools"));
  EXPECT_FALSE(sent(1).contains("tools"));
  EXPECT_THAT(sent(1)["messages"][0]["content"].get<std::string>(), HasSubstr("CALL read_file"));
  EXPECT_THAT(last_sent(2), StartsWith("Result of read_file:\n"));
  EXPECT_EQ(sent(2)["messages"].back()["role"], "user");
  EXPECT_THAT(progress, HasSubstr("m takes no tools"));
}

TEST_F(AgentSession, CallsToolsInTheTextWhereThatIsConfigured) {
  more_agent = {{"tools", false}};
  const auto fix = run_fix({says("add.py\n<<<<<<< SEARCH\n    return a - b\n=======\n    return a + b\n>>>>>>> REPLACE"), says("Done.")});
  EXPECT_EQ(fix.outcome.end, LoopOutcome::End::verified) << fix.outcome.words;
  EXPECT_FALSE(sent(0).contains("tools"));
}

TEST_F(AgentSession, ReadsCallsThatTheServerLeftInTheText) {
  const Reply left = says("<tool_call>{\"name\":\"read_file\",\"arguments\":{\"path\":\"add.py\"}}</tool_call>");
  const Reply edits = says("<tool_call>{\"name\":\"edit_file\",\"arguments\":{\"path\":\"add.py\",\"old_string\":\"a - b\",\"new_string\":\"a + b\"}}</tool_call>");
  run_fix({left, edits, says("Well."), says("Well.")});
  EXPECT_EQ(sent(1)["messages"].back()["role"], "tool");
  EXPECT_THAT(last_sent(1), HasSubstr("return a - b"));
  EXPECT_THAT(last_sent(2), HasSubstr("must use the tool interface"));  // an edit is never taken from there
}

TEST_F(AgentSession, StopsBeforeTheTokensAreUsedUp) {
  more_agent = {{"max_tokens", 1000}};
  const auto fix = run_fix({says("never asked")});
  EXPECT_EQ(fix.outcome.end, LoopOutcome::End::limit);
  EXPECT_EQ(fix.outcome.words, "agent.max_tokens (1000) is used up");
  EXPECT_EQ(asked, 0u);
}

TEST_F(AgentSession, StopsBeforeTheMoneyIsUsedUp) {
  more_agent = {{"max_cost_usd", 0.004}};
  more_provider = {{"price", {{"input", 1}, {"output", 2}}}};
  std::string dear = kOpenAiEdit;
  dear.replace(dear.find("\"prompt_tokens\":500"), 19, "\"prompt_tokens\":3500");
  const auto fix = run_fix({stream(dear), says("never asked")});
  EXPECT_EQ(fix.outcome.words, "agent.max_cost_usd (0.004) is used up");
  EXPECT_EQ(fix.outcome.end, LoopOutcome::End::verified);  // what was made until then holds up
  EXPECT_EQ(asked, 1u);
  ASSERT_TRUE(fix.outcome.cost);
  EXPECT_DOUBLE_EQ(*fix.outcome.cost, 3500e-6 + 40 * 2e-6);
}

TEST_F(AgentSession, NeverRunsACallOfAStreamThatBrokeOff) {
  const std::string half = kOpenAiEdit.substr(0, kOpenAiEdit.find("data: {\"choices\":[{\"index\":0,\"delta\":{},"));
  const auto fix = run_fix({cut_stream(half), cut_stream(half), cut_stream(half), says("I give up."), says("I give up.")});
  EXPECT_EQ(fix.outcome.end, LoopOutcome::End::no_edit);
  EXPECT_TRUE(fix.files.empty());
}

TEST_F(AgentSession, EndsWithAModelThatSaysNothing) {
  const auto fix = run_fix({says("")});
  EXPECT_EQ(fix.outcome.words, "the model gave no answer 3 times");
}

TEST_F(AgentSession, ARequestBeginsWithTheOneBeforeIt) {
  run_fix({calls("read_file", {{"path", "add.py"}}), calls("search_text", {{"pattern", "return"}}), calls("edit_file", edit("return a - b", "return a + b")), says("Done.")});
  const auto& requests = server.log().requests;
  ASSERT_EQ(requests.size(), 4u);
  for (size_t i = 0; i + 1 < requests.size(); ++i) {
    const std::string& before = requests[i].body;
    ASSERT_TRUE(before.ends_with("]}"));
    EXPECT_THAT(requests[i + 1].body, StartsWith(before.substr(0, before.size() - 2))) << i;
  }
}

TEST_F(AgentSession, ShortensOldResultsWhenTheContextFills) {
  more_provider = {{"context", 16000}};
  more_agent = {{"max_steps", 30}};
  std::string big;
  for (int i = 0; i < 400; ++i) big += "line " + std::to_string(i) + " of a long file\n";
  std::vector<Reply> script;
  for (int i = 0; i < 12; ++i) {
    std::ofstream(root + "/big" + std::to_string(i) + ".txt") << big;
    script.push_back(calls("read_file", {{"path", "big" + std::to_string(i) + ".txt"}, {"line_count", 60}}));
  }
  script.push_back(calls("edit_file", edit("return a - b", "return a + b")));
  script.push_back(says("Done."));
  const auto fix = run_fix(script);
  EXPECT_EQ(fix.outcome.end, LoopOutcome::End::verified) << fix.outcome.words;
  EXPECT_THAT(progress, HasSubstr("results of tools shortened"));
  const std::string last = server.log().requests.back().body;
  EXPECT_THAT(last, HasSubstr("[read_file big0.txt: "));
  EXPECT_THAT(last, HasSubstr("removed to save space"));
}

}  // namespace
}  // namespace fimd::tests

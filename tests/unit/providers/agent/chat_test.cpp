// How the dialects of chat APIs are written and read.
#include "providers/agent/chat.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace fimd::providers::agent {
namespace {

using nlohmann::json;
using Role = Message::Role;

ProviderConfig provider(const std::string& url, const std::string& kind = "openai") {
  ProviderConfig out;
  out.name = "m";
  out.kind = kind;
  out.url = url;
  out.model = "glm-5.1";
  out.api_key = "k";
  return out;
}

ChatRequest one_turn() {
  Message system{.role = Role::system, .text = "S", .reasoning = {}, .calls = {}, .call_id = {}, .tool = {}};
  Message user{.role = Role::user, .text = "U", .reasoning = {}, .calls = {}, .call_id = {}, .tool = {}};
  Message assistant{.role = Role::assistant, .text = "", .reasoning = "R", .calls = {{"call_1", "read_file", R"({"path":"a"})"}}, .call_id = {}, .tool = {}};
  Message tool{.role = Role::tool, .text = "T", .reasoning = {}, .calls = {}, .call_id = "call_1", .tool = "read_file"};
  return {.messages = {system, user, assistant, tool},
          .tools = R"([{"name":"read_file","description":"D","parameters":{"type":"object"}}])",
          .max_tokens = 100};
}

json body_for(const ProviderConfig& config) { return json::parse(encode_chat(config, one_turn()).body); }

TEST(Chat, WritesTheDialectOfOpenAi) {
  const auto request = encode_chat(provider("http://127.0.0.1:8000/v1"), one_turn());
  EXPECT_EQ(request.url, "http://127.0.0.1:8000/v1/chat/completions");
  EXPECT_EQ(request.body,
            R"({"model":"glm-5.1","stream":true,"max_tokens":100,"stream_options":{"include_usage":true},)"
            R"("tools":[{"type":"function","function":{"name":"read_file","description":"D","parameters":{"type":"object"}}}],"tool_choice":"auto",)"
            R"("messages":[{"role":"system","content":"S"},{"role":"user","content":"U"},)"
            R"({"role":"assistant","content":"","tool_calls":[{"id":"call_1","type":"function","function":{"name":"read_file","arguments":"{\"path\":\"a\"}"}}]},)"
            R"({"role":"tool","content":"T","tool_call_id":"call_1","name":"read_file"}]})");
}

TEST(Chat, WritesTheDialectOfZai) {
  const auto request = encode_chat(provider("https://api.z.ai/api/paas/v4"), one_turn());
  EXPECT_EQ(request.url, "https://api.z.ai/api/paas/v4/chat/completions");
  const json body = json::parse(request.body);
  EXPECT_EQ(body["messages"][2]["reasoning_content"], "R");  // a thinking model wants its thoughts back
  EXPECT_EQ(body["thinking"]["clear_thinking"], false);
  EXPECT_EQ(body["tool_stream"], true);
  EXPECT_FALSE(body.contains("stream_options"));
  EXPECT_FALSE(body["messages"][3].contains("name"));
}

TEST(Chat, WritesTheDialectOfMistral) {
  const json body = body_for(provider("https://api.mistral.ai"));
  const std::string id = body["messages"][2]["tool_calls"][0]["id"];
  EXPECT_EQ(id.size(), 9u);
  EXPECT_EQ(body["messages"][3]["tool_call_id"], id);
  EXPECT_FALSE(body.contains("stream_options"));
  EXPECT_FALSE(body["messages"][2].contains("reasoning_content"));
}

TEST(Chat, NeverSendsArgumentsBackThatAreNoJson) {
  ChatRequest request = one_turn();
  request.messages[2].calls[0].arguments = R"({"path":"a)";
  const json body = json::parse(encode_chat(provider("http://127.0.0.1:1"), request).body);
  EXPECT_EQ(body["messages"][2]["tool_calls"][0]["function"]["arguments"], "{}");
}

Turn read(const std::vector<std::string>& events) {
  TurnReader reader;
  for (const auto& data : events) {
    const auto taken = reader.take({"", data});
    EXPECT_TRUE(taken) << data << ": " << (taken ? "" : taken.error().message);
  }
  return reader.turn();
}

std::string delta(const std::string& inner, const std::string& reason = "null") {
  return R"({"choices":[{"index":0,"delta":)" + inner + R"(,"finish_reason":)" + reason + "}]}";
}

TEST(Chat, ReadsACallInPieces) {
  const Turn turn = read({delta(R"({"role":"assistant","content":null,"tool_calls":[{"index":0,"id":"c1","type":"function","function":{"name":"read_file","arguments":""}}]})"),
                          delta(R"({"tool_calls":[{"index":0,"function":{"arguments":"{\"path\":"}}]})"),
                          delta(R"({"tool_calls":[{"index":0,"function":{"arguments":"\"a\"}"}}]})"), delta("{}", R"("tool_calls")"), "[DONE]"});
  ASSERT_EQ(turn.message.calls.size(), 1u);
  EXPECT_EQ(turn.message.calls[0].id, "c1");
  EXPECT_EQ(turn.message.calls[0].name, "read_file");
  EXPECT_EQ(turn.message.calls[0].arguments, R"({"path":"a"})");
  EXPECT_TRUE(turn.whole());
}

TEST(Chat, KeepsParallelCallsApartByIndex) {
  const Turn turn = read({delta(R"({"tool_calls":[{"index":0,"id":"a","function":{"name":"x","arguments":"{\"n\""}},{"index":1,"id":"b","function":{"name":"y","arguments":"{\"m\""}}]})"),
                          delta(R"({"tool_calls":[{"index":1,"function":{"arguments":":2}"}},{"index":0,"function":{"arguments":":1}"}}]})", R"("tool_calls")")});
  ASSERT_EQ(turn.message.calls.size(), 2u);
  EXPECT_EQ(turn.message.calls[0].arguments, R"({"n":1})");
  EXPECT_EQ(turn.message.calls[1].arguments, R"({"m":2})");
}

TEST(Chat, KeepsCallsApartWhereEveryIndexIsZero) {
  const Turn turn = read({delta(R"({"tool_calls":[{"index":0,"id":"a","function":{"name":"x","arguments":"{}"}}]})"),
                          delta(R"({"tool_calls":[{"index":0,"id":"b","function":{"name":"x","arguments":"{}"}}]})", R"("tool_calls")")});
  EXPECT_EQ(turn.message.calls.size(), 2u);
}

TEST(Chat, KeepsCallsApartWithoutAnIndex) {
  const Turn turn = read({delta(R"({"tool_calls":[{"id":"a","function":{"name":"x","arguments":"{\"n\":"}}]})"),
                          delta(R"({"tool_calls":[{"function":{"arguments":"1}"}}]})"),
                          delta(R"({"tool_calls":[{"id":"b","function":{"name":"x","arguments":"{}"}}]})", R"("stop")")});
  ASSERT_EQ(turn.message.calls.size(), 2u);
  EXPECT_EQ(turn.message.calls[0].arguments, R"({"n":1})");
}

TEST(Chat, TakesArgumentsAsAnObjectAndMakesUpAMissingId) {
  const Turn turn = read({delta(R"({"tool_calls":[{"id":"null","function":{"name":"x","arguments":{"n":1}}}]})", R"("tool_calls")")});
  ASSERT_EQ(turn.message.calls.size(), 1u);
  EXPECT_EQ(turn.message.calls[0].arguments, R"({"n":1})");
  EXPECT_EQ(turn.message.calls[0].id.size(), 9u);
}

TEST(Chat, KeepsThoughtsApartFromText) {
  const Turn turn = read({delta(R"({"reasoning_content":"hm"})"), delta(R"({"reasoning":"m"})"), delta(R"({"content":"done"})", R"("stop")")});
  EXPECT_EQ(turn.message.reasoning, "hmm");
  EXPECT_EQ(turn.message.text, "done");
}

TEST(Chat, ReadsThoughtsOfMistral) {
  const Turn turn = read({delta(R"({"content":[{"type":"thinking","thinking":[{"type":"text","text":"hm"}]},{"type":"text","text":"done"}]})", R"("stop")")});
  EXPECT_EQ(turn.message.reasoning, "hm");
  EXPECT_EQ(turn.message.text, "done");
}

TEST(Chat, KnowsAnAnswerThatWasCutOff) {
  const std::string call = R"({"tool_calls":[{"index":0,"id":"a","function":{"name":"x","arguments":"{\"n\":1"}}]})";
  EXPECT_FALSE(read({delta(call, R"("length")")}).whole());
  EXPECT_FALSE(read({delta(call)}).whole());
}

TEST(Chat, ReadsAnAnswerThatWasNotStreamed) {
  const Turn turn = read({R"({"choices":[{"index":0,"finish_reason":"stop","message":{"role":"assistant","content":"done"}}],"usage":{"prompt_tokens":5,"completion_tokens":2}})"});
  EXPECT_EQ(turn.message.text, "done");
  EXPECT_EQ(turn.usage.prompt_tokens, 5);
  EXPECT_TRUE(turn.whole());
}

TEST(Chat, ToleratesEmptyDeltas) {
  const Turn turn = read({R"({"choices":[]})", delta("null"), delta("{}"), delta(R"({"content":null,"tool_calls":null})"), delta(R"({"content":"a"})", R"("stop")")});
  EXPECT_EQ(turn.message.text, "a");
}

TEST(Chat, TellsWhatAServerReportsInsideTheStream) {
  TurnReader reader;
  EXPECT_FALSE(reader.take({"", R"({"error":{"code":502,"message":"Provider disconnected"},"choices":[{"delta":{"content":""},"finish_reason":"error"}]})"}));
  EXPECT_EQ(TurnReader().take({"", delta("{}", R"("network_error")")}).error().code, Error::Code::down);
  EXPECT_EQ(TurnReader().take({"", delta("{}", R"("sensitive")")}).error().code, Error::Code::refused);
  EXPECT_FALSE(TurnReader().take({"", "not json"}));
}

}  // namespace
}  // namespace fimd::providers::agent

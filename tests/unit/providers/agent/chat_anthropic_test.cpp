#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "providers/agent/chat.h"
#include "providers/codecs.h"

namespace fimd::providers::agent {
namespace {

using nlohmann::json;
using Role = Message::Role;

ProviderConfig claude(const std::string& url = "") {
  ProviderConfig out;
  out.name = "m";
  out.kind = "anthropic";
  out.url = url;
  out.model = "claude-x";
  out.api_key = "k";
  return with_defaults(out);
}

Message message(Role role, std::string text) {
  Message out;
  out.role = role;
  out.text = std::move(text);
  return out;
}

Message calls(std::vector<ToolCall> list) {
  Message out = message(Role::assistant, "");
  out.calls = std::move(list);
  return out;
}

Message result(const std::string& id, const std::string& text, bool failed = false) {
  Message out = message(Role::tool, text);
  out.call_id = id;
  out.tool = "read_file";
  out.failed = failed;
  return out;
}

ChatRequest request(std::vector<Message> messages) {
  return {.messages = std::move(messages),
          .tools = R"([{"name":"read_file","description":"D","parameters":{"type":"object","properties":{"path":{"type":"string"},"old":{"type":"string"}}}}])",
          .max_tokens = 100};
}

TEST(ChatAnthropic, WritesARequestToTheByte) {
  const auto sent = encode_chat(claude(), request({message(Role::system, "S"), message(Role::user, "U"), calls({{"t1", "read_file", R"({"path":"a"})"}}),
                                                     result("t1", "no such file", true)}));
  EXPECT_EQ(sent.url, "https://api.anthropic.com/v1/messages");
  EXPECT_EQ(sent.body,
            R"({"model":"claude-x","max_tokens":100,"stream":true,)"
            R"("tools":[{"name":"read_file","description":"D","input_schema":{"type":"object","properties":{"path":{"type":"string"},"old":{"type":"string"}}},"cache_control":{"type":"ephemeral"}}],)"
            R"("tool_choice":{"type":"auto"},"system":[{"type":"text","text":"S","cache_control":{"type":"ephemeral"}}],)"
            R"("messages":[{"role":"user","content":[{"type":"text","text":"U","cache_control":{"type":"ephemeral"}}]},)"
            R"({"role":"assistant","content":[{"type":"tool_use","id":"t1","name":"read_file","input":{"path":"a"}}]},)"
            R"({"role":"user","content":[{"type":"tool_result","tool_use_id":"t1","content":"no such file","is_error":true,"cache_control":{"type":"ephemeral"}}]}]})");
  const std::vector<std::pair<std::string, std::string>> headers = {{"x-api-key", "k"}, {"anthropic-version", "2023-06-01"},
                                                                    {"Content-Type", "application/json"}, {"Accept", "text/event-stream"}};
  EXPECT_EQ(sent.headers, headers);
}

TEST(ChatAnthropic, SpeaksToZaiAtItsOwnPath) {
  EXPECT_EQ(encode_chat(claude("https://api.z.ai/api/anthropic"), request({message(Role::user, "U")})).url, "https://api.z.ai/api/anthropic/v1/messages");
}

TEST(ChatAnthropic, PutsAllResultsOfAnAnswerIntoOneMessage) {
  const auto sent = encode_chat(claude(), request({message(Role::user, "U"), calls({{"a", "x", "{}"}, {"b", "x", R"({"cut)"}}), result("a", "1"), result("b", "2"),
                                                     message(Role::assistant, ""), message(Role::user, "go on")}));
  const json body = json::parse(sent.body);
  ASSERT_EQ(body["messages"].size(), 3u);  // the empty answer is left out, and who speaks next to himself speaks once
  EXPECT_EQ(body["messages"][1]["content"][1]["input"], json::object());
  EXPECT_EQ(body["messages"][2]["content"].size(), 3u);
  EXPECT_EQ(body["messages"][2]["content"][1]["tool_use_id"], "b");
  EXPECT_EQ(body["messages"][2]["content"][2]["text"], "go on");
}

TEST(ChatAnthropic, MarksFourPlacesForTheCacheAtMost) {
  std::vector<Message> messages = {message(Role::system, "S")};
  for (int i = 0; i < 5; ++i) {
    messages.push_back(message(Role::user, "U"));
    messages.push_back(message(Role::assistant, "A"));
  }
  const std::string body = encode_chat(claude(), request(messages)).body;
  size_t marks = 0;
  for (size_t at = body.find("cache_control"); at != std::string::npos; at = body.find("cache_control", at + 1)) ++marks;
  EXPECT_EQ(marks, 4u);
}

Turn read_turn(const std::vector<std::string>& events) {
  TurnReader reader(Dialect::anthropic);
  for (const auto& data : events) {
    const auto taken = reader.take({"", data});
    EXPECT_TRUE(taken) << data << ": " << (taken ? "" : taken.error().message);
  }
  return reader.turn();
}

std::string start(int index, const std::string& block) {
  return R"({"type":"content_block_start","index":)" + std::to_string(index) + R"(,"content_block":)" + block + "}";
}
std::string delta(int index, const std::string& inner) {
  return R"({"type":"content_block_delta","index":)" + std::to_string(index) + R"(,"delta":)" + inner + "}";
}
std::string input(int index, const std::string& piece) {
  return delta(index, json{{"type", "input_json_delta"}, {"partial_json", piece}}.dump());
}
std::string stop(int index) { return R"({"type":"content_block_stop","index":)" + std::to_string(index) + "}"; }
std::string ended(const std::string& reason) {
  return R"({"type":"message_delta","delta":{"stop_reason":")" + reason + R"(","stop_sequence":null},"usage":{"output_tokens":37}})";
}
const std::string kBegin = R"({"type":"message_start","message":{"id":"m","content":[],"usage":{"input_tokens":20,"output_tokens":1,"cache_read_input_tokens":400,"cache_creation_input_tokens":0}}})";
const std::string kEnd = R"({"type":"message_stop"})";
const std::string kCall = R"({"type":"tool_use","id":"t1","name":"read_file","input":{}})";

TEST(ChatAnthropic, ReadsARecordedAnswer) {
  const Turn turn = read_turn({kBegin, start(0, R"({"type":"thinking","thinking":"","signature":""})"), delta(0, R"({"type":"thinking_delta","thinking":"hm"})"),
                          delta(0, R"({"type":"signature_delta","signature":"c2ln"})"), stop(0), R"({"type":"ping"})",
                          start(1, R"({"type":"text","text":""})"), delta(1, R"({"type":"text_delta","text":"I read "})"), delta(1, R"({"type":"text_delta","text":"it."})"), stop(1),
                          start(2, kCall), input(2, ""), input(2, R"({"path":"src\u00)"), input(2, R"(e9\)"), input(2, R"(n.c"})"), stop(2),
                          R"({"type":"something_new","data":[1,2]})", ended("tool_use"), kEnd});
  EXPECT_EQ(turn.message.text, "I read it.");
  EXPECT_EQ(turn.message.reasoning, "hm");
  ASSERT_EQ(turn.message.calls.size(), 1u);
  EXPECT_EQ(turn.message.calls[0].id, "t1");
  EXPECT_EQ(turn.message.calls[0].name, "read_file");
  EXPECT_EQ(json::parse(turn.message.calls[0].arguments)["path"], "src\u00e9\n.c");
  EXPECT_TRUE(turn.whole());
  EXPECT_EQ(turn.usage.prompt_tokens, 420);  // what came from the cache counts too
  EXPECT_EQ(turn.usage.cached_tokens, 400);
  EXPECT_EQ(turn.usage.output_tokens, 37);
}

TEST(ChatAnthropic, GivesThoughtsBackUnchangedAndInTheirOrder) {
  const Turn turn = read_turn({kBegin, start(0, R"({"type":"redacted_thinking","data":"b3BhcXVl"})"), stop(0), start(1, R"({"type":"thinking","thinking":"hm"})"),
                          delta(1, R"({"type":"signature_delta","signature":"c2ln"})"), stop(1), start(2, kCall), stop(2), ended("tool_use"), kEnd});
  const auto sent = encode_chat(claude(), request({message(Role::user, "U"), turn.message, result("t1", "T")}));
  EXPECT_EQ(json::parse(sent.body)["messages"][1]["content"], json::parse(R"([{"type":"redacted_thinking","data":"b3BhcXVl"},
    {"type":"thinking","thinking":"hm","signature":"c2ln"},{"type":"tool_use","id":"t1","name":"read_file","input":{}}])"));
}

TEST(ChatAnthropic, TakesACallWithoutInputAsOneWithoutArguments) {
  EXPECT_EQ(read_turn({kBegin, start(0, kCall), stop(0), ended("tool_use"), kEnd}).message.calls.at(0).arguments, "{}");
  EXPECT_EQ(read_turn({kBegin, start(0, R"({"type":"tool_use","id":"t","name":"x","input":{"n":1}})"), stop(0), ended("tool_use"), kEnd}).message.calls.at(0).arguments, R"({"n":1})");
}

TEST(ChatAnthropic, NoCutOfAStreamLeavesACallThatMayRun) {
  const std::vector<std::string> events = {kBegin, start(0, kCall), input(0, R"({"path":"a"})"), stop(0), ended("tool_use"), kEnd};
  for (size_t length = 0; length + 2 < events.size(); ++length) {
    const Turn turn = read_turn({events.begin(), events.begin() + static_cast<std::ptrdiff_t>(length)});
    EXPECT_FALSE(turn.whole()) << length;
  }
  EXPECT_FALSE(read_turn({kBegin, start(0, kCall), input(0, R"({"path":"a"})"), ended("tool_use"), kEnd}).whole());  // the block was never closed
  EXPECT_FALSE(read_turn({kBegin, start(0, kCall), input(0, R"({"path":)"), stop(0), ended("max_tokens"), kEnd}).whole());
}

TEST(ChatAnthropic, TellsReasonsApart) {
  EXPECT_TRUE(read_turn({kBegin, ended("end_turn"), kEnd}).whole());
  EXPECT_TRUE(read_turn({kBegin, ended("pause_turn"), kEnd}).paused);
  EXPECT_EQ(read_turn({kBegin, ended("model_context_window_exceeded"), kEnd}).finish, Finish::length);
  TurnReader reader(Dialect::anthropic);
  const auto refused = reader.take({"", ended("refusal")});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Error::Code::refused);
}

TEST(ChatAnthropic, TellsWhatAServerReportsInsideTheStream) {
  const auto error_of = [](const std::string& name, const std::string& data) {
    TurnReader reader(Dialect::anthropic);
    const auto taken = reader.take({name, data});
    return taken ? Error{Error::Code::internal, "no error"} : taken.error();
  };
  EXPECT_EQ(error_of("error", R"({"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}})").message, "overloaded: Overloaded");
  EXPECT_EQ(error_of("error", R"({"error":{"type":"rate_limit_error","code":"1310","message":"[1310][Weekly limit][id]"}})").message, "quota used up: [1310][Weekly limit][id]");
  EXPECT_EQ(error_of("", "not json").code, Error::Code::down);
}

TEST(ChatAnthropic, ReadsAnAnswerThatWasNotStreamed) {
  const Turn turn = read_turn({R"({"type":"message","role":"assistant","content":[{"type":"text","text":"hm"},{"type":"tool_use","id":"t","name":"x","input":{"n":1}}],)"
                          R"("stop_reason":"tool_use","usage":{"input_tokens":5,"output_tokens":2}})"});
  EXPECT_EQ(turn.message.text, "hm");
  ASSERT_EQ(turn.message.calls.size(), 1u);
  EXPECT_TRUE(turn.whole());
}

}  // namespace
}  // namespace fimd::providers::agent

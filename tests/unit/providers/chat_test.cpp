#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/unit/providers/codec_test_parts.h"

namespace fimd::providers {
namespace {
using namespace testing_parts;
using nlohmann::json;

ProviderConfig gpt() { return config("chat", "https://models.example/v1", "big-chat"); }

// What an answer with this text means.
std::string answered(const std::string& content, const char* finish = "stop") {
  const json body{{"choices", json::array({json{{"index", 0}, {"finish_reason", finish}, {"message", {{"role", "assistant"}, {"content", content}}}}})}};
  return meaning(*codec(gpt()), body.dump());
}

TEST(Chat, ShowsTheTextWithAHole) {
  const HttpRequest request = encoded(*codec(gpt()), prompt());
  EXPECT_EQ(request.url, "https://models.example/v1/chat/completions");
  EXPECT_EQ(request.framing, HttpRequest::Framing::whole);
  const json body = json::parse(request.body);
  EXPECT_EQ(body["messages"][1]["content"], "File src/math.cpp:\nint add(int a, int b) {\n  <hole/>\n}\n");
  EXPECT_EQ(body["messages"][0]["role"], "system");
  EXPECT_EQ(body["stop"], json::array({"</fill>"}));
  EXPECT_EQ(body["stream"], false);
  EXPECT_EQ(body["max_tokens"], 72);
  EXPECT_EQ(body["model"], "big-chat");
}

TEST(Chat, TextThatSpellsTheMarksDoesNotReachTheModel) {
  Prompt p = prompt();
  p.prefix = "a </fill> b\nint x = ";
  EXPECT_EQ(json::parse(encoded(*codec(gpt()), p).body)["messages"][1]["content"], "File src/math.cpp:\nint x = <hole/>\n}\n");
}

TEST(Chat, TakesWhatStandsBetweenTheTags) {
  EXPECT_EQ(answered("<fill>return a + b;</fill>"), "return a + b;|stop");
  EXPECT_EQ(answered("<fill>return a + b;"), "return a + b;|stop");
  EXPECT_EQ(answered("<fill>return a", "length"), "return a|length");
  EXPECT_EQ(answered("\n<fill>\n  x\n</fill>\nI added x."), "\n  x\n|stop");
  EXPECT_EQ(answered("<fill></fill>"), "|stop");
}

TEST(Chat, TakesTheOnlyFencedBlock) {
  EXPECT_EQ(answered("```cpp\nreturn a + b;\n```"), "return a + b;|stop");
  EXPECT_EQ(answered("<fill>```cpp\nreturn a + b;\n```</fill>"), "return a + b;|stop");
}

TEST(Chat, LeavesThoughtsOut) { EXPECT_EQ(answered("<think>a <fill>no</fill></think>\n<fill>yes</fill>"), "yes|stop"); }

TEST(Chat, NeverSuggestsProse) {
  const std::string refused = "down: chat: the model answered with something else than the fill";
  EXPECT_EQ(answered("Sure! Here is the code: return a + b;"), refused);
  EXPECT_EQ(answered("Sure! <fill>return a + b;</fill>"), refused);
  EXPECT_EQ(answered("Here:\n```\na\n```"), refused);
  EXPECT_EQ(answered("```\na\n```\nor\n```\nb\n```"), refused);
  EXPECT_EQ(answered("```"), refused);
  EXPECT_EQ(answered("``````"), refused);
  EXPECT_EQ(answered(""), refused);
}

TEST(Chat, TakesNoTextFromGarbage) { expect_no_text_from_garbage(*codec(gpt())); }

TEST(Chat, AnyKindCanBeAskedByChatWhereItHasOne) {
  ProviderConfig c = config("vllm", "", "Qwen/Qwen3-8B");
  c.via = "chat";
  EXPECT_EQ(encoded(*codec(c), prompt()).url, "http://127.0.0.1:8000/v1/chat/completions");
  c.kind = "tabby";
  EXPECT_FALSE(make_codec(c));
}

TEST(Chat, CloudEndpointsHaveTheirPathAndTheirHeader) {
  ProviderConfig c = config("chat", "https://mine.openai.example", "gpt");
  c.path = "/openai/deployments/gpt/chat/completions?api-version=2024-10-21";
  c.api_key = "secret";
  c.api_key_header = "api-key";
  const HttpRequest request = encoded(*codec(c), prompt());
  EXPECT_EQ(request.url, "https://mine.openai.example/openai/deployments/gpt/chat/completions?api-version=2024-10-21");
  EXPECT_EQ(header(request, "api-key"), "secret");
  EXPECT_EQ(header(request, "Authorization"), "");
}

TEST(Chat, AGatewayHasItsUrl) {
  EXPECT_EQ(encoded(*codec(config("openrouter", "", "m")), prompt()).url, "https://openrouter.ai/api/v1/chat/completions");
}

TEST(Chat, AsksMessagesOfAnthropicForTheFill) {
  ProviderConfig c = config("anthropic", "", "claude-x");
  c.api_key = "secret";
  const HttpRequest request = encoded(*codec(c), prompt());
  EXPECT_EQ(request.url, "https://api.anthropic.com/v1/messages");
  EXPECT_EQ(header(request, "x-api-key"), "secret");
  EXPECT_EQ(header(request, "anthropic-version"), "2023-06-01");
  const auto body = nlohmann::json::parse(request.body);
  EXPECT_EQ(body["messages"].size(), 1u);
  EXPECT_FALSE(body.contains("temperature"));
  const auto token = codec(c)->decode({"", R"({"type":"message","content":[{"type":"text","text":"<fill>return a + b;"}],"stop_reason":"stop_sequence",)"
                                           R"("usage":{"input_tokens":5,"cache_read_input_tokens":90,"output_tokens":7}})"});
  ASSERT_TRUE(token) << token.error().message;
  EXPECT_EQ(token->text, "return a + b;");
  EXPECT_EQ(token->usage->prompt_tokens, 95);
}

}  // namespace
}  // namespace fimd::providers

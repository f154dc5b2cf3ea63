#include <gtest/gtest.h>

#include "tests/unit/providers/codec_test_parts.h"

namespace fimd::providers {
namespace {
using namespace testing_parts;

ProviderConfig server(std::string model) { return config("ollama", "http://127.0.0.1:11434", std::move(model)); }

// A model of our own making whose template has the server's insert.
std::shared_ptr<const Codec> inserting() {
  Caps probed;
  probed.context = 4096;
  return codec(server("mine"), &probed);
}

TEST(Ollama, RendersThePromptOfAFamilyThatTheNameTells) {
  const HttpRequest request = encoded(*codec(server("qwen2.5-coder:7b-base")), prompt_with_files());
  EXPECT_EQ(request.url, "http://127.0.0.1:11434/api/generate");
  EXPECT_EQ(request.framing, HttpRequest::Framing::ndjson);
  EXPECT_EQ(request.body,
            R"({"keep_alive":"30m","model":"qwen2.5-coder:7b-base","options":{"num_ctx":8192,"num_predict":64,)"
            R"("stop":["<|endoftext|>","<|file_sep|>","<|fim_pad|>","<|repo_name|>","<|im_end|>","<|im_start|>","<|fim_prefix|>","<|fim_suffix|>","<|fim_middle|>"],)"
            R"("temperature":0.0},"prompt":"<|repo_name|>calc\n<|file_sep|>src/math.h\nint add(int a, int b);\n<|file_sep|>src/math.cpp\n)"
            R"(<|fim_prefix|>int add(int a, int b) {\n  <|fim_suffix|>\n}\n<|fim_middle|>","raw":true,"stream":true})");
}

TEST(Ollama, LetsTheServerInsertWhenItsTemplateIsUnknown) {
  const HttpRequest request = encoded(*inserting(), prompt_with_files());
  EXPECT_EQ(request.body,
            R"({"keep_alive":"30m","model":"mine","options":{"num_ctx":4096,"num_predict":64,"temperature":0.0},)"
            R"("prompt":"// Path: src/math.h\n// int add(int a, int b);\nint add(int a, int b) {\n  ","stream":true,"suffix":"\n}\n"})");
}

// Empty, either would mean something else to the server: load the model, or use the chat template.
TEST(Ollama, SendsNeitherAnEmptyPromptNorAnEmptySuffix) {
  Prompt p = prompt();
  p.prefix.clear();
  p.suffix.clear();
  const std::string body = encoded(*inserting(), p).body;
  EXPECT_NE(body.find(R"("prompt":"\n")"), std::string::npos);
  EXPECT_NE(body.find(R"("suffix":"\n")"), std::string::npos);
  Caps none;
  none.suffix = false;
  EXPECT_NE(encoded(*codec(server("mine"), &none), p).body.find(R"("prompt":"\n","raw":true)"), std::string::npos);
}

TEST(Ollama, SendsOnlyThePrefixToAModelThatCannotInsert) {
  Caps probed;
  probed.suffix = false;
  const auto c = codec(server("mine"), &probed);
  EXPECT_FALSE(c->caps().suffix);
  const std::string body = encoded(*c, prompt()).body;
  EXPECT_NE(body.find(R"("prompt":"int add(int a, int b) {\n  ","raw":true)"), std::string::npos);
  EXPECT_EQ(body.find("suffix"), std::string::npos);
}

TEST(Ollama, SpecialTokensOfAnyFamilyAreKeptFromTheServersTemplate) {
  Prompt p = prompt();
  p.prefix = "a <|fim_middle|>\n[SUFFIX]\nb";
  p.suffix = "c\n<fim_prefix>\n";
  const std::string body = encoded(*inserting(), p).body;
  EXPECT_NE(body.find(R"("prompt":"b")"), std::string::npos);
  EXPECT_NE(body.find(R"("suffix":"c\n")"), std::string::npos);
}

TEST(Ollama, AlwaysNamesTheSameContext) {
  ProviderConfig c = server("mine");
  c.context = 2048;
  Caps probed;
  probed.context = 4096;
  EXPECT_EQ(codec(c, &probed)->caps().context, 2048u);
  Prompt warm = prompt();
  warm.warm = true;
  for (const Prompt& p : {prompt(), prompt_with_files(), warm}) {
    EXPECT_NE(encoded(*codec(c, &probed), p).body.find(R"("num_ctx":2048)"), std::string::npos);
  }
  EXPECT_NE(load_request(c, probed)->body.find(R"("num_ctx":2048)"), std::string::npos);
}

TEST(Ollama, WarmsWithOneToken) {
  Prompt p = prompt();
  p.warm = true;
  EXPECT_NE(encoded(*inserting(), p).body.find(R"("num_predict":1)"), std::string::npos);
}

TEST(Ollama, LoadsAModelWithARequestWithoutAPrompt) {
  Caps caps;
  caps.context = 4096;
  const auto request = load_request(server("mine"), caps);
  ASSERT_TRUE(request);
  EXPECT_EQ(request->url, "http://127.0.0.1:11434/api/generate");
  EXPECT_EQ(request->body, R"({"keep_alive":"30m","model":"mine","options":{"num_ctx":4096}})");
  EXPECT_FALSE(load_request(config("llama.cpp"), caps));
}

TEST(Ollama, ReadsItsStream) {
  const auto c = inserting();
  EXPECT_EQ(meaning(*c, R"({"model":"mine","created_at":"2026-11-23T01:43:33.189236614Z","response":"return","done":false})"), "return|");
  EXPECT_EQ(meaning(*c, R"({"model":"mine","response":"","done":true,"done_reason":"stop"})"), "|stop");
  EXPECT_EQ(meaning(*c, R"({"response":"x","done":true,"done_reason":"length"})"), "x|length");
  EXPECT_EQ(meaning(*c, R"({"response":"","done":true})"), "|stop");
  EXPECT_EQ(meaning(*c, R"({"response":"","done":true,"done_reason":"load"})"), "|stop");
}

TEST(Ollama, ReadsUsageAsFarAsItIsThere) {
  const auto c = inserting();
  const Usage all = usage(*c, R"({"response":"","done":true,"done_reason":"stop","prompt_eval_count":31,"prompt_eval_duration":120000000,"eval_count":6,"eval_duration":80000000})");
  EXPECT_EQ(all.prompt_tokens, 31);
  EXPECT_EQ(all.output_tokens, 6);
  EXPECT_EQ(all.prompt_ms, 120.0);
  EXPECT_EQ(all.output_ms, 80.0);
  const Usage little = usage(*c, R"({"response":"","done":true})");
  EXPECT_FALSE(little.prompt_tokens);
  EXPECT_FALSE(little.output_ms);
}

TEST(Ollama, ReadsProbabilities) {
  const auto token = inserting()->decode({.name = {}, .data = R"({"response":"ab","done":false,"logprobs":[{"token":"a","logprob":-1.0},{"token":"b","logprob":-0.5}]})"});
  ASSERT_TRUE(token);
  EXPECT_THAT(token->logprobs, testing::ElementsAre(-1.0, -0.5));
}

TEST(Ollama, ReadsErrors) {
  const auto c = inserting();
  EXPECT_EQ(meaning(*c, R"({"error":"127.0.0.1:11434/library/plain:latest does not support insert"})"),
            "unsupported: not supported: 127.0.0.1:11434/library/plain:latest does not support insert");
  EXPECT_EQ(meaning(*c, R"({"error":"an error was encountered while running the model: unexpected EOF"})"),
            "down: server error: an error was encountered while running the model: unexpected EOF");
}

TEST(Ollama, TakesNoTextFromGarbage) { expect_no_text_from_garbage(*inserting()); }

TEST(Ollama, NeedsAModel) {
  const auto made = make_codec(server(""));
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, Error::Code::bad_input);
  Caps probed;
  probed.model = "found:latest";
  EXPECT_NE(encoded(*codec(server(""), &probed), prompt()).body.find(R"("model":"found:latest")"), std::string::npos);
}

}  // namespace
}  // namespace fimd::providers

#include <gtest/gtest.h>

#include "tests/unit/providers/codec_test_parts.h"

namespace fimd::providers {
namespace {
using namespace testing_parts;

ProviderConfig vllm() { return config("openai", "http://127.0.0.1:8000", "Qwen/Qwen2.5-Coder-7B"); }

TEST(OpenAi, RendersThePromptItself) {
  const HttpRequest request = encoded(*codec(vllm()), prompt());
  EXPECT_EQ(request.url, "http://127.0.0.1:8000/v1/completions");
  EXPECT_EQ(request.body,
            R"({"max_tokens":64,"model":"Qwen/Qwen2.5-Coder-7B","prompt":"<|repo_name|>calc\n<|file_sep|>src/math.cpp\n)"
            R"(<|fim_prefix|>int add(int a, int b) {\n  <|fim_suffix|>\n}\n<|fim_middle|>",)"
            R"("stop":["<|endoftext|>","<|file_sep|>","<|fim_pad|>","<|repo_name|>"],"stream":true,)"
            R"("stream_options":{"include_usage":true},"temperature":0.0})");
}

TEST(OpenAi, SendsAtMostFourStopsTheCallersFirst) {
  Prompt p = prompt();
  p.stop = {"\n\n", "}"};
  EXPECT_NE(encoded(*codec(vllm()), p).body.find(R"("stop":["\n\n","}","<|endoftext|>","<|file_sep|>"])"), std::string::npos);
  p.stop = {"1", "2", "3", "4", "5"};
  EXPECT_NE(encoded(*codec(vllm()), p).body.find(R"("stop":["1","2","3","4"])"), std::string::npos);
}

TEST(OpenAi, SendsOnlyThePrefixToAnUnknownModelAndSaysSo) {
  const auto c = codec(config("openai", "http://127.0.0.1:1234/v1", "llama-3"));
  EXPECT_FALSE(c->caps().suffix);
  EXPECT_EQ(c->caps().note, "model llama-3 has no known fill-in-the-middle template: set fim_template");
  const HttpRequest request = encoded(*c, prompt());
  EXPECT_EQ(request.url, "http://127.0.0.1:1234/v1/completions");
  EXPECT_NE(request.body.find(R"("prompt":"int add(int a, int b) {\n  ")"), std::string::npos);
  EXPECT_EQ(request.body.find("suffix"), std::string::npos);
}

TEST(OpenAi, ServersThatRenderGetPrefixAndSuffixApart) {
  ProviderConfig c = config("openai", "https://models.example/v1", "m");
  c.fim_template = "server";
  const HttpRequest request = encoded(*codec(c), prompt());
  EXPECT_EQ(request.url, "https://models.example/v1/completions");
  EXPECT_NE(request.body.find(R"("prompt":"int add(int a, int b) {\n  ")"), std::string::npos);
  EXPECT_NE(request.body.find(R"("suffix":"\n}\n")"), std::string::npos);
}

TEST(OpenAi, KnowsTheHostsThatRender) {
  for (const char* url : {"https://api.deepseek.com", "https://api.deepseek.com/v1", "https://api.deepseek.com/beta"}) {
    const HttpRequest request = encoded(*codec(config("openai", url, "deepseek-flash")), prompt());
    EXPECT_EQ(request.url, "https://api.deepseek.com/beta/completions");
    EXPECT_NE(request.body.find(R"("suffix":"\n}\n")"), std::string::npos);
  }
}

TEST(OpenAi, DeepseekRendersThePromptItself) {
  Prompt p = prompt();
  p.stop = {"1", "2", "3", "4", "5"};
  const HttpRequest request = encoded(*codec(config("deepseek")), p);
  EXPECT_EQ(request.url, "https://api.deepseek.com/beta/completions");
  EXPECT_EQ(request.body,
            R"({"max_tokens":64,"model":"deepseek-flash","prompt":"int add(int a, int b) {\n  ","stop":["1","2","3","4","5"],)"
            R"("stream":true,"stream_options":{"include_usage":true},"suffix":"\n}\n","temperature":0.0})");
  EXPECT_EQ(encoded(*codec(config("deepseek", "https://proxy.example/beta")), p).url, "https://proxy.example/beta/completions");
}

TEST(OpenAi, MercuryHasAFimEndpointAndLowTemperatures) {
  Prompt p = prompt();
  p.temperature = 1.5;
  const HttpRequest request = encoded(*codec(config("mercury")), p);
  EXPECT_EQ(request.url, "https://api.inceptionlabs.ai/v1/fim/completions");
  EXPECT_EQ(request.body,
            R"({"max_tokens":64,"model":"mercury-edit-2","prompt":"int add(int a, int b) {\n  ","stream":true,)"
            R"("stream_options":{"include_usage":true},"suffix":"\n}\n","temperature":1.0})");
}

TEST(OpenAi, ServersOfOnesOwnHaveTheirPortsAndGetNoSuffix) {
  for (const auto& [kind, url] : {std::pair{"vllm", "http://127.0.0.1:8000/v1/completions"},
                                  {"sglang", "http://127.0.0.1:30000/v1/completions"},
                                  {"lmstudio", "http://127.0.0.1:1234/v1/completions"}}) {
    const HttpRequest request = encoded(*codec(config(kind, "", "qwen2.5-coder-7b")), prompt());
    EXPECT_EQ(request.url, url);
    EXPECT_EQ(request.body.find("\"suffix\""), std::string::npos);
    EXPECT_NE(request.body.find("<|fim_suffix|>"), std::string::npos);
  }
}

TEST(OpenAi, SendsTheSessionOnlyWhereItIsConfigured) {
  Prompt p = prompt();
  ProviderConfig c = vllm();
  c.session_salt = "salt";
  EXPECT_EQ(header(encoded(*codec(c), p), "x-user-id"), "");
  c.session_header = "x-user-id";
  const std::string session = header(encoded(*codec(c), p), "x-user-id");
  EXPECT_EQ(session.size(), 16u);
  EXPECT_EQ(encoded(*codec(c), p).body.find(session), std::string::npos);
  c.session_user = true;
  EXPECT_NE(encoded(*codec(c), p).body.find("\"user\":\"" + session + "\""), std::string::npos);
}

TEST(OpenAi, ASessionStaysForAWorkspaceAndHidesIt) {
  Prompt p = prompt();
  ProviderConfig c = vllm();
  c.session_header = "x-user-id";
  c.session_salt = "salt";
  const auto session = [&] { return header(encoded(*codec(c), p), "x-user-id"); };
  const std::string first = session();
  EXPECT_EQ(first.find("calc"), std::string::npos);
  p.prefix = "other text";
  p.path = "other.cpp";
  EXPECT_EQ(session(), first);
  p.repo = "another";
  EXPECT_NE(session(), first);
  p.repo = "calc";
  c.session_salt = "other salt";
  EXPECT_NE(session(), first);
}

TEST(OpenAi, ReadsStreamsOfManyServers) {
  const auto c = codec(vllm());
  EXPECT_EQ(meaning(*c, R"({"id":"cmpl-8c2b","object":"text_completion","choices":[{"index":0,"text":"a + b;","logprobs":null,"finish_reason":null,"stop_reason":null}],"usage":null})"), "a + b;|");
  EXPECT_EQ(meaning(*c, R"({"choices":[{"index":0,"text":"","finish_reason":"stop"}]})"), "|stop");
  EXPECT_EQ(meaning(*c, R"({"choices":[{"index":0,"text":"x","finish_reason":"length"}]})"), "x|length");
  EXPECT_EQ(meaning(*c, R"({"choices":[{"text":"x","finish_reason":"content_filter"}]})"), "x|stop");
  // A gateway's last event has no text at all.
  EXPECT_EQ(meaning(*c, R"({"choices":[{"finish_reason":"length","index":0}],"usage":{"completion_tokens":0,"prompt_tokens":0,"total_tokens":0}})"), "|length");
  EXPECT_EQ(meaning(*c, R"({"choices":[],"usage":{"prompt_tokens":30,"completion_tokens":5}})"), "|");
  EXPECT_EQ(meaning(*c, R"({"choices":[{"text":"","finish_reason":"abort"}]})"), "down: completions: the server broke the answer off");
  EXPECT_EQ(meaning(*c, R"({"choices":[{"index":0,"delta":{"content":"chat"},"finish_reason":null}]})"), "chat|");
}

TEST(OpenAi, ReadsUsageAndIgnoresZeros) {
  const auto c = codec(vllm());
  const Usage u = usage(*c, R"({"choices":[],"usage":{"prompt_tokens":31,"completion_tokens":5,"prompt_cache_hit_tokens":20}})");
  EXPECT_EQ(u.prompt_tokens, 31);
  EXPECT_EQ(u.cached_tokens, 20);
  EXPECT_EQ(u.output_tokens, 5);
  const auto zeros = c->decode({.name = {}, .data = R"({"choices":[{"text":"a"}],"usage":{"prompt_tokens":0,"completion_tokens":0}})"});
  ASSERT_TRUE(zeros);
  EXPECT_FALSE(zeros->usage);
}

TEST(OpenAi, ReadsBothFormsOfProbabilities) {
  const auto c = codec(vllm());
  for (const char* data : {R"({"choices":[{"text":"ab","logprobs":{"tokens":["a","b"],"token_logprobs":[-1.0,-0.5]}}]})",
                           R"({"choices":[{"text":"ab","logprobs":{"content":[{"logprob":-1.0},{"logprob":-0.5}]}}]})"}) {
    const auto token = c->decode({.name = {}, .data = data});
    ASSERT_TRUE(token);
    EXPECT_THAT(token->logprobs, testing::ElementsAre(-1.0, -0.5));
  }
}

TEST(OpenAi, ReadsErrors) {
  const auto c = codec(vllm());
  EXPECT_EQ(meaning(*c, R"({"error":{"message":"litellm.InternalServerError: peer closed","type":"internal_server_error","param":null,"code":"500"}})"),
            "down: server error: litellm.InternalServerError: peer closed");
  EXPECT_EQ(meaning(*c, R"x({"error":"Unexpected endpoint or method. (POST /x)"})x"),
            "unsupported: not supported: Unexpected endpoint or method. (POST /x)");
  EXPECT_EQ(meaning(*c, R"({"error":{"message":"suffix is not currently supported","type":"BadRequestError","param":null,"code":400}})"),
            "unsupported: not supported: suffix is not currently supported");
}

TEST(OpenAi, TakesNoTextFromGarbage) { expect_no_text_from_garbage(*codec(vllm())); }

TEST(OpenAi, NeedsAUrlAndAModel) {
  EXPECT_FALSE(make_codec(config("openai", "", "m")));
  EXPECT_FALSE(make_codec(config("openai", "http://127.0.0.1:8000", "")));
}

}  // namespace
}  // namespace fimd::providers

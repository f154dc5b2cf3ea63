#include <gtest/gtest.h>

#include "tests/unit/providers/codec_test_parts.h"

namespace fimd::providers {
namespace {
using namespace testing_parts;
using namespace std::chrono_literals;

ProviderConfig server() { return config("llama.cpp", "http://127.0.0.1:8012"); }

constexpr const char* kFields =
    R"("response_fields":["content","stop","stop_type","truncated","tokens_evaluated","tokens_predicted","timings"],)"
    R"("samplers":["top_k"],"stop":[],"stream":true,"temperature":0.0,"top_k":1})";

TEST(LlamaServer, AsksInfill) {
  const HttpRequest request = encoded(*codec(server()), prompt_with_files());
  EXPECT_EQ(request.url, "http://127.0.0.1:8012/infill");
  EXPECT_EQ(request.framing, HttpRequest::Framing::sse);
  EXPECT_EQ(header(request, "Content-Type"), "application/json");
  EXPECT_EQ(header(request, "Accept"), "text/event-stream");
  EXPECT_EQ(header(request, "Authorization"), "");
  EXPECT_EQ(request.body,
            std::string(R"({"cache_prompt":true,"input_extra":[{"filename":"src/math.h","text":"int add(int a, int b);\n"}],)") +
                R"("input_prefix":"int add(int a, int b) {\n  ","input_suffix":"\n}\n","n_predict":64,"prompt":"",)" + kFields);
}

TEST(LlamaServer, SendsLimitsStopsKeyAndModel) {
  ProviderConfig c = server();
  c.api_key = "secret";
  c.model = "coder";
  c.headers = {{"X-Session", "7"}};
  Prompt p = prompt();
  p.stop = {"\n\n", "\n\n", ""};
  p.max_tokens = 12;
  p.time_left = 180ms;
  p.temperature = 0.2;
  const HttpRequest request = encoded(*codec(c), p);
  EXPECT_EQ(header(request, "Authorization"), "Bearer secret");
  EXPECT_EQ(header(request, "X-Session"), "7");
  EXPECT_NE(request.body.find(R"("stop":["\n\n"])"), std::string::npos);
  EXPECT_NE(request.body.find(R"("n_predict":12)"), std::string::npos);
  EXPECT_NE(request.body.find(R"("t_max_predict_ms":180)"), std::string::npos);
  EXPECT_NE(request.body.find(R"("model":"coder")"), std::string::npos);
  EXPECT_NE(request.body.find(R"("samplers":["top_k","top_p","temperature"])"), std::string::npos);
  EXPECT_EQ(request.body.find("id_slot"), std::string::npos);
}

TEST(LlamaServer, ConfiguredHeadersReplaceOurs) {
  ProviderConfig c = server();
  c.api_key = "secret";
  c.headers = {{"authorization", "Basic eA=="}};
  const HttpRequest request = encoded(*codec(c), prompt());
  EXPECT_EQ(header(request, "Authorization"), "");
  EXPECT_EQ(header(request, "authorization"), "Basic eA==");
}

TEST(LlamaServer, WarmsWithoutText) {
  Prompt p = prompt();
  p.warm = true;
  EXPECT_NE(encoded(*codec(server()), p).body.find(R"("n_predict":0)"), std::string::npos);
}

TEST(LlamaServer, RendersThePromptWhenTheModelOnlyHasOtherTokens) {
  Caps probed;
  probed.family = "codestral";
  const auto c = codec(server(), &probed);
  EXPECT_TRUE(c->caps().suffix);
  const HttpRequest request = encoded(*c, prompt());
  EXPECT_EQ(request.url, "http://127.0.0.1:8012/completion");
  EXPECT_NE(request.body.find(R"("prompt":"[SUFFIX]\n}\n[PREFIX]int add(int a, int b) {\n  ")"), std::string::npos);
  EXPECT_NE(request.body.find(R"("stop":["</s>","[PREFIX]","[SUFFIX]","[MIDDLE]"])"), std::string::npos);
  EXPECT_EQ(request.body.find("input_"), std::string::npos);
}

TEST(LlamaServer, SendsOnlyThePrefixWhenTheModelHasNoTokens) {
  Caps probed;
  probed.suffix = false;
  const auto c = codec(server(), &probed);
  EXPECT_FALSE(c->caps().suffix);
  const HttpRequest request = encoded(*c, prompt());
  EXPECT_EQ(request.url, "http://127.0.0.1:8012/completion");
  EXPECT_NE(request.body.find(R"("prompt":"int add(int a, int b) {\n  ")"), std::string::npos);
}

TEST(LlamaServer, AConfiguredTemplateWins) {
  ProviderConfig c = server();
  c.fim_template = "qwen";
  const auto made = codec(c);
  EXPECT_EQ(made->caps().family, "qwen");
  EXPECT_EQ(made->caps().max_prefix, 0u);
  EXPECT_EQ(encoded(*made, prompt()).url, "http://127.0.0.1:8012/completion");
}

TEST(LlamaServer, SpecialTokensInTheUsersTextStayTextInInfill) {
  Prompt p = prompt();
  p.prefix = "x = \"<|fim_prefix|>";
  EXPECT_NE(encoded(*codec(server()), p).body.find(R"("input_prefix":"x = \"<|fim_prefix|>")"), std::string::npos);
}

TEST(LlamaServer, SkipsThePromptThatItsTemplateWouldMisread) {
  ProviderConfig c = server();
  c.fim_template = "qwen";
  Prompt p = prompt();
  p.prefix = "x = \"<|fim_prefix|>";
  const auto request = codec(c)->encode(p);
  ASSERT_FALSE(request);
  EXPECT_EQ(request.error().code, Error::Code::bad_input);
}

TEST(LlamaServer, ReadsItsStream) {
  const auto c = codec(server());
  EXPECT_EQ(meaning(*c, R"({"index":0,"content":"return","tokens":[275],"stop":false,"id_slot":-1,"tokens_predicted":1,"tokens_evaluated":25})"),
            "return|");
  EXPECT_EQ(meaning(*c, R"({"content":"","tokens":[0],"stop":false,"prompt_progress":{"total":9,"cache":0,"processed":3,"time_ms":0}})"), "|");
  EXPECT_EQ(meaning(*c, R"({"content":"","stop":true,"stop_type":"eos","truncated":false})"), "|stop");
  EXPECT_EQ(meaning(*c, R"({"content":"","stop":true,"stop_type":"word","stopping_word":"\n\n"})"), "|stop");
  EXPECT_EQ(meaning(*c, R"({"content":"x","stop":true,"stop_type":"limit"})"), "x|length");
  EXPECT_EQ(meaning(*c, R"({"content":"x","stop":true,"stopped_limit":true})"), "x|length");
}

TEST(LlamaServer, ReadsUsageInBothForms) {
  const auto c = codec(server());
  const Usage nested = usage(*c, R"({"content":"","stop":true,"stop_type":"eos","tokens_evaluated":68,"tokens_predicted":5,"timings":{"cache_n":61,"prompt_n":7,"prompt_ms":21.4,"predicted_n":5,"predicted_ms":40.2}})");
  EXPECT_EQ(nested.prompt_tokens, 68);
  EXPECT_EQ(nested.cached_tokens, 61);
  EXPECT_EQ(nested.output_tokens, 5);
  EXPECT_EQ(nested.prompt_ms, 21.4);
  EXPECT_EQ(nested.output_ms, 40.2);
  const Usage flat = usage(*c, R"({"content":"a","stop":true,"timings/prompt_n":7,"timings/cache_n":61,"timings/predicted_n":5})");
  EXPECT_EQ(flat.prompt_tokens, 68);
  EXPECT_EQ(flat.output_tokens, 5);
}

TEST(LlamaServer, ReadsProbabilities) {
  const auto c = codec(server());
  const auto log = c->decode({.name = {}, .data = R"({"content":"a","stop":false,"completion_probabilities":[{"id":1,"token":"a","logprob":-0.25}]})"});
  ASSERT_TRUE(log);
  EXPECT_THAT(log->logprobs, testing::ElementsAre(-0.25));
  const auto prob = c->decode({.name = {}, .data = R"({"content":"a","stop":false,"completion_probabilities":[{"id":1,"token":"a","prob":1.0}]})"});
  ASSERT_TRUE(prob);
  EXPECT_THAT(prob->logprobs, testing::ElementsAre(0.0));
}

TEST(LlamaServer, ReadsErrorsInTheStream) {
  const auto c = codec(server());
  EXPECT_EQ(meaning(*c, R"({"error":{"code":500,"message":"oh","type":"server_error"}})"), "down: server error: oh");
  EXPECT_EQ(meaning(*c, R"({"code":500,"message":"oh","type":"server_error"})", "error"), "down: server error: oh");
  EXPECT_EQ(meaning(*c, "plain words", "error"), "down: server error: plain words");
  EXPECT_EQ(meaning(*c, R"x({"error":{"code":400,"message":"request (9000 tokens) exceeds the available context size (4096 tokens)","type":"exceed_context_size_error","n_ctx":4096}})x"),
            "bad_input: prompt too long: request (9000 tokens) exceeds the available context size (4096 tokens)");
}

TEST(LlamaServer, TakesNoTextFromGarbage) { expect_no_text_from_garbage(*codec(server())); }

TEST(LlamaServer, KnowsWhatTheServerCutsWithoutAWord) {
  const auto c = codec(server());
  EXPECT_GT(c->caps().max_prefix, 1000u);
  EXPECT_LE(c->caps().max_prefix, 1533u);
  EXPECT_LE(c->caps().max_suffix, 510u);
  EXPECT_TRUE(c->caps().prompt_cache);
}

TEST(LlamaServer, SpeaksOverAUnixSocketWithoutAUrl) {
  ProviderConfig c = config("llama.cpp");
  c.unix_socket = "/run/llama.sock";
  const HttpRequest request = encoded(*codec(c), prompt());
  EXPECT_EQ(request.url, "http://localhost/infill");
  EXPECT_EQ(request.unix_socket, "/run/llama.sock");
}

}  // namespace
}  // namespace fimd::providers

#include <gtest/gtest.h>

#include "tests/unit/providers/codec_test_parts.h"

namespace fimd::providers {
namespace {
using namespace testing_parts;

ProviderConfig starcoder() { return config("tgi", "http://127.0.0.1:3000", "bigcode/starcoder2-3b"); }

TEST(Tgi, RendersThePromptAndLeavesAZeroTemperatureOut) {
  Prompt p = prompt();
  p.repo.clear();
  p.path.clear();
  p.stop = {"\n\n"};
  const HttpRequest request = encoded(*codec(starcoder()), p);
  EXPECT_EQ(request.url, "http://127.0.0.1:3000/generate_stream");
  EXPECT_EQ(request.body,
            R"({"inputs":"<fim_prefix>int add(int a, int b) {\n  <fim_suffix>\n}\n<fim_middle>","parameters":{"details":true,)"
            R"("max_new_tokens":64,"return_full_text":false,"stop":["\n\n","<|endoftext|>","<file_sep>","<fim_prefix>"]}})");
}

TEST(Tgi, SamplesWhenATemperatureIsSet) {
  Prompt p = prompt();
  p.temperature = 0.5;
  EXPECT_NE(encoded(*codec(starcoder()), p).body.find(R"("do_sample":true,"max_new_tokens":64,"return_full_text":false,)"), std::string::npos);
  EXPECT_NE(encoded(*codec(starcoder()), p).body.find(R"("temperature":0.5)"), std::string::npos);
}

TEST(Tgi, ReadsTokensAndLeavesSpecialOnesOut) {
  const auto c = codec(starcoder());
  EXPECT_EQ(meaning(*c, R"({"index":1,"token":{"id":264,"text":"a","logprob":-0.1,"special":false},"generated_text":null,"details":null})"), "a|");
  EXPECT_EQ(meaning(*c, R"({"index":2,"token":{"id":5,"text":"<x>","logprob":-0.1,"special":true},"generated_text":null,"details":null})"), "|");
  const char* last = R"({"index":4,"token":{"id":0,"text":"<|endoftext|>","logprob":-0.2,"special":true},"generated_text":"a","details":{"finish_reason":"eos_token","generated_tokens":5,"input_length":18,"seed":7}})";
  EXPECT_EQ(meaning(*c, last), "|stop");
  EXPECT_EQ(usage(*c, last).prompt_tokens, 18);
  EXPECT_EQ(usage(*c, last).output_tokens, 5);
  EXPECT_EQ(meaning(*c, R"({"token":{"text":"b","special":false},"generated_text":"ab","details":{"finish_reason":"length"}})"), "b|length");
}

TEST(Tgi, CutsAStopTextThatStaysInTheAnswer) {
  const auto c = codec(starcoder());
  EXPECT_EQ(meaning(*c, R"({"token":{"text":"}<file_sep>","special":false},"generated_text":"}<file_sep>","details":{"finish_reason":"stop_sequence"}})"), "}|stop");
}

TEST(Tgi, ReadsAnAnswerThatWasNotStreamed) {
  EXPECT_EQ(meaning(*codec(starcoder()), R"({"generated_text":"a + b;","details":{"finish_reason":"eos_token","generated_tokens":5}})"), "a + b;|stop");
}

TEST(Tgi, ReadsErrorsInsideTheStream) {
  const auto c = codec(starcoder());
  EXPECT_EQ(meaning(*c, R"({"error":"Model is overloaded","error_type":"overloaded"})"), "down: overloaded: Model is overloaded");
  EXPECT_EQ(meaning(*c, R"({"error":"Request failed during generation: boom","error_type":"generation"})"),
            "down: server error: Request failed during generation: boom");
}

TEST(Tgi, TakesNoTextFromGarbage) { expect_no_text_from_garbage(*codec(starcoder())); }

TEST(Tgi, AHostedEndpointNeedsAUrl) {
  EXPECT_FALSE(make_codec(config("huggingface", "", "bigcode/starcoder2-3b")));
  EXPECT_TRUE(make_codec(config("huggingface", "https://x.endpoints.example", "bigcode/starcoder2-3b")));
}

}  // namespace
}  // namespace fimd::providers

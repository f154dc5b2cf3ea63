#include <gtest/gtest.h>

#include "tests/unit/providers/codec_test_parts.h"

namespace fimd::providers {
namespace {
using namespace testing_parts;

ProviderConfig mistral() {
  ProviderConfig c = config("mistral");
  c.api_key = "key";
  return c;
}

TEST(Mistral, AsksWithDocumentedFieldsOnly) {
  Prompt p = prompt();
  p.stop = {"\n\n"};
  p.time_left = std::chrono::seconds(1);
  const HttpRequest request = encoded(*codec(mistral()), p);
  EXPECT_EQ(request.url, "https://codestral.mistral.ai/v1/fim/completions");
  EXPECT_EQ(header(request, "Authorization"), "Bearer key");
  EXPECT_EQ(header(request, "Accept"), "text/event-stream");
  EXPECT_EQ(request.body, R"({"max_tokens":64,"model":"codestral-latest","prompt":"int add(int a, int b) {\n  ",)"
                          R"("stop":["\n\n"],"stream":true,"suffix":"\n}\n","temperature":0.0})");
}

TEST(Mistral, PutsOtherFilesIntoThePrompt) {
  EXPECT_EQ(encoded(*codec(mistral()), prompt_with_files()).body,
            R"({"max_tokens":64,"model":"codestral-latest","prompt":"+++++ src/math.h\nint add(int a, int b);\n\n+++++ src/math.cpp\nint add(int a, int b) {\n  ",)"
            R"("stop":["\n+++++ "],"stream":true,"suffix":"\n}\n","temperature":0.0})");
}

TEST(Mistral, LeavesAnEmptySuffixOut) {
  Prompt p = prompt();
  p.suffix.clear();
  EXPECT_EQ(encoded(*codec(mistral()), p).body.find("suffix"), std::string::npos);
}

TEST(Mistral, TakesABaseUrlWithAndWithoutItsVersion) {
  ProviderConfig c = mistral();
  for (const char* url : {"https://api.mistral.ai", "https://api.mistral.ai/", "https://api.mistral.ai/v1", "https://api.mistral.ai/v1/"}) {
    c.url = url;
    EXPECT_EQ(encoded(*codec(c), prompt()).url, "https://api.mistral.ai/v1/fim/completions");
  }
}

TEST(Mistral, ReadsItsStream) {
  const auto c = codec(mistral());
  EXPECT_EQ(meaning(*c, R"({"id":"5be0","object":"chat.completion.chunk","choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]})"), "|");
  EXPECT_EQ(meaning(*c, R"({"object":"chat.completion.chunk","choices":[{"index":0,"delta":{"content":"return v"},"finish_reason":null}]})"), "return v|");
  const char* last = R"({"object":"chat.completion.chunk","choices":[{"index":0,"delta":{"content":" ? lo : v;"},"finish_reason":"stop"}],"usage":{"prompt_tokens":38,"completion_tokens":11,"total_tokens":49,"prompt_tokens_details":{"cached_tokens":30}}})";
  EXPECT_EQ(meaning(*c, last), " ? lo : v;|stop");
  const Usage u = usage(*c, last);
  EXPECT_EQ(u.prompt_tokens, 38);
  EXPECT_EQ(u.cached_tokens, 30);
  EXPECT_EQ(u.output_tokens, 11);
  EXPECT_EQ(meaning(*c, R"({"choices":[{"delta":{"content":"x"},"finish_reason":"model_length"}]})"), "x|length");
  EXPECT_EQ(meaning(*c, R"({"choices":[{"delta":{},"finish_reason":"tool_calls"}]})"), "|stop");
  EXPECT_EQ(meaning(*c, R"({"choices":[{"delta":{"content":null},"finish_reason":"error"}]})"), "down: mistral: the server broke the answer off");
}

TEST(Mistral, ReadsAnAnswerThatWasNotStreamed) {
  EXPECT_EQ(meaning(*codec(mistral()), R"({"choices":[{"index":0,"delta":{"content":"x ="},"message":{"content":"x ="},"finish_reason":null}]})"), "x =|") << "told twice";
  EXPECT_EQ(meaning(*codec(mistral()), R"({"object":"chat.completion","choices":[{"index":0,"message":{"role":"assistant","content":"return 1;","tool_calls":null,"prefix":false},"finish_reason":"stop"}]})"),
            "return 1;|stop");
}

TEST(Mistral, ReadsContentInParts) {
  EXPECT_EQ(meaning(*codec(mistral()), R"({"choices":[{"delta":{"content":[{"type":"thinking","thinking":[]},{"type":"text","text":"a"},{"type":"text","text":"b"}]},"finish_reason":null}]})"), "ab|");
}

TEST(Mistral, ReadsErrors) {
  const auto c = codec(mistral());
  EXPECT_EQ(meaning(*c, R"({"object":"error","message":"Rate limit exceeded","type":"rate_limited","param":null,"code":"1300","raw_status_code":429})"),
            "refused: rate limit: Rate limit exceeded");
  EXPECT_EQ(meaning(*c, R"({"detail":"Unauthorized"})"), "refused: key not accepted: Unauthorized");
}

TEST(Mistral, TakesNoTextFromGarbage) { expect_no_text_from_garbage(*codec(mistral())); }

}  // namespace
}  // namespace fimd::providers

#include "providers/token_count.h"

#include <gtest/gtest.h>

namespace fimd::providers {
namespace {

ProviderConfig config(const std::string& kind, const std::string& url) {
  ProviderConfig out;
  out.name = "m";
  out.kind = kind;
  out.url = url;
  out.model = "qwen";
  return out;
}

TEST(TokenCount, AsksLlamaServer) {
  const auto request = count_request(config("llama.cpp", "http://127.0.0.1:8012"), "int x;\n");
  ASSERT_TRUE(request);
  EXPECT_EQ(request->url, "http://127.0.0.1:8012/tokenize");
  EXPECT_EQ(request->body, R"({"add_special":false,"content":"int x;\n","parse_special":false})");
}

TEST(TokenCount, AsksVllmBesideItsApi) {
  const auto request = count_request(config("openai", "http://127.0.0.1:8000/v1"), "int x;\n");
  ASSERT_TRUE(request);
  EXPECT_EQ(request->url, "http://127.0.0.1:8000/tokenize");
  EXPECT_EQ(request->body, R"({"add_special_tokens":false,"model":"qwen","prompt":"int x;\n"})");
}

TEST(TokenCount, AsksNoOtherKind) {
  EXPECT_FALSE(count_request(config("ollama", "http://127.0.0.1:11434"), "x"));
  EXPECT_FALSE(count_request(config("mistral", "https://api.mistral.ai"), "x"));
}

TEST(TokenCount, ReadsWhatBothAnswer) {
  EXPECT_EQ(read_count(R"({"tokens":[1,2,3]})").value(), 3u);
  EXPECT_EQ(read_count(R"({"tokens":[{"id":1,"piece":"a"}]})").value(), 1u);
  EXPECT_EQ(read_count(R"({"count":7,"max_model_len":4096,"tokens":[1,2,3,4,5,6,7]})").value(), 7u);
}

TEST(TokenCount, KnowsAnAnswerThatIsNone) {
  for (const char* body : {"", "[]", "{}", "not json", R"({"detail":"Not Found"})", R"({"tokens":3})", R"({"count":-1})"}) {
    EXPECT_FALSE(read_count(body)) << body;
  }
}

}  // namespace
}  // namespace fimd::providers

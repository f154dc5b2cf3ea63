#include <gtest/gtest.h>

#include "tests/unit/providers/codec_test_parts.h"

namespace fimd::providers {
namespace {
using namespace testing_parts;

TEST(Tabby, SendsSegmentsInItsOwnShape) {
  ProviderConfig c = config("tabby");
  c.api_key = "k";
  const HttpRequest request = encoded(*codec(c), prompt_with_files());
  EXPECT_EQ(request.url, "http://127.0.0.1:8080/v1/completions");
  EXPECT_EQ(header(request, "Authorization"), "Bearer k");
  EXPECT_EQ(request.framing, HttpRequest::Framing::whole);
  EXPECT_EQ(request.body,
            R"({"language":"cpp","segments":{"declarations":[{"body":"int add(int a, int b);\n","filepath":"src/math.h"}],)"
            R"("filepath":"src/math.cpp","prefix":"int add(int a, int b) {\n  ","suffix":"\n}\n"},"temperature":0.0})");
}

TEST(Tabby, ReadsItsWholeAnswer) {
  const auto c = codec(config("tabby"));
  EXPECT_FALSE(c->caps().stream);
  EXPECT_EQ(meaning(*c, R"({"id":"cmpl-6c8f","choices":[{"index":0,"text":"a + b;"}],"mode":"standard"})"), "a + b;|stop");
  EXPECT_EQ(meaning(*c, R"({"id":"cmpl-6c8f","choices":[],"mode":"standard"})"), "|stop");
  EXPECT_EQ(meaning(*c, R"({"choices":[{"index":0}]})"), "down: tabby: a choice without text");
  EXPECT_EQ(meaning(*c, R"({"id":"x"})"), "down: tabby: an answer without choices");
}

}  // namespace
}  // namespace fimd::providers

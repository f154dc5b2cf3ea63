#include "providers/codecs.h"

#include <gtest/gtest.h>

#include "tests/unit/providers/codec_test_parts.h"

namespace fimd::providers {
namespace {
using namespace testing_parts;

TEST(Codecs, RefuseWhatIsNotConfiguredRightAndNameIt) {
  const auto why = [](ProviderConfig c) {
    const auto made = make_codec(c);
    return made ? "made" : made.error().message;
  };
  EXPECT_EQ(why(config("gpt")), "provider mine: no kind \"gpt\"");
  EXPECT_EQ(why(config("llama.cpp", "localhost:8012")), "provider mine: url localhost:8012 has no http:// or https://");
  ProviderConfig c = config("llama.cpp");
  c.fim_template = "nonsense";
  EXPECT_EQ(why(c), "provider mine: no fim_template \"nonsense\"");
}

TEST(Codecs, EveryKindIsMadeFromItsDefaults) {
  for (const std::string_view kind : codec_kinds()) {
    ProviderConfig c = config(std::string(kind));
    if (kind == "openai" || kind == "huggingface" || kind == "chat") c.url = "http://127.0.0.1:8000";
    if (with_defaults(c).model.empty()) c.model = "qwen2.5-coder";
    EXPECT_TRUE(make_codec(c)) << kind;
  }
}

TEST(Codecs, KnowWhereHostsProcessData) {
  const std::pair<const char*, const char*> kHosts[] = {
      {"http://127.0.0.1:8012", "local"},      {"http://localhost:1234/v1", "local"},  {"http://[::1]:8000", "local"},
      {"http://192.168.1.20:11434", "lan"},    {"http://10.0.0.1", "lan"},             {"http://172.20.0.1", "lan"},
      {"http://172.40.0.1", "unknown"},        {"http://gpu.local", "lan"},            {"http://gpu-box:8000", "lan"},
      {"http://[fd00::1]:80", "lan"},          {"https://codestral.mistral.ai", "eu"}, {"https://api.mistral.ai/v1", "eu"},
      {"https://api.us.mistral.ai", "us"},     {"https://notmistral.ai", "unknown"},   {"https://api.deepseek.com/beta", "cn"},
      {"https://api.openai.com", "us"},        {"https://eu.api.openai.com", "eu"},    {"https://openrouter.ai/api/v1", "unknown"},
      {"https://127.0.0.1.example.com", "unknown"}, {"https://api.x.ai/v1", "us"},   {"https://api.cerebras.ai/v1", "us"},
      {"https://ark.cn-beijing.volces.com", "cn"}, {"https://api.scaleway.ai", "eu"}, {"https://dashscope-intl.aliyuncs.com", "sg"},
      {"https://eu.openrouter.ai/api/v1", "unknown"}, {"https://router.huggingface.co", "unknown"},
      {"https://x.openai.azure.com", "unknown"}, {"https://ai-gateway.vercel.sh", "unknown"},
      {"https://api.z.ai", "sg"},              {"https://open.bigmodel.cn", "cn"}};
  for (const auto& [url, where] : kHosts) EXPECT_EQ(default_jurisdiction(config("openai", url)), where) << url;
  ProviderConfig socket = config("llama.cpp");
  socket.unix_socket = "/run/x";
  EXPECT_EQ(default_jurisdiction(socket), "local");
  EXPECT_EQ(default_jurisdiction(config("builtin")), "local");
}

TEST(Codecs, KnowWhoControlsAHost) {
  EXPECT_EQ(controlled_from(config("openai", "https://eu.api.openai.com")), "us");
  EXPECT_EQ(controlled_from(config("openai", "https://api.z.ai")), "cn");
  EXPECT_EQ(controlled_from(config("openai", "https://codestral.mistral.ai")), "eu");
  EXPECT_EQ(controlled_from(config("openai", "https://openrouter.ai")), "unknown");
  EXPECT_EQ(controlled_from(config("llama.cpp", "http://127.0.0.1:8012")), "local");
}

TEST(Codecs, WhatIsConfiguredStays) {
  ProviderConfig c = config("mistral", "https://api.mistral.ai", "codestral-2508");
  c.jurisdiction = "private";
  const ProviderConfig full = with_defaults(c);
  EXPECT_EQ(full.url, "https://api.mistral.ai");
  EXPECT_EQ(full.model, "codestral-2508");
  EXPECT_EQ(full.jurisdiction, "private");
}

}  // namespace
}  // namespace fimd::providers

#include "providers/server_facts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/unit/providers/codec_test_parts.h"

namespace fimd::providers {
namespace {
using namespace testing_parts;
using nlohmann::json;

TEST(LlamaProps, TellContextAndModel) {
  const auto caps = read_llama_props(json::parse(
      R"({"default_generation_settings":{"n_ctx":4096},"total_slots":1,"model_alias":"/home/x/models/coder.gguf","build_info":"b11669"})"));
  ASSERT_TRUE(caps);
  EXPECT_EQ(caps->context, 4096u);
  EXPECT_EQ(caps->model, "coder.gguf");
  EXPECT_TRUE(caps->prompt_cache);
}

TEST(LlamaProps, OtherServersAreNotTakenForLlamaServer) {
  for (const char* text : {"{}", "[]", "null", R"({"total_slots":1})", R"({"default_generation_settings":{}})"}) {
    const auto caps = read_llama_props(json::parse(text));
    ASSERT_FALSE(caps) << text;
    EXPECT_EQ(caps.error().code, Error::Code::unsupported);
  }
}

TEST(LlamaProps, AnUnbelievableContextIsNotTaken) {
  const auto caps = read_llama_props(json::parse(R"({"default_generation_settings":{"n_ctx":1e18},"total_slots":1})"));
  ASSERT_TRUE(caps);
  EXPECT_EQ(caps->context, Caps{}.context);
}

TEST(LlamaInfill, IsToldByTheStatus) {
  EXPECT_EQ(read_infill_answer(400), Infill::yes);
  EXPECT_EQ(read_infill_answer(501), Infill::no_tokens);
  EXPECT_EQ(read_infill_answer(404), Infill::no_endpoint);
}

TEST(OllamaTags, PutCompletionModelsFirst) {
  EXPECT_THAT(read_ollama_tags(json::parse(R"({"models":[{"name":"llama3:8b"},{"name":"qwen2.5-coder:7b"},{"x":1},{"name":"yi-coder:9b"}]})")),
              testing::ElementsAre("qwen2.5-coder:7b", "llama3:8b", "yi-coder:9b"));
  EXPECT_TRUE(read_ollama_tags(json::parse("[]")).empty());
}

TEST(OllamaShow, TellsWhetherTheServerInserts) {
  const auto with = read_ollama_show(json::parse(R"({"capabilities":["completion","insert"],"model_info":{"llama.context_length":4096}})"), "");
  ASSERT_TRUE(with);
  EXPECT_TRUE(with->suffix);
  EXPECT_EQ(with->family, "");
  EXPECT_EQ(with->context, 4096u);
  const auto without = read_ollama_show(json::parse(R"({"capabilities":["completion"],"model_info":{"llama.context_length":131072}})"), "");
  ASSERT_TRUE(without);
  EXPECT_FALSE(without->suffix);
  EXPECT_EQ(without->context, 8192u);
}

TEST(OllamaShow, AKnownFamilyNeedsNoTemplateOfTheServer) {
  const auto caps = read_ollama_show(json::parse(R"({"capabilities":["completion"]})"), "qwen");
  ASSERT_TRUE(caps);
  EXPECT_TRUE(caps->suffix);
  EXPECT_EQ(caps->family, "qwen");
}

TEST(OllamaShow, OtherServersAreNotTakenForOllama) { EXPECT_FALSE(read_ollama_show(json::parse(R"({"ok":1})"), "")); }

TEST(OllamaPs, TellsTheLoadedModelsContext) {
  Caps caps;
  caps.context = 8192;
  read_ollama_ps(json::parse(R"({"models":[{"name":"tiny:latest","context_length":4096}]})"), "tiny", caps);
  EXPECT_TRUE(caps.loaded);
  EXPECT_EQ(caps.context, 4096u);
  read_ollama_ps(json::parse(R"({"models":[{"name":"other:latest","context_length":2048}]})"), "tiny", caps);
  EXPECT_FALSE(caps.loaded);
  EXPECT_EQ(caps.context, 4096u);
}

TEST(Models, TakesTheModelThatFillsTheMiddle) {
  const auto list = json::parse(R"({"object":"list","data":[{"id":"llama-3"},{"id":"qwen2.5-coder-7b","max_model_len":16384},{"id":"yi-coder"}]})");
  const auto caps = read_models(list, config("openai", "http://127.0.0.1:1234"));
  ASSERT_TRUE(caps);
  EXPECT_EQ(caps->model, "qwen2.5-coder-7b");
  EXPECT_EQ(caps->family, "qwen");
  EXPECT_EQ(caps->context, 16384u);
  EXPECT_EQ(caps->note, "model qwen2.5-coder-7b, 16384 tokens, qwen");
}

TEST(Models, AConfiguredModelIsTakenEvenIfItIsNotListed) {
  const auto caps = read_models(json::parse(R"({"data":[{"id":"a"}]})"), config("openai", "http://127.0.0.1:1234", "codellama-7b"));
  ASSERT_TRUE(caps);
  EXPECT_EQ(caps->family, "codellama");
  EXPECT_NE(caps->note.find("not in the server's list"), std::string::npos);
}

TEST(Models, ALlamaServerIsToldApart) {
  const auto caps = read_models(json::parse(R"({"object":"list","data":[{"id":"x","owned_by":"llamacpp"}]})"), config("openai", "http://127.0.0.1:8000"));
  ASSERT_FALSE(caps);
  EXPECT_EQ(caps.error().code, Error::Code::unsupported);
}

TEST(Models, ReadsMistralsCapabilities) {
  const auto list = json::parse(R"({"data":[{"id":"mistral-small","capabilities":{"completion_fim":false}},{"id":"codestral-2508","aliases":["codestral-latest"],"capabilities":{"completion_fim":true},"max_context_length":256000}]})");
  const auto caps = read_models(list, config("mistral", "https://api.mistral.ai", "codestral-latest"));
  ASSERT_TRUE(caps);
  EXPECT_EQ(caps->context, 256000u);
  EXPECT_TRUE(caps->suffix);
  EXPECT_EQ(caps->family, "");
  EXPECT_FALSE(read_models(list, config("mistral", "https://api.mistral.ai", "mistral-small")));
}

TEST(Models, NoListIsNoServerOfThisKind) {
  for (const char* text : {"{}", "[]", "null", R"({"data":{}})", R"({"data":[]})", R"({"data":[1,{"id":2}]})"}) {
    EXPECT_FALSE(read_models(json::parse(text), config("openai", "http://127.0.0.1:1"))) << text;
  }
}

TEST(ServerFacts, ReadsWhatTgiSaysAboutItself) {
  const auto caps = read_tgi_info(json::parse(R"({"model_id":"bigcode/starcoder2-3b","max_input_tokens":4095,"max_total_tokens":4096})"), {});
  ASSERT_TRUE(caps);
  EXPECT_EQ(caps->context, 4095u);
  EXPECT_TRUE(caps->suffix);
  EXPECT_EQ(caps->note, "model bigcode/starcoder2-3b, 4095 tokens, template starcoder2");
  EXPECT_FALSE(read_tgi_info(json::object(), {}));
}

TEST(ServerFacts, ReadsWhetherTabbyHasACompletionModel) {
  const auto caps = read_tabby_health(json::parse(R"({"model":"StarCoder-1B","device":"cuda","version":{}})"));
  ASSERT_TRUE(caps);
  EXPECT_EQ(caps->note, "model StarCoder-1B, prompt rendered by the server");
  EXPECT_EQ(read_tabby_health(json::parse(R"({"chat_model":"x","device":"cpu"})")).error().code, Error::Code::not_found);
  EXPECT_EQ(read_tabby_health(json::object()).error().code, Error::Code::unsupported);
}

TEST(ServerFacts, AChatModelNeedsNoTemplate) {
  ProviderConfig c;
  c.kind = "chat";
  c.model = "big";
  const auto caps = read_models(json::parse(R"({"data":[{"id":"big","context_length":128000}]})"), c);
  ASSERT_TRUE(caps);
  EXPECT_TRUE(caps->suffix);
  EXPECT_EQ(caps->note, "model big, 128000 tokens, asked by chat, which is slower than fill in the middle");
}

}  // namespace
}  // namespace fimd::providers

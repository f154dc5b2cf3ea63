// The kinds that speak a dialect which many servers imitate, against llama-server and Ollama, which do: OpenAI's
// completions and chats, and Anthropic's Messages.
#include "tests/session/real_models.h"

namespace fimd::providers {
namespace {
using nlohmann::json;

constexpr const char* kFill = "return a + b;";  // what the chat model puts into the tag

struct RealKinds : RealModels {
  // Asks as `kind` does, without the suffix's tokens where a chat model takes the text itself.
  StreamOutcome ask_as(const char* kind, std::string via = {}) {
    config.name = config.kind = kind;
    config.via = std::move(via);
    const auto caps = probed();
    EXPECT_TRUE(caps) << kind << ": " << caps.error().message;
    return ask(codec(caps ? &*caps : nullptr));
  }
  static void expect_fill(const StreamOutcome& out) {
    EXPECT_FALSE(out.error) << out.error->message;
    EXPECT_EQ(out.text, kFill);
    EXPECT_EQ(out.finish, Finish::stop);
    EXPECT_GT(out.usage.prompt_tokens.value_or(0), 0);
    EXPECT_GT(out.usage.output_tokens.value_or(0), 0);
  }
};

TEST_F(RealKinds, CompletionsComeAsTextPieceByPiece) {
  NEEDS(use("vllm", "FIMD_TEST_LLAMA", "any"));
  config.fim_template = "qwen";
  for (const char* kind : {"openai", "vllm", "sglang", "lmstudio"}) {
    SCOPED_TRACE(kind);
    config.name = config.kind = kind;  // a probe would say that a llama-server has a kind of its own
    const StreamOutcome out = ask(codec());
    expect_answer(out);
    EXPECT_GT(out.tokens, 3u);
  }
}

TEST_F(RealKinds, ProbabilitiesComeWithThePieces) {
  NEEDS(use("vllm", "FIMD_TEST_LLAMA", "any"));
  config.fim_template = "qwen";
  Prompt p = prompt();
  p.logprobs = true;
  std::string text;
  std::vector<double> all;
  const StreamOutcome out = ask(codec(), p, [&](std::string_view piece, std::span<const double> logprobs) {
    text += piece;
    all.insert(all.end(), logprobs.begin(), logprobs.end());
    return true;
  });
  expect_answer(out);
  EXPECT_EQ(text, kAnswer);
  EXPECT_GT(all.size(), 3u);
  for (const double each : all) {
    EXPECT_LE(each, 0);
    EXPECT_GT(each, -0.1);
  }
}

TEST_F(RealKinds, APromptThatIsTooLongIsSaid) {
  NEEDS(use("vllm", "FIMD_TEST_LLAMA", "any"));
  config.fim_template = "qwen";
  Prompt p = prompt();
  p.prefix = std::string(5000, 'q');
  const StreamOutcome out = ask(codec(), p);
  ASSERT_TRUE(out.error);
  EXPECT_THAT(out.error->message, testing::StartsWith("prompt too long: "));
}

TEST_F(RealKinds, AKeyIsNeededAndTaken) {
  NEEDS(use("openai", "FIMD_TEST_LLAMA_KEY", "any"));
  config.fim_template = "qwen";
  for (const char* kind : {"chat", "anthropic", "llama.cpp"}) {
    SCOPED_TRACE(kind);
    config.name = config.kind = kind;
    config.api_key = "wrong";
    const auto refused = probed();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Error::Code::refused);
    EXPECT_THAT(refused.error().message, testing::HasSubstr("Invalid API Key"));
    config.api_key = "right";
    EXPECT_TRUE(probed());
  }
  config.kind = "openai";
  expect_answer(ask(codec()));
}

TEST_F(RealKinds, AChatModelFillsTheHole) {
  NEEDS(use("chat", "FIMD_TEST_LLAMA_FILL", "any"));
  for (const char* kind : {"chat", "openrouter", "anthropic"}) {
    SCOPED_TRACE(kind);
    expect_fill(ask_as(kind));
  }
  for (const char* kind : {"openai", "vllm", "llama.cpp"}) {
    SCOPED_TRACE(kind);
    expect_fill(ask_as(kind, "chat"));
  }
}

TEST_F(RealKinds, AChatModelThatOnlyTalksIsNoSuggestion) {
  NEEDS(use("chat", "FIMD_TEST_LLAMA", "any"));
  for (const char* kind : {"chat", "anthropic"}) {
    SCOPED_TRACE(kind);
    const StreamOutcome out = ask_as(kind);
    ASSERT_TRUE(out.error);
    EXPECT_EQ(out.error->message, "chat: the model answered with something else than the fill");
    EXPECT_EQ(out.text, "");
  }
}

TEST_F(RealKinds, OllamaWritesThePromptOfACompletionItself) {
  NEEDS(use("openai", "FIMD_TEST_OLLAMA", "tiny"));
  config.fim_template = "server";
  const StreamOutcome out = ask_as("openai");
  expect_answer(out);
  EXPECT_TRUE(codec()->caps().suffix);
}

TEST_F(RealKinds, OllamaTakesATemplateOfOursThere) {
  NEEDS(use("openai", "FIMD_TEST_OLLAMA", "qwen2.5-coder-tiny"));
  expect_answer(ask_as("openai"));
}

TEST_F(RealKinds, OllamaSaysThatAModelCannotInsertOrIsMissing) {
  NEEDS(use("openai", "FIMD_TEST_OLLAMA", "plain"));
  config.fim_template = "server";
  const auto cannot = probed();
  ASSERT_FALSE(cannot);
  EXPECT_EQ(cannot.error().code, Error::Code::unsupported);
  EXPECT_THAT(cannot.error().message, testing::HasSubstr("does not support insert"));
  config.model = "nope";
  const auto missing = probed();
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, Error::Code::not_found);
  EXPECT_THAT(missing.error().message, testing::HasSubstr("nope"));
}

TEST_F(RealKinds, OllamaChats) {
  NEEDS(use("chat", "FIMD_TEST_OLLAMA", "filling"));
  expect_fill(ask_as("chat"));
  expect_fill(ask_as("ollama", "chat"));
}

}  // namespace
}  // namespace fimd::providers

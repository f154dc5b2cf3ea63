// The codecs against real model servers, with models whose answer is chosen, so that the exact text is known.
#include "tests/session/real_models.h"

namespace fimd::providers {
namespace {
using namespace std::chrono_literals;
using nlohmann::json;
namespace asio = boost::asio;

struct RealLlama : RealModels {};
struct RealOllama : RealModels {};

TEST_F(RealLlama, SaysWhatItCanDo) {
  NEEDS(use("llama.cpp", "FIMD_TEST_LLAMA"));
  const auto caps = probed();
  ASSERT_TRUE(caps) << caps.error().message;
  EXPECT_TRUE(caps->suffix);
  EXPECT_EQ(caps->family, "");
  EXPECT_EQ(caps->context, 4096u);
}

TEST_F(RealLlama, FillsTheMiddle) {
  NEEDS(use("llama.cpp", "FIMD_TEST_LLAMA"));
  std::string streamed;
  const StreamOutcome out = ask(codec(), prompt(), [&](std::string_view text, std::span<const double>) {
    streamed += text;
    return true;
  });
  expect_answer(out);
  EXPECT_EQ(streamed, kAnswer);
  EXPECT_GT(out.tokens, 3u);
  EXPECT_TRUE(out.usage.prompt_ms);
}

// The server shows the prompt as it built it: the order of its parts, and that text of ours is never a token.
TEST_F(RealLlama, BuildsThePromptFromWhatWasSent) {
  NEEDS(use("llama.cpp", "FIMD_TEST_LLAMA"));
  Prompt p = prompt();
  p.extra = {{"a.h", "int add(int, int);\n"}, {"b.h", "#pragma once\n"}};
  auto request = codec()->encode(p);
  ASSERT_TRUE(request);
  json body = json::parse(request->body);
  body["stream"] = false;
  body["response_fields"] = {"prompt", "content"};
  request->body = body.dump();
  const auto response = tests::run(loop, http.fetch(*request, {.deadline = Clock::now() + 20s}));
  ASSERT_TRUE(response) << response.error().message;
  const json reply = json::parse(response->body);
  EXPECT_EQ(reply.at("prompt"),
            "<|repo_name|>myproject\n<|file_sep|>a.h\nint add(int, int);\n<|file_sep|>b.h\n#pragma once\n<|file_sep|>filename\n"
            "<|fim_prefix|>int add(int a, int b) {\n  <|fim_suffix|>\n<|fim_middle|>");
  EXPECT_EQ(reply.at("content"), kAnswer);
}

TEST_F(RealLlama, ReadsSpecialTokensInTheTextAsText) {
  NEEDS(use("llama.cpp", "FIMD_TEST_LLAMA"));
  Prompt p = prompt();
  p.prefix = "<|fim_suffix|>";
  const StreamOutcome as_text = ask(codec(), p);
  p.prefix = std::string(p.prefix.size(), 'q');  // a byte is a token, in the literal too
  const StreamOutcome plain = ask(codec(), p);
  expect_answer(as_text);
  EXPECT_EQ(as_text.usage.prompt_tokens, plain.usage.prompt_tokens);
}

TEST_F(RealLlama, StopsWhereItIsTold) {
  NEEDS(use("llama.cpp", "FIMD_TEST_LLAMA"));
  Prompt p = prompt();
  p.max_tokens = 2;
  const StreamOutcome limit = ask(codec(), p);
  EXPECT_EQ(limit.text, "return a");
  EXPECT_EQ(limit.finish, Finish::length);
  p = prompt();
  p.stop = {" b;"};
  const StreamOutcome word = ask(codec(), p);
  EXPECT_EQ(word.text, "return a +");
  EXPECT_EQ(word.finish, Finish::stop);
  p = prompt();
  p.time_left = 5s;
  p.temperature = 0.7;
  expect_answer(ask(codec(), p));
}

TEST_F(RealLlama, KeepsThePromptInItsCache) {
  NEEDS(use("llama.cpp", "FIMD_TEST_LLAMA"));
  Prompt p = prompt();
  p.prefix = "void one_that_no_other_test_asks();\n";
  p.warm = true;
  const StreamOutcome warm = ask(codec(), p);
  EXPECT_FALSE(warm.error);
  EXPECT_LE(warm.tokens, 1u);
  p.warm = false;
  const StreamOutcome out = ask(codec(), p);
  expect_answer(out);
  EXPECT_GE(*out.usage.cached_tokens + 2, *out.usage.prompt_tokens);
}

TEST_F(RealLlama, ReadsATemplateOfOurs) {
  NEEDS(use("llama.cpp", "FIMD_TEST_LLAMA"));
  config.fim_template = "qwen";
  Prompt p = prompt();
  p.prefix = "ab";
  p.suffix = "cd";
  const StreamOutcome out = ask(codec(), p);
  expect_answer(out);
  EXPECT_EQ(out.usage.prompt_tokens, 7);  // three special tokens and four bytes
}

TEST_F(RealLlama, AnswersOnTheCommonEndpoint) {
  NEEDS(use("openai", "FIMD_TEST_LLAMA", "any"));
  config.fim_template = "qwen";
  Prompt p = prompt();
  p.prefix = "ab";
  p.suffix = "cd";
  const StreamOutcome out = ask(codec(), p);
  expect_answer(out);
  EXPECT_EQ(out.usage.prompt_tokens, 7);
}

TEST_F(RealLlama, SaysThatAPromptIsTooLong) {
  NEEDS(use("llama.cpp", "FIMD_TEST_LLAMA"));
  config.fim_template = "qwen";
  Prompt p = prompt();
  p.prefix = std::string(5000, 'q');
  const StreamOutcome out = ask(codec(), p);
  ASSERT_TRUE(out.error);
  EXPECT_EQ(out.error->code, Error::Code::bad_input);
  EXPECT_THAT(out.error->message, testing::StartsWith("prompt too long: "));
}

TEST_F(RealLlama, AnswersRequestsOneAfterTheOtherOnOneSlot) {
  NEEDS(use("llama.cpp", "FIMD_TEST_LLAMA"));
  const auto with = codec();
  size_t done = 0;
  for (int i = 0; i < 5; ++i) {
    asio::co_spawn(loop, stream(http, tests::as_it_is(with, prompt()), Clock::now() + 30s, nullptr), [&](std::exception_ptr, StreamOutcome out) {
      expect_answer(out);
      ++done;
    });
  }
  loop.restart();
  while (done < 5 && loop.run_one_for(30s) > 0) {
  }
  EXPECT_EQ(done, 5u);
}

TEST_F(RealLlama, AnswersOverAUnixSocket) {
  NEEDS(!environment("FIMD_TEST_LLAMA_SOCKET").empty());
  config.name = config.kind = "llama.cpp";
  config.unix_socket = environment("FIMD_TEST_LLAMA_SOCKET");
  ASSERT_TRUE(probed());
  expect_answer(ask(codec()));
}

TEST_F(RealLlama, FallsBackToThePrefixWithoutTokens) {
  NEEDS(use("llama.cpp", "FIMD_TEST_LLAMA_NOFIM"));
  const StreamOutcome refused = ask(codec());
  ASSERT_TRUE(refused.error);
  EXPECT_EQ(refused.error->code, Error::Code::unsupported);
  const auto caps = probed();
  ASSERT_TRUE(caps) << caps.error().message;
  EXPECT_FALSE(caps->suffix);
  expect_answer(ask(codec(&*caps)));
}

TEST_F(RealLlama, IsDiscovered) {
  NEEDS(use("llama.cpp", "FIMD_TEST_LLAMA"));
  DiscoverInputs in;
  in.endpoints = {{"without", "llama.cpp", environment("FIMD_TEST_LLAMA_NOFIM")}, {"with", "openai", config.url}};
  in.jurisdictions = {"local"};
  in.limits.deadline = Clock::now() + 20s;
  const Discovered d = tests::run(loop, discover(http, in));
  ASSERT_EQ(d.found.size(), 2u);
  EXPECT_EQ(d.found[0].config.name, "with");
  EXPECT_EQ(d.found[0].config.kind, "llama.cpp");
  EXPECT_EQ(d.notes.size(), 1u);
}

TEST_F(RealLlama, StopsWhenTheConnectionIsClosed) {
  NEEDS(use("llama.cpp", "FIMD_TEST_SMOLLM2"));
  const auto caps = probed();
  ASSERT_TRUE(caps);
  Prompt p = prompt();
  p.max_tokens = 4000;  // minutes on one core
  p.prefix = "Once upon a time";
  for (int i = 0; i < 3; ++i) {
    const StreamOutcome out = ask(codec(&*caps), p, [](std::string_view, std::span<const double>) { return false; });
    EXPECT_EQ(out.finish, Finish::cancelled);
    EXPECT_EQ(out.tokens, 1u);
  }
  p.max_tokens = 4;
  const StreamOutcome next = ask(codec(&*caps), p);  // the one slot is free again
  EXPECT_FALSE(next.error) << next.error->message;
  EXPECT_EQ(next.finish, Finish::length);
}

TEST_F(RealLlama, WritesTheSameTextTwiceAtTemperatureZero) {
  NEEDS(use("llama.cpp", "FIMD_TEST_SMOLLM2"));
  const auto caps = probed();
  ASSERT_TRUE(caps);
  Prompt p = prompt();
  p.prefix = "def is_even(n):\n    return n %";
  p.max_tokens = 6;
  const StreamOutcome first = ask(codec(&*caps), p);
  const StreamOutcome second = ask(codec(&*caps), p);
  EXPECT_FALSE(first.error);
  EXPECT_THAT(first.text, testing::StartsWith(" 2 == 0"));
  EXPECT_EQ(first.text, second.text);
}

TEST_F(RealOllama, LoadsAModelWhenAsked) {
  NEEDS(use("ollama", "FIMD_TEST_OLLAMA", "tiny"));
  auto caps = probed();
  ASSERT_TRUE(caps) << caps.error().message;
  EXPECT_TRUE(caps->suffix);
  EXPECT_EQ(caps->family, "");
  const auto load = load_request(config, *caps);
  ASSERT_TRUE(load);
  const auto loaded = tests::run(loop, http.fetch(*load, {.deadline = Clock::now() + 60s}));
  ASSERT_TRUE(loaded) << loaded.error().message;
  EXPECT_EQ(json::parse(loaded->body).at("done_reason"), "load");
  const size_t context = caps->context;
  caps = probed();
  ASSERT_TRUE(caps);
  EXPECT_TRUE(caps->loaded);
  EXPECT_EQ(caps->context, context);
  expect_answer(ask(codec(&*caps)));
}

TEST_F(RealOllama, InsertsWithItsOwnTemplate) {
  NEEDS(use("ollama", "FIMD_TEST_OLLAMA", "tiny"));
  const auto caps = probed();
  ASSERT_TRUE(caps);
  expect_answer(ask(codec(&*caps)));
  Prompt p = prompt();
  p.suffix.clear();
  expect_answer(ask(codec(&*caps), p));
  p.prefix.clear();
  expect_answer(ask(codec(&*caps), p));
}

TEST_F(RealOllama, TakesATemplateOfOurs) {
  NEEDS(use("ollama", "FIMD_TEST_OLLAMA", "qwen2.5-coder-tiny"));
  const auto caps = probed();
  ASSERT_TRUE(caps);
  EXPECT_EQ(caps->family, "qwen");
  Prompt p = prompt();
  p.prefix = "ab";
  p.suffix = "cd";
  const StreamOutcome out = ask(codec(&*caps), p);
  expect_answer(out);
  EXPECT_EQ(out.usage.prompt_tokens, 7);
}

TEST_F(RealOllama, ContinuesThePrefixWithoutAnyTemplate) {
  NEEDS(use("ollama", "FIMD_TEST_OLLAMA", "plain"));
  const StreamOutcome refused = ask(codec(), prompt());
  ASSERT_TRUE(refused.error);
  EXPECT_EQ(refused.error->code, Error::Code::unsupported) << refused.error->message;
  const auto caps = probed();
  ASSERT_TRUE(caps);
  EXPECT_FALSE(caps->suffix);
  expect_answer(ask(codec(&*caps)));
}

TEST_F(RealOllama, StopsWhereItIsTold) {
  NEEDS(use("ollama", "FIMD_TEST_OLLAMA", "tiny"));
  const auto caps = probed();
  ASSERT_TRUE(caps);
  Prompt p = prompt();
  p.max_tokens = 2;
  const StreamOutcome limit = ask(codec(&*caps), p);
  EXPECT_EQ(limit.text, "return a");
  EXPECT_EQ(limit.finish, Finish::length);
  p = prompt();
  p.stop = {" b;"};
  EXPECT_EQ(ask(codec(&*caps), p).text, "return a +");
}

TEST_F(RealOllama, WarmsWithOneTokenAtMost) {
  NEEDS(use("ollama", "FIMD_TEST_OLLAMA", "tiny"));
  const auto caps = probed();
  ASSERT_TRUE(caps);
  Prompt p = prompt();
  p.warm = true;
  const StreamOutcome out = ask(codec(&*caps), p);
  EXPECT_FALSE(out.error);
  EXPECT_LE(out.tokens, 1u);
}

TEST_F(RealOllama, SaysThatAModelIsMissing) {
  NEEDS(use("ollama", "FIMD_TEST_OLLAMA", "nope"));
  const auto caps = probed();
  ASSERT_FALSE(caps);
  EXPECT_EQ(caps.error().code, Error::Code::not_found);
  const StreamOutcome out = ask(codec());
  ASSERT_TRUE(out.error);
  EXPECT_EQ(out.error->code, Error::Code::not_found);
}

TEST_F(RealOllama, WorksAgainAfterACancel) {
  NEEDS(use("ollama", "FIMD_TEST_OLLAMA", "tiny"));
  const auto caps = probed();
  ASSERT_TRUE(caps);
  const StreamOutcome out = ask(codec(&*caps), prompt(), [](std::string_view, std::span<const double>) { return false; });
  EXPECT_EQ(out.finish, Finish::cancelled);
  expect_answer(ask(codec(&*caps)));
}

TEST_F(RealOllama, IsDiscovered) {
  NEEDS(use("ollama", "FIMD_TEST_OLLAMA"));
  DiscoverInputs in;
  in.endpoints = {{"mine", "ollama", config.url}};
  in.jurisdictions = {"local"};
  in.limits.deadline = Clock::now() + 20s;
  const Discovered d = tests::run(loop, discover(http, in));
  ASSERT_EQ(d.found.size(), 2u);
  EXPECT_EQ(d.found[0].config.model, "qwen2.5-coder-tiny:latest");
  EXPECT_EQ(d.found[0].caps.family, "qwen");
}

}  // namespace
}  // namespace fimd::providers

// What the tests of real model servers share. tests/e2e/models.sh starts the servers and names them in the environment;
// without it these tests are skipped, which the test program says. FIMD_TEST_LLAMA and its likes are base URLs.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio.hpp>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "providers/codecs.h"
#include "providers/discover.h"
#include "providers/stream.h"
#include "tests/session/clean_prompt.h"
#include "tests/session/model_server.h"

namespace fimd::providers {

inline constexpr const char* kAnswer = "return a + b;\n}\n";  // as tests/e2e/models.sh tells the models

struct RealModels : testing::Test {
  boost::asio::io_context loop;
  Http http{loop};
  ProviderConfig config;

  static std::string environment(const char* name) {
    const char* value = std::getenv(name);
    return value ? value : "";
  }
  // Points `config` at the server that the variable names; false: there is none, and the test is to be skipped.
  bool use(const char* kind, const char* variable, std::string model = {}) {
    config.name = config.kind = kind;
    config.url = environment(variable);
    config.model = std::move(model);
    return !config.url.empty();
  }
  static Prompt prompt() {
    Prompt p;
    p.prefix = "int add(int a, int b) {\n  ";
    p.suffix = "\n";
    p.language = "cpp";
    return p;
  }
  Result<Caps> probed() { return tests::run(loop, probe(http, config, {.deadline = Clock::now() + std::chrono::seconds(20)})); }
  std::shared_ptr<const Codec> codec(const Caps* caps = nullptr) {
    auto made = make_codec(config, caps);
    EXPECT_TRUE(made) << made.error().message;
    return *made;
  }
  StreamOutcome ask(std::shared_ptr<const Codec> with, Prompt p = prompt(), TokenSink sink = nullptr, Duration time = std::chrono::seconds(30)) {
    return tests::run(loop, stream(http, tests::as_it_is(std::move(with), std::move(p)), Clock::now() + time, std::move(sink)));
  }
  static void expect_answer(const StreamOutcome& out) {
    EXPECT_FALSE(out.error) << out.error->message;
    EXPECT_EQ(out.text, kAnswer);
    EXPECT_EQ(out.finish, Finish::stop);
    EXPECT_GT(out.usage.prompt_tokens.value_or(0), 0);
    EXPECT_EQ(out.usage.output_tokens.value_or(0) > 0, true);
    EXPECT_TRUE(out.first_token && out.last_token);
  }
};

// NOLINTNEXTLINE: the macro has to return from the test
#define NEEDS(condition) \
  if (!(condition)) GTEST_SKIP() << "NO REAL MODEL SERVER: tests/e2e/models.sh starts them and runs this test"

}  // namespace fimd::providers

// What a provider is asked before it is used: once for all keys and sessions, and seldom again when it refuses.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "tests/session/fake_editor.h"
#include "tests/session/model_server.h"
#include "tests/unit/providers/agent/jail_here.h"

namespace fimd::tests {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using testing::HasSubstr;

constexpr const char* kModels = R"({"object":"list","data":[{"id":"Qwen/Qwen2.5-Coder-7B","max_model_len":32768}]})";

// The made-up line of a probe, as opposed to the user's text.
bool is_try(const SeenRequest& request) { return request.body.find("x = <") != std::string::npos; }

class Probing : public testing::Test {
 protected:
  void SetUp() override {
    if (kSanitized) GTEST_SKIP() << "a try takes longer here than a server has for it";
  }

  lsp::Daemon daemon;
  ModelServer server{daemon.loop, answering({})};

  // Answers completions; those that hold `refused` with 400 and that word.
  static ModelServer::Script answering(std::string refused) {
    return [refused = std::move(refused)](const SeenRequest& request) -> Reply {
      if (request.target == "/v1/models") return json_reply(200, kModels);
      if (!refused.empty() && request.body.find(refused) != std::string::npos) {
        const json said = {{"message", refused + " is not for you"}, {"type", "BadRequestError"}, {"param", nullptr}, {"code", 400}};
        return json_reply(400, json{{"error", said}}.dump());
      }
      return sse_reply({R"({"choices":[{"index":0,"text":"alpha;","finish_reason":"stop"}]})", "[DONE]"});
    };
  }
  [[nodiscard]] json options() const {
    return {{"completion", {{"providers", {"m"}}, {"speculate", "off"}, {"soft_ms", 20000}, {"hard_ms", 20000}}},
            {"providers", {{"m", {{"kind", "vllm"}, {"url", server.url()}}}}}};
  }
  size_t seen(const std::function<bool(const SeenRequest&)>& what) const {
    return static_cast<size_t>(std::ranges::count_if(server.log().requests, what));
  }
  size_t lists() const {
    return seen([](const SeenRequest& r) { return r.target == "/v1/models"; });
  }
  lsp::ProviderPtr provider(TimePoint now = Clock::now()) {
    lsp::Configuration configuration;
    configuration.set(lsp::Layer::initialization, options(), "test");
    (void)daemon.providers.usable(configuration.now(), {}, now);
    for (const auto& entry : daemon.providers.describe(configuration.now())) {
      if (entry.provider->config.name == "m") return entry.provider;
    }
    return nullptr;
  }
  // An editor that has opened a document and knows what the provider is.
  void begin(FakeEditor& editor, const std::string& uri) {
    editor.initialize(options());
    editor.run_until([&] { return !provider()->note.empty(); });
    editor.open(uri, "cpp", "int f() {\n  return ^\n}\n");
  }
};

TEST_F(Probing, IsDoneOnceForAllKeysAndSessions) {
  FakeEditor one(daemon), two(daemon);
  begin(one, "file:///w/a.cpp");
  begin(two, "file:///w/b.cpp");
  for (FakeEditor* editor : {&one, &two}) {
    EXPECT_EQ(editor->complete(), "alpha;");
    for (const char* key : {"b", "c", "d"}) {
      editor->type(key);
      editor->complete();
    }
  }
  (void)provider(Clock::now() + 1h);
  EXPECT_EQ(lists(), 1u);
  EXPECT_EQ(seen(is_try), 1u);
  EXPECT_GT(seen([](const SeenRequest& r) { return r.target == "/v1/completions"; }), 5u);
}

TEST_F(Probing, FindsOutWhatEveryKeyWouldBeRefusedFor) {
  for (const char* word : {"logprobs", "stop", "stream_options"}) {
    server.set_script(answering(std::string("\"") + word + "\""));
    FakeEditor editor(daemon);
    begin(editor, "file:///w/a.cpp");
    EXPECT_EQ(provider()->note, std::string("refuses completions: bad request: status 400: \"") + word +
                                    "\" is not for you (check \"kind\", \"model\", \"fim_template\" and \"logprobs\")");
    editor.complete();
    EXPECT_EQ(seen([](const SeenRequest& r) { return r.target == "/v1/completions" && !is_try(r); }), 0u) << "the user's text was sent";
    lsp::Provider unknown;
    unknown.config = provider()->config;
    *provider() = std::move(unknown);
  }
}

TEST_F(Probing, OneThatRefusesIsLeftAloneForAWhileAndTheEditorIsToldOnce) {
  server.set_script(answering("stop"));
  FakeEditor editor(daemon);
  begin(editor, "file:///w/a.cpp");
  for (const char* key : {"b", "c", "d"}) {
    editor.complete();
    editor.type(key);
  }
  EXPECT_EQ(seen(is_try), 1u);
  const auto again = [&](Duration later) {
    const auto known = provider(Clock::now() + later);
    editor.run_until([&] { return !known->probing; });
    return seen(is_try);
  };
  EXPECT_EQ(again(10s), 1u);
  EXPECT_EQ(again(40s), 2u);
  editor.run_until([&] { return !editor.received("window/showMessage").empty(); });
  EXPECT_EQ(editor.received("window/showMessage").size(), 1u);
  EXPECT_THAT(editor.received("window/showMessage")[0]["params"].value("message", ""), HasSubstr("m: refuses completions: bad request: status 400"));

  server.set_script(answering({}));
  EXPECT_EQ(again(80s), 3u);
  EXPECT_TRUE(provider()->codec);
  EXPECT_EQ(editor.complete(), "alpha;");
}

TEST_F(Probing, OneThatIsNotThereIsLookedForAgainSoon) {
  server.set_script([](const SeenRequest&) { return json_reply(503, R"({"error":{"code":503,"message":"Loading model","type":"unavailable_error"}})"); });
  FakeEditor editor(daemon);
  begin(editor, "file:///w/a.cpp");
  EXPECT_EQ(lists(), 1u);
  server.set_script(answering({}));
  const auto known = provider(Clock::now() + 3s);
  editor.run_until([&] { return known->codec != nullptr; });
  EXPECT_EQ(lists(), 2u);
  EXPECT_TRUE(editor.received("window/showMessage").empty());
}

}  // namespace
}  // namespace fimd::tests

// Several providers in one budget, from the editor's message to two scripted servers and back.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/session/fake_editor.h"
#include "tests/session/model_server.h"

namespace fimd::tests {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using testing::HasSubstr;

std::string token(const std::string& text) { return json{{"content", text}, {"stop", false}}.dump(); }
Reply text(const std::string& t) { return sse_reply({token(t), R"({"content":"","stop":true,"stop_type":"eos"})"}); }
Reply stall() { return {{Step::Kind::hang}}; }
Reply broken() { return json_reply(500, R"({"error":{"code":500,"message":"out of order","type":"server_error"}})"); }

// A completion, as opposed to the probe (which has no prefix) and the feeding of the cache.
bool is_infill(const SeenRequest& request) {
  if (request.target != "/infill") return false;
  const json body = json::parse(request.body);
  return body.contains("input_prefix") && body.value("n_predict", 1) != 0;
}

ModelServer::Script llama(Reply infill) {
  return [infill](const SeenRequest& request) -> Reply {
    if (request.target == "/infill") {
      if (is_infill(request)) return infill;
      return json_reply(400, R"({"error":{"code":400,"message":"key 'input_prefix' not found","type":"invalid_request_error"}})");
    }
    if (request.target.starts_with("/props")) return json_reply(200, R"({"default_generation_settings":{"n_ctx":4096},"total_slots":1})");
    if (request.target == "/health") return json_reply(200, R"({"status":"ok"})");
    if (request.target == "/tokenize") return json_reply(200, R"({"tokens":[{"id":7,"piece":"<|fim_prefix|>"}]})");
    return json_reply(404, R"({"error":{"message":"File Not Found"}})");
  };
}

class RouteSession : public testing::Test {
 protected:
  lsp::Daemon daemon;
  ModelServer one{daemon.loop, llama(text("alpha + beta;"))};
  ModelServer two{daemon.loop, llama(text("gamma + delta;"))};
  FakeEditor editor{daemon};

  void begin(json completion, std::vector<std::string> order = {"one", "two"}, json further = json::object()) {
    completion["providers"] = order;
    completion["speculate"] = "off";
    const json options = {{"completion", completion},
                          {"providers", {{"one", {{"kind", "llama.cpp"}, {"url", one.url()}}},
                                         {"two", {{"kind", "llama.cpp"}, {"url", two.url()}}}}}};
    lsp::Configuration configuration;
    configuration.set(lsp::Layer::initialization, options, "test");
    json capabilities = {{"textDocument", {{"inlineCompletion", json::object()}}}};
    capabilities.update(further);
    editor.initialize(options, capabilities);
    editor.run_until([&] {
      known = daemon.providers.usable(configuration.now(), {}, Clock::now());
      return known.size() == order.size() + 1;
    });
    editor.open("file:///w/a.cpp", "cpp", "int f() {\n  return ^\n}\n");
  }
  lsp::ProviderPtr provider(const std::string& name) const {
    for (const auto& p : known) {
      if (p->config.name == name) return p;
    }
    return nullptr;
  }
  static size_t infills(const ModelServer& server) {
    size_t n = 0;
    for (const auto& request : server.log().requests) n += is_infill(request);
    return n;
  }
  std::string story() {
    std::string out;
    const json why = editor.explain();
    for (const auto& line : why["story"]) out += line.get<std::string>() + "\n";
    return out;
  }
  std::vector<lsp::ProviderPtr> known;
};

const json kPatient = {{"soft_ms", 20000}, {"hard_ms", 20000}};
const json kHasty = {{"soft_ms", 1900}, {"hard_ms", 2000}};

TEST_F(RouteSession, AsksTheFirstThatTheConfigurationNames) {
  begin(kPatient, {"two", "one"});
  EXPECT_EQ(editor.complete(), "gamma + delta;");
  EXPECT_EQ(infills(one), 0u);
  EXPECT_THAT(story(), HasSubstr("two: asked as primary"));
}

TEST_F(RouteSession, TheHedgeWinsWhenThePrimaryStallsAndThePrimaryIsClosed) {
  one.set_script(llama(stall()));
  begin(kHasty);
  for (int i = 0; i < 5; ++i) provider("one")->health.first_token.add(20ms, Clock::now());
  EXPECT_EQ(editor.complete(), "gamma + delta;");
  EXPECT_EQ(infills(one), 1u);
  editor.run_until([&] { return one.log().closed_early == 1; });
  EXPECT_EQ(editor.explain()["provider"], "two");
  EXPECT_THAT(story(), HasSubstr("two: asked as hedge"));
  EXPECT_THAT(story(), HasSubstr("when one is later than usual"));
  EXPECT_THAT(story(), HasSubstr("one: closed, two had text first"));
}

TEST_F(RouteSession, TheHedgeIsNotAskedWhenThePrimaryAnswers) {
  begin(kPatient);
  EXPECT_EQ(editor.complete(), "alpha + beta;");
  EXPECT_EQ(infills(two), 0u);
}

TEST_F(RouteSession, DoesNotHedgeWhenToldNotTo) {
  one.set_script(llama(stall()));
  begin({{"soft_ms", 100}, {"hard_ms", 150}, {"hedge", false}});
  EXPECT_EQ(editor.complete(), "");
  EXPECT_EQ(infills(two), 0u);
}

TEST_F(RouteSession, AsksTheNextAtOnceWhenThePrimaryFails) {
  one.set_script(llama(broken()));
  begin(kPatient);
  EXPECT_EQ(editor.complete(), "gamma + delta;");
  EXPECT_THAT(story(), HasSubstr("one: server error: status 500: out of order"));
  EXPECT_THAT(story(), HasSubstr("two: asked as primary"));
}

TEST_F(RouteSession, TheNextKeyGoesElsewhereOnceTheBreakerIsOpenAndComesBackWhenItIsWell) {
  one.set_script(llama(broken()));
  begin(kPatient);
  EXPECT_EQ(editor.complete(), "gamma + delta;");
  editor.type("x");
  EXPECT_EQ(editor.complete(), "gamma + delta;");
  ASSERT_EQ(infills(one), 2u);
  // Held open so that the test does not depend on how fast it runs.
  provider("one")->health.breaker.until = Clock::now() + 1h;
  editor.type("y");
  EXPECT_EQ(editor.complete(), "gamma + delta;");
  EXPECT_EQ(infills(one), 2u) << "left alone";
  EXPECT_THAT(story(), HasSubstr("one: left alone for"));

  one.set_script(llama(text("alpha + beta;")));
  provider("one")->health.breaker.until = Clock::now();
  editor.type("z");
  EXPECT_NE(editor.complete(), "");
  EXPECT_THAT(story(), HasSubstr("one: asked as probe"));
  editor.run_until([&] { return !provider("one")->health.breaker.opened; });
  editor.type("w");
  EXPECT_EQ(editor.complete(), "alpha + beta;");
  EXPECT_THAT(story(), HasSubstr("one: asked as primary"));
}

TEST_F(RouteSession, TheEditorIsToldThatAProviderFailsAndThatItAnswersAgain) {
  one.set_script(llama(broken()));
  begin(kPatient, {"one"}, {{"experimental", {{"fimdStatus", true}}}});
  const auto state = [&]() -> std::string {
    const auto told = editor.received("fimd/status");
    return told.empty() ? "" : told.back()["params"].value("state", "");
  };
  editor.complete();
  editor.run_until([&] { return state() == "degraded"; });
  EXPECT_THAT(editor.received("fimd/status").back()["params"].value("reason", ""), HasSubstr("one: server error"));

  one.set_script(llama(text("alpha + beta;")));
  provider("one")->health.breaker.until = Clock::now();
  editor.type("x");
  editor.complete();
  editor.run_until([&] { return state() == "ready"; });
  EXPECT_EQ(editor.received("fimd/status").back()["params"].value("reason", "none"), "");
}

TEST_F(RouteSession, AProbeFinishesItsFirstTokenWhenAnotherHasWon) {
  // The probe's first token only comes after the other has answered: it is sent behind a long comment of the stream.
  one.set_script(llama({{Step::Kind::send, head(200, "text/event-stream")},
                        {Step::Kind::send, chunk(": waiting\n\n"), 2000},
                        {Step::Kind::send, sse(token("alpha"))}, {Step::Kind::hang}}));
  begin(kPatient);
  provider("one")->health.breaker = {.opened = true, .level = 1};
  EXPECT_NE(editor.complete(), "");
  editor.run_until([&] { return !provider("one")->health.breaker.opened; });
}

TEST_F(RouteSession, AsksAgainAfterOneRequestThatHung) {
  one.set_script(llama(stall()));
  begin({{"soft_ms", 40}, {"hard_ms", 60}}, {"one"});
  EXPECT_EQ(editor.complete(), "");
  one.set_script(llama(text("alpha + beta;")));
  editor.notify("workspace/didChangeConfiguration", {{"settings", {{"completion", kPatient}}}});
  editor.type("x");
  EXPECT_EQ(editor.complete(), "alpha + beta;");
  EXPECT_EQ(infills(one), 2u);
}

TEST_F(RouteSession, HonoursARateLimitAndUsesTheOther) {
  one.set_script(llama({{.bytes = "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 3600\r\nContent-Length: 2\r\n\r\n{}"}}));
  begin(kPatient);
  EXPECT_EQ(editor.complete(), "gamma + delta;");
  editor.type("x");
  EXPECT_EQ(editor.complete(), "gamma + delta;");
  EXPECT_EQ(infills(one), 1u);
  EXPECT_THAT(story(), HasSubstr("one: asked to be left alone for"));
}

}  // namespace
}  // namespace fimd::tests

// What was said for a place is said again without a request: after reopening, a long undo, and in another window.
#include <gtest/gtest.h>

#include "tests/session/fake_editor.h"
#include "tests/session/model_server.h"

namespace fimd::tests {
namespace {

using nlohmann::json;

class MemorySession : public testing::Test {
 protected:
  lsp::Daemon daemon;
  std::string said = "alpha + beta;";
  size_t asked = 0;
  ModelServer server{daemon.loop, [this](const SeenRequest& request) -> Reply {
    if (request.target.starts_with("/v1/models")) {
      return json_reply(200, R"({"object":"list","data":[{"id":"qwen2.5-coder","max_model_len":4096}]})");
    }
    if (request.target != "/v1/completions") return json_reply(404, R"({"detail":"Not Found"})");
    if (request.body.find("int beta") != std::string::npos || request.body.find("int alpha") != std::string::npos) ++asked;  // not the probe
    return sse_reply({json{{"choices", {{{"index", 0}, {"text", said}, {"finish_reason", nullptr}}}}}.dump(),
                      R"({"choices":[{"index":0,"text":"","finish_reason":"stop"}]})", "[DONE]"});
  }};
  FakeEditor editor{daemon};
  const std::string place = "int f(int alpha, int beta) {\n  return ^\n}\n";

  json settings() {
    return {{"completion", {{"providers", {"m"}}, {"soft_ms", 20000}, {"hard_ms", 20000}, {"speculate", "off"}}},
            {"providers", {{"m", {{"kind", "vllm"}, {"url", server.url()}, {"model", "qwen2.5-coder"}}}}}};
  }
  void begin(FakeEditor& with) {
    with.initialize(settings());
    with.open("file:///w/a.cpp", "cpp", place);
  }
  void reopen(const std::string& marked) {
    editor.notify("textDocument/didClose", {{"textDocument", {{"uri", editor.uri()}}}});
    editor.open("file:///w/a.cpp", "cpp", marked);
  }
};

TEST_F(MemorySession, AFileThatIsOpenedAgainCostsNothing) {
  begin(editor);
  EXPECT_EQ(editor.complete(), "alpha + beta;");
  reopen(place);
  EXPECT_EQ(editor.complete(), "alpha + beta;") << editor.explain();
  editor.type("alp");
  EXPECT_EQ(editor.complete(), "ha + beta;");
  EXPECT_EQ(asked, 1U);
  EXPECT_NE(editor.explain().dump().find("said for this place before"), std::string::npos) << editor.explain();
}

TEST_F(MemorySession, WhatNoLongerFitsIsLookedAtAgainAndTheModelIsAsked) {
  begin(editor);
  EXPECT_EQ(editor.complete(), "alpha + beta;");
  reopen("int f(int alpha, int beta) {\n  return ^\n}\n");
  EXPECT_EQ(editor.complete(), "alpha + beta;");
  said = "beta;";
  reopen("int f(int beta) {\n  return ^\n}\n");
  EXPECT_EQ(editor.complete(), "beta;") << "another place";
  EXPECT_EQ(asked, 2U);
}

TEST_F(MemorySession, AnotherWindowGetsWhatWasSaidHere) {
  begin(editor);
  EXPECT_EQ(editor.complete(), "alpha + beta;");
  FakeEditor other(daemon);
  begin(other);
  EXPECT_EQ(other.complete(), "alpha + beta;") << other.explain();
  EXPECT_EQ(asked, 1U);
}

TEST_F(MemorySession, TwoWindowsThatAskAtOnceAskOnce) {
  begin(editor);
  EXPECT_EQ(editor.complete(), "alpha + beta;");  // from here on the provider is known
  const std::string next = "int g(int alpha) {\n  return ^\n}\n";
  FakeEditor other(daemon);
  begin(other);
  reopen(next);
  other.open("file:///w/a.cpp", "cpp", next);
  const size_t before = asked;
  const json mine = editor.ask(), theirs = other.ask();
  EXPECT_EQ(editor.suggested(editor.wait(mine)), "alpha + beta;");
  EXPECT_EQ(other.suggested(other.wait(theirs)), "alpha + beta;") << other.explain();
  EXPECT_EQ(asked, before + 1);
}

TEST_F(MemorySession, AWindowWhoseUserHasGoneOnDoesNotLeaveTheOtherWithoutText) {
  begin(editor);
  EXPECT_EQ(editor.complete(), "alpha + beta;");
  const std::string next = "int g(int alpha) {\n  return ^\n}\n";
  FakeEditor other(daemon);
  begin(other);
  reopen(next);
  other.open("file:///w/a.cpp", "cpp", next);
  editor.ask();
  const json theirs = other.ask();
  editor.notify("textDocument/didClose", {{"textDocument", {{"uri", editor.uri()}}}});
  EXPECT_EQ(other.suggested(other.wait(theirs)), "alpha + beta;") << other.explain();
}

TEST_F(MemorySession, AChangedConfigurationIsAskedAnew) {
  begin(editor);
  EXPECT_EQ(editor.complete(), "alpha + beta;");
  json changed = settings();
  changed["completion"]["max_lines"] = 3;
  editor.notify("workspace/didChangeConfiguration", {{"settings", {{"fimd", changed}}}});
  reopen(place);
  EXPECT_EQ(editor.complete(), "alpha + beta;");
  EXPECT_EQ(asked, 2U);
}

TEST_F(MemorySession, ByHandTheModelIsAskedAllTheSame) {
  begin(editor);
  EXPECT_EQ(editor.complete(), "alpha + beta;");
  reopen(place);
  EXPECT_EQ(editor.complete(), "alpha + beta;");
  ASSERT_EQ(asked, 1U);
  editor.wait(editor.ask(1));
  EXPECT_GT(asked, 1U);
}

}  // namespace
}  // namespace fimd::tests

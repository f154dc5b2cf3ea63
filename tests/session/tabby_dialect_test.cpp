// A client that is built for tabby-agent (vim-tabby), with this server in its place.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/session/dialect_session.h"

namespace fimd::tests {
namespace {

using nlohmann::json;

class TabbyDialect : public DialectSession {
 protected:
  // As vim-tabby sends it in a Neovim whose own client knows no inline completion.
  json begin() {
    const json options = {{"fimd", settings()},
                          {"config", {{"server", {{"endpoint", "http://192.0.2.1:8080"}, {"token", "secret"}}},
                                      {"inlineCompletion", {{"triggerMode", "auto"}}}}},
                          {"clientInfo", {{"name", "Neovim"}, {"tabbyPlugin", {{"name", "TabbyML/vim-tabby"}, {"version", "2.0.0"}}}}},
                          {"clientCapabilities", {{"textDocument", {{"inlineCompletion", true}}}}}};
    return DialectSession::begin(options);
  }
  json items(int trigger = 2) {
    return result("textDocument/inlineCompletion", {{"textDocument", document()}, {"position", at()}, {"context", {{"triggerKind", trigger}}}});
  }
};

TEST_F(TabbyDialect, IsOfferedInlineCompletionAndNoList) {
  const json capabilities = begin()["capabilities"];
  EXPECT_EQ(capabilities["inlineCompletionProvider"], true);
  EXPECT_FALSE(capabilities.contains("completionProvider"));
}

TEST_F(TabbyDialect, ItemsTellHowTheirEventsAreReported) {
  begin();
  const json list = items();
  ASSERT_EQ(list["items"].size(), 1U) << editor.explain();
  EXPECT_EQ(list["isIncomplete"], false);
  const json item = list["items"][0];
  EXPECT_EQ(item["insertText"], "alpha + beta;");
  EXPECT_EQ(item["range"]["start"], at());
  EXPECT_EQ(item["range"]["end"], at());
  EXPECT_TRUE(item["data"]["eventId"]["completionId"].is_string());
  EXPECT_EQ(item["data"]["eventId"]["choiceIndex"], 0);
  EXPECT_FALSE(item.contains("command"));
}

TEST_F(TabbyDialect, SeveralAskedForByHandHaveIdsOfTheirOwn) {
  begin();
  const json list = items(1)["items"];
  ASSERT_EQ(list.size(), 2U) << editor.explain();
  EXPECT_NE(list[0]["data"]["eventId"], list[1]["data"]["eventId"]);
}

TEST_F(TabbyDialect, TakesEventsOfEveryKind) {
  begin();
  const json event = items()["items"][0]["data"]["eventId"];
  for (const json& params : std::vector<json>{{{"type", "view"}, {"eventId", event}}, {{"type", "select"}, {"eventId", event}, {"elapsed", 900}},
                                              {{"type", "select"}, {"selectKind", "line"}, {"eventId", event}},
                                              {{"type", "dismiss"}, {"eventId", event}}, {{"type", "select"}, {"eventId", 7}},
                                              {{"type", "select"}, {"eventId", {{"completionId", "cmpl-1"}, {"choiceIndex", 0}}}},
                                              {{"type", 7}}, nullptr, json::array()}) {
    editor.notify("tabby/telemetry/event", params);
  }
  editor.notify("tabby/editors/didChangeActiveEditor", {{"activeEditor", {{"uri", editor.uri()}}}});
  EXPECT_EQ(result("tabby/status", json::object())["status"], "ready");
}

TEST_F(TabbyDialect, LearnsThatASuggestionWasTaken) {
  begin();
  editor.notify("tabby/telemetry/event", {{"type", "select"}, {"eventId", items()["items"][0]["data"]["eventId"]}});
  EXPECT_EQ(fate(), "accepted");
}

TEST_F(TabbyDialect, ShownAndALineOfItIsNotTaken) {
  begin();
  const json event = items()["items"][0]["data"]["eventId"];
  editor.notify("tabby/telemetry/event", {{"type", "view"}, {"eventId", event}});
  editor.notify("tabby/telemetry/event", {{"type", "select"}, {"selectKind", "line"}, {"eventId", event}});
  EXPECT_EQ(fate(), "dismissed");
}

TEST_F(TabbyDialect, IsReadyAndSaysWhatIsWrong) {
  begin();
  const json status = result("tabby/status", {{"recheckConnection", true}});
  EXPECT_EQ(status["status"], "ready");
  EXPECT_FALSE(status.contains("helpMessage"));
  EXPECT_TRUE(result("tabby/status/showHelpMessage", json::object()).is_null());
  EXPECT_TRUE(result("tabby/status/ignoredIssues/edit", {{"operation", "add"}, {"issues", "completionResponseSlow"}}).is_null());
  EXPECT_EQ(result("tabby/config", json::object())["server"]["endpoint"], "");
  result("workspace/executeCommand", {{"command", "fimd.togglePause"}});
  editor.run_until([&] { return !editor.received("tabby/status/didChange").empty() &&
                                editor.received("tabby/status/didChange").back()["params"]["status"] == "codeCompletionNotAvailable"; });
  EXPECT_EQ(result("tabby/status", json::object())["status"], "codeCompletionNotAvailable");
}

TEST_F(TabbyDialect, DoesNotKnowWhatTheAgentDoesBeside) {
  begin();
  EXPECT_EQ(code("tabby/chat/edit", {{"location", {}}, {"command", "x"}}), -32601);
  EXPECT_EQ(code("tabby/chat/generateCommitMessage", json::object()), -32601);
}

TEST_F(TabbyDialect, AnotherClientSeesNoneOfIt) {
  DialectSession::begin(settings());
  EXPECT_EQ(code("tabby/status", json::object()), -32601);
  const json list = items();
  ASSERT_EQ(list["items"].size(), 1U) << editor.explain();
  EXPECT_FALSE(list["items"][0].contains("data"));
  EXPECT_TRUE(list["items"][0].contains("command"));
  EXPECT_TRUE(editor.received("tabby/status/didChange").empty());
}

TEST_F(TabbyDialect, TakesCapabilitiesThatAreNone) {
  const json options = {{"fimd", settings()}, {"clientInfo", {{"tabbyPlugin", json::object()}}}, {"clientCapabilities", "none"}};
  DialectSession::begin(options);
  EXPECT_EQ(result("tabby/status", json::object())["status"], "ready");
}

}  // namespace
}  // namespace fimd::tests

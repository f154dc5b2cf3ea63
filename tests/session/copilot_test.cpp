// A client that is built for Copilot's language server, with this server in its place.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/session/dialect_session.h"

namespace fimd::tests {
namespace {

using nlohmann::json;

class CopilotSession : public DialectSession {
 protected:
  json begin(bool announced = true) {
    json options = {{"fimd", settings()}};
    if (announced) {
      options["editorInfo"] = {{"name", "Vim"}, {"version", "9.0"}};
      options["editorPluginInfo"] = {{"name", "copilot.vim"}, {"version", "1.41"}};
    } else {
      options = settings();
    }
    return DialectSession::begin(options);
  }
  json doc() { return {{"uri", editor.uri()}, {"position", at()}, {"version", 1}}; }
};

TEST_F(CopilotSession, IsSignedInWithoutAnyone) {
  const json initialized = begin();
  EXPECT_EQ(initialized["serverInfo"]["name"], "fimd");
  EXPECT_THAT(initialized["capabilities"]["executeCommandProvider"]["commands"].dump(), testing::HasSubstr("github.copilot.didAcceptCompletionItem"));
  EXPECT_EQ(result("checkStatus", json::object())["status"], "OK");
  EXPECT_EQ(result("signIn", json::object())["status"], "AlreadySignedIn");
  EXPECT_EQ(result("signInInitiate", {{"dummy", 1}})["status"], "AlreadySignedIn");
  EXPECT_FALSE(result("getVersion", json::object())["version"].get<std::string>().empty());
  editor.run_until([&] { return !editor.received("didChangeStatus").empty(); });
  EXPECT_EQ(editor.received("didChangeStatus").back()["params"]["kind"], "Normal");
  EXPECT_EQ(editor.received("statusNotification").back()["params"]["status"], "Normal");
}

TEST_F(CopilotSession, GivesItemsThatBeginAtTheLinesBeginning) {
  begin();
  const json items = result("textDocument/inlineCompletion", {{"textDocument", {{"uri", editor.uri()}, {"version", 1}}}, {"position", at()},
                                                              {"context", {{"triggerKind", 2}}},
                                                              {"formattingOptions", {{"tabSize", "4"}, {"insertSpaces", "true"}}}})["items"];
  ASSERT_EQ(items.size(), 1U) << editor.explain();
  EXPECT_EQ(items[0]["insertText"], "  return alpha + beta;");
  EXPECT_EQ(items[0]["range"]["start"]["character"], 0);
  EXPECT_EQ(items[0]["range"]["end"]["character"], 9);
  const json command = items[0]["command"];
  EXPECT_EQ(command["command"], "github.copilot.didAcceptCompletionItem");
  ASSERT_TRUE(command["arguments"][0].is_string());
  EXPECT_EQ(result("workspace/executeCommand", command), true);
  EXPECT_EQ(result("workspace/executeCommand", {{"command", command["command"]}, {"arguments", {"somebody else's"}}}), false);
  editor.notify("textDocument/didShowCompletion", {{"item", items[0]}});
  editor.notify("textDocument/didPartiallyAcceptCompletion", {{"item", items[0]}, {"acceptedLength", 8}});
  editor.notify("textDocument/didFocus", json::object());
}

TEST_F(CopilotSession, SaysThatAnAskedVersionIsNotTheDocuments) {
  begin();
  const json old = editor.request("textDocument/inlineCompletion", {{"textDocument", {{"uri", editor.uri()}, {"version", 7}}}, {"position", at()}});
  EXPECT_EQ(old["error"]["code"], -32801);
  const json unknown = editor.request("textDocument/inlineCompletion", {{"textDocument", {{"uri", "file:///no"}}}, {"position", at()}});
  EXPECT_EQ(unknown["error"]["code"], -32602);
}

TEST_F(CopilotSession, CyclingAsksForSeveral) {
  begin();
  const json items = result("textDocument/inlineCompletion", {{"textDocument", {{"uri", editor.uri()}}}, {"position", at()}, {"context", {{"triggerKind", 1}}}})["items"];
  ASSERT_EQ(items.size(), 2U) << editor.explain();
  EXPECT_EQ(items[1]["insertText"], "  return beta;");
  EXPECT_NE(items[0]["command"]["arguments"], items[1]["command"]["arguments"]);
}

TEST_F(CopilotSession, AnswersTheOlderRequests) {
  begin();
  const json one = result("getCompletions", {{"doc", doc()}})["completions"];
  ASSERT_EQ(one.size(), 1U) << editor.explain();
  EXPECT_EQ(one[0]["text"], "  return alpha + beta;");
  EXPECT_EQ(one[0]["displayText"], "alpha + beta;");
  EXPECT_EQ(one[0]["range"]["start"]["character"], 0);
  EXPECT_EQ(one[0]["position"], at());
  EXPECT_EQ(one[0]["docVersion"], 1);
  EXPECT_EQ(result("notifyShown", {{"uuid", one[0]["uuid"]}}), "OK");
  EXPECT_EQ(result("notifyAccepted", {{"uuid", one[0]["uuid"]}}), "OK");
  EXPECT_EQ(result("notifyRejected", {{"uuids", json::array({one[0]["uuid"]})}}), "OK");
  EXPECT_EQ(result("getCompletionsCycling", {{"doc", doc()}})["completions"].size(), 2U);
  EXPECT_TRUE(editor.request("getCompletions", {{"doc", 7}}).contains("error"));
  EXPECT_EQ(result("getCompletions", {{"doc", {{"uri", "file:///no"}, {"position", at()}}}})["completions"].size(), 0U);
}

TEST_F(CopilotSession, FillsAPanel) {
  begin();
  EXPECT_EQ(result("getPanelCompletions", {{"doc", doc()}, {"panelId", "p1"}})["solutionCountTarget"], 5);
  editor.run_until([&] { return !editor.received("PanelSolutionsDone").empty(); });
  const auto solutions = editor.received("PanelSolution");
  ASSERT_EQ(solutions.size(), 2U);
  EXPECT_EQ(solutions[0]["params"]["panelId"], "p1");
  EXPECT_EQ(solutions[0]["params"]["completionText"], "  return alpha + beta;");
  EXPECT_EQ(result("textDocument/copilotPanelCompletion", {{"textDocument", {{"uri", editor.uri()}}}, {"position", at()}})["items"].size(), 2U);
}

TEST_F(CopilotSession, AClientMayAnnounceItselfLater) {
  begin(false);
  EXPECT_EQ(editor.request("getCompletions", {{"doc", doc()}})["error"]["code"], -32601) << "it is an ordinary client";
  EXPECT_EQ(result("setEditorInfo", {{"editorInfo", {{"name", "Sublime Text"}, {"version", "4"}}}, {"editorPluginInfo", {{"name", "x"}, {"version", "1"}}}}), "OK");
  EXPECT_EQ(result("getCompletions", {{"doc", doc()}})["completions"].size(), 1U);
}

TEST_F(CopilotSession, TakesItsSettingsApartFromThoseForTheOtherServer) {
  begin();
  editor.notify("workspace/didChangeConfiguration", {{"settings", {{"http", {{"proxy", nullptr}}}, {"telemetry", nullptr}, {"github", {{"copilot", {{"x", 1}}}}}}}});
  EXPECT_EQ(result("getCompletions", {{"doc", doc()}})["completions"].size(), 1U);
  EXPECT_TRUE(editor.received("window/showMessage").empty());
}

TEST_F(CopilotSession, TakesDocumentsWithoutAName) {
  begin();
  editor.open("", "cpp", "int f(int alpha, int beta) {\n  return ^\n}\n");
  EXPECT_EQ(result("getCompletions", {{"doc", doc()}})["completions"].size(), 1U) << editor.explain();
}

}  // namespace
}  // namespace fimd::tests

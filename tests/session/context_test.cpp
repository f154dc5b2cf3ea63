// What of other files and of the user's work a model gets to see.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>

#include "tests/session/fake_editor.h"
#include "tests/session/model_server.h"

namespace fimd::tests {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

class ContextSession : public testing::Test {
 protected:
  ContextSession() {
    std::string pattern = (fs::temp_directory_path() / "fimd-context-XXXXXX").string();
    top = fs::canonical(::mkdtemp(pattern.data())).string();
    root = top + "/work";
    ::setenv("XDG_CACHE_HOME", (top + "/cache").c_str(), 1);
    fs::create_directories(root);
    put("a.py", "def first_number():\n    return 1\n");
    put("b.py", "x = 2\n");
  }
  ~ContextSession() override {
    ::unsetenv("XDG_CACHE_HOME");
    fs::remove_all(top);
  }
  void put(const std::string& path, const std::string& text) const { std::ofstream(root + "/" + path) << text; }
  void begin() {
    const json settings = {{"completion", {{"providers", {"m"}}, {"speculate", "off"}, {"soft_ms", 20000}, {"hard_ms", 20000}}},
                           {"providers", {{"m", {{"kind", "mistral"}, {"url", server.url()}, {"model", "codestral-latest"}, {"jurisdiction", "eu"}}}}}};
    editor.initialize(settings, {{"textDocument", {{"inlineCompletion", json::object()}}}}, root);
    editor.run_until([&] {
      const auto index = daemon.workspaces.index(root);
      return index && !index->definitions("first_number").empty();
    });
  }
  std::string uri(const std::string& path) const { return "file://" + root + "/" + path; }
  // What the model got to see in the end.
  std::string shown() {
    editor.complete();
    const auto& requests = server.log().requests;
    return requests.empty() ? "" : json::parse(requests.back().body, nullptr, false).value("prompt", "");
  }

  std::string top, root;
  lsp::Daemon daemon;
  ModelServer server{daemon.loop, [](const SeenRequest& request) {
                       if (request.target == "/v1/models") return json_reply(200, R"({"object":"list","data":[{"id":"codestral-latest"}]})");
                       return sse_reply({R"({"choices":[{"index":0,"delta":{"content":"done"},"finish_reason":"stop"}]})", "[DONE]"});
                     }};
  FakeEditor editor{daemon};
};

TEST_F(ContextSession, ShowsTheModelTheFunctionThatTheLineCalls) {
  begin();
  editor.open(uri("b.py"), "python", "x = first_number(^");
  EXPECT_THAT(shown(), testing::HasSubstr("a.py\ndef first_number()")) << editor.explain();
}

TEST_F(ContextSession, ShowsTheModelWhatWasChangedAMomentAgo) {
  begin();
  editor.open(uri("a.py"), "python", "def first_number(^):\n    return 1\n");
  editor.type("step");
  editor.open(uri("b.py"), "python", "x = ^\n");
  editor.type("y");
  EXPECT_THAT(shown(), testing::HasSubstr("-def first_number():\n+def first_number(step):\n")) << editor.explain();
}

TEST_F(ContextSession, ShowsTheModelWhatACheckerSaidOfTheLine) {
  begin();
  editor.open(uri("b.py"), "python", "x = undefined_name + ^\n");
  editor.notify("fimd/diagnostics",
                {{"uri", uri("b.py")},
                 {"diagnostics", {{{"range", {{"start", {{"line", 0}, {"character", 4}}}, {"end", {{"line", 0}, {"character", 18}}}}},
                                   {"message", "undefined_name is not defined"}}}}});
  EXPECT_THAT(shown(), testing::HasSubstr("line 1: undefined_name is not defined")) << editor.explain();
}

TEST_F(ContextSession, SendsLessAfterAServerHasRefusedAPromptAsTooLong) {
  constexpr size_t kMost = 4000;  // bytes that this server's context takes
  server.set_script([](const SeenRequest& request) {
    if (request.target == "/v1/models") return json_reply(200, R"({"object":"list","data":[{"id":"codestral-latest"}]})");
    const json body = json::parse(request.body);
    if (body.value("prompt", "").size() + body.value("suffix", "").size() > kMost) {
      return json_reply(400, R"({"object":"error","message":"Prompt is too long for the context window","type":"invalid_request_error","code":400})");
    }
    return sse_reply({R"({"choices":[{"index":0,"delta":{"content":"done"},"finish_reason":"stop"}]})", "[DONE]"});
  });
  begin();
  std::string text;
  for (int i = 0; i < 2000; ++i) text += "value_" + std::to_string(i) + " = compute(" + std::to_string(i) + ")\n";
  editor.open(uri("b.py"), "python", text + "x = ^\n");
  std::string got;
  for (int i = 0; got.empty() && i < 20; ++i) {
    got = editor.complete();
    if (got.empty()) editor.type("1 + ");
  }
  EXPECT_EQ(got, "done") << editor.explain();
}

TEST_F(ContextSession, ShrugsOffDiagnosticsThatMakeNoSense) {
  begin();
  editor.open(uri("b.py"), "python", "x = ^\n");
  for (const json& params : {json(), json(3), json{{"uri", 3}}, json{{"uri", uri("b.py")}, {"diagnostics", {1, 2}}},
                             json{{"uri", "file:///not/open"}, {"diagnostics", json::array()}}}) {
    editor.notify("fimd/diagnostics", params);
  }
  EXPECT_EQ(editor.complete(), "done");
}

}  // namespace
}  // namespace fimd::tests

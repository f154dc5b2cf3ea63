// Ghost text from the editor's message to the model server and back, in one process.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>

#include "lsp/token_scale.h"
#include "tests/session/fake_editor.h"
#include "tests/session/model_server.h"

namespace fimd::tests {
namespace {

using nlohmann::json;

std::string token(const std::string& text) {
  return json{{"content", text}, {"stop", false}, {"tokens_predicted", 1}}.dump();
}

std::string last(const std::string& type = "eos") {
  return json{{"content", ""}, {"stop", true}, {"stop_type", type}, {"tokens_evaluated", 10},
              {"timings", {{"cache_n", 0}, {"prompt_n", 10}, {"prompt_ms", 1.0}, {"predicted_n", 2}, {"predicted_ms", 1.0}}}}
      .dump();
}

// The probe asks /infill without a prefix; a real server refuses that with this message.
bool is_probe(const SeenRequest& request) { return !json::parse(request.body).contains("input_prefix"); }
Reply no_prefix() {
  return json_reply(400, R"({"error":{"code":400,"message":"[json.exception.out_of_range.403] key 'input_prefix' not found","type":"invalid_request_error"}})");
}

// A llama-server that can infill and answers completions with a script.
ModelServer::Script llama(std::function<Reply(const SeenRequest&)> infill) {
  return [infill](const SeenRequest& request) -> Reply {
    if (request.target == "/infill") return is_probe(request) ? no_prefix() : infill(request);
    if (request.target.starts_with("/props")) {
      return json_reply(200, R"({"default_generation_settings":{"n_ctx":4096},"total_slots":1,"model_path":"m.gguf","build_info":"b1"})");
    }
    if (request.target == "/health") return json_reply(200, R"({"status":"ok"})");
    if (request.target == "/v1/models") return json_reply(200, R"({"data":[{"id":"m.gguf","meta":{"n_ctx_train":4096}}]})");
    if (request.target == "/tokenize") return json_reply(200, R"({"tokens":[{"id":7,"piece":"<|fim_prefix|>"}]})");
    return json_reply(404, R"({"error":{"message":"File Not Found","type":"not_found_error","code":404}})");
  };
}

Reply text(const std::string& t) { return sse_reply({token(t), last()}); }

class CompletionSession : public testing::Test {
 protected:
  lsp::Daemon daemon;
  ModelServer server{daemon.loop, llama([](const SeenRequest&) { return text("alpha + beta;"); })};
  FakeEditor editor{daemon};

  json options(json completion = json::object()) {
    completion["providers"] = {"m"};
    return {{"completion", completion}, {"providers", {{"m", {{"kind", "llama.cpp"}, {"url", server.url()}}}}}};
  }
  size_t infills() const {
    size_t n = 0;
    for (const auto& request : server.log().requests) n += request.target == "/infill" && !is_probe(request) && !is_warm(request);
    return n;
  }
  static bool is_warm(const SeenRequest& request) { return json::parse(request.body).value("n_predict", 1) == 0; }

  // Starts the session and waits until the provider is known.
  void begin(const json& settings, const std::string& root = "") {
    editor.initialize(settings, {{"textDocument", {{"inlineCompletion", json::object()}}}}, root);
    editor.run_until([&] {
      for (const auto& p : daemon.providers.usable(configured(settings), {}, Clock::now())) {
        if (p->codec) return true;
      }
      return false;
    });
  }
  static lsp::Config configured(const json& settings) {
    lsp::Configuration configuration;
    configuration.set(lsp::Layer::initialization, settings, "test");
    return configuration.now();
  }
};

TEST_F(CompletionSession, ShowsWhatTheModelSays) {
  begin(options());
  editor.open("file:///w/a.cpp", "cpp", "int f() {\n  return ^\n}\n");
  const json answer = editor.wait(editor.ask());
  ASSERT_EQ(answer["result"]["items"].size(), 1u) << editor.explain();
  const json& item = answer["result"]["items"][0];
  EXPECT_EQ(item["insertText"], "alpha + beta;");
  EXPECT_EQ(item["range"]["start"], item["range"]["end"]);
  EXPECT_EQ(item["range"]["start"]["character"], 9);
  EXPECT_EQ(item["command"]["command"], "fimd.accepted");
  EXPECT_EQ(editor.explain()["provider"], "m");
}

TEST_F(CompletionSession, MakesTheFirstRequestWaitUntilItIsKnownWhichModelsThereAre) {
  editor.initialize(options({{"soft_ms", 20000}, {"hard_ms", 20000}}));
  editor.open("file:///w/a.cpp", "cpp", "int f() {\n  return ^\n}\n");
  EXPECT_EQ(editor.complete(), "alpha + beta;");
}

TEST_F(CompletionSession, ServesTypingThroughDeletingBackAndRetypingWithoutACall) {
  begin(options());
  editor.open("file:///w/a.cpp", "cpp", "int f() {\n  return ^\n}\n");
  EXPECT_EQ(editor.complete(), "alpha + beta;");
  const size_t calls = infills();
  editor.type("al");
  EXPECT_EQ(editor.complete(), "pha + beta;");
  editor.type("pha");
  EXPECT_EQ(editor.complete(), " + beta;");
  editor.erase(3);
  EXPECT_EQ(editor.complete(), "pha + beta;");
  editor.type("p");
  EXPECT_EQ(editor.complete(), "ha + beta;");
  EXPECT_EQ(infills(), calls);
}

// A server that counts every byte as a token, or none at all.
ModelServer::Script counting(int status, size_t& asked) {
  return [status, &asked, base = llama([](const SeenRequest&) { return text("alpha"); })](const SeenRequest& request) -> Reply {
    const json body = json::parse(request.body, nullptr, false);
    if (request.target != "/tokenize" || body.value("content", "").size() < 400) return base(request);
    ++asked;
    return json_reply(status, json{{"tokens", std::vector<int>(body["content"].get<std::string>().size(), 1)}}.dump());
  };
}

class CountingSession : public testing::Test {
 protected:
  // Opens a document, asks, and waits until the user has been idle for long enough to be measured.
  void idle(int status) {
    server = std::make_unique<ModelServer>(daemon.loop, counting(status, asked));
    editor.initialize({{"completion", {{"providers", {"m"}}}}, {"providers", {{"m", {{"kind", "llama.cpp"}, {"url", server->url()}}}}}});
    std::string lines;
    for (int i = 0; i < 60; ++i) lines += "int value_" + std::to_string(i) + " = " + std::to_string(i) + ";\n";
    editor.open("file:///w/a.cpp", "cpp", lines + "^\n");
    editor.type("x");
    editor.run_until([&] { return asked > 0; });
  }
  lsp::ProviderPtr provider() {
    lsp::Configuration configuration;
    configuration.set(lsp::Layer::initialization, {{"providers", {{"m", {{"kind", "llama.cpp"}, {"url", server->url()}}}}}, {"completion", {{"providers", {"m"}}}}}, "test");
    return daemon.providers.usable(configuration.now(), {}, Clock::now()).front();
  }
  lsp::Daemon daemon;
  FakeEditor editor{daemon};
  size_t asked = 0;
  std::unique_ptr<ModelServer> server;
};

TEST_F(CountingSession, LearnsHowTheModelCountsWhileTheUserIsIdle) {
  idle(200);
  const std::vector providers{provider()};
  editor.run_until([&] { return lsp::token_scale(providers, "cpp") != 1; });
  EXPECT_GT(lsp::token_scale(providers, "cpp"), 1.5);  // a byte is less than a token
  EXPECT_EQ(lsp::token_scale(providers, "python"), 1);
  EXPECT_LT(lsp::estimated(1000, lsp::token_scale(providers, "cpp")), 700u);
}

TEST_F(CountingSession, AsksAgainAfterTroubleThatMayPass) {
  idle(503);
  editor.run_until([&] { return provider()->token_scale.empty(); });
  EXPECT_TRUE(provider()->tokenizer);
}

TEST_F(CountingSession, AsksAServerThatCannotCountOnlyOnce) {
  idle(404);
  editor.run_until([&] { return !provider()->tokenizer; });
  const std::vector providers{provider()};
  EXPECT_EQ(lsp::token_scale(providers, "cpp"), 1);
  lsp::measure_token_scale(daemon, provider(), std::make_shared<const context::Text>(context::make_text("file:///b", 1, "go", std::string(900, 'x'))), 0);
  EXPECT_EQ(asked, 1u);
}

TEST_F(CompletionSession, StartsWorkOnTheKeystrokeBeforeTheRequest) {
  begin(options());
  editor.open("file:///w/a.cpp", "cpp", "int f() {\n  return ^\n}\n");
  editor.type("x");
  editor.run_until([&] { return infills() == 1; });
  EXPECT_EQ(editor.complete(), "alpha + beta;");
  EXPECT_EQ(infills(), 1u);
}

TEST_F(CompletionSession, DoesNotSpeculateWhenToldNotTo) {
  begin(options({{"speculate", "off"}}));
  editor.open("file:///w/a.cpp", "cpp", "int f() {\n  return ^\n}\n");
  editor.type("x");
  editor.request("fimd/stats", nullptr);
  EXPECT_EQ(infills(), 0u);
}

TEST_F(CompletionSession, PreparesTheNextFlightAfterAnAcceptance) {
  begin(options());
  editor.open("file:///w/a.cpp", "cpp", "int f() {\n  return ^\n}\n");
  EXPECT_EQ(editor.complete(), "alpha + beta;");
  const size_t calls = infills();
  editor.type("alpha + beta;");
  editor.run_until([&] { return infills() == calls + 1; });
}

TEST_F(CompletionSession, AnswersAtTheHardDeadlineWhenTheModelHangs) {
  server.set_script(llama([](const SeenRequest&) { return Reply{{Step::Kind::hang}}; }));
  begin(options({{"soft_ms", 20}, {"hard_ms", 40}}));
  editor.open("file:///w/a.cpp", "cpp", "int f() {\n  return ^\n}\n");
  const json answer = editor.wait(editor.ask());
  EXPECT_TRUE(answer.contains("result"));
  EXPECT_EQ(answer["result"]["items"].size(), 0u);
}

TEST_F(CompletionSession, AnswersAtTheSoftDeadlineWithWhatHasCome) {
  server.set_script(llama([](const SeenRequest&) {
    return Reply{{Step::Kind::send, head(200, "text/event-stream")}, {Step::Kind::send, sse(token("alpha"))},
                 {Step::Kind::send, sse(token(" + beta"))}, {Step::Kind::hang}};
  }));
  begin(options({{"soft_ms", 100}, {"hard_ms", 30000}}));
  editor.open("file:///w/a.cpp", "cpp", "int f() {\n  return ^\n}\n");
  EXPECT_EQ(editor.complete(), "alpha +");
}

TEST_F(CompletionSession, KeepsLateTextForTheNextKeystroke) {
  server.set_script(llama([](const SeenRequest&) { return Reply{{Step::Kind::hang}}; }));
  begin(options({{"soft_ms", 20}, {"hard_ms", 30}, {"speculate", "off"}}));
  editor.open("file:///w/a.cpp", "cpp", "int f() {\n  return ^\n}\n");
  EXPECT_EQ(editor.complete(), "");
  server.set_script(llama([](const SeenRequest&) { return text("alpha + beta;"); }));
  editor.type("a");
  EXPECT_EQ(editor.complete(), "alpha + beta;");
}

TEST_F(CompletionSession, AnswersASupersededRequestAtOnceAndWithoutAnError) {
  server.set_script(llama([](const SeenRequest&) { return Reply{{Step::Kind::hang}}; }));
  begin(options({{"soft_ms", 30000}, {"hard_ms", 30000}}));
  editor.open("file:///w/a.cpp", "cpp", "int f() {\n  return ^\n}\n");
  const json first = editor.ask();
  editor.type("x");
  const json answer = editor.wait(first);
  EXPECT_EQ(answer["result"]["items"].size(), 0u);
}

TEST_F(CompletionSession, ClosesTheUpstreamConnectionWhenTheTextNoLongerAgrees) {
  server.set_script(llama([](const SeenRequest&) {
    return Reply{{Step::Kind::send, head(200, "text/event-stream")}, {Step::Kind::send, sse(token("alpha"))},
                 {Step::Kind::send, sse(token(" beta"))}, {Step::Kind::hang}};
  }));
  begin(options({{"soft_ms", 30000}, {"hard_ms", 30000}, {"speculate", "off"}}));
  editor.open("file:///w/a.cpp", "cpp", "int f() {\n  return ^\n}\n");
  editor.ask();
  editor.run_until([&] { return infills() == 1; });
  editor.type("zzz");
  editor.run_until([&] { return server.log().closed_early >= 1; });
}

TEST_F(CompletionSession, KeepsTheFlightWhenTheClientCancels) {
  begin(options({{"speculate", "off"}}));
  editor.open("file:///w/a.cpp", "cpp", "int f() {\n  return ^\n}\n");
  const json id = editor.ask();
  editor.notify("$/cancelRequest", {{"id", id}});
  EXPECT_EQ(editor.wait(id)["error"]["code"], -32800);
  editor.run_until([&] { return infills() == 1; });
  EXPECT_EQ(editor.complete(), "alpha + beta;");
  EXPECT_EQ(infills(), 1u);
}

TEST_F(CompletionSession, FallsBackToTheBuiltinModelWithoutAServer) {
  server.set_script([](const SeenRequest&) { return Reply{{Step::Kind::reset}}; });
  editor.initialize(options());
  editor.open("file:///w/a.py", "python",
              "def first(values):\n    total = sum(values)\n    print('first total', total)\n\n"
              "def second(values):\n    total = sum(values)\n    print('first total', total)\n\n"
              "def third(values):\n    total = sum(values)\n    print(^\n");
  const json answer = editor.wait(editor.ask());
  EXPECT_EQ(editor.suggested(answer), "'first total', total)");
  EXPECT_EQ(editor.explain()["provider"], "builtin");
  EXPECT_TRUE(editor.received("window/showMessage").empty());
}

TEST_F(CompletionSession, AsksTheModelAgainWhenOnlyTheBuiltinTextAgreesWithWhatWasTyped) {
  begin(options({{"soft_ms", 20000}, {"hard_ms", 20000}}));
  editor.open("file:///w/a.py", "python",
              "def first(values):\n    total = sum(values)\n    print('first total', total)\n\n"
              "def second(values):\n    total = sum(values)\n    print('first total', total)\n\n"
              "def third(values):\n    total = sum(values)\n    print(^\n");
  EXPECT_EQ(editor.complete(), "alpha + beta;");
  server.set_script(llama([](const SeenRequest&) { return text("other total')"); }));
  editor.type("'");
  EXPECT_EQ(editor.complete(), "other total')");
  EXPECT_EQ(editor.explain()["provider"], "m");
}

TEST_F(CompletionSession, OffersThePopupToClientsWithoutGhostText) {
  json facts = editor.initialize(options(), json::object());
  EXPECT_TRUE(facts["capabilities"].contains("completionProvider"));
  editor.run_until([&] { return !daemon.providers.usable(configured(options()), {}, Clock::now()).empty(); });
  editor.open("file:///w/a.cpp", "cpp", "int f() {\n  return val^\n}\n");
  editor.run_until([&] { return daemon.providers.usable(configured(options()), {}, Clock::now()).size() == 2; });
  const json answer = editor.request("textDocument/completion",
                                     {{"textDocument", {{"uri", editor.uri()}}}, {"position", {{"line", 1}, {"character", 12}}}});
  EXPECT_EQ(answer["result"]["isIncomplete"], true);
  const json& item = answer["result"]["items"][0];
  EXPECT_EQ(item["textEdit"]["newText"], "valalpha + beta;");
  EXPECT_EQ(item["textEdit"]["range"]["start"]["character"], 9);
  EXPECT_FALSE(item.contains("preselect"));
  EXPECT_THAT(item["filterText"].get<std::string>(), testing::StartsWith("val"));
}

TEST_F(CompletionSession, ExtendsTheEntryThatIsSelectedInThePopup) {
  begin(options());
  editor.open("file:///w/a.cpp", "cpp", "int f() {\n  return va^\n}\n");
  const json range = {{"start", {{"line", 1}, {"character", 9}}}, {"end", {{"line", 1}, {"character", 11}}}};
  const json answer = editor.request(
      "textDocument/inlineCompletion",
      {{"textDocument", {{"uri", editor.uri()}}}, {"position", {{"line", 1}, {"character", 11}}},
       {"context", {{"triggerKind", 2}, {"selectedCompletionInfo", {{"range", range}, {"text", "value"}}}}}});
  const json& item = answer["result"]["items"][0];
  EXPECT_EQ(item["range"], range);
  EXPECT_EQ(item["insertText"], "valuealpha + beta;");
}

TEST_F(CompletionSession, AppliesSettingsLiveAndKeepsTheLastGoodOnes) {
  begin(options());
  editor.open("file:///w/a.cpp", "cpp", "int f() {\n  return ^\n}\n");
  editor.notify("workspace/didChangeConfiguration", {{"settings", {{"fimd", {{"completion", {{"disable", {{"languages", {"cpp"}}}}}}}}}}});
  EXPECT_EQ(editor.complete(), "");
  EXPECT_THAT(editor.explain()["story"][0].get<std::string>(), testing::HasSubstr("disable.languages"));
  editor.notify("workspace/didChangeConfiguration", {{"settings", {{"completion", {{"max_lines", "x"}}}}}});
  EXPECT_EQ(editor.complete(), "");
  EXPECT_EQ(editor.received("window/showMessage").size(), 1u);
  editor.notify("workspace/didChangeConfiguration", {{"settings", {{"completion", json::object()}}}});
  EXPECT_EQ(editor.complete(), "alpha + beta;");
}

TEST_F(CompletionSession, TakesPushedSettingsForNewerThanAnAnswerThatWasAskedForBeforeThem) {
  editor.initialize(options(), {{"textDocument", {{"inlineCompletion", json::object()}}}, {"workspace", {{"configuration", true}}}});
  editor.run_until([&] { return editor.received("workspace/configuration").size() == 1; });
  editor.open("file:///w/a.cpp", "cpp", "int f() {\n  return ^\n}\n");
  const json off = {{"completion", {{"disable", {{"languages", {"cpp"}}}}}}};
  editor.notify("workspace/didChangeConfiguration", {{"settings", {{"fimd", off}}}});
  editor.answer(editor.received("workspace/configuration").front(), json::array({json::object()}));
  EXPECT_EQ(editor.complete(), "");

  editor.notify("workspace/didChangeConfiguration", {{"settings", json::object()}});  // nothing in it: an invitation to ask
  editor.run_until([&] { return editor.received("workspace/configuration").size() == 2; });
  EXPECT_EQ(editor.complete(), "") << "until there is an answer, nothing has changed";
  editor.answer(editor.received("workspace/configuration").back(), json::array({json::object()}));
  EXPECT_EQ(editor.complete(), "alpha + beta;");
}

TEST_F(CompletionSession, AppliesAChangedWorkspaceFileLiveAndForgetsADeletedOne) {
  namespace fs = std::filesystem;
  std::string root = (fs::temp_directory_path() / "fimd-session-XXXXXX").string();
  ASSERT_NE(::mkdtemp(root.data()), nullptr);
  begin(options(), root);
  editor.open("file://" + root + "/a.cpp", "cpp", "int f() {\n  return ^\n}\n");
  EXPECT_EQ(editor.complete(), "alpha + beta;");
  fs::create_directory(root + "/.fimd");
  std::ofstream(root + "/.fimd/config.json") << R"({"completion": {"disable": {"languages": ["cpp"]}}})";
  const json saved = {{"textDocument", {{"uri", "file://" + root + "/.fimd/config.json"}}}};
  editor.notify("textDocument/didSave", saved);
  EXPECT_EQ(editor.complete(), "");
  std::ofstream(root + "/.fimd/config.json") << "{ broken";
  editor.notify("textDocument/didSave", saved);
  EXPECT_EQ(editor.complete(), "") << "the last good file stays in force";
  EXPECT_EQ(editor.received("window/showMessage").size(), 1u);
  fs::remove(root + "/.fimd/config.json");
  editor.notify("textDocument/didSave", saved);
  EXPECT_EQ(editor.complete(), "alpha + beta;");
  fs::remove_all(root);
}

TEST_F(CompletionSession, PausesAndResumesByCommand) {
  begin(options());
  editor.open("file:///w/a.cpp", "cpp", "int f() {\n  return ^\n}\n");
  editor.request("workspace/executeCommand", {{"command", "fimd.togglePause"}});
  EXPECT_EQ(editor.complete(), "");
  editor.request("workspace/executeCommand", {{"command", "fimd.togglePause"}});
  EXPECT_EQ(editor.complete(), "alpha + beta;");
  EXPECT_EQ(editor.request("workspace/executeCommand", {{"command", "nope"}})["error"]["code"], -32602);
}

TEST_F(CompletionSession, CountsWhatWasShownAndAccepted) {
  begin(options());
  editor.open("file:///w/a.cpp", "cpp", "int f() {\n  return ^\n}\n");
  const json answer = editor.wait(editor.ask());
  editor.request("workspace/executeCommand", answer["result"]["items"][0]["command"]);
  editor.type(editor.suggested(answer));
  const json stats = editor.request("fimd/stats", nullptr)["result"];
  EXPECT_EQ(stats["shown"], 1);
  EXPECT_EQ(stats["accepted"], 1);
  EXPECT_GE(stats["providers"]["m"]["requests"].get<int>(), 1);
}

TEST_F(CompletionSession, AnswersNothingWhileTextAndEditorDisagree) {
  begin(options());
  editor.open("file:///w/a.cpp", "cpp", "int f() {\n  return ^\n}\n");
  const json far = {{"line", 900}, {"character", 0}};
  editor.notify("textDocument/didChange", {{"textDocument", {{"uri", editor.uri()}, {"version", 7}}},
                                           {"contentChanges", {{{"range", {{"start", far}, {"end", far}}}, {"text", "x"}}}}});
  EXPECT_EQ(editor.complete(), "");
  editor.notify("textDocument/didChange", {{"textDocument", {{"uri", editor.uri()}, {"version", 8}}},
                                           {"contentChanges", {{{"text", "int f() {\n  return \n}\n"}}}}});
  EXPECT_EQ(editor.complete(), "alpha + beta;");
}

TEST_F(CompletionSession, TellsOnceOfAWrongKey) {
  server.set_script(llama([](const SeenRequest&) {
    return json_reply(401, R"({"error":{"message":"Invalid API Key","type":"authentication_error","code":401}})");
  }));
  begin(options({{"soft_ms", 20}, {"hard_ms", 40}}));
  editor.open("file:///w/a.cpp", "cpp", "int f() {\n  return ^\n}\n");
  for (int i = 0; i < 3; ++i) {
    const json answer = editor.wait(editor.ask(1));
    EXPECT_FALSE(answer.contains("error"));
    editor.type("x");
  }
  EXPECT_EQ(editor.received("window/showMessage").size(), 1u);
}

TEST_F(CompletionSession, SurvivesEditsToClosedAndUnknownDocuments) {
  begin(options());
  editor.open("file:///w/a.cpp", "cpp", "int f() {\n  return ^\n}\n");
  editor.notify("textDocument/didClose", {{"textDocument", {{"uri", editor.uri()}}}});
  editor.type("x");
  EXPECT_EQ(editor.complete(), "");
  editor.open("file:///w/a.cpp", "cpp", "int f() {\n  return ^\n}\n");
  EXPECT_EQ(editor.complete(), "alpha + beta;");
}

}  // namespace
}  // namespace fimd::tests

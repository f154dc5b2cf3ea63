// From the light bulb to the edit that the editor applies, against a scripted chat model.
#include "lsp/actions.h"
#include "tests/session/agent_session.h"
#include "tests/session/fake_editor.h"
#include "tests/unit/providers/agent/jail_here.h"

namespace fimd::tests {
namespace {

using testing::ElementsAre;

const json kCapabilities = {
    {"textDocument", {{"codeAction", {{"codeActionLiteralSupport", json::object()}, {"tagSupport", {{"valueSet", {1}}}}}}}},
    {"window", {{"workDoneProgress", true}}},
    {"workspace", {{"workspaceEdit", {{"documentChanges", true}, {"resourceOperations", {"create"}}, {"changeAnnotationSupport", json::object()}}}}}};

const json kBoth = {{"start", {{"line", 0}, {"character", 0}}}, {"end", {{"line", 1}, {"character", 16}}}};  // lines

class RepairSession : public AgentSession {
 protected:
  void begin(std::vector<Reply> script, const json& capabilities = kCapabilities, const json& agent = json::object(), const std::string& client = "") {
    server.set_script([this, script](const SeenRequest&) { return script[std::min(asked++, script.size() - 1)]; });
    json settings = {{"provider", "m"}, {"max_steps", 8}};
    settings.update(agent);
    editor = std::make_unique<FakeEditor>(daemon);
    editor->initialize({{"agent", settings}, {"providers", {{"m", {{"kind", "openai"}, {"url", server.url()}, {"model", "chat"}, {"jurisdiction", "local"}}}}}},
                       capabilities, root, client);
    editor->open("file://" + root + "/add.py", "python", "def add(a, b):\n    return a - b^\n");
  }
  json actions(json diagnostics = json::array(), json more = json::object(), json range = {{"start", {{"line", 1}, {"character", 0}}}, {"end", {{"line", 1}, {"character", 0}}}}) {
    json context = {{"diagnostics", std::move(diagnostics)}};
    context.update(more);
    return editor->request("textDocument/codeAction", {{"textDocument", {{"uri", editor->uri()}}}, {"range", range}, {"context", context}})["result"];
  }
  static std::vector<std::string> titles(const json& actions) {
    std::vector<std::string> out;
    for (const json& each : actions) out.push_back(each["title"]);
    return out;
  }
  void choose(const json& action) { EXPECT_EQ(editor->request("workspace/executeCommand", action["command"])["result"], nullptr); }
  json waited_for(const std::string& method) {
    editor->run_until([&] { return !editor->received(method).empty(); });
    return editor->received(method).back();
  }
  static json wrong() {
    return {{"range", {{"start", {{"line", 1}, {"character", 4}}}, {"end", {{"line", 1}, {"character", 16}}}}}, {"message", "add(1, 2) is -1\nsecond line"}, {"source", "tests"}};
  }
  std::unique_ptr<FakeEditor> editor;
};

TEST_F(RepairSession, OffersAFixForEachDiagnosticWithoutAskingAModel) {
  begin({says("no")});
  const json offered = actions({wrong()});
  ASSERT_EQ(titles(offered), std::vector<std::string>{"Fix: add(1, 2) is -1"});
  EXPECT_EQ(offered[0]["kind"], "quickfix");
  EXPECT_EQ(offered[0]["tags"], json::array({1}));
  EXPECT_EQ(offered[0]["diagnostics"], json::array({wrong()}));
  EXPECT_EQ(offered[0]["command"]["arguments"][0]["line"], 2);
  EXPECT_TRUE(server.log().requests.empty());
}

TEST_F(RepairSession, OffersWhatFitsThePlaceAndTheKindsThatWereAskedFor) {
  begin({says("no")});
  EXPECT_THAT(titles(actions()), ElementsAre("Find and fix the problem here"));
  EXPECT_THAT(titles(actions({}, {{"triggerKind", 2}})), ElementsAre()) << "nobody has asked";
  EXPECT_THAT(titles(actions({wrong()}, {{"only", {"refactor"}}})), ElementsAre());
  EXPECT_THAT(titles(actions({wrong()}, {{"only", {"quickfix"}}})), ElementsAre("Fix: add(1, 2) is -1"));
  EXPECT_THAT(titles(actions({}, json::object(), kBoth)), ElementsAre("Rewrite this more simply", "Add tests for this", "Explain this"));
  editor->type("  # TODO");
  EXPECT_THAT(titles(actions({}, {{"triggerKind", 2}})), ElementsAre("Implement this"));
  editor->notify("fimd/diagnostics", {{"uri", editor->uri()}, {"diagnostics", {wrong()}}});
  EXPECT_THAT(titles(actions({}, {{"only", {"quickfix"}}})), ElementsAre("Fix: add(1, 2) is -1")) << "told by the editor's plugin";
}

TEST_F(RepairSession, OffersTheSameToIntentionsWhichSayThatNobodyHasAsked) {
  begin({says("no")}, kCapabilities, json::object(), "PyCharm");
  const json offered = actions({}, {{"triggerKind", 2}});
  ASSERT_THAT(titles(offered), ElementsAre("Find and fix the problem here"));
  EXPECT_EQ(offered[0]["kind"], "quickfix.ai") << "LSP4IJ leaves out what is exactly a quick fix";
  EXPECT_THAT(titles(actions({}, {{"triggerKind", 2}}, kBoth)), ElementsAre("Rewrite this more simply", "Add tests for this", "Explain this"));
}

TEST_F(RepairSession, OffersNothingWithoutAModelForIt) {
  begin({says("no")}, kCapabilities, {{"provider", ""}});
  EXPECT_THAT(titles(actions({wrong()})), ElementsAre());
}

TEST_F(RepairSession, GivesCommandsToClientsThatKnowNoLiterals) {
  begin({says("no")}, json::object());
  const json offered = actions({wrong()});
  EXPECT_EQ(offered[0]["command"], "fimd.fix");
}

TEST_F(RepairSession, AppliesAVerifiedFixThroughTheEditorAndShowsItsProgress) {
  begin({calls("edit_file", edit("a - b", "a + b")), says("The sign was wrong.")});
  choose(actions({wrong()})[0]);
  editor->answer(waited_for("window/workDoneProgress/create"), nullptr);
  const json apply = waited_for("workspace/applyEdit");
  const json change = apply["params"]["edit"]["documentChanges"][0];
  EXPECT_EQ(change["textDocument"]["uri"], editor->uri());
  EXPECT_EQ(change["textDocument"]["version"], 1);
  EXPECT_EQ(change["edits"].size(), 1u);
  EXPECT_EQ(apply["params"]["label"], "Fix: add(1, 2) is -1");
  editor->answer(apply, {{"applied", true}});
  const auto shown = editor->received("$/progress");
  ASSERT_FALSE(shown.empty());
  EXPECT_EQ(shown.back()["params"]["value"]["kind"], "end");
  EXPECT_EQ(editor->received("window/showMessage").size(), 0u);
}

TEST_F(RepairSession, SaysThatTheCheckDoesNotVerifyAChangeThatItOffers) {
  if (kSanitized) GTEST_SKIP() << kNotSanitized;
  const auto probe = providers::agent::probe_jail(top + "/probe", providers::agent::own_helper(), {});
  if (probe.jail.rung == providers::agent::JailRung::none) GTEST_SKIP() << "this machine has no jail";
  begin({calls("edit_file", edit("a - b", "a + b")), says("All tests pass now.")}, kCapabilities,
        {{"check", {"sh", "-c", "grep -q unreadable add.py && echo 'add.py:1:1: error: unreadable'; echo 'FAILED t.py::test_net - no route'; exit 1"}}});
  choose(actions({wrong()})[0]);
  editor->answer(waited_for("window/workDoneProgress/create"), nullptr);
  editor->answer(waited_for("workspace/applyEdit"), {{"applied", true}});
  EXPECT_EQ(editor->received("$/progress").back()["params"]["value"]["message"], "not verified by the check");
  ASSERT_EQ(editor->received("window/showMessage").size(), 1u);
  EXPECT_THAT(editor->received("window/showMessage")[0]["params"]["message"].get<std::string>(),
              testing::AllOf(HasSubstr("not verified by the check"), HasSubstr("does not report this problem")));
}

TEST_F(RepairSession, TitlesHaveOneShortLineWithoutCodesAndIcons) {
  begin({says("no")});
  for (const std::string message : {"\x1b]0;owned\x07red \u202egnp.exe", "$(zap) ${x} **bold** [a](command:evil)", "line\nsecond", "x"}) {
    json diagnostic = wrong();
    diagnostic["message"] = message + std::string(10'000, 'y');
    const std::string title = actions({diagnostic})[0]["title"];
    EXPECT_LE(title.size(), 80u);
    for (const char* code : {"\x1b", "\x07", "\u202e", "\n", "$("}) EXPECT_EQ(title.find(code), std::string::npos) << title;
  }
}

TEST_F(RepairSession, KeepsWhatWasTypedElsewhereInTheMeantime) {
  begin({calls("edit_file", edit("a - b", "a + b")), says("Done.")});
  choose(actions({wrong()})[0]);
  editor->type("\n\n\nprint(add(1, 2))");
  const json change = waited_for("workspace/applyEdit")["params"]["edit"]["documentChanges"][0];
  EXPECT_EQ(change["textDocument"]["version"], 2);
  EXPECT_EQ(change["edits"][0]["range"]["start"]["line"], 1);
}

TEST_F(RepairSession, AppliesNothingWhereTheUserChangedTheSameLines) {
  begin({calls("edit_file", edit("a - b", "a + b")), says("Done.")});
  choose(actions({wrong()})[0]);
  editor->type(" * 2");
  const std::string said = waited_for("window/showMessage")["params"]["message"];
  EXPECT_THAT(said, HasSubstr("changed in the meantime"));
  EXPECT_TRUE(editor->received("workspace/applyEdit").empty());
  const size_t at = said.find("/");
  std::ifstream attempt(said.substr(at));
  EXPECT_THAT((std::string{std::istreambuf_iterator<char>(attempt), {}}), HasSubstr("+    return a + b")) << said;
}

TEST_F(RepairSession, SaysWhyThereIsNoFix) {
  begin({says("I see nothing wrong.")});
  choose(actions({wrong()})[0]);
  EXPECT_THAT(waited_for("window/showMessage")["params"]["message"].get<std::string>(), HasSubstr("I see nothing wrong."));
}

TEST_F(RepairSession, EndsWhenTheUserCancelsAndTakesOneTaskADocument) {
  begin({says("")});
  server.set_script([](const SeenRequest&) { return Reply{{Step::Kind::hang}}; });
  choose(actions({wrong()})[0]);
  editor->answer(waited_for("window/workDoneProgress/create"), nullptr);
  choose(actions({wrong()})[0]);
  EXPECT_THAT(waited_for("window/showMessage")["params"]["message"].get<std::string>(), HasSubstr("is being worked on"));
  editor->run_until([&] { return !server.log().requests.empty(); });
  editor->notify("window/workDoneProgress/cancel", {{"token", "fimd.fix.1"}});
  editor->run_until([&] {
    const auto shown = editor->received("$/progress");
    return !shown.empty() && shown.back()["params"]["value"]["kind"] == "end";
  });
  EXPECT_TRUE(editor->received("workspace/applyEdit").empty());
}

TEST_F(RepairSession, MakesNewFilesAndAsksBeforeItTouchesSeveral) {
  begin({calls("edit_file", edit("a - b", "a + b")),
         calls("edit_file", {{"path", "test_add.py"}, {"old_string", ""}, {"new_string", "assert True\n"}}), says("Done.")});
  choose(actions({wrong()})[0]);
  const json edit = waited_for("workspace/applyEdit")["params"]["edit"];
  ASSERT_EQ(edit["documentChanges"].size(), 3u) << edit;
  EXPECT_EQ(edit["documentChanges"][1]["kind"], "create");
  EXPECT_EQ(edit["documentChanges"][2]["edits"][0]["newText"], "assert True\n");
  EXPECT_EQ(edit["changeAnnotations"]["fimd"]["needsConfirmation"], true);
}

TEST_F(RepairSession, AsksForWordsOnlyAClientThatCan) {
  json can = kCapabilities;
  can["experimental"] = {{"fimdRewrite", true}};
  begin({says("no")}, can);
  const json offered = actions({}, json::object(), kBoth);
  ASSERT_EQ(offered[0]["title"], "Rewrite...");
  EXPECT_EQ(offered[0]["command"]["command"], "fimd.rewrite");
  const json order = offered[0]["command"]["arguments"][0];
  EXPECT_EQ(order["wanted"], "change");
  EXPECT_EQ(order["line"], 1);
  EXPECT_EQ(order["lastLine"], 2);
}

TEST_F(RepairSession, RewritesASelectionAsAsked) {
  begin({calls("edit_file", edit("a - b", "sum((a, b))")), says("Uses sum.")});
  json order = {{"uri", editor->uri()}, {"line", 1}, {"lastLine", 2}, {"wanted", "change"}, {"message", "use sum"}, {"title", "Rewrite..."}};
  editor->request("workspace/executeCommand", {{"command", "fimd.fix"}, {"arguments", {order}}});
  waited_for("workspace/applyEdit");
  EXPECT_THAT(sent(0)["messages"][0]["content"].get<std::string>(), HasSubstr("You change an existing code base as its user asks"));
  EXPECT_THAT(sent(0)["messages"][1]["content"].get<std::string>(), HasSubstr("add.py, lines 1 to 2:\nuse sum\n"));
}

TEST_F(RepairSession, ExplainsInADocumentAndChangesNothing) {
  json can = kCapabilities;
  can["window"]["showDocument"] = {{"support", true}};
  begin({calls("edit_file", edit("a - b", "a + b")), says("# add\n\nIt subtracts, in add.py:2.")}, can);
  choose(actions({}, json::object(), kBoth)[2]);
  const json show = waited_for("window/showDocument");
  const std::string uri = show["params"]["uri"];
  ASSERT_TRUE(uri.ends_with(".md")) << uri;
  std::ifstream kept(uri.substr(7));
  EXPECT_EQ((std::string{std::istreambuf_iterator<char>(kept), {}}), "# add\n\nIt subtracts, in add.py:2.\n");
  EXPECT_THAT(last_sent(1), HasSubstr("no tool \"edit_file\"")) << "it may only read";
  const json first = sent(0);
  for (const json& tool : first["tools"]) EXPECT_NE(tool["function"]["name"], "edit_file");
  EXPECT_TRUE(editor->received("workspace/applyEdit").empty());
  editor->answer(show, {{"success", false}});
  EXPECT_THAT(waited_for("window/showMessage")["params"]["message"].get<std::string>(), HasSubstr("It subtracts"));
}

TEST_F(RepairSession, ExplainsInAMessageWhereNoDocumentCanBeShown) {
  begin({says("It subtracts.")});
  choose(actions({}, json::object(), kBoth)[2]);
  EXPECT_EQ(waited_for("window/showMessage")["params"]["message"], "It subtracts.");
}

TEST_F(RepairSession, SaysWhereTheAttemptIsWhenTheEditorDoesNotApplyIt) {
  begin({calls("edit_file", edit("a - b", "a + b")), says("Done.")});
  choose(actions({wrong()})[0]);
  editor->answer(waited_for("workspace/applyEdit"), {{"applied", false}, {"failureReason", "the file is locked"}});
  EXPECT_THAT(waited_for("window/showMessage")["params"]["message"].get<std::string>(),
              testing::AllOf(HasSubstr("the file is locked"), HasSubstr("The attempt: /")));
}

TEST_F(RepairSession, RefusesOrdersThatMakeNoSense) {
  begin({says("no")});
  EXPECT_TRUE(editor->request("workspace/executeCommand", {{"command", "fimd.fix"}, {"arguments", {7}}}).contains("error"));
  EXPECT_TRUE(editor->request("workspace/executeCommand", {{"command", "fimd.fix"}}).contains("error"));
  editor->request("workspace/executeCommand", {{"command", "fimd.fix"}, {"arguments", {{{"uri", "file:///no/such"}}}}});
  EXPECT_THAT(waited_for("window/showMessage")["params"]["message"].get<std::string>(), HasSubstr("is not open"));
}

}  // namespace
}  // namespace fimd::tests

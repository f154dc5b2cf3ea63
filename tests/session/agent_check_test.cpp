// Repairs that a real check decides: a scripted model proposes a wrong patch first, sees what the compiler or the tests of
// this machine say of it in the jail, and then the right one.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>

#include "lsp/fixing.h"
#include "providers/agent/diff.h"
#include "tests/session/model_server.h"
#include "tests/unit/providers/agent/jail_here.h"

namespace fimd::tests {
namespace {

using nlohmann::json;
using providers::agent::LoopOutcome;
namespace agent = providers::agent;
using testing::HasSubstr;
using testing::Not;

Reply calls(const std::string& tool, const json& arguments) {
  const json call = {{"index", 0}, {"id", "c1"}, {"type", "function"}, {"function", {{"name", tool}, {"arguments", arguments.dump()}}}};
  return sse_reply({json{{"choices", {{{"index", 0}, {"delta", {{"tool_calls", {call}}}}, {"finish_reason", "tool_calls"}}}}}.dump(), "[DONE]"});
}
Reply says(const std::string& text) {
  return sse_reply({json{{"choices", {{{"index", 0}, {"delta", {{"content", text}}}, {"finish_reason", "stop"}}}}}.dump(), "[DONE]"});
}
Reply edits(const std::string& path, const std::string& from, const std::string& to) {
  return calls("edit_file", {{"path", path}, {"old_string", from}, {"new_string", to}});
}

struct Case {
  const char* name;
  std::vector<std::string> check;
  const char* path;
  const char* source;  // with a problem in `line`
  size_t line;
  const char *problem, *wrong, *right;  // pieces of the source, one in place of the other
  const char* told;                     // of what the model is told about the wrong one
  const char *other_path = "", *other_text = "";
};
std::ostream& operator<<(std::ostream& out, const Case& c) { return out << c.name; }

const std::vector<Case>& cases() {
  static const std::vector<Case> kCases = {
      {"Cpp", {"g++", "-fsyntax-only", "-Wall", "add.cpp"}, "add.cpp", "int add(int a, int b) {\n  return a - c;\n}\n", 2, "a - c", "a + d", "a + b",
       "add.cpp:2:14 error: \xE2\x80\x98" "d\xE2\x80\x99 was not declared in this scope\n   2| return a + d;\n"},
      {"PythonCompiles", {"python3", "-m", "py_compile", "add.py"}, "add.py", "def add(a, b):\n    nonlocal c\n    return a + b\n", 2, "nonlocal c", "nonlocal d", "pass",
       "SyntaxError: no binding for nonlocal 'd' found\n   2| nonlocal d\n"},
      {"PythonTests", {"python3", "-m", "unittest", "-q", "test_add"}, "add.py", "def add(a, b):\n    return int(str(a + b))\n", 2, "return int(str(a + b))", "return str(a + b)", "return a + b",
       "failed test test_add.T.test_add: AssertionError: '3' != 3\n", "test_add.py",
       "import unittest\nfrom add import add\nclass T(unittest.TestCase):\n    def test_add(self):\n        self.assertEqual(add(1, 2), 3)\n"},
      {"Go", {"go", "vet", "add.go"}, "add.go", "package add\n\nfunc Add(a, b int) int { return a - c }\n", 3, "a - c", "a + d", "a + b", "undefined: d"},
      {"Rust", {"rustc", "--crate-type", "lib", "--emit", "metadata", "-o", "/tmp/add", "add.rs"}, "add.rs", "pub fn add(a: i32, b: i32) -> i32 {\n    a - c\n}\n", 2, "a - c",
       "a + d", "a + b", "error[E0425]: cannot find value `d` in this scope\n   2| a + d\n"},
      {"Java", {"javac", "-d", "/tmp", "Add.java"}, "Add.java", "class Add {\n  int add(int a, int b) { return a - c; }\n}\n", 2, "a - c", "a + d", "a + b",
       "Add.java:2:38 error: cannot find symbol\n"},
      {"TypeScript", {"node_modules/.bin/tsc", "--noEmit", "add.ts"}, "add.ts", "export function add(a: number, b: number): number {\n  return a - c;\n}\n", 2, "a - c", "a + d", "a + b",
       "error[TS2304]: Cannot find name 'd'.\n"},
  };
  return kCases;
}

class AgentCheck : public testing::TestWithParam<Case> {
 protected:
  AgentCheck() {
    top.put("work/x", "");
    root = std::filesystem::canonical(top.at("work")).string();
    ::setenv("XDG_STATE_HOME", top.at("state").c_str(), 1);
  }
  ~AgentCheck() override { ::unsetenv("XDG_STATE_HOME"); }

  void skip_without(const std::string& tool) {
    if (kSanitized) GTEST_SKIP() << kNotSanitized;
    if (tool.starts_with("node_modules/")) {  // a project's own, as npm installs it
      const char* installed = ::getenv("FIMD_TYPESCRIPT");
      if (installed == nullptr) GTEST_SKIP() << "FIMD_TYPESCRIPT does not say where there is one";
      using Copy = std::filesystem::copy_options;
      std::filesystem::copy(std::string(installed) + "/node_modules", root + "/node_modules", Copy::recursive | Copy::copy_symlinks);
    }
    if (!agent::find_program(tool, agent::process_variable, root, "")) GTEST_SKIP() << "there is no " << tool << " on this machine";
    const auto probe = agent::probe_jail(top.at("probe"), agent::own_helper(), {});
    if (probe.jail.rung == agent::JailRung::none) GTEST_SKIP() << "this machine has no jail: " << probe.refused.front().second;
  }

  // The script is played one answer a request; the last one is repeated.
  lsp::Fix run_fix(const Case& c, const json& agent_settings, std::vector<Reply> script) {
    top.put("work/" + std::string(c.path), c.source);
    if (*c.other_path != '\0') top.put("work/" + std::string(c.other_path), c.other_text);
    server.set_script([this, script](const SeenRequest&) { return script[std::min(asked++, script.size() - 1)]; });
    json agent = {{"provider", "m"}, {"max_steps", 12}};
    agent.update(agent_settings);
    lsp::Configuration configuration;
    const auto problems = configuration.set(lsp::Layer::initialization, {{"agent", agent}, {"providers", {{"m", {{"kind", "openai"}, {"url", server.url()}, {"model", "chat"}, {"jurisdiction", "local"}}}}}}, "test");
    EXPECT_TRUE(problems.empty());
    auto document = std::make_shared<lsp::Document>();
    document->root = root;
    document->relative_path = c.path;
    document->path = root + "/" + c.path;
    document->text = std::make_shared<const context::Text>(context::make_text("file://" + document->path, 1, "", c.source));
    const auto provider = lsp::agent_provider(configuration.now(), "");
    return run(daemon.loop, lsp::fix(daemon, configuration.now(), *provider, {document, c.line, "mend this", {}}, [](const std::string&) {}));
  }
  std::string last_message(size_t request) {
    return json::parse(server.log().requests.at(request).body)["messages"].back()["content"].get<std::string>();
  }

  Folder top;
  std::string root;
  size_t asked = 0;
  lsp::Daemon daemon;
  ModelServer server{daemon.loop, [](const SeenRequest&) { return says("nothing"); }};
};
INSTANTIATE_TEST_SUITE_P(Languages, AgentCheck, testing::ValuesIn(cases()), testing::PrintToStringParamName());

TEST_P(AgentCheck, SendsAPatchThatFailsTheCheckBackUntilItPasses) {
  const Case& c = GetParam();
  skip_without(c.check[0]);
  if (IsSkipped()) return;
  const auto fix = run_fix(c, {{"check", c.check}}, {edits(c.path, c.problem, c.wrong), says("Done."), edits(c.path, c.wrong, c.right), says("Now it is right.")});
  EXPECT_EQ(fix.outcome.end, LoopOutcome::End::verified) << fix.outcome.words;
  EXPECT_THAT(fix.check, testing::StartsWith("passes"));
  ASSERT_GE(server.log().requests.size(), 3U);
  EXPECT_THAT(last_message(2), HasSubstr("The change cannot be offered yet:\n- run_check: " + c.check[0]));
  EXPECT_THAT(last_message(2), HasSubstr(c.told));
  ASSERT_EQ(fix.files.size(), 1U);
  EXPECT_THAT(fix.files[0].current, HasSubstr(c.right));
  EXPECT_EQ(top.get("work/" + std::string(c.path)), c.source);
}

class AgentCheckOnce : public AgentCheck {
 protected:
  const Case& cpp = cases()[0];
};
INSTANTIATE_TEST_SUITE_P(Cpp, AgentCheckOnce, testing::Values(cases()[0]), testing::PrintToStringParamName());

TEST_P(AgentCheckOnce, TellsTheModelOfItsEditsWhenItAsks) {
  skip_without("g++");
  if (IsSkipped()) return;
  const auto fix = run_fix(cpp, {{"check", "g++ -fsyntax-only add.cpp"}},
                           {edits(cpp.path, cpp.problem, cpp.wrong), calls("run_check", json::object()), edits(cpp.path, cpp.wrong, cpp.right),
                            calls("run_check", json::object()), says("Done.")});
  EXPECT_EQ(fix.outcome.end, LoopOutcome::End::verified) << fix.outcome.words;
  EXPECT_THAT(last_message(2), HasSubstr("verdict: WORSE than before your edits\ntarget problem: GONE\nnew problems: 1\n"));
  EXPECT_THAT(last_message(4), HasSubstr("verdict: PASSED\ntarget problem: GONE\nnew problems: 0\n"));
  EXPECT_THAT(json::parse(server.log().requests[0].body)["messages"][1]["content"].get<std::string>(), HasSubstr("The project's check is: g++ -fsyntax-only add.cpp\n"));
}

TEST_P(AgentCheckOnce, NeverOffersAPatchThatFailsTheCheck) {
  skip_without("g++");
  if (IsSkipped()) return;
  const auto fix = run_fix(cpp, {{"check", cpp.check}}, {edits(cpp.path, cpp.problem, cpp.wrong), says("All tests pass.")});
  EXPECT_EQ(fix.outcome.end, LoopOutcome::End::rejected);
  EXPECT_THAT(fix.outcome.words, Not(HasSubstr("All tests pass")));
  EXPECT_EQ(fix.check, "1 new problems");
}

TEST_P(AgentCheckOnce, SaysWhereACheckCouldNotBeRun) {
  skip_without("g++");
  if (IsSkipped()) return;
  const auto fix = run_fix(cpp, {{"check", {"no-such-tool"}}}, {edits(cpp.path, cpp.problem, cpp.right), says("Done.")});
  EXPECT_EQ(fix.outcome.end, LoopOutcome::End::unproven);
  EXPECT_THAT(fix.check, HasSubstr("not checked"));
}

TEST_P(AgentCheckOnce, NamesWhatAPersonShouldLookAt) {
  const auto fix = run_fix(cpp, json::object(), {edits(cpp.path, "a - c;", "a - b;  // NOLINT"), says("Done.")});
  EXPECT_EQ(fix.outcome.end, LoopOutcome::End::verified);
  EXPECT_EQ(fix.check, "");
  EXPECT_THAT(fix.review, testing::ElementsAre("add.cpp:2: adds \"NOLINT\""));
}

TEST_P(AgentCheckOnce, RunsNoCommandsOfTheModelUnlessTheyAreAllowed) {
  skip_without("g++");
  if (IsSkipped()) return;
  const json arguments = {{"argv", {"sh", "-c", "echo from-the-jail; ls"}}, {"reason", "to look"}};
  run_fix(cpp, {{"commands", "off"}}, {calls("run_command", arguments), says("No.")});
  EXPECT_THAT(last_message(1), HasSubstr("no tool \"run_command\""));
  asked = 0;
  run_fix(cpp, {{"commands", "ask"}}, {calls("run_command", arguments), says("No.")});
  EXPECT_THAT(last_message(4), HasSubstr("did not agree"));
  asked = 0;
  run_fix(cpp, {{"commands", "allow"}}, {calls("run_command", arguments), says("No.")});
  EXPECT_THAT(last_message(server.log().requests.size() - 2), HasSubstr("from-the-jail\nadd.cpp\n"));
}

}  // namespace
}  // namespace fimd::tests

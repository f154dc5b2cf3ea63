// One repair against a scripted chat model: a workspace with one wrong line, and answers that call tools.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>

#include "lsp/fixing.h"
#include "lsp/tasks.h"
#include "providers/agent/diff.h"
#include "tests/session/model_server.h"

namespace fimd::tests {

using nlohmann::json;
using providers::agent::LoopOutcome;
namespace fs = std::filesystem;
using testing::HasSubstr;

// An answer that calls one tool, or one that only says something.
inline Reply calls(const std::string& tool, const json& arguments) {
  const json call = {{"index", 0}, {"id", "c1"}, {"type", "function"}, {"function", {{"name", tool}, {"arguments", arguments.dump()}}}};
  return sse_reply({json{{"choices", {{{"index", 0}, {"delta", {{"tool_calls", {call}}}}, {"finish_reason", "tool_calls"}}}}}.dump(), "[DONE]"});
}
inline Reply says(const std::string& text) {
  return sse_reply({json{{"choices", {{{"index", 0}, {"delta", {{"content", text}}}, {"finish_reason", "stop"}}}}}.dump(), "[DONE]"});
}

class AgentSession : public testing::Test {
 protected:
  AgentSession() {
    std::string pattern = (fs::temp_directory_path() / "fimd-agent-XXXXXX").string();
    top = fs::canonical(::mkdtemp(pattern.data())).string();
    root = top + "/work";
    ::setenv("XDG_STATE_HOME", (top + "/state").c_str(), 1);
    fs::create_directories(root);
    std::ofstream(root + "/add.py") << kSource;
  }
  ~AgentSession() override {
    ::unsetenv("XDG_STATE_HOME");
    fs::remove_all(top);
  }

  // The script is played one answer a request; the last one is repeated.
  lsp::Fix run_fix(std::vector<Reply> script, const std::string& jurisdiction = "local", std::string source = kSource) {
    server.set_script([this, script](const SeenRequest& request) {
      if (scripted) return scripted(request);
      return script[std::min(asked++, script.size() - 1)];
    });
    lsp::Configuration configuration;
    json provider_settings = {{"kind", "openai"}, {"url", server.url()}, {"model", "chat"}, {"jurisdiction", jurisdiction}};
    provider_settings.update(more_provider);
    json agent_settings = {{"provider", "m"}, {"max_steps", 8}};
    agent_settings.update(more_agent);
    const auto problems = configuration.set(
        lsp::Layer::initialization,
        {{"agent", agent_settings}, {"privacy", {{"jurisdictions", {"local", "us"}}}}, {"mcp", mcp}, {"providers", {{"m", provider_settings}}}}, "test");
    for (const auto& problem : problems) ADD_FAILURE() << problem.path << " " << problem.what;
    auto document = std::make_shared<lsp::Document>();
    document->root = root;
    document->relative_path = "add.py";
    document->path = root + "/add.py";
    document->text = std::make_shared<const context::Text>(context::make_text("file://" + document->path, 1, "python", std::move(source)));
    lsp::FixTask task{.document = document, .line = 2, .message = "add(1, 2) is -1, should be 3"};
    task.journal = journal;
    if (consent) task.consent = [this](const std::string& question, const std::function<void(bool)>& answer) { answer(consent(question)); };
    task.earlier = earlier;
    const auto provider = lsp::agent_provider(configuration.now(), "");
    EXPECT_TRUE(provider);
    return run(daemon.loop, lsp::fix(daemon, configuration.now(), *provider, task, [this](const std::string& line) { progress += line + "\n"; }));
  }
  static json edit(const std::string& from, const std::string& to) { return {{"path", "add.py"}, {"old_string", from}, {"new_string", to}}; }

  static constexpr const char* kSource = "def add(a, b):\n    return a - b\n";
  // The body of a request, and the text of the last message in it.
  json sent(size_t request) { return json::parse(server.log().requests.at(request).body); }
  std::string last_sent(size_t request) { return sent(request)["messages"].back()["content"].get<std::string>(); }

  json more_provider = json::object(), more_agent = json::object(), mcp = json::object();  // settings
  std::function<bool(const std::string& question)> consent;
  std::function<Reply(const SeenRequest&)> scripted;  // answers instead of the script
  std::shared_ptr<providers::agent::Journal> journal;
  std::optional<providers::agent::Conversation> earlier;
  std::string top, root, progress;
  size_t asked = 0;
  lsp::Daemon daemon;
  ModelServer server{daemon.loop, [](const SeenRequest&) { return says("nothing"); }};
};

}  // namespace fimd::tests

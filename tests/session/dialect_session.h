// A client that was built for another server, with this one in its place, and a scripted model behind it.
#pragma once

#include <gtest/gtest.h>

#include "providers/ledger_store.h"
#include "tests/session/fake_editor.h"
#include "tests/session/model_server.h"
#include "tests/unit/providers/agent/folder.h"

namespace fimd::tests {

class DialectSession : public testing::Test {
 protected:
  using json = nlohmann::json;

  Folder folder;
  lsp::Daemon daemon;
  ModelServer server{daemon.loop, [](const SeenRequest& request) -> Reply {
    if (request.target.starts_with("/v1/models")) {
      return json_reply(200, R"({"object":"list","data":[{"id":"qwen2.5-coder","max_model_len":4096}]})");
    }
    if (request.target != "/v1/completions") return json_reply(404, R"({"detail":"Not Found"})");
    const bool again = json::parse(request.body).value("temperature", 0.0) > 0;
    const json text = {{"choices", {{{"index", 0}, {"text", again ? "beta;" : "alpha + beta;"}, {"finish_reason", nullptr}}}}};
    return sse_reply({text.dump(), R"({"choices":[{"index":0,"text":"","finish_reason":"stop"}]})", "[DONE]"});
  }};
  FakeEditor editor{daemon};

  json settings() {
    return {{"completion", {{"providers", {"m"}}, {"soft_ms", 20000}, {"hard_ms", 20000}, {"speculate", "off"}}},
            {"providers", {{"m", {{"kind", "vllm"}, {"url", server.url()}, {"model", "qwen2.5-coder"}}}}}};
  }
  // Opens a document with the cursor at at(), where the model says "alpha + beta;".
  // What became of the only suggestion, as the statistics have it once the document is closed.
  std::string fate() {
    editor.notify("textDocument/didClose", {{"textDocument", document()}});
    std::string fate;
    editor.run_until([&] {
      auto store = providers::LedgerStore::open(folder.at("ledger.db"));
      const auto shown = store ? (*store)->shown(0) : tl::unexpected(store.error());
      if (shown && !shown->empty()) fate = shown->back().fate;
      return !fate.empty();
    });
    return fate;
  }
  json begin(const json& options, const json& capabilities = {{"window", {{"showDocument", {{"support", true}}}}}}) {
    daemon.ledger.keep_in(folder.at("ledger.db"));
    const json result = editor.initialize(options, capabilities);
    editor.open("file:///w/a.cpp", "cpp", "int f(int alpha, int beta) {\n  return ^\n}\n");
    return result;
  }
  static json at() { return {{"line", 1}, {"character", 9}}; }
  json document() { return {{"uri", editor.uri()}}; }
  json result(const std::string& method, const json& params) { return editor.request(method, params)["result"]; }
  int code(const std::string& method, const json& params) {
    const json answer = editor.request(method, params);
    return answer.contains("error") ? answer["error"]["code"].get<int>() : 0;
  }
};

}  // namespace fimd::tests

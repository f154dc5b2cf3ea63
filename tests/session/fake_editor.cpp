#include "tests/session/fake_editor.h"

#include <algorithm>

namespace fimd::tests {

using nlohmann::json;

FakeEditor::FakeEditor(lsp::Daemon& daemon, const std::shared_ptr<lsp::Recorder>& recorder) : daemon_(daemon), client_(daemon.loop) {
  auto transport = client_.server_end();
  lsp::SessionOptions options;
  if (recorder) {
    transport = lsp::recorded(std::move(transport), recorder);
    options.configured = [recorder](const json& effective) { recorder->configured(effective); };
    options.answering = [recorder](const std::string& provider) { recorder->answering(provider); };
  }
  auto session = std::make_shared<lsp::Session>(daemon, std::move(transport), std::move(options));
  session->start();
  session_ = session;
}

FakeEditor::~FakeEditor() {
  client_.hang_up();
  run_until([&] { return session_.expired(); });
}

json FakeEditor::initialize(json options, json capabilities, const std::string& root, const std::string& client) {
  json params = {{"processId", nullptr}, {"capabilities", std::move(capabilities)}, {"initializationOptions", std::move(options)},
                 {"rootUri", nullptr}};
  if (!root.empty()) params["rootUri"] = "file://" + root;
  if (!client.empty()) params["clientInfo"] = {{"name", client}};
  json answer = request("initialize", std::move(params));
  notify("initialized", json::object());
  return answer["result"];
}

void FakeEditor::open(const std::string& uri, const std::string& language, std::string marked) {
  const size_t cursor = marked.find('^');
  marked.erase(cursor, 1);
  uri_ = uri;
  version_ = 1;
  line_ = static_cast<uint32_t>(std::count(marked.begin(), marked.begin() + static_cast<std::ptrdiff_t>(cursor), '\n'));
  const size_t start = cursor == 0 ? std::string::npos : marked.rfind('\n', cursor - 1);
  column_ = static_cast<uint32_t>(cursor - (start == std::string::npos ? 0 : start + 1));
  notify("textDocument/didOpen",
         {{"textDocument", {{"uri", uri}, {"languageId", language}, {"version", version_}, {"text", marked}}}});
}

void FakeEditor::type(const std::string& text) {
  const json here = {{"line", line_}, {"character", column_}};
  notify("textDocument/didChange", {{"textDocument", {{"uri", uri_}, {"version", ++version_}}},
                                    {"contentChanges", {{{"range", {{"start", here}, {"end", here}}}, {"text", text}}}}});
  for (const char c : text) {
    if (c == '\n') ++line_, column_ = 0;
    else ++column_;
  }
}

void FakeEditor::erase(size_t characters) {
  const json end = {{"line", line_}, {"character", column_}};
  column_ -= static_cast<uint32_t>(characters);
  const json start = {{"line", line_}, {"character", column_}};
  notify("textDocument/didChange", {{"textDocument", {{"uri", uri_}, {"version", ++version_}}},
                                    {"contentChanges", {{{"range", {{"start", start}, {"end", end}}}, {"text", ""}}}}});
}

json FakeEditor::ask(int trigger) {
  return send("textDocument/inlineCompletion", {{"textDocument", {{"uri", uri_}}},
                                                {"position", {{"line", line_}, {"character", column_}}},
                                                {"context", {{"triggerKind", trigger}}}});
}

std::string FakeEditor::suggested(const json& response) const {
  if (!response.contains("result") || response["result"]["items"].empty()) return "";
  return response["result"]["items"][0]["insertText"].get<std::string>();
}

json FakeEditor::explain() { return request("fimd/explain", {{"uri", uri_}})["result"]; }

std::vector<json> FakeEditor::received(const std::string& method) {
  for (auto& message : client_.rest()) incoming_.push_back(std::move(message));
  std::vector<json> out;
  for (const auto& message : incoming_) {
    if (message.value("method", "") == method) out.push_back(message);
  }
  return out;
}

}  // namespace fimd::tests

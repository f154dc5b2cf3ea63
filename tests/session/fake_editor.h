// An editor in the test's own process: a session at the other end of a MemoryClient, one document and its cursor.
// Nothing in it waits for a clock; a wait that is in vain throws after kPatience.
#pragma once

#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "lsp/daemon.h"
#include "lsp/record/recorder.h"
#include "lsp/session.h"
#include "tests/session/memory_transport.h"

namespace fimd::tests {

class FakeEditor {
 public:
  using json = nlohmann::json;

  explicit FakeEditor(lsp::Daemon& daemon, const std::shared_ptr<lsp::Recorder>& recorder = nullptr);
  ~FakeEditor();

  // initialize and initialized, with these options and client capabilities; returns the InitializeResult. `client` is the
  // editor's name; empty: it tells none.
  json initialize(json options, json capabilities = {{"textDocument", {{"inlineCompletion", json::object()}}}},
                  const std::string& root = "", const std::string& client = "");

  json send(const std::string& method, json params) { return client_.request(method, std::move(params)); }  // its id
  void notify(const std::string& method, json params) { client_.notify(method, std::move(params)); }
  void answer(const json& request, json result) { client_.answer(request, std::move(result)); }  // to a request of the server
  json wait(const json& id) { return client_.response(id); }  // the whole response
  json request(const std::string& method, json params) { return wait(send(method, std::move(params))); }

  // Opens a document with the cursor at `^` (removed). One document at a time is "the" document.
  void open(const std::string& uri, const std::string& language, std::string marked);
  void type(const std::string& text);   // at the cursor, as one change
  void erase(size_t characters);        // before the cursor, as one change
  json ask(int trigger = 2);            // inlineCompletion at the cursor; the request's id
  std::string suggested(const json& response) const;  // the first item's insertText, or ""
  std::string complete() { return suggested(wait(ask())); }
  json explain();

  std::vector<json> received(const std::string& method);  // the server's notifications and requests so far
  void run_until(const std::function<bool()>& reached) { lsp::run_until(daemon_.loop, reached, "a condition of the test"); }
  [[nodiscard]] const std::string& uri() const { return uri_; }

 private:
  lsp::Daemon& daemon_;
  lsp::MemoryClient client_;
  std::weak_ptr<lsp::Session> session_;
  std::vector<json> incoming_;
  std::string uri_;
  int version_ = 1;
  uint32_t line_ = 0, column_ = 0;
};

}  // namespace fimd::tests

// One session's repairs: started by the command fimd.fix, shown as progress, ended with an edit that the editor
// applies.
//
// Files are never written. An edit is computed for the text as it is when the repair ends: what the user typed
// elsewhere in the meantime stays, and where both changed the same lines nothing is applied. Loop thread.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "lsp/actions.h"
#include "lsp/dispatch.h"
#include "lsp/document.h"

namespace fimd::lsp {

struct Config;
struct Daemon;

// What a repair needs of its session.
struct RepairHost {
  std::function<const Config&()> config;
  std::function<const ClientFacts&()> client;
  std::function<std::shared_ptr<Document>(const std::string& uri)> find;
  std::function<std::vector<std::shared_ptr<Document>>()> documents;
};

class Repairs {
 public:
  Repairs(Daemon& daemon, Dispatch& dispatch, RepairHost host);

  // Begins a repair; how it ends is shown to the user. Errors: bad_input (the document is not open or lies in no
  // folder, no provider is named), refused (the provider may not have it, or a repair of that document is running).
  [[nodiscard]] Result<void> start(const FixOrder& order);
  void cancel(const nlohmann::json& token);  // of the progress
  void end();                                // cancels them all; nothing is sent any more

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace fimd::lsp

// One "fix this": the agent's loop over an overlay of a workspace, from a place and a message to a verified patch.
//
// Nothing is written: the result is the changed files, for a diff or for edits in the editor. The coroutine runs on the
// loop; tools and checks run on the bulk pool.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "lsp/consent.h"
#include "lsp/daemon.h"
#include "lsp/document.h"
#include "providers/agent/journal.h"
#include "providers/agent/loop.h"
#include "providers/agent/overlay.h"
#include "providers/agent/prompt.h"

namespace fimd::lsp {

struct FixTask {
  std::shared_ptr<Document> document;
  size_t line = 1;                                   // 1-based, where the problem shows
  std::string message;                               // what is wrong or wanted; may be empty
  std::vector<providers::agent::OpenBuffer> buffers = {};  // unsaved texts
  std::shared_ptr<providers::agent::Journal> journal = {};  // where every step is kept; null: nowhere
  std::optional<providers::agent::Conversation> earlier = {};  // what the journal holds of a task that was cut off
  AskUser consent = {};
  size_t last_line = 0;                              // of a selection; 0: the same
  providers::agent::Wanted wanted = providers::agent::Wanted::repair;
};

struct Fix {
  providers::agent::LoopOutcome outcome;
  std::vector<providers::agent::ChangedFile> files;
  std::string provider;
  std::string check;                // what the check says of the change; empty: none is configured
  std::vector<std::string> gone;    // key_of() what the check had reported before the change and reports no more
  std::vector<std::string> review;  // what a person should look at
};

// The provider that agent.provider names. Errors: bad_input (none is named, or no such provider), refused (its
// jurisdiction may not receive this workspace's text).
[[nodiscard]] Result<providers::ProviderConfig> agent_provider(const Config& config, const std::string& wanted);

boost::asio::awaitable<Fix> fix(Daemon& daemon, Config config, providers::ProviderConfig provider, FixTask task,
                                std::function<void(std::string)> progress);

}  // namespace fimd::lsp

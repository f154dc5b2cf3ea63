// The MCP servers of a configuration, for one task or for a look at them: who is asked, and who is told. Loop thread.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "lsp/consent.h"
#include "lsp/daemon.h"
#include "providers/agent/mcp.h"

namespace fimd::lsp {

using McpPtr = std::shared_ptr<providers::agent::McpServers>;

struct McpUser {
  AskUser consent = {};
  std::function<void(std::string)> tell;
  bool local = false;  // what servers say stays on this machine
};

// Null where none is configured; not yet connected.
[[nodiscard]] McpPtr mcp_servers(Daemon& daemon, const Config& config,
                                 std::shared_ptr<const providers::PrivacyRules> rules, McpUser user);

}  // namespace fimd::lsp

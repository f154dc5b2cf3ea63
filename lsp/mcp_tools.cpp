#include "lsp/mcp_tools.h"

namespace fimd::lsp {
namespace agent = providers::agent;
namespace asio = boost::asio;

namespace {

asio::awaitable<bool> ask_for_mcp(std::shared_ptr<const McpUser> user, std::string question) {
  if (!user->consent) {
    user->tell("nobody can be asked for a yes to an MCP tool here; mcp.servers.NAME.allow may say \"allow\"");
    co_return false;
  }
  auto asking = ask_user(user->consent, std::move(question));
  const bool yes = co_await std::move(asking);
  co_return yes;
}

}  // namespace

McpPtr mcp_servers(Daemon& daemon, const Config& config, std::shared_ptr<const providers::PrivacyRules> rules,
                   McpUser user) {
  if (config.mcp.empty()) return nullptr;
  const auto shared = std::make_shared<const McpUser>(std::move(user));
  agent::McpServers::Told told;
  told.problem = [shared](std::string line) {
    log::warn("{}", line);
    shared->tell(std::move(line));
  };
  told.agreed = [shared](std::string question) { return ask_for_mcp(shared, std::move(question)); };
  return std::make_shared<agent::McpServers>(daemon.loop.get_executor(), daemon.http, config.mcp, std::move(rules),
                                             std::move(told), kMcpGrace, shared->local);
}

}  // namespace fimd::lsp

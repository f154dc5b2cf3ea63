// The tools of the MCP servers that the user has configured, for one task of the agent.
//
// Servers are started with the task and ended with it. One that does not come up, ends or hangs is told about once and
// its tools are gone; the task goes on. Programs run outside of the jail, as the user's own, in the user's home folder.
// What a model wants to tell a server is looked through for secrets like a request. A tool that its server describes
// otherwise than before is not called any more in the task. Coroutines on the loop thread.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "context/budget.h"
#include "providers/agent/mcp_server.h"
#include "providers/agent/tools.h"
#include "providers/http.h"
#include "providers/outgoing.h"

namespace fimd::providers::agent {

class McpServers : public std::enable_shared_from_this<McpServers> {
 public:
  struct Told {
    std::function<void(std::string)> problem;  // one line for the user
    std::function<boost::asio::awaitable<bool>(std::string question)> agreed;
  };
  // `http` and `rules` must live as long as this. `grace`: how long an ended server may take. `local`: what servers say
  // stays on this machine, so nothing is replaced in descriptions of tools.
  McpServers(boost::asio::any_io_executor loop, Http& http, std::vector<McpServer> servers,
             std::shared_ptr<const PrivacyRules> rules, Told told, Duration grace, bool local);
  ~McpServers();  // ends at once what still runs

  // Connects to all, side by side, each within its timeout.
  boost::asio::awaitable<void> open(TimePoint deadline);

  // The list of schemas `own` with theirs.
  [[nodiscard]] std::string schemas(const std::string& own);
  // Whether a call is one of theirs, also where the server has gone.
  [[nodiscard]] bool knows(const std::string& name) const;
  // `wary`: the model has reached for what is private, so the user is asked about every call.
  boost::asio::awaitable<ToolResult> call(ToolCall call, TimePoint deadline, bool wary);

  // Reads lists of tools that servers said have changed. True: schemas() has changed.
  boost::asio::awaitable<bool> renew(TimePoint deadline);
  boost::asio::awaitable<void> end();
  void cut();  // ends them at once, whatever is being waited for

  struct Facts {
    std::string name, version;       // of the protocol
    std::string trouble;             // why it is not used
    std::vector<std::string> tools;  // as models see them
  };
  [[nodiscard]] std::vector<Facts> facts() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace fimd::providers::agent

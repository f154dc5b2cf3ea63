// One connection to an MCP server: a process that speaks through its stdin and stdout, or HTTP. Private to
// providers/agent.
//
// One exchange at a time. Coroutines on the loop thread; nothing blocks it. A link that is dropped ends its process at
// once.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "context/budget.h"
#include "providers/agent/mcp.h"
#include "providers/agent/mcp_wire.h"
#include "providers/http.h"

namespace fimd::providers::agent {

class McpLink {
 public:
  virtual ~McpLink() = default;

  // Sends a request (mcp_request()) and waits for its answer; what else comes is answered or passed over. `headers`:
  // only HTTP has them. Errors: down (it has ended, or cannot be reached), deadline, refused (it wants a login), io
  // (the answer is too large, or none of JSON-RPC), not_found (the session is over: connect anew).
  virtual boost::asio::awaitable<Result<McpMessage>> exchange(
      nlohmann::json request, TimePoint deadline, std::vector<std::pair<std::string, std::string>> headers) = 0;
  // Sends a notification; that it does not arrive is seen by the next exchange.
  virtual boost::asio::awaitable<void> tell(nlohmann::json notification, TimePoint deadline) = 0;
  virtual void look() = 0;  // takes in what has come between exchanges
  // Ends it: what does not end by itself within `grace` is killed.
  virtual boost::asio::awaitable<void> end(Duration grace) = 0;
  virtual void cut() = 0;  // ends it at once; who waits for something gets an error

  std::string version;        // of the protocol, once it is known
  bool modern = false;        // of the later era
  bool tools_changed = false; // the server said so

 protected:
  // Takes a message that is no answer to what was asked; returns what to reply.
  std::optional<nlohmann::json> take_other(const McpMessage& message) {
    if (message.method == "notifications/tools/list_changed") tools_changed = true;
    return mcp_reply(message);
  }
};

// Errors: down (the program cannot be started).
[[nodiscard]] Result<std::unique_ptr<McpLink>> start_mcp_process(boost::asio::any_io_executor loop,
                                                                 const McpServer& server);
[[nodiscard]] std::unique_ptr<McpLink> open_mcp_http(Http& http, const McpServer& server);

}  // namespace fimd::providers::agent

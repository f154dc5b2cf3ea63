// The Model Context Protocol's messages: what is said to a server and what its answers mean. Pure.
//
// Two eras: with `initialize` and a session (2024-11-05 to 2025-11-25), and without, every request telling its version
// itself (2026-07-28). All that a server says is taken as data: sizes are limited, what does not fit is left out.
#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "context/result.h"
#include "providers/agent/tools.h"

namespace fimd::providers::agent {

inline constexpr std::string_view kMcpModern = "2026-07-28";
inline constexpr size_t kMcpMessage = 4U << 20;  // bytes of one message

struct McpTool {
  std::string server, tool;  // as the configuration and the server name them
  std::string name;          // for the model: "server__tool"
  std::string description;
  nlohmann::json schema;     // of its arguments, without what models' servers do not take
  std::vector<std::pair<std::string, std::string>> mirrored =
      {};                    // arguments that are sent as headers too, with the header
  uint64_t offered = 0;      // a hash of all that the server says of it
  bool changed = false;      // that is another one than when it was first seen: it is not called
};

// One message that came. `id` is null for a notification.
struct McpMessage {
  nlohmann::json id, result, error;
  std::string method;  // of requests and notifications
  [[nodiscard]] bool answers(int64_t asked) const { return method.empty() && id.is_number_integer() && id == asked; }
};
// nullopt: no message of JSON-RPC.
[[nodiscard]] std::optional<McpMessage> read_mcp(std::string_view text);

[[nodiscard]] nlohmann::json mcp_request(int64_t id, const std::string& method, nlohmann::json params, bool modern);
[[nodiscard]] nlohmann::json mcp_initialize();  // its params

// The answer to a request of the server: an empty one to "ping", else that it is not supported. nullopt: none is due.
[[nodiscard]] std::optional<nlohmann::json> mcp_reply(const McpMessage& message);

// The version that both sides speak. Errors: unsupported.
[[nodiscard]] Result<std::string> mcp_version(const nlohmann::json& initialized);
// Whether a server that refused `initialize` may be one of the later era.
[[nodiscard]] bool may_be_modern(const nlohmann::json& error);
[[nodiscard]] bool offers_modern(const nlohmann::json& discovered);

// What went wrong in a server's words, on one line, at most 300 bytes.
[[nodiscard]] std::string mcp_error(const nlohmann::json& error);

// Appends the tools of one page; returns what to ask for the next one, empty at the end.
std::string read_mcp_tools(const nlohmann::json& result, const std::string& server, std::vector<McpTool>& out);

// Gives every tool a name that a model's API takes and no other has. The order of tools decides, so it is theirs by
// name.
void name_mcp_tools(std::vector<McpTool>& tools);

// `own` (a list of schemas) with the tools added, up to 32 KB of them; `left_out` counts the rest.
[[nodiscard]] std::string with_mcp_tools(const std::string& own, const std::vector<McpTool>& tools, size_t& left_out);

// The arguments of a call, looked at as far as simple schemas go: required ones, types, choices. Errors: bad_input, for
// the model.
[[nodiscard]] Result<nlohmann::json> mcp_arguments(const McpTool& tool, std::string_view text);

// What a tool found: text alone, up to Toolbox::kResultBytes; a line stands for whatever else there is.
[[nodiscard]] ToolResult mcp_result(const nlohmann::json& result);

// A text as the value of an HTTP header.
[[nodiscard]] std::string mcp_header(std::string_view value);

}  // namespace fimd::providers::agent

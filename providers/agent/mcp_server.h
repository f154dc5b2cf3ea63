// An MCP server as the user has configured it, and how its tools are called.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "context/budget.h"

namespace fimd::providers::agent {

struct McpServer {
  std::string name;
  std::vector<std::string> command;  // empty: it has a url
  std::vector<std::pair<std::string, std::string>> environment;
  std::string url;
  std::vector<std::pair<std::string, std::string>> headers;
  bool ask = true;          // every call needs a yes
  Duration timeout{};       // of its start and of each call
};

// "server__tool": no tool of the agent's own is called so.
[[nodiscard]] inline bool is_mcp_name(std::string_view tool) { return tool.find("__") != std::string_view::npos; }

}  // namespace fimd::providers::agent

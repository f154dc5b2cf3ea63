// Anything as a message of an MCP server: tools, results and arguments keep their limits and are valid text.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "context/text.h"
#include "providers/agent/mcp_wire.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace fimd::providers::agent;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto message = read_mcp(text);
  if (!message) return 0;
  static_cast<void>(mcp_reply(*message));
  static_cast<void>(mcp_version(message->result));
  if (!fimd::context::is_valid_utf8(mcp_error(message->error))) std::abort();
  const ToolResult result = mcp_result(message->result);
  if (result.text.empty() || result.text.size() > Toolbox::kResultBytes + 4'096 || !fimd::context::is_valid_utf8(result.text)) std::abort();
  std::vector<McpTool> tools;
  static_cast<void>(read_mcp_tools(message->result, "s", tools));
  name_mcp_tools(tools);
  size_t left_out = 0;
  const auto all = nlohmann::json::parse(with_mcp_tools("[]", tools, left_out), nullptr, false);
  if (tools.empty() ? false : !all.is_array() && left_out < tools.size()) std::abort();
  for (const McpTool& tool : tools) {
    if (tool.name.size() > 64 || !fimd::context::is_valid_utf8(tool.description)) std::abort();
    static_cast<void>(mcp_arguments(tool, text));
  }
  return 0;
}

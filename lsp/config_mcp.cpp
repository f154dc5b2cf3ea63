#include "lsp/config_rules.h"
#include "providers/url.h"

namespace fimd::lsp {

using nlohmann::json;

namespace {

std::vector<std::pair<std::string, std::string>> pairs_of(const json& server, const char* key) {
  std::vector<std::pair<std::string, std::string>> out;
  const auto map = server.find(key);
  if (map == server.end() || !map->is_object()) return out;
  for (const auto& [name, value] : map->items()) out.emplace_back(name, value.get<std::string>());
  return out;
}

// What is wrong with a server; empty: nothing.
std::string read_mcp_server(const json& value, providers::agent::McpServer& out) {
  const auto command = value.find("command");
  if (command != value.end() && command->is_array()) out.command = command->get<std::vector<std::string>>();
  if (command != value.end() && command->is_string()) {
    auto words = providers::agent::split_words(command->get<std::string>());
    if (!words) return words.error().message;
    out.command = *std::move(words);
  }
  out.url = value.value("url", "");
  if (out.command.empty() == out.url.empty()) return "needs either a command or a url";
  if (!out.url.empty() && !providers::parse_url(out.url)) return "has a url that is none";
  out.environment = pairs_of(value, "env");
  out.headers = pairs_of(value, "headers");
  for (const auto& [name, text] : out.environment) {
    if (name.empty() || name.find('=') != std::string::npos) return "has a variable without a name";
  }
  out.ask = value.value("allow", "ask") != "allow";
  out.timeout = std::chrono::seconds(value.value("timeout_s", 30));
  return "";
}

}  // namespace

std::vector<providers::agent::McpServer> read_mcp_servers(const json& merged, const std::string& source,
                                                          std::vector<ConfigProblem>& problems) {
  std::vector<providers::agent::McpServer> out;
  const auto mcp = merged.find("mcp");
  if (mcp == merged.end() || !mcp->is_object() || !mcp->contains("servers") || !(*mcp)["servers"].is_object())
    return out;
  for (const auto& [name, value] : (*mcp)["servers"].items()) {
    if (!value.is_object()) continue;
    providers::agent::McpServer server{.name = name, .command = {}, .environment = {}, .url = {}, .headers = {}};
    if (const std::string wrong = read_mcp_server(value, server); !wrong.empty())
      problems.push_back({"mcp.servers." + name, source, wrong, true});
    else out.push_back(std::move(server));
  }
  return out;
}

}  // namespace fimd::lsp

// The table of configuration keys, and what follows from it: defaults, checks, the schema, and what a workspace file
// may set. Pure.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "lsp/config.h"

namespace fimd::lsp {

// Who may set a key.
enum class Widening {
  none,     // harmless: a workspace file may set it to anything
  lower,    // a workspace file may only lower the number
  shrink,   // a workspace file may only leave entries out of the list
  grow,     // a workspace file may only add entries to the list
  stricter, // a workspace file may only choose a later one of the choices
  never,    // ignored in a workspace file
};

struct Key {
  std::string_view path;  // dotted; "*" stands for a name chosen by the user
  enum class Type {
    boolean,
    integer,
    number,
    string,
    strings,
    map,
    command,
    experiments
  } type;                     // command: a text or a list of texts
  std::string_view fallback;  // the default as JSON
  double low = 0, high = 0;   // of numbers; equal: no limits
  std::string_view choices;   // of strings, or of the entries of a list: "a|b|c"; empty: free
  Widening widening;
  std::string_view text;      // what it does, for the schema
};

[[nodiscard]] const std::vector<Key>& config_keys();

[[nodiscard]] nlohmann::json default_config();

// Checks types, limits and names. Unknown keys are warnings, with the nearest known name.
[[nodiscard]] std::vector<ConfigProblem> check_config(const nlohmann::json& value, const std::string& source);

// What is left of a workspace file when it may only narrow `outer`; every part left out is a warning.
[[nodiscard]] nlohmann::json narrowed(const nlohmann::json& workspace, const nlohmann::json& outer,
                                      const std::string& source, std::vector<ConfigProblem>& problems);

// The MCP servers of a checked configuration, by name; one with a fault is left out.
[[nodiscard]] std::vector<providers::agent::McpServer> read_mcp_servers(const nlohmann::json& merged,
                                                                        const std::string& source,
                                                                        std::vector<ConfigProblem>& problems);

// later over earlier; objects member by member, null means not set.
void merge_config(nlohmann::json& into, const nlohmann::json& later);

}  // namespace fimd::lsp

// The dialect of GitHub Copilot's language server, so that clients that are built for it work with this one: what
// differs from LSP, as values. Only for clients that announce themselves so. Pure; copilot_session.cpp has the methods.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "context/result.h"
#include "lsp/items.h"
#include "lsp/protocol.h"

namespace fimd::lsp {

inline constexpr const char* kCopilotAccepted = "github.copilot.didAcceptCompletionItem";

// Whether initialize's params name an editor and a plugin for Copilot.
[[nodiscard]] bool announces_copilot(const nlohmann::json& params);

// The InitializeResult with what these clients look for.
[[nodiscard]] nlohmann::json copilot_initialize_result(nlohmann::json result);

// {"items": [...]}. Texts begin at column 0 of the cursor's line, since older clients show no others; each has an id.
[[nodiscard]] nlohmann::json copilot_items(const Answered& answered, const Place& place);

// The same for getCompletions and getCompletionsCycling: {"completions": [...]}.
[[nodiscard]] nlohmann::json copilot_completions(const Answered& answered, const Place& place, int64_t version);

// A panel's solution, to be told by PanelSolution; `rank` from 0.
[[nodiscard]] nlohmann::json panel_solution(const std::string& panel, const Suggestion& suggestion, size_t rank,
                                            const Place& place, int64_t version);

// What getCompletions and its relatives ask for: {"doc": {uri, position, version}}. Errors: bad_input.
struct CopilotAsk {
  std::string uri;
  Position position;
  int64_t version = 0;
};
[[nodiscard]] Result<CopilotAsk> read_get_completions(const nlohmann::json& params);

}  // namespace fimd::lsp

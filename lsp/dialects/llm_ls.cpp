#include "lsp/dialects/llm_ls.h"

#include <nlohmann/json.hpp>

#include "lsp/dialects/suggestion_id.h"

namespace fimd::lsp {
namespace {

using nlohmann::json;

// A member of the params, or of an object in them: one client's position lies under the name "1".
json member_of(const json& params, const char* key) {
  if (!params.is_object()) return nullptr;
  if (const auto it = params.find(key); it != params.end()) return *it;
  for (const json& inner : params) {
    if (inner.is_object() && inner.contains(key)) return inner[key];
  }
  return nullptr;
}

}  // namespace

Result<LlmLsAsk> read_llm_ls(const json& params) {
  const auto at = read_document_at(
      {{"textDocument", member_of(params, "textDocument")}, {"position", member_of(params, "position")}});
  if (!at) return tl::unexpected(at.error());
  const bool bare =
      params.contains("request_params") || params.contains("tokens_to_clear") || params.contains("context_window");
  return LlmLsAsk{at->uri, at->position, bare};
}

json llm_ls_completions(const Answered& answered, bool bare) {
  json list = json::array();
  for (const Suggestion& suggestion : answered.items) list.push_back({{"generated_text", suggestion.text}});
  if (bare) return list;
  const uint64_t flight = answered.items.empty() ? 0 : answered.items.front().flight;
  return {{"request_id", suggestion_id(flight, 0)}, {"completions", std::move(list)}};
}

std::optional<uint64_t> llm_ls_flight(const json& params) {
  if (!params.is_object()) return std::nullopt;
  for (const char* key : {"requestId", "request_id"}) {
    if (const auto it = params.find(key); it != params.end()) return flight_of_id(*it);
  }
  return std::nullopt;
}

}  // namespace fimd::lsp

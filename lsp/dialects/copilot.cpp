#include "lsp/dialects/copilot.h"

#include <nlohmann/json.hpp>

#include "lsp/dialects/suggestion_id.h"

namespace fimd::lsp {
namespace {

using nlohmann::json;

// What stands on the cursor's line left of it.
std::string_view left_of_cursor(const Place& place) {
  const std::string_view text = std::string_view(place.text->utf8).substr(0, place.offset);
  return text.substr(text.rfind('\n') + 1);
}

json whole_line_range(const Place& place) {
  return to_json(Range{{place.replace.end.line, 0}, place.replace.end});
}

const json* object_at(const json& value, const char* key) {
  const auto it = value.is_object() ? value.find(key) : value.end();
  return it != value.end() && it->is_object() ? &*it : nullptr;
}

}  // namespace

bool announces_copilot(const json& params) {
  const json* options = object_at(params, "initializationOptions");
  return options && object_at(*options, "editorInfo") && object_at(*options, "editorPluginInfo");
}

json copilot_initialize_result(json result) {
  json& capabilities = result["capabilities"];
  capabilities["inlineCompletionProvider"] = json::object();
  capabilities["executeCommandProvider"]["commands"].push_back(kCopilotAccepted);
  return result;
}

json copilot_items(const Answered& answered, const Place& place) {
  json items = json::array();
  for (const Suggestion& suggestion : answered.items) {
    const json id = suggestion_id(suggestion.flight, items.size());
    items.push_back(
        {{"insertText", std::string(left_of_cursor(place)) + suggestion.text},
         {"range", whole_line_range(place)},
         {"command",
          {{"title", "Completion Accepted"}, {"command", kCopilotAccepted}, {"arguments", json::array({id})}}}});
  }
  return {{"items", std::move(items)}};
}

json copilot_completions(const Answered& answered, const Place& place, int64_t version) {
  json list = json::array();
  for (const Suggestion& suggestion : answered.items) {
    list.push_back({{"uuid", suggestion_id(suggestion.flight, list.size())},
                    {"text", std::string(left_of_cursor(place)) + suggestion.text},
                    {"displayText", suggestion.text},
                    {"range", whole_line_range(place)},
                    {"position", to_json(place.cursor)},
                    {"docVersion", version}});
  }
  return {{"completions", std::move(list)}};
}

json panel_solution(const std::string& panel, const Suggestion& suggestion, size_t rank, const Place& place,
                    int64_t version) {
  const std::string text = std::string(left_of_cursor(place)) + suggestion.text;
  return {{"panelId", panel},
          {"solutionId", suggestion_id(suggestion.flight, rank)},
          {"score", 1.0 / static_cast<double>(rank + 1)},
          {"completionText", text},
          {"displayText", suggestion.text},
          {"range", whole_line_range(place)},
          {"docVersion", version}};
}

Result<CopilotAsk> read_get_completions(const json& params) {
  const json* doc = object_at(params, "doc");
  if (!doc) return fail(Error::Code::bad_input, "params.doc is not an object");
  const auto at = read_document_at({{"textDocument", *doc}, {"position", doc->value("position", json())}});
  if (!at) return tl::unexpected(at.error());
  CopilotAsk ask{at->uri, at->position, 0};
  if (const auto version = doc->find("version"); version != doc->end() && version->is_number_integer())
    ask.version = version->get<int64_t>();
  return ask;
}

}  // namespace fimd::lsp

#include "lsp/dialects/tabby.h"

#include <nlohmann/json.hpp>

#include "lsp/dialects/suggestion_id.h"

namespace fimd::lsp {
namespace {

using nlohmann::json;

json at(const json& value, std::initializer_list<const char*> path) {
  const json* here = &value;
  for (const char* key : path) {
    const auto found = here->is_object() ? here->find(key) : here->end();
    if (!here->is_object() || found == here->end()) return nullptr;
    here = &*found;
  }
  return *here;
}

}  // namespace

bool announces_tabby(const json& params) {
  return at(params, {"initializationOptions", "clientInfo", "tabbyPlugin"}).is_object() ||
         at(params, {"capabilities", "tabby"}).is_object();
}

json with_tabby_capabilities(json params) {
  const json given = at(params, {"initializationOptions", "clientCapabilities"});
  if (given.is_object()) params["capabilities"].merge_patch(given);
  return params;
}

json tabby_items(const Answered& answered, const Place& place) {
  json list = inline_items(answered, place);
  for (size_t i = 0; i < answered.items.size(); ++i) {
    json& item = list["items"][i];
    item.erase("command");  // it is told by an event
    item["data"]["eventId"] = {{"completionId", suggestion_id(answered.items[i].flight, i)}, {"choiceIndex", i}};
  }
  list["isIncomplete"] = false;
  return list;
}

std::optional<uint64_t> tabby_selected(const json& params) {
  if (at(params, {"type"}) != "select" || !at(params, {"selectKind"}).is_null()) return std::nullopt;
  return flight_of_id(at(params, {"eventId", "completionId"}));
}

json tabby_status(bool paused, const std::string& trouble) {
  if (paused) return {{"status", "codeCompletionNotAvailable"}, {"tooltip", "fimd: paused"}};
  // With trouble there is still text, of another model or of the built-in one.
  json status = {{"status", "ready"}, {"tooltip", trouble.empty() ? "fimd" : "fimd: " + trouble}};
  if (!trouble.empty()) status["helpMessage"] = trouble;
  return status;
}

}  // namespace fimd::lsp

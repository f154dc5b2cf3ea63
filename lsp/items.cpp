#include "lsp/items.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "lsp/actions.h"
#include "lsp/version.h"

namespace fimd::lsp {
namespace {

using nlohmann::json;
using context::Encoding;

bool is_word(unsigned char c) { return std::isalnum(c) != 0 || c == '_' || c >= 0x80; }

std::string word_before(const context::Text& text, size_t offset) {
  size_t start = offset;
  while (start > 0 && is_word(static_cast<unsigned char>(text.utf8[start - 1]))) --start;
  return text.utf8.substr(start, offset - start);
}

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

}  // namespace

Place place_of(const Document& document, Position position) {
  Place place;
  place.text = document.text;
  place.offset = context::offset_at(*document.text, position, Encoding::utf16);
  place.cursor = context::position_at(*document.text, place.offset, Encoding::utf16);
  place.replace = {place.cursor, place.cursor};
  place.word = word_before(*document.text, place.offset);
  return place;
}

Place place_of(const Document& document, const InlineCompletionParams& params) {
  Place place = place_of(document, params.position);
  if (!params.selectedCompletionInfo) return place;
  const auto& selected = *params.selectedCompletionInfo;
  // The client shows an item beside its popup only if it replaces the same range and extends the selected text.
  if (selected.range.start.line != selected.range.end.line || selected.range.start > selected.range.end) return place;
  const context::Change change{selected.range, selected.text};
  context::Edited edited = context::apply(*document.text, {&change, 1}, Encoding::utf16);
  const size_t start = context::offset_at(*document.text, selected.range.start, Encoding::utf16);
  place.text = std::make_shared<const context::Text>(std::move(edited.text));
  place.offset = start + selected.text.size();
  place.replace = selected.range;
  place.begin = selected.text;
  return place;
}

json inline_items(const Answered& answered, const Place& place) {
  json items = json::array();
  for (const auto& suggestion : answered.items) {
    items.push_back(
        {{"insertText", place.begin + suggestion.text},
         {"range", to_json(place.replace)},
         {"command", {{"title", "accepted"}, {"command", "fimd.accepted"}, {"arguments", {suggestion.flight}}}}});
  }
  return {{"items", std::move(items)}};
}

json popup_items(const Answered& answered, const Place& place, const ClientFacts& client) {
  json items = json::array();
  int rank = 0;
  for (const auto& suggestion : answered.items) {
    const std::string text = place.word + suggestion.text;
    Range range{place.cursor, place.cursor};
    range.start.character -= static_cast<uint32_t>(context::units(place.word, Encoding::utf16));
    const std::string line = first_line(text);
    json item = {
        {"label", line == text ? line : line + " ..."},
        {"kind", 1},
        {"detail", "fimd: " + suggestion.provider},
        {"filterText", place.word.empty() ? line : text},
        {"sortText", fmt::format("!{:02}", rank++)},
        {"insertTextFormat", 1},
        {"textEdit", {{"range", to_json(range)}, {"newText", text}}},
        {"command", {{"title", "accepted"}, {"command", "fimd.accepted"}, {"arguments", {suggestion.flight}}}}};
    if (client.insertTextModeAsIs) item["insertTextMode"] = 1;
    items.push_back(std::move(item));
  }
  return {{"isIncomplete", true}, {"items", std::move(items)}};
}

bool offers_popup(const ClientFacts& client, const Config& config) {
  if (config.completion.popup_off) return false;
  return config.completion.popup || !client.inlineCompletion;
}

json initialize_result(const ClientFacts& client, const Config& config) {
  json capabilities = {
      {"textDocumentSync", {{"openClose", true}, {"change", 2}, {"save", {{"includeText", false}}}}},
      {"inlineCompletionProvider", true},
      {"executeCommandProvider", {{"commands", {"fimd.accepted", "fimd.togglePause", "fimd.reindex", kFixCommand}}}},
      {"workspace", {{"workspaceFolders", {{"supported", true}, {"changeNotifications", true}}}}}};
  // Without literals a client takes commands, and knows no kinds.
  capabilities["codeActionProvider"] =
      client.codeActionLiterals ? json{{"codeActionKinds", {"quickfix", "refactor.rewrite"}}} : json(true);
  if (client.positionEncodings) capabilities["positionEncoding"] = "utf-16";
  if (offers_popup(client, config)) {
    capabilities["completionProvider"] = {{"triggerCharacters", json::array()}, {"resolveProvider", false}};
  }
  return {{"capabilities", std::move(capabilities)}, {"serverInfo", {{"name", kName}, {"version", kVersion}}}};
}

json registrations(const ClientFacts& client) {
  json list = json::array();
  if (client.configurationRegistration) {
    list.push_back({{"id", "fimd.configuration"}, {"method", "workspace/didChangeConfiguration"},
                    {"registerOptions", {{"section", "fimd"}}}});
  }
  if (client.watchedFiles) {
    list.push_back({{"id", "fimd.files"}, {"method", "workspace/didChangeWatchedFiles"},
                    {"registerOptions", {{"watchers", json::array({{{"globPattern", "**/*"}}})}}}});
  }
  return {{"registrations", std::move(list)}};
}

}  // namespace fimd::lsp

// The shapes in which suggestions and capabilities go to clients. Pure.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "lsp/completion.h"
#include "lsp/config.h"
#include "lsp/protocol.h"

namespace fimd::lsp {

// Where a request asks, in the text it asks about: the document's, or with the popup's selected entry put in.
struct Place {
  context::Snapshot text;
  size_t offset = 0;
  Range replace;         // of the document: empty at the cursor, or what the selected entry replaces
  std::string begin;     // the item's text begins with this (the selected entry)
  std::string word;      // the word that ends at the cursor
  Position cursor;
};

[[nodiscard]] Place place_of(const Document& document, const InlineCompletionParams& params);
[[nodiscard]] Place place_of(const Document& document, Position position);

// {"items": [...]}: plain strings with an explicit range that ends at the cursor; nothing that is null.
[[nodiscard]] nlohmann::json inline_items(const Answered& answered, const Place& place);

// A CompletionList for clients without inline completion.
[[nodiscard]] nlohmann::json popup_items(const Answered& answered, const Place& place, const ClientFacts& client);

// Whether this client gets suggestions through textDocument/completion.
[[nodiscard]] bool offers_popup(const ClientFacts& client, const Config& config);

[[nodiscard]] nlohmann::json initialize_result(const ClientFacts& client, const Config& config);

// The params of client/registerCapability: settings and watched files, where the client offers to.
[[nodiscard]] nlohmann::json registrations(const ClientFacts& client);

}  // namespace fimd::lsp

// The dialect of tabby-agent, so that clients that are built for it (vim-tabby) work with this server: what differs
// from LSP, as values. Only for clients that announce themselves so. Pure; tabby_session.cpp has the methods.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "lsp/items.h"

namespace fimd::lsp {

// Whether initialize's params name a plugin for Tabby.
[[nodiscard]] bool announces_tabby(const nlohmann::json& params);

// initialize's params with the capabilities that these clients give among their options put over the others.
[[nodiscard]] nlohmann::json with_tabby_capabilities(nlohmann::json params);

// {"isIncomplete": false, "items": [...]}: each item tells in "data" how its events are to be reported.
[[nodiscard]] nlohmann::json tabby_items(const Answered& answered, const Place& place);

// The flight of a suggestion that was taken as a whole, by the params of tabby/telemetry/event; nullopt: of none of
// ours, or it was only shown, taken in part or dismissed.
[[nodiscard]] std::optional<uint64_t> tabby_selected(const nlohmann::json& params);

// The result of tabby/status; `trouble`: what is wrong with the models, or empty.
[[nodiscard]] nlohmann::json tabby_status(bool paused, const std::string& trouble);

}  // namespace fimd::lsp

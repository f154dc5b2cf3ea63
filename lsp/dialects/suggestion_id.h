// The names that suggestions have in dialects whose clients tell by name what became of them. Pure.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

namespace fimd::lsp {

// Of the `rank`-th suggestion, from 0, of a flight.
[[nodiscard]] std::string suggestion_id(uint64_t flight, size_t rank);

// The flight of a suggestion's name; nullopt: it is none of ours.
[[nodiscard]] std::optional<uint64_t> flight_of_id(const nlohmann::json& id);

}  // namespace fimd::lsp

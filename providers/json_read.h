// Reading JSON that somebody else wrote: nothing here throws, and a missing key and a wrong type are the same thing.
//
// Private to the sources of providers/.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace fimd::providers {

// Parses one JSON text; is_discarded() when it is none. Bytes that are not UTF-8 and halves of surrogate pairs, which
// some servers send where they cut a text between tokens, become U+FFFD instead of an error.
[[nodiscard]] nlohmann::json parse_json(std::string_view text);

// A member of an object, or null when `value` is no object or has no such member.
[[nodiscard]] const nlohmann::json* member(const nlohmann::json& value, const char* key);
// The first element of the array `key`, or null.
[[nodiscard]] const nlohmann::json* first_of(const nlohmann::json& value, const char* key);

[[nodiscard]] std::string_view string_at(const nlohmann::json& value, const char* key);  // "" when it is no string
[[nodiscard]] bool true_at(const nlohmann::json& value, const char* key);
[[nodiscard]] std::optional<double> number_at(const nlohmann::json& value, const char* key);
[[nodiscard]] std::optional<int64_t> count_at(const nlohmann::json& value, const char* key);  // 0 to 2^53

// As bytes for a request: compact, invalid UTF-8 replaced.
[[nodiscard]] std::string dump_json(const nlohmann::json& value);

}  // namespace fimd::providers

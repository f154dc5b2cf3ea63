// What a model costs: list prices of known models, and the price of one exchange. Pure.
//
// Prices are in US dollars for a million tokens, with the month they were read from the providers' lists; they change,
// so `providers.NAME.price` in the configuration overrides them.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "providers/usage.h"

namespace fimd::providers {

struct ProviderConfig;

struct Price {
  double input = 0, cached = 0, output = 0;  // USD for a million tokens; cached: of input that the server had kept
  bool known = false;                        // false: nothing is known, and a cost of 0 says nothing
  std::string as_of;                         // "2026-11", "configuration", or "local"
};

// What the provider's model costs: by the configuration, 0 where it is local, else by the list for its model's name.
[[nodiscard]] Price price_of(const ProviderConfig& config);

// The list price of a model by its name ("codestral-latest", "mistralai/codestral-2508"); nullopt: not listed.
[[nodiscard]] std::optional<Price> listed_price(std::string_view model);

// US dollars. Cached tokens are taken to be part of the prompt's.
[[nodiscard]] double cost_of(const Price& price, const Usage& usage);

// A count for an exchange whose server did not count, or was stopped before it could: from bytes of the prompt and
// the pieces of text that came.
[[nodiscard]] Usage estimated_usage(size_t prompt_bytes, size_t pieces);

}  // namespace fimd::providers

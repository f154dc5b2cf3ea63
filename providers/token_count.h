// Counting by the model's own tokenizer, where its server offers that: llama-server and vLLM do. Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "context/result.h"
#include "providers/provider.h"

namespace fimd::providers {

// The request that counts the tokens of a text; nullopt where this kind of provider has none. The text goes out as it
// is: only for providers that may see it. Bodies as in the documentation of llama.cpp's server and of vLLM.
[[nodiscard]] std::optional<HttpRequest> count_request(const ProviderConfig& config, std::string_view text);

// The count in a reply. Errors: unsupported (no such reply: the server has no tokenizer to offer).
[[nodiscard]] Result<size_t> read_count(std::string_view body);

}  // namespace fimd::providers

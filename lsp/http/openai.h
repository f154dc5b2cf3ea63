// OpenAI's /v1/completions as editors' plugins use it: a prompt, and the text behind the cursor either as `suffix` or
// inside the prompt, written with some model's tokens for filling in the middle. Pure.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "context/result.h"
#include "lsp/http/wish.h"

namespace fimd::lsp::http::openai {

// Errors: bad_input (no JSON, a member of a wrong type, more than one choice).
[[nodiscard]] Result<Wish> read(std::string_view body);

// What one request's answers have in common.
struct Envelope {
  uint64_t id = 0;
  int64_t created = 0;  // seconds since 1970
};

// The whole answer. Counts of tokens are estimates.
[[nodiscard]] nlohmann::json whole(const Envelope& envelope, const Wish& wish, const Fill& fill);

// One event of a stream: more text, or with `last` the end.
[[nodiscard]] nlohmann::json piece(const Envelope& envelope, const Wish& wish, std::string_view text, bool last);

// The answer of /v1/models.
[[nodiscard]] nlohmann::json models(int64_t created);

inline constexpr std::string_view kEndOfStream = "[DONE]";

}  // namespace fimd::lsp::http::openai

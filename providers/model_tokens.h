// The control tokens of the known model families, as text: what must never reach a user.
//
// Servers are asked to stop at them, but some print them, and some print them piece by piece. Pure functions.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace fimd::providers {

struct TokenSpan {
  size_t start = 0;
  size_t end = 0;
};

// The length of the token that ends exactly at the end of `text`, or 0. Only spellings that no program contains are
// looked for; this is what a stream filter may act on without seeing the document.
[[nodiscard]] size_t model_token_at_end(std::string_view text);

// The first token in `text`, whichever spelling. Spellings that could also be code ("</s>", "[SUFFIX]") count only
// where `document` never holds them.
[[nodiscard]] std::optional<TokenSpan> find_model_token(std::string_view text, std::string_view document);

// How many bytes at the end of `text` may be the beginning of a token.
[[nodiscard]] size_t partial_token_at_end(std::string_view text);

}  // namespace fimd::providers

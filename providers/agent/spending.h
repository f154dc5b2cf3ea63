// What a task has used of its tokens and its money, and what the next request may use. Pure functions.
#pragma once

#include <cstdint>
#include <optional>

#include "providers/cost.h"

namespace fimd::providers::agent {

// Tokens of all requests. `cached` is the part of `in` that came from the server's cache.
struct Spent {
  int64_t in = 0, cached = 0, out = 0;
  bool estimated = false;  // a part of it was not told by the server but taken from the number of bytes
};

struct SpendingLimits {
  int64_t tokens = 0;  // in and out together; 0: no limit
  double cost = 0;     // US dollars; 0: no limit, as where the price is not known
  Price price = {};
};

// Bytes of a token where nothing better is known: of code, between the tokenizers in use.
inline constexpr double kBytesPerToken = 3.3;

// Adds a request. What the usage does not tell is taken from the estimates.
void book(Spent& spent, const Usage& usage, int64_t estimated_in, int64_t estimated_out);

[[nodiscard]] double cost_of(const Spent& spent, const Price& price);  // US dollars

// The most tokens that the next answer may have, at most `wanted`, when its prompt has about `prompt` tokens at full
// price; nullopt when what is left would not pay for an answer of any use.
[[nodiscard]] std::optional<int> affordable(const Spent& spent, const SpendingLimits& limits, int64_t prompt,
                                            int wanted);

}  // namespace fimd::providers::agent

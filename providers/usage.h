// What a model server counted of one exchange. Plain data.
#pragma once

#include <cstdint>
#include <optional>

namespace fimd::providers {

struct Usage {
  std::optional<int64_t> prompt_tokens, cached_tokens, output_tokens;  // cached: those of the prompt that were
  std::optional<double> prompt_ms, output_ms;  // as the server measured them
};

}  // namespace fimd::providers

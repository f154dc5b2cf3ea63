// Whether a patch may be offered: it changes something, keeps to the files it may change, parses no worse than what
// was there, and puts neither a secret nor the placeholder of one where there was none. Pure but for parsing: bulk
// pool.
#pragma once

#include <functional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "context/budget.h"
#include "providers/agent/overlay.h"

namespace fimd::providers::agent {

struct PatchRules {
  std::function<bool(std::string_view path)> allowed;  // empty: all files
  size_t max_files = 8;
  size_t max_lines = 2'000;  // removed and added together
};

// Why the patch may not be offered, one reason each, in words that a model can act on; empty: it may. A file without a
// grammar, and one that cannot be parsed by the deadline, passes. Errors: cancelled.
[[nodiscard]] Result<std::vector<std::string>> verify(std::span<const ChangedFile> patch, const PatchRules& rules,
                                                      TimePoint deadline, const std::stop_token& stop);

}  // namespace fimd::providers::agent

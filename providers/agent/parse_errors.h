// What the parser has against a text. Private to providers/agent; parsing blocks: bulk pool.
#pragma once

#include <cstddef>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "context/syntax.h"

namespace fimd::providers::agent {

// The tree of a file's text, its language told by its path; empty without a grammar, or where parsing was stopped.
[[nodiscard]] context::Tree tree_of(std::string_view path, std::string text, const std::stop_token& stop);

// Lines (zero-based) that an ERROR or MISSING node touches, the first `limit` of them.
[[nodiscard]] std::vector<size_t> error_lines(const context::Tree& tree, size_t limit);

[[nodiscard]] std::string language_of(std::string_view path, std::string_view text);

}  // namespace fimd::providers::agent

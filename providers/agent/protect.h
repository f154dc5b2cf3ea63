// Files that decide whether a fix counts as one, and files that run or instruct something: the agent must not edit
// them. Pure.
#pragma once

#include <string_view>

namespace fimd::providers::agent {

// What a path is that makes it read-only for the agent ("an existing test"), or empty. `is_new`: there is no such file
// yet; new tests may be written.
[[nodiscard]] std::string_view protected_as(std::string_view path, bool is_new);

}  // namespace fimd::providers::agent

// Three-way merge by lines: a change that was made from one text, done to another that has moved on. Pure: any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace fimd::providers::agent {

// What leads from `before` to `after`, done to `now`. None: both changed the same lines, or put lines at the same
// place.
[[nodiscard]] std::optional<std::string> merged(std::string_view before, std::string_view after, std::string_view now);

}  // namespace fimd::providers::agent

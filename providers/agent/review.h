// What a person should look at in a patch before it is taken: it may be right, but it is of a kind that hides problems
// or runs something. Pure.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "providers/agent/overlay.h"

namespace fimd::providers::agent {

// One line for each: added comments that silence tools, files that builds run, addresses and packages that the file did
// not name before, characters that cannot be seen, size.
[[nodiscard]] std::vector<std::string> review_of(std::span<const ChangedFile> patch);

}  // namespace fimd::providers::agent

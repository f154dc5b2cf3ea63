// Reads a repository with the user's git, without running anything that the repository's own configuration names.
#pragma once

#include <string>
#include <vector>

#include "context/result.h"

namespace fimd::lsp {

// The standard output of "git -C root ARGUMENTS", at most 32 MiB. Blocking; given up after 20 s. Errors: not_found (no
// git), io (it failed, too much output), deadline.
[[nodiscard]] Result<std::string> git(const std::string& root, const std::vector<std::string>& arguments);

}  // namespace fimd::lsp

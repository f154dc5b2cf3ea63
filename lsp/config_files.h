// Reading the files of a configuration, and lists of what is wrong with them.
#pragma once

#include <algorithm>
#include <iterator>
#include <string>
#include <vector>

#include "lsp/config.h"

namespace fimd::lsp {

// A file's content. Errors: not_found when there is none, io when it cannot be read or is larger than 4 MiB.
[[nodiscard]] Result<std::string> read_small_file(const std::string& path);

[[nodiscard]] inline bool any_fatal(const std::vector<ConfigProblem>& problems) {
  return std::any_of(problems.begin(), problems.end(), [](const auto& p) { return p.fatal; });
}

inline void append(std::vector<ConfigProblem>& to, std::vector<ConfigProblem> from) {
  to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

}  // namespace fimd::lsp

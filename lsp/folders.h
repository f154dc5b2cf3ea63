// Where this program keeps what is its own.
#pragma once

#include <string>

namespace fimd::lsp {

// $XDG_CACHE_HOME/fimd, or ~/.cache/fimd: may be deleted at any time. Empty if there is no home.
[[nodiscard]] std::string cache_folder();

// $XDG_STATE_HOME/fimd, or ~/.local/state/fimd: what should stay. Empty if there is no home.
[[nodiscard]] std::string state_folder();

}  // namespace fimd::lsp

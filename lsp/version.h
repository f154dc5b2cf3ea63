// The program's name and version, as `fimd --version` and the initialize result give them.
#pragma once

namespace fimd::lsp {
inline constexpr const char* kName = "fimd";
inline constexpr const char* kVersion = "0.1.0";
}  // namespace fimd::lsp

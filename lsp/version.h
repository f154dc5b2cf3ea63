// The program's name and version, as `fimd --version` and the initialize result give them.
#pragma once

namespace fimd::lsp {
inline constexpr const char* kName = "fimd";
inline constexpr const char* kVersion = "0.1.0";
inline constexpr const char* kVersionDate = "2026-12-01";  // of the manual page
}  // namespace fimd::lsp

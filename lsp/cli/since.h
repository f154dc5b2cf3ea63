// "--since" of the shell commands.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "context/result.h"

namespace fimd::lsp::cli {

// Unix milliseconds of "30m", "12h", "7d", "2w" before `now`, of "2026-11-30" or "2026-11-30 14:05" (local time), or of
// "" (the beginning). Errors: bad_input.
[[nodiscard]] Result<int64_t> since_ms(const std::string& text, std::chrono::system_clock::time_point now);

}  // namespace fimd::lsp::cli

// search_text and find_symbol. Private to providers/agent; they read many files: bulk pool.
#pragma once

#include <functional>
#include <stop_token>
#include <string>
#include <string_view>

#include "context/index.h"
#include "providers/agent/tool_arguments.h"
#include "providers/agent/tools.h"

namespace fimd::providers::agent {

// `seen` is told every file of which lines were shown.
using Seen = std::function<void(const std::string& path)>;

[[nodiscard]] ToolResult search_text(Overlay& overlay, const Arguments& arguments, const Seen& seen,
                                     const std::stop_token& stop);
[[nodiscard]] ToolResult find_symbol(Overlay& overlay, const context::IndexPtr& index, const Arguments& arguments,
                                     const Seen& seen, const std::stop_token& stop);

// Whether a glob as models write them ("src/**/*.cpp", "*.py", "./src") takes a path.
[[nodiscard]] std::function<bool(std::string_view path)> glob_filter(std::string glob);

}  // namespace fimd::providers::agent

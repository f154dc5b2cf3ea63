// The parsers behind lsp/project: each takes a file's text, and anything at all may be in it. Pure.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace fimd::lsp {

// JSON as TypeScript reads its configuration: comments and trailing commas are fine. Discarded where it is none.
[[nodiscard]] nlohmann::json parse_lenient(std::string_view text);

// The path of "module example.com/shop"; empty if there is none.
[[nodiscard]] std::string go_module_name(std::string_view go_mod);

// The name in the [package] section; empty if there is none.
[[nodiscard]] std::string crate_name(std::string_view cargo_toml);

// The folders of -I, -isystem, -iquote and -idirafter in a compile_commands.json that lie in `root`, relative to it, in
// order of first appearance, at most 200. Memory does not grow with the file.
[[nodiscard]] std::vector<std::string> include_folders(std::string_view compile_commands, std::string_view root);

}  // namespace fimd::lsp

// Addresses and packages that a line of code names: what a patch may bring in from outside. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace fimd::providers::agent {

// What the line names and the text before the patch does not: "adds the address https://host", "uses the package name".
// Of packages only those of Python, JavaScript, TypeScript, Go and Rust that do not come with the language.
[[nodiscard]] std::vector<std::string> names_newly(std::string_view path, std::string_view before,
                                                   std::string_view line);

}  // namespace fimd::providers::agent

// Command lines without a shell: who may run them, text to words, and what a check's words mean for the workspace.
// Pure.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "context/result.h"

namespace fimd::providers::agent {

// Whether a model may run programs of its choice (run_command).
enum class Commands { off, ask, allow };

// Splits at blanks; '...', "..." and \ keep what they enclose, and nothing else has a meaning. Errors: bad_input (a
// quote without its end; && | ; > < and & as words of their own, which only a shell knows).
[[nodiscard]] Result<std::vector<std::string>> split_words(std::string_view text);

// For reading: words with blanks or quotes in them are quoted.
[[nodiscard]] std::string joined(const std::vector<std::string>& words);

// Files of the workspace that decide what the check does, relative to its root: a script that it runs, the Makefile of
// make. They must not be edited by who is checked.
[[nodiscard]] std::vector<std::string> files_of_check(const std::vector<std::string>& words, std::string_view root);

// The words with "{filter}" replaced, or left out where there is no filter; nullopt: the check takes none. Errors:
// bad_input (more than letters, digits and _./:*[] - in it, or it begins with "-").
[[nodiscard]] Result<std::vector<std::string>> with_filter(const std::vector<std::string>& words,
                                                           std::string_view filter);

}  // namespace fimd::providers::agent

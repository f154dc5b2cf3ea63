// What a command in a jail has of the machine: its environment and the folders that it can read. Built from what is
// allowed, never from what there is. Reads the file system, changes nothing.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "context/result.h"

namespace fimd::providers::agent {

// An environment variable of this process; nullopt: it is not set.
using Variables = std::function<std::optional<std::string>(const char* name)>;
[[nodiscard]] std::optional<std::string> process_variable(const char* name);

// Entries of PATH that count: absolute, there, and outside of the workspace, which could hold a program of any name.
[[nodiscard]] std::vector<std::string> search_path(const std::string& path, const std::string& root);

// "NAME=value" of what a build needs and what keeps tools quiet and off the network. Keys, tokens and what makes
// programs load or run others are not among them. `home`: what HOME is within.
[[nodiscard]] std::vector<std::string> jail_environment(const Variables& variables, const std::string& root,
                                                        const std::string& home, const std::string& temporary);

// Folders and files that the command may read besides the workspace: the system's, what tools keep in the home folder
// without what holds secrets, and what variables such as JAVA_HOME name. No entry lies within another.
[[nodiscard]] std::vector<std::string> readable_places(const Variables& variables, const std::string& root,
                                                       std::string_view program);

// The program that a command's first word means: a path within the workspace, relative or absolute, or a name looked up
// in the search path. Errors: not_found.
[[nodiscard]] Result<std::string> find_program(const std::string& word, const Variables& variables,
                                               const std::string& root, const std::string& directory);

// Whether an absolute path is the folder or below it, by the names alone.
[[nodiscard]] bool lies_in(std::string_view path, std::string_view folder);

}  // namespace fimd::providers::agent

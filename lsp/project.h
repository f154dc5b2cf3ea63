// Reads the project files of a workspace folder for what they say about imports: tsconfig.json and jsconfig.json,
// package.json, go.mod, Cargo.toml, composer.json, compile_commands.json. Bulk pool; what cannot be read says nothing.
#pragma once

#include <stop_token>
#include <string>
#include <string_view>

#include "context/files.h"
#include "context/paths.h"
#include "context/project.h"

namespace fimd::lsp {

// Whether a change of this file means that read_project() may have another answer.
[[nodiscard]] bool is_project_file(std::string_view path);

// `paths` are the files of the folder; compile_commands.json, which is mostly ignored, is also looked for in the usual
// build folders.
[[nodiscard]] context::ProjectPtr read_project(const context::FileSource& files, const std::string& root,
                                               const context::Paths& paths, const std::stop_token& stop);

}  // namespace fimd::lsp

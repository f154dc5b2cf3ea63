// The ignore files of assistants: what a project says must not go to a model. Each kind of file is asked by itself and
// any one of them takes a path out; no other file, and no "!" of another kind, brings it back.
//
// Reading blocks for a moment; the files are small and few.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "context/files.h"
#include "context/ignore.h"

namespace fimd::context {

// ".fimdignore", ".cursorignore", ".aiexclude" ...; all in gitignore syntax.
[[nodiscard]] std::span<const std::string_view> ai_ignore_files();
[[nodiscard]] bool is_ai_ignore_file(std::string_view name);

// The patterns of such a file. In ".aiexclude" a "!" counts for nothing, and a file without a pattern takes out all.
[[nodiscard]] IgnoreList ai_patterns(std::string_view name, std::string_view text);

// Why the file must not go to a model that is not local: the file that says so ("sub/.aiexclude"), or empty. Looked for
// in every folder from the root down to the file's own; a ".noai" at the root takes out everything. A file that cannot
// be read takes out what lies below it.
[[nodiscard]] std::string ai_ignored_by(const FileSource& source, const std::string& root, std::string_view path);

}  // namespace fimd::context

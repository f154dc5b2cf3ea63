// Where an import leads: from its spelling to the files of the workspace that it brings in.
//
// Rules of each language's own module system, over the set of paths and what the project files say; no file is read.
// Where a rule has several answers the file nearest to the importing one comes first. Nothing found means that the
// import comes from outside of the workspace. Microseconds; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "context/paths.h"
#include "context/project.h"
#include "context/segment.h"

namespace fimd::context {

// An import where it stands.
struct ImportSite {
  std::string_view path;      // of the importing file
  std::string_view language;  // its id
  ImportView import;
};

inline constexpr size_t kMaxImported = 64;  // files that one import can bring in (a package that is a folder)

[[nodiscard]] std::vector<FileId> resolve_import(const Paths& paths, const Project& project, const ImportSite& site);

// The words under which an index files an import, and those under which the imports of a file may be found: if an
// import resolves to a file, one of its keys is among those of the file.
[[nodiscard]] std::vector<std::string_view> import_keys(std::string_view path, const ImportView& import);
[[nodiscard]] std::vector<std::string> file_keys(std::string_view path, const Project& project);

}  // namespace fimd::context

// What the rules of the languages share when they resolve imports; used by context/imports*.cpp only.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "context/imports.h"

namespace fimd::context::importing {

inline constexpr size_t kMaxCandidates = 2000;  // files of one name that are looked at
inline constexpr size_t kMaxParts = 64;         // of a dotted name

// One import that is being resolved.
struct Search {
  const Paths& paths;
  const Project& project;
  const ImportSite& site;
  std::string_view folder;  // of the importing file

  [[nodiscard]] std::optional<FileId> file(std::string_view path) const { return paths.find(path); }
};

using Found = std::vector<FileId>;
[[nodiscard]] inline Found one(std::optional<FileId> file) { return file ? Found{*file} : Found{}; }

[[nodiscard]] std::vector<std::string_view> split(std::string_view text, std::string_view separators);
[[nodiscard]] std::string join(std::string_view folder, std::string_view rest);  // either may be empty
[[nodiscard]] std::string with_slashes(std::string_view dotted, std::string_view separators);

// The folder and those above it, up to the root (""), innermost first.
[[nodiscard]] std::vector<std::string_view> folders_up(std::string_view folder);

// Whether `path` is `ending`, or ends with a '/' and it.
[[nodiscard]] bool ends_with_path(std::string_view path, std::string_view ending);

// Nearest to `folder` first: by the folders that lead there.
void sort_by_nearness(const Paths& paths, std::string_view folder, Found& found);

// Files anywhere whose path ends so, nearest first.
[[nodiscard]] Found ending_with(const Search& search, std::string_view ending);

// Files of these extensions (with dot) directly in a folder.
[[nodiscard]] Found of_folder(const Paths& paths, std::string_view folder, std::string_view extensions);

// The rules, by language. Each in the file that is named after its kind.
[[nodiscard]] Found scripts(const Search& search);  // JavaScript and TypeScript
[[nodiscard]] Found python(const Search& search);
[[nodiscard]] Found c_includes(const Search& search);
[[nodiscard]] Found go(const Search& search);
[[nodiscard]] Found jvm(const Search& search);  // Java, Kotlin, Scala, Groovy
[[nodiscard]] Found rust(const Search& search);
[[nodiscard]] Found csharp(const Search& search);
[[nodiscard]] Found php(const Search& search);
[[nodiscard]] Found ruby(const Search& search);
[[nodiscard]] Found dart(const Search& search);
[[nodiscard]] Found perl(const Search& search);
[[nodiscard]] Found nix(const Search& search);
[[nodiscard]] Found solidity(const Search& search);
[[nodiscard]] Found dotted(const Search& search);      // Lua, Haskell, Elm, Elixir: names whose parts are folders
[[nodiscard]] Found as_spelled(const Search& search);  // everything else: a path

}  // namespace fimd::context::importing

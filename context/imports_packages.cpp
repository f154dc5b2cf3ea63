// C and C++, Go, the languages of the JVM, Rust, C#, and those where nothing but the spelling is known.
// Sources: the order of GCC's "Search Path", Go's "Modules reference" (module paths), the Java language
// specification 7.2, Kotlin's coding conventions (folders may leave out the common root package), the Rust reference
// "Modules" and "Use declarations", MSBuild's root namespace.
#include "context/imports_parts.h"

namespace fimd::context::importing {
namespace {

Found first_of(Found found) {
  if (found.size() > 1) found.erase(found.begin() + 1, found.end());
  return found;
}

std::string joined(const std::vector<std::string_view>& parts, size_t count, char separator) {
  std::string out;
  for (size_t i = 0; i < count; ++i) {
    if (i > 0) out += separator;
    out += parts[i];
  }
  return out;
}

}  // namespace

Found c_includes(const Search& search) {
  const std::string_view module = search.site.import.module;
  if (module.starts_with('/')) return {};
  const auto in = [&](std::string_view folder) -> std::optional<FileId> {
    const auto path = join_path(folder, module);
    return path ? search.file(*path) : std::nullopt;
  };
  if (search.site.import.relative) {
    if (auto file = in(search.folder)) return one(file);
  }
  for (const std::string& folder : search.project.include_folders) {
    if (auto file = in(folder)) return one(file);
  }
  for (const std::string_view root : folders_up(search.folder)) {
    if (!search.site.import.relative && root == search.folder) continue;
    for (const char* inner : {"include", "inc", "", "src"}) {
      if (auto file = in(join(root, inner))) return one(file);
    }
  }
  if (auto file = in("include")) return one(file);
  // Somewhere else, if the spelling says enough.
  const bool telling = search.site.import.relative || module.find('/') != std::string_view::npos;
  if (!telling || module.starts_with('.')) return {};
  return first_of(ending_with(search, module));
}

Found go(const Search& search) {
  const std::string_view spec = search.site.import.module;
  const auto package = [&](const std::string& folder) {
    Found found = of_folder(search.paths, folder, ".go");
    std::erase_if(found, [&](FileId id) { return search.paths.path(id).ends_with("_test.go"); });
    return found;
  };
  const Project::Named* best = nullptr;
  for (const Project::Named& module : search.project.go_modules) {
    const bool fits =
        spec.starts_with(module.name) && (spec.size() == module.name.size() || spec[module.name.size()] == '/');
    if (fits && (best == nullptr || module.name.size() > best->name.size())) best = &module;
  }
  if (best != nullptr) {
    const std::string_view rest = spec.substr(std::min(spec.size(), best->name.size() + 1));
    if (const auto folder = join_path(best->folder, rest)) return package(*folder);
  }
  for (const char* root : {"vendor", "src"}) {
    if (const std::string folder = join(root, spec); search.paths.has_folder(folder)) return package(folder);
  }
  return {};
}

namespace {

constexpr std::string_view kJvmEndings[] = {".java", ".kt", ".scala", ".groovy", ".kts"};

// The file of a type: the path ends with the package and the name, or with the end of the package and the name.
Found jvm_type(const Search& search, const std::vector<std::string_view>& parts, size_t count) {
  const std::string path = joined(parts, count, '/');
  Found partial;
  for (const std::string_view ending : kJvmEndings) {
    Found found = ending_with(search, path + std::string(ending));
    if (!found.empty()) return first_of(found);
    if (count < 3 || ending == ".java") continue;
    for (size_t skip = 1; skip + 1 < count && partial.empty(); ++skip) {
      size_t at = 0;
      for (size_t i = 0; i < skip; ++i) at += parts[i].size() + 1;
      partial = first_of(ending_with(search, path.substr(at) + std::string(ending)));
    }
  }
  return partial;
}

Found jvm_package(const Search& search, const std::string& path) {
  Found found;
  for (const std::string_view folder : search.paths.folders_ending(path, 8)) {
    const Found inside = of_folder(search.paths, folder, ".java .kt .scala .groovy");
    found.insert(found.end(), inside.begin(), inside.end());
  }
  sort_by_nearness(search.paths, search.folder, found);
  return found;
}

}  // namespace

Found jvm(const Search& search) {
  const ImportView& import = search.site.import;
  auto parts = split(import.module, ".");
  if (!import.name.empty() && import.name != "*") parts.push_back(import.name);
  if (parts.empty()) return {};
  if (import.name == "*") {
    if (Found found = jvm_package(search, joined(parts, parts.size(), '/')); !found.empty()) return found;
  }
  // A static import or a nested type: its outer type's file.
  for (size_t count = parts.size(); count >= 1 && count + 2 >= parts.size(); --count) {
    if (Found found = jvm_type(search, parts, count); !found.empty()) return found;
  }
  // A top-level function or value may lie in any file of its package.
  if (search.site.language == "java" || parts.size() < 2) return {};
  return jvm_package(search, joined(parts, parts.size() - 1, '/'));
}

namespace {

// A module of a crate: its file, and the folder that its inner modules lie in.
struct RustModule {
  std::optional<FileId> file;
  std::string folder;
};

RustModule rust_module_of(const Search& search, std::string_view path) {
  const std::string_view stem = stem_of(path);
  const std::string_view folder = folder_of(path);
  const bool top = stem == "mod" || stem == "lib" || stem == "main";
  return {search.paths.find(path), top ? std::string(folder) : join(folder, stem)};
}

std::optional<RustModule> rust_child(const Search& search, const RustModule& module, std::string_view name) {
  const std::string base = join(module.folder, name);
  if (auto file = search.file(base + ".rs")) return RustModule{file, base};
  if (auto file = search.file(base + "/mod.rs")) return RustModule{file, base};
  return std::nullopt;
}

RustModule rust_parent(const Search& search, const RustModule& module) {
  const std::string folder(folder_of(module.folder));
  for (const std::string& path :
       {join(folder, "mod.rs"), folder + ".rs", join(folder, "lib.rs"), join(folder, "main.rs")}) {
    if (auto file = search.file(path)) return {file, folder};
  }
  return {std::nullopt, folder};
}

std::optional<RustModule> rust_crate(const Search& search, const std::string& folder) {
  for (const char* root : {"lib.rs", "main.rs"}) {
    if (auto file = search.file(join(folder, root))) return RustModule{file, folder};
  }
  return std::nullopt;
}

// Where the first word of a path leads.
std::optional<RustModule> rust_start(const Search& search, std::string_view first) {
  const RustModule here = rust_module_of(search, search.site.path);
  if (first == "self") return here;
  if (first == "super") return rust_parent(search, here);
  if (first == "crate") {
    for (const std::string_view folder : folders_up(search.folder)) {
      if (auto crate = rust_crate(search, std::string(folder))) return crate;
    }
    return std::nullopt;
  }
  if (auto child = rust_child(search, here, first)) return child;
  for (const Project::Named& crate : search.project.crates) {
    std::string name = crate.name;
    std::replace(name.begin(), name.end(), '-', '_');
    if (name == first) return rust_crate(search, join(crate.folder, "src"));
  }
  return std::nullopt;
}

}  // namespace

Found rust(const Search& search) {
  const ImportView& import = search.site.import;
  auto parts = split(import.module, ":");
  // In a module inside of this file, which is where `use super::*` mostly stands, it means the file itself.
  if (parts.empty() || (parts.size() == 1 && parts[0] == "super" && import.name == "*")) return {};
  if (!import.name.empty() && import.name != "*") parts.push_back(import.name);
  auto module = rust_start(search, parts.front());
  if (!module) return {};
  for (size_t i = 1; i < parts.size(); ++i) {
    if (parts[i] == "super") {
      module = rust_parent(search, *module);
      continue;
    }
    const auto child = rust_child(search, *module, parts[i]);
    if (!child) break;  // an item of the module
    module = child;
  }
  return one(module->file);
}

Found csharp(const Search& search) {
  auto parts = split(search.site.import.module.substr(0, search.site.import.module.find('<')), ".");
  for (size_t drop = 0; drop < 2 && parts.size() > drop; ++drop) {  // the second time for a type's own name
    const size_t count = parts.size() - drop;
    const std::string whole = joined(parts, count, '.');
    const std::string rest_name = drop == 0 ? "" : std::string(parts[count]) + ".cs";
    const auto inside = [&](const std::string& folder) {
      return drop == 0 ? of_folder(search.paths, folder, ".cs") : one(search.file(join(folder, rest_name)));
    };
    // A project's folder stands for its root namespace, which is the project's name.
    for (size_t k = count; k >= 1; --k) {
      for (const FileId project : ending_with(search, joined(parts, k, '.') + ".csproj")) {
        std::string folder(folder_of(search.paths.path(project)));
        for (size_t i = k; i < count; ++i) folder = join(folder, parts[i]);
        if (Found found = inside(folder); !found.empty()) return found;
      }
    }
    for (const std::string& spelled : {joined(parts, count, '/'), whole}) {
      for (const std::string_view folder : search.paths.folders_ending(spelled, 8)) {
        if (Found found = inside(std::string(folder)); !found.empty()) return found;
      }
    }
  }
  return {};
}

Found dotted(const Search& search) {
  const std::string_view name = name_of(search.site.path);
  const size_t dot = name.rfind('.');
  const std::string ending(dot == std::string_view::npos ? std::string_view{} : name.substr(dot));
  if (search.site.import.module.find('/') != std::string_view::npos) return as_spelled(search);
  std::string path = with_slashes(search.site.import.module, ".");
  std::string lower;  // "ShopTools" is in shop_tools where files are written small
  for (size_t i = 0; i < path.size(); ++i) {
    const bool capital = path[i] >= 'A' && path[i] <= 'Z';
    if (capital && i > 0 && path[i - 1] >= 'a' && path[i - 1] <= 'z') lower += '_';
    lower += capital ? static_cast<char>(path[i] - 'A' + 'a') : path[i];
  }
  for (const std::string& each : {path + ending, path + "/init" + ending, lower + ending}) {
    if (Found found = ending_with(search, each); !found.empty()) return first_of(found);
  }
  return {};
}

Found perl(const Search& search) {
  if (search.site.import.relative) return as_spelled(search);
  return first_of(ending_with(search, with_slashes(search.site.import.module, ":") + ".pm"));
}

// A folder is imported by its default.nix.
Found nix(const Search& search) {
  const auto path = join_path(search.folder, search.site.import.module);
  if (!search.site.import.relative || !path) return {};
  if (auto file = search.file(*path)) return one(file);
  return one(search.file(join(*path, "default.nix")));
}

// Beside the file, from the root, or by the name of a package somewhere below it.
Found solidity(const Search& search) {
  if (Found found = as_spelled(search); !found.empty()) return found;
  return search.site.import.module.starts_with('.') ? Found{}
                                                    : first_of(ending_with(search, search.site.import.module));
}

Found as_spelled(const Search& search) {
  const std::string_view spelled = search.site.import.module.substr(0, search.site.import.module.find('?'));
  const std::string_view name = name_of(search.site.path);
  const size_t dot = name.rfind('.');
  const std::string ending(dot == std::string_view::npos ? std::string_view{} : name.substr(dot));
  for (const std::string_view folder : {search.folder, std::string_view{}}) {
    const auto path = join_path(folder, spelled);
    if (!path) continue;
    const std::string partial = join(folder_of(*path), "_" + std::string(name_of(*path)));  // of Sass
    for (const std::string& each : {*path, *path + ending, partial, partial + ending}) {
      if (auto file = search.file(each)) return one(file);
    }
  }
  return {};
}

}  // namespace fimd::context::importing

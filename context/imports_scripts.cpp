// JavaScript and TypeScript, Python, Ruby, PHP, Dart: languages whose imports name files.
// Sources: Node's "Modules: Packages", TypeScript's "Modules - Reference" (paths, baseUrl, extension substitution), the
// Python language reference 5 "The import system", PSR-4, Ruby's Kernel#require and #require_relative.
#include "context/imports_parts.h"

namespace fimd::context::importing {
namespace {

constexpr std::string_view kScriptEndings[] = {".ts",  ".tsx", ".d.ts", ".js",  ".jsx",    ".mjs",
                                               ".cjs", ".mts", ".cts",  ".vue", ".svelte", ".json"};
// What is written as the output's extension and means the source's.
struct Substitution {
  std::string_view written, meant;
};
constexpr Substitution kSubstitutions[] = {
    {".js", ".ts"}, {".js", ".tsx"}, {".jsx", ".tsx"}, {".mjs", ".mts"}, {".cjs", ".cts"}};

std::optional<FileId> script_file(const Search& search, const std::string& base) {
  if (auto exact = search.file(base)) return exact;
  for (const Substitution& each : kSubstitutions) {
    if (!base.ends_with(each.written)) continue;
    const std::string stem = base.substr(0, base.size() - each.written.size());
    if (auto meant = search.file(stem + std::string(each.meant))) return meant;
  }
  for (const std::string_view ending : kScriptEndings) {
    if (auto file = search.file(base + std::string(ending))) return file;
  }
  return std::nullopt;
}

std::optional<FileId> script_folder(const Search& search, const std::string& folder) {
  for (const Project::Named& package : search.project.packages) {
    if (package.folder != folder || package.entry.empty()) continue;
    if (auto entry = join_path(folder, package.entry)) {
      if (auto file = script_file(search, *entry)) return file;
    }
  }
  for (const char* index : {"index", "src/index", "lib/index"}) {
    if (auto file = script_file(search, join(folder, index))) return file;
  }
  return std::nullopt;
}

std::optional<FileId> script(const Search& search, const std::optional<std::string>& base) {
  if (!base) return std::nullopt;
  if (!base->empty()) {
    if (auto file = script_file(search, *base)) return file;
  }
  const auto index = script_file(search, join(*base, "index"));
  return index ? index : script_folder(search, *base);
}

// A pattern has at most one '*'; what it stands for is put into the targets.
std::optional<std::string_view> star_of(std::string_view pattern, std::string_view text) {
  const size_t star = pattern.find('*');
  if (star == std::string_view::npos) return pattern == text ? std::optional(std::string_view{}) : std::nullopt;
  const std::string_view before = pattern.substr(0, star), after = pattern.substr(star + 1);
  if (text.size() < before.size() + after.size() || !text.starts_with(before) || !text.ends_with(after))
    return std::nullopt;
  return text.substr(star, text.size() - before.size() - after.size());
}

std::optional<FileId> script_alias(const Search& search, std::string_view spec) {
  for (const Project::Aliases& scripts : search.project.scripts) {
    if (!scripts.folder.empty() && !search.site.path.starts_with(scripts.folder + "/")) continue;
    const Project::Aliases::Alias* best = nullptr;
    size_t longest = 0;
    for (const auto& alias : scripts.aliases) {
      if (!star_of(alias.pattern, spec)) continue;
      const size_t star = std::min(alias.pattern.find('*'), alias.pattern.size() + 1);
      if (best == nullptr || star > longest) best = &alias, longest = star;
    }
    if (best != nullptr) {
      const std::string_view star = *star_of(best->pattern, spec);
      for (std::string target : best->targets) {
        if (const size_t at = target.find('*'); at != std::string::npos) target.replace(at, 1, star);
        if (auto file = script(search, join_path("", target))) return file;
      }
    }
    if (scripts.has_base_url) {
      if (auto file = script(search, join_path(scripts.base_url, spec))) return file;
    }
  }
  return std::nullopt;
}

std::optional<FileId> script_package(const Search& search, std::string_view spec) {
  for (const Project::Named& package : search.project.packages) {
    if (package.name.empty() || !spec.starts_with(package.name)) continue;
    if (spec.size() == package.name.size()) return script_folder(search, package.folder);
    if (spec[package.name.size()] != '/') continue;
    const std::string_view rest = spec.substr(package.name.size() + 1);
    for (const char* inner : {"", "src", "lib"}) {
      if (auto file = script(search, join_path(join(package.folder, inner), rest))) return file;
    }
  }
  return std::nullopt;
}

}  // namespace

Found scripts(const Search& search) {
  const std::string_view module = search.site.import.module;
  const std::string_view spec = module.substr(0, module.find_first_of("?"));
  if (spec.starts_with("./") || spec.starts_with("../") || spec == "." || spec == "..") {
    return one(script(search, join_path(search.folder, spec)));
  }
  if (spec.starts_with('/')) return one(script(search, join_path("", spec)));
  if (auto file = script_alias(search, spec)) return one(file);
  if (auto file = script_package(search, spec)) return one(file);
  // A path of HTML in a component: relative without a dot.
  return search.site.import.relative ? one(script(search, join_path(search.folder, spec))) : Found{};
}

namespace {

std::optional<FileId> python_module(const Search& search, const std::string& base) {
  if (!base.empty()) {
    for (const char* ending : {".py", ".pyi", ".pyx"}) {
      if (auto file = search.file(base + ending)) return file;
    }
  }
  for (const char* init : {"__init__.py", "__init__.pyi"}) {
    if (auto file = search.file(join(base, init))) return file;
  }
  return std::nullopt;
}

// `from base import name`: the module `name` of the package, else the package.
std::optional<FileId> python_from(const Search& search, const std::string& base) {
  const std::string_view name = search.site.import.name;
  if (!name.empty() && name != "*") {
    if (auto inner = python_module(search, join(base, name))) return inner;
  }
  return python_module(search, base);
}

}  // namespace

Found python(const Search& search) {
  const std::string_view module = search.site.import.module;
  const size_t dots = std::min(module.find_first_not_of('.'), module.size());
  const std::string rest = with_slashes(module.substr(dots), ".");
  if (dots > 0) {
    const auto up = folders_up(search.folder);
    if (dots > up.size()) return {};
    return one(python_from(search, join(up[dots - 1], rest)));
  }
  for (const std::string_view root : folders_up(search.folder)) {
    // The folder of a package is no place that absolute imports begin at.
    if (search.file(join(root, "__init__.py"))) continue;
    for (const char* inner : {"", "src", "lib", "python"}) {
      if (auto file = python_from(search, join(join(root, inner), rest))) return one(file);
    }
  }
  if (rest.find('/') == std::string::npos) return {};
  for (const std::string& ending : {rest + ".py", rest + "/__init__.py"}) {
    if (Found found = ending_with(search, ending); !found.empty()) return {found.front()};
  }
  return {};
}

Found ruby(const Search& search) {
  const std::string_view module = search.site.import.module;
  const std::string ending = module.ends_with(".rb") ? "" : ".rb";
  if (search.site.import.relative || module.starts_with("./") || module.starts_with("../")) {
    const auto path = join_path(search.folder, module);
    return path ? one(search.file(*path + ending)) : Found{};
  }
  const std::string path = std::string(module) + ending;
  for (const std::string_view root : folders_up(search.folder)) {
    for (const char* inner : {"lib", "", "app", "spec", "test"}) {
      if (auto file = search.file(join(join(root, inner), path))) return one(file);
    }
  }
  return module.find('/') == std::string_view::npos ? Found{} : ending_with(search, path);
}

Found php(const Search& search) {
  const ImportView& import = search.site.import;
  if (import.relative || import.module.find('/') != std::string_view::npos) {
    std::string_view spelled = import.module;
    while (spelled.starts_with('/')) spelled.remove_prefix(1);
    for (const std::string_view folder : {search.folder, std::string_view{}}) {
      const auto path = join_path(folder, spelled);
      if (auto file = path ? search.file(*path) : std::nullopt) return one(file);
    }
    return {};
  }
  std::string full(import.module.substr(import.module.starts_with('\\') ? 1 : 0));
  if (!import.name.empty() && import.name != "*") full += "\\" + std::string(import.name);
  const Project::Named* best = nullptr;
  for (const Project::Named& prefix : search.project.php_prefixes) {
    if (full.starts_with(prefix.name) && (best == nullptr || prefix.name.size() > best->name.size())) best = &prefix;
  }
  if (best != nullptr) {
    const std::string rest = with_slashes(std::string_view(full).substr(best->name.size()), "\\");
    if (auto file = search.file(join(best->folder, rest) + ".php")) return one(file);
  }
  // By convention folders are named like the namespaces, but for the first.
  std::string path = with_slashes(full, "\\") + ".php";
  Found found = ending_with(search, path);
  if (found.empty() && std::count(path.begin(), path.end(), '/') >= 2) {
    found = ending_with(search, path.substr(path.find('/') + 1));
  }
  return found;
}

Found dart(const Search& search) {
  const std::string_view module = search.site.import.module;
  if (!module.starts_with("package:")) return as_spelled(search);
  const size_t slash = module.find('/');
  if (slash == std::string_view::npos) return {};
  const std::string inside = "lib/" + std::string(module.substr(slash + 1));
  const std::string package(module.substr(8, slash - 8));
  if (Found found = ending_with(search, package + "/" + inside); !found.empty()) return {found.front()};
  Found found = ending_with(search, inside);
  if (found.size() > 1) found.resize(1);
  return found;
}

}  // namespace fimd::context::importing

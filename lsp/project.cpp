#include "lsp/project.h"

#include <algorithm>
#include <array>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "lsp/project_parts.h"

namespace fimd::lsp {
namespace {

using context::folder_of;
using context::join_path;
using context::Project;
using nlohmann::json;

constexpr size_t kMaxFiles = 500;  // of each kind
constexpr size_t kMaxManifestBytes = 1U << 20;
constexpr size_t kMaxCommandsBytes = 64U << 20;
constexpr int kMaxExtends = 5;

constexpr std::array<std::string_view, 8> kNames = {
    "tsconfig.json", "jsconfig.json", "tsconfig.base.json", "package.json",
    "go.mod",        "Cargo.toml",    "composer.json",      "compile_commands.json"};

std::string text_of(const json& object, const char* name) {
  return object.is_object() && object.contains(name) && object[name].is_string() ? object[name].get<std::string>() : "";
}

class Reader {
 public:
  Reader(const context::FileSource& files, std::string root, const context::Paths& paths, const std::stop_token& stop)
      : files_(files), root_(std::move(root)), paths_(paths), stop_(stop) {}

  Project run() {
    each("tsconfig.json", [&](const std::string& path) { add_script_config(path); });
    each("jsconfig.json", [&](const std::string& path) { add_script_config(path); });
    // The deepest is the nearest to a file below it.
    std::stable_sort(project_.scripts.begin(), project_.scripts.end(),
                     [](const auto& a, const auto& b) { return a.folder.size() > b.folder.size(); });
    each("package.json", [&](const std::string& path) { add_package(path); });
    each("composer.json", [&](const std::string& path) { add_composer(path); });
    each("go.mod", [&](const std::string& path) {
      if (auto name = go_module_name(read(path)); !name.empty()) add(project_.go_modules, std::move(name), path);
    });
    each("Cargo.toml", [&](const std::string& path) {
      if (auto name = crate_name(read(path)); !name.empty()) add(project_.crates, std::move(name), path);
    });
    add_include_folders();
    return std::move(project_);
  }

 private:
  template <class Visit>
  void each(std::string_view name, Visit visit) {
    const auto named = paths_.named(name);
    for (const context::FileId id : named.first(std::min(named.size(), kMaxFiles))) {
      if (stop_.stop_requested()) return;
      visit(std::string(paths_.path(id)));
    }
  }

  [[nodiscard]] std::string read(const std::string& path, size_t most = kMaxManifestBytes) const {
    return files_.read(root_ + "/" + path, most).value_or("");
  }

  [[nodiscard]] json read_json(const std::string& path) const { return parse_lenient(read(path)); }

  static void add(std::vector<Project::Named>& list, std::string name, const std::string& path) {
    list.push_back({std::move(name), std::string(folder_of(path)), ""});
  }

  // compilerOptions of a file and of those that it extends, nearest first.
  void add_script_config(const std::string& path) {
    Project::Aliases out;
    out.folder = folder_of(path);
    std::string each = path;
    bool has_paths = false;
    for (int depth = 0; depth < kMaxExtends && !each.empty(); ++depth) {
      const json config = read_json(each);
      if (!config.is_object()) break;
      const json options = config.contains("compilerOptions") ? config["compilerOptions"] : json();
      const std::string folder(folder_of(each));
      if (const std::string base = text_of(options, "baseUrl"); !base.empty() && !out.has_base_url) {
        if (const auto joined = join_path(folder, base)) out.base_url = *joined, out.has_base_url = true;
      }
      if (options.is_object() && options.contains("paths") && options["paths"].is_object() && !has_paths) {
        has_paths = true;
        add_paths(options["paths"], out.has_base_url ? out.base_url : folder, out);
      }
      each = extended(config, folder);
    }
    if (out.has_base_url || !out.aliases.empty()) project_.scripts.push_back(std::move(out));
  }

  static void add_paths(const json& paths, const std::string& base, Project::Aliases& out) {
    for (const auto& [pattern, targets] : paths.items()) {
      if (!targets.is_array() || out.aliases.size() >= kMaxFiles) continue;
      Project::Aliases::Alias alias{pattern, {}};
      for (const auto& target : targets) {
        if (!target.is_string()) continue;
        if (auto joined = join_path(base, target.get<std::string>())) alias.targets.push_back(std::move(*joined));
      }
      out.aliases.push_back(std::move(alias));
    }
  }

  // The workspace's file that a configuration extends; empty if there is none.
  [[nodiscard]] std::string extended(const json& config, const std::string& folder) const {
    const std::string spelled = text_of(config, "extends");
    if (!spelled.starts_with('.')) return "";
    const auto path = join_path(folder, spelled);
    if (!path) return "";
    for (const std::string& each : {*path, *path + ".json", *path + "/tsconfig.json"}) {
      if (paths_.find(each)) return each;
    }
    return "";
  }

  void add_package(const std::string& path) {
    const json package = read_json(path);
    const std::string name = text_of(package, "name");
    if (name.empty()) return;
    Project::Named named{name, std::string(folder_of(path)), ""};
    // What points into the sources; built files are mostly not there.
    for (const char* key : {"source", "types", "module", "main"}) {
      const std::string entry = text_of(package, key);
      const auto joined = entry.empty() ? std::nullopt : join_path(named.folder, entry);
      if (!joined) continue;
      if (named.entry.empty()) named.entry = entry;
      if (paths_.find(*joined)) {
        named.entry = entry;
        break;
      }
    }
    project_.packages.push_back(std::move(named));
  }

  void add_composer(const std::string& path) {
    const json composer = read_json(path);
    for (const char* section : {"autoload", "autoload-dev"}) {
      if (!composer.is_object() || !composer.contains(section) || !composer[section].is_object()) continue;
      const json& autoload = composer[section];
      if (!autoload.contains("psr-4") || !autoload["psr-4"].is_object()) continue;
      for (const auto& [prefix, folders] : autoload["psr-4"].items()) {
        for (const auto& folder : folders.is_array() ? folders : json::array({folders})) {
          if (!folder.is_string()) continue;
          const auto joined = join_path(folder_of(path), folder.get<std::string>());
          if (joined) project_.php_prefixes.push_back({prefix, *joined, ""});
        }
      }
    }
  }

  void add_include_folders() {
    for (const char* folder : {"", "build/", "out/", "build/debug/", "build/release/", "build/Debug/", "build/Release/",
                               "cmake-build-debug/", "cmake-build-release/", "builddir/"}) {
      const std::string text = read(std::string(folder) + "compile_commands.json", kMaxCommandsBytes);
      if (text.empty()) continue;
      project_.include_folders = include_folders(text, root_);
      return;
    }
  }

  const context::FileSource& files_;
  std::string root_;
  const context::Paths& paths_;
  const std::stop_token& stop_;
  Project project_;
};

}  // namespace

bool is_project_file(std::string_view path) {
  return std::find(kNames.begin(), kNames.end(), context::name_of(path)) != kNames.end();
}

context::ProjectPtr read_project(const context::FileSource& files, const std::string& root, const context::Paths& paths,
                                 const std::stop_token& stop) {
  return std::make_shared<const Project>(Reader(files, root, paths, stop).run());
}

}  // namespace fimd::lsp

// What the project files of a workspace say about where imports lead. Plain facts, filled in by lsp/project from JSON
// files and the like; an empty one leaves conventions. Paths are relative to the root. Immutable once shared.
#pragma once

#include <memory>
#include <string>
#include <vector>

namespace fimd::context {

struct Project {
  // A name and the folder it stands for.
  struct Named {
    std::string name;    // "github.com/acme/shop", "@acme/util", "App\\", "serde_like"
    std::string folder;  // "" is the root
    std::string entry;   // of a package: the file that stands for the whole, relative to its folder; may be empty
  };
  // tsconfig.json and jsconfig.json.
  struct Aliases {
    std::string folder;    // where the file lies: it holds for what is below
    std::string base_url;  // relative to the root; only with has_base_url
    bool has_base_url = false;
    struct Alias {
      std::string pattern;               // "@app/*" or "config"
      std::vector<std::string> targets;  // relative to the root: "src/app/*"
    };
    std::vector<Alias> aliases;
  };

  std::vector<std::string> include_folders;  // C and C++, in order
  std::vector<Aliases> scripts;              // deepest folder first
  std::vector<Named> packages;               // package.json of the workspace
  std::vector<Named> go_modules;             // go.mod
  std::vector<Named> crates;                 // Cargo.toml
  std::vector<Named> php_prefixes;           // composer.json, psr-4
};
using ProjectPtr = std::shared_ptr<const Project>;

}  // namespace fimd::context

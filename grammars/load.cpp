// Grammar modules: where they are and how they are loaded.
#include <dlfcn.h>
#include <tree_sitter/api.h>

#include <cstdlib>
#include <filesystem>

#include "grammars/registry.h"

namespace fimd::grammars {
namespace {

using Entry = const TSLanguage* (*)();

Loaded entry_of(void* module, const Grammar& grammar, const std::string& path) {
  void* symbol = dlsym(module, std::string(grammar.symbol).c_str());
  if (!symbol) return {nullptr, path + " holds no " + std::string(grammar.symbol)};
  const TSLanguage* language = reinterpret_cast<Entry>(symbol)();
  const uint32_t abi = language ? ts_language_abi_version(language) : 0;
  if (abi < TREE_SITTER_MIN_COMPATIBLE_LANGUAGE_VERSION || abi > TREE_SITTER_LANGUAGE_VERSION) {
    return {nullptr, path + " is a grammar of version " + std::to_string(abi) + ", which the runtime cannot use"};
  }
  return {language, {}};
}

}  // namespace

std::vector<std::string> module_folders() {
  std::vector<std::string> folders;
  if (const char* chosen = std::getenv("FIMD_GRAMMARS"); chosen && *chosen) folders.emplace_back(chosen);
  std::error_code error;
  const std::string program = std::filesystem::read_symlink("/proc/self/exe", error).parent_path().string();
  if (error) return folders;
  for (const char* relative :
       {"/grammars", "/../grammars", "/../" FIMD_LIBDIR "/fimd/grammars", "/../lib/fimd/grammars"}) {
    folders.push_back(program + relative);
  }
  return folders;
}

Loaded load(const Grammar& grammar) {
  const std::string file = "fimd-grammar-" + std::string(grammar.name) + ".so";
  std::string broken;
  std::string looked;
  for (const std::string& folder : module_folders()) {
    const std::string path = folder + "/" + file;
    // The linker knows a module it has loaded by its path, so this is a look-up from the second time on. Trees point
    // into the module for as long as the process lives, so it is never unloaded.
    if (void* module = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE)) {
      Loaded loaded = entry_of(module, grammar, path);
      dlclose(module);
      return loaded;
    }
    const char* why = dlerror();
    std::error_code error;
    if (broken.empty() && why && std::filesystem::exists(path, error)) broken = why;
    looked += (looked.empty() ? "" : ", ") + folder;
  }
  return {nullptr,
          "grammar " + std::string(grammar.name) + ": " + (broken.empty() ? "no " + file + " in " + looked : broken)};
}

}  // namespace fimd::grammars

#include "lsp/folders.h"

#include <cstdlib>

namespace fimd::lsp {
namespace {

std::string folder(const char* variable, const char* below_home) {
  const char* named = std::getenv(variable);
  if (named != nullptr && *named == '/') return std::string(named) + "/fimd";
  const char* home = std::getenv("HOME");
  return home != nullptr && *home == '/' ? std::string(home) + below_home : "";
}

}  // namespace

std::string cache_folder() { return folder("XDG_CACHE_HOME", "/.cache/fimd"); }

std::string state_folder() { return folder("XDG_STATE_HOME", "/.local/state/fimd"); }

}  // namespace fimd::lsp

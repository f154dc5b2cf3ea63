#include "providers/agent/jail_view.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <climits>
#include <cstdlib>

#include "context/paths.h"

namespace fimd::providers::agent {
namespace {

// clang-format off
constexpr auto kSystem = std::to_array<const char*>({
    "/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/opt", "/nix/store", "/gnu/store", "/snap",
    "/etc/alternatives", "/etc/ca-certificates", "/etc/fonts", "/etc/group", "/etc/hosts", "/etc/host.conf",
    "/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d", "/etc/localtime", "/etc/mime.types", "/etc/nsswitch.conf",
    "/etc/os-release", "/etc/passwd", "/etc/protocols", "/etc/services", "/etc/shells", "/etc/ssl/certs",
    "/etc/ssl/openssl.cnf", "/etc/timezone", "/etc/java-17-openjdk", "/etc/java-21-openjdk", "/etc/java-11-openjdk",
    "/etc/maven", "/etc/python3", "/etc/python3.11", "/etc/python3.12", "/etc/python3.13"});
// In the home folder. Not .cargo and .m2 as a whole: they hold the credentials of registries.
constexpr auto kHome = std::to_array<const char*>({
    ".cargo/bin", ".cargo/registry", ".cargo/git", ".rustup", "go/bin", "go/pkg/mod", ".m2/repository", ".nvm", ".pyenv",
    ".rbenv", ".asdf", ".sdkman", ".volta", ".bun/bin", ".deno/bin", ".local/bin", ".local/lib", ".local/share/mise",
    ".local/share/fnm", ".local/share/uv", ".local/pipx/venvs"});
// Variables that name a toolchain: passed on, and what they name can be read.
constexpr auto kToolchains = std::to_array<const char*>({
    "RUSTUP_HOME", "GOROOT", "GOMODCACHE", "JAVA_HOME", "NVM_DIR", "PYENV_ROOT", "VIRTUAL_ENV", "CONDA_PREFIX",
    "ANDROID_HOME", "DOTNET_ROOT", "MAVEN_HOME", "GRADLE_HOME"});
constexpr auto kPassed = std::to_array<const char*>({
    "CC", "CXX", "AR", "LD", "CFLAGS", "CXXFLAGS", "LDFLAGS", "CMAKE_GENERATOR", "RUSTUP_TOOLCHAIN", "GOFLAGS",
    "PYENV_VERSION", "TZ"});
constexpr auto kFixed = std::to_array<const char*>({
    "SHELL=/bin/sh", "LANG=C.UTF-8", "LC_ALL=C.UTF-8", "TERM=dumb", "NO_COLOR=1", "CLICOLOR=0", "CI=1", "PAGER=cat",
    "GIT_PAGER=cat", "LESS=-FRX", "GIT_TERMINAL_PROMPT=0", "GIT_OPTIONAL_LOCKS=0", "GIT_CONFIG_NOSYSTEM=1",
    "DEBIAN_FRONTEND=noninteractive", "PIP_PROGRESS_BAR=off", "PIP_NO_INDEX=1", "PYTHONDONTWRITEBYTECODE=1",
    "CARGO_NET_OFFLINE=true", "GOPROXY=off", "GOTOOLCHAIN=local", "npm_config_offline=true", "npm_config_update_notifier=false"});
// clang-format on

bool is_folder(const std::string& path) {
  struct stat about {};
  return ::stat(path.c_str(), &about) == 0 && S_ISDIR(about.st_mode);
}

bool exists(const std::string& path) {
  struct stat about {};
  return ::lstat(path.c_str(), &about) == 0;
}

std::string real(const std::string& path) {
  char buffer[PATH_MAX];
  const char* found = ::realpath(path.c_str(), buffer);
  return found == nullptr ? path : found;
}

// What must not be shown as a whole, whoever names it: the root, the home folder, and folders that these are in.
bool is_too_much(const std::string& path, const std::string& home) {
  return path.empty() || path.front() != '/' || path == "/" || lies_in(home, path) || path == "/etc" ||
         lies_in(path, "/proc") || lies_in(path, "/sys") || lies_in(path, "/dev") || lies_in(path, "/run") ||
         path == "/home" || path == "/var" || path == "/tmp";
}

}  // namespace

bool lies_in(std::string_view path, std::string_view folder) {
  return path == folder || (path.starts_with(folder) && path.size() > folder.size() && path[folder.size()] == '/');
}

std::optional<std::string> process_variable(const char* name) {
  const char* value = ::getenv(name);
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

std::vector<std::string> search_path(const std::string& path, const std::string& root) {
  std::vector<std::string> out;
  for (size_t from = 0; from <= path.size();) {
    const size_t to = std::min(path.find(':', from), path.size());
    const std::string entry = path.substr(from, to - from);
    from = to + 1;
    if (!entry.starts_with('/') || !is_folder(entry) || lies_in(entry, root) || lies_in(real(entry), root)) continue;
    if (std::find(out.begin(), out.end(), entry) == out.end()) out.push_back(entry);
  }
  return out;
}

std::vector<std::string> jail_environment(const Variables& variables, const std::string& root, const std::string& home,
                                          const std::string& temporary) {
  std::vector<std::string> out(kFixed.begin(), kFixed.end());
  std::string path;
  for (const std::string& entry : search_path(variables("PATH").value_or("/usr/local/bin:/usr/bin:/bin"), root))
    path += (path.empty() ? "" : ":") + entry;
  out.push_back("PATH=" + path);
  out.push_back("HOME=" + home);
  out.push_back("TMPDIR=" + temporary);
  out.push_back("USER=" + variables("USER").value_or("user"));
  out.push_back("LOGNAME=" + variables("USER").value_or("user"));
  const auto pass = [&](const char* name) {
    if (const auto value = variables(name)) out.push_back(std::string(name) + "=" + *value);
  };
  for (const char* name : kPassed) pass(name);
  for (const char* name : kToolchains) pass(name);
  return out;
}

std::vector<std::string> readable_places(const Variables& variables, const std::string& root,
                                         std::string_view program) {
  const std::string home = variables("HOME").value_or("");
  std::vector<std::string> wanted(kSystem.begin(), kSystem.end());
  for (const char* each : kHome) {
    if (!home.empty()) wanted.push_back(home + "/" + each);
  }
  for (const char* name : kToolchains) {
    if (const auto value = variables(name)) wanted.push_back(*value);
  }
  for (const char* below : {"/pkg/mod", "/bin"}) {
    if (const auto value = variables("GOPATH")) wanted.push_back(*value + below);
  }
  for (const char* below : {"/bin", "/registry", "/git"}) {
    if (const auto value = variables("CARGO_HOME")) wanted.push_back(*value + below);
  }
  for (std::string& entry : search_path(variables("PATH").value_or(""), root)) wanted.push_back(std::move(entry));
  if (!program.empty()) wanted.emplace_back(context::folder_of(real(std::string(program))));
  std::vector<std::string> out;
  std::sort(wanted.begin(), wanted.end());
  for (const std::string& each : wanted) {
    if (is_too_much(each, home) || lies_in(each, root) || !exists(each)) continue;
    const bool covered =
        std::any_of(out.begin(), out.end(), [&](const std::string& other) { return lies_in(each, other); });
    if (!covered) out.push_back(each);
  }
  return out;
}

Result<std::string> find_program(const std::string& word, const Variables& variables, const std::string& root,
                                 const std::string& directory) {
  if (word.find('/') != std::string::npos) {
    if (word.front() == '/') return word;
    const auto joined = context::join_path(directory, word);
    if (!joined) return fail(Error::Code::not_found, word + " lies outside of the workspace");
    return root + "/" + *joined;
  }
  for (const std::string& folder : search_path(variables("PATH").value_or("/usr/local/bin:/usr/bin:/bin"), root)) {
    const std::string path = folder + "/" + word;
    if (::access(path.c_str(), X_OK) == 0 && !is_folder(path)) return path;
  }
  return fail(Error::Code::not_found, "no program " + word);
}

}  // namespace fimd::providers::agent

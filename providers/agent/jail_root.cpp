#include "providers/agent/jail_root.h"

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstring>

namespace fimd::providers::agent {
namespace {

constexpr uint64_t kReadOnly = 1, kNoSetuid = 2, kNoDevices = 4;  // of mount_setattr
constexpr unsigned kRecursive = 0x8000;

std::string failed(const std::string& what) { return what + ": " + std::strerror(errno); }

bool make_folders(const std::string& path) {
  for (size_t at = path.find('/', 1); at != std::string::npos; at = path.find('/', at + 1)) {
    if (::mkdir(path.substr(0, at).c_str(), 0755) != 0 && errno != EEXIST && errno != EROFS) return false;
  }
  return ::mkdir(path.c_str(), 0755) == 0 || errno == EEXIST || errno == EROFS;
}

bool make_file(const std::string& path) {
  const size_t slash = path.rfind('/');
  if (!make_folders(path.substr(0, slash))) return false;
  const int fd = ::open(path.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, 0644);
  if (fd >= 0) ::close(fd);
  return fd >= 0 || errno == EROFS || errno == EEXIST;
}

bool set_flags(const std::string& path, uint64_t set, unsigned how) {
  const std::array<uint64_t, 4> attributes = {set, 0, 0, 0};
  return ::syscall(442, -1, path.c_str(), how, attributes.data(), sizeof attributes) == 0;
}

// What is at `path` outside, at the same path within, for reading.
std::string show(const std::string& stage, const std::string& path) {
  struct stat about {};
  if (::lstat(path.c_str(), &about) != 0) return "";  // not on this machine
  const std::string to = stage + path;
  if (S_ISLNK(about.st_mode)) {
    char target[PATH_MAX];
    const ssize_t length = ::readlink(path.c_str(), target, sizeof target);
    const size_t slash = to.rfind('/');
    if (length <= 0 || !make_folders(to.substr(0, slash))) return failed(path);
    const bool made = ::symlink(std::string(target, static_cast<size_t>(length)).c_str(), to.c_str()) == 0;
    return made || errno == EEXIST || errno == EROFS ? "" : failed(path);
  }
  if (!(S_ISDIR(about.st_mode) ? make_folders(to) : make_file(to))) return failed("place for " + path);
  if (::mount(path.c_str(), to.c_str(), nullptr, MS_BIND | MS_REC, nullptr) != 0) return failed("bind " + path);
  return set_flags(to, kReadOnly | kNoSetuid | kNoDevices, kRecursive) ? "" : failed("read-only " + path);
}

std::string empty_folder(const std::string& path, const char* options) {
  if (!make_folders(path)) return failed("place for " + path);
  return ::mount("tmpfs", path.c_str(), "tmpfs", MS_NOSUID | MS_NODEV, options) == 0 ? "" : failed("tmpfs " + path);
}

std::string devices(const std::string& stage) {
  if (auto wrong = empty_folder(stage + "/dev", "mode=0755,size=1m"); !wrong.empty()) return wrong;
  for (const char* name : {"/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom"}) {
    const std::string to = stage + name;
    if (!make_file(to) || ::mount(name, to.c_str(), nullptr, MS_BIND, nullptr) != 0) return failed(name);
  }
  for (const auto& [target, name] : {std::pair{"/proc/self/fd", "/dev/fd"},
                                     {"/proc/self/fd/0", "/dev/stdin"},
                                     {"/proc/self/fd/1", "/dev/stdout"},
                                     {"/proc/self/fd/2", "/dev/stderr"}}) {
    if (::symlink(target, (stage + name).c_str()) != 0) return failed(name);
  }
  return empty_folder(stage + "/dev/shm", "mode=1777,size=256m");
}

std::string processes(const std::string& stage) {
  const std::string to = stage + "/proc";
  if (!make_folders(to)) return failed("place for /proc");
  // Where a container hides parts of /proc no new one may be made; the old one then shows all processes, which Landlock
  // keeps out of reach.
  if (::mount("proc", to.c_str(), "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, nullptr) != 0 &&
      ::mount("/proc", to.c_str(), nullptr, MS_BIND | MS_REC, nullptr) != 0)
    return failed("/proc");
  return set_flags(to, kReadOnly | kNoSetuid | kNoDevices, kRecursive) ? "" : failed("read-only /proc");
}

// In the option text of an overlay a comma and a colon part things.
std::string escaped(const std::string& path) {
  std::string out;
  for (const char c : path) {
    if (c == ',' || c == ':' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

std::string workspace(const JailSpec& spec) {
  const std::string to = spec.stage + spec.root;
  if (!make_folders(to)) return failed("place for the workspace");
  if (spec.mode == JailSpec::Mode::copy) {
    if (::mount(spec.copy.c_str(), to.c_str(), nullptr, MS_BIND, nullptr) != 0) return failed("bind the copy");
    if (!set_flags(to, kNoSetuid | kNoDevices, 0)) return failed("flags of the copy");
  } else {
    const std::string options = "lowerdir=" + escaped(spec.lower) + ",upperdir=" + escaped(spec.upper) + ",workdir=" +
                                escaped(spec.work) + ",userxattr,index=off,xino=off";
    if (::mount("overlay", to.c_str(), "overlay", MS_NOSUID | MS_NODEV, options.c_str()) != 0) return failed("overlay");
  }
  for (const char* name : {"/.git", "/.fimd"}) {
    struct stat about {};
    const std::string guarded = to + name;
    if (::lstat(guarded.c_str(), &about) != 0 || S_ISLNK(about.st_mode)) continue;
    if (::mount(guarded.c_str(), guarded.c_str(), nullptr, MS_BIND | MS_REC, nullptr) != 0 ||
        !set_flags(guarded, kReadOnly | kNoSetuid | kNoDevices, kRecursive))
      return failed(std::string("read-only ") + name);
  }
  return "";
}

std::string fill(const JailSpec& spec) {
  const std::string size = ",size=" + std::to_string(spec.temporary_bytes);
  for (const std::string& path : {std::string("/tmp"), std::string("/var/tmp"), std::string("/run")}) {
    const std::string options = "mode=1777" + (path == "/tmp" ? size : ",size=64m");  // it is memory
    if (auto wrong = empty_folder(spec.stage + path, options.c_str()); !wrong.empty()) return wrong;
  }
  if (auto wrong = empty_folder(spec.stage + spec.home, ("mode=0755" + size).c_str()); !wrong.empty()) return wrong;
  std::vector<std::string> shown = spec.shown;
  std::sort(shown.begin(), shown.end());  // a folder before what lies in it
  for (const std::string& path : shown) {
    if (auto wrong = show(spec.stage, path); !wrong.empty()) return wrong;
  }
  if (auto wrong = processes(spec.stage); !wrong.empty()) return wrong;
  if (auto wrong = devices(spec.stage); !wrong.empty()) return wrong;
  return workspace(spec);
}

}  // namespace

std::string enter_root(const JailSpec& spec) {
  if (::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return failed("private mounts");
  if (auto wrong = empty_folder(spec.stage, "mode=0755,size=16m"); !wrong.empty()) return wrong;
  if (auto wrong = fill(spec); !wrong.empty()) return wrong;
  if (::chdir(spec.stage.c_str()) != 0 || ::syscall(SYS_pivot_root, ".", ".") != 0) return failed("pivot_root");
  // The old root lies over the new one now; without it the new one is all there is.
  if (::umount2(".", MNT_DETACH) != 0 || ::chdir("/") != 0) return failed("leaving the old root");
  return set_flags("/", kReadOnly | kNoSetuid | kNoDevices, 0) ? "" : failed("read-only root");
}

}  // namespace fimd::providers::agent

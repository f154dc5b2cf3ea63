#include "providers/agent/jail_shadow.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <utility>

#include "context/hash.h"

namespace fimd::providers::agent {
namespace {

namespace fs = std::filesystem;

constexpr const char* kPrefix = "task-";
constexpr const char* kLock = "/lock";
constexpr std::time_t kForgotten = 24 * 3600;  // seconds; of a folder without a lock

tl::unexpected<Error> cannot(const std::string& what) {
  return fail(Error::Code::io, what + ": " + std::strerror(errno));
}

std::vector<std::string> names_in(int folder) {
  std::vector<std::string> out;
  const int copy = ::openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR* open = copy < 0 ? nullptr : ::fdopendir(copy);
  if (open == nullptr) {
    if (copy >= 0) ::close(copy);
    return out;
  }
  while (const dirent* entry = ::readdir(open)) {
    if (std::strcmp(entry->d_name, ".") != 0 && std::strcmp(entry->d_name, "..") != 0) out.emplace_back(entry->d_name);
  }
  ::closedir(open);
  return out;
}

// Removes one name; a folder that holds something is left and gets a mode in which it can be emptied.
bool remove_name(int folder, const std::string& name) {
  if (::unlinkat(folder, name.c_str(), 0) == 0) return true;
  struct stat about {};
  if (::fstatat(folder, name.c_str(), &about, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISDIR(about.st_mode)) return false;
  ::fchmodat(folder, name.c_str(), 0700, 0);
  return ::unlinkat(folder, name.c_str(), AT_REMOVEDIR) == 0;
}

// Empties a folder below `top`; the folders in it are moved up to `top`, so that no depth matters.
void empty_one(int top, const std::string& name, size_t& moved) {
  const int inner = ::openat(top, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (inner < 0) return;
  for (const std::string& child : names_in(inner)) {
    if (!remove_name(inner, child))
      ::renameat(inner, child.c_str(), top, (".moved-" + std::to_string(moved++)).c_str());
  }
  ::close(inner);
}

// The folders on the way to a file, with the modes that they have in the workspace.
Result<void> make_way(const std::string& folder, const std::string& root, const std::string& path) {
  for (size_t at = path.find('/'); at != std::string::npos; at = path.find('/', at + 1)) {
    const std::string part = "/" + path.substr(0, at);
    struct stat about {}, original {};
    if (::lstat((folder + part).c_str(), &about) == 0) {
      if (!S_ISDIR(about.st_mode)) return fail(Error::Code::refused, path + ": a part of its way is no folder");
      continue;
    }
    const bool known = ::lstat((root + part).c_str(), &original) == 0;
    if (known && !S_ISDIR(original.st_mode))
      return fail(Error::Code::refused, path + ": a part of its way is no folder");
    if (::mkdir((folder + part).c_str(), known ? original.st_mode & 0777U : 0755U) != 0) return cannot(path);
  }
  return {};
}

Result<void> write_one(const std::string& folder, const std::string& root, const ShadowFile& file) {
  if (auto way = make_way(folder, root, file.path); !way) return way;
  const std::string to = folder + "/" + file.path;
  struct stat original {};
  const bool known = ::lstat((root + "/" + file.path).c_str(), &original) == 0;
  if (known && !S_ISREG(original.st_mode)) return fail(Error::Code::refused, file.path + ": is no ordinary file");
  ::unlink(to.c_str());
  const int fd = ::open(to.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                        known ? original.st_mode & 0777U : 0644U);
  if (fd < 0) return cannot(file.path);
  size_t written = 0;
  while (written < file.text.size()) {
    const ssize_t n = ::write(fd, file.text.data() + written, file.text.size() - written);
    if (n <= 0) break;
    written += static_cast<size_t>(n);
  }
  ::close(fd);
  return written == file.text.size() ? Result<void>{} : cannot(file.path);
}

Result<void> copy_entry(const fs::directory_entry& entry, const fs::path& to) {
  std::error_code ec;
  struct stat about {};
  if (::lstat(entry.path().c_str(), &about) != 0) return {};  // gone meanwhile
  if (S_ISLNK(about.st_mode)) {
    fs::copy_symlink(entry.path(), to, ec);
  } else if (S_ISDIR(about.st_mode)) {
    fs::create_directory(to, ec);
    ::chmod(to.c_str(), (about.st_mode & 0777U) | 0700U);
  } else if (S_ISREG(about.st_mode)) {
    fs::copy_file(entry.path(), to, ec);
    ::chmod(to.c_str(), about.st_mode & 0777U);
    const timespec times[2] = {about.st_atim, about.st_mtim};
    ::utimensat(AT_FDCWD, to.c_str(), times, AT_SYMLINK_NOFOLLOW);
  }
  return ec ? fail(Error::Code::io, entry.path().string() + ": " + ec.message()) : Result<void>{};
}

}  // namespace

Result<Scratch> Scratch::make(const std::string& parent) {
  std::error_code ec;
  fs::create_directories(parent, ec);
  ::chmod(parent.c_str(), 0700);
  std::string path = parent + "/" + kPrefix + "XXXXXX";
  if (::mkdtemp(path.data()) == nullptr) return cannot(parent);
  const int lock = ::open((path + kLock).c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600);
  if (lock < 0 || ::flock(lock, LOCK_EX | LOCK_NB) != 0) return cannot(path);
  return Scratch(std::move(path), lock);
}

Scratch::Scratch(Scratch&& other) noexcept
    : path_(std::exchange(other.path_, {})), lock_(std::exchange(other.lock_, -1)) {}

Scratch::~Scratch() {
  if (!path_.empty()) remove_tree(path_);
  if (lock_ >= 0) ::close(lock_);
}

void clean_scratch(const std::string& parent) {
  std::error_code ec;
  for (const auto& entry : fs::directory_iterator(parent, ec)) {
    const std::string path = entry.path().string();
    if (!entry.path().filename().string().starts_with(kPrefix)) continue;
    const int lock = ::open((path + kLock).c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW);
    struct stat about {};
    const bool old = ::lstat(path.c_str(), &about) == 0 && std::time(nullptr) - about.st_mtime > kForgotten;
    if (lock >= 0 ? ::flock(lock, LOCK_EX | LOCK_NB) == 0 : old) remove_tree(path);
    if (lock >= 0) ::close(lock);
  }
}

Result<void> write_shadow(const std::string& folder, const std::string& root, std::span<const ShadowFile> files) {
  for (const ShadowFile& file : files) {
    if (auto written = write_one(folder, root, file); !written) return written;
  }
  return {};
}

Result<void> copy_tree(const std::string& from, const std::string& to, uint64_t bytes, TimePoint deadline,
                       const std::stop_token& stop) {
  std::error_code ec;
  uint64_t copied = 0;
  fs::recursive_directory_iterator at(from, fs::directory_options::skip_permission_denied, ec), end;
  for (; !ec && at != end; at.increment(ec)) {
    if (stop.stop_requested()) return fail(Error::Code::cancelled, "cancelled");
    if (Clock::now() > deadline) return fail(Error::Code::deadline, "copying the workspace takes too long");
    if (at.depth() == 0 && at->path().filename() == ".git") {
      at.disable_recursion_pending();
      continue;
    }
    struct stat about {};
    if (::lstat(at->path().c_str(), &about) == 0 && S_ISREG(about.st_mode))
      copied += static_cast<uint64_t>(about.st_size);
    if (copied > bytes) return fail(Error::Code::refused, "the workspace is too large to be copied");
    if (auto done = copy_entry(*at, to + at->path().string().substr(from.size())); !done) return done;
  }
  return ec ? fail(Error::Code::io, from + ": " + ec.message()) : Result<void>{};
}

void remove_tree(const std::string& path) {
  ::chmod(path.c_str(), 0700);
  const int top = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (top < 0) return;
  size_t moved = 0;
  for (bool progress = true; progress;) {
    progress = false;
    for (const std::string& name : names_in(top)) {
      bool gone = remove_name(top, name);
      if (!gone) {
        empty_one(top, name, moved);
        gone = remove_name(top, name);
      }
      progress = gone || progress;
    }
  }
  ::close(top);
  ::rmdir(path.c_str());
}

std::optional<uint64_t> tree_stamp(const std::string& root, size_t entries, TimePoint deadline) {
  std::error_code ec;
  uint64_t sum = 0;  // whatever the order in which folders are read
  fs::recursive_directory_iterator at(root, fs::directory_options::skip_permission_denied, ec), end;
  for (; !ec && at != end; at.increment(ec)) {
    if (at.depth() == 0 && at->path().filename() == ".git") {
      at.disable_recursion_pending();
      continue;
    }
    if (entries-- == 0 || Clock::now() > deadline) return std::nullopt;
    struct stat about {};
    if (::lstat(at->path().c_str(), &about) != 0 || S_ISDIR(about.st_mode)) continue;
    sum += context::hash_bytes(at->path().string().substr(root.size()) + '\0' + std::to_string(about.st_size) + ' ' +
                               std::to_string(about.st_mode) + ' ' + std::to_string(about.st_mtim.tv_sec) + ' ' +
                               std::to_string(about.st_mtim.tv_nsec));
  }
  return ec ? std::nullopt : std::optional(sum);
}

uint64_t disk_use(const std::string& path, size_t entries) {
  std::error_code ec;
  uint64_t bytes = 0;
  fs::recursive_directory_iterator at(path, fs::directory_options::skip_permission_denied, ec), end;
  for (; !ec && at != end && entries-- > 0; at.increment(ec)) {
    struct stat about {};
    if (::lstat(at->path().c_str(), &about) == 0) bytes += static_cast<uint64_t>(about.st_blocks) * 512;
  }
  return bytes;
}

}  // namespace fimd::providers::agent

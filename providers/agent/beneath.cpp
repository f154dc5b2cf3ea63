#include "providers/agent/beneath.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>

#include "context/descriptor.h"

namespace fimd::providers::agent {
namespace {

using context::Descriptor;

constexpr int kBusyTries = 8;  // openat2 says EAGAIN when somebody renames on the way

struct CloseDirectory {
  void operator()(DIR* d) const { ::closedir(d); }
};

tl::unexpected<Error> failed(const std::string& path, int why) {
  switch (why) {
    case ENOENT: return fail(Error::Code::not_found, path + ": no such file");
    case ENOTDIR: return fail(Error::Code::not_found, path + ": no such file");
    case ENAMETOOLONG: return fail(Error::Code::not_found, path.substr(0, 80) + "...: no such file");
    case EXDEV: return fail(Error::Code::refused, path + ": outside the workspace");
    case ELOOP: return fail(Error::Code::refused, path + ": links are not followed");
    case ENXIO: return fail(Error::Code::unsupported, path + ": special file");
    default: return fail(Error::Code::io, path + ": " + std::strerror(why));
  }
}

int open_at_once(int root, const std::string& path, int flags) {
  struct open_how how {};
  how.flags = static_cast<uint64_t>(flags);
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_SYMLINKS;
  for (int i = 0;; ++i) {
    const long fd = ::syscall(SYS_openat2, root, path.c_str(), &how, sizeof how);
    if (fd >= 0) return static_cast<int>(fd);
    if ((errno != EAGAIN && errno != EINTR) || i >= kBusyTries) return -1;
  }
}

int open_by_folder(int root, const std::string& path, int flags) {
  Descriptor folder(::openat(root, ".", O_PATH | O_DIRECTORY | O_CLOEXEC));
  std::string_view rest = path;
  while (folder.get() >= 0) {
    const size_t slash = rest.find('/');
    const std::string name(rest.substr(0, slash));
    if (name == ".." || path.starts_with('/')) {
      errno = EXDEV;
      return -1;
    }
    if (slash == std::string_view::npos) return ::openat(folder.get(), name.c_str(), flags | O_NOFOLLOW);
    const std::string& step = name.empty() ? std::string(".") : name;
    // A link opened with O_PATH | O_NOFOLLOW is the link itself: O_DIRECTORY refuses it.
    const int next = ::openat(folder.get(), step.c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (next < 0) {
      struct stat s {};
      if (errno == ENOTDIR && ::fstatat(folder.get(), step.c_str(), &s, AT_SYMLINK_NOFOLLOW) == 0 && S_ISLNK(s.st_mode))
        errno = ELOOP;
      else if (errno == ENOTDIR)
        errno = ENOENT;
      return -1;
    }
    folder.reset(next);
    rest.remove_prefix(slash + 1);
  }
  return -1;
}

context::FileSource::Kind kind_of(const struct stat& s) {
  if (S_ISREG(s.st_mode)) return context::FileSource::Kind::file;
  return S_ISDIR(s.st_mode) ? context::FileSource::Kind::directory : context::FileSource::Kind::other;
}

}  // namespace

BeneathFiles::BeneathFiles(std::string root, Beneath how) : root_(std::move(root)), how_(how) {
  while (root_.size() > 1 && root_.ends_with('/')) root_.pop_back();
  fd_ = ::open(root_.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (how_ != Beneath::openat2 || fd_ < 0) return;
  const Descriptor trial(open_at_once(fd_, ".", O_PATH | O_CLOEXEC));
  if (trial.get() < 0) how_ = Beneath::by_folder;
}

BeneathFiles::~BeneathFiles() {
  if (fd_ >= 0) ::close(fd_);
}

std::string BeneathFiles::inner(const std::string& path) const {
  if (path == root_) return ".";
  const std::string front = root_ == "/" ? root_ : root_ + "/";
  std::string rest = path.starts_with(front) ? path.substr(front.size()) : path;
  return rest.empty() ? "." : rest;
}

Result<int> BeneathFiles::open(const std::string& path, int flags) const {
  if (fd_ < 0) return fail(Error::Code::io, root_ + ": cannot be opened");
  if (path.find('\0') != std::string::npos)
    return fail(Error::Code::not_found, "a path with a zero byte: no such file");
  const std::string below = inner(path);
  flags |= O_CLOEXEC | ((flags & O_PATH) != 0 ? 0 : O_NOCTTY);  // openat2 takes no other flags with O_PATH
  const int fd = how_ == Beneath::openat2 ? open_at_once(fd_, below, flags) : open_by_folder(fd_, below, flags);
  if (fd < 0) return failed(path, errno);
  return fd;
}

Result<std::vector<context::FileSource::Entry>> BeneathFiles::list(const std::string& path) const {
  const auto opened = open(path, O_RDONLY | O_DIRECTORY | O_NONBLOCK);
  if (!opened) return tl::unexpected(opened.error());
  const std::unique_ptr<DIR, CloseDirectory> directory(::fdopendir(*opened));
  if (directory == nullptr) {
    ::close(*opened);
    return fail(Error::Code::io, path + ": cannot be listed");
  }
  std::vector<Entry> entries;
  while (const dirent* entry = ::readdir(directory.get())) {
    const std::string_view name = entry->d_name;
    if (name == "." || name == "..") continue;
    Entry found{.name = std::string(name)};
    struct stat s {};
    if (entry->d_type == DT_DIR) {
      found.kind = Kind::directory;
    } else if (::fstatat(::dirfd(directory.get()), entry->d_name, &s, AT_SYMLINK_NOFOLLOW) == 0) {
      found.kind = kind_of(s);
      found.bytes = static_cast<uint64_t>(s.st_size);
      found.mtime_ns = static_cast<int64_t>(s.st_mtim.tv_sec) * 1'000'000'000 + s.st_mtim.tv_nsec;
    }
    entries.push_back(std::move(found));
  }
  return entries;
}

Result<std::string> BeneathFiles::read(const std::string& path, size_t max_bytes) const {
  // O_NONBLOCK: opening a pipe must not wait for its writer.
  const auto opened = open(path, O_RDONLY | O_NONBLOCK);
  if (!opened) return tl::unexpected(opened.error());
  const Descriptor fd(*opened);
  struct stat s {};
  if (::fstat(fd.get(), &s) != 0) return failed(path, errno);
  if (S_ISDIR(s.st_mode)) return fail(Error::Code::unsupported, path + ": a directory");
  if (!S_ISREG(s.st_mode)) return fail(Error::Code::unsupported, path + ": special file");
  if (static_cast<uint64_t>(s.st_size) > max_bytes) return fail(Error::Code::bad_input, path + ": too large");
  std::string bytes(static_cast<size_t>(s.st_size) + 1, '\0');  // one more, to see whether it has grown
  size_t n = 0;
  while (true) {
    if (n == bytes.size()) bytes.resize(bytes.size() * 2 + 4096);
    const ssize_t got = ::read(fd.get(), bytes.data() + n, bytes.size() - n);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return failed(path, errno);
    n += static_cast<size_t>(got);
    if (n > max_bytes) return fail(Error::Code::bad_input, path + ": too large");
    if (got == 0) break;
  }
  bytes.resize(n);
  return bytes;
}

Result<context::FileSource::Kind> BeneathFiles::kind(const std::string& path) const {
  const std::string below = inner(path);
  const size_t slash = below.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : below.substr(0, slash);
  const std::string name = slash == std::string::npos ? below : below.substr(slash + 1);
  if (name == "..") return fail(Error::Code::refused, path + ": outside the workspace");
  const auto opened = open(folder, O_PATH | O_DIRECTORY);
  if (!opened) return tl::unexpected(opened.error());
  const Descriptor fd(*opened);
  struct stat s {};
  if (::fstatat(fd.get(), name.c_str(), &s, AT_SYMLINK_NOFOLLOW) != 0) return failed(path, errno);
  return kind_of(s);
}

}  // namespace fimd::providers::agent

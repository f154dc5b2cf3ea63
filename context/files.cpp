#include "context/files.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>

#include "context/descriptor.h"

namespace fimd::context {
namespace {

struct CloseDirectory {
  void operator()(DIR* d) const { ::closedir(d); }
};

tl::unexpected<Error> failed(const std::string& path) {
  const int why = errno;
  const bool missing = why == ENOENT || why == ENOTDIR;
  return fail(missing ? Error::Code::not_found : Error::Code::io, path + ": " + std::strerror(why));
}

FileSource::Kind kind_of(const struct stat& s) {
  if (S_ISREG(s.st_mode)) return FileSource::Kind::file;
  return S_ISDIR(s.st_mode) ? FileSource::Kind::directory : FileSource::Kind::other;
}

void describe(const struct stat& s, FileSource::Entry& entry) {
  entry.kind = kind_of(s);
  if (entry.kind != FileSource::Kind::file) return;
  entry.bytes = static_cast<uint64_t>(s.st_size);
  entry.mtime_ns = static_cast<int64_t>(s.st_mtim.tv_sec) * 1'000'000'000 + s.st_mtim.tv_nsec;
}

}  // namespace

Result<std::vector<FileSource::Entry>> DiskFiles::list(const std::string& path) const {
  const std::unique_ptr<DIR, CloseDirectory> directory(::opendir(path.c_str()));
  if (directory == nullptr) return failed(path);
  std::vector<Entry> entries;
  while (true) {
    errno = 0;
    const dirent* entry = ::readdir(directory.get());
    if (entry == nullptr) {
      if (errno != 0) return failed(path);
      return entries;
    }
    const std::string_view name = entry->d_name;
    if (name == "." || name == "..") continue;
    Entry found{.name = std::string(name)};
    if (entry->d_type == DT_DIR) {
      found.kind = Kind::directory;
    } else if (entry->d_type == DT_REG || entry->d_type == DT_UNKNOWN) {
      struct stat s {};
      if (::fstatat(::dirfd(directory.get()), entry->d_name, &s, AT_SYMLINK_NOFOLLOW) != 0) continue;  // just gone
      describe(s, found);
    }
    entries.push_back(std::move(found));
  }
}

Result<std::string> DiskFiles::read(const std::string& path, size_t max_bytes) const {
  // O_NONBLOCK: opening a pipe must not wait for its writer.
  const Descriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (fd.get() < 0) return failed(path);
  struct stat s {};
  if (::fstat(fd.get(), &s) != 0) return failed(path);
  if (!S_ISREG(s.st_mode)) return fail(Error::Code::io, path + ": not a regular file");
  if (static_cast<uint64_t>(s.st_size) > max_bytes)
    return fail(Error::Code::bad_input, path + ": larger than the limit");
  std::string bytes;
  bytes.resize(static_cast<size_t>(s.st_size) + 1);  // one more, to see whether it has grown
  size_t n = 0;
  while (true) {
    if (n == bytes.size()) bytes.resize(bytes.size() * 2 + 4096);
    const ssize_t got = ::read(fd.get(), bytes.data() + n, bytes.size() - n);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return failed(path);
    n += static_cast<size_t>(got);
    if (n > max_bytes) return fail(Error::Code::bad_input, path + ": larger than the limit");
    if (got == 0) break;
  }
  bytes.resize(n);
  return bytes;
}

Result<FileSource::Entry> DiskFiles::stat(const std::string& path) const {
  struct stat s {};
  if (::lstat(path.c_str(), &s) != 0) return failed(path);
  Entry entry{.name = path};
  describe(s, entry);
  if (entry.kind != Kind::file) return fail(Error::Code::io, path + ": not a regular file");
  return entry;
}

bool is_source_text(std::string_view bytes) {
  if (bytes.substr(0, 8192).find('\0') != std::string_view::npos) return false;
  const auto lines = 1 + static_cast<size_t>(std::count(bytes.begin(), bytes.end(), '\n'));
  return bytes.size() / lines <= 500;
}

void nearest_first(std::vector<FoundFile>& files, std::string_view path) {
  // Names that `other` and `path` have in common at their start weigh against the names that lead away.
  const auto distance = [&](std::string_view other) {
    size_t common = 0;
    for (size_t i = 0; i < std::min(other.size(), path.size()) && other[i] == path[i]; ++i) {
      if (other[i] == '/') common = i + 1;
    }
    return std::count(other.begin() + static_cast<ptrdiff_t>(common), other.end(), '/') +
           std::count(path.begin() + static_cast<ptrdiff_t>(common), path.end(), '/');
  };
  std::vector<std::pair<ptrdiff_t, size_t>> order;
  for (size_t i = 0; i < files.size(); ++i) order.emplace_back(distance(files[i].path), i);
  std::sort(order.begin(), order.end());
  std::vector<FoundFile> sorted;
  sorted.reserve(files.size());
  for (const auto& [d, i] : order) sorted.push_back(std::move(files[i]));
  files = std::move(sorted);
}

}  // namespace fimd::context

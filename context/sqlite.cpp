#include "context/sqlite.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

namespace fimd::context {
namespace {

tl::unexpected<Error> io(std::string_view what, const std::string& path, std::string_view why) {
  return fail(Error::Code::io, fmt::format("{} {}: {}", what, path, why));
}

}  // namespace

Result<Descriptor> own_file(const std::string& path, std::string_view what) {
  Descriptor fd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600));
  if (fd.get() < 0) return io(what, path, std::strerror(errno));
  struct stat s {};
  if (::fstat(fd.get(), &s) != 0) return io(what, path, std::strerror(errno));
  if (!S_ISREG(s.st_mode) || s.st_uid != ::geteuid()) return io(what, path, "not a regular file of this user");
  if ((s.st_mode & 077) != 0 && ::fchmod(fd.get(), 0600) != 0) return io(what, path, std::strerror(errno));
  return fd;
}

Result<void> make_own_folder(const std::string& path, std::string_view what) {
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  std::filesystem::path each;
  for (const auto& part : folder) {
    each /= part;
    if (::mkdir(each.c_str(), 0700) != 0 && errno != EEXIST && errno != EISDIR && errno != EACCES && errno != EROFS) {
      return io(what, path, std::strerror(errno));
    }
  }
  return {};
}

}  // namespace fimd::context

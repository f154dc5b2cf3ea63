#include "providers/agent/journal.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <nlohmann/json.hpp>

#include "context/hash.h"
#include "providers/json_read.h"

namespace fimd::providers::agent {
namespace {

using nlohmann::json;

tl::unexpected<Error> failed(const std::string& path, const char* what) {
  return fail(errno == ENOENT ? Error::Code::not_found : Error::Code::io,
              fmt::format("{}: {}: {}", path, what, std::strerror(errno)));
}

std::string line_of(uint64_t number, std::string_view record) {
  const std::string rest = fmt::format("{} {}", number, record);
  return fmt::format("{:016x} {}\n", context::hash_bytes(rest), rest);
}

// Opens a file that only its owner can read. Errors: not_found, io, refused.
Result<int> open_private(const std::string& path, int flags) {
  const int fd = ::open(path.c_str(), flags | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  if (fd < 0) return failed(path, "cannot be opened");
  struct stat st {};
  const bool ours = ::fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_uid == ::geteuid() && (st.st_mode & 077) == 0;
  if (ours) return fd;
  ::close(fd);
  return fail(Error::Code::refused, path + ": is not a file that only you can read");
}

Result<std::string> read_all(int fd, const std::string& path) {
  std::string out;
  char piece[65536];
  for (;;) {
    const ssize_t got = ::read(fd, piece, sizeof piece);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return failed(path, "cannot be read");
    if (got == 0) return out;
    out.append(piece, static_cast<size_t>(got));
    if (out.size() > Journal::kMostBytes + (1U << 20)) return fail(Error::Code::io, path + ": is too large");
  }
}

bool write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t put = ::write(fd, bytes.data(), bytes.size());
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(put));
  }
  return true;
}

// So that the name of a new file survives a loss of power.
void sync_folder(const std::string& path) {
  const int fd = ::open(path.substr(0, path.rfind('/') + 1).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return;
  ::fsync(fd);
  ::close(fd);
}

}  // namespace

JournalText read_journal(std::string_view bytes) {
  JournalText out;
  while (out.good < bytes.size()) {
    const size_t end = bytes.find('\n', out.good);
    if (end == std::string_view::npos) break;
    const std::string_view line = bytes.substr(out.good, end - out.good);
    const std::string number = fmt::format("{} ", out.records.size());
    if (line.size() < 17 || !line.substr(17).starts_with(number)) break;
    if (fmt::format("{:016x} ", context::hash_bytes(line.substr(17))) != line.substr(0, 17)) break;
    json record = parse_json(line.substr(17 + number.size()));
    if (!record.is_object()) break;
    out.records.push_back(std::move(record));
    out.good = end + 1;
  }
  return out;
}

Result<std::unique_ptr<Journal>> Journal::create(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0600);
  if (fd < 0) return failed(path, "cannot be made");
  if (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
    ::close(fd);
    return failed(path, "cannot be locked");
  }
  sync_folder(path);
  return std::unique_ptr<Journal>(new Journal(fd, 0, 0));
}

Result<Journal::Opened> Journal::open(const std::string& path) {
  const auto fd = open_private(path, O_RDWR | O_APPEND);
  if (!fd) return tl::unexpected(fd.error());
  auto journal = std::unique_ptr<Journal>(new Journal(*fd, 0, 0));
  if (::flock(*fd, LOCK_EX | LOCK_NB) != 0) return fail(Error::Code::refused, path + ": another process works on it");
  const auto bytes = read_all(*fd, path);
  if (!bytes) return tl::unexpected(bytes.error());
  JournalText text = read_journal(*bytes);
  if (text.good < bytes->size() && ::ftruncate(*fd, static_cast<off_t>(text.good)) != 0)
    return failed(path, "cannot be cut");
  journal->next_ = text.records.size();
  journal->bytes_ = text.good;
  return Opened{std::move(journal), std::move(text.records)};
}

Result<std::vector<json>> Journal::read(const std::string& path) {
  const auto fd = open_private(path, O_RDONLY);
  if (!fd) return tl::unexpected(fd.error());
  const auto bytes = read_all(*fd, path);
  ::close(*fd);
  if (!bytes) return tl::unexpected(bytes.error());
  return read_journal(*bytes).records;
}

bool Journal::is_busy(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  if (fd < 0) return false;
  const bool busy = ::flock(fd, LOCK_SH | LOCK_NB) != 0;
  ::close(fd);
  return busy;
}

Result<void> Journal::append(std::span<const std::string> records, bool sync) {
  std::string bytes;
  for (const std::string& record : records)
    bytes += line_of(next_ + static_cast<uint64_t>(&record - records.data()), record);
  if (bytes_ + bytes.size() > kMostBytes) return fail(Error::Code::io, "the journal of the task is full");
  if (!write_all(fd_, bytes)) {
    const int why = errno;
    // Half a record would end the journal for all that come behind it.
    if (::ftruncate(fd_, static_cast<off_t>(bytes_)) != 0) next_ = UINT64_MAX / 2;
    return fail(Error::Code::io, fmt::format("the journal of the task cannot be written: {}", std::strerror(why)));
  }
  next_ += records.size();
  bytes_ += bytes.size();
  if (sync && ::fdatasync(fd_) != 0)
    return fail(Error::Code::io, "the journal of the task cannot be written: sync failed");
  return {};
}

Journal::~Journal() {
  if (fd_ >= 0) ::close(fd_);
}

}  // namespace fimd::providers::agent

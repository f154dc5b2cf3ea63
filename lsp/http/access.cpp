#include "lsp/http/access.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>

namespace fimd::lsp::http {
namespace {

constexpr size_t kRandomBytes = 32;
constexpr size_t kLongestToken = 1024;

tl::unexpected<Error> token_error(const std::string& path) {
  return fail(Error::Code::io, fmt::format("{}: {}", path, std::strerror(errno)));
}

Result<std::string> read_token(int fd, const std::string& path) {
  struct stat st {};
  if (::fstat(fd, &st) != 0) return token_error(path);
  if (!S_ISREG(st.st_mode) || st.st_uid != ::getuid() || (st.st_mode & 077) != 0) {
    return fail(Error::Code::refused, path + ": a token belongs into a file that only you can read (chmod 600)");
  }
  std::array<char, kLongestToken + 2> buffer{};
  const ssize_t size = ::read(fd, buffer.data(), buffer.size());
  if (size < 0) return token_error(path);
  std::string token(buffer.data(), static_cast<size_t>(size));
  while (!token.empty() && (token.back() == '\n' || token.back() == '\r')) token.pop_back();
  const bool printable =
      token.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/=") ==
      std::string::npos;
  if (token.empty() || token.size() > kLongestToken || !printable) {
    return fail(Error::Code::bad_input, path + ": holds no token (one line of letters, digits and -._~+/=)");
  }
  return token;
}

// Written aside and linked, so that of two processes one wins and neither reads half a token.
Result<void> make_token(const std::string& path) {
  std::array<unsigned char, kRandomBytes> random{};
  if (::getrandom(random.data(), random.size(), 0) != static_cast<ssize_t>(random.size()))
    return token_error("random bytes");
  std::string token;
  for (const unsigned char byte : random) token += fmt::format("{:02x}", byte);
  token += '\n';
  std::error_code ec;
  const auto folder = std::filesystem::path(path).parent_path();
  if (!folder.empty()) std::filesystem::create_directories(folder, ec);
  const std::string aside = fmt::format("{}.{}", path, ::getpid());
  const int fd = ::open(aside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0) return token_error(aside);
  const bool whole = ::write(fd, token.data(), token.size()) == static_cast<ssize_t>(token.size());
  ::close(fd);
  const bool placed = whole && (::link(aside.c_str(), path.c_str()) == 0 || errno == EEXIST);
  const int error = errno;
  ::unlink(aside.c_str());
  errno = error;
  if (!placed) return token_error(path);
  return {};
}

}  // namespace

Result<std::string> token_in(const std::string& path) {
  if (path.empty())
    return fail(Error::Code::io, "there is no home folder to keep a token in; name a file with --http-token");
  const auto open = [&] { return ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK); };
  int fd = open();
  if (fd < 0 && errno == ENOENT) {
    if (const auto made = make_token(path); !made) return tl::unexpected(made.error());
    fd = open();
  }
  if (fd < 0) return token_error(path);
  auto token = read_token(fd, path);
  ::close(fd);
  return token;
}

std::string_view bearer_of(std::string_view authorization) {
  constexpr std::string_view kScheme = "bearer ";
  if (authorization.size() < kScheme.size()) return {};
  for (size_t i = 0; i < kScheme.size(); ++i) {
    const char c = authorization[i];
    if ((c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c) != kScheme[i]) return {};
  }
  authorization.remove_prefix(kScheme.size());
  while (authorization.starts_with(' ')) authorization.remove_prefix(1);
  while (authorization.ends_with(' ')) authorization.remove_suffix(1);
  return authorization;
}

bool same_token(std::string_view given, std::string_view wanted) {
  unsigned difference = given.size() == wanted.size() && !wanted.empty() ? 0 : 1;
  for (size_t i = 0; i < wanted.size(); ++i) {
    const char other = i < given.size() ? given[i] : '\0';
    difference |= static_cast<unsigned char>(wanted[i] ^ other);
  }
  return difference == 0;
}

bool names_this_machine(std::string_view host) {
  const size_t bracket = host.starts_with('[') ? host.find(']') : 0;
  if (bracket == std::string_view::npos) return false;
  const size_t colon = host.find(':', bracket);
  const std::string_view port = colon == std::string_view::npos ? std::string_view() : host.substr(colon + 1);
  if (port.find_first_not_of("0123456789") != std::string_view::npos) return false;
  std::string name(host.substr(0, colon));
  for (char& c : name) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return name == "localhost" || name == "127.0.0.1" || name == "[::1]";
}

}  // namespace fimd::lsp::http

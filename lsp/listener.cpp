// Listening and connecting: unix sockets and loopback TCP, the second half of lsp/transport.h.
#include <fcntl.h>
#include <fmt/core.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <optional>
#include <utility>

#include "context/log.h"
#include "lsp/transport.h"

namespace fimd::lsp {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

constexpr int kConnectWait = 1000;  // ms; a listener on this machine answers in microseconds or not at all
constexpr int kBacklog = 64;

// An open descriptor that is closed unless it is released.
class Fd {
 public:
  explicit Fd(int fd = -1) : fd_(fd) {}
  Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Fd& operator=(Fd&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Fd() {
    if (fd_ >= 0) ::close(fd_);
  }
  explicit operator bool() const { return fd_ >= 0; }
  [[nodiscard]] int get() const { return fd_; }
  [[nodiscard]] int release() { return std::exchange(fd_, -1); }

 private:
  int fd_;
};

struct Address {
  union {
    sockaddr any;
    sockaddr_un unix;
    sockaddr_in v4;
    sockaddr_in6 v6;
  };
  socklen_t size = 0;
  std::string path;  // of a unix socket

  Address() { std::memset(&unix, 0, sizeof unix); }
  [[nodiscard]] bool is_unix() const { return any.sa_family == AF_UNIX; }
};

tl::unexpected<Error> system_error(Error::Code code, const std::string& what) {
  return fail(code, fmt::format("{}: {}", what, std::strerror(errno)));
}

Result<Address> parse_address(const std::string& where) {
  Address a;
  if (where.starts_with("unix:")) {
    a.path = where.substr(5);
    if (a.path.empty()) return fail(Error::Code::bad_input, where + " names no path");
    if (a.path.size() >= sizeof a.unix.sun_path || a.path.find('\0') != std::string::npos) {
      return fail(Error::Code::bad_input,
                  fmt::format("{}: a socket path has at most {} bytes", where, sizeof a.unix.sun_path - 1));
    }
    a.unix.sun_family = AF_UNIX;
    a.path.copy(a.unix.sun_path, a.path.size());
    a.size = sizeof a.unix;
    return a;
  }
  const size_t colon = where.rfind(':');
  uint16_t port = 0;
  const char* end = where.data() + where.size();
  const char* digits = colon == std::string::npos ? end : where.data() + colon + 1;
  const auto [rest, ec] = std::from_chars(digits, end, port);
  if (digits == end || ec != std::errc() || rest != end) {
    return fail(Error::Code::bad_input, where + " is neither unix:PATH nor 127.0.0.1:PORT");
  }
  const std::string host = where.substr(0, colon);
  if (host == "127.0.0.1") {
    a.v4.sin_family = AF_INET;
    a.v4.sin_port = htons(port);
    a.v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    a.size = sizeof a.v4;
  } else if (host == "[::1]") {
    a.v6.sin6_family = AF_INET6;
    a.v6.sin6_port = htons(port);
    a.v6.sin6_addr = in6addr_loopback;
    a.size = sizeof a.v6;
  } else {
    return fail(Error::Code::bad_input, where + " is not on this machine; use unix:PATH, 127.0.0.1:PORT or [::1]:PORT");
  }
  return a;
}

Fd open_socket(const Address& a) { return Fd(socket(a.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)); }

void no_delay(int fd) {
  const int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);  // fails on a unix socket, which has no delay
}

// Whether the socket is connected within kConnectWait; errno tells why not.
bool connects(const Fd& fd, const Address& a) {
  if (connect(fd.get(), &a.any, a.size) == 0) return true;
  if (errno != EINPROGRESS) return false;
  pollfd wait{fd.get(), POLLOUT, 0};
  if (poll(&wait, 1, kConnectWait) != 1) {
    errno = ETIMEDOUT;
    return false;
  }
  int error = 0;
  socklen_t size = sizeof error;
  getsockopt(fd.get(), SOL_SOCKET, SO_ERROR, &error, &size);
  errno = error;
  return error == 0;
}

// Held while a socket file is looked at, replaced and bound, so that two daemons that start at once cannot take each
// other's for dead. The lock file is removed again by whoever holds the lock.
class PathLock {
 public:
  static Result<PathLock> take(const std::string& socket_path) {
    const std::string path = socket_path + ".lock";
    while (true) {
      Fd fd(open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
      if (!fd) return system_error(Error::Code::io, "cannot create " + path);
      if (flock(fd.get(), LOCK_EX) != 0) return system_error(Error::Code::io, "cannot lock " + path);
      struct stat held {}, there {};
      const bool same = fstat(fd.get(), &held) == 0 && lstat(path.c_str(), &there) == 0 &&
                        held.st_ino == there.st_ino && held.st_dev == there.st_dev;
      if (same) return PathLock(std::move(fd), path);
    }
  }
  PathLock(PathLock&&) noexcept = default;
  ~PathLock() {
    if (fd_) unlink(path_.c_str());
  }

 private:
  PathLock(Fd fd, std::string path) : fd_(std::move(fd)), path_(std::move(path)) {}
  Fd fd_;
  std::string path_;
};

// Removes a socket file that nobody listens on. Errors: refused (somebody does, or it is something else).
Result<void> clear_way(const Address& a) {
  struct stat there {};
  if (lstat(a.path.c_str(), &there) != 0) return {};
  if (!S_ISSOCK(there.st_mode)) return fail(Error::Code::refused, a.path + " exists and is not a socket");
  const Fd probe = open_socket(a);
  if (!probe) return system_error(Error::Code::io, "cannot open a socket");
  if (connects(probe, a)) return fail(Error::Code::refused, "somebody listens on " + a.path + " already");
  if (errno != ECONNREFUSED) return system_error(Error::Code::refused, "cannot take over " + a.path);
  if (unlink(a.path.c_str()) != 0) return system_error(Error::Code::refused, "cannot remove " + a.path);
  return {};
}

// The file gets its mode before anybody can connect: bind() takes it from the descriptor on Linux, and connections are
// refused until listen() in any case.
Result<Fd> listen_unix(const Address& a) {
  const auto lock = PathLock::take(a.path);
  if (!lock) return tl::unexpected(lock.error());
  if (const auto clear = clear_way(a); !clear) return tl::unexpected(clear.error());
  Fd fd = open_socket(a);
  if (!fd) return system_error(Error::Code::io, "cannot open a socket");
  fchmod(fd.get(), 0600);
  if (bind(fd.get(), &a.any, a.size) != 0) return system_error(Error::Code::io, "cannot bind " + a.path);
  if (chmod(a.path.c_str(), 0600) != 0 || listen(fd.get(), kBacklog) != 0) {
    const auto error = system_error(Error::Code::io, "cannot listen on " + a.path);
    unlink(a.path.c_str());
    return error;
  }
  return fd;
}

Result<Fd> listen_tcp(const Address& a, const std::string& where) {
  Fd fd = open_socket(a);
  if (!fd) return system_error(Error::Code::io, "cannot open a socket");
  const int on = 1;
  setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (bind(fd.get(), &a.any, a.size) != 0 || listen(fd.get(), kBacklog) != 0) {
    const auto code = errno == EADDRINUSE || errno == EACCES ? Error::Code::refused : Error::Code::io;
    return system_error(code, "cannot listen on " + where);
  }
  return fd;
}

std::string address_of(const Fd& fd, const Address& wanted) {
  if (wanted.is_unix()) return "unix:" + wanted.path;
  Address real;
  real.size = sizeof real.v6;
  getsockname(fd.get(), &real.any, &real.size);
  return wanted.any.sa_family == AF_INET ? fmt::format("127.0.0.1:{}", ntohs(real.v4.sin_port))
                                         : fmt::format("[::1]:{}", ntohs(real.v6.sin6_port));
}

// The accepting socket; held by its pending wait, so it may outlive the listener.
struct Door : std::enable_shared_from_this<Door> {
  Door(asio::io_context& loop, Listener::OnSocket f) : socket(loop), on_socket(std::move(f)) {}

  asio::posix::stream_descriptor socket;
  Listener::OnSocket on_socket;
  Fd spare{open("/dev/null", O_RDONLY | O_CLOEXEC)};  // given up to turn away a client when descriptors run out
  std::shared_ptr<char> open_connections = std::make_shared<char>();  // its owners are this and each connection

  void wait();
  void accept_all();
  void greet(Fd client);
};

void Door::wait() {
  socket.async_wait(asio::posix::stream_descriptor::wait_read, [self = shared_from_this()](error_code ec) {
    if (ec || !self->on_socket) return;
    self->accept_all();
    if (self->socket.is_open()) self->wait();
  });
}

void Door::accept_all() {
  for (int i = 0; i < kBacklog && on_socket && socket.is_open(); ++i) {
    Fd client(accept4(socket.native_handle(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (client) {
      greet(std::move(client));
    } else if (errno == EMFILE || errno == ENFILE) {
      log::error("listen: out of file descriptors, a client is turned away");
      spare = Fd();
      const Fd turned_away(accept4(socket.native_handle(), nullptr, nullptr, SOCK_CLOEXEC));
      spare = Fd(open("/dev/null", O_RDONLY | O_CLOEXEC));
      if (!turned_away) return;
    } else if (errno != EINTR && errno != ECONNABORTED) {
      return;
    }
  }
}

void Door::greet(Fd client) {
  if (open_connections.use_count() > static_cast<long>(kMaxConnections)) {
    log::warn("listen: over {} connections, a client is turned away", kMaxConnections);
    return;
  }
  no_delay(client.get());
  const auto callback = on_socket;  // it may destroy the listener
  callback(client.release(), open_connections);
}

class SocketListener final : public Listener {
 public:
  SocketListener(std::shared_ptr<Door> door, std::string address, const Address& wanted)
      : door_(std::move(door)), address_(std::move(address)), path_(wanted.path) {
    if (!path_.empty()) lstat(path_.c_str(), &file_);
  }

  ~SocketListener() override {
    struct stat there {};
    const bool ours = !path_.empty() && lstat(path_.c_str(), &there) == 0 && there.st_ino == file_.st_ino &&
                      there.st_dev == file_.st_dev;
    if (ours) unlink(path_.c_str());
    error_code ignored;
    door_->on_socket = nullptr;
    door_->socket.close(ignored);
  }

  [[nodiscard]] std::string address() const override { return address_; }

 private:
  std::shared_ptr<Door> door_;
  std::string address_, path_;
  struct stat file_ {};
};

}  // namespace

Result<std::unique_ptr<Listener>> Listener::open(asio::io_context& loop, const std::string& where,
                                                 OnConnect on_connect) {
  return open_bare(loop, where, [&loop, on_connect = std::move(on_connect)](int fd, std::shared_ptr<void> lease) {
    auto transport = fd_transport(loop, fd, fd, std::move(lease));
    if (!transport) return log::error("listen: {}", transport.error().message);
    on_connect(*std::move(transport));
  });
}

Result<std::unique_ptr<Listener>> Listener::open_bare(asio::io_context& loop, const std::string& where,
                                                      OnSocket on_socket) {
  const auto address = parse_address(where);
  if (!address) return tl::unexpected(address.error());
  auto fd = address->is_unix() ? listen_unix(*address) : listen_tcp(*address, where);
  if (!fd) return tl::unexpected(fd.error());
  auto door = std::make_shared<Door>(loop, std::move(on_socket));
  std::string real = address_of(*fd, *address);
  error_code ec;
  door->socket.assign(fd->get(), ec);
  if (ec) return fail(Error::Code::io, fmt::format("cannot listen on {}: {}", where, ec.message()));
  static_cast<void>(fd->release());
  door->wait();
  return std::make_unique<SocketListener>(std::move(door), std::move(real), *address);
}

Result<int> connect_to(const std::string& where) {
  const auto address = parse_address(where);
  if (!address) return tl::unexpected(address.error());
  Fd fd = open_socket(*address);
  if (!fd) return system_error(Error::Code::down, "cannot open a socket");
  if (!connects(fd, *address)) return system_error(Error::Code::down, "cannot connect to " + where);
  no_delay(fd.get());
  const int flags = fcntl(fd.get(), F_GETFL);
  fcntl(fd.get(), F_SETFL, flags & ~O_NONBLOCK);
  return fd.release();
}

}  // namespace fimd::lsp

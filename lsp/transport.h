// Where messages come from and go to: stdin/stdout, a unix socket, a loopback TCP port, or memory in tests.
//
// A transport belongs to the loop thread. Reading is a coroutine; writing queues and returns at once, so that a
// client that does not read never blocks the server (a queue of over 64 MiB closes the connection).
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <string>

#include "context/budget.h"
#include "context/result.h"

namespace fimd::lsp {

struct Frame {
  std::string body;
  TimePoint received;  // when its last byte was read: the budget of a request starts here
};

class Transport {
 public:
  virtual ~Transport() = default;

  // The next message. Errors: io (the other side closed, or the stream is beyond repair), cancelled. One read at a
  // time; it may outlive the transport, and then ends with io.
  virtual boost::asio::awaitable<Result<Frame>> read() = 0;

  virtual void write(std::string body) = 0;  // one message body, unframed
  virtual void close() = 0;  // read() ends with io; what is queued is still written if the other side takes it at once
};

// stdin and stdout. The real stdout is kept for the protocol and file descriptor 1 is pointed at stderr, so that a
// stray print cannot corrupt the stream. Works for pipes, sockets, terminals and regular files. Errors: io.
[[nodiscard]] Result<std::unique_ptr<Transport>> stdio_transport(boost::asio::io_context& loop);

// A transport over an already open descriptor pair (a pipe, a socket; in == out is fine); owns both, also when it
// fails. `lease` is released when the connection is closed for good.
[[nodiscard]] Result<std::unique_ptr<Transport>> fd_transport(boost::asio::io_context& loop, int in, int out,
                                                              std::shared_ptr<void> lease = nullptr);

// Listens on "unix:PATH" (mode 0600; a dead socket file is replaced, a live one is an error) or "127.0.0.1:PORT" or
// "[::1]:PORT" (port 0: any; other addresses are refused), and calls `on_connect` for each connection until the
// listener is destroyed, which removes the socket file. Over kMaxConnections at a time are closed at once. Errors:
// bad_input, refused (in use, not ours), io.
inline constexpr size_t kMaxConnections = 64;

class Listener {
 public:
  using OnConnect = std::function<void(std::unique_ptr<Transport>)>;
  [[nodiscard]] static Result<std::unique_ptr<Listener>> open(boost::asio::io_context& loop, const std::string& where,
                                                              OnConnect on_connect);

  // The same for those that speak something else: gets the connected descriptor, which it owns from then on, and the
  // lease to hold for as long as the connection is open.
  using OnSocket = std::function<void(int fd, std::shared_ptr<void> lease)>;
  [[nodiscard]] static Result<std::unique_ptr<Listener>> open_bare(boost::asio::io_context& loop,
                                                                   const std::string& where, OnSocket on_socket);
  virtual ~Listener() = default;
  [[nodiscard]] virtual std::string address() const = 0;  // what a client connects to, with the real port
};

// Connects to an address as Listener takes it and returns the connected descriptor, within a second. Errors: down,
// bad_input.
[[nodiscard]] Result<int> connect_to(const std::string& where);

}  // namespace fimd::lsp

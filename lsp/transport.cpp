#include "lsp/transport.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <utility>

#include "context/log.h"
#include "lsp/wire.h"

namespace fimd::lsp {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

constexpr size_t kMaxBacklog = 64u << 20;  // bytes that wait for a client that does not read
constexpr size_t kReadSize = 64u << 10;
constexpr auto kLinger = std::chrono::milliseconds(500);  // for what is queued when the transport is closed

// What a connection needs; also held by its pending operations, so it may outlive the transport.
struct Pipe : std::enable_shared_from_this<Pipe> {
  explicit Pipe(asio::io_context& loop) : in(loop), out(loop), linger(loop) {}

  asio::posix::stream_descriptor in, out;
  asio::steady_timer linger;
  FrameReader frames;
  std::array<char, kReadSize> chunk;
  TimePoint last_read{};
  std::string writing, waiting;  // frames on their way, frames behind them
  bool closed = false;
  std::shared_ptr<void> lease;

  void write(std::string_view body);
  void flush();
  void close();
  void abandon();
};

void Pipe::write(std::string_view body) {
  if (closed) return;
  if (writing.size() + waiting.size() + body.size() > kMaxBacklog) {
    close();  // before the log, whose lines may come back here
    abandon();
    return log::error("transport: the client does not read, {} MiB wait; closed", kMaxBacklog >> 20);
  }
  waiting += frame(body);
  if (writing.empty()) flush();
}

void Pipe::flush() {
  writing = std::exchange(waiting, {});
  asio::async_write(out, asio::buffer(writing), [self = shared_from_this()](error_code ec, size_t) {
    self->writing.clear();
    if (ec) {
      // The reader sees the end of the connection too and reports it.
      log::debug("transport: cannot write: {}", ec.message());
      self->close();
      return self->abandon();
    }
    if (!self->waiting.empty()) return self->flush();
    if (self->closed) self->abandon();
  });
}

void Pipe::close() {
  if (std::exchange(closed, true)) return;
  error_code ignored;
  in.close(ignored);
  if (writing.empty()) return abandon();
  linger.expires_after(kLinger);
  linger.async_wait([self = shared_from_this()](error_code ec) {
    if (!ec) self->abandon();
  });
}

// Drops what has not been written.
void Pipe::abandon() {
  error_code ignored;
  linger.cancel();
  waiting.clear();
  out.close(ignored);
  lease.reset();
}

void report(std::vector<std::string> warnings) {
  for (const std::string& w : warnings) log::warn("wire: {}", w);
}

asio::awaitable<Result<Frame>> read_from(std::shared_ptr<Pipe> pipe) {
  constexpr auto token = asio::as_tuple(asio::use_awaitable);
  while (true) {
    if (pipe->closed) co_return fail(Error::Code::io, "the connection is closed");
    std::optional<std::string> body = pipe->frames.next();
    report(pipe->frames.take_warnings());
    if (body) co_return Frame{*std::move(body), pipe->last_read};
    if (pipe->frames.broken()) co_return fail(Error::Code::io, "what the client sends is no protocol");
    const auto buffer = asio::buffer(pipe->chunk);
    const auto [ec, count] = co_await pipe->in.async_read_some(buffer, token);
    if (pipe->closed) continue;
    if (ec == asio::error::operation_aborted) co_return fail(Error::Code::cancelled, "reading was cancelled");
    if (ec == asio::error::eof) co_return fail(Error::Code::io, "the client closed the connection");
    if (ec) co_return fail(Error::Code::io, "cannot read: " + ec.message());
    pipe->last_read = Clock::now();
    pipe->frames.feed(std::string_view(pipe->chunk.data(), count));
  }
}

class PipeTransport final : public Transport {
 public:
  explicit PipeTransport(std::shared_ptr<Pipe> pipe) : pipe_(std::move(pipe)) {}
  ~PipeTransport() override { pipe_->close(); }
  asio::awaitable<Result<Frame>> read() override { return read_from(pipe_); }
  void write(std::string body) override { pipe_->write(body); }
  void close() override { pipe_->close(); }

 private:
  std::shared_ptr<Pipe> pipe_;
};

// A private copy of a descriptor, above the standard three and closed in child processes.
Result<int> copy_of(int fd) {
  const int copy = fcntl(fd, F_DUPFD_CLOEXEC, 3);
  if (copy < 0) return fail(Error::Code::io, fmt::format("cannot copy descriptor {}: {}", fd, std::strerror(errno)));
  return copy;
}

// For a terminal, a second opening of it: asio makes a descriptor non-blocking, and a terminal that is shared with the
// shell and with stderr would become so for them too.
Result<int> private_copy_of(int fd) {
  if (isatty(fd) == 1) {
    const std::string path = fmt::format("/proc/self/fd/{}", fd);
    const int own = open(path.c_str(), O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (own >= 0) return own;
  }
  return copy_of(fd);
}

}  // namespace

Result<std::unique_ptr<Transport>> fd_transport(asio::io_context& loop, int in, int out, std::shared_ptr<void> lease) {
  std::signal(SIGPIPE, SIG_IGN);  // a client that is gone is an error of write(), not the end of the process
  if (in == out) {
    const Result<int> second = copy_of(out);
    if (!second) {
      ::close(in);
      return tl::unexpected(second.error());
    }
    out = *second;
  }
  auto pipe = std::make_shared<Pipe>(loop);
  error_code ec, out_ec;
  pipe->in.assign(in, ec);
  pipe->out.assign(out, out_ec);
  if (ec) ::close(in);
  if (out_ec) ::close(out);
  if (ec || out_ec) return fail(Error::Code::io, "cannot use the connection: " + (ec ? ec : out_ec).message());
  pipe->lease = std::move(lease);
  return std::make_unique<PipeTransport>(std::move(pipe));
}

Result<std::unique_ptr<Transport>> stdio_transport(asio::io_context& loop) {
  const Result<int> in = private_copy_of(STDIN_FILENO);
  if (!in) return tl::unexpected(in.error());
  const Result<int> out = private_copy_of(STDOUT_FILENO);
  if (!out) {
    ::close(*in);
    return tl::unexpected(out.error());
  }
  // Child processes and stray prints must not take part in the protocol.
  const int null = open("/dev/null", O_RDWR | O_CLOEXEC);
  if (null >= 0) dup2(null, STDIN_FILENO);
  if (dup2(STDERR_FILENO, STDOUT_FILENO) < 0 && null >= 0) dup2(null, STDOUT_FILENO);
  if (null > STDERR_FILENO) ::close(null);
  return fd_transport(loop, *in, *out);
}

}  // namespace fimd::lsp

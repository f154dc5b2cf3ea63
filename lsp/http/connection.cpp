#include "lsp/http/connection.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/status.hpp>
#include <boost/beast/http/string_body.hpp>
#include <nlohmann/json.hpp>

#include "context/log.h"
#include "lsp/config.h"

namespace fimd::lsp::http {
namespace {

namespace asio = boost::asio;
namespace beast_http = boost::beast::http;
using boost::system::error_code;

constexpr uint32_t kMostHead = 16u << 10;
constexpr uint64_t kMostBody = 2u << 20;
constexpr size_t kMostAhead = 64u << 10;    // of requests that a client sends before it has its answer
constexpr size_t kMostDrained = 64u << 20;  // of a body that is refused
constexpr size_t kReadAtOnce = 16u << 10;

Refusal refusal_for(const error_code& ec) {
  if (ec == beast_http::error::body_limit) return {413, "the body is larger than 2 MiB"};
  if (ec == beast_http::error::header_limit) return {431, "the head of the request is larger than 16 KiB"};
  if (ec == beast_http::error::bad_version) return {505, "only HTTP/1.0 and HTTP/1.1 are spoken here"};
  return {400, fmt::format("not an HTTP request: {}", ec.message())};
}

std::string_view error_type(int status) {
  switch (status) {
    case 401: return "authentication_error";
    case 403: return "permission_error";
    case 404: return "not_found_error";
    case 503: return "unavailable_error";
    default: return status >= 500 ? "server_error" : "invalid_request_error";
  }
}

}  // namespace

struct Connection::Reading {
  beast_http::request_parser<beast_http::string_body> parser;

  Request request() const {
    const auto& message = parser.get();
    const auto one = [&](auto name) { return message.count(name) == 1 ? std::string(message[name]) : std::string(); };
    Request out;
    out.method = std::string(message.method_string());
    out.target = std::string(message.target());
    out.target.resize(std::min(out.target.size(), out.target.find('?')));
    out.host = one(beast_http::field::host);
    out.authorization = one(beast_http::field::authorization);
    out.file = one("X-Fimd-File");
    out.wait = one("X-Fimd-Wait-Ms");
    return out;
  }
};

std::string error_body(const Refusal& refusal) {
  const nlohmann::json body = {
      {"error", {{"code", refusal.status}, {"message", refusal.message}, {"type", error_type(refusal.status)}}}};
  return body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

Connection::Connection(asio::io_context& loop, int fd, std::shared_ptr<void> lease,
                       std::shared_ptr<const Endpoint> endpoint)
    : socket_(loop), alarm_(loop), lease_(std::move(lease)), endpoint_(std::move(endpoint)) {
  sockaddr_storage name{};
  socklen_t size = sizeof name;
  ::getsockname(fd, reinterpret_cast<sockaddr*>(&name), &size);
  error_code ec;
  socket_.assign({name.ss_family, 0}, fd, ec);
  if (ec) {
    ::close(fd);
    phase_ = Phase::closed;
  }
}

Connection::~Connection() = default;

void Connection::start() {
  if (phase_ == Phase::closed) return;
  renew();
  read();
}

// Ready for another request.
void Connection::renew() {
  reading_ = std::make_unique<Reading>();
  reading_->parser.header_limit(kMostHead);
  reading_->parser.body_limit(kMostBody);
  phase_ = Phase::head;
  complete_ = false;
  gone_ = nullptr;
  alarm(kHttpRead);
}

void Connection::alarm(Duration after) {
  alarm_.expires_after(after);
  alarm_.async_wait([weak = weak_from_this()](const error_code& ec) {
    const auto self = weak.lock();
    if (ec || !self || self->alarm_.expiry() > Clock::now()) return;  // set anew meanwhile
    const bool halfway = self->phase_ == Phase::body || (self->phase_ == Phase::head && !self->arrived_.empty());
    if (halfway && !self->writes_) return self->refuse({408, "the request did not come in time"});
    self->leave();
  });
}

// One read is pending at all times, so that a client that goes is noticed while its answer is being made.
void Connection::read() {
  if (reads_ || phase_ == Phase::closed) return;
  if (phase_ == Phase::answering && arrived_.size() > kMostAhead) return;
  reads_ = true;
  // The buffer must outlive the request that it was read for.
  auto buffer = std::make_shared<std::array<char, kReadAtOnce>>();
  auto into = asio::buffer(*buffer);
  socket_.async_read_some(into, [self = shared_from_this(), buffer](const error_code& ec, size_t size) {
    self->reads_ = false;
    if (self->phase_ == Phase::closed) return;
    if (ec) return self->leave();
    self->on_bytes({buffer->data(), size});
  });
}

void Connection::on_bytes(std::string_view bytes) {
  if (phase_ == Phase::draining) {
    drained_ += bytes.size();
    if (drained_ > kMostDrained) return leave();
    return read();
  }
  arrived_.append(bytes);
  if (phase_ == Phase::answering) return read();
  advance();
}

// Parses what has arrived.
void Connection::advance() {
  auto& parser = reading_->parser;
  while (phase_ == Phase::head || phase_ == Phase::body) {
    if (arrived_.empty()) return read();
    error_code ec;
    const size_t used = parser.put(asio::buffer(arrived_), ec);
    arrived_.erase(0, used);
    if (ec == beast_http::error::need_more) return read();
    if (ec) return refuse(refusal_for(ec));
    if (phase_ == Phase::head && parser.is_header_done() && !accept_head()) return;
    if (parser.is_done()) return serve();
    if (used == 0) return read();
  }
}

// The head is there: refuses what is not worth reading on.
bool Connection::accept_head() {
  phase_ = Phase::body;
  const auto& message = reading_->parser.get();
  keep_ = message.keep_alive();
  chunked_ = message.version() >= 11;
  const Request request = reading_->request();
  name_ = fmt::format("{} {}", request.method, request.target.substr(0, 80));
  if (!endpoint_->check) {
    close();
    return false;
  }
  if (const auto refusal = endpoint_->check(request)) {
    refuse(*refusal);
    return false;
  }
  if (reading_->parser.is_done()) return true;
  alarm(kHttpRead);
  const auto expects = message[beast_http::field::expect];
  if (boost::beast::iequals(expects, "100-continue")) write("HTTP/1.1 100 Continue\r\n\r\n");
  return true;
}

void Connection::serve() {
  phase_ = Phase::answering;
  alarm_.cancel();
  Request request = reading_->request();
  request.body = std::move(reading_->parser.get().body());
  request.received = received_ = Clock::now();
  read();
  if (!endpoint_->serve) return close();
  endpoint_->serve(request, shared_from_this());
}

std::string Connection::head_of(int status, std::string_view type) const {
  const auto reason = beast_http::obsolete_reason(static_cast<beast_http::status>(status));
  std::string head = fmt::format(
      "HTTP/1.1 {} {}\r\nServer: fimd\r\nContent-Type: {}\r\nCache-Control: no-store\r\n"
      "X-Content-Type-Options: nosniff\r\nConnection: {}\r\n",
      status, std::string_view(reason.data(), reason.size()), type, keep_ ? "keep-alive" : "close");
  if (status == 401) head += "WWW-Authenticate: Bearer\r\n";
  if (status == 503) head += "Retry-After: 1\r\n";
  return head;
}

void Connection::answer(int status, std::string_view type, std::string_view body) {
  if (phase_ == Phase::closed || complete_) return;
  phase_ = Phase::answering;
  complete_ = true;
  status_ = status;
  write(fmt::format("{}Content-Length: {}\r\n\r\n{}", head_of(status, type), body.size(), body));
}

void Connection::refuse(const Refusal& refusal) {
  // What follows a request that was not read to its end cannot be told from it.
  if (phase_ == Phase::head || phase_ == Phase::body) keep_ = false;
  answer(refusal.status, "application/json", error_body(refusal));
}

void Connection::begin(std::string_view type) {
  if (phase_ != Phase::answering || complete_) return;
  status_ = 200;
  if (!chunked_) keep_ = false;
  write(fmt::format("{}{}\r\n", head_of(200, type), chunked_ ? "Transfer-Encoding: chunked\r\n" : ""));
}

void Connection::piece(std::string_view bytes) {
  if (phase_ != Phase::answering || complete_ || bytes.empty()) return;
  write(chunked_ ? fmt::format("{:x}\r\n{}\r\n", bytes.size(), bytes) : std::string(bytes));
}

void Connection::end() {
  if (phase_ != Phase::answering || complete_) return;
  complete_ = true;
  if (chunked_) return write("0\r\n\r\n");
  if (!writes_) on_written();
}

void Connection::write(std::string bytes) {
  queue_.push_back(std::move(bytes));
  if (!writes_) write_next();
}

void Connection::write_next() {
  if (phase_ == Phase::closed) return;
  writes_ = true;
  alarm(kHttpWrite);
  auto bytes = asio::buffer(queue_.front());
  asio::async_write(socket_, bytes, [self = shared_from_this()](const error_code& ec, size_t) {
    self->writes_ = false;
    if (self->phase_ == Phase::closed) return;
    if (ec) return self->leave();
    self->queue_.pop_front();
    if (!self->queue_.empty()) return self->write_next();
    self->on_written();
  });
}

// All that there was has been written.
void Connection::on_written() {
  if (phase_ == Phase::body) return alarm(kHttpRead);  // "100 Continue"
  alarm_.cancel();
  if (!complete_) return;
  if (!name_.empty())
    log::info("<- {} {} {:.1f} ms", name_, status_, received_ == TimePoint{} ? 0.0 : to_ms(Clock::now() - received_));
  name_.clear();
  gone_ = nullptr;
  if (keep_) {
    renew();
    return advance();
  }
  // Closing with unread bytes would reset the connection, and the client would lose the answer.
  phase_ = Phase::draining;
  error_code ignored;
  socket_.shutdown(asio::socket_base::shutdown_send, ignored);
  alarm(kHttpWrite);
  read();
}

void Connection::leave() {
  const auto gone = std::exchange(gone_, nullptr);
  close();
  if (gone) gone();
}

void Connection::close() {
  if (phase_ == Phase::closed) return;
  phase_ = Phase::closed;
  gone_ = nullptr;
  alarm_.cancel();
  error_code ignored;
  socket_.close(ignored);
  lease_.reset();
}

}  // namespace fimd::lsp::http

#include "tests/session/model_server.h"

#include <fmt/core.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace fimd::tests {
namespace asio = boost::asio;
using Socket = asio::generic::stream_protocol::socket;

struct ModelServer::State : std::enable_shared_from_this<State> {
  State(asio::io_context& l, Script s) : loop(l), script(std::move(s)), changed(l) {
    changed.expires_at(std::chrono::steady_clock::time_point::max());
  }

  asio::io_context& loop;
  Script script;
  Log log;
  asio::steady_timer changed;  // cancelled whenever the log changes
  std::optional<asio::ip::tcp::acceptor> tcp;
  std::optional<asio::local::stream_protocol::acceptor> unix_acceptor;
  std::vector<std::weak_ptr<Socket>> sockets;

  void note() { changed.cancel(); }
};

namespace {



// Reads one request; nullopt when the client closes.
asio::awaitable<std::optional<SeenRequest>> read_request(std::shared_ptr<Socket> socket, std::string& buffer) {
  boost::system::error_code error;
  const auto more = [&](size_t upto) {
    return asio::async_read(*socket, asio::dynamic_buffer(buffer), asio::transfer_exactly(upto),
                            asio::redirect_error(asio::use_awaitable, error));
  };
  size_t end = std::string::npos;
  while ((end = buffer.find("\r\n\r\n")) == std::string::npos) {
    auto reading = more(1);
    co_await std::move(reading);
    if (error) co_return std::nullopt;
  }
  SeenRequest request;
  const std::string top = buffer.substr(0, end + 2);
  buffer.erase(0, end + 4);
  size_t at = top.find("\r\n");
  const std::string line = top.substr(0, at);
  const size_t first = line.find(' '), second = line.rfind(' ');
  request.method = line.substr(0, first);
  request.target = line.substr(first + 1, second - first - 1);
  size_t length = 0;
  for (at += 2; at < top.size();) {
    const size_t next = top.find("\r\n", at);
    const std::string field = top.substr(at, next - at);
    const size_t colon = field.find(':');
    std::string name = field.substr(0, colon);
    std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
    const size_t start = field.find_first_not_of(' ', colon + 1);
    std::string value = start == std::string::npos ? std::string() : field.substr(start);
    if (name == "content-length") length = std::stoul(value);
    request.headers.emplace_back(std::move(name), std::move(value));
    at = next + 2;
  }
  if (buffer.size() < length) {
    auto reading = more(length - buffer.size());
    co_await std::move(reading);
    if (error) co_return std::nullopt;
  }
  request.body = buffer.substr(0, length);
  buffer.erase(0, length);
  co_return request;
}

// Writes; false when the client is gone.
asio::awaitable<bool> write_all(std::shared_ptr<Socket> socket, const std::string& bytes) {
  boost::system::error_code error;
  const auto buffer = asio::buffer(bytes);
  co_await asio::async_write(*socket, buffer, asio::redirect_error(asio::use_awaitable, error));
  co_return !error;
}

// Waits until the client closes.
asio::awaitable<void> wait_for_close(std::shared_ptr<Socket> socket) {
  boost::system::error_code error;
  char byte = 0;
  while (!error) {
    const auto buffer = asio::buffer(&byte, 1);
    co_await socket->async_read_some(buffer, asio::redirect_error(asio::use_awaitable, error));
  }
}

// Performs one step. Returns whether the connection is still of use; `early` becomes true when the client left.
asio::awaitable<bool> perform(std::shared_ptr<Socket> socket, const Step& step, size_t& sent, bool& early) {
  switch (step.kind) {
    case Step::Kind::send:
      for (size_t i = 0; i < step.times && !early; ++i) {
        early = !co_await write_all(socket, step.bytes);
        if (!early) sent += step.bytes.size();
      }
      co_return !early;
    case Step::Kind::drip:
      for (size_t i = 0; i < step.bytes.size() && !early; ++i) {
        const std::string one(1, step.bytes[i]);
        early = !co_await write_all(socket, one);
        // Lets the reader run between two bytes, so that it sees them one at a time.
        co_await asio::post(asio::use_awaitable);
        ++sent;
      }
      co_return !early;
    case Step::Kind::hang:
      co_await wait_for_close(socket);
      early = true;
      co_return false;
    case Step::Kind::reset: {
      boost::system::error_code ignored;
      socket->set_option(asio::socket_base::linger(true, 0), ignored);
      socket->close(ignored);
      co_return false;
    }
    case Step::Kind::close: {
      boost::system::error_code ignored;
      socket->close(ignored);
      co_return false;
    }
  }
  co_return false;
}

}  // namespace

std::string SeenRequest::header(std::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (key == name) return value;
  }
  return {};
}

namespace {

template <class State>
asio::awaitable<void> serve(std::shared_ptr<State> state, std::shared_ptr<Socket> socket, size_t number) {
  std::string buffer;
  for (;;) {
    std::optional<SeenRequest> request = co_await read_request(socket, buffer);
    if (!request) co_return;
    request->connection = number;
    state->log.requests.push_back(*request);
    state->note();
    const Reply reply = state->script(*request);
    for (const Step& step : reply) {
      bool early = false;
      const bool open = co_await perform(socket, step, state->log.bytes_sent, early);
      if (early) ++state->log.closed_early;
      state->note();
      if (!open) co_return;
    }
  }
}

template <class State, class Acceptor>
asio::awaitable<void> accept_all(std::weak_ptr<State> weak, Acceptor& acceptor) {
  for (;;) {
    boost::system::error_code error;
    auto accepted = co_await acceptor.async_accept(asio::redirect_error(asio::use_awaitable, error));
    const auto state = weak.lock();
    if (error || !state) co_return;
    auto socket = std::make_shared<Socket>(std::move(accepted));
    std::erase_if(state->sockets, [](const auto& s) { return s.expired(); });
    state->sockets.push_back(socket);
    ++state->log.connections;
    state->note();
    asio::co_spawn(state->loop, serve(state, socket, state->log.connections), asio::detached);
  }
}

}  // namespace

ModelServer::ModelServer(asio::io_context& loop, Script script, const std::string& path)
    : state_(std::make_shared<State>(loop, std::move(script))) {
  const std::weak_ptr<State> weak = state_;
  if (path.empty()) {
    state_->tcp.emplace(loop, asio::ip::tcp::endpoint(asio::ip::make_address("127.0.0.1"), 0));
    port_ = state_->tcp->local_endpoint().port();
    asio::co_spawn(loop, accept_all(weak, *state_->tcp), asio::detached);
  } else {
    state_->unix_acceptor.emplace(loop, asio::local::stream_protocol::endpoint(path));
    asio::co_spawn(loop, accept_all(weak, *state_->unix_acceptor), asio::detached);
  }
}

ModelServer::~ModelServer() {
  boost::system::error_code ignored;
  if (state_->tcp) state_->tcp->close(ignored);
  if (state_->unix_acceptor) state_->unix_acceptor->close(ignored);
  for (const auto& weak : state_->sockets) {
    if (const auto socket = weak.lock()) socket->close(ignored);
  }
}

std::string ModelServer::url() const { return fmt::format("http://127.0.0.1:{}", port_); }

void ModelServer::set_script(Script script) { state_->script = std::move(script); }

const ModelServer::Log& ModelServer::log() const { return state_->log; }

asio::awaitable<void> ModelServer::until(std::function<bool(const Log&)> enough) {
  const auto state = state_;
  while (!enough(state->log)) {
    boost::system::error_code woken;
    co_await state->changed.async_wait(asio::redirect_error(asio::use_awaitable, woken));
  }
}

std::string head(int status, std::string_view type, std::string_view more_headers) {
  return fmt::format("HTTP/1.1 {} X\r\nContent-Type: {}\r\nTransfer-Encoding: chunked\r\n{}\r\n", status, type,
                     more_headers);
}

std::string chunk(std::string_view bytes) { return fmt::format("{:x}\r\n{}\r\n", bytes.size(), bytes); }

std::string last_chunk() { return "0\r\n\r\n"; }

std::string whole(int status, std::string_view type, std::string_view body) {
  return fmt::format("HTTP/1.1 {} X\r\nContent-Type: {}\r\nContent-Length: {}\r\n\r\n{}", status, type, body.size(), body);
}

std::string sse(std::string_view data) { return chunk(fmt::format("data: {}\n\n", data)); }

Reply sse_reply(const std::vector<std::string>& events) {
  Reply reply;
  reply.push_back({.bytes = head(200, "text/event-stream")});
  for (const std::string& event : events) reply.push_back({.bytes = sse(event)});
  reply.push_back({.bytes = last_chunk()});
  return reply;
}

Reply ndjson_reply(const std::vector<std::string>& lines) {
  Reply reply;
  reply.push_back({.bytes = head(200, "application/x-ndjson")});
  for (const std::string& line : lines) reply.push_back({.bytes = chunk(line + "\n")});
  reply.push_back({.bytes = last_chunk()});
  return reply;
}

Reply json_reply(int status, std::string_view body) {
  return {Step{.bytes = whole(status, "application/json", body)}};
}

void watch_over(asio::io_context& loop, const bool& done) {
  constexpr auto kPatience = std::chrono::seconds(60);
  const auto until = std::chrono::steady_clock::now() + kPatience;
  loop.restart();
  while (!done) {
    if (loop.run_one_until(until) > 0 || done) continue;
    std::fprintf(stderr, "the test's coroutine does not end\n");
    std::abort();
  }
}

}  // namespace fimd::tests

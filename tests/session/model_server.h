// A scripted HTTP server on loopback, in the test's own loop: it answers each request with a list of steps, and notes
// what it saw, also when a client closes before the answer is complete. Nothing in it waits for a clock.
#pragma once

#include <boost/asio.hpp>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace fimd::tests {

struct SeenRequest {
  std::string method, target, body;
  std::vector<std::pair<std::string, std::string>> headers;  // names in lower case
  size_t connection = 0;                                     // counted from 1
  [[nodiscard]] std::string header(std::string_view name) const;
};

struct Step {
  enum class Kind {
    send,   // writes the bytes
    drip,   // writes them one at a time
    hang,   // writes nothing more and waits until the client closes
    close,  // closes the connection
    reset,  // closes it so that the client sees a reset
  };
  Kind kind = Kind::send;
  std::string bytes = {};
  size_t times = 1;  // for send: how often, for floods
};
using Reply = std::vector<Step>;

class ModelServer {
 public:
  using Script = std::function<Reply(const SeenRequest&)>;

  // Listens on 127.0.0.1 at a free port, or on a unix socket when `path` is given.
  ModelServer(boost::asio::io_context& loop, Script script, const std::string& path = {});
  ~ModelServer();

  [[nodiscard]] std::string url() const;
  [[nodiscard]] uint16_t port() const { return port_; }
  void set_script(Script script);

  // What happened so far. Clients' closings are those that came before the answer's last step was done.
  struct Log {
    std::vector<SeenRequest> requests;
    size_t connections = 0;
    size_t closed_early = 0;
    size_t bytes_sent = 0;
  };
  [[nodiscard]] const Log& log() const;

  // Returns when `enough(log())` holds.
  boost::asio::awaitable<void> until(std::function<bool(const Log&)> enough);

 private:
  struct State;
  std::shared_ptr<State> state_;
  uint16_t port_ = 0;
};

// Bytes of answers.
[[nodiscard]] std::string head(int status, std::string_view type, std::string_view more_headers = {});  // chunked
[[nodiscard]] std::string chunk(std::string_view bytes);
[[nodiscard]] std::string last_chunk();
[[nodiscard]] std::string whole(int status, std::string_view type, std::string_view body);  // with Content-Length
[[nodiscard]] std::string sse(std::string_view data);  // one event in one chunk

// A complete event stream of these data lines.
[[nodiscard]] Reply sse_reply(const std::vector<std::string>& events);
[[nodiscard]] Reply ndjson_reply(const std::vector<std::string>& lines);
[[nodiscard]] Reply json_reply(int status, std::string_view body);

// Runs the loop until `done`. A test that does not end within a minute aborts the process with a message.
void watch_over(boost::asio::io_context& loop, const bool& done);

// Runs the loop until the coroutine has ended and returns its value.
template <class T>
T run(boost::asio::io_context& loop, boost::asio::awaitable<T> work) {
  std::optional<T> out;
  bool done = false;
  std::exception_ptr failure;
  boost::asio::co_spawn(loop, std::move(work), [&](std::exception_ptr error, T value) {
    failure = error;
    if (!error) out.emplace(std::move(value));
    done = true;
  });
  watch_over(loop, done);
  if (failure) std::rethrow_exception(failure);
  return std::move(*out);
}

inline void run(boost::asio::io_context& loop, boost::asio::awaitable<void> work) {
  bool done = false;
  std::exception_ptr failure;
  boost::asio::co_spawn(loop, std::move(work), [&](std::exception_ptr error) {
    failure = error;
    done = true;
  });
  watch_over(loop, done);
  if (failure) std::rethrow_exception(failure);
}

}  // namespace fimd::tests

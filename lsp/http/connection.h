// One client's connection to the HTTP endpoint: reads requests one after another, writes their answers, and tells when
// the client is gone. Knows nothing of what is asked.
//
// Loop thread; kept alive by its pending reads and writes. Everything is bounded: a head of 16 KiB, a body of 2 MiB,
// the times kHttpRead and kHttpWrite. A client that closes its sending side counts as gone.
#pragma once

#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "context/budget.h"

namespace fimd::lsp::http {

struct Request {
  std::string method, target;  // the target without its query
  std::string host;            // empty: none, or more than one
  std::string authorization;
  std::string file, wait;  // X-Fimd-File, X-Fimd-Wait-Ms
  std::string body;
  TimePoint received{};  // when its last byte was read
};

struct Refusal {
  int status = 0;
  std::string message;
};

// The body of an error in the form that both dialects use.
[[nodiscard]] std::string error_body(const Refusal& refusal);

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  // What the endpoint does: `check` sees a request without its body, `serve` the whole of one that was not refused.
  struct Endpoint {
    std::function<std::optional<Refusal>(const Request&)> check;
    std::function<void(const Request&, const std::shared_ptr<Connection>&)> serve;
  };

  // Owns the descriptor and holds the lease until the connection is closed.
  Connection(boost::asio::io_context& loop, int fd, std::shared_ptr<void> lease,
             std::shared_ptr<const Endpoint> endpoint);
  ~Connection();
  void start();

  // The answer to the request at hand: at once, or in pieces between begin() and end().
  void answer(int status, std::string_view type, std::string_view body);
  void refuse(const Refusal& refusal);
  void begin(std::string_view type);
  void piece(std::string_view bytes);
  void end();

  // Called once if the client goes before its answer is complete.
  void on_gone(std::function<void()> gone) { gone_ = std::move(gone); }

  void close();

 private:
  enum class Phase { head, body, answering, draining, closed };
  struct Reading;  // the parser, of the one file that includes it

  void renew();
  void read();
  void on_bytes(std::string_view bytes);
  void advance();
  bool accept_head();
  void serve();
  void write(std::string bytes);
  void write_next();
  void on_written();
  void alarm(Duration after);
  void leave();
  std::string head_of(int status, std::string_view type) const;

  boost::asio::generic::stream_protocol::socket socket_;
  boost::asio::steady_timer alarm_;
  std::shared_ptr<void> lease_;
  std::shared_ptr<const Endpoint> endpoint_;
  std::unique_ptr<Reading> reading_;
  std::function<void()> gone_;
  Phase phase_ = Phase::head;
  std::string arrived_;            // and not parsed
  std::deque<std::string> queue_;  // to be written
  size_t drained_ = 0;
  bool reads_ = false, writes_ = false;
  bool complete_ = false;  // the answer, as far as the queue goes
  bool keep_ = true;       // the connection, for another request
  bool chunked_ = true;
  std::string name_;  // "POST /infill", for the log
  int status_ = 0;
  TimePoint received_{};
};

}  // namespace fimd::lsp::http

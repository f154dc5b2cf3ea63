// HTTP on the asio loop: libcurl's multi interface driven by one io_context.
//
// One Http object per loop, used from that loop's thread only. Connections are kept alive and shared by all requests.
// TLS certificates are verified, redirects are not followed, proxies come from the environment (not for loopback), unix
// sockets work. libcurl is loaded by the first request, so that a process that needs no network does not pay.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "context/budget.h"
#include "context/result.h"
#include "providers/provider.h"

namespace fimd::providers {

struct HttpExchange;
struct Scripted;

struct HttpLimits {
  TimePoint deadline;                     // the whole exchange
  Duration connect = std::chrono::seconds(2);  // name look-up, TCP and TLS
  size_t max_body = 4u << 20;             // bytes
};

struct HttpResponse {
  int status = 0;
  std::vector<std::pair<std::string, std::string>> headers;  // names in lower case
  std::string body;
  TimePoint sent{};     // when the connection stood and the request went out
  bool reused = false;  // over a connection that an earlier request had opened
};

class Http {
 public:
  explicit Http(boost::asio::io_context& loop);
  ~Http();  // coroutines that are still in run() keep what they need
  Http(const Http&) = delete;
  Http& operator=(const Http&) = delete;

  // Loads libcurl now (3.5 ms) instead of in the first request. For a moment when nobody waits. Errors: io.
  [[nodiscard]] Result<void> prepare();

  // Receives the head once (status and headers), then body bytes as they arrive; false closes the connection. Called
  // from the loop, never from inside libcurl, so a sink may do anything, also cancel another request.
  struct Sink {
    std::function<void(const HttpResponse& head)> on_head;
    std::function<bool(std::string_view bytes)> on_bytes;
  };

  // Performs a request and passes the body to the sink. The result holds status and headers (body empty). A request
  // on a kept connection that the server closes before the first byte of an answer is sent again on a fresh one.
  // Errors: down (cannot connect, reset, TLS), deadline, io (too large; no libcurl), bad_input (not a URL, a header
  // with control characters), cancelled (sink said stop). Asio cancellation closes the connection and throws
  // operation_aborted as usual.
  boost::asio::awaitable<Result<HttpResponse>> run(HttpRequest request, HttpLimits limits, Sink sink);

  // The same, with the body collected. A status other than 2xx is not an error here.
  boost::asio::awaitable<Result<HttpResponse>> fetch(HttpRequest request, HttpLimits limits);

  // Called with the ledger entry of every request that has ended, in whatever way. One listener; it must not use
  // this object. An empty one: the old one is told of the requests that still run, and then nobody is.
  using Seen = std::function<void(const std::shared_ptr<LedgerEntry>& entry)>;
  void on_exchange(Seen seen);

  // Called with what was heard in every exchange that has ended, for a recording. One listener; an empty one: none.
  // Here too the old one is told of those that still run.
  using Heard = std::function<void(const HttpExchange& exchange)>;
  void record(Heard heard);

  // Requests are answered by this instead of by a network, see http_exchange.h.
  void answer_with(std::function<std::optional<Scripted>(const HttpRequest& request)> script);

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace fimd::providers

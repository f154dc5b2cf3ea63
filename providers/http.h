// HTTP on the asio loop: libcurl's multi interface driven by one io_context.
//
// One Http object per loop, used from that loop's thread only. Connections are kept alive and shared by all requests.
// TLS certificates are verified, redirects are not followed to other hosts, proxies come from the environment, unix
// sockets work. libcurl is initialised by the first request, so that a process that needs no network does not pay.
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

struct HttpLimits {
  TimePoint deadline;                     // the whole exchange
  Duration connect = std::chrono::seconds(2);  // name look-up, TCP and TLS
  size_t max_body = 4u << 20;             // bytes
};

struct HttpResponse {
  int status = 0;
  std::vector<std::pair<std::string, std::string>> headers;  // names in lower case
  std::string body;
};

class Http {
 public:
  explicit Http(boost::asio::io_context& loop);
  ~Http();
  Http(const Http&) = delete;
  Http& operator=(const Http&) = delete;

  // Receives the head once (status and headers), then body bytes as they arrive; false closes the connection.
  struct Sink {
    std::function<void(int status, const HttpResponse& head)> on_head;
    std::function<bool(std::string_view bytes)> on_bytes;
  };

  // Performs a request and passes the body to the sink. The result holds status and headers (body empty).
  // Errors: down (cannot connect, reset, TLS), deadline, io (too large), bad_input (not a URL), cancelled (sink said
  // stop). Asio cancellation closes the connection and throws operation_aborted as usual.
  boost::asio::awaitable<Result<HttpResponse>> run(HttpRequest request, HttpLimits limits, Sink sink);

  // The same, with the body collected. A status other than 2xx is not an error here.
  boost::asio::awaitable<Result<HttpResponse>> fetch(HttpRequest request, HttpLimits limits);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace fimd::providers

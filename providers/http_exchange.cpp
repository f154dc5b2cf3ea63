#include "providers/http_exchange.h"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "providers/url.h"

namespace fimd::providers {

namespace asio = boost::asio;

std::string target_of(const HttpRequest& request) {
  const auto url = parse_url(request.url);
  const std::string path = url ? url->path.substr(0, url->path.find('?')) : "";
  const std::string where = request.unix_socket.empty() ? origin(request.url) : "unix:" + request.unix_socket;
  return (request.method == HttpMethod::post ? "POST " : "GET ") + where + path;
}

asio::awaitable<Result<HttpResponse>> play(asio::io_context& loop, std::optional<Scripted> scripted, HttpLimits limits,
                                           Http::Sink sink) {
  if (!scripted) co_return fail(Error::Code::down, "http: the recording has no answer to this");
  const HttpExchange exchange = std::move(scripted->exchange);
  const TimePoint start = Clock::now();
  asio::steady_timer timer(loop);
  HttpResponse head;
  head.status = exchange.status;
  head.headers = {{"content-type", exchange.type}};
  head.sent = start;
  const size_t steps = exchange.pieces.size() + 2;  // the head, the pieces, the end
  for (size_t i = 0; i < steps; ++i) {
    if (i == 0 && exchange.status == 0) continue;
    Duration at = exchange.ended;
    if (i == 0)
      at = exchange.head_at;
    else if (i <= exchange.pieces.size())
      at = exchange.pieces[i - 1].at;
    const bool silent = i + 1 == steps && (exchange.outcome == "stopped" || exchange.outcome == "deadline");
    if (silent && scripted->ended) scripted->ended();
    timer.expires_at(silent ? limits.deadline : std::min(start + at, limits.deadline));
    co_await timer.async_wait(asio::use_awaitable);
    if (silent || Clock::now() >= limits.deadline)
      co_return fail(Error::Code::deadline, "http: no complete answer in time");
    if (i == 0 && sink.on_head) sink.on_head(head);
    if (i == 0 || i + 1 == steps) continue;
    const bool goes_on = !sink.on_bytes || sink.on_bytes(exchange.pieces[i - 1].bytes);
    if (!goes_on && scripted->ended) scripted->ended();
    if (!goes_on) co_return fail(Error::Code::cancelled, "http: enough was read");
  }
  if (scripted->ended) scripted->ended();
  if (exchange.outcome != "ok") co_return fail(Error::Code::down, exchange.outcome);
  co_return head;
}

}  // namespace fimd::providers

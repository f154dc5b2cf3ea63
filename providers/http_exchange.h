// HTTP exchanges as values: what a recording keeps of them, and what answers instead of a network when one is replayed.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include "providers/http.h"

namespace fimd::providers {

struct HttpExchange {
  std::string target;  // "POST http://host:port/path": without the query, which may hold a key
  TimePoint started{};
  bool probe = false;  // no text of the user was in it
  int status = 0;      // 0: no head came
  std::string type;    // content-type
  struct Piece {
    Duration at{};  // since the start, like the other times
    std::string bytes;
  };
  Duration head_at{}, ended{};
  std::vector<Piece> pieces;
  std::string outcome;  // "ok", "stopped" (by this side), "deadline", or what was wrong
};

[[nodiscard]] std::string target_of(const HttpRequest& request);

// What a replayed request gets; nullopt: nothing is listening there. `ended` is called when all of it was played.
struct Scripted {
  HttpExchange exchange;
  std::function<void()> ended;
};
using Script = std::function<std::optional<Scripted>(const HttpRequest& request)>;

// Plays an exchange as Http::run() would have met it. One that this side had stopped says nothing after its last piece.
boost::asio::awaitable<Result<HttpResponse>> play(boost::asio::io_context& loop, std::optional<Scripted> scripted,
                                                  HttpLimits limits, Http::Sink sink);

}  // namespace fimd::providers

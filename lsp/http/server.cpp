#include "lsp/http/server.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <nlohmann/json.hpp>

#include "context/log.h"
#include "lsp/daemon.h"
#include "lsp/folders.h"
#include "lsp/http/access.h"
#include "lsp/http/exposition.h"
#include "lsp/http/infill.h"
#include "lsp/http/openai.h"
#include "lsp/http/outflow.h"
#include "lsp/version.h"
#include "providers/url.h"

namespace fimd::lsp::http {
namespace {

using nlohmann::json;

constexpr std::string_view kJson = "application/json";
constexpr std::string_view kEvents = "text/event-stream";

int64_t seconds_since_1970() {
  return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}

std::string written(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string event_of(const json& value) {
  return fmt::format("data: {}\n\n", written(value));
}

// What the headers say that the dialects have no members for.
std::optional<Refusal> read_headers(const Request& request, Wish& wish) {
  if (!request.file.empty() && !(context::is_valid_utf8(request.file) && providers::is_printable(request.file)))
    return Refusal{400, "X-Fimd-File is not a path in UTF-8"};
  if (!request.file.empty()) wish.path = request.file;
  if (request.wait.empty()) return std::nullopt;
  int64_t ms = 0;
  const char* end = request.wait.data() + request.wait.size();
  const auto [rest, ec] = std::from_chars(request.wait.data(), end, ms);
  constexpr int64_t kHour = 3'600'000;
  if (ec != std::errc() || rest != end || ms < 1 || ms > kHour)
    return Refusal{400, "X-Fimd-Wait-Ms is not a number of milliseconds"};
  wish.wait = std::chrono::milliseconds(ms);
  return std::nullopt;
}

}  // namespace

struct Server::Route {
  std::string_view method, target;
  bool open;  // needs no token
  void (Server::*handler)(const Request&, const ConnectionPtr&);
};

struct Server::Voice {
  std::function<json(const Wish&, const Fill&)> whole;
  std::function<std::string(const Wish&, std::string_view text)> piece;  // bytes of a stream
  std::function<std::string(const Wish&, const Fill&)> last;
};

const std::vector<Server::Route>& Server::routes() {
  static const std::vector<Route> kRoutes = {
      {"GET", "/health", true, &Server::health},
      {"GET", "/v1/models", false, &Server::models},
      {"POST", "/v1/completions", false, &Server::completions},
      {"POST", "/infill", false, &Server::infill},
      {"GET", "/metrics", false, &Server::metrics},
  };
  return kRoutes;
}

Result<std::unique_ptr<Server>> Server::open(Daemon& daemon, const ServerOptions& options) {
  std::unique_ptr<Server> server(new Server(daemon));
  server->tcp_ = !options.where.starts_with("unix:");
  server->token_file_ = options.token_file;
  if (server->tcp_ && server->token_file_.empty()) {
    const std::string folder = state_folder();
    server->token_file_ = folder.empty() ? "" : folder + "/http.token";
  }
  auto desk = Desk::open(daemon, options.settings);
  if (!desk) return tl::unexpected(desk.error());
  server->desk_ = std::move(*desk);
  if (server->tcp_ || !server->token_file_.empty()) {
    auto token = token_in(server->token_file_);
    if (!token) return tl::unexpected(token.error());
    server->token_ = std::move(*token);
  }
  const auto endpoint = server->endpoint_ = std::make_shared<Connection::Endpoint>();
  endpoint->check = [s = server.get()](const Request& request) { return s->check(request); };
  endpoint->serve = [s = server.get()](const Request& request, const ConnectionPtr& c) { s->serve(request, c); };
  auto listener =
      Listener::open_bare(daemon.loop, options.where, [&daemon, endpoint](int fd, std::shared_ptr<void> lease) {
        std::make_shared<Connection>(daemon.loop, fd, std::move(lease), endpoint)->start();
      });
  if (!listener) return tl::unexpected(listener.error());
  server->listener_ = std::move(*listener);
  return server;
}

Server::~Server() {
  if (endpoint_) *endpoint_ = {};  // connections may live on for a moment
}

std::string Server::address() const {
  return listener_->address();
}

std::optional<Refusal> Server::check(const Request& request) const {
  if (tcp_ && request.host.empty()) return Refusal{400, "a request needs one Host header"};
  if (tcp_ && !names_this_machine(request.host)) return Refusal{403, "the Host header does not name this machine"};
  const auto here = [&](const Route& route) { return route.target == request.target; };
  const auto route = std::find_if(routes().begin(), routes().end(), here);
  const bool open = route != routes().end() && route->open;
  if (!token_.empty() && !open && !same_token(bearer_of(request.authorization), token_)) {
    return Refusal{401, "a token is needed: Authorization: Bearer TOKEN"};
  }
  if (route == routes().end()) return Refusal{404, fmt::format("there is nothing at {}", request.target)};
  if (route->method != request.method)
    return Refusal{405, fmt::format("{} takes {} only", route->target, route->method)};
  return std::nullopt;
}

void Server::serve(const Request& request, const ConnectionPtr& connection) {
  for (const Route& route : routes()) {
    if (route.target == request.target) return (this->*route.handler)(request, connection);
  }
}

void Server::health(const Request&, const ConnectionPtr& connection) {
  connection->answer(200, kJson, written({{"status", "ok"}, {"server", kName}, {"version", kVersion}}));
}

void Server::models(const Request&, const ConnectionPtr& connection) {
  connection->answer(200, kJson, written(openai::models(seconds_since_1970())));
}

void Server::metrics(const Request&, const ConnectionPtr& connection) {
  connection->answer(200, kExpositionType, exposition(daemon_.metrics, daemon_.ledger.spent_today()));
}

void Server::completions(const Request& request, const ConnectionPtr& connection) {
  auto read = openai::read(request.body);
  if (!read) return connection->refuse({400, read.error().message});
  const openai::Envelope envelope{++answers_, seconds_since_1970()};
  const auto event = [envelope](const Wish& wish, std::string_view text, bool last) {
    return event_of(openai::piece(envelope, wish, text, last));
  };
  Voice voice;
  voice.whole = [envelope](const Wish& wish, const Fill& fill) { return openai::whole(envelope, wish, fill); };
  voice.piece = [event](const Wish& wish, std::string_view text) { return event(wish, text, false); };
  voice.last = [event](const Wish& wish, const Fill&) {
    return event(wish, "", true) + fmt::format("data: {}\n\n", openai::kEndOfStream);
  };
  fill(request, connection, std::move(*read), std::move(voice));
}

void Server::infill(const Request& request, const ConnectionPtr& connection) {
  auto read = infill::read(request.body);
  if (!read) return connection->refuse({400, read.error().message});
  Voice voice;
  voice.whole = infill::whole;
  voice.piece = [](const Wish&, std::string_view text) { return event_of(infill::piece(text)); };
  voice.last = [](const Wish& wish, const Fill& fill) { return event_of(infill::last(wish, fill)); };
  fill(request, connection, std::move(*read), std::move(voice));
}

void Server::fill(const Request& request, const ConnectionPtr& connection, Wish wish, Voice voice) {
  if (const auto refusal = read_headers(request, wish)) return connection->refuse(*refusal);
  struct Answer {
    Wish wish;
    Voice voice;
    Outflow outflow;
    bool begun = false;

    void say(Connection& to, const std::string& text) {
      if (!std::exchange(begun, true)) to.begin(kEvents);
      if (!text.empty()) to.piece(voice.piece(wish, text));
    }
  };
  const auto answer = std::make_shared<Answer>(Answer{wish, std::move(voice), Outflow(wish.stop)});
  const auto growing = [connection, answer](const std::string& so_far) {
    if (!answer->wish.stream) return;
    if (const std::string more = answer->outflow.more(so_far); !more.empty()) answer->say(*connection, more);
  };
  const auto done = [connection, answer](const Fill& result) {
    if (!answer->wish.stream) return connection->answer(200, kJson, written(answer->voice.whole(answer->wish, result)));
    answer->say(*connection, answer->outflow.rest(result.text));
    connection->piece(answer->voice.last(answer->wish, result));
    connection->end();
  };
  if (wish.nothing) return done({});
  const auto ticket = desk_->ask(wish, request.received, growing, done);
  if (!ticket) return connection->refuse({503, ticket.error().message});
  connection->on_gone([desk = std::weak_ptr(desk_), id = *ticket] {
    if (const auto still = desk.lock()) still->drop(id);
  });
}

}  // namespace fimd::lsp::http

#include <fmt/format.h>

#include <algorithm>

#include "context/text.h"
#include "providers/agent/mcp_link.h"
#include "providers/agent/tool_text.h"
#include "providers/json_read.h"
#include "providers/ledger_entry.h"
#include "providers/sse.h"
#include "providers/url.h"

namespace fimd::providers::agent {
namespace asio = boost::asio;

namespace {

using nlohmann::json;
using Headers = std::vector<std::pair<std::string, std::string>>;

std::string header_of(const HttpResponse& response, std::string_view name) {
  const auto found = std::ranges::find(response.headers, name, &std::pair<std::string, std::string>::first);
  return found == response.headers.end() ? "" : found->second;
}

// One request and what came of it; lives in exchange()'s frame.
struct McpExchange {
  int64_t id = 0;
  std::optional<EventReader> events = {};
  std::string body = {};
  std::optional<McpMessage> answer = {};
  std::vector<McpMessage> others = {};
  std::string session = {};  // kept from the head: a stream that is left at its answer has no response
  bool too_large = false;

  void head(const HttpResponse& response) {
    session = header_of(response, "mcp-session-id");
    const bool stream = header_of(response, "content-type").starts_with("text/event-stream");
    if (stream && response.status / 100 == 2) events.emplace(HttpRequest::Framing::sse, kMcpMessage);
  }
  void take(const std::vector<Event>& came) {
    for (const Event& event : came) {
      auto message = read_mcp(event.data);
      if (!message) continue;
      if (message->answers(id)) answer = std::move(message);
      else if (others.size() < 100) others.push_back(*std::move(message));
    }
  }
  // False: there is nothing more to wait for.
  bool bytes(std::string_view piece) {
    if (!events) {
      too_large = body.size() + piece.size() > kMcpMessage;
      if (!too_large) body += piece;
      return !too_large;
    }
    std::vector<Event> came;
    const auto fed = events->feed(piece, came);
    take(came);
    too_large = !fed && !answer;
    return fed && !answer;
  }
  void end() {
    if (!events) return take({{"", body}});
    std::vector<Event> came;
    static_cast<void>(events->finish(came));
    take(came);
  }
};

class McpHttp : public McpLink {
 public:
  McpHttp(Http& http, McpServer server) : http_(http), server_(std::move(server)) {
    const auto url = parse_url(server_.url);
    local_ = url && is_loopback(url->host);
  }

  asio::awaitable<Result<McpMessage>> exchange(json request, TimePoint deadline, Headers headers) override {
    McpExchange x{.id = request["id"].get<int64_t>()};
    HttpRequest post = post_of(request);
    for (auto& header : headers) post.headers.push_back(std::move(header));
    const HttpLimits limits{.deadline = deadline,
                            .connect = std::min<Duration>(deadline - Clock::now(), std::chrono::seconds(5)),
                            .max_body = SIZE_MAX};
    Http::Sink sink;
    sink.on_head = [&x](const HttpResponse& response) { x.head(response); };
    sink.on_bytes = [&x](std::string_view piece) { return x.bytes(piece); };
    auto running = http_.run(std::move(post), limits, std::move(sink));
    const Result<HttpResponse> response = co_await std::move(running);
    x.end();
    for (const McpMessage& other : x.others) static_cast<void>(take_other(other));
    if (x.answer) {
      if (session_.empty()) session_ = x.session;
      co_return *std::move(x.answer);
    }
    if (x.too_large) co_return fail(Error::Code::io, fmt::format("answered with more than {} MB", kMcpMessage >> 20U));
    if (!response && response.error().code == Error::Code::deadline)
      co_return fail(Error::Code::deadline, "gives no answer");
    if (!response) co_return fail(Error::Code::down, "cannot be reached: " + response.error().message);
    if (response->status == 404 && !session_.empty()) co_return fail(Error::Code::not_found, "has ended the session");
    if (response->status == 401 || response->status == 403)
      co_return fail(Error::Code::refused, fmt::format("wants a login (HTTP {}); set a header", response->status));
    co_return fail(Error::Code::io, fmt::format("answers with no message (HTTP {})", response->status));
  }

  asio::awaitable<void> tell(json notification, TimePoint deadline) override {
    HttpRequest post = post_of(notification);
    auto sending = http_.fetch(std::move(post), {.deadline = deadline, .max_body = kMcpMessage});
    static_cast<void>(co_await std::move(sending));
  }

  void look() override {}

  // Its session ends by itself: not every server takes the request for it.
  asio::awaitable<void> end(Duration) override { co_return; }
  void cut() override {}

 private:
  HttpRequest post_of(const json& message) {
    HttpRequest post;
    post.url = server_.url;
    post.headers = server_.headers;
    post.headers.emplace_back("content-type", "application/json");
    post.headers.emplace_back("accept", "application/json, text/event-stream");
    if (!session_.empty()) post.headers.emplace_back("mcp-session-id", session_);
    if (!version.empty()) post.headers.emplace_back("mcp-protocol-version", version);
    if (modern && message.contains("method")) {
      post.headers.emplace_back("mcp-method", message["method"]);
      const json& params = message["params"];
      if (params.contains("name")) post.headers.emplace_back("mcp-name", mcp_header(params["name"].get<std::string>()));
    }
    post.body = dump_json(message);
    post.entry = std::make_shared<LedgerEntry>();
    post.entry->provider = "mcp " + server_.name;
    post.entry->jurisdiction = local_ ? "local" : "";
    post.entry->purpose = Purpose::agent;
    return post;
  }

  Http& http_;
  McpServer server_;
  bool local_ = false;
  std::string session_;
};

}  // namespace

std::unique_ptr<McpLink> open_mcp_http(Http& http, const McpServer& server) {
  return std::make_unique<McpHttp>(http, server);
}

}  // namespace fimd::providers::agent

#include "providers/http.h"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cstdlib>
#include <set>

#include "providers/http_exchange.h"
#include "providers/http_multi.h"
#include "providers/ledger_entry.h"
#include "providers/url.h"

namespace fimd::providers {
namespace asio = boost::asio;

namespace {

struct Transfer;

}  // namespace

struct Http::State {
  explicit State(asio::io_context& l) : loop(l) {}

  asio::io_context& loop;
  std::shared_ptr<CurlMulti> multi;  // set by prepare()
  Seen seen;
  Heard heard;
  Script script;
  std::set<Transfer*> open;
};

namespace {

constexpr size_t kMaxHead = 256u << 10;  // bytes of status line and headers
constexpr long kIdlePlain = 4;           // s; llama-server closes an idle connection after 5 s
constexpr long kIdleTls = 90;            // s; a new TLS connection costs several round trips

// One request inside curl. Lives in the frame of run(); its destructor takes the request out of curl, which closes the
// connection unless the answer was complete.
struct Transfer {
  Transfer(std::shared_ptr<CurlMulti> m, HttpRequest r, HttpLimits l, std::function<void(Transfer&)> e)
      : multi(std::move(m)), curl(multi->curl), request(std::move(r)), limits(l), ended(std::move(e)) {}
  ~Transfer() {
    if (added) ended(*this);
    if (added) multi->remove(easy);
    if (easy) curl.easy_cleanup(easy);
    curl.slist_free_all(headers);
  }
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  std::shared_ptr<CurlMulti> multi;
  const CurlApi& curl;
  HttpRequest request;
  HttpLimits limits;
  std::function<void(Transfer&)> ended;
  TimePoint started{};
  HttpExchange exchange;            // kept only while there is a recording
  bool recorded = false;
  std::string outcome = "stopped";  // for the ledger: nobody waited for the end
  CURL* easy = nullptr;
  curl_slist* headers = nullptr;
  bool added = false;
  asio::steady_timer* wake = nullptr;  // run()'s; cancelled when there is something to look at

  HttpResponse head;
  bool head_done = false;
  bool too_large = false;
  size_t head_bytes = 0;
  size_t body_bytes = 0;
  std::string arrived;  // body bytes not yet given to the sink
  std::optional<CURLcode> result;
  char error[CURL_ERROR_SIZE] = "";
};

void notify(Transfer& t) {
  if (t.wake) t.wake->cancel();
}

size_t on_header(char* data, size_t size, size_t count, void* self) {
  auto& t = *static_cast<Transfer*>(self);
  const size_t bytes = size * count;
  if (t.head_done) return bytes;  // a trailer
  t.head_bytes += bytes;
  if (t.head_bytes > kMaxHead) {
    t.too_large = true;
    return 0;
  }
  std::string_view line(data, bytes);
  while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.remove_suffix(1);
  if (line.starts_with("HTTP/")) {  // also after an interim answer: begin anew
    t.head.headers.clear();
    return bytes;
  }
  if (line.empty()) {
    long status = 0;
    t.curl.easy_getinfo(t.easy, CURLINFO_RESPONSE_CODE, &status);
    t.head.status = static_cast<int>(status);
    t.head_done = status >= 200;
    if (t.head_done) notify(t);
    return bytes;
  }
  const size_t colon = line.find(':');
  if (colon == std::string_view::npos) return bytes;
  t.head.headers.emplace_back(lower(line.substr(0, colon)), trim_blanks(line.substr(colon + 1)));
  return bytes;
}

size_t on_body(char* data, size_t size, size_t count, void* self) {
  auto& t = *static_cast<Transfer*>(self);
  const size_t bytes = size * count;
  t.body_bytes += bytes;
  if (t.body_bytes > t.limits.max_body) {
    t.too_large = true;
    return 0;
  }
  t.arrived.append(data, bytes);
  notify(t);
  return bytes;
}

template <class V>
void set(Transfer& t, CURLoption option, V value) {
  t.curl.easy_setopt(t.easy, option, value);
}

void set_network(Transfer& t, const Url& url) {
  const auto connect = std::chrono::ceil<std::chrono::milliseconds>(t.limits.connect).count();
  set(t, CURLOPT_CONNECTTIMEOUT_MS, std::max(1L, static_cast<long>(connect)));
  set(t, CURLOPT_NOSIGNAL, 1L);
  set(t, CURLOPT_MAXAGE_CONN, url.scheme == "https" ? kIdleTls : kIdlePlain);
  set(t, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  set(t, CURLOPT_TCP_KEEPALIVE, 1L);
  if (!t.request.unix_socket.empty()) set(t, CURLOPT_UNIX_SOCKET_PATH, t.request.unix_socket.c_str());
  // A model on this machine is never reached through a proxy, whatever the environment says.
  if (!t.request.unix_socket.empty() || is_loopback(url.host)) set(t, CURLOPT_PROXY, "");
  // Sites with a certificate authority of their own name it in these variables, as for curl and openssl.
  for (const char* name : {"CURL_CA_BUNDLE", "SSL_CERT_FILE"}) {
    if (const char* file = std::getenv(name); file && *file) {
      set(t, CURLOPT_CAINFO, file);
      break;
    }
  }
}

Result<void> set_headers(Transfer& t) {
  const auto add = [&t](const std::string& line) {
    curl_slist* longer = t.curl.slist_append(t.headers, line.c_str());
    if (longer) t.headers = longer;
  };
  add("Expect:");  // no round trip of "100 Continue" before a long prompt
  for (const auto& [name, value] : t.request.headers) {
    if (name.empty() || !is_printable(name) || !is_printable(value)) {
      return fail(Error::Code::bad_input, "http: header \"" + printable(name) + "\" holds control characters");
    }
    add(value.empty() ? name + ";" : name + ": " + value);
  }
  set(t, CURLOPT_HTTPHEADER, t.headers);
  return {};
}

Result<void> set_up(Transfer& t) {
  const Result<Url> url = parse_url(t.request.url);
  if (!url) return tl::unexpected<Error>(url.error());
  t.easy = t.curl.easy_init();
  if (!t.easy) return fail(Error::Code::io, "http: out of memory");
  set(t, CURLOPT_URL, t.request.url.c_str());
  set(t, CURLOPT_PROTOCOLS_STR, "http,https");
  set(t, CURLOPT_PRIVATE, &t);
  set(t, CURLOPT_ERRORBUFFER, t.error);
  set(t, CURLOPT_HEADERFUNCTION, &on_header);
  set(t, CURLOPT_HEADERDATA, &t);
  set(t, CURLOPT_WRITEFUNCTION, &on_body);
  set(t, CURLOPT_WRITEDATA, &t);
  // Asks for plain bytes, since a compressing proxy holds tokens back, and still reads what comes compressed.
  set(t, CURLOPT_ACCEPT_ENCODING, "identity");
  set(t, CURLOPT_USERAGENT, "fimd");
  if (t.request.method == HttpMethod::post) {
    set(t, CURLOPT_POST, 1L);
    set(t, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(t.request.body.size()));
    set(t, CURLOPT_POSTFIELDS, t.request.body.data());
  }
  set_network(t, *url);
  return set_headers(t);
}

// Fills in when the request went out, once there is a head to tell it by.
void note_sending(Transfer& t) {
  curl_off_t until_sent = 0;  // µs from the start
  long connections = 0;
  t.curl.easy_getinfo(t.easy, CURLINFO_PRETRANSFER_TIME_T, &until_sent);
  t.curl.easy_getinfo(t.easy, CURLINFO_NUM_CONNECTS, &connections);
  t.head.sent = t.started + std::chrono::microseconds(until_sent);
  t.head.reused = connections == 0;
}

// Completes the request's ledger entry.
void enter(Transfer& t, const Http::Seen& seen) {
  if (!seen) return;
  auto entry = t.request.entry ? t.request.entry : std::make_shared<LedgerEntry>();
  curl_off_t sent = 0;
  t.curl.easy_getinfo(t.easy, CURLINFO_SIZE_UPLOAD_T, &sent);
  entry->took = Clock::now() - t.started;
  entry->at =
      std::chrono::system_clock::now() - std::chrono::duration_cast<std::chrono::system_clock::duration>(entry->took);
  entry->host = t.request.unix_socket.empty() ? origin(t.request.url) : "unix:" + t.request.unix_socket;
  entry->bytes_sent = static_cast<size_t>(sent);
  entry->bytes_received = t.body_bytes;
  entry->status = t.head.status;
  entry->outcome = t.outcome;
  seen(entry);
}

// Completes what a recording keeps.
void tell(Transfer& t, const Http::Heard& heard) {
  if (!heard || !t.recorded) return;
  t.exchange.ended = Clock::now() - t.started;
  t.exchange.outcome = t.outcome;
  heard(t.exchange);
}

// From here on, what arrives is also kept.
void record(Transfer& t, Http::Sink& sink) {
  t.recorded = true;
  t.exchange.target = target_of(t.request);
  t.exchange.started = t.started;
  t.exchange.probe = t.request.entry && t.request.entry->purpose == Purpose::probe;
  sink.on_head = [&t, next = std::move(sink.on_head)](const HttpResponse& head) {
    t.exchange.status = head.status;
    t.exchange.head_at = Clock::now() - t.started;
    for (const auto& [name, value] : head.headers) {
      if (name == "content-type") t.exchange.type = value;
    }
    if (next) next(head);
  };
  sink.on_bytes = [&t, next = std::move(sink.on_bytes)](std::string_view bytes) {
    t.exchange.pieces.push_back({Clock::now() - t.started, std::string(bytes)});
    return !next || next(bytes);
  };
}

Error why_failed(const Transfer& t, CURLcode code) {
  const std::string where = t.request.unix_socket.empty() ? origin(t.request.url) : t.request.unix_socket;
  if (t.too_large) return {Error::Code::io, "http: the answer of " + where + " is too large"};
  std::string detail = t.error[0] ? t.error : t.curl.easy_strerror(code);
  switch (code) {
    case CURLE_URL_MALFORMAT: return {Error::Code::bad_input, "http: " + printable(t.request.url) + " is not a url"};
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_UNSUPPORTED_PROTOCOL: return {Error::Code::down, "http: " + where + " does not speak http"};
    case CURLE_OUT_OF_MEMORY: return {Error::Code::io, "http: out of memory"};
    case CURLE_COULDNT_CONNECT: return {Error::Code::down, "http: cannot connect to " + where};
    case CURLE_COULDNT_RESOLVE_HOST: return {Error::Code::down, "http: no address for " + where};
    case CURLE_OPERATION_TIMEDOUT:
      return {Error::Code::down, "http: " + where + " does not accept a connection in time"};
    case CURLE_GOT_NOTHING: return {Error::Code::down, "http: " + where + " closed the connection without an answer"};
    case CURLE_PARTIAL_FILE: return {Error::Code::down, "http: " + where + " broke off in mid-answer"};
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR: return {Error::Code::down, "http: the connection to " + where + " was reset"};
    default: return {Error::Code::down, "http: " + where + ": " + printable(detail)};
  }
}

}  // namespace

Http::Http(asio::io_context& loop) : state_(std::make_shared<State>(loop)) {}

Http::~Http() = default;

void Http::on_exchange(Seen seen) {
  if (!seen) {
    for (Transfer* t : std::exchange(state_->open, {})) enter(*t, state_->seen);
  }
  state_->seen = std::move(seen);
}

void Http::record(Heard heard) {
  if (!heard) {
    for (Transfer* t : state_->open) tell(*t, state_->heard);
  }
  state_->heard = std::move(heard);
}

void Http::answer_with(Script script) { state_->script = std::move(script); }

Result<void> Http::prepare() {
  if (state_->multi) return {};
  const Result<const CurlApi*> api = curl_api();
  if (!api) return tl::unexpected<Error>(api.error());
  const CurlApi& curl = **api;
  state_->multi = std::make_shared<CurlMulti>(state_->loop, curl, [&curl](CURL* easy, CURLcode code) {
    void* self = nullptr;
    curl.easy_getinfo(easy, CURLINFO_PRIVATE, &self);
    auto& transfer = *static_cast<Transfer*>(self);
    transfer.result = code;
    notify(transfer);
  });
  return {};
}

asio::awaitable<Result<HttpResponse>> Http::run(HttpRequest request, HttpLimits limits, Sink sink) {
  const std::shared_ptr<State> state = state_;
  if (state->script) {
    auto scripted = state->script(request);
    auto playing = play(state->loop, std::move(scripted), limits, std::move(sink));
    co_return co_await std::move(playing);
  }
  if (const Result<void> ready = prepare(); !ready) co_return tl::unexpected<Error>(ready.error());
  asio::steady_timer wake(state->loop, limits.deadline);
  auto ended = [state](Transfer& transfer) {
    if (state->open.erase(&transfer) == 0) return;
    enter(transfer, state->seen);
    tell(transfer, state->heard);
  };
  Transfer t(state->multi, std::move(request), limits, std::move(ended));
  t.wake = &wake;
  if (const Result<void> set = set_up(t); !set) co_return tl::unexpected<Error>(set.error());
  t.started = Clock::now();
  if (t.started >= limits.deadline) co_return fail(Error::Code::deadline, "http: no time left to ask");
  if (t.multi->add(t.easy) != CURLM_OK) co_return fail(Error::Code::io, "http: libcurl does not take the request");
  t.added = true;
  state->open.insert(&t);
  if (state->heard) fimd::providers::record(t, sink);

  for (bool head_given = false;;) {
    if (t.head_done && !head_given) {
      head_given = true;
      note_sending(t);
      if (sink.on_head) sink.on_head(t.head);
    }
    if (!t.arrived.empty()) {
      const std::string bytes = std::exchange(t.arrived, {});
      if (sink.on_bytes && !sink.on_bytes(bytes)) co_return fail(Error::Code::cancelled, "http: enough was read");
      continue;
    }
    if (t.result) break;
    if (Clock::now() >= limits.deadline) {
      t.outcome = "deadline";
      co_return fail(Error::Code::deadline, "http: no complete answer in time");
    }
    boost::system::error_code woken;
    wake.expires_at(limits.deadline);
    co_await wake.async_wait(asio::redirect_error(asio::use_awaitable, woken));
    const asio::cancellation_state cancel = co_await asio::this_coro::cancellation_state;
    if (cancel.cancelled() != asio::cancellation_type::none) {
      throw boost::system::system_error(asio::error::operation_aborted);
    }
  }
  if (*t.result != CURLE_OK) {
    const Error error = why_failed(t, *t.result);
    t.outcome = error.message;
    co_return tl::unexpected<Error>(error);
  }
  t.outcome = "ok";
  HttpResponse head = t.head;
  co_return head;
}

asio::awaitable<Result<HttpResponse>> Http::fetch(HttpRequest request, HttpLimits limits) {
  std::string body;
  Sink sink;
  sink.on_bytes = [&body](std::string_view bytes) {
    body.append(bytes);
    return true;
  };
  Result<HttpResponse> response = co_await run(std::move(request), limits, std::move(sink));
  if (response) response->body = std::move(body);
  co_return response;
}

}  // namespace fimd::providers

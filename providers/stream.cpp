#include "providers/stream.h"

#include <boost/system/system_error.hpp>
#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <utility>
#include <vector>

#include "providers/errors.h"
#include "providers/reply_head.h"
#include "providers/sse.h"
#include "providers/url.h"

namespace fimd::providers {
namespace asio = boost::asio;

namespace {

constexpr size_t kMaxReply = 4u << 20;
constexpr Duration kConnect = std::chrono::seconds(2);

using Framing = HttpRequest::Framing;

// What is known about one exchange while it runs. The sink's functions below refer to it; it lives in stream()'s frame.
struct Exchange {
  std::shared_ptr<const Codec> codec;
  TokenSink sink;
  StreamOutcome out;
  Framing framing = Framing::sse;
  std::optional<EventReader> reader;
  bool enough = false;  // the sink said stop
};

void take_usage(Usage& into, const Usage& from) {
  const auto take = [](auto& old, const auto& fresh) {
    if (fresh) old = fresh;
  };
  take(into.prompt_tokens, from.prompt_tokens);
  take(into.cached_tokens, from.cached_tokens);
  take(into.output_tokens, from.output_tokens);
  take(into.prompt_ms, from.prompt_ms);
  take(into.output_ms, from.output_ms);
}

// False: no more is wanted.
bool take_text(Exchange& x, const Token& token) {
  const TimePoint now = Clock::now();
  if (!x.out.first_token) x.out.first_token = now;
  x.out.last_token = now;
  ++x.out.tokens;
  x.out.text += token.text;
  x.enough = x.sink && !x.sink(token.text, token.logprobs);
  return !x.enough;
}

bool take_event(Exchange& x, const Event& event) {
  if (event.data == "[DONE]") return true;  // says nothing that a finish marker has not said
  Result<Token> token = x.codec->decode(event);
  if (!token) {
    if (x.out.finish == Finish::none) x.out.error = token.error();
    return false;
  }
  if (token->usage) take_usage(x.out.usage, *token->usage);
  if (x.out.finish != Finish::none) return true;  // only the usage may still come
  const bool more = token->text.empty() || take_text(x, *token);
  if (more) x.out.finish = token->finish;
  return more;
}

bool take_events(Exchange& x, const std::vector<Event>& events) {
  return std::all_of(events.begin(), events.end(), [&x](const Event& event) { return take_event(x, event); });
}

void take_head(Exchange& x, const HttpResponse& head) {
  x.out.sent = head.sent;
  x.out.reused = head.reused;
  x.out.first_byte = Clock::now();
  x.out.limits = read_limits(head.headers, std::chrono::system_clock::now());
  x.out.failure = failure_of(head);
  if (!x.out.failure) x.reader.emplace(framing_of(x.framing, head));
}

bool take_bytes(Exchange& x, std::string_view bytes) {
  if (x.out.failure) return add_body(*x.out.failure, bytes);
  std::vector<Event> events;
  const Result<void> fed = x.reader->feed(bytes, events);
  if (!take_events(x, events)) return false;
  if (!fed && x.out.finish == Finish::none) x.out.error = fed.error();
  return fed.has_value();
}

// The transfer is over, in whatever way: decides what that means.
void conclude(Exchange& x, const Result<HttpResponse>& response) {
  StreamOutcome& out = x.out;
  if (x.reader && response) {
    std::vector<Event> last;
    const Result<void> fed = x.reader->finish(last);
    if (take_events(x, last) && !fed && out.finish == Finish::none) out.error = fed.error();
  }
  if (x.enough) {
    out.finish = Finish::cancelled;
    return;
  }
  if (out.failure) {
    out.error = to_error(read_failure(*out.failure));
  } else if (!response && out.finish == Finish::none && !out.error) {
    out.error = response.error();
  }
  if (out.error) {
    out.finish = out.error->code == Error::Code::cancelled ? Finish::cancelled : Finish::error;
  } else if (out.finish == Finish::none) {
    out.error = Error{Error::Code::down, "the reply ended without a finish mark"};
  }
}

}  // namespace

asio::awaitable<StreamOutcome> stream(Http& http, CleanPrompt prompt, TimePoint deadline, TokenSink sink) {
  Exchange x{.codec = prompt.codec(), .sink = std::move(sink), .out = {}, .reader = {}};
  x.out.started = x.out.sent = Clock::now();
  Result<HttpRequest> request = x.codec->encode(prompt.prompt());
  if (!request) {
    x.out.error = request.error();
    x.out.finish = Finish::error;
    co_return std::move(x.out);
  }
  x.framing = request->framing;
  const LedgerEntryPtr entry = prompt.entry();
  const size_t prompt_bytes = request->body.size();
  request->entry = entry;
  const HttpLimits limits{.deadline = deadline, .connect = kConnect, .max_body = kMaxReply};
  Http::Sink bytes;
  bytes.on_head = [&x](const HttpResponse& head) { take_head(x, head); };
  bytes.on_bytes = [&x](std::string_view piece) { return take_bytes(x, piece); };
  Result<HttpResponse> response = fail(Error::Code::cancelled, "stopped");
  try {
    response = co_await http.run(std::move(*request), limits, std::move(bytes));
  } catch (const boost::system::system_error& error) {
    if (error.code() != asio::error::operation_aborted) throw;
  }
  conclude(x, response);
  if (!x.out.failure && x.out.first_byte) count(*entry, x.out.usage, prompt_bytes, x.out.tokens);
  if (x.out.first_token) entry->first_token = *x.out.first_token - x.out.sent;
  co_return std::move(x.out);
}

}  // namespace fimd::providers

#include "providers/agent/talk.h"

#include <boost/system/system_error.hpp>
#include <nlohmann/json.hpp>
#include <set>

#include "providers/errors.h"
#include "providers/json_read.h"
#include "providers/rate_limit.h"
#include "providers/reply_head.h"
#include "providers/sse.h"

namespace fimd::providers::agent {
namespace asio = boost::asio;

namespace {

using nlohmann::json;

constexpr size_t kMaxReply = 16U << 20;
constexpr Duration kConnect = std::chrono::seconds(10);

constexpr size_t kBytesPerPiece = 4;  // of a streamed answer, for a server that does not count: a rough guess

using Framing = HttpRequest::Framing;

// The files that the conversation is about, as far as its calls name them.
LedgerEntryPtr entry_of(const CleanChat& chat) {
  LedgerEntryPtr entry = new_entry(chat.provider(), Purpose::agent);
  entry->redactions = chat.removed.size();
  std::set<std::string> paths;
  for (const Message& message : chat.request().messages) {
    for (const ToolCall& call : message.calls) {
      const json arguments = json::parse(call.arguments, nullptr, false);
      if (arguments.is_object() && arguments.contains("path") && arguments["path"].is_string())
        paths.insert(arguments["path"]);
    }
  }
  for (const std::string& path : paths) entry->parts.push_back({path});
  return entry;
}

// What is known of an exchange while it runs; lives in talk()'s frame.
struct Exchange {
  explicit Exchange(Dialect dialect) : turn(dialect) {}

  TurnReader turn;
  std::optional<EventReader> reader;
  std::optional<Error> error;
  std::optional<HttpFailure> failure;  // a status other than 2xx
  std::optional<Failure> reported;     // what the server said, with either status
  size_t bytes = 0;
  std::function<void(size_t)> progress;

  void head(const HttpResponse& response) {
    failure = failure_of(response);
    if (!failure) reader.emplace(framing_of(Framing::sse, response), kMaxReply);
  }

  bool take(const std::vector<Event>& events) {
    for (const Event& event : events) {
      const Result<void> taken = turn.take(event);
      if (taken) continue;
      error = taken.error();
      reported = read_error_object(parse_json(event.data));
      return false;
    }
    return true;
  }

  bool body(std::string_view piece) {
    if (failure) return add_body(*failure, piece);
    bytes += piece.size();
    if (progress) progress(bytes);
    std::vector<Event> events;
    const Result<void> fed = reader->feed(piece, events);
    if (!take(events)) return false;
    if (!fed) error = fed.error();
    return fed.has_value();
  }

  TalkOutcome end(const Result<HttpResponse>& response) {
    if (response && reader && !error) {
      std::vector<Event> last;
      const Result<void> fed = reader->finish(last);
      if (take(last) && !fed) error = fed.error();
    }
    std::optional<Duration> wait;
    if (failure) {
      reported = read_failure(*failure);
      error = to_error(*reported);
      wait = failure->retry_after;
    } else if (!response && !error) {
      error = response.error();
    }
    if (reported && !wait) wait = wait_in_message(reported->message, std::chrono::system_clock::now());
    TalkOutcome out;
    out.turn = turn.turn();
    if (error) out.trouble = Trouble{.error = *error, .failure = reported, .named_wait = wait};
    return out;
  }
};

}  // namespace

Result<CleanChat> clean_chat(ChatRequest request, const ProviderConfig& provider, const PrivacyRules& rules) {
  CleanChat out(std::move(request), provider);
  if (is_local(provider)) return out;
  const auto clean = [&](std::string& text, const std::string& what) {
    auto safe = cleaned(std::move(text), what, rules, out.removed);
    if (safe) text = *std::move(safe);
    return safe.has_value();
  };
  for (Message& message : out.request_.messages) {
    bool safe = clean(message.text, message.tool.empty() ? "a message" : "what " + message.tool + " found") &&
                clean(message.reasoning, "the model's thoughts");
    for (ToolCall& call : message.calls) safe = safe && clean(call.arguments, "a call of " + call.name);
    if (!safe) return fail(Error::Code::refused, "a message could not be looked through for secrets");
  }
  if (rules.secrets == SecretsRule::block && !out.removed.empty()) {
    return fail(Error::Code::refused,
                "privacy.secrets is \"block\" and " + out.removed.front().what + " holds a secret");
  }
  return out;
}

asio::awaitable<TalkOutcome> talk(Http& http, CleanChat chat, TimePoint deadline,
                                  std::function<void(size_t)> progress) {
  Exchange x(dialect_of(chat.provider()));
  x.progress = std::move(progress);
  HttpRequest request = encode_chat(chat.provider(), chat.request());
  const LedgerEntryPtr entry = entry_of(chat);
  const size_t prompt_bytes = request.body.size();
  request.entry = entry;
  const HttpLimits limits{.deadline = deadline, .connect = kConnect, .max_body = kMaxReply};
  Http::Sink sink;
  sink.on_head = [&x](const HttpResponse& head) { x.head(head); };
  sink.on_bytes = [&x](std::string_view piece) { return x.body(piece); };
  Result<HttpResponse> response = fail(Error::Code::cancelled, "stopped");
  try {
    response = co_await http.run(std::move(request), limits, std::move(sink));
  } catch (const boost::system::system_error& error) {
    if (error.code() != asio::error::operation_aborted) throw;
  }
  TalkOutcome out = x.end(response);
  if (!x.failure && x.bytes > 0) count(*entry, out.turn.usage, prompt_bytes, x.bytes / kBytesPerPiece);
  co_return out;
}

}  // namespace fimd::providers::agent

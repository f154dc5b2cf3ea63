#include "providers/agent/talk.h"

#include <boost/system/system_error.hpp>
#include <nlohmann/json.hpp>
#include <set>

#include "providers/errors.h"
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
      if (arguments.is_object() && arguments.contains("path") && arguments["path"].is_string()) paths.insert(arguments["path"]);
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
  TalkOutcome out;
  size_t bytes = 0;
  std::function<void(size_t)> progress;

  void head(const HttpResponse& response) {
    out.failure = failure_of(response);
    if (!out.failure) reader.emplace(framing_of(Framing::sse, response), kMaxReply);
  }

  bool take(const std::vector<Event>& events) {
    for (const Event& event : events) {
      const Result<void> taken = turn.take(event);
      if (taken) continue;
      out.error = taken.error();
      return false;
    }
    return true;
  }

  bool body(std::string_view piece) {
    if (out.failure) return add_body(*out.failure, piece);
    bytes += piece.size();
    if (progress) progress(bytes);
    std::vector<Event> events;
    const Result<void> fed = reader->feed(piece, events);
    if (!take(events)) return false;
    if (!fed) out.error = fed.error();
    return fed.has_value();
  }

  void end(const Result<HttpResponse>& response) {
    if (response && reader && !out.error) {
      std::vector<Event> last;
      const Result<void> fed = reader->finish(last);
      if (take(last) && !fed) out.error = fed.error();
    }
    if (out.failure) {
      out.error = to_error(read_failure(*out.failure));
    } else if (!response && !out.error) {
      out.error = response.error();
    }
    out.turn = turn.turn();
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
    return fail(Error::Code::refused, "privacy.secrets is \"block\" and " + out.removed.front().what + " holds a secret");
  }
  return out;
}

asio::awaitable<TalkOutcome> talk(Http& http, CleanChat chat, TimePoint deadline, std::function<void(size_t)> progress) {
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
  x.end(response);
  if (!x.out.failure && x.bytes > 0) count(*entry, x.out.turn.usage, prompt_bytes, x.bytes / kBytesPerPiece);
  co_return std::move(x.out);
}

}  // namespace fimd::providers::agent

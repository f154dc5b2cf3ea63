#include "providers/agent/loop.h"

#include <fmt/core.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <deque>
#include <utility>

#include "context/hash.h"

namespace fimd::providers::agent {
namespace asio = boost::asio;

namespace {

using std::chrono::milliseconds;
using End = LoopOutcome::End;

constexpr int kRejections = 3;     // of a finished patch
constexpr int kToolErrors = 5;     // in a row
constexpr int kTries = 5;          // of one request
constexpr size_t kCalls = 8;       // of one answer
constexpr size_t kRemembered = 24;  // calls, to see circles
constexpr int kNoticeRepeat = 3, kStopRepeat = 6;

constexpr std::string_view kNudge =
    "No edit was made. Call edit_file, or say in one sentence why no change is needed.";

Message tool_message(const ToolCall& call, std::string text) {
  Message out;
  out.role = Message::Role::tool;
  out.call_id = call.id;
  out.tool = call.name;
  out.text = std::move(text);
  return out;
}

Message user_message(std::string text) {
  Message out;
  out.text = std::move(text);
  return out;
}

bool passes_by_itself(const Error& error) {
  return error.code == Error::Code::down || error.code == Error::Code::io;
}

// How often a call has come with the same result.
class Circles {
 public:
  int count(const ToolCall& call, const std::string& result) {
    const uint64_t key = context::hash_bytes(call.name + '\n' + call.arguments + '\n' + result);
    seen_.push_back(key);
    if (seen_.size() > kRemembered) seen_.pop_front();
    return static_cast<int>(std::count(seen_.begin(), seen_.end(), key));
  }

 private:
  std::deque<uint64_t> seen_;
};

void add(Usage& sum, const Usage& more) {
  const auto plus = [](std::optional<int64_t>& a, const std::optional<int64_t>& b) {
    if (b) a = a.value_or(0) + *b;
  };
  plus(sum.prompt_tokens, more.prompt_tokens);
  plus(sum.cached_tokens, more.cached_tokens);
  plus(sum.output_tokens, more.output_tokens);
}

std::string first_line(const std::string& text) { return text.substr(0, std::min(text.find('\n'), size_t{120})); }

// What the loop keeps between its steps.
struct Task {
  std::vector<Message> messages;
  LoopOutcome out;
  Circles circles;
  int errors_in_row = 0, rejections = 0;
  bool nudged = false;
  bool circling = false;

  std::string over(const Limits& limits) const {
    if (Clock::now() >= limits.deadline) return "the time is up";
    if (out.steps >= limits.steps) return fmt::format("{} steps are used up", limits.steps);
    if (errors_in_row >= kToolErrors) return fmt::format("{} calls in a row failed", errors_in_row);
    if (circling) return "the model repeated itself";
    return "";
  }

  // The results of an answer that was cut off: nothing of it is executed.
  void refuse_cut(const Turn& turn) {
    for (const ToolCall& call : turn.message.calls) {
      messages.push_back(tool_message(call, fmt::format("The call was cut off after {} bytes and was not executed; send a smaller edit.",
                                                        call.arguments.size())));
    }
    ++errors_in_row;
  }

  void take(const ToolCall& call, ToolResult result) {
    errors_in_row = result.error ? errors_in_row + 1 : 0;
    const int times = circles.count(call, result.text);
    if (times >= kStopRepeat) circling = true;
    if (times >= kNoticeRepeat) result.text += fmt::format("\nnote: identical call number {}, same result. Change the approach or finish.", times);
    messages.push_back(tool_message(call, std::move(result.text)));
  }

  // An answer without calls. True: the task is over.
  bool finish(const Turn& turn, const Workbench::Verdict& verdict) {
    out.words = turn.message.text;
    if (!verdict.changed) {
      if (std::exchange(nudged, true)) {
        out.end = End::no_edit;
        return true;
      }
      messages.push_back(user_message(std::string(kNudge)));
      return false;
    }
    if (verdict.reasons.empty()) {
      out.end = End::verified;
      return true;
    }
    std::string reasons;
    for (const auto& reason : verdict.reasons) reasons += "- " + reason + "\n";
    if (++rejections >= kRejections) {
      out.end = End::rejected;
      out.words = "the change did not hold up:\n" + reasons;
      return true;
    }
    messages.push_back(user_message("The change cannot be offered yet:\n" + reasons + "Mend this with edit_file."));
    return false;
  }
};

// One request, tried again while the trouble may pass by itself.
asio::awaitable<TalkOutcome> ask(Http& http, ProviderConfig provider, std::shared_ptr<const PrivacyRules> rules,
                                 ChatRequest request, TimePoint deadline, std::vector<context::Removed>& removed,
                                 std::function<void(std::string)> progress) {
  auto chat = clean_chat(std::move(request), provider, *rules);
  if (!chat) co_return TalkOutcome{.error = chat.error(), .failure = {}, .turn = {}};
  if (removed.size() < chat->removed.size()) removed = chat->removed;
  const auto executor = co_await asio::this_coro::executor;
  Duration wait = milliseconds(500);
  for (int attempt = 1;; ++attempt) {
    auto talking = talk(http, *chat, deadline, {});
    TalkOutcome outcome = co_await std::move(talking);
    const bool limited = outcome.failure && (outcome.failure->status == 429 || outcome.failure->status >= 500);
    const bool retry = outcome.error && (passes_by_itself(*outcome.error) || limited);
    const bool lasting = outcome.failure && outcome.failure->status == 429 && !outcome.failure->retry_after && attempt > 3;
    if (!retry || lasting || attempt >= kTries) co_return outcome;
    const Duration pause = std::max<Duration>(wait, outcome.failure ? outcome.failure->retry_after.value_or(Duration{}) : Duration{});
    if (Clock::now() + pause >= deadline) co_return outcome;
    progress(fmt::format("{}: {}; trying again", provider.name, outcome.error->message));
    asio::steady_timer timer(executor, pause);
    auto waiting = timer.async_wait(asio::as_tuple(asio::use_awaitable));
    const auto [ec] = co_await std::move(waiting);
    if (ec) co_return outcome;
    wait *= 2;
  }
}

}  // namespace

asio::awaitable<LoopOutcome> run_loop(Http& http, ProviderConfig provider, std::shared_ptr<const PrivacyRules> rules,
                                      std::vector<Message> messages, Workbench bench, Limits limits,
                                      std::function<void(std::string)> progress) {
  Task task;
  task.messages = std::move(messages);
  for (;;) {
    if (const std::string why = task.over(limits); !why.empty()) {
      auto verifying = bench.verify();
      const Workbench::Verdict verdict = co_await std::move(verifying);
      task.out.end = verdict.changed && verdict.reasons.empty() ? End::verified : End::limit;
      task.out.words = why;
      co_return std::move(task.out);
    }
    ++task.out.steps;
    ChatRequest request{.messages = task.messages, .tools = bench.schemas};
    auto asking = ask(http, provider, rules, std::move(request), limits.deadline, task.out.removed, progress);
    TalkOutcome answer = co_await std::move(asking);
    add(task.out.usage, answer.turn.usage);
    if (answer.error) {
      task.out.end = End::failed;
      task.out.words = answer.error->message;
      co_return std::move(task.out);
    }
    const Turn& turn = answer.turn;
    task.messages.push_back(turn.message);
    if (turn.message.calls.empty()) {
      if (turn.finish == Finish::length) task.errors_in_row += 1;
      auto verifying = bench.verify();
      const Workbench::Verdict verdict = co_await std::move(verifying);
      if (task.finish(turn, verdict)) co_return std::move(task.out);
      continue;
    }
    if (!turn.whole()) {
      task.refuse_cut(turn);
      continue;
    }
    for (size_t i = 0; i < turn.message.calls.size(); ++i) {
      const ToolCall& call = turn.message.calls[i];
      ToolResult result{.text = "Too many calls at once; send this one again.", .error = true};
      if (i < kCalls) {
        progress(fmt::format("step {}: {} {}", task.out.steps, call.name, first_line(call.arguments)));
        auto running = bench.run(call);
        result = co_await std::move(running);
      }
      task.take(call, std::move(result));
    }
  }
}

}  // namespace fimd::providers::agent

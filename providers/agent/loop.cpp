#include "providers/agent/loop.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "context/log.h"
#include "providers/agent/asking.h"
#include "providers/agent/history.h"
#include "providers/agent/mcp_server.h"
#include "providers/agent/tool_text.h"
#include "providers/json_read.h"

namespace fimd::providers::agent {
namespace asio = boost::asio;

namespace {

using nlohmann::json;
using End = LoopOutcome::End;
using Role = Message::Role;

constexpr int kRejections = 3;        // of a finished patch
constexpr int kToolErrors = 5;        // in a row
constexpr int kUnusable = 3;          // answers in a row
constexpr int kCuts = 3;              // answers in a row that were cut off
constexpr int kForeign = 2;           // calls in the text, before that becomes the way to call
constexpr int kReading = 12;          // steps without an edit
constexpr size_t kCalls = 8;          // of one answer
constexpr size_t kWords = 2'000;      // bytes of the last sentence
constexpr size_t kDiffBytes = 1U << 20;  // of what is kept of the change
constexpr size_t kAnswerBytes = 64'000;  // of the last message
constexpr size_t kResult = Toolbox::kResultBytes + 4'096;

constexpr std::string_view kNudge =
    "No edit was made. Call edit_file, or say in one sentence why no change is needed.";
constexpr std::string_view kCutAnswer =
    "Your answer was cut off. Think less: call a tool, or end with one sentence.";
constexpr std::string_view kCutCall =
    "Your last call was too long and was cut off; nothing was executed. Send edits of less than 60 lines.";
constexpr std::string_view kForeignCall =
    "The call in your text was not executed: tool calls must use the tool interface.";

std::string for_people(const std::string& text, size_t most = kWords) {
  std::string out;
  std::string_view rest = text;
  while (!rest.empty()) {
    if (!out.empty()) out += '\n';
    out += harmless(context::to_valid_utf8(context::take_line(rest)));
  }
  return shortened(std::move(out), most);
}

// One result answers one id: calls that share one get ids of their own.
void distinct(std::vector<ToolCall>& calls) {
  std::set<std::string> ids;
  for (size_t i = 0; i < calls.size(); ++i) {
    if (ids.insert(calls[i].id).second) continue;
    calls[i].id += fmt::format("_{}", i);
    ids.insert(calls[i].id);
  }
}

// What such a call has done cannot be undone or seen, so it is never made again by itself.
bool acts_outside(const std::string& tool) { return is_mcp_name(tool) || tool == "run_command"; }

// What the loop keeps between its steps.
struct Run {
  Asking asking;  // the provider, and what has been removed from what it was sent
  Workbench bench;
  Limits limits;
  std::function<void(std::string)> progress;
  Conversation state = {};
  LoopOutcome out = {};
  TimePoint begun = Clock::now();
  double before = 0;                 // seconds that the task had been running
  std::vector<std::string> unsaved = {};  // records
  std::string later = {};                 // a note for the next result

  // Every change of the state goes through here.
  void note(json record) {
    record["seconds"] = before + to_ms(Clock::now() - begun) / 1000;
    if (bench.record) unsaved.push_back(dump_json(record));
    add_record(state, record);
  }

  // What the tools and the check have found out besides.
  void note_facts() {
    if (!bench.facts) return;
    for (const std::string& fact : bench.facts()) {
      json record = parse_json(fact);
      for (const char* key : {"report", "why"}) {
        if (const auto text = record.find(key); text != record.end() && text->is_string())
          *text = asking.clean(text->get<std::string>(), "what the check found");
      }
      note(std::move(record));
    }
  }

  asio::awaitable<void> save(bool sync) {
    if (!bench.record || unsaved.empty()) co_return;
    auto writing = bench.record(std::exchange(unsaved, {}), sync);
    const bool written = co_await std::move(writing);
    if (written) co_return;
    bench.record = nullptr;
    out.unkept = true;
  }

  void say(const char* why, std::string_view text) {
    note({{"type", "say"}, {"why", why}, {"text", asking.clean(std::string(text), "a message")}});
  }

  // Why no further request is made; empty: one is.
  std::string over() {
    if (asking.refused) return asking.refused->message;
    if (Clock::now() >= limits.deadline) return "the time is up";
    if (state.steps >= limits.steps) return fmt::format("{} steps are used up", limits.steps);
    if (state.errors_in_row >= kToolErrors) return fmt::format("{} calls in a row failed", state.errors_in_row);
    if (state.unusable >= kUnusable) return fmt::format("the model gave no answer {} times", state.unusable);
    if (state.cut_calls >= kCuts) return fmt::format("{} answers in a row were cut off", state.cut_calls);
    if (state.circling) return "the model repeated itself";
    return asking.too_much(state, bench.schemas, limits.spending);
  }

  void make_room() {
    const auto cuts = asking.room(state, bench.schemas);
    if (cuts.empty()) return;
    json list = json::array();
    for (const Cut& cut : cuts) list.push_back({{"at", cut.at}, {"line", cut.line}});
    note({{"type", "prune"}, {"cuts", list}});
    progress(fmt::format("the conversation is long: {} results of tools shortened", cuts.size()));
  }

  // Takes what the model said, or what became of the request. False: the task is over.
  bool take(Answer answer) {
    if (!answer.trouble) {
      take_turn(std::move(answer.turn));
      return true;
    }
    if (!state.text_tools && refuses_tools(*answer.trouble)) {
      note({{"type", "text_tools"}});
      progress(asking.provider.name + " takes no tools; they are called in its text");
      return true;
    }
    if (cut_its_own_call(*answer.trouble)) {
      say("cut", kCutCall);
      return true;
    }
    out.end = End::failed;
    out.words = told(asking.provider.name, *answer.trouble);
    return false;
  }

  void take_turn(Turn turn) {
    const bool silent = turn.message.calls.empty() && turn.whole();
    if (state.text_tools && turn.message.calls.empty()) turn.message.calls = calls_in(turn.message.text);
    const auto foreign = silent && !state.text_tools ? foreign_call(turn.message.text) : std::nullopt;
    if (foreign && foreign->name != "edit_file") {
      turn.message.calls = {*foreign};
      turn.message.text.clear();
    }
    distinct(turn.message.calls);
    json record = reply_record(turn);
    if (foreign) record["foreign"] = true;
    note(std::move(record));
    if (!foreign) return;
    if (foreign->name == "edit_file") say("foreign", kForeignCall);
    if (state.foreign >= kForeign && !state.text_tools) {
      note({{"type", "text_tools"}});
      progress(asking.provider.name +
               " leaves calls in its text (is its tool parser set?); they are read there from now on");
    }
  }

  // A call and what became of it; notes for the model go to its end.
  void take_result(const ToolCall& call, ToolResult result, bool ran, int times) {
    ResultRecord record{.call = call, .text = {}, .failed = result.error, .ran = ran};
    record.text = asking.clean(shortened(std::move(result.text), kResult), "what " + call.name + " found");
    record.signature = ran ? signature(record.text) : state.circles.last_result(signature(call));
    const bool same = ran && state.circles.last_result(signature(call)) == record.signature;
    if (same && times >= Circles::kNotice)
      record.text +=
          fmt::format("\nnote: identical call number {}, same result. Change the approach or finish.", times);
    if (state.steps_without_edit >= kReading && call.name != "edit_file") {
      record.text +=
          fmt::format("\nnote: {} steps left; edit now, or explain.", std::max(0, limits.steps - state.steps));
    }
    record.text += std::exchange(later, {});
    record.circling = times >= Circles::kStop;
    note(result_record(record));
  }

  asio::awaitable<void> run_open() {
    const std::vector<ToolCall> calls = state.open;
    std::set<std::string> spoiled;  // files whose last edit failed
    for (size_t i = 0; i < calls.size(); ++i) {
      const ToolCall& call = calls[i];
      const int times = state.circles.repeats(signature(call));
      const bool edit = call.name == "edit_file";
      ToolResult result{.text = why_not(call, i, times, edit && spoiled.contains(path_of(call))),
                        .error = times < Circles::kWithhold && i < kCalls};
      const bool run = result.text.empty();
      if (run) {
        progress(fmt::format("step {}: {} {}", state.steps, shown_line(call.name),
                             shown_line(call.arguments.substr(0, 120))));
        note(call_record(call));
        auto saving = save(false);
        co_await std::move(saving);
        auto running = bench.run(call);
        result = co_await std::move(running);
      }
      note_facts();
      if (edit && result.error) spoiled.insert(path_of(call));
      take_result(call, std::move(result), run, times);
      if (times == Circles::kWithhold) drop_copies(call);
      auto saved = save(edit || call.name == "run_check");
      co_await std::move(saved);
    }
    if (!bench.renew) co_return;
    auto renewing = bench.renew();
    std::string schemas = co_await std::move(renewing);
    if (!schemas.empty()) bench.schemas = std::move(schemas);
  }

  // Why a call is not run, for the model; empty: it is.
  std::string why_not(const ToolCall& call, size_t position, int times, bool spoiled) const {
    if (state.cut)
      return fmt::format("The call was cut off after {} bytes and was not executed; send a smaller edit.",
                         call.arguments.size());
    if (!call.fault.empty()) return call.fault;
    if (acts_outside(call.name) && state.begun == call.id)
      return "interrupted: what the call did is not known; look before you make it again.";
    if (position >= kCalls) return "Too many calls at once; send this one again.";
    if (spoiled) return "skipped: the edit of this file before it failed.";
    if (times < Circles::kWithhold) return "";
    return fmt::format(
        "not executed: identical to the last {} calls, with the same result. {}", times - 1,
        state.steps_without_edit >= state.steps ? "No edit was made yet." : "Read what the earlier results say.");
  }

  // What repeats pulls the model back: it is taken out of what is sent.
  void drop_copies(const ToolCall& call) {
    const auto copies = copies_of(state.messages, call);
    if (!copies.empty()) note({{"type", "drop"}, {"at", copies}});
  }

  // After an answer without calls. True: the task is over.
  asio::awaitable<bool> judge() {
    if (state.cut) {
      say("cut_answer", kCutAnswer);
      co_return false;
    }
    out.words = for_people(state.messages.back().text);
    out.answer = for_people(state.messages.back().text, kAnswerBytes);
    auto verifying = bench.verify();
    const Workbench::Verdict verdict = co_await std::move(verifying);
    note_facts();
    auto saving = save(true);
    co_await std::move(saving);
    if (!verdict.changed) {
      out.end = limits.answers ? End::answered : End::no_edit;
      if (state.nudged || limits.answers) co_return true;
      say("nudge", kNudge);
      co_return false;
    }
    out.end = verdict.judged ? End::verified : End::unproven;
    if (verdict.reasons.empty()) co_return true;
    std::string reasons;
    for (const auto& reason : verdict.reasons) reasons += "- " + reason + "\n";
    out.end = End::rejected;
    if (state.rejections + 1 >= kRejections) {
      out.words = "the change did not hold up:\n" + for_people(reasons);
      co_return true;
    }
    say("rejected", "The change cannot be offered yet:\n" + reasons + "Mend this with edit_file.");
    co_return false;
  }

  // A limit: what has been made is offered when it holds up.
  asio::awaitable<void> stop(std::string why) {
    out.words = std::move(why);
    out.end = End::failed;
    if (asking.refused) co_return;
    auto verifying = bench.verify();
    const Workbench::Verdict verdict = co_await std::move(verifying);
    note_facts();
    const End offered = verdict.judged ? End::verified : End::unproven;
    out.end = verdict.changed && verdict.reasons.empty() ? offered : End::limit;
  }

  // Makes what the task had made so far once more, and finds out what has changed since.
  asio::awaitable<void> catch_up() {
    note({{"type", "resume"}});
    std::set<std::string> changed, lost;
    const std::vector<Executed> done = state.executed;
    for (const Executed& each : done) {
      if (each.call.name == "run_check" || acts_outside(each.call.name)) continue;
      auto running = bench.run(each.call);
      ToolResult result = co_await std::move(running);
      const std::string text =
          asking.clean(shortened(std::move(result.text), kResult), "what " + each.call.name + " found");
      if (signature(text) == each.result || path_of(each.call).empty()) continue;
      changed.insert(path_of(each.call));
      if (result.error && !each.failed && each.call.name == "edit_file") lost.insert(path_of(each.call));
    }
    if (changed.empty()) co_return;
    later = fmt::format(
        "\nnote: the task was interrupted, and what the tools find has changed since: {}. Read again before you edit.",
        fmt::join(changed, ", "));
    if (!lost.empty()) later += fmt::format(" Edits that are lost: {}.", fmt::join(lost, ", "));
    if (state.open.empty() && state.messages.back().role != Role::assistant)
      note({{"type", "amend"}, {"text", std::exchange(later, {})}});
  }

  asio::awaitable<void> go() {
    for (;;) {
      const bool answered = state.messages.back().role == Role::assistant && !state.paused;
      if (!state.open.empty()) {
        auto running = run_open();
        co_await std::move(running);
        continue;
      }
      if (answered) {
        auto judging = judge();
        const bool done = co_await std::move(judging);
        if (done) co_return;
      }
      make_room();
      if (std::string why = over(); !why.empty()) {
        auto stopping = stop(std::move(why));
        co_await std::move(stopping);
        co_return;
      }
      note(asking.request(state, bench.schemas));
      auto saving = save(false);
      co_await std::move(saving);
      auto talking = asking.ask(state, bench.schemas, limits, progress);
      Answer answer = co_await std::move(talking);
      if (answer.lost) note(*answer.lost);
      if (!take(std::move(answer))) co_return;
      auto saved = save(true);
      co_await std::move(saved);
    }
  }
};

}  // namespace

const char* name(End end) {
  switch (end) {
    case End::verified: return "fixed";
    case End::unproven: return "not verified by the check";
    case End::no_edit: return "no change";
    case End::answered: return "answered";
    case End::rejected: return "rejected";
    case End::limit: return "limit";
    case End::failed: return "failed";
  }
  return "failed";
}

bool is_offered(End end) { return end == End::verified || end == End::unproven; }

asio::awaitable<LoopOutcome> run_loop(Http& http, ProviderConfig provider, std::shared_ptr<const PrivacyRules> rules,
                                      Start start, Workbench bench, Limits limits,
                                      std::function<void(std::string)> progress) {
  Run run{.asking = {.http = http, .provider = std::move(provider), .rules = std::move(rules), .turn = bench.turn},
          .bench = std::move(bench),
          .limits = limits,
          .progress = std::move(progress)};
  if (start.earlier && !start.earlier->messages.empty()) {
    run.state = *std::move(start.earlier);
    run.before = run.state.seconds;
    auto catching_up = run.catch_up();
    co_await std::move(catching_up);
  } else {
    for (Message& message : start.messages) message.text = run.asking.clean(std::move(message.text), "the task");
    run.note(begin_record(start.messages, !limits.tools));
  }
  auto saving = run.save(true);
  co_await std::move(saving);
  auto going = run.go();
  co_await std::move(going);
  json last = end_record(name(run.out.end), run.out.words);
  if (run.bench.record && run.bench.diff) {
    auto comparing = run.bench.diff();
    std::string diff = co_await std::move(comparing);
    if (!diff.empty()) last["diff"] = run.asking.clean(shortened(std::move(diff), kDiffBytes), "the change");
  }
  run.note(std::move(last));
  auto saved = run.save(true);
  co_await std::move(saved);
  run.out.steps = run.state.steps;
  run.out.spent = run.state.spent;
  if (limits.spending.price.known) run.out.cost = cost_of(run.state.spent, limits.spending.price);
  run.out.removed = run.asking.removed;
  co_return std::move(run.out);
}

}  // namespace fimd::providers::agent

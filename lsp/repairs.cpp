#include "lsp/repairs.h"

#include <fmt/format.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <algorithm>
#include <nlohmann/json.hpp>

#include "context/log.h"
#include "lsp/config.h"
#include "lsp/daemon.h"
#include "lsp/fixing.h"
#include "lsp/offload.h"
#include "lsp/repair_edit.h"
#include "lsp/tasks.h"
#include "providers/agent/diff.h"

namespace fimd::lsp {
namespace asio = boost::asio;
namespace agent = providers::agent;
using nlohmann::json;

namespace {

constexpr int kWarning = 2, kInfo = 3, kLog = 4;  // of window/showMessage and window/logMessage
constexpr const char* kRun = "Run it";
using End = agent::LoopOutcome::End;

// One running repair.
struct Repair {
  FixOrder order;
  std::string token;  // of its progress
  std::string root;
  std::string task;   // its journal's id; empty: it is not kept
  bool shows = false;  // the client has made the progress
  bool cancelled = false;
  asio::cancellation_signal stop;
};

}  // namespace

struct Repairs::State : std::enable_shared_from_this<State> {
  State(Daemon& d, Dispatch& w, RepairHost h) : daemon(d), dispatch(&w), host(std::move(h)) {}

  Daemon& daemon;
  Dispatch* dispatch;  // null once the session is over
  RepairHost host;
  std::vector<std::shared_ptr<Repair>> running;
  uint64_t last = 0;

  void warn(const std::string& text) const {
    if (dispatch) dispatch->notify("window/showMessage", {{"type", kWarning}, {"message", "fimd: " + text}});
  }
  void say(const std::string& text) const {
    if (dispatch) dispatch->notify("window/logMessage", {{"type", kLog}, {"message", text}});
  }
  void progress(const Repair& repair, json value) const {
    if (dispatch && repair.shows)
      dispatch->notify("$/progress", {{"token", repair.token}, {"value", std::move(value)}});
  }

  void announce(const std::shared_ptr<Repair>& repair) {
    if (!host.client().workDoneProgress) return;
    dispatch->call("window/workDoneProgress/create", {{"token", repair->token}},
                   [weak = weak_from_this(), repair](Result<json> made) {
                     const auto self = weak.lock();
                     if (!self || !made || std::ranges::find(self->running, repair) == self->running.end()) return;
                     repair->shows = true;
                     self->progress(*repair,
                                    {{"kind", "begin"}, {"title", repair->order.title}, {"cancellable", true}});
                   });
  }

  AskUser ask_user() {
    return [weak = weak_from_this()](const std::string& question, std::function<void(bool)> answer) {
      const auto self = weak.lock();
      if (!self || !self->dispatch) return answer(false);
      const json actions = json::array({{{"title", kRun}}, {{"title", "No"}}});
      const json params = {{"type", kInfo}, {"message", "fimd: " + question}, {"actions", actions}};
      self->dispatch->call("window/showMessageRequest", params, [answer = std::move(answer)](Result<json> chosen) {
        answer(chosen && chosen->is_object() && chosen->contains("title") && (*chosen)["title"] == kRun);
      });
    };
  }

  void ended(const std::shared_ptr<Repair>& repair, const std::exception_ptr& thrown, Fix fixed) {
    std::erase(running, repair);
    if (repair->cancelled || !dispatch) {
      progress(*repair, {{"kind", "end"}, {"message", "cancelled"}});
      return;
    }
    if (thrown) {
      progress(*repair, {{"kind", "end"}, {"message", "failed"}});
      return warn(repair->order.title + ": the task ended with a fault");
    }
    progress(*repair, {{"kind", "end"}, {"message", agent::name(fixed.outcome.end)}});
    report(fixed);
    if (fixed.outcome.end == End::unproven)
      warn(fmt::format("{}: {}: {}", repair->order.title, agent::name(End::unproven), fixed.check));
    if (agent::is_offered(fixed.outcome.end)) return offer(repair, fixed);
    if (fixed.outcome.end == End::answered) return show_answer(repair, fixed.outcome.answer);
    warn_with_attempt(repair, fmt::format("{}: {}", agent::name(fixed.outcome.end), fixed.outcome.words), fixed);
  }

  void run(const std::shared_ptr<Repair>& repair, const Config& config, providers::ProviderConfig provider,
           FixTask task) {
    if (repair->cancelled) return ended(repair, nullptr, {});
    auto progress_of = [weak = weak_from_this(), repair](const std::string& step) {
      const auto self = weak.lock();
      if (!self) return;
      if (repair->shows) self->progress(*repair, {{"kind", "report"}, {"message", step}});
      else self->say(step);
    };
    auto fixing = fix(daemon, config, std::move(provider), std::move(task), std::move(progress_of));
    asio::co_spawn(daemon.loop, std::move(fixing),
                   asio::bind_cancellation_slot(
                       repair->stop.slot(), [state = shared_from_this(), repair](std::exception_ptr thrown, Fix fixed) {
                         state->ended(repair, thrown, std::move(fixed));
                       }));
  }

  void report(const Fix& fixed) const {
    const auto& outcome = fixed.outcome;
    say(fmt::format("{}: {} ({} requests, {} tokens in, {} out{})", agent::name(outcome.end), outcome.words,
                    outcome.steps, outcome.spent.in, outcome.spent.out,
                    outcome.cost ? fmt::format(", cost {:.4f}", *outcome.cost) : ""));
    if (!fixed.check.empty()) say("check: " + fixed.check);
    for (const auto& each : fixed.review) say("look at this: " + each);
    for (const auto& each : outcome.removed) say(fmt::format("removed {}: {}", each.what, each.why));
  }

  // Keeps a text beside the task's journal and calls `then` with its path; with an empty one where it is not kept.
  void keep(const Repair& repair, const char* ending, std::string text,
            std::function<void(State&, const std::string& path)> then) {
    if (text.empty() || repair.task.empty()) return then(*this, "");
    auto task = [id = repair.task, ending, text = std::move(text)] { return keep_beside(id, ending, text); };
    offload(daemon.bulk, daemon.loop.get_executor(), std::move(task),
            [weak = weak_from_this(), then](const Result<std::string>& path) {
              if (!path) log::warn("{}", path.error().message);
              if (const auto self = weak.lock()) then(*self, path.value_or(""));
            });
  }

  // Says why nothing is applied, and where the attempt can be looked at.
  void warn_with_attempt(const std::shared_ptr<Repair>& repair, const std::string& why, const Fix& fixed) {
    std::string diff = fixed.files.empty() ? "" : agent::unified_diff(fixed.files);
    keep(*repair, "diff", std::move(diff),
         [said = repair->order.title + ": " + why](State& self, const std::string& path) {
           self.warn(path.empty() ? said : said + ". The attempt: " + path);
         });
  }

  // In the editor where it can show a file, else as a message.
  void show_answer(const std::shared_ptr<Repair>& repair, const std::string& answer) {
    say(answer);
    keep(*repair, "md", answer + "\n", [answer](State& self, const std::string& path) {
      if (!self.dispatch) return;
      const auto message = [weak = self.weak_from_this(), answer] {
        const auto that = weak.lock();
        if (that && that->dispatch)
          that->dispatch->notify("window/showMessage", {{"type", kInfo}, {"message", answer}});
      };
      if (path.empty() || !self.host.client().showDocument) return message();
      self.dispatch->call(
          "window/showDocument", {{"uri", uri_of_path(path)}, {"takeFocus", true}}, [message](Result<json> shown) {
            const bool done = shown && shown->is_object() && shown->value("success", json(true)) == json(true);
            if (!done) message();
          });
    });
  }

  OpenTexts open_of(const Repair& repair, const Fix& fixed) const {
    OpenTexts open;
    for (const auto& file : fixed.files) {
      const auto document = host.find(uri_of_path(repair.root + "/" + file.path));
      if (document) open[file.path] = document->text;
    }
    return open;
  }

  void offer(const std::shared_ptr<Repair>& repair, const Fix& fixed) {
    OpenTexts open = open_of(*repair, fixed);
    auto merge = [root = repair->root, files = fixed.files, open, client = host.client(), title = repair->order.title] {
      return workspace_edit(root, files, open, client, title);
    };
    auto merged = [weak = weak_from_this(), repair, fixed, open](Result<json> edit) {
      const auto self = weak.lock();
      if (!self || !self->dispatch) return;
      if (self->open_of(*repair, fixed) != open) return self->offer(repair, fixed);  // the user has typed meanwhile
      if (!edit) return self->warn_with_attempt(repair, edit.error().message, fixed);
      self->apply(repair, fixed, *std::move(edit));
    };
    offload(daemon.bulk, daemon.loop.get_executor(), std::move(merge), std::move(merged));
  }

  void apply(const std::shared_ptr<Repair>& repair, const Fix& fixed, json edit) {
    const json params = {{"label", repair->order.title}, {"edit", std::move(edit)}};
    dispatch->call("workspace/applyEdit", params, [weak = weak_from_this(), repair, fixed](Result<json> answer) {
      const auto self = weak.lock();
      if (!self) return;
      const bool applied = answer && answer->is_object() && answer->contains("applied") && (*answer)["applied"] == true;
      if (applied) return self->say(repair->order.title + ": applied");
      std::string why = answer ? "the editor did not apply it" : answer.error().message;
      if (answer && answer->is_object() && answer->contains("failureReason") &&
          (*answer)["failureReason"].is_string()) {
        why = (*answer)["failureReason"];
      }
      self->warn_with_attempt(repair, why, fixed);
    });
  }
};

Repairs::Repairs(Daemon& daemon, Dispatch& dispatch, RepairHost host)
    : state_(std::make_shared<State>(daemon, dispatch, std::move(host))) {}

Result<void> Repairs::start(const FixOrder& order) {
  State& s = *state_;
  const auto document = s.host.find(order.uri);
  if (!document) return fail(Error::Code::bad_input, order.uri + " is not open");
  if (document->root.empty())
    return fail(Error::Code::bad_input, document->relative_path + " lies in no folder that is open");
  const Config& config = s.host.config();
  auto provider = agent_provider(config, "");
  if (!provider) return tl::unexpected(provider.error());
  for (const auto& each : s.running) {
    if (normal_uri(each->order.uri) == document->uri) {
      return fail(Error::Code::refused,
                  fmt::format("{} is being worked on: \"{}\"", document->relative_path, each->order.title));
    }
  }
  const auto repair = std::make_shared<Repair>();
  repair->order = order;
  repair->token = fmt::format("fimd.fix.{}", ++s.last);
  repair->root = document->root;
  // A copy, since the task is read on other threads while the user types on.
  FixTask task{.document = std::make_shared<Document>(*document), .line = order.line, .message = order.message,
               .consent = s.ask_user(), .last_line = order.last_line, .wanted = order.wanted};
  for (const auto& each : s.host.documents()) {
    if (each->root == document->root && !each->tainted) task.buffers.push_back({each->relative_path, each->text});
  }
  s.running.push_back(repair);
  s.announce(repair);
  offload(
      s.daemon.bulk, s.daemon.loop.get_executor(), [] { return new_task(std::chrono::system_clock::now()); },
      [state = state_, repair, config, provider = *std::move(provider),
       task = std::move(task)](Result<NewTask> kept) mutable {
        if (kept) {
          task.journal = kept->journal;
          repair->task = kept->id;
        } else {
          log::warn("the task is not kept: {}", kept.error().message);
        }
        state->run(repair, config, std::move(provider), std::move(task));
      });
  return {};
}

void Repairs::cancel(const json& token) {
  const auto running = state_->running;  // a cancel may end it at once
  for (const auto& repair : running) {
    if (!token.is_null() && token != repair->token) continue;
    repair->cancelled = true;
    repair->stop.emit(asio::cancellation_type::terminal);
  }
}

void Repairs::end() {
  state_->dispatch = nullptr;
  cancel(nullptr);
}

}  // namespace fimd::lsp

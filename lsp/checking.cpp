#include "lsp/checking.h"

#include <boost/asio/post.hpp>

#include "lsp/checking_tasks.h"
#include "lsp/folders.h"
#include "lsp/offload.h"

namespace fimd::lsp {
namespace agent = providers::agent;
namespace asio = boost::asio;

namespace {

using CheckVerdict = agent::Comparison::Verdict;

agent::CheckSettings settings_of(const Config& config, const FixTask& task) {
  return {.command = config.agent.check,
          .limit = config.agent.check_limit,
          .deadline = Clock::now() + config.agent.time,
          .commands = config.agent.commands,
          .asks = static_cast<bool>(task.consent),
          .loopback = config.agent.loopback};
}

Checked checked_as(const agent::Checks::Outcome& outcome) {
  Checked out{.summary = agent::check_summary(outcome.result),
              .reason = {},
              .gone = outcome.gone,
              .judged = agent::is_judged(outcome.result)};
  const bool against =
      outcome.result.verdict == CheckVerdict::worse || outcome.result.verdict == CheckVerdict::target_remains;
  if (against) out.reason = outcome.report;
  return out;
}

}  // namespace

std::string jail_folder() { return state_folder() + "/jail"; }

Checking::Checking() : probed_(std::make_shared<Probed>()) {}
Checking::~Checking() { end(); }

asio::thread_pool& Checking::pool() {
  if (!pool_) pool_ = std::make_unique<asio::thread_pool>(1);
  return *pool_;
}

const agent::Jail& Checking::Probed::jail(const std::stop_token& stop) {
  // A machine that was too busy for the trial may have time now.
  if (!probe || probe->jail.rung == agent::JailRung::none)
    probe = agent::probe_jail(jail_folder(), agent::own_helper(), stop);
  return probe->jail;
}

void Checking::end() {
  stop_.request_stop();
  if (pool_) pool_->join();
}

asio::awaitable<ChecksPtr> prepare_checks(Checking& checking, const Config& config, const FixTask& task) {
  const bool none = config.agent.check.empty() && config.agent.commands == agent::Commands::off;
  if (none || task.wanted == agent::Wanted::explanation) co_return nullptr;
  std::optional<agent::Diagnostic> target;
  if (task.wanted == agent::Wanted::repair) {
    target.emplace();
    target->path = task.document->relative_path;
    target->line = task.line;
    target->message = task.message;
  }
  std::vector<agent::ShadowFile> unsaved;
  for (const agent::OpenBuffer& buffer : task.buffers) {
    if (buffer.text) unsaved.push_back({buffer.path, buffer.text->utf8});
  }
  std::vector<std::string> facts;
  if (task.earlier) facts = {task.earlier->base_check, task.earlier->change_check};
  std::erase(facts, "");
  auto make = [probed = checking.probed(), stop = checking.stopping(), settings = settings_of(config, task),
               root = task.document->root, unsaved = std::move(unsaved), target = std::move(target),
               facts = std::move(facts)] {
    auto checks = std::make_shared<agent::Checks>(probed->jail(stop), settings, root, unsaved, target);
    checks->recall(facts);
    return checks;
  };
  auto making = offload(checking.pool(), std::move(make));
  Result<ChecksPtr> made = co_await std::move(making);
  co_return made ? *std::move(made) : nullptr;
}

void start_baseline(Checking& checking, ChecksPtr checks, std::stop_token stop) {
  auto run = [checks = std::move(checks), stop = std::move(stop)] {
    checks->take_baseline(stop);
    (void)checks->take_question();  // asked when the check is needed
  };
  asio::post(checking.pool(), std::move(run));
}

asio::awaitable<Checked> check_change(Checking& checking, ChecksPtr checks, std::vector<agent::ChangedFile> changed,
                                      AskUser ask, std::stop_token stop) {
  auto checked = std::make_shared<Checked>();
  auto run = [checks, changed = std::move(changed), stop = std::move(stop), checked] {
    const auto outcome = checks->check(changed, "", stop);
    *checked = outcome ? checked_as(*outcome)
                       : Checked{.summary = "not checked: " + outcome.error().message, .reason = {}, .judged = false};
    return agent::ToolResult{};
  };
  auto running = run_program(checking, std::move(checks), std::move(run), std::move(ask));
  Result<ToolRun> ran = co_await std::move(running);
  if (!ran) co_return Checked{.summary = "not checked: " + ran.error().message, .reason = {}, .judged = false};
  checked->facts = std::move(ran->facts);
  co_return std::move(*checked);
}

asio::awaitable<Result<ToolRun>> run_program(Checking& checking, ChecksPtr checks,
                                             std::function<agent::ToolResult()> tool, AskUser ask) {
  struct Step {
    ToolRun run;
    std::optional<agent::Checks::Question> question;
  };
  std::optional<std::pair<std::string, bool>> answer;
  std::vector<std::string> facts;
  for (;;) {
    auto task = [checks, tool, answer] {
      if (answer) checks->answered(answer->first, answer->second);
      Step step{.run = {.result = tool()}, .question = checks->take_question()};
      step.run.facts = checks->new_facts();
      return step;
    };
    auto running = offload(checking.pool(), std::move(task));
    Result<Step> step = co_await std::move(running);
    if (!step) co_return tl::unexpected(step.error());
    facts.insert(facts.end(), step->run.facts.begin(), step->run.facts.end());
    if (!step->question) {
      step->run.facts = std::move(facts);
      co_return std::move(step->run);
    }
    auto asking = ask_user(ask, step->question->text);
    const bool yes = co_await std::move(asking);
    answer.emplace(step->question->command, yes);
  }
}

}  // namespace fimd::lsp

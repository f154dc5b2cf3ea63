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
  return {.command = config.agent.check, .limit = config.agent.check_limit, .deadline = Clock::now() + config.agent.time,
          .commands = config.agent.commands, .consent = task.consent};
}

Checked checked_as(const agent::Checks::Outcome& outcome) {
  Checked out{.summary = agent::check_summary(outcome.result), .reason = {}, .gone = outcome.gone};
  const bool against = outcome.result.verdict == CheckVerdict::worse || outcome.result.verdict == CheckVerdict::target_remains;
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
  if (!probe || probe->jail.rung == agent::JailRung::none) probe = agent::probe_jail(jail_folder(), agent::own_helper(), stop);
  return probe->jail;
}

void Checking::end() {
  stop_.request_stop();
  if (pool_) pool_->join();
}

asio::awaitable<ChecksPtr> prepare_checks(Checking& checking, const Config& config, const FixTask& task) {
  const bool none = config.agent.check.empty() && config.agent.commands == agent::Commands::off;
  if (none || task.wanted == agent::Wanted::explanation) co_return nullptr;
  agent::Diagnostic target;
  target.path = task.document->relative_path;
  target.line = task.line;
  target.message = task.message;
  std::vector<agent::ShadowFile> unsaved;
  for (const agent::OpenBuffer& buffer : task.buffers) {
    if (buffer.text) unsaved.push_back({buffer.path, buffer.text->utf8});
  }
  auto make = [probed = checking.probed(), stop = checking.stopping(), settings = settings_of(config, task), root = task.document->root,
               unsaved = std::move(unsaved), target = std::move(target)] {
    return std::make_shared<agent::Checks>(probed->jail(stop), settings, root, unsaved, target);
  };
  auto making = offload(checking.pool(), std::move(make));
  Result<ChecksPtr> made = co_await std::move(making);
  co_return made ? *std::move(made) : nullptr;
}

void start_baseline(Checking& checking, ChecksPtr checks, std::stop_token stop) {
  auto run = [checks = std::move(checks), stop = std::move(stop)] { checks->take_baseline(stop); };
  asio::post(checking.pool(), std::move(run));
}

asio::awaitable<Checked> check_change(Checking& checking, ChecksPtr checks, std::vector<agent::ChangedFile> changed, std::stop_token stop) {
  auto run = [checks = std::move(checks), changed = std::move(changed), stop = std::move(stop)] { return checks->check(changed, "", stop); };
  auto running = offload(checking.pool(), std::move(run));
  Result<agent::Checks::Outcome> outcome = co_await std::move(running);
  if (!outcome) co_return Checked{.summary = "not checked: " + outcome.error().message, .reason = {}};
  co_return checked_as(*outcome);
}

}  // namespace fimd::lsp

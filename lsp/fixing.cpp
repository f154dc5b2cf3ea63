#include "lsp/fixing.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "context/gather.h"
#include "context/log.h"
#include "lsp/checking_tasks.h"
#include "lsp/mcp_tools.h"
#include "lsp/offload.h"
#include "lsp/privacy.h"
#include "lsp/version.h"
#include "providers/agent/command_words.h"
#include "providers/agent/diff.h"
#include "providers/agent/history.h"
#include "providers/agent/prompt.h"
#include "providers/agent/review.h"
#include "providers/agent/verify.h"
#include "providers/codecs.h"

namespace fimd::lsp {
namespace agent = providers::agent;
namespace asio = boost::asio;

namespace {

// What the tools of one task share; the bulk pool has one thread, and one call runs at a time.
struct Bench {
  Bench(std::string root, std::vector<agent::OpenBuffer> buffers, agent::OverlayRules rules, context::IndexPtr index,
        std::vector<agent::Diagnostic> diagnostics)
      : overlay(std::move(root), std::move(buffers), std::move(rules)),
        toolbox(overlay, std::move(index), std::move(diagnostics)) {}

  void use(ChecksPtr with, std::stop_token ending) {
    checks = std::move(with);
    toolbox.use(checks.get());
    follow.emplace(std::move(ending), [this] { stop.request_stop(); });
  }

  agent::Overlay overlay;
  agent::Toolbox toolbox;
  std::stop_source stop;
  ChecksPtr checks;       // null: no check and no commands
  std::string last_check;  // what it said of the last change
  std::vector<std::string> gone;
  std::vector<std::string> facts;  // for the journal, see Checks::new_facts()
  AskUser ask;
  std::function<bool(const std::string& path)> is_private;  // what must not leave this machine
  bool wary = false;                                        // the model has asked for such a file
  McpPtr mcp;  // null: there are no servers
  std::optional<std::stop_callback<std::function<void()>>> follow;  // the process's end is the task's
};
using BenchPtr = std::shared_ptr<Bench>;

// What still runs for a task ends with it.
struct StopAtEnd {
  BenchPtr bench;
  ~StopAtEnd() {
    bench->stop.request_stop();
    if (bench->mcp) bench->mcp->cut();
  }
};

std::string schemas_of(const Bench& bench) {
  std::string own = bench.toolbox.schemas();
  return bench.mcp ? bench.mcp->schemas(own) : own;
}

asio::awaitable<std::string> renewed(BenchPtr bench, TimePoint longest) {
  auto renewing = bench->mcp->renew(longest);
  const bool changed = co_await std::move(renewing);
  co_return changed ? schemas_of(*bench) : "";
}

asio::awaitable<agent::ToolResult> run_tool(Daemon& daemon, BenchPtr bench, agent::ToolCall call, TimePoint longest) {
  if (bench->is_private && bench->is_private(agent::path_of(call))) bench->wary = true;
  if (bench->mcp && agent::is_mcp_name(call.name)) {
    auto calling = bench->mcp->call(std::move(call), longest, bench->wary);
    agent::ToolResult told = co_await std::move(calling);
    co_return told;
  }
  const bool program = agent::Toolbox::starts_programs(call.name) && bench->checks;
  auto task = [bench, call = std::move(call)] { return bench->toolbox.run(call, bench->stop.get_token()); };
  if (program) {
    auto running = run_program(daemon.checking, bench->checks, std::move(task), bench->ask);
    Result<ToolRun> ran = co_await std::move(running);
    if (!ran) co_return agent::ToolResult{"not executed: " + ran.error().message, true};
    bench->facts.insert(bench->facts.end(), ran->facts.begin(), ran->facts.end());
    co_return std::move(ran->result);
  }
  auto running = offload(daemon.bulk, std::move(task));
  Result<agent::ToolResult> result = co_await std::move(running);
  if (!result) co_return agent::ToolResult{"not executed: " + result.error().message, true};
  co_return *std::move(result);
}

asio::awaitable<agent::Workbench::Verdict> look(Daemon& daemon, BenchPtr bench) {
  auto task = [bench]() -> Result<agent::Workbench::Verdict> {
    const auto changed = bench->overlay.changed();
    agent::Workbench::Verdict verdict{.changed = !changed.empty(), .reasons = {}};
    if (changed.empty()) return verdict;
    auto reasons = agent::verify(changed, {}, Clock::now() + kOutlineLimit, bench->stop.get_token());
    if (!reasons) return tl::unexpected(reasons.error());
    verdict.reasons = *std::move(reasons);
    return verdict;
  };
  auto looking = offload(daemon.bulk, std::move(task));
  Result<agent::Workbench::Verdict> verdict = co_await std::move(looking);
  if (!verdict) co_return agent::Workbench::Verdict{true, {verdict.error().message}};
  if (!bench->checks || !bench->checks->has_check() || !verdict->changed || !verdict->reasons.empty())
    co_return *std::move(verdict);
  auto checking =
      check_change(daemon.checking, bench->checks, bench->overlay.changed(), bench->ask, bench->stop.get_token());
  Checked checked = co_await std::move(checking);
  bench->last_check = std::move(checked.summary);
  bench->gone = std::move(checked.gone);
  bench->facts.insert(bench->facts.end(), checked.facts.begin(), checked.facts.end());
  verdict->judged = checked.judged;
  if (!checked.reason.empty()) verdict->reasons.push_back(std::move(checked.reason));
  co_return *std::move(verdict);
}

asio::awaitable<std::string> diff_of(Daemon& daemon, BenchPtr bench) {
  auto task = [bench] { return agent::unified_diff(bench->overlay.changed()); };
  auto comparing = offload(daemon.bulk, std::move(task));
  Result<std::string> diff = co_await std::move(comparing);
  co_return diff.value_or("");
}

// What the journal begins with: whose task it is, so that it can be gone on with. The message is kept as it is sent.
nlohmann::json task_record(const FixTask& task, const providers::ProviderConfig& provider,
                           const providers::PrivacyRules& rules) {
  const bool local = providers::is_local(provider);
  std::vector<context::Removed> removed;
  const auto message =
      local ? task.message : providers::cleaned(task.message, "the message", rules, removed).value_or("");
  return {{"type", "task"}, {"root", task.document->root}, {"path", task.document->relative_path}, {"line", task.line},
          {"last_line", task.last_line}, {"wanted", agent::name(task.wanted)},
          {"message", message}, {"provider", provider.name}, {"kind", provider.kind}, {"url", provider.url},
          {"model", provider.model}, {"local", local}, {"version", kVersion}};
}

asio::awaitable<bool> keep(Daemon& daemon, std::shared_ptr<agent::Journal> journal, std::vector<std::string> records,
                           bool sync) {
  auto task = [journal, records = std::move(records), sync] { return journal->append(records, sync); };
  auto writing = offload(daemon.bulk, std::move(task));
  const Result<void> written = co_await std::move(writing);
  if (!written) log::warn("task: {}; it cannot be gone on with later", written.error().message);
  co_return written.has_value();
}

// A place at the server beside the completions that it is asked for; dropping it gives it back.
struct Turn {
  explicit Turn(std::vector<ProviderPtr> at) : providers(std::move(at)) {
    for (const ProviderPtr& p : providers) (void)providers::begin(p->health, providers::Lane::agent, Clock::now());
  }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;
  ~Turn() {
    for (const ProviderPtr& p : providers) providers::leave(p->health, providers::Lane::agent);
  }
  std::vector<ProviderPtr> providers;
};

// Completions go first where they are asked of the same server with the same key.
asio::awaitable<std::shared_ptr<void>> wait_turn(Daemon& daemon, providers::ProviderConfig provider) {
  asio::steady_timer timer(daemon.loop);
  const TimePoint longest = Clock::now() + kTurnLimit;
  auto sharing = daemon.providers.sharing(provider);
  const auto crowded = [](const ProviderPtr& p) {
    return !providers::has_place(p->health, providers::Lane::agent, Clock::now());
  };
  while (std::ranges::any_of(sharing, crowded) && Clock::now() < longest) {
    timer.expires_after(kTurnLook);
    auto waiting = timer.async_wait(asio::as_tuple(asio::use_awaitable));
    const auto [ec] = co_await std::move(waiting);
    if (ec) break;
  }
  co_return std::make_shared<Turn>(std::move(sharing));
}

// Files that this provider must not see look as if they did not exist.
agent::OverlayRules rules_for(const Config& config, const std::string& root, bool local) {
  agent::OverlayRules rules;
  if (local) return rules;
  rules.excluded = [config, root](std::string_view path, bool is_directory) {
    if (is_directory) return false;
    Document file;
    file.root = root;
    file.relative_path = path;
    file.path = root + "/" + file.relative_path;
    apply_file_rules(file, config);
    return file.local_only;
  };
  return rules;
}

agent::Problem problem_of(const context::IndexPtr& index, const Config& config, const FixTask& task) {
  const Document& document = *task.document;
  const size_t line = std::min(task.line, document.text->lines.size()) - 1;
  const size_t end =
      line + 1 < document.text->lines.size() ? document.text->lines[line + 1] - 1 : document.text->utf8.size();
  context::Surroundings around;
  around.index = index;
  around.path = document.relative_path;
  around.root = document.root;
  around.tokens = config.snippet_tokens;
  around.snippets = 12;
  const auto tree = context::parse_until(Clock::now() + kShellParse, document.text, {});
  const auto gathered = context::gather(document.text, end, tree.value_or(context::Tree{}), {4096, 2048, 0, 0}, around);
  agent::Problem problem;
  problem.path = document.relative_path;
  problem.wanted = task.wanted;
  problem.line = line + 1;
  problem.last_line = std::max(problem.line, task.last_line);
  problem.message = task.message;
  problem.first_line = context::line_of(*document.text, gathered.prefix_start) + 1;
  problem.window = gathered.prefix + gathered.suffix;
  problem.lines = document.text->lines.size();
  problem.check = agent::joined(config.agent.check);
  for (const auto& snippet : gathered.snippets) problem.declarations.push_back({snippet.path, snippet.text});
  return problem;
}

}  // namespace

Result<providers::ProviderConfig> agent_provider(const Config& config, const std::string& wanted) {
  const std::string& name = wanted.empty() ? config.agent.provider : wanted;
  if (name.empty()) {
    return fail(Error::Code::bad_input, "no model for fixes: set agent.provider to the name of a provider");
  }
  const auto at = std::ranges::find(config.providers, name, &providers::ProviderConfig::name);
  if (at == config.providers.end())
    return fail(Error::Code::bad_input, fmt::format("no provider is named \"{}\"", name));
  auto provider = providers::with_defaults(*at);
  const auto& allowed = config.jurisdictions;
  const bool may = providers::is_local(provider) || std::ranges::find(allowed, "any") != allowed.end() ||
                   std::ranges::find(allowed, provider.jurisdiction) != allowed.end();
  if (may) return provider;
  return fail(Error::Code::refused,
              fmt::format("{} processes text in \"{}\", which privacy.jurisdictions does not list", name,
                          provider.jurisdiction));
}

asio::awaitable<Fix> fix(Daemon& daemon, Config config, providers::ProviderConfig provider, FixTask task,
                         std::function<void(std::string)> progress) {
  const bool local = providers::is_local(provider);
  const std::string root = task.document->root, path = task.document->relative_path;
  Fix out;
  out.provider = provider.name;
  if (!local && task.document->local_only) {
    out.outcome.words = path + ": " + task.document->local_only_why;
    co_return out;
  }
  std::vector<agent::Diagnostic> diagnostics;
  if (!task.message.empty()) {
    agent::Diagnostic& told = diagnostics.emplace_back();
    told.path = path;
    told.line = task.line;
    told.message = task.message;
  }
  const context::IndexPtr index = daemon.workspaces.index(root);
  auto preparing = prepare_checks(daemon.checking, config, task);
  const ChecksPtr checks = co_await std::move(preparing);
  const auto bench = std::make_shared<Bench>(root, std::move(task.buffers), rules_for(config, root, local), index,
                                             std::move(diagnostics));
  const StopAtEnd at_end{bench};
  bench->toolbox.mark_seen(path);
  bench->use(checks, daemon.checking.stopping());
  bench->ask = task.consent;
  bench->is_private = [excluded = rules_for(config, root, false).excluded](const std::string& file) {
    return !file.empty() && excluded(file, false);
  };
  if (task.wanted == agent::Wanted::explanation) bench->toolbox.only_read();
  if (checks) start_baseline(daemon.checking, checks, bench->stop.get_token());
  auto read = [index, config, task] { return problem_of(index, config, task); };
  auto reading = offload(daemon.bulk, std::move(read));
  const Result<agent::Problem> problem = co_await std::move(reading);
  if (!problem) {
    out.outcome.words = problem.error().message;
    co_return out;
  }
  const TimePoint longest = Clock::now() + config.agent.time;
  const auto rules = privacy_rules(config, root, {});
  const bool answers = task.wanted == agent::Wanted::explanation;
  // What their tools do is not known, and an explanation changes nothing.
  if (!answers)
    bench->mcp = mcp_servers(daemon, config, rules, {.consent = task.consent, .tell = progress, .local = local});
  if (bench->mcp) {
    auto connecting = bench->mcp->open(longest);
    co_await std::move(connecting);
  }
  agent::Workbench work;
  work.schemas = schemas_of(*bench);
  work.run = [&daemon, bench, longest](agent::ToolCall call) {
    return run_tool(daemon, bench, std::move(call), longest);
  };
  if (bench->mcp) work.renew = [bench, longest] { return renewed(bench, longest); };
  work.turn = [&daemon, provider] { return wait_turn(daemon, provider); };
  work.verify = [&daemon, bench] { return look(daemon, bench); };
  work.facts = [bench] { return std::exchange(bench->facts, {}); };
  if (const auto journal = task.journal) {
    work.record = [&daemon, journal](std::vector<std::string> records, bool sync) {
      return keep(daemon, journal, std::move(records), sync);
    };
    work.diff = [&daemon, bench] { return diff_of(daemon, bench); };
  }
  bool unkept = false;
  if (task.journal && !task.earlier) {
    std::vector<std::string> first = {
        task_record(task, provider, *rules).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)};
    auto keeping = keep(daemon, task.journal, std::move(first), false);
    const bool kept = co_await std::move(keeping);
    if (!kept) work.record = nullptr;
    unkept = !kept;
  }
  const auto before = std::chrono::duration<double>(task.earlier ? task.earlier->seconds : 0);
  agent::Limits limits{.steps = config.agent.max_steps,
                       .deadline = Clock::now() + config.agent.time - std::chrono::duration_cast<Duration>(before),
                       .spending = {.tokens = config.agent.max_tokens, .cost = config.agent.max_cost_usd,
                                    .price = providers::price_of(provider)},
                       .tools = config.agent.tools,
                       .answers = answers};
  agent::Start start{.messages = agent::first_messages(*problem), .earlier = std::move(task.earlier)};
  auto running = agent::run_loop(daemon.http, std::move(provider), rules, std::move(start), std::move(work), limits,
                                 std::move(progress));
  out.outcome = co_await std::move(running);
  if (bench->mcp) {
    auto ending = bench->mcp->end();
    co_await std::move(ending);
  }
  out.outcome.unkept = out.outcome.unkept || unkept;
  out.files = bench->overlay.changed();
  out.check = bench->last_check;
  out.gone = bench->gone;
  out.review = agent::review_of(out.files);
  co_return out;
}

}  // namespace fimd::lsp

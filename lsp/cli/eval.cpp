#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <stop_token>

#include "context/hash.h"
#include "lsp/buffers.h"
#include "lsp/cli/commands.h"
#include "lsp/completion.h"
#include "lsp/eval/report.h"
#include "lsp/eval/tasks.h"
#include "lsp/folders.h"
#include "lsp/privacy.h"
#include "lsp/protocol.h"

namespace fimd::lsp::cli {
namespace {

using nlohmann::json;

constexpr size_t kBarWidth = 30;

std::vector<std::string> indexed_files(const context::Index& index) {
  std::vector<std::string> out;
  for (context::FileId file = 0; file < index.files(); ++file) {
    if (index.is_outlined(file)) out.emplace_back(index.path(file));
  }
  return out;
}

std::vector<std::string> names_in(const std::string& list) {
  std::vector<std::string> out;
  for (size_t at = 0; at <= list.size();) {
    const size_t end = std::min(list.find(',', at), list.size());
    if (end > at) out.push_back(list.substr(at, end - at));
    at = end + 1;
  }
  return out;
}

size_t errors_with(const std::shared_ptr<Document>& document, const EvalTask& task, std::string_view text) {
  std::string whole = task.text;
  whole.insert(task.offset, text);
  auto snapshot =
      std::make_shared<const context::Text>(context::make_text("", 1, document->text->language, std::move(whole)));
  const auto tree = context::parse_until(Clock::now() + kShellParse, std::move(snapshot), std::stop_token());
  return tree && *tree ? tree->errors() : 0;
}

std::shared_ptr<Document> document_of(const EvalTask& task, const std::string& root, const Config& config) {
  auto document = std::make_shared<Document>();
  document->path = root + "/" + task.path;
  document->uri = uri_of_path(document->path);
  document->root = root;
  document->relative_path = task.path;
  document->text = std::make_shared<const context::Text>(
      context::make_text(document->uri, 1, language_for("", document->path), task.text));
  document->cursor = task.offset;
  apply_file_rules(*document, config);
  return document;
}

// One place, asked as an editor would, within the real budget.
EvalAnswer ask(Shell& shell, const EvalTask& task, const std::string& root) {
  const auto document = document_of(task, root, shell.configuration.now());
  Buffers buffers(shell.daemon);
  buffers.opened(document);  // the index must not know what is hidden
  Completion completion(shell.daemon, shell.configuration);
  completion.opened(document);
  EvalAnswer answer;
  std::string text;
  const TimePoint from = Clock::now();
  shell.run([&](std::function<void()> done) {
    const Config::Completion& rules = shell.configuration.now().completion;
    Ask question{document->text, document->cursor, Budget::from(from, rules.soft, rules.hard), false};
    completion.request(document, std::move(question), [&text, done](Answered result) {
      if (!result.items.empty()) text = result.items.front().text;
      done();
    });
  });
  answer.ms = to_ms(Clock::now() - from);
  answer.answered = !text.empty();
  answer.late = text.empty() && completion.in_air(document->uri);
  answer.score = score(task.hidden, text);
  answer.score.valid = answer.answered && errors_with(document, task, text) <= errors_with(document, task, task.hidden);
  completion.closed(document->uri);
  buffers.end();
  return answer;
}

void draw(const std::string& provider, size_t done, size_t total) {
  if (::isatty(STDERR_FILENO) == 0) return;
  const size_t full = total == 0 ? 0 : done * kBarWidth / total;
  std::fprintf(stderr, "\r[%s%s] %s: %zu of %zu\x1b[K", std::string(full, '#').c_str(),
               std::string(kBarWidth - full, '.').c_str(), provider.c_str(), done, total);
  if (done == total) std::fprintf(stderr, "\n");
}

EvalCost cost_since(const EvalCost& before, const Daemon& daemon) {
  EvalCost now;
  for (const auto& [name, p] : daemon.metrics.providers) {
    now.tokens_in += p.prompt_tokens;
    now.tokens_out += p.output_tokens;
    now.usd += p.usd;
  }
  return {now.tokens_in - before.tokens_in, now.tokens_out - before.tokens_out, now.usd - before.usd};
}

// Errors: bad_input.
Result<void> choose(Configuration& configuration, const std::string& name) {
  if (name.starts_with('@')) return configuration.force_arm(name.substr(1));
  for (const auto& problem : configuration.set_key("completion.providers=" + json(std::vector{name}).dump())) {
    return fail(Error::Code::bad_input, "configuration: " + problem.path + " " + problem.what);
  }
  return {};
}

// All tasks for one provider, or for the "@arm" of an experiment, from where an earlier run has stopped.
Result<EvalCost> run_provider(Shell& shell, const std::string& name, const std::vector<EvalTask>& tasks,
                              const std::string& root, EvalJournal& journal) {
  shell.daemon.memory.forget();  // what another arm's model said for the same places
  if (auto chosen = choose(shell.configuration, name); !chosen) return tl::unexpected(chosen.error());
  shell.wait_for_providers();
  const EvalCost before = cost_since({}, shell.daemon);
  const auto known = journal.answers().find(name);
  for (size_t i = known == journal.answers().end() ? 0 : known->second.size(); i < tasks.size(); ++i) {
    EvalAnswer answer = ask(shell, tasks[i], root);
    answer.task = i;
    if (auto added = journal.add(name, answer); !added) return tl::unexpected(added.error());
    draw(name, i + 1, tasks.size());
  }
  return cost_since(before, shell.daemon);
}

}  // namespace

int eval(const EvalChoice& choice, const Common& common) {
  std::error_code ec;
  const std::string root = std::filesystem::weakly_canonical(common.root.empty() ? "." : common.root, ec).string();
  Shell shell;
  if (auto configured = shell.configure(common, root); !configured) return complain(configured.error());
  std::vector<std::string> names = names_in(choice.providers);
  for (const std::string& arm : names_in(choice.arms)) names.push_back("@" + arm);
  if (names.empty()) names = shell.configuration.now().completion.providers;
  shell.wait_for_index(root);
  const auto tasks = make_tasks(root, indexed_files(*shell.daemon.workspaces.index(root)), choice.count, choice.seed);
  if (!tasks) return complain(tasks.error());
  std::string all;
  for (const EvalTask& task : *tasks) all += task.path + "\n" + task.text + "\n" + task.hidden + "\n";
  const std::string key = fmt::format("{:016x}", context::hash_bytes(all));
  const std::string folder = state_folder();
  if (folder.empty()) return complain({Error::Code::not_found, "eval: there is no home folder"});
  auto journal = EvalJournal::open(fmt::format("{}/eval/{:016x}.jsonl", folder, context::hash_bytes(root)), key);
  if (!journal) return complain(journal.error());
  std::map<std::string, EvalCost> costs;
  for (const std::string& name : names) {
    const auto cost = run_provider(shell, name, *tasks, root, *journal);
    if (!cost) return complain(cost.error());
    costs[name] = *cost;
  }
  const auto commits = std::count_if(tasks->begin(), tasks->end(), [](const EvalTask& t) { return t.from != "file"; });
  const EvalReport report =
      report_of(journal->answers(), names, costs, tasks->size(), static_cast<size_t>(commits), choice.seed);
  journal->forget();
  if (!choice.html.empty()) return write_page(choice.html, as_page(report));
  const std::string text =
      common.json ? to_json(report).dump(2, ' ', false, json::error_handler_t::replace) + "\n" : as_text(report);
  std::fputs(text.c_str(), stdout);
  return 0;
}

}  // namespace fimd::lsp::cli

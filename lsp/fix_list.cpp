#include "lsp/fix_list.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <tuple>

#include "lsp/privacy.h"
#include "lsp/protocol.h"
#include "providers/agent/baseline.h"
#include "providers/agent/beneath.h"
#include "providers/agent/diff.h"
#include "providers/agent/tool_text.h"

namespace fimd::lsp {
namespace agent = providers::agent;
namespace asio = boost::asio;
using State = ListedProblem::State;

namespace {

constexpr size_t kListedFileBytes = 2U << 20;

std::vector<agent::Finding> parsed_list(std::string_view output, const std::string& root,
                                        const std::string& directory) {
  const agent::BeneathFiles disk(root);
  const auto text_of = [&disk](const std::string& path) -> std::optional<std::string> {
    auto text = disk.read(path, kListedFileBytes);
    return text ? std::optional(*std::move(text)) : std::nullopt;
  };
  return agent::parse_check_output(output, {root, directory, text_of});
}

size_t in_workspace(const std::vector<agent::Finding>& found) {
  return static_cast<size_t>(
      std::ranges::count_if(found, [](const agent::Finding& each) { return !each.line_text.empty(); }));
}

// The document as it is after the repairs so far. Errors: as of BeneathFiles::read().
Result<std::shared_ptr<Document>> document_of(const std::string& root, const std::string& path, const Changes& changes,
                                              const Config& config) {
  std::string text;
  if (const std::string* changed = changes.text(path)) {
    text = *changed;
  } else {
    auto read = agent::BeneathFiles(root).read(path, kListedFileBytes);
    if (!read) return tl::unexpected(read.error());
    text = *std::move(read);
  }
  auto document = std::make_shared<Document>();
  document->root = root;
  document->relative_path = path;
  document->path = root + "/" + path;
  document->uri = uri_of_path(document->path);
  document->text = std::make_shared<const context::Text>(
      context::make_text(document->uri, 1, language_for("", document->path), std::move(text)));
  apply_file_rules(*document, config);
  return document;
}

// Takes over what a task came to.
void settle_problem(ListedProblem& problem, Fix fixed, bool line_changed, Changes& changes) {
  using End = agent::LoopOutcome::End;
  const End end = fixed.outcome.end;
  problem.words = fixed.outcome.words;
  problem.state = end == End::verified                    ? State::fixed
                  : end == End::unproven                  ? State::unproven
                  : end == End::no_edit && line_changed ? State::gone
                                                          : State::unfixed;
  if (agent::is_offered(end)) changes.add(fixed.files);
  problem.fix = std::move(fixed);
  problem.fix.files.clear();
}

// What the check had reported before a repair and reports no more is not asked about.
void mark_gone(std::span<ListedProblem> later, const std::vector<std::string>& gone, const std::string& with) {
  for (ListedProblem& each : later) {
    if (each.state != State::waiting || std::ranges::find(gone, agent::key_of(each.finding)) == gone.end()) continue;
    each.state = State::gone;
    each.words = "the check reports it no more after " + with;
  }
}

}  // namespace

const char* name(State state) {
  switch (state) {
    case State::waiting: return "waiting";
    case State::fixed: return "fixed";
    case State::unproven: return "not verified";
    case State::gone: return "gone";
    case State::unfixed: return "not fixed";
    case State::elsewhere: return "elsewhere";
  }
  return "waiting";
}

Result<std::vector<ListedProblem>> problems_in(std::string_view output, const std::string& root,
                                               const std::string& directory) {
  auto found = parsed_list(output, root, directory);
  if (!directory.empty()) {
    auto from_root = parsed_list(output, root, "");
    if (in_workspace(from_root) > in_workspace(found)) found = std::move(from_root);
  }
  std::vector<ListedProblem> out;
  std::set<std::tuple<std::string, size_t, std::string>> seen;
  const agent::BeneathFiles disk(root);
  for (agent::Finding& each : found) {
    const bool counts = each.what.severity == agent::Severity::error || each.what.severity == agent::Severity::warning;
    if (!counts || each.what.path.empty() || !seen.emplace(each.what.path, each.what.line, each.what.message).second)
      continue;
    ListedProblem& problem = out.emplace_back();
    const auto text = disk.read(each.what.path, kListedFileBytes);
    if (!text) {
      problem.state = State::elsewhere;
      problem.words = text.error().message;
    }
    problem.finding = std::move(each);
  }
  if (out.empty())
    return fail(
        Error::Code::not_found,
        "no problem with a place is in it (known: gcc, clang, tsc, eslint, Python, pytest, Go, Rust, Java, SARIF)");
  std::stable_partition(out.begin(), out.end(),
                        [](const ListedProblem& each) { return each.finding.what.severity == agent::Severity::error; });
  return out;
}

void Changes::add(const std::vector<agent::ChangedFile>& files) {
  for (const agent::ChangedFile& file : files) {
    const auto [at, first] = files_.try_emplace(file.path, file);
    if (!first) at->second.current = file.current;
    at->second.version.reset();
  }
}

std::vector<agent::ChangedFile> Changes::files() const {
  std::vector<agent::ChangedFile> out;
  for (const auto& [path, file] : files_) {
    if (file.original != file.current) out.push_back(file);
  }
  return out;
}

std::vector<agent::OpenBuffer> Changes::buffers(const std::string& root) const {
  std::vector<agent::OpenBuffer> out;
  for (const auto& [path, file] : files_) {
    const std::string whole = root + "/" + path;
    auto text = context::make_text(uri_of_path(whole), 1, language_for("", whole), file.current);
    out.push_back({path, std::make_shared<const context::Text>(std::move(text))});
  }
  return out;
}

const std::string* Changes::text(const std::string& path) const {
  const auto at = files_.find(path);
  return at == files_.end() ? nullptr : &at->second.current;
}

Changes::Line Changes::now(const std::string& path, size_t line) const {
  const auto at = files_.find(path);
  if (at == files_.end() || !at->second.original || line == 0) return {line, false};
  const auto before = agent::split_lines(*at->second.original), after = agent::split_lines(at->second.current);
  size_t mapped = line - 1;
  for (const agent::LineChange& change : agent::changes(before, after)) {
    if (change.before > line - 1) break;
    if (change.before_end > line - 1) return {std::min(change.after, std::max<size_t>(after.size(), 1) - 1) + 1, true};
    mapped = line - 1 - change.before_end + change.after_end;
  }
  return {mapped + 1, false};
}

asio::awaitable<FixList> fix_list(Daemon& daemon, Config config, providers::ProviderConfig provider,
                                  std::vector<ListedProblem> problems, FixListOptions options) {
  Changes changes;
  size_t tasks = 0;
  for (size_t i = 0; i < problems.size(); ++i) {
    ListedProblem& problem = problems[i];
    if (problem.state != State::waiting) continue;
    if (options.limit > 0 && tasks == options.limit) {
      problem.words = "the limit of tasks was reached";
      continue;
    }
    ++tasks;
    const agent::Diagnostic& what = problem.finding.what;
    const Changes::Line line = changes.now(what.path, what.line);
    const std::string place = fmt::format("{}:{}", agent::shown_line(what.path), what.line);
    options.progress(fmt::format("{} of {}: {}: {}", i + 1, problems.size(), place, agent::shown_line(what.message)));
    auto document = document_of(options.root, what.path, changes, config);
    if (!document) {
      problem.state = State::elsewhere;
      problem.words = document.error().message;
      continue;
    }
    FixTask task{.document = *document,
                 .line = std::clamp<size_t>(line.number, 1, (*document)->text->lines.size()),
                 .message = what.message};
    task.buffers = changes.buffers(options.root);
    task.consent = options.consent;
    if (auto kept = options.journal ? options.journal() : std::nullopt) {
      task.journal = kept->journal;
      problem.task = kept->id;
    }
    auto fixing = fix(daemon, config, provider, std::move(task), options.progress);
    Fix fixed = co_await std::move(fixing);
    const bool failed = fixed.outcome.end == agent::LoopOutcome::End::failed;
    const std::vector<std::string> gone =
        agent::is_offered(fixed.outcome.end) ? fixed.gone : std::vector<std::string>();
    settle_problem(problem, std::move(fixed), line.changed, changes);
    options.progress(fmt::format("{}: {}: {}", place, name(problem.state), problem.words));
    mark_gone(std::span(problems).subspan(i + 1), gone, "the repair of " + place);
    if (!failed) continue;
    for (ListedProblem& later : std::span(problems).subspan(i + 1)) {
      if (later.state == State::waiting) later.words = "not tried, as the task before it failed";
    }
    break;
  }
  FixList out;
  out.files = changes.files();
  out.problems = std::move(problems);
  co_return out;
}

}  // namespace fimd::lsp

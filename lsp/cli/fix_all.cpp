#include <algorithm>

#include <boost/asio/co_spawn.hpp>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>

#include "lsp/cli/commands.h"
#include "lsp/cli/fix_report.h"
#include "lsp/fix_list.h"
#include "providers/agent/diff.h"
#include "providers/agent/tool_text.h"

namespace fimd::lsp::cli {
namespace {

using nlohmann::json;
using State = ListedProblem::State;

constexpr int kNothingBegun = 2;
constexpr size_t kMostOutput = 32U << 20;

int give_up(const Error& error) {
  complain(error);
  return kNothingBegun;
}

Result<std::string> read_output(const std::string& file) {
  std::error_code ec;
  if (file != "-" && std::filesystem::is_directory(file, ec)) return fail(Error::Code::io, file + ": is a folder");
  const auto close = [](std::FILE* f) { if (f != stdin) std::fclose(f); };
  const std::unique_ptr<std::FILE, decltype(close)> in(file == "-" ? stdin : std::fopen(file.c_str(), "rb"), close);
  if (!in) return fail(Error::Code::not_found, file + ": " + std::strerror(errno));
  std::string out;
  char piece[1 << 16];
  while (const size_t got = std::fread(piece, 1, sizeof piece, in.get())) {
    out.append(piece, got);
    if (out.size() > kMostOutput) return fail(Error::Code::bad_input, file + ": is larger than 32 MB");
  }
  if (std::ferror(in.get())) return fail(Error::Code::io, file + ": cannot be read");
  return out;
}

// Where the command ran, as seen from the root.
std::string folder_in(const std::string& root) {
  std::error_code ec;
  const std::string here = std::filesystem::current_path(ec).string();
  return here.starts_with(root + "/") ? here.substr(root.size() + 1) : "";
}

json problem_json(const ListedProblem& each) {
  const auto& outcome = each.fix.outcome;
  return {{"path", each.finding.what.path},
          {"line", each.finding.what.line},
          {"message", each.finding.what.message},
          {"result", name(each.state)},
          {"words", each.words},
          {"task", each.task},
          {"check", each.fix.check},
          {"review", each.fix.review},
          {"steps", outcome.steps},
          {"tokens", {{"in", outcome.spent.in}, {"cached", outcome.spent.cached}, {"out", outcome.spent.out}}}};
}

void print_summary(const FixList& list, size_t done) {
  std::fprintf(stderr, "\n");
  for (const ListedProblem& each : list.problems) {
    const std::string place = providers::agent::shown_line(each.finding.what.path);
    std::fprintf(stderr, "%-12s %s:%zu  %s\n", name(each.state), place.c_str(), each.finding.what.line,
                 providers::agent::shown_line(each.finding.what.message).c_str());
    if (each.state == State::unproven) std::fprintf(stderr, "          check: %s\n", each.fix.check.c_str());
    else if (each.state != State::fixed) std::fprintf(stderr, "          %s\n", each.words.c_str());
    for (const auto& look : each.fix.review) std::fprintf(stderr, "          look at this: %s\n", look.c_str());
  }
  std::fprintf(stderr, "%zu of %zu problems are fixed or gone\n", done, list.problems.size());
}

// Prints what came of it, and writes it with `apply`. Returns the exit code.
int report_list(const FixList& list, const std::string& root, bool apply, bool as_json) {
  const auto good = [](const ListedProblem& each) { return each.state == State::fixed || each.state == State::gone; };
  const auto done = static_cast<size_t>(std::ranges::count_if(list.problems, good));
  const std::string diff = providers::agent::unified_diff(list.files);
  if (as_json) {
    json out = {{"problems", json::array()}, {"diff", diff}, {"done", done}};
    for (const ListedProblem& each : list.problems) out["problems"].push_back(problem_json(each));
    std::printf("%s\n", out.dump(2, ' ', false, json::error_handler_t::replace).c_str());
  } else {
    std::printf("%s", diff.c_str());
    std::fflush(stdout);
    print_summary(list, done);
  }
  if (apply) {
    if (const auto written = write_files(root, list.files); !written) return complain(written.error());
  }
  return done == list.problems.size() ? 0 : 1;
}

}  // namespace

int fix_all(const FixListChoice& choice, const FixOptions& options, const Common& common) {
  const auto output = read_output(choice.file);
  if (!output) return give_up(output.error());
  const std::string root = root_for(common.root, "./output");
  auto problems = problems_in(*output, root, folder_in(root));
  if (!problems) return give_up({problems.error().code, choice.file + ": " + problems.error().message});
  Common without_provider = common;
  without_provider.provider.clear();  // it names the agent's model here
  if (!options.check.empty()) without_provider.settings.push_back("agent.check=" + json(options.check).dump());
  Shell shell;
  if (auto configured = shell.configure(without_provider, root); !configured) return give_up(configured.error());
  const auto provider = agent_provider(shell.configuration.now(), common.provider);
  if (!provider) return give_up(provider.error());
  shell.wait_for_index(root);

  FixListOptions how{
      .root = root, .limit = choice.limit, .consent = consent_of(shell, common.json), .journal = {}, .progress = {}};
  how.progress = [quiet = common.json](const std::string& step) {
    if (!quiet) std::fprintf(stderr, "%s\n", step.c_str());
  };
  how.journal = []() -> std::optional<NewTask> {
    auto kept = new_task(std::chrono::system_clock::now());
    if (kept) return *std::move(kept);
    std::fprintf(stderr, "fimd: the task is not kept: %s\n", kept.error().message.c_str());
    return std::nullopt;
  };
  std::optional<FixList> list;
  shell.run([&](std::function<void()> done) {
    auto fixing = fix_list(shell.daemon, shell.configuration.now(), *provider, *std::move(problems), std::move(how));
    boost::asio::co_spawn(shell.daemon.loop, std::move(fixing), [&list, done](std::exception_ptr thrown, FixList made) {
      if (!thrown) list = std::move(made);
      done();
    });
  });
  if (!list) return give_up({Error::Code::internal, "the repairs ended with a fault"});
  return report_list(*list, root, options.apply, common.json);
}

}  // namespace fimd::lsp::cli

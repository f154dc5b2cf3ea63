#include <fmt/core.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <thread>

#include "lsp/cli/fix_report.h"
#include "providers/agent/diff.h"

namespace fimd::lsp::cli {
namespace {

using nlohmann::json;
using providers::agent::ChangedFile;
using End = providers::agent::LoopOutcome::End;

// Written aside and renamed. Errors: io (also when the file is not any more what the change was made from).
Result<void> write_file(const std::string& root, const ChangedFile& file) {
  namespace fs = std::filesystem;
  const std::string path = root + "/" + file.path, aside = path + ".fimd-" + std::to_string(::getpid());
  std::ifstream in(path, std::ios::binary);
  const std::string now{std::istreambuf_iterator<char>(in), {}};
  if (file.original ? now != *file.original : fs::exists(path)) {
    return fail(Error::Code::io, file.path + ": has changed in the meantime; nothing was written to it");
  }
  std::error_code ec;
  fs::create_directories(fs::path(path).parent_path(), ec);
  std::ofstream(aside, std::ios::binary) << file.current;
  if (file.original) fs::permissions(aside, fs::status(path).permissions(), ec);
  fs::rename(aside, path, ec);
  if (ec) return fail(Error::Code::io, file.path + ": cannot be written: " + ec.message());
  return {};
}

}  // namespace

AskUser consent_of(Shell& shell, bool quiet) {
  if (quiet || ::isatty(STDIN_FILENO) == 0 || ::isatty(STDERR_FILENO) == 0) return {};
  return [&loop = shell.daemon.loop](const std::string& question, std::function<void(bool)> answer) {
    std::fprintf(stderr, "%s [y/N] ", question.c_str());
    // A thread of its own, as a read of the terminal ends with the line and with nothing else.
    std::thread([answer = std::move(answer), busy = boost::asio::make_work_guard(loop)]() mutable {
      char line[16] = "";
      const bool yes = std::fgets(line, sizeof line, stdin) != nullptr && (line[0] == 'y' || line[0] == 'Y');
      boost::asio::post(busy.get_executor(), [answer = std::move(answer), yes] { answer(yes); });
    }).detach();
  };
}

Fix run_fix(Shell& shell, const providers::ProviderConfig& provider, FixTask task, bool quiet) {
  Fix result;
  const auto progress = [quiet](const std::string& step) {
    if (!quiet) std::fprintf(stderr, "%s\n", step.c_str());
  };
  shell.run([&](std::function<void()> done) {
    auto fixing = fix(shell.daemon, shell.configuration.now(), provider, std::move(task), progress);
    boost::asio::co_spawn(shell.daemon.loop, std::move(fixing), [&result, done](std::exception_ptr thrown, Fix fixed) {
      if (thrown)
        result.outcome.words = "the task ended with a fault";
      else
        result = std::move(fixed);
      done();
    });
  });
  return result;
}

int report(const Fix& result, const std::string& root, const std::string& id, bool apply, bool as_json) {
  const auto& outcome = result.outcome;
  const bool fixed = is_offered(outcome.end), answered = outcome.end == End::answered;
  const std::string diff = providers::agent::unified_diff(result.files);
  if (as_json) {
    json out = {{"result", name(outcome.end)},
                {"words", outcome.words},
                {"diff", diff},
                {"task", id},
                {"provider", result.provider},
                {"steps", outcome.steps},
                {"check", result.check},
                {"review", result.review},
                {"tokens",
                 {{"in", outcome.spent.in},
                  {"cached", outcome.spent.cached},
                  {"out", outcome.spent.out},
                  {"estimated", outcome.spent.estimated}}}};
    if (answered) out["answer"] = outcome.answer;
    if (outcome.cost) out["cost"] = *outcome.cost;
    if (outcome.unkept) out["kept"] = false;
    std::printf("%s\n", out.dump(2, ' ', false, json::error_handler_t::replace).c_str());
  } else {
    if (fixed) std::printf("%s", diff.c_str());
    if (answered) std::printf("%s\n", outcome.answer.c_str());
    for (const auto& each : outcome.removed)
      std::fprintf(stderr, "removed %s: %s\n", each.what.c_str(), each.why.c_str());
    for (const auto& each : result.review) std::fprintf(stderr, "look at this: %s\n", each.c_str());
    if (!result.check.empty()) std::fprintf(stderr, "check: %s\n", result.check.c_str());
    if (!answered) std::fprintf(stderr, "%s: %s\n", name(outcome.end), outcome.words.c_str());
    const std::string cost = outcome.cost ? fmt::format(", cost {:.4f}", *outcome.cost) : "";
    std::fprintf(stderr, "%d requests, %s%lld tokens in (%lld cached), %lld out%s\n", outcome.steps,
                 outcome.spent.estimated ? "about " : "", static_cast<long long>(outcome.spent.in),
                 static_cast<long long>(outcome.spent.cached), static_cast<long long>(outcome.spent.out), cost.c_str());
    const bool resumable = outcome.end == End::failed || outcome.end == End::limit;
    if (outcome.unkept)
      std::fprintf(stderr, "the task's journal could not be written to the end: what it does not hold is lost%s\n",
                   resumable ? ", and would be done again" : "");
    if (resumable && !id.empty()) std::fprintf(stderr, "go on with: fimd tasks resume %s\n", id.c_str());
  }
  if (!fixed && !answered) return 1;
  if (apply && fixed) {
    const auto written = write_files(root, result.files);
    if (!written) return complain(written.error());
  }
  return outcome.end == End::unproven ? 1 : 0;
}

Result<void> write_files(const std::string& root, const std::vector<ChangedFile>& files) {
  for (const ChangedFile& file : files) {
    if (auto written = write_file(root, file); !written) return written;
  }
  return {};
}

}  // namespace fimd::lsp::cli

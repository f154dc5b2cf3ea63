#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "lsp/cli/commands.h"
#include "lsp/fixing.h"
#include "providers/agent/diff.h"

namespace fimd::lsp::cli {
namespace {

using nlohmann::json;
using providers::agent::ChangedFile;
using End = providers::agent::LoopOutcome::End;

Fix run_fix(Shell& shell, const providers::ProviderConfig& provider, const FixTask& task, bool quiet) {
  Fix result;
  const auto progress = [quiet](const std::string& step) {
    if (!quiet) std::fprintf(stderr, "%s\n", step.c_str());
  };
  shell.run([&](std::function<void()> done) {
    auto fixing = fix(shell.daemon, shell.configuration.now(), provider, task, progress);
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

const char* name(End end) {
  switch (end) {
    case End::verified: return "fixed";
    case End::no_edit: return "no change";
    case End::rejected: return "rejected";
    case End::limit: return "limit";
    case End::failed: return "failed";
  }
  return "failed";
}

}  // namespace

int fix(const std::string& location, const std::string& message, bool apply, const Common& common) {
  const auto at = parse_location(location);
  if (!at) return complain(at.error());
  const std::string root = root_for(common.root, at->file);
  Common without_provider = common;
  without_provider.provider.clear();  // it names the agent's model here
  Shell shell;
  if (auto configured = shell.configure(without_provider, root); !configured) return complain(configured.error());
  const auto provider = agent_provider(shell.configuration.now(), common.provider);
  if (!provider) return complain(provider.error());
  const auto document = shell.open(*at, root);
  if (!document) return complain(document.error());
  if ((*document)->root.empty()) return complain({Error::Code::bad_input, at->file + ": lies outside of " + root});
  shell.wait_for_index(root);

  const Fix result = run_fix(shell, *provider, {*document, at->line, message, {}}, common.json);
  const bool fixed = result.outcome.end == End::verified;
  const std::string diff = providers::agent::unified_diff(result.files);
  if (common.json) {
    const json out = {{"result", name(result.outcome.end)}, {"words", result.outcome.words}, {"diff", diff},
                      {"provider", result.provider}, {"steps", result.outcome.steps},
                      {"tokens", {{"in", result.outcome.usage.prompt_tokens.value_or(0)}, {"cached", result.outcome.usage.cached_tokens.value_or(0)},
                                  {"out", result.outcome.usage.output_tokens.value_or(0)}}}};
    std::printf("%s\n", out.dump(2, ' ', false, json::error_handler_t::replace).c_str());
  } else {
    if (fixed) std::printf("%s", diff.c_str());
    for (const auto& each : result.outcome.removed) std::fprintf(stderr, "removed %s: %s\n", each.what.c_str(), each.why.c_str());
    std::fprintf(stderr, "%s: %s\n", name(result.outcome.end), result.outcome.words.c_str());
  }
  if (!fixed) return 1;
  if (!apply) return 0;
  for (const ChangedFile& file : result.files) {
    if (const auto written = write_file(root, file); !written) return complain(written.error());
  }
  return 0;
}

}  // namespace fimd::lsp::cli

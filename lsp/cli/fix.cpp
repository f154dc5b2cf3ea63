#include <nlohmann/json.hpp>

#include "lsp/cli/commands.h"
#include "lsp/cli/fix_report.h"
#include "lsp/tasks.h"

namespace fimd::lsp::cli {

int fix(const std::string& location, const FixOptions& options, const Common& common) {
  const auto at = parse_location(location);
  if (!at) return complain(at.error());
  const std::string root = root_for(common.root, at->file);
  Common without_provider = common;
  without_provider.provider.clear();  // it names the agent's model here
  if (!options.check.empty())
    without_provider.settings.push_back("agent.check=" + nlohmann::json(options.check).dump());
  Shell shell;
  if (auto configured = shell.configure(without_provider, root); !configured) return complain(configured.error());
  const auto provider = agent_provider(shell.configuration.now(), common.provider);
  if (!provider) return complain(provider.error());
  const auto document = shell.open(*at, root);
  if (!document) return complain(document.error());
  if ((*document)->root.empty()) return complain({Error::Code::bad_input, at->file + ": lies outside of " + root});
  shell.wait_for_index(root);

  FixTask task{
      .document = *document, .line = at->line, .message = options.message, .consent = consent_of(shell, common.json)};
  auto kept = new_task(std::chrono::system_clock::now());
  if (kept) task.journal = kept->journal;
  else std::fprintf(stderr, "fimd: the task is not kept: %s\n", kept.error().message.c_str());
  const Fix result = run_fix(shell, *provider, std::move(task), common.json);
  return report(result, root, kept ? kept->id : "", options.apply, common.json);
}

}  // namespace fimd::lsp::cli

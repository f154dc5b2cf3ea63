#include <cstdio>

#include "lsp/cli/commands.h"

namespace fimd::lsp::cli {

int config(const std::string& action, const std::string& argument, const Common& common) {
  if (action == "schema") {
    std::printf("%s\n", config_schema().dump(2).c_str());
    return 0;
  }
  if (action == "trust") {
    const std::string root = argument.empty() ? "." : argument;
    if (auto trusted = trust(root); !trusted) return complain(trusted.error());
    std::printf("the workspace file of %s may now set everything\n", root_for(root, root).c_str());
    return 0;
  }
  Configuration configuration;
  const std::string root = root_for(common.root.empty() ? "." : common.root, ".");
  auto problems = load_files(configuration, std::span(&root, 1));
  for (const auto& setting : common.settings) {
    auto more = configuration.set_key(setting);
    problems.insert(problems.end(), more.begin(), more.end());
  }
  bool fatal = false;
  for (const auto& p : problems) {
    fatal = fatal || p.fatal;
    std::fprintf(stderr, "%s: %s%s%s (%s)\n", p.fatal ? "error" : "warning", p.path.c_str(), p.path.empty() ? "" : " ",
                 p.what.c_str(), p.source.c_str());
  }
  if (action == "check") {
    if (problems.empty()) std::printf("the configuration is valid\n");
    return fatal ? 1 : 0;
  }
  if (const std::string& arm = configuration.now().arm; !arm.empty()) {
    std::fprintf(stderr, "experiments: arm %s is in force for %s on %s\n", arm.c_str(), root.c_str(),
                 configuration.day().c_str());
  }
  std::printf("%s\n", configuration.effective().dump(2).c_str());
  return 0;
}

}  // namespace fimd::lsp::cli

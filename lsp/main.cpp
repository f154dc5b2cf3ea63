// The command line. Nothing is done here but reading it.
#include <sys/prctl.h>

#include <CLI/CLI.hpp>
#include <string>

#include "lsp/cli/arguments.h"
#include "lsp/serve.h"
#include "providers/agent/jail_helper.h"

namespace {

namespace cli = fimd::lsp::cli;

int print(const std::string& text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0) return 0;
  return cli::complain({fimd::Error::Code::io, "standard output cannot be written"});
}

int serve(const cli::Arguments& a) {
  if (!a.connect.empty()) return fimd::lsp::bridge(a.connect, a.spawn, a.common.settings);
  if (!a.doors.editors.empty() || !a.doors.http.empty()) return fimd::lsp::serve_sockets(a.doors, a.common.settings);
  return fimd::lsp::serve_stdio(a.common.settings, a.record);
}

int run(CLI::App& app, const cli::Arguments& a) {
  const auto called = [&](const char* name) { return app.got_subcommand(name); };
  if (called("complete")) return cli::complete(a.location, a.common, a.explain);
  if (called("context")) return cli::context(a.location, a.common);
  if (called("fix") && !a.fix_list.file.empty()) return cli::fix_all(a.fix_list, a.fix, a.common);
  if (called("fix") && a.location.empty()) {
    std::fprintf(stderr, "fimd: fix needs FILE:LINE or --diagnostics FILE\n");
    return 2;
  }
  if (called("fix")) return cli::fix(a.location, a.fix, a.common);
  if (called("tasks")) return cli::tasks(a.task_action, a.argument, a.fix.apply, a.common);
  if (called("index")) return cli::index(a.common);
  if (called("ledger")) return cli::ledger(a.ledger, a.common);
  if (called("stats")) return cli::stats(a.stats, a.common);
  if (called("eval")) return cli::eval(a.eval, a.common);
  if (called("replay")) return cli::replay(a.replay, a.common);
  if (called("doctor")) return cli::doctor(a.common);
  if (called("config")) return cli::config(a.config_action, a.argument, a.common);
  if (called("completions")) return print(cli::completions(a.shell, cli::text_of(app)));
  if (called("manual")) return print(cli::manual(cli::text_of(app)));
  return serve(a);
}

}  // namespace

int main(int argc, char** argv) {
  namespace agent = fimd::providers::agent;
  if (argc == 2 && std::string_view(argv[1]) == agent::kJailHelper) return agent::run_jail_helper();
#ifdef NDEBUG
  // Keys of providers are in this process: no other one of the same user, an MCP server for one, looks into it, and a
  // crash leaves no dump of them.
  ::prctl(PR_SET_DUMPABLE, 0);
#endif
  CLI::App app;
  cli::Arguments arguments;
  cli::describe(app, arguments);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  // A word that is no flag is a misspelt command; flags of editors are tolerated.
  const bool server = app.get_subcommands().empty();
  for (const auto& extra : app.remaining(true)) {
    if (!server || !extra.starts_with("-")) {
      std::fprintf(stderr, "fimd: unexpected: %s (see fimd --help)\n", extra.c_str());
      return 2;
    }
  }
  return run(app, arguments);
}

// The command line. Nothing is done here but reading it.
#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "lsp/cli/commands.h"
#include "lsp/serve.h"
#include "lsp/version.h"
#include "providers/agent/jail_helper.h"

namespace {

using fimd::lsp::cli::Common;

void add_common(CLI::App* command, Common& common, bool provider) {
  command->add_option("--root", common.root, "workspace folder (default: the file's repository)");
  if (provider) command->add_option("--provider", common.provider, "ask only this provider");
  command->add_flag("--json", common.json, "print JSON");
}

}  // namespace

int main(int argc, char** argv) {
  namespace agent = fimd::providers::agent;
  if (argc == 2 && std::string_view(argv[1]) == agent::kJailHelper) return agent::run_jail_helper();
  CLI::App app("fimd: fill-in-the-middle completion for editors that speak LSP");
  app.set_version_flag("--version", std::string(fimd::lsp::kName) + " " + fimd::lsp::kVersion);
  Common common;
  std::string listen, connect, location, message, check, action = "show", task_action = "list", argument;
  bool use_stdio = false, spawn = false, explain = false, apply = false;

  app.add_flag("--stdio", use_stdio, "serve an editor on stdin and stdout (the default)");
  auto* listening = app.add_option("--listen", listen, "serve many editors on unix:PATH or 127.0.0.1:PORT");
  app.add_option("--connect", connect, "bridge stdin and stdout to a daemon")->excludes(listening);
  app.add_flag("--spawn", spawn, "with --connect: start the daemon if none answers");
  app.add_option("--set", common.settings, "set a configuration key: key=value")->allow_extra_args(false);
  app.allow_extras();  // editors pass flags of their own, such as --clientProcessId=N
  app.fallthrough();

  auto* complete = app.add_subcommand("complete", "complete one place of a file");
  complete->add_option("location", location, "FILE:LINE:COLUMN, counted from 1")->required();
  complete->add_flag("--explain", explain, "say what happened and which gates acted");
  add_common(complete, common, true);

  auto* context = app.add_subcommand("context", "show what would be sent for a place of a file");
  context->add_option("location", location, "FILE:LINE:COLUMN, counted from 1")->required();
  add_common(context, common, true);

  auto* fix = app.add_subcommand("fix", "repair a place of a file with the agent's model; prints a diff");
  fix->add_option("location", location, "FILE:LINE")->required();
  fix->add_option("--message", message, "what is wrong or wanted");
  fix->add_flag("--apply", apply, "write the change");
  fix->add_option("--check", check, "the command that the change must pass (agent.check)");
  add_common(fix, common, true);

  auto* tasks = app.add_subcommand("tasks", "the repairs that were kept: list, show ID, resume ID, forget ID");
  tasks->add_option("action", task_action, "list, show, resume or forget")
      ->check(CLI::IsMember({"list", "show", "resume", "forget"}));
  tasks->add_option("id", argument, "the task, or how its name begins");
  tasks->add_flag("--apply", apply, "with resume: write the change");
  add_common(tasks, common, true);

  auto* index = app.add_subcommand("index", "build or refresh the index of a folder");
  add_common(index, common, false);

  fimd::lsp::cli::LedgerChoice entries;
  auto* ledger = app.add_subcommand("ledger", "show what was sent where");
  ledger->add_option("--since", entries.since, "30m, 12h, 7d, or a date like 2026-11-30");
  ledger->add_option("--purpose", entries.purpose, "completion, agent, probe, warm or tokens");
  ledger->add_option("--last", entries.last, "only the newest so many");
  ledger->add_flag("--all", entries.all, "also what did not leave this machine");
  add_common(ledger, common, true);

  fimd::lsp::cli::StatsChoice period;
  auto* stats = app.add_subcommand("stats", "show how fast models were, how suggestions fared, what it cost");
  stats->add_option("--since", period.since, "30m, 12h, 7d, or a date like 2026-11-30");
  stats->add_option("--html", period.html, "write a page to this file");
  add_common(stats, common, true);

  fimd::lsp::cli::EvalChoice trial;
  auto* eval = app.add_subcommand("eval", "hide text of your repository, let providers complete it, and compare them");
  eval->add_option("--providers", trial.providers, "names with commas (default: those of the configuration)");
  eval->add_option("-n", trial.count, "places to ask about (default 100)")->check(CLI::Range(1, 100'000));
  eval->add_option("--html", trial.html, "write a page to this file");
  eval->add_option("--seed", trial.seed, "the same seed asks about the same places");
  add_common(eval, common, false);

  auto* doctor = app.add_subcommand("doctor", "show configuration, providers, grammars, and what leaves this machine");
  add_common(doctor, common, false);

  auto* config = app.add_subcommand("config", "the configuration: schema, show, check, trust DIR");
  config->add_option("action", action, "schema, show, check or trust")
      ->check(CLI::IsMember({"schema", "show", "check", "trust"}));
  config->add_option("argument", argument, "with trust: the folder");
  add_common(config, common, false);

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
  if (complete->parsed()) return fimd::lsp::cli::complete(location, common, explain);
  if (context->parsed()) return fimd::lsp::cli::context(location, common);
  if (fix->parsed()) return fimd::lsp::cli::fix(location, {message, check, apply}, common);
  if (tasks->parsed()) return fimd::lsp::cli::tasks(task_action, argument, apply, common);
  if (index->parsed()) return fimd::lsp::cli::index(common);
  if (ledger->parsed()) return fimd::lsp::cli::ledger(entries, common);
  if (stats->parsed()) return fimd::lsp::cli::stats(period, common);
  if (eval->parsed()) return fimd::lsp::cli::eval(trial, common);
  if (doctor->parsed()) return fimd::lsp::cli::doctor(common);
  if (config->parsed()) return fimd::lsp::cli::config(action, argument, common);
  if (!connect.empty()) return fimd::lsp::bridge(connect, spawn, common.settings);
  if (!listen.empty()) return fimd::lsp::serve_socket(listen, common.settings);
  return fimd::lsp::serve_stdio(common.settings);
}

#include "lsp/cli/arguments.h"

#include <CLI/CLI.hpp>

#include "lsp/version.h"

namespace fimd::lsp::cli {
namespace {

constexpr const char* kEverywhere = "Options of every command";

void add_common(CLI::App* command, Common& common, bool provider) {
  command->add_option("--root", common.root, "workspace folder (default: the file's repository)")->type_name("FOLDER");
  if (provider) command->add_option("--provider", common.provider, "ask only this provider")->type_name("NAME");
  command->add_flag("--json", common.json, "print JSON");
}

void describe_server(CLI::App& app, Arguments& a) {
  app.set_version_flag("--version", std::string(kName) + " " + kVersion);
  auto* stdio = app.add_flag("--stdio", a.stdio, "serve an editor on stdin and stdout (the default)");
  auto* listening = app.add_option("--listen", a.doors.editors, "serve many editors on unix:PATH or 127.0.0.1:PORT");
  listening->type_name("ADDRESS");
  auto* http = app.add_option("--http", a.doors.http, "answer other programs over HTTP on 127.0.0.1:PORT or unix:PATH");
  http->type_name("ADDRESS")->excludes(stdio);
  app.add_option("--http-token", a.doors.http_token, "the file with the token that they need")
      ->type_name("FILE")
      ->needs(http);
  app.add_option("--connect", a.connect, "bridge stdin and stdout to a daemon")
      ->type_name("ADDRESS")
      ->excludes(listening)
      ->excludes(http);
  auto* recording =
      app.add_option("--record", a.record.file, "with --stdio: write the session to this file, text made unreadable");
  recording->type_name("FILE")->excludes(listening)->excludes(http)->excludes("--connect");
  app.add_flag("--record-text", a.record.text, "with --record: keep the text, but for secrets")->needs(recording);
  app.add_flag("--spawn", a.spawn, "with --connect: start the daemon if none answers");
  auto* set = app.add_option("--set", a.common.settings, "set a configuration key: key=value");
  set->allow_extra_args(false)->type_name("KEY=VALUE")->group(kEverywhere);
  app.allow_extras();  // editors pass flags of their own, such as --clientProcessId=N
  app.fallthrough();
}

void describe_places(CLI::App& app, Arguments& a) {
  auto* complete = app.add_subcommand("complete", "complete one place of a file");
  complete->add_option("location", a.location, "counted from 1")->type_name("FILE:LINE:COLUMN")->required();
  complete->add_flag("--explain", a.explain, "say what happened and which gates acted");
  add_common(complete, a.common, true);

  auto* context = app.add_subcommand("context", "show what would be sent for a place of a file");
  context->add_option("location", a.location, "counted from 1")->type_name("FILE:LINE:COLUMN")->required();
  add_common(context, a.common, true);
}

void describe_repairs(CLI::App& app, Arguments& a) {
  auto* fix = app.add_subcommand("fix", "repair a place of a file with the agent's model; prints a diff");
  auto* place = fix->add_option("location", a.location, "counted from 1")->type_name("FILE:LINE");
  auto* listed = fix->add_option("--diagnostics", a.fix_list.file,
                                 "repair what this output of a compiler or test run names; - for stdin");
  listed->type_name("FILE")->excludes(place);
  fix->add_option("--limit", a.fix_list.limit, "with --diagnostics: at most so many repairs")
      ->type_name("COUNT")
      ->needs(listed)
      ->check(CLI::Range(1, 10'000));
  fix->add_option("--message", a.fix.message, "what is wrong or wanted")->type_name("TEXT");
  fix->add_flag("--apply", a.fix.apply, "write the change");
  fix->add_option("--check", a.fix.check, "the command that the change must pass (agent.check)")->type_name("COMMAND");
  add_common(fix, a.common, true);

  auto* tasks = app.add_subcommand("tasks", "the repairs that were kept: list, show ID, resume ID, forget ID");
  tasks->add_option("action", a.task_action, "what to do (default: list)")
      ->type_name("ACTION")
      ->check(CLI::IsMember({"list", "show", "resume", "forget"}));
  tasks->add_option("id", a.argument, "the task, or how its name begins")->type_name("ID");
  tasks->add_flag("--apply", a.fix.apply, "with resume: write the change");
  add_common(tasks, a.common, true);
}

void describe_figures(CLI::App& app, Arguments& a) {
  auto* ledger = app.add_subcommand("ledger", "show what was sent where");
  ledger->add_option("--since", a.ledger.since, "30m, 12h, 7d, or a date like 2026-11-30")->type_name("TIME");
  ledger->add_option("--purpose", a.ledger.purpose, "only what was sent for this")
      ->type_name("PURPOSE")
      ->check(CLI::IsMember({"completion", "agent", "probe", "warm", "tokens"}));
  ledger->add_option("--last", a.ledger.last, "only the newest so many")->type_name("COUNT");
  ledger->add_flag("--all", a.ledger.all, "also what did not leave this machine");
  add_common(ledger, a.common, true);

  auto* stats = app.add_subcommand("stats", "show how fast models were, how suggestions fared, what it cost");
  stats->add_option("--since", a.stats.since, "30m, 12h, 7d, or a date like 2026-11-30")->type_name("TIME");
  stats->add_option("--html", a.stats.html, "write a page to this file")->type_name("FILE");
  add_common(stats, a.common, true);

  auto* eval = app.add_subcommand("eval", "hide text of your repository, let providers complete it, and compare them");
  eval->add_option("--providers", a.eval.providers, "names with commas (default: those of the configuration)")
      ->type_name("NAMES");
  eval->add_option("--arms", a.eval.arms, "arms of experiments with commas, instead of providers")
      ->type_name("NAMES")
      ->excludes("--providers");
  eval->add_option("-n", a.eval.count, "places to ask about (default 100)")
      ->type_name("COUNT")
      ->check(CLI::Range(1, 100'000));
  eval->add_option("--html", a.eval.html, "write a page to this file")->type_name("FILE");
  eval->add_option("--seed", a.eval.seed, "the same seed asks about the same places")->type_name("NUMBER");
  add_common(eval, a.common, false);
}

void describe_replay(CLI::App& app, Arguments& a) {
  auto* replay = app.add_subcommand("replay", "play a recorded session again and show what differs");
  replay->add_option("file", a.replay.file, "what --record has written")->type_name("FILE")->required();
  auto* live = replay->add_flag("--live", a.replay.live, "ask the providers of your configuration");
  replay->add_option("--against", a.replay.against, "ask this URL instead of the recorded providers")
      ->type_name("URL")
      ->excludes(live);
  replay->add_option("--speed", a.replay.speed, "times as fast as it was (default 1)")
      ->type_name("NUMBER")
      ->check(CLI::Range(0.01, 1000.0));
  replay->add_flag("--json", a.common.json, "print JSON");
}

void describe_upkeep(CLI::App& app, Arguments& a) {
  add_common(app.add_subcommand("index", "build or refresh the index of a folder"), a.common, false);
  add_common(app.add_subcommand("doctor", "show configuration, providers, grammars, and what leaves this machine"),
             a.common, false);

  auto* config = app.add_subcommand("config", "the configuration: schema, show, check, trust FOLDER");
  config->add_option("action", a.config_action, "what to do (default: show)")
      ->type_name("ACTION")
      ->check(CLI::IsMember({"schema", "show", "check", "trust"}));
  config->add_option("folder", a.argument, "with trust: the folder")->type_name("FOLDER");
  add_common(config, a.common, false);

  auto* completions = app.add_subcommand("completions", "print what makes a shell complete this command line");
  completions->add_option("shell", a.shell, "for which shell")
      ->type_name("SHELL")
      ->check(CLI::IsMember({"bash", "zsh", "fish"}))
      ->required();
  app.add_subcommand("manual", "print the manual page, for man -l -");
}

// The parser says "TEXT:{a,b}" or "COUNT:INT in [1 - 9]" where it checks a value.
void read_value(const std::string& type, OptionText& text) {
  text.value = type;
  if (const size_t set = type.find(":{"); set != std::string::npos) {
    text.value = type.substr(0, set);
    text.choices = CLI::detail::split(type.substr(set + 2, type.size() - set - 3), ',');
  } else if (const size_t range = type.find(" in ["); range != std::string::npos) {
    text.value = type.substr(0, type.rfind(':', range));
  }
}

OptionText text_of(CLI::Option& option) {
  OptionText text;
  for (const auto& name : option.get_snames()) text.names.push_back("-" + name);
  for (const auto& name : option.get_lnames()) text.names.push_back("--" + name);
  text.about = option.get_description();
  text.required = option.get_required();
  text.everywhere = option.get_group() == kEverywhere;
  if (option.get_items_expected_max() == 0) return text;
  text.repeats = option.get_items_expected_max() > 1;
  read_value(option.get_type_name(), text);
  return text;
}

}  // namespace

void describe(CLI::App& app, Arguments& arguments) {
  app.description("fimd: fill-in-the-middle completion for editors that speak LSP");
  describe_server(app, arguments);
  describe_places(app, arguments);
  describe_repairs(app, arguments);
  describe_figures(app, arguments);
  describe_replay(app, arguments);
  describe_upkeep(app, arguments);
}

CommandText text_of(CLI::App& app) {
  CommandText command{.name = app.get_name(), .about = app.get_description()};
  for (CLI::Option* option : app.get_options()) {
    auto& list = option->get_positional() ? command.operands : command.options;
    list.push_back(text_of(*option));
  }
  for (CLI::App* each : app.get_subcommands([](CLI::App*) { return true; })) command.commands.push_back(text_of(*each));
  return command;
}

std::string completions(const std::string& shell, const CommandText& program) {
  if (shell == "bash") return bash_completions(program);
  if (shell == "zsh") return zsh_completions(program);
  if (shell == "fish") return fish_completions(program);
  return "";
}

}  // namespace fimd::lsp::cli

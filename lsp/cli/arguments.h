// What can be written on the command line, said once: `describe` tells the parser, and --help, the completions of
// shells and the manual are made of what the parser was told. Plain functions, called by the main thread.
#pragma once

#include <string>
#include <vector>

#include "lsp/cli/commands.h"
#include "lsp/serve.h"

namespace CLI {
class App;
}

namespace fimd::lsp::cli {

// Where parsing writes; the commands and main.cpp read it.
struct Arguments {
  Common common;
  Doors doors;
  std::string connect;
  bool stdio = false, spawn = false;
  std::string location;
  bool explain = false;
  FixOptions fix;
  FixListChoice fix_list;
  std::string task_action = "list", config_action = "show", argument;
  LedgerChoice ledger;
  StatsChoice stats;
  EvalChoice eval;
  RecordChoice record;
  ReplayChoice replay;
  std::string shell;  // of `completions`
};

// Adds all options and commands to `app`. `arguments` must outlive it.
void describe(CLI::App& app, Arguments& arguments);

struct OptionText {
  std::vector<std::string> names;    // "-h", "--help"; empty for an operand
  std::string value;                 // "FOLDER", "FILE:LINE"; empty for a flag
  std::string about;                 // a few words, without a period
  std::vector<std::string> choices;  // the only values, if it has such
  bool required = false, repeats = false;
  bool everywhere = false;  // an option of the program that may also follow a command
};

// The program itself (with commands) or one command.
struct CommandText {
  std::string name, about;
  std::vector<OptionText> operands = {}, options = {};
  std::vector<CommandText> commands = {};
};

// What `describe` has told the parser. It asks the parser, which is not const for it.
[[nodiscard]] CommandText text_of(CLI::App& app);

// Completions for a shell: "bash", "zsh" or "fish"; the choices of `fimd completions`. Empty for another.
[[nodiscard]] std::string completions(const std::string& shell, const CommandText& program);
[[nodiscard]] std::string bash_completions(const CommandText& program);
[[nodiscard]] std::string zsh_completions(const CommandText& program);
[[nodiscard]] std::string fish_completions(const CommandText& program);

// The page fimd(1), for man: roff with the macros of man(7).
[[nodiscard]] std::string manual(const CommandText& program);

}  // namespace fimd::lsp::cli

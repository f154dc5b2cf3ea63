// Completions of the command line for bash, zsh and fish.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <set>

#include "lsp/cli/arguments.h"

namespace fimd::lsp::cli {
namespace {

std::string replaced(std::string text, std::string_view what, std::string_view with) {
  for (size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size())) {
    text.replace(at, what.size(), with);
  }
  return text;
}

// For bash and zsh, where a quoted text ends at the first quote.
std::string quoted(const std::string& text) {
  return "'" + replaced(text, "'", "'\\''") + "'";
}

std::string fish_quoted(const std::string& text) {
  return "'" + replaced(replaced(text, "\\", "\\\\"), "'", "\\'") + "'";
}

bool is_file(const OptionText& option) {
  return option.value.starts_with("FILE");
}
bool is_folder(const OptionText& option) {
  return option.value == "FOLDER";
}

// What may follow a command: its own options, and those of the program that hold everywhere.
std::vector<OptionText> options_behind(const CommandText& command, const CommandText& program) {
  std::vector<OptionText> options = command.options;
  for (const auto& each : program.options) {
    if (each.everywhere) options.push_back(each);
  }
  return options;
}

std::string names_of(const std::vector<OptionText>& options) {
  std::vector<std::string> names;
  for (const auto& each : options) names.insert(names.end(), each.names.begin(), each.names.end());
  return fmt::format("{}", fmt::join(names, " "));
}

std::string command_names(const CommandText& program) {
  std::vector<std::string> names;
  for (const auto& each : program.commands) names.push_back(each.name);
  return fmt::format("{}", fmt::join(names, " "));
}

std::string bash_reply(const OptionText& option) {
  if (!option.choices.empty()) return fmt::format("_fimd_reply -W '{}'", fmt::join(option.choices, " "));
  if (is_folder(option)) return "_fimd_reply -d";
  return is_file(option) ? "_fimd_reply -f" : "";
}

std::string bash_values(const std::string& command, const std::vector<OptionText>& options) {
  std::string lines;
  for (const auto& each : options) {
    if (each.value.empty()) continue;
    std::vector<std::string> patterns;
    for (const auto& name : each.names) patterns.push_back(command + ":" + name);
    const std::string reply = bash_reply(each);
    lines += fmt::format("    {}) {}{}return ;;\n", fmt::join(patterns, "|"), reply, reply.empty() ? "" : "; ");
  }
  return lines;
}

// The names of options that take a value, which is no operand.
void add_taking(std::set<std::string>& taking, const std::vector<OptionText>& options) {
  for (const auto& each : options) {
    if (!each.value.empty()) taking.insert(each.names.begin(), each.names.end());
  }
}

constexpr std::string_view kBashHead = R"(# Completions of fimd for bash; fimd completions bash
_fimd_reply() {
  if [ "$1" != -W ]; then compopt -o filenames 2>/dev/null; fi
  mapfile -t COMPREPLY < <(compgen "$@" -- "$word")
}

_fimd() {
  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} command='' operands=0 i
  if [ "$word" = = ]; then word=''; elif [ "$before" = = ]; then before=${COMP_WORDS[COMP_CWORD-2]}; fi
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; ++i)); do
    case ${COMP_WORDS[i]} in
      =|:) ((++i)) ;;  # bash takes words apart there
)";

constexpr std::string_view kZshHead = R"(#compdef fimd
# Completions of fimd for zsh; fimd completions zsh
_fimd() {
  local context state state_descr line
  typeset -A opt_args
)";

constexpr std::string_view kZshFoot = R"(  esac
}

if [ "$funcstack[1]" = _fimd ]; then _fimd "$@"; else compdef _fimd fimd; fi
)";

std::string zsh_text(const std::string& text) {
  return replaced(replaced(replaced(text, "[", "\\["), "]", "\\]"), ":", "\\:");
}

// ":MESSAGE:ACTION" of a value.
std::string zsh_value(const OptionText& option) {
  std::string action = " ";
  if (!option.choices.empty())
    action = fmt::format("({})", fmt::join(option.choices, " "));
  else if (is_folder(option))
    action = "_files -/";
  else if (is_file(option))
    action = "_files";
  return ":" + zsh_text(option.value) + ":" + action;
}

std::string zsh_option(const OptionText& option) {
  const std::string all = fmt::format("({})", fmt::join(option.names, " "));
  std::string lines;
  for (const auto& name : option.names) {
    const std::string once = option.repeats ? "*" : all;
    const std::string equals = option.value.empty() ? "" : name.starts_with("--") ? "=" : "+";
    const std::string value = option.value.empty() ? "" : zsh_value(option);
    lines += " \\\n      " + quoted(once + name + equals + "[" + zsh_text(option.about) + "]" + value);
  }
  return lines;
}

std::string fish_condition(const CommandText& command) {
  return "__fish_seen_subcommand_from " + command.name;
}

std::string fish_option(const OptionText& option, const std::string& condition) {
  std::string line = "complete -c fimd -n " + fish_quoted(condition);
  for (const auto& name : option.names) {
    line += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
  }
  if (!option.choices.empty())
    line += fmt::format(" -x -a '{}'", fmt::join(option.choices, " "));
  else if (is_folder(option))
    line += " -x -a '(__fish_complete_directories (commandline -ct))'";
  else if (is_file(option))
    line += " -r -F";
  else if (!option.value.empty())
    line += " -x";
  return line + " -d " + fish_quoted(option.about) + "\n";
}

// Choices of an operand are offered until one is there.
std::string fish_operand(const OptionText& operand, const CommandText& command) {
  std::string condition = fish_condition(command);
  const std::string start = "complete -c fimd -n ";
  if (!operand.choices.empty()) {
    const std::string choices = fmt::format("{}", fmt::join(operand.choices, " "));
    return start + fish_quoted(condition + "; and not __fish_seen_subcommand_from " + choices) + " -a " +
           fish_quoted(choices) + "\n";
  }
  if (is_folder(operand))
    return start + fish_quoted(condition) + " -a '(__fish_complete_directories (commandline -ct))'\n";
  return is_file(operand) ? start + fish_quoted(condition) + " -F\n" : "";
}

}  // namespace

std::string bash_completions(const CommandText& program) {
  std::string values = bash_values("*", program.options), operands, options;
  std::set<std::string> taking;
  add_taking(taking, program.options);
  for (const auto& command : program.commands) {
    add_taking(taking, command.options);
    values += bash_values(command.name, command.options);
    for (size_t i = 0; i < command.operands.size(); ++i) {
      if (const std::string reply = bash_reply(command.operands[i]); !reply.empty()) {
        operands += fmt::format("    {}:{}) {} ;;\n", command.name, i, reply);
      }
    }
    options +=
        fmt::format("    {}) _fimd_reply -W '{}' ;;\n", command.name, names_of(options_behind(command, program)));
  }
  return std::string(kBashHead) +
         fmt::format("      {}) if [ \"${{COMP_WORDS[i+1]}}\" = = ]; then ((++i)); fi; ((++i)) ;;\n",
                     fmt::join(taking, "|")) +
         "      -*) ;;\n"
         "      *) if [ -z \"$command\" ]; then command=${COMP_WORDS[i]}; else ((++operands)); fi ;;\n"
         "    esac\n  done\n  case $command:$before in\n" +
         values + "  esac\n  case $word:$command:$operands in\n    -*) ;;\n" +
         fmt::format("    *::*) _fimd_reply -W '{}'; return ;;\n", command_names(program)) +
         "    *) _fimd_operand; if [ ${#COMPREPLY[@]} -gt 0 ] || [ -n \"$word\" ]; then return; fi ;;\n"
         "  esac\n  case $command in\n" +
         fmt::format("    '') _fimd_reply -W '{}' ;;\n", names_of(program.options)) + options +
         "  esac\n}\n\n_fimd_operand() {\n  case $command:$operands in\n" + operands +
         "  esac\n}\n\ncomplete -F _fimd fimd\n";
}

std::string zsh_completions(const CommandText& program) {
  std::string text(kZshHead);
  text += "  _arguments -C";
  for (const auto& each : program.options) text += zsh_option(each);
  text +=
      " \\\n      '1:command:->command' \\\n      '*::argument:->argument'\n"
      "  case $state in\n    command)\n      local -a commands=(\n";
  for (const auto& each : program.commands) text += "        " + quoted(each.name + ":" + zsh_text(each.about)) + "\n";
  text += "      )\n      _describe command commands ;;\n    argument)\n      case $line[1] in\n";
  for (const auto& command : program.commands) {
    text += "    " + command.name + ") _arguments";
    for (const auto& each : options_behind(command, program)) text += zsh_option(each);
    for (size_t i = 0; i < command.operands.size(); ++i) {
      const OptionText& operand = command.operands[i];
      text += " \\\n      " + quoted(fmt::format("{}{}{}", i + 1, operand.required ? "" : ":", zsh_value(operand)));
    }
    text += " ;;\n";
  }
  return text + "      esac ;;\n" + std::string(kZshFoot);
}

std::string fish_completions(const CommandText& program) {
  std::string text = "# Completions of fimd for fish; fimd completions fish\ncomplete -c fimd -f\n";
  for (const auto& each : program.options) text += fish_option(each, "__fish_use_subcommand");
  for (const auto& command : program.commands) {
    text += fmt::format("complete -c fimd -n __fish_use_subcommand -a {} -d {}\n", command.name,
                        fish_quoted(command.about));
    for (const auto& each : options_behind(command, program)) text += fish_option(each, fish_condition(command));
    for (const auto& each : command.operands) text += fish_operand(each, command);
  }
  return text;
}

}  // namespace fimd::lsp::cli

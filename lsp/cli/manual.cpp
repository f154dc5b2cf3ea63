// The manual page. What the command line takes comes from its description; the rest is written here.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "lsp/cli/arguments.h"
#include "lsp/version.h"

namespace fimd::lsp::cli {
namespace {

// Text as roff takes it: no escapes, no macro at the start, a minus that can be copied.
std::string roff(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (out.empty() && (c == '.' || c == '\'')) out += "\\&";
    if (c == '\\')
      out += "\\e";
    else if (c == '-')
      out += "\\-";
    else
      out += c;
  }
  return out;
}

std::string bold(std::string_view text) {
  return "\\fB" + roff(text) + "\\fR";
}
std::string italic(std::string_view text) {
  return "\\fI" + roff(text) + "\\fR";
}

std::string sentence(std::string about) {
  if (!about.empty() && about[0] >= 'a' && about[0] <= 'z') about[0] = static_cast<char>(about[0] - 'a' + 'A');
  return roff(about) + ".\n";
}

std::string entry(const OptionText& option) {
  std::string head;
  for (const auto& name : option.names) head += (head.empty() ? "" : ", ") + bold(name);
  if (!option.value.empty()) head += (head.empty() ? "" : " ") + italic(option.value);
  std::string text = ".TP\n" + head + "\n" + sentence(option.about);
  if (!option.choices.empty()) text += roff(fmt::format("One of: {}.", fmt::join(option.choices, ", "))) + "\n";
  return text;
}

std::string usage(const CommandText& command) {
  std::string line = bold("fimd " + command.name);
  for (const auto& each : command.operands) {
    line += each.required ? " " + italic(each.value) : " [" + italic(each.value) + "]";
  }
  return line;
}

std::string synopsis(const CommandText& program) {
  std::string text = ".SH SYNOPSIS\n" + bold("fimd") + " [" + italic("OPTION") + "]...\n";
  for (const auto& each : program.commands) text += ".br\n" + usage(each) + " [" + italic("OPTION") + "]...\n";
  return text;
}

std::string commands(const CommandText& program) {
  std::string text = ".SH COMMANDS\n";
  for (const auto& command : program.commands) {
    text += ".SS " + usage(command) + "\n" + sentence(command.about);
    for (const auto& each : command.operands) text += entry(each);
    for (const auto& each : command.options) {
      if (each.names.back() != "--help") text += entry(each);
    }
  }
  return text;
}

constexpr std::string_view kDescription = R"(.SH DESCRIPTION
.B fimd
completes code where the cursor is.
Editors speak the Language Server Protocol to it, it speaks HTTP to models, and
it answers within a budget of time whatever the models do.
Without a model server it completes lines from the text of the project itself.
.PP
Without a command it serves an editor, on standard input and output or at the
address of
.BR \-\-listen .
Flags that it does not know are ignored then, since editors add their own.
)";

constexpr std::string_view kRest = R"(.SH EXIT STATUS
0 when the command did what it should, 1 when it failed (one line on standard
error says why), 2 when the command line was wrong.
.SH ENVIRONMENT
.TP
.B FIMD_GRAMMARS
A folder to look for grammars in before all others.
.TP
.BR XDG_CONFIG_HOME ", " XDG_CACHE_HOME ", " XDG_STATE_HOME
Where the files below are kept, instead of in the home folder.
.PP
Keys of model providers are read from the variables that the configuration
names in
.IR api_key_env .
.SH FILES
.TP
.I ~/.config/fimd/config.json
The configuration, JSON with comments.
.B fimd config schema
prints all keys with their defaults and meanings.
.TP
.I .fimd/config.json
The configuration of a workspace, which may narrow what is allowed but never
widen it.
.TP
.I ~/.cache/fimd
The index of each workspace; it can be deleted at any time.
.TP
.I ~/.local/state/fimd
The ledger of what was sent where, and the repairs that were kept.
.SH EXAMPLES
.TP
.B fimd complete src/main.c:12:5 \-\-explain
Completes one place and says where the text came from.
.TP
.B fimd doctor
Shows what is in force and why.
.TP
.B fimd \-\-connect unix:/run/user/1000/fimd.sock \-\-spawn
What an editor starts where several windows share one daemon.
.SH SEE ALSO
.IR /usr/share/doc/fimd/README.md ,
or README.md of the sources, has the rest.
)";

}  // namespace

std::string manual(const CommandText& program) {
  std::string text = fmt::format(".TH FIMD 1 \"{}\" \"{} {}\" \"User commands\"\n", kVersionDate, kName, kVersion);
  text += ".SH NAME\nfimd \\- " + roff(program.about.substr(program.about.find(' ') + 1)) + "\n";
  text += synopsis(program) + std::string(kDescription) + ".SH OPTIONS\n";
  for (const auto& each : program.options) text += entry(each);
  return text + commands(program) + std::string(kRest);
}

}  // namespace fimd::lsp::cli

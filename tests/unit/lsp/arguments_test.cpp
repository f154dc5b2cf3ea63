// The command line's description, and what is made of it: completions for shells and the manual page.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <CLI/CLI.hpp>

#include "lsp/cli/arguments.h"

namespace fimd::lsp::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

CommandText program() {
  CLI::App app;
  Arguments arguments;
  describe(app, arguments);
  return text_of(app);
}

const CommandText& command(const CommandText& of, const std::string& name) {
  for (const auto& each : of.commands) {
    if (each.name == name) return each;
  }
  ADD_FAILURE() << "no command " << name;
  return of;
}

const OptionText& option(const CommandText& of, const std::string& name) {
  for (const auto& each : of.options) {
    if (each.names.back() == name) return each;
  }
  ADD_FAILURE() << "no option " << name;
  return of.options.front();
}

TEST(Arguments, WhatTheParserWasToldIsReadBack) {
  const CommandText all = program();
  const CommandText& ledger = command(all, "ledger");
  EXPECT_EQ(ledger.about, "show what was sent where");
  EXPECT_EQ(option(ledger, "--last").value, "COUNT");
  EXPECT_EQ(option(ledger, "--all").value, "");
  EXPECT_EQ(option(ledger, "--purpose").value, "PURPOSE");
  EXPECT_THAT(option(ledger, "--purpose").choices, ElementsAre("completion", "agent", "probe", "warm", "tokens"));
  EXPECT_EQ(option(command(all, "eval"), "-n").value, "COUNT") << "its range is no part of the name";
  EXPECT_THAT(option(all, "--help").names, ElementsAre("-h", "--help"));
  EXPECT_TRUE(option(all, "--set").everywhere);
  EXPECT_TRUE(option(all, "--set").repeats);
  EXPECT_FALSE(option(all, "--listen").everywhere);
  const CommandText& tasks = command(all, "tasks");
  ASSERT_EQ(tasks.operands.size(), 2u);
  EXPECT_THAT(tasks.operands[0].choices, ElementsAre("list", "show", "resume", "forget"));
  EXPECT_FALSE(tasks.operands[0].required);
  ASSERT_EQ(command(all, "complete").operands.size(), 1u);
  EXPECT_EQ(command(all, "complete").operands[0].value, "FILE:LINE:COLUMN");
  EXPECT_TRUE(command(all, "complete").operands[0].required);
}

TEST(Arguments, AnOptionOfTheProgramMayFollowACommand) {
  CLI::App app;
  Arguments arguments;
  describe(app, arguments);
  app.parse("stats --since 7d --set log.level=debug --json --set ledger=false");
  EXPECT_TRUE(app.got_subcommand("stats"));
  EXPECT_EQ(arguments.stats.since, "7d");
  EXPECT_TRUE(arguments.common.json);
  EXPECT_THAT(arguments.common.settings, ElementsAre("log.level=debug", "ledger=false"));
}

TEST(Arguments, AValueThatIsNoChoiceIsRefused) {
  CLI::App app;
  Arguments arguments;
  describe(app, arguments);
  EXPECT_THROW(app.parse("completions powershell"), CLI::ValidationError);
  EXPECT_THROW(app.parse("ledger --purpose nonsense"), CLI::ValidationError);
}

TEST(Completions, EveryCommandAndOptionIsInEachShellsFile) {
  const CommandText all = program();
  for (const std::string shell : {"bash", "zsh", "fish"}) {
    const std::string text = completions(shell, all);
    for (const auto& each : all.commands) {
      EXPECT_THAT(text, HasSubstr(each.name)) << shell;
      for (const auto& of_it : each.options) {
        for (const auto& name : of_it.names) {
          const std::string fish = name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
          EXPECT_THAT(text, HasSubstr(shell == "fish" ? fish : name)) << shell;
        }
      }
    }
  }
  EXPECT_EQ(completions("powershell", all), "");
}

TEST(Completions, AQuoteInADescriptionEndsNoText) {
  const CommandText program{
      .name = "", .about = "", .commands = {{.name = "do", .about = "the user's [own]: a thing"}}};
  EXPECT_THAT(zsh_completions(program), HasSubstr("'do:the user'\\''s \\[own\\]\\: a thing'"));
  EXPECT_THAT(fish_completions(program), HasSubstr("-a do -d 'the user\\'s [own]: a thing'"));
}

TEST(Manual, HasASectionForEachCommandWithItsOptions) {
  const std::string page = manual(program());
  EXPECT_THAT(page, HasSubstr(".TH FIMD 1 "));
  EXPECT_THAT(page, HasSubstr(".SS \\fBfimd complete\\fR \\fIFILE:LINE:COLUMN\\fR\nComplete one place of a file.\n"));
  EXPECT_THAT(page, HasSubstr(".TP\n\\fB\\-\\-purpose\\fR \\fIPURPOSE\\fR\nOnly what was sent for this.\n"
                              "One of: completion, agent, probe, warm, tokens.\n"));
  EXPECT_THAT(page, HasSubstr("fimd tasks\\fR [\\fIACTION\\fR] [\\fIID\\fR]"));
}

TEST(Manual, TextIsNeverTakenForAMacroOrAnEscape) {
  const CommandText program{
      .name = "", .about = "fimd: a thing", .commands = {{.name = "do", .about = ".SH evil \\n"}}};
  EXPECT_THAT(manual(program), HasSubstr("\n\\&.SH evil \\en.\n"));
  EXPECT_THAT(manual(program), Not(HasSubstr("\n.SH evil")));
}

}  // namespace
}  // namespace fimd::lsp::cli

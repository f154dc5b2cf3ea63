// The check of a task: real commands in the best jail of this machine, compared with what they said before the change.
#include "providers/agent/checks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "providers/agent/command_words.h"
#include "providers/agent/review.h"
#include "providers/agent/tools.h"
#include "tests/unit/providers/agent/jail_here.h"

namespace fimd::tests {
namespace {

using namespace providers::agent;
using Verdict = Comparison::Verdict;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class ChecksHere : public testing::Test {
 protected:
  void SetUp() override {
    if (tests::kSanitized) GTEST_SKIP() << tests::kNotSanitized;
    here.jail = probe_jail(here.jail.scratch, own_helper(), {}).jail;
    if (here.jail.rung == JailRung::none) GTEST_SKIP() << "this machine has no jail";
  }
  Checks checks(std::vector<std::string> command, Commands commands = Commands::off, bool asks = false) {
    Diagnostic target;
    target.path = "calc.py";
    target.line = 2;
    CheckSettings settings{.command = std::move(command), .commands = commands, .asks = asks};
    return Checks(here.jail, std::move(settings), here.command.root, unsaved, target);
  }
  static std::vector<ChangedFile> change(const std::string& path, const std::string& from, const std::string& to) {
    return {{path, from, to, std::nullopt}};
  }
  JailHere here{JailRung::full};
  std::vector<ShadowFile> unsaved;
  const std::string broken = "def add(a, b):\n    return a - b)\n", right = "def add(a, b):\n    return a + b\n";
};

TEST_F(ChecksHere, PassesWhatTheCheckPasses) {
  here.top().put("work/calc.py", broken);
  Checks c = checks({"python3", "-m", "py_compile", "calc.py"});
  const auto outcome = c.check(change("calc.py", broken, right), "", {});
  ASSERT_TRUE(outcome) << outcome.error().message;
  EXPECT_EQ(outcome->result.verdict, Verdict::passed);
  EXPECT_EQ(outcome->result.target, Comparison::Target::gone);
  EXPECT_EQ(here.top().get("work/calc.py"), broken);
}

TEST_F(ChecksHere, TellsTheModelWhatIsNewInItsOwnLines) {
  here.top().put("work/calc.py", broken);
  Checks c = checks({"python3", "-m", "py_compile", "calc.py"});
  const auto outcome = c.check(change("calc.py", broken, "def add(a, b):\n    return (a + b\n"), "", {});
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->result.verdict, Verdict::worse);
  EXPECT_THAT(outcome->report, HasSubstr("new problems: 1\n  calc.py:2:"));
  EXPECT_THAT(outcome->report, HasSubstr("was never closed"));
  EXPECT_THAT(outcome->report, HasSubstr("   2| return (a + b"));
}

TEST_F(ChecksHere, SeesUnsavedTextsAndEditsOverThem) {
  here.top().put("work/calc.py", "on disk\n");
  here.top().put("work/other.py", "on disk\n");
  unsaved = {{"calc.py", "unsaved\n"}, {"other.py", "unsaved too\n"}};
  Checks c = checks({"sh", "-c", "cat calc.py other.py; exit 1"});
  const auto outcome = c.check(change("calc.py", "unsaved\n", "edited\n"), "", {});
  ASSERT_TRUE(outcome);
  EXPECT_THAT(outcome->report, HasSubstr("edited\nunsaved too\n"));
}

TEST_F(ChecksHere, RunsTheSameChangeOnce) {
  here.top().put("work/calc.py", broken);
  Checks c = checks({"sh", "-c", "date +%N; exit 1"});
  const auto first = c.check(change("calc.py", broken, right), "", {}), second = c.check(change("calc.py", broken, right), "", {});
  EXPECT_EQ(first->report, second->report);
}

TEST_F(ChecksHere, RunsNothingAgainThatAJournalHolds) {
  here.top().put("work/calc.py", broken);
  const std::vector<std::string> command = {"sh", "-c", "date +%N; python3 -m py_compile calc.py"};
  Checks before = checks(command);
  const auto first = before.check(change("calc.py", broken, "x = (\n"), "", {});
  ASSERT_TRUE(first);
  const auto facts = before.new_facts();
  ASSERT_EQ(facts.size(), 2U);
  EXPECT_THAT(facts[0], HasSubstr(R"("of":"before")"));
  EXPECT_THAT(facts[1], HasSubstr(R"("of":"change")"));
  EXPECT_TRUE(before.new_facts().empty());

  Checks after = checks(command);
  after.recall(facts);
  EXPECT_EQ(after.check(change("calc.py", broken, "x = (\n"), "", {})->report, first->report);  // with the time of then
  EXPECT_TRUE(after.new_facts().empty());
  EXPECT_EQ(after.check(change("calc.py", broken, right), "", {})->result.target, Comparison::Target::gone);
  EXPECT_THAT(after.new_facts(), ElementsAre(HasSubstr(R"("of":"change")")));  // and not the code as it was
}

TEST_F(ChecksHere, RunsAgainWhereTheWorkspaceHasChangedSince) {
  here.top().put("work/calc.py", broken);
  const std::vector<std::string> command = {"sh", "-c", "python3 -m py_compile calc.py"};
  Checks before = checks(command);
  ASSERT_TRUE(before.check(change("calc.py", broken, right), "", {}));
  const auto facts = before.new_facts();
  here.top().put("work/other.py", "x = 1\n");
  Checks after = checks(command);
  after.recall(facts);
  ASSERT_TRUE(after.check(change("calc.py", broken, right), "", {}));
  EXPECT_EQ(after.new_facts().size(), 2U);
  Checks other = checks({"sh", "-c", "true"});
  other.recall(facts);
  ASSERT_TRUE(other.check(change("calc.py", broken, right), "", {}));
  EXPECT_EQ(other.new_facts().size(), 2U);
}

TEST_F(ChecksHere, StandsForNoChangeWhoseProblemItDoesNotReport) {
  here.top().put("work/calc.py", broken);
  const auto outcome = checks({"sh", "-c", "grep -q unreadable calc.py && echo 'calc.py:1:1: error: unreadable'; echo 'FAILED t.py::test_net - no route'; exit 1"}).check(change("calc.py", broken, right), "", {});
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->result.verdict, Verdict::no_worse);
  EXPECT_FALSE(is_judged(outcome->result));
  EXPECT_THAT(check_summary(outcome->result), HasSubstr("does not report this problem"));
  EXPECT_THAT(outcome->report, HasSubstr("target problem: the check does not report it"));
}

TEST_F(ChecksHere, FailsAChangeWhoseCheckPrintsErrorsAndLies) {
  here.top().put("work/calc.py", broken);
  Checks c = checks({"sh", "-c", "python3 -m py_compile calc.py || true"});
  const auto outcome = c.check(change("calc.py", broken, "x = (\n"), "", {});
  EXPECT_EQ(outcome->result.verdict, Verdict::worse);
}

TEST_F(ChecksHere, IgnoresWhatTheCheckDoesToTheSources) {
  here.top().put("work/calc.py", broken);
  here.top().put("work/check.sh", "python3 -m py_compile calc.py\nstatus=$?\necho 'x = 1' > calc.py\necho true > check.sh\nexit $status\n");
  Checks c = checks({"sh", "check.sh"});
  for (int i = 0; i < 2; ++i) {
    const auto outcome = c.check(change("calc.py", broken, "x = (" + std::to_string(i) + "\n"), "", {});
    EXPECT_EQ(outcome->result.verdict, Verdict::worse) << outcome->report;
  }
  EXPECT_EQ(here.top().get("work/calc.py"), broken);
}

TEST_F(ChecksHere, ProvesNothingWithoutTheCommand) {
  const auto outcome = checks({"no-such-tool"}).check(change("calc.py", broken, right), "", {});
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->result.verdict, Verdict::unverified);
  EXPECT_THAT(check_summary(outcome->result), HasSubstr("no program no-such-tool"));
  EXPECT_THAT(check_summary(checks({"sh", "-c", "no-such-tool"}).check(change("calc.py", broken, right), "", {})->result), HasSubstr("not found"));
}

TEST_F(ChecksHere, RunsNothingWithoutAJailUnlessTheUserAgrees) {
  here.jail.rung = JailRung::none;
  here.top().put("work/calc.py", broken);
  const std::vector<std::string> command = {"sh", "-c", "touch ran; python3 -m py_compile calc.py"};
  EXPECT_THAT(checks(command).check(change("calc.py", broken, right), "", {})->result.why, HasSubstr("no jail"));
  for (const bool yes : {false, true}) {
    Checks c = checks(command, Commands::off, true);
    EXPECT_EQ(c.check(change("calc.py", broken, right), "", {}).error().code, Error::Code::refused);  // waits for nothing
    const auto question = c.take_question();
    ASSERT_TRUE(question);
    EXPECT_THAT(question->text, HasSubstr("sh -c 'touch ran; python3 -m py_compile calc.py'\nThere is no jail"));
    EXPECT_FALSE(c.take_question());
    c.answered(question->command, yes);
    const auto outcome = c.check(change("calc.py", broken, right), "", {});
    ASSERT_TRUE(outcome);
    EXPECT_EQ(outcome->result.verdict, yes ? Verdict::passed : Verdict::unverified);
    if (!yes) {
      EXPECT_THAT(outcome->result.why, HasSubstr("no jail"));
    }
    EXPECT_FALSE(c.take_question());
  }
  EXPECT_FALSE(std::filesystem::exists(here.top().at("work/ran")));
}

TEST_F(ChecksHere, TellsACheckThatLooksElsewhereFromOneThatPasses) {
  here.jail.rung = JailRung::filters;
  if (const auto why = try_rung(here.jail, {}); !why.empty()) GTEST_SKIP() << why;
  here.top().put("work/calc.py", broken);
  const auto blind = checks({"true"}).check(change("calc.py", broken, right), "", {});
  EXPECT_EQ(blind->result.verdict, Verdict::unverified);
  EXPECT_THAT(blind->result.why, HasSubstr("does not notice when calc.py is broken"));
  EXPECT_EQ(checks({"python3", "-m", "py_compile", "calc.py"}).check(change("calc.py", broken, right), "", {})->result.verdict, Verdict::passed);
}

TEST_F(ChecksHere, LeavesOutATestThatFailsNowAndThen) {
  // Fails on every run but the first, whatever the code: what it prints comes from files that were not there then.
  here.top().put("work/calc.py", right);
  here.top().put("work/t.py", "x = 1\n");
  Checks c = checks({"sh", "-c", "cat verdict 2>/dev/null; exit $(cat status 2>/dev/null || echo 0)"});
  c.take_baseline({});
  here.top().put("work/verdict", "FAILED t.py::test_net - no route\n");
  here.top().put("work/status", "1");
  const auto outcome = c.check(change("calc.py", right, right + "# more\n"), "", {});
  EXPECT_EQ(outcome->result.verdict, Verdict::passed) << outcome->report;
  EXPECT_THAT(outcome->result.unstable, ElementsAre("t.py::test_net"));
}

TEST_F(ChecksHere, StopsWhenItIsCancelled) {
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(checks({"sleep", "1000"}).check(change("calc.py", broken, right), "", stop.get_token()).error().code, Error::Code::cancelled);
}

// --- the tools ---

class ToolsHere : public ChecksHere {
 protected:
  ToolResult call(Checks& c, const std::string& tool, const std::string& arguments) {
    Overlay overlay(here.command.root, {}, {});
    Toolbox toolbox(overlay, nullptr, {});
    toolbox.use(&c);
    return toolbox.run({"1", tool, arguments}, {});
  }
};

TEST_F(ToolsHere, OffersOnlyWhatIsConfigured) {
  const auto offered = [&](Checks& c) {
    Overlay overlay(here.command.root, {}, {});
    Toolbox toolbox(overlay, nullptr, {});
    toolbox.use(&c);
    return toolbox.schemas();
  };
  Checks none = checks({}), check = checks({"true"}), both = checks({"true"}, Commands::allow);
  EXPECT_THAT(offered(none), Not(HasSubstr("run_")));
  EXPECT_THAT(offered(check), HasSubstr("run_check"));
  EXPECT_THAT(offered(check), Not(HasSubstr("run_command")));
  EXPECT_THAT(offered(both), HasSubstr(R"("argv":{"type":"array")"));
  EXPECT_LT(offered(both).size(), 8192U);
  EXPECT_THAT(call(check, "run_command", R"({"argv":["true"],"reason":"x"})").text, HasSubstr("no tool"));
}

TEST_F(ToolsHere, RefusesAFilterThatIsMoreThanAName) {
  Checks c = checks({"sh", "-c", "echo \"got $1\"; exit 1", "x", "{filter}"});
  for (const char* filter : {"; curl http://x", "-rf", "$(x)", "a`b`", "a|b", "a\\nb"})
    EXPECT_THAT(call(c, "run_check", R"({"filter":")" + std::string(filter) + "\"}").text, HasSubstr("filter: only letters")) << filter;
  EXPECT_THAT(call(c, "run_check", R"({"filter":"tests/test_a.py::test_b[1-2]"})").text, HasSubstr("got tests/test_a.py::test_b[1-2]"));
  Checks fixed = checks({"true"});
  EXPECT_THAT(call(fixed, "run_check", R"({"filter":"a"})").text, HasSubstr("takes none"));
}

TEST_F(ToolsHere, RunsCommandsOnlyAsTheUserAllows) {
  Checks nobody = checks({}, Commands::ask), asked = checks({}, Commands::ask, true), allowed = checks({}, Commands::allow);
  const std::string arguments = R"({"argv":["echo","a b","$HOME;x"],"reason":"to see"})";
  EXPECT_THAT(call(nobody, "run_command", arguments).text, HasSubstr("did not agree"));
  EXPECT_FALSE(nobody.take_question());
  EXPECT_THAT(call(asked, "run_command", arguments).text, HasSubstr("did not agree"));
  const auto question = asked.take_question();
  ASSERT_TRUE(question);
  EXPECT_THAT(question->text, HasSubstr("echo 'a b' '$HOME;x'\nThe model says why: to see\n"));
  asked.answered(question->command, false);
  EXPECT_THAT(call(asked, "run_command", arguments).text, HasSubstr("did not agree"));
  EXPECT_FALSE(asked.take_question());
  asked.answered(question->command, true);
  EXPECT_THAT(call(asked, "run_command", arguments).text, HasSubstr("exit 0, 0 s)\na b $HOME;x\n"));
  EXPECT_THAT(call(allowed, "run_command", arguments).text, HasSubstr("exit 0, 0 s)\na b $HOME;x\n"));
  EXPECT_TRUE(call(allowed, "run_command", R"({"argv":"rm -rf /","reason":"x"})").error);
  EXPECT_TRUE(call(allowed, "run_command", R"({"argv":[],"reason":"x"})").error);
}

TEST_F(ToolsHere, ShowsNoTerminalCodesOfACommand) {
  Checks c = checks({}, Commands::allow);
  const ToolResult result = call(c, "run_command", R"({"argv":["printf","\\033]0;owned\\007\\033[2Jplain\\n"],"reason":"x"})");
  EXPECT_THAT(result.text, HasSubstr(" s)\nplain\n"));  // nothing of the title
  EXPECT_EQ(result.text.find('\x1b'), std::string::npos);
}

TEST_F(ToolsHere, RefusesEditsOfWhatTheCheckRuns) {
  here.top().put("work/check.sh", "exit 1\n");
  Checks script = checks({"./check.sh"}), make = checks({"make", "test"});
  EXPECT_THAT(call(script, "edit_file", R"({"path":"check.sh","old_string":"exit 1","new_string":"exit 0"})").text, HasSubstr("NOT APPLIED (protected)"));
  EXPECT_THAT(call(make, "edit_file", R"({"path":"Makefile","old_string":"","new_string":"test:\n"})").text, HasSubstr("NOT APPLIED (protected)"));
}

TEST(FilesOfCheck, AreScriptsAndBuildFiles) {
  EXPECT_THAT(files_of_check({"bash", "-x", "ci/run.sh", "a.py"}, "/w"), ElementsAre("ci/run.sh"));
  EXPECT_THAT(files_of_check({"/w/ci/run.sh"}, "/w"), ElementsAre("ci/run.sh"));
  EXPECT_THAT(files_of_check({"python3", "-m", "pytest", "tests"}, "/w"), IsEmpty());
  EXPECT_THAT(files_of_check({"g++", "-fsyntax-only", "a.cpp"}, "/w"), IsEmpty());
  EXPECT_THAT(files_of_check({"npm", "test"}, "/w"), ElementsAre("package.json"));
}

TEST(SplitWords, KnowsQuotesAndNoShell) {
  EXPECT_THAT(*split_words(R"(a  "b c" d\ e 'f"g' "h\"i" "" '&&' $x)"), ElementsAre("a", "b c", "d e", "f\"g", "h\"i", "", "&&", "$x"));
  EXPECT_THAT(split_words("make && make test").error().message, HasSubstr("there is no shell"));
  EXPECT_THAT(split_words("a 'b").error().message, HasSubstr("no end"));
  EXPECT_THAT(*split_words("  "), IsEmpty());
}

TEST(Review, NamesWhatAPersonShouldLookAt) {
  const std::vector<ChangedFile> patch = {{"a.py", "x = f()  # noqa\n", "x = f()  # noqa\ny = g()  # type: ignore\nz = '\xE2\x80\x8B'\n", std::nullopt},
                                          {"CMakeLists.txt", "a\n", "b\n", std::nullopt}};
  EXPECT_THAT(review_of(patch), ElementsAre("a.py:2: adds \"type: ignore\"", "a.py:3: adds characters that cannot be seen", "CMakeLists.txt: builds run this file"));
  const std::vector<ChangedFile> fine = {{"a.py", "x\n", "y\n", std::nullopt}};
  EXPECT_THAT(review_of(fine), IsEmpty());
}

}  // namespace
}  // namespace fimd::tests

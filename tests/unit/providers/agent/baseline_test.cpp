#include "providers/agent/baseline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fimd::tests {
namespace {

using namespace providers::agent;
using Verdict = Comparison::Verdict;
using Target = Comparison::Target;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

Finding problem(const std::string& path, size_t line, const std::string& message, const std::string& line_text) {
  Finding out;
  out.what.path = path;
  out.what.line = line;
  out.what.source = "compiler";
  out.what.message = message;
  out.line_text = line_text;
  return out;
}

Finding failing(const std::string& test, const std::string& path = "") {
  Finding out;
  out.test = test;
  out.what.source = "pytest";
  out.what.path = path;
  out.what.message = "assert failed";
  return out;
}

CheckRun ran(int exit, std::vector<Finding> findings = {}, std::string text = "") {
  CheckRun out;
  out.end = CheckRun::End::exited;
  out.exit = exit;
  out.findings = std::move(findings);
  out.text = std::move(text);
  return out;
}

CheckRun not_run(const std::string& why) {
  CheckRun out;
  out.why = why;
  return out;
}

const Finding kOld = problem("a.cpp", 40, "unused variable 'x' in '/tmp/b.h' at 0x7ffe12", "int x = 1;");

TEST(Baseline, TellsAProblemAgainWhereLinesNumbersAndQuotesChanged) {
  Finding moved = problem("a.cpp", 57, "unused variable \xE2\x80\x98x\xE2\x80\x99 in '/tmp/c9.h' at 0x7ffe99", "int x = 1;");
  EXPECT_EQ(key_of(kOld), key_of(moved));
  moved.line_text = "int x = 2;";
  EXPECT_NE(key_of(kOld), key_of(moved));
  EXPECT_EQ(key_of(problem("a", 1, "took 1.5 s", "")), key_of(problem("a", 1, "took 22 s", "")));
  EXPECT_NE(key_of(problem("a", 1, "no member 'x'", "")), key_of(problem("a", 1, "no member 'y'", "")));
}

TEST(Baseline, CountsOnlyWhatIsNew) {
  const auto result = compare(ran(1, {kOld}), ran(1, {kOld, problem("b.cpp", 3, "expected ';'", "int y")}), std::nullopt);
  EXPECT_EQ(result.verdict, Verdict::worse);
  ASSERT_EQ(result.fresh.size(), 1U);
  EXPECT_EQ(result.fresh[0].what.path, "b.cpp");
  EXPECT_EQ(result.unchanged, 1U);
}

TEST(Baseline, CountsASecondProblemOfTheSameKindAsNew) {
  EXPECT_EQ(compare(ran(1, {kOld}), ran(1, {kOld, kOld}), std::nullopt).fresh.size(), 1U);
}

TEST(Baseline, TakesAFailureThatWasThereBefore) {
  EXPECT_EQ(compare(ran(1, {kOld}), ran(1, {kOld}), std::nullopt).verdict, Verdict::no_worse);
  EXPECT_EQ(compare(ran(1, {}, "broken at 12:01"), ran(1, {}, "broken at 12:02"), std::nullopt).verdict, Verdict::no_worse);
}

TEST(Baseline, FailsOnNewErrorsEvenWhereTheExitStatusIsZero) {
  EXPECT_EQ(compare(ran(0), ran(0, {kOld}), std::nullopt).verdict, Verdict::worse);
  Finding warning = kOld;
  warning.what.severity = Severity::warning;
  const auto result = compare(ran(0), ran(0, {warning}), std::nullopt);
  EXPECT_EQ(result.verdict, Verdict::passed);
  EXPECT_EQ(result.fresh_warnings.size(), 1U);
}

TEST(Baseline, FailsWhereTheCheckFailsInWordsThatNobodyKnows) {
  EXPECT_EQ(compare(ran(0), ran(3, {}, "kaput"), std::nullopt).verdict, Verdict::worse);
  EXPECT_EQ(compare(ran(1, {kOld}), ran(3, {}, "kaput"), std::nullopt).verdict, Verdict::worse);
  EXPECT_EQ(compare(ran(3, {}, "one"), ran(3, {}, "two"), std::nullopt).verdict, Verdict::unverified);
}

TEST(Baseline, WantsTheTargetGone) {
  Diagnostic target;
  target.path = "a.cpp";
  target.line = 40;
  target.message = "what the user calls it";
  const Finding other = problem("b.cpp", 1, "other", "x");
  EXPECT_EQ(compare(ran(1, {kOld, other}), ran(1, {kOld, other}), target).verdict, Verdict::target_remains);
  const auto solved = compare(ran(1, {kOld, other}), ran(1, {other}), target);
  EXPECT_EQ(solved.verdict, Verdict::no_worse);
  EXPECT_EQ(solved.target, Target::gone);
  EXPECT_EQ(solved.gone, 1U);
  target.line = 7;
  const auto elsewhere = compare(ran(1, {kOld}), ran(1, {kOld}), target);
  EXPECT_EQ(elsewhere.target, Target::unknown);
  EXPECT_FALSE(is_judged(elsewhere)) << "nothing shows that the problem is gone";
  EXPECT_TRUE(is_judged(solved));
  EXPECT_TRUE(is_judged(compare(ran(1, {kOld}), ran(1, {kOld}), std::nullopt))) << "nothing was to be solved";
  EXPECT_FALSE(is_judged(compare(ran(1, {kOld}), not_run("no compiler"), std::nullopt)));
}

TEST(Baseline, FindsTheTargetByItsMessageWhereTheLineDiffers) {
  Diagnostic target = kOld.what;
  target.line = 1;
  EXPECT_EQ(compare(ran(1, {kOld}), ran(0), target).target, Target::gone);
}

TEST(Baseline, ProvesNothingWhereTheCheckCannotRun) {
  EXPECT_EQ(compare(not_run("no such command"), ran(0), std::nullopt).verdict, Verdict::unverified);
  EXPECT_EQ(compare(ran(0), not_run("no jail"), std::nullopt).verdict, Verdict::unverified);
  CheckRun stopped = ran(0);
  stopped.end = CheckRun::End::stopped;
  stopped.why = "no end after 300 s";
  EXPECT_EQ(compare(ran(0), stopped, std::nullopt).verdict, Verdict::worse);
  EXPECT_EQ(compare(stopped, ran(0), std::nullopt).verdict, Verdict::unverified);
}

TEST(Baseline, RunsTestsAgainOnlyWhereTheVerdictHangsOnThem) {
  const std::vector<std::string> edited = {"calc.py"};
  CheckRuns runs{.base = ran(0), .candidate = ran(1, {failing("t::a")}), .base_again = {}, .candidate_again = {}};
  EXPECT_EQ(next_rerun(runs, std::nullopt, edited), Rerun::candidate);
  runs.candidate_again = ran(1, {failing("t::a")});
  EXPECT_EQ(next_rerun(runs, std::nullopt, edited), Rerun::base);
  runs.base_again = ran(0);
  EXPECT_EQ(next_rerun(runs, std::nullopt, edited), Rerun::none);
  runs = {.base = ran(0), .candidate = ran(1, {failing("t::a", "calc.py")}), .base_again = {}, .candidate_again = {}};
  EXPECT_EQ(next_rerun(runs, std::nullopt, edited), Rerun::none);
  runs.candidate = ran(1, {failing("t::a"), kOld});
  EXPECT_EQ(next_rerun(runs, std::nullopt, edited), Rerun::none);
  runs.candidate = ran(0);
  EXPECT_EQ(next_rerun(runs, std::nullopt, edited), Rerun::none);
}

TEST(Baseline, LeavesOutTestsThatAlsoFailOnTheCodeAsItWas) {
  const CheckRuns runs{.base = ran(0), .candidate = ran(1, {failing("t::a")}), .base_again = ran(1, {failing("t::a")}),
                       .candidate_again = ran(1, {failing("t::a")})};
  const auto result = settle(runs, std::nullopt);
  EXPECT_EQ(result.verdict, Verdict::passed);
  EXPECT_THAT(result.unstable, ElementsAre("t::a"));
  EXPECT_EQ(check_summary(result), "passes, as before the change (1 unstable tests left out)");
}

TEST(Baseline, DoesNotTrustATestThatFailedOnceWithTheChangeAndNeverWithout) {
  const CheckRuns runs{.base = ran(0), .candidate = ran(1, {failing("t::a")}), .base_again = ran(0), .candidate_again = ran(0)};
  const auto result = settle(runs, std::nullopt);
  EXPECT_EQ(result.verdict, Verdict::worse);
  EXPECT_THAT(result.passed_once, ElementsAre("t::a"));
}

TEST(Baseline, TellsTheModelTheVerdictThenWhatIsNew) {
  Finding fresh = problem("src/a.cpp", 44, "no matching function for call to 'flush(Slot&)'", "flush(s);");
  fresh.what.column = 10;
  Diagnostic& note = fresh.notes.emplace_back();
  note.path = "src/a.h";
  note.line = 12;
  note.message = "candidate expects 2 arguments";
  CheckRun candidate = ran(2, {kOld, fresh}, "line 1\nninja: build stopped.\n");
  candidate.took = std::chrono::seconds(31);
  const auto result = compare(ran(2, {kOld}), candidate, kOld.what);
  EXPECT_EQ(check_report("ninja", candidate, result),
            "run_check: ninja   (exit 2, 31 s)\n"
            "verdict: WORSE than before your edits\n"
            "target problem: STILL THERE\n"
            "new problems: 1\n"
            "  src/a.cpp:44:10 error: no matching function for call to 'flush(Slot&)'\n"
            "  44| flush(s);\n"
            "  note src/a.h:12: candidate expects 2 arguments\n"
            "unchanged problems from before your edits: 1 (not shown)\n"
            "output tail:\n"
            "line 1\nninja: build stopped.\n");
}

TEST(Baseline, ShowsOutputOnlyWhereNothingElseSaysWhatIsWrong) {
  const CheckRun failed = ran(3, {}, "first\nmiddle\nlast\n");
  EXPECT_THAT(check_report("x", failed, compare(ran(0), failed, std::nullopt)), HasSubstr("output:\nfirst\nmiddle\nlast\n"));
  const CheckRun fine = ran(0, {}, "first\n");
  EXPECT_THAT(check_report("x", fine, compare(ran(0), fine, std::nullopt)), Not(HasSubstr("first")));
}

TEST(Baseline, KeepsTheReportSmallWhateverTheCheckPrints) {
  std::vector<Finding> many;
  for (int i = 0; i < 300; ++i) many.push_back(problem("p" + std::to_string(i), 1, std::string(5'000, 'm'), std::string(5'000, 'x')));
  const CheckRun run = ran(1, many, std::string(1'000'000, 'z'));
  EXPECT_LT(check_report("x", run, compare(ran(0), run, std::nullopt)).size(), 24'000U);
}

TEST(Baseline, FoldsAndCutsOutput) {
  EXPECT_EQ(head_and_tail("a\nb\nb\nb\nc\n", 10, 10, 1'000), "a\nb [x 3]\nc\n");
  std::string text;
  for (int i = 0; i < 100; ++i) text += "l" + std::to_string(i) + "\n";
  EXPECT_EQ(head_and_tail(text, 2, 1, 1'000), "l0\nl1\n[97 lines left out]\nl99\n");
  EXPECT_EQ(head_and_tail("\x1b[2Jx\n", 5, 5, 100), "\\x1b[2Jx\n");
}

}  // namespace
}  // namespace fimd::tests

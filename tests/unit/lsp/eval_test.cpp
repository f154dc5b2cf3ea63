#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "lsp/eval/git.h"
#include "lsp/eval/report.h"
#include "lsp/eval/score.h"
#include "lsp/eval/tasks.h"

namespace fimd::lsp {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
namespace fs = std::filesystem;

constexpr const char* kPatch =
    "diff --git a/src/a.py b/src/a.py\n"
    "index 1..2 100644\n"
    "--- a/src/a.py\n"
    "+++ b/src/a.py\n"
    "@@ -2,0 +3,2 @@ def f():\n"
    "+    total = price * count\n"
    "+    return total\n"
    "@@ -9 +11 @@\n"
    "-    old()\n"
    "+    new_call(1)\n"
    "diff --git a/x.bin b/x.bin\n"
    "Binary files a/x.bin and b/x.bin differ\n"
    "diff --git a/b.py b/b.py\n"
    "--- a/b.py\n"
    "+++ b/b.py\n"
    "@@ -1,2 +0,0 @@\n"
    "-gone\n"
    "-gone\n";

TEST(EvalTasks, ReadWhatACommitHasAdded) {
  const auto places = added_in(kPatch);
  ASSERT_EQ(places.size(), 2U);
  EXPECT_EQ(places[0].path, "src/a.py");
  EXPECT_EQ(places[0].old_line, 2U);
  EXPECT_EQ(places[0].old_count, 0U);
  EXPECT_THAT(places[0].added, ElementsAre("    total = price * count", "    return total"));
  EXPECT_EQ(places[1].old_line, 9U);
  EXPECT_EQ(places[1].old_count, 1U);
  EXPECT_TRUE(added_in("@@ -1 +1 @@\n+x\n").empty()) << "of no file";
  EXPECT_TRUE(added_in("").empty());
}

TEST(EvalTasks, HideTheAddedLineInTheTextBeforeTheCommit) {
  const AddedLines added{.path = "a.py", .old_line = 1, .old_count = 0, .added = {"    total = 1", "    return total"}};
  const auto task = task_of(added, "def f():\n\nx = 2\n", 1);
  ASSERT_TRUE(task);
  EXPECT_EQ(task->text, "def f():\n    \n    return total\n\nx = 2\n");
  EXPECT_EQ(task->offset, 13U);
  EXPECT_EQ(task->hidden, "total = 1");
}

TEST(EvalTasks, HideAllOfWhatWasAddedWhenAsked) {
  const AddedLines added{.path = "a.py", .old_line = 2, .old_count = 1, .added = {"    total = 1", "    return total"}};
  const auto task = task_of(added, "def f():\n    old()\nx = 2\n", 2);
  ASSERT_TRUE(task);
  EXPECT_EQ(task->text, "def f():\n    \nx = 2\n") << "the line that the commit removed is gone";
  EXPECT_EQ(task->hidden, "total = 1\n    return total");
}

TEST(EvalTasks, RefuseAPatchOfAnotherText) { EXPECT_FALSE(task_of({.path = "a", .old_line = 9, .old_count = 1, .added = {"x"}}, "one\n", 1)); }

TEST(EvalTasks, OfAFileGiveBackTheFileWhenWhatIsHiddenIsPutIn) {
  const std::string text = "int total(int price) {\n  if (price > 10) {\n    price = price - 1;\n    price *= 2;\n  }\n  // a comment here\n  return price * 2;\n}\n";
  Dice dice(7);
  for (int i = 0; i < 200; ++i) {
    EvalTask task = hide_in("a.cpp", text, dice);
    ASSERT_FALSE(task.hidden.empty());
    std::string whole = task.text;
    whole.insert(task.offset, task.hidden);
    EXPECT_EQ(whole, text);
    EXPECT_THAT(task.hidden, testing::Not(testing::StartsWith("// a comment")));
  }
}

TEST(EvalTasks, OfAFileWithNothingToAskAreNone) {
  Dice dice(1);
  EXPECT_TRUE(hide_in("a.cpp", "}\n\n// only words here, and long ones\n", dice).hidden.empty());
  EXPECT_TRUE(hide_in("a.cpp", "", dice).hidden.empty());
}

// A repository with two commits.
class EvalRepository : public testing::Test {
 protected:
  EvalRepository() {
    std::string name = (fs::temp_directory_path() / "fimd-eval-XXXXXX").string();
    root = ::mkdtemp(name.data());
    run("git init -q && git config user.email a@b && git config user.name n");
    write("a.py", "def total(price):\n    return price\n");
    run("git add -A && git commit -qm one");
    write("a.py", "def total(price):\n    with_tax = price * 1.19\n    return price\n");
    run("git commit -qam two");
  }
  ~EvalRepository() override { fs::remove_all(root); }
  void run(const std::string& command) const { ASSERT_EQ(std::system(("cd " + root + " && " + command + " >/dev/null 2>&1").c_str()), 0) << command; }
  void write(const std::string& path, const std::string& text) const { std::ofstream(root + "/" + path) << text; }

  std::string root;
};

TEST_F(EvalRepository, IsAskedAboutItsCommitsFirst) {
  const auto tasks = make_tasks(root, {"a.py"}, 3, 1);
  ASSERT_TRUE(tasks) << tasks.error().message;
  ASSERT_EQ(tasks->size(), 3U);
  EXPECT_THAT(tasks->front().from, HasSubstr("commit "));
  EXPECT_EQ(tasks->front().text, "def total(price):\n    \n    return price\n");
  EXPECT_EQ(tasks->front().hidden, "with_tax = price * 1.19");
  EXPECT_EQ((*tasks)[1].from, "file");
}

TEST_F(EvalRepository, IsAskedTheSameForTheSameSeed) {
  const auto one = make_tasks(root, {"a.py"}, 5, 42), two = make_tasks(root, {"a.py"}, 5, 42);
  ASSERT_TRUE(one && two);
  for (size_t i = 0; i < 5; ++i) {
    EXPECT_EQ((*one)[i].text, (*two)[i].text);
    EXPECT_EQ((*one)[i].hidden, (*two)[i].hidden);
  }
}

TEST_F(EvalRepository, RunsNothingThatItsOwnConfigurationNames) {
  write("evil.sh", "#!/bin/sh\ntouch " + root + "/ran\n");
  run("chmod +x evil.sh && git config core.fsmonitor ./evil.sh && git config diff.external ./evil.sh && git config core.pager ./evil.sh "
      "&& git config diff.evil.textconv ./evil.sh && echo '*.py diff=evil' > .gitattributes");
  fs::remove(root + "/ran");
  ASSERT_TRUE(make_tasks(root, {"a.py"}, 3, 1));
  EXPECT_FALSE(fs::exists(root + "/ran"));
}

TEST_F(EvalRepository, SaysWhenThereIsNothingToAsk) { EXPECT_FALSE(make_tasks(root + "/.git", {}, 3, 1)); }

TEST(EvalGit, SaysWhatFails) {
  EXPECT_FALSE(git("/", {"no-such-command"}));
  EXPECT_FALSE(git("/does/not/exist", {"status"}));
}

TEST(EvalScore, IsExactButForWhiteSpaceAtTheEnds) {
  EXPECT_TRUE(score("return x;", "return x;\n").exact);
  EXPECT_TRUE(score(" a", "a").exact);
  EXPECT_FALSE(score("a", "").exact);
}

TEST(EvalScore, ComparesTheFirstLines) {
  const Score s = score("if (x) {\n  y();", "if (x) {\n  z();");
  EXPECT_FALSE(s.exact);
  EXPECT_TRUE(s.first_line);
  EXPECT_NEAR(s.similarity, 1 - 1.0 / 15, 1e-9);
}

TEST(EvalScore, GivesAnIntervalAroundTheMean) {
  std::vector<double> values;
  for (int i = 0; i < 200; ++i) values.push_back(i % 2);
  const Interval i = bootstrap(values, 1);
  EXPECT_NEAR(i.mean, 0.5, 1e-9);
  EXPECT_NEAR(i.high - i.low, 2 * 1.96 * 0.5 / std::sqrt(200.0), 0.02) << "as the normal distribution has it";
  EXPECT_EQ(bootstrap(values, 1).low, i.low) << "the same seed, the same numbers";
  EXPECT_EQ(bootstrap({}, 1).mean, 0);
}

TEST(EvalScore, NamesAWinnerOnlyWhereTheDifferenceIsClear) {
  std::vector<double> good(60, 0.9), bad(60, 0.4), mixed = good;
  for (size_t i = 0; i < mixed.size(); i += 2) mixed[i] = i % 4 == 0 ? 1.4 : 0.4;
  EXPECT_EQ(compare(good, bad, 1).better, 1);
  EXPECT_EQ(compare(bad, good, 1).better, -1);
  EXPECT_EQ(compare(good, mixed, 1).better, 0);
}

EvalAnswer answer(size_t task, double similarity) {
  EvalAnswer a;
  a.task = task;
  a.score.similarity = similarity;
  a.answered = true;
  a.ms = 50;
  return a;
}

TEST(EvalReport, SaysWhoBeatsWhom) {
  EvalAnswers answers;
  for (size_t i = 0; i < 40; ++i) {
    answers["near"].push_back(answer(i, 0.4));
    answers["far"].push_back(answer(i, 0.8));
  }
  const EvalReport report = report_of(answers, {"near", "far"}, {}, 40, 10, 1);
  ASSERT_EQ(report.pairs.size(), 1U);
  EXPECT_THAT(in_words(report.pairs[0]), HasSubstr("far beats near"));
  EXPECT_THAT(as_text(report), HasSubstr("40 places, 10 of them from commits"));
  const std::string page = as_page(report);
  EXPECT_THAT(page, HasSubstr("<h2>Verdicts</h2>"));
  EXPECT_THAT(page, HasSubstr("text-anchor=\"end\">near</text>"));
  EXPECT_TRUE(page.ends_with("</html>\n"));
  EXPECT_EQ(to_json(report)["verdicts"][0]["better"], "far");
  EXPECT_EQ(to_json(report)["providers"]["far"]["ms"]["p50"], 50);
}

TEST(EvalJournal, GoesOnAfterAKillInMidLine) {
  std::string name = (fs::temp_directory_path() / "fimd-eval-XXXXXX").string();
  const std::string folder = ::mkdtemp(name.data()), path = folder + "/e/j.jsonl";
  {
    auto journal = EvalJournal::open(path, "k");
    ASSERT_TRUE(journal);
    ASSERT_TRUE(journal->add("m", answer(0, 0.25)));
    ASSERT_TRUE(journal->add("m", answer(1, 0.5)));
    std::ofstream(path, std::ios::app) << "{\"provider\":\"m\",\"ta";
  }
  {
    auto journal = EvalJournal::open(path, "k");
    ASSERT_TRUE(journal);
    ASSERT_EQ(journal->answers().at("m").size(), 2U);
    EXPECT_EQ(journal->answers().at("m")[1].score.similarity, 0.5);
    ASSERT_TRUE(journal->add("m", answer(2, 0.75)));
  }
  EXPECT_EQ(EvalJournal::open(path, "k")->answers().at("m").size(), 3U);
  EXPECT_TRUE(EvalJournal::open(path, "another")->answers().empty()) << "of another evaluation";
  fs::remove_all(folder);
}

}  // namespace
}  // namespace fimd::lsp

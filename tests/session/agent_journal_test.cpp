// What the journal of a repair is good for: a check that has run is not run again, the change can be seen afterwards, and
// a journal that cannot be written is said to be lost.
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <thread>

#include "tests/session/agent_session.h"
#include "tests/unit/providers/agent/jail_here.h"

namespace fimd::tests {
namespace {

using providers::agent::Conversation;
using providers::agent::Journal;
using testing::Not;

class AgentJournal : public AgentSession {
 protected:
  void SetUp() override {
    if (kSanitized) GTEST_SKIP() << kNotSanitized;
    const auto probe = providers::agent::probe_jail(top + "/probe", providers::agent::own_helper(), {});
    if (probe.jail.rung == providers::agent::JailRung::none) GTEST_SKIP() << "this machine has no jail: " << probe.refused.front().second;
  }
  std::string begin() {
    auto kept = lsp::new_task(std::chrono::system_clock::now());
    EXPECT_TRUE(kept) << kept.error().message;
    journal = std::move(kept->journal);
    return lsp::task_files().at(0).path;
  }
  void go_on(const std::string& path) {
    auto opened = Journal::open(path);
    ASSERT_TRUE(opened) << opened.error().message;
    journal = std::move(opened->journal);
    Conversation state;
    for (const json& record : opened->records) providers::agent::add_record(state, record);
    earlier = std::move(state);
  }
  lsp::Fix run_task(std::vector<Reply> script, const std::string& jurisdiction = "local") {
    asked = 0;
    auto fix = run_fix(std::move(script), jurisdiction);
    const std::weak_ptr<Journal> held = journal;
    journal.reset();
    while (!held.expired()) std::this_thread::yield();  // the worker that wrote last lets go of it
    return fix;
  }
  // How often the check ran on the code as it was and on a change.
  static std::pair<size_t, size_t> runs_in(const std::string& path) {
    std::pair<size_t, size_t> out;
    const auto records = Journal::read(path);
    for (const json& record : *records) {
      if (record["type"] == "check") ++(record["of"] == "before" ? out.first : out.second);
    }
    return out;
  }
  static Reply refuses() { return json_reply(401, R"({"error":"no"})"); }
};

TEST_F(AgentJournal, ATaskThatGoesOnDoesNotRepeatTheCheck) {
  more_agent = {{"check", {"python3", "-m", "py_compile", "add.py"}}};
  const std::string path = begin();
  const Reply right = calls("edit_file", edit("a - b", "a + b")), check = calls("run_check", json::object());
  EXPECT_EQ(run_task({right, check, refuses()}).outcome.end, LoopOutcome::End::failed);
  EXPECT_EQ(runs_in(path), (std::pair<size_t, size_t>(1, 1)));
  go_on(path);
  const auto fix = run_task({says("Done.")});
  EXPECT_EQ(fix.outcome.end, LoopOutcome::End::verified) << fix.outcome.words;
  EXPECT_EQ(fix.check, "passes, as before the change");
  EXPECT_EQ(runs_in(path), (std::pair<size_t, size_t>(1, 1))) << "the check ran again";
}

TEST_F(AgentJournal, ATaskThatGoesOnComparesWithTheRunThatWasMadeBefore) {
  more_agent = {{"check", {"python3", "-m", "py_compile", "add.py"}}};
  const std::string path = begin();
  EXPECT_EQ(run_task({calls("edit_file", edit("a - b", "a +")), calls("run_check", json::object()), refuses()}).outcome.end, LoopOutcome::End::failed);
  go_on(path);
  const size_t before = server.log().requests.size();
  const auto fix = run_task({calls("edit_file", edit("a +", "a + b")), calls("run_check", json::object()), says("Done.")});
  EXPECT_EQ(fix.outcome.end, LoopOutcome::End::verified) << fix.outcome.words;
  EXPECT_THAT(last_sent(before + 2), HasSubstr("verdict: PASSED"));
  EXPECT_EQ(runs_in(path), (std::pair<size_t, size_t>(1, 2)));
}

TEST_F(AgentJournal, WhatTheUserChangedMeanwhileIsCheckedAgain) {
  more_agent = {{"check", {"python3", "-m", "py_compile", "add.py"}}};
  const std::string path = begin();
  EXPECT_EQ(run_task({calls("edit_file", edit("a - b", "a + b")), calls("run_check", json::object()), refuses()}).outcome.end, LoopOutcome::End::failed);
  std::ofstream(root + "/other.py") << "x = 1\n";
  go_on(path);
  EXPECT_EQ(run_task({says("Done.")}).outcome.end, LoopOutcome::End::verified);
  EXPECT_EQ(runs_in(path), (std::pair<size_t, size_t>(2, 2)));
}

TEST_F(AgentJournal, ACommandThatHasRunIsNotRunAgain) {
  more_agent = {{"commands", "ask"}};
  size_t questions = 0;
  consent = [&questions](const std::string&) { return ++questions > 0; };
  const std::string path = begin();
  EXPECT_EQ(run_task({calls("run_command", {{"argv", {"echo", "hello"}}, {"reason", "to see"}}), refuses()}).outcome.end, LoopOutcome::End::failed);
  EXPECT_EQ(questions, 1U);
  go_on(path);
  run_task({says("No."), says("No.")});
  EXPECT_EQ(questions, 1U) << "it was to be run again";

  // Nor one that was cut off: it is not known what it did.
  auto records = *Journal::read(path);
  Conversation cut;
  for (const json& record : records) {
    providers::agent::add_record(cut, record);
    if (record["type"] == "call") break;
  }
  earlier = cut;
  const size_t before = server.log().requests.size();
  run_task({says("No."), says("No.")});
  EXPECT_THAT(last_sent(before), HasSubstr("interrupted: what the call did is not known"));
}

TEST_F(AgentJournal, HoldsTheChangeForItsOwnerAlone) {
  const std::string path = begin();
  EXPECT_EQ(run_task({calls("edit_file", edit("a - b", "a + b")), says("Done.")}).outcome.end, LoopOutcome::End::verified);
  const auto task = lsp::read_task(lsp::task_files().at(0).id);
  ASSERT_TRUE(task);
  EXPECT_THAT(task->state.diff, HasSubstr("-    return a - b\n+    return a + b\n"));
  struct stat about {};
  ASSERT_EQ(::stat(path.c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 0777, 0600U);
}

TEST_F(AgentJournal, HoldsAChangeThatDidNotHoldUp) {
  const std::string path = begin();
  EXPECT_EQ(run_task({calls("edit_file", edit("a - b", "(a + b")), says("Done.")}).outcome.end, LoopOutcome::End::rejected);
  EXPECT_THAT(lsp::read_task(lsp::task_files().at(0).id)->state.diff, HasSubstr("+    return (a + b\n"));
}

TEST_F(AgentJournal, HoldsNoSecretOfTheLinesAroundTheChange) {
  const std::string secret = "ghp_" + std::string("a8Fk2LmQ9xZr4TbV7cNd1WsY6eHu3JgP0oXi");
  std::ofstream(root + "/add.py") << kSource << "token = \"" << secret << "\"\n";
  const std::string path = begin();
  EXPECT_EQ(run_fix({calls("edit_file", edit("a - b", "a + b")), says("Done.")}, "us", std::string(kSource) + "token = \"" + secret + "\"\n").outcome.end,
            LoopOutcome::End::verified);
  std::ifstream in(path);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  EXPECT_THAT(text, HasSubstr("+    return a + b"));
  EXPECT_THAT(text, Not(HasSubstr(secret.substr(8, 20))));
}

TEST_F(AgentJournal, ACheckThatFailsAsBeforeAndDoesNotReportTheProblemVerifiesNothing) {
  more_agent = {{"check", {"sh", "-c", "grep -q unreadable add.py && echo 'add.py:1:1: error: unreadable'; echo 'FAILED t.py::test_net - no route'; exit 1"}}};
  begin();
  const auto fix = run_task({calls("edit_file", edit("a - b", "a + b")), says("All tests pass.")});
  EXPECT_EQ(fix.outcome.end, LoopOutcome::End::unproven);
  EXPECT_STREQ(providers::agent::name(fix.outcome.end), "not verified by the check");
  EXPECT_THAT(fix.check, HasSubstr("does not report this problem"));
  EXPECT_EQ(fix.files.size(), 1U);  // it is offered all the same
  EXPECT_EQ(lsp::state_of(*lsp::read_task(lsp::task_files().at(0).id)), "not verified by the check");
}

// The limit on the size of files stands for a disk without room.
TEST_F(AgentJournal, SaysWhatIsLostWhereItCannotBeWritten) {
  const std::string path = begin();
  rlimit before{};
  ::getrlimit(RLIMIT_FSIZE, &before);
  const auto ignored = ::signal(SIGXFSZ, SIG_IGN);
  const rlimit small{6'000, before.rlim_max};
  ::setrlimit(RLIMIT_FSIZE, &small);
  const auto fix = run_task({calls("read_file", {{"path", "add.py"}}), calls("search_text", {{"pattern", std::string(3'000, 'x')}}), calls("edit_file", edit("a - b", "a + b")), says("Done.")});
  ::setrlimit(RLIMIT_FSIZE, &before);
  ::signal(SIGXFSZ, ignored);
  EXPECT_EQ(fix.outcome.end, LoopOutcome::End::verified) << fix.outcome.words;  // the repair does not need it
  EXPECT_TRUE(fix.outcome.unkept);
  const auto task = lsp::read_task(lsp::task_files().at(0).id);
  ASSERT_TRUE(task);
  EXPECT_EQ(lsp::state_of(*task), "interrupted");
  go_on(path);
  const auto again = run_task({calls("edit_file", edit("a - b", "a + b")), says("Done.")});
  EXPECT_EQ(again.outcome.end, LoopOutcome::End::verified);
  EXPECT_FALSE(again.outcome.unkept);
}

}  // namespace
}  // namespace fimd::tests

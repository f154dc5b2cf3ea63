// A repair that is cut off, and gone on with from its journal: at every record, and by a real process that is killed.
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>


#include <random>
#include <thread>

#include "tests/session/agent_session.h"

extern char** environ;

namespace fimd::tests {
namespace {

using providers::agent::Conversation;
using providers::agent::Journal;
using providers::agent::unified_diff;

class AgentResume : public AgentSession {
 protected:
  // The answer that belongs to how far the task has come, so that a request that is repeated gets the same one.
  static Reply answer_for(const SeenRequest& request) {
    const std::string body = json::parse(request.body)["messages"].dump();
    const auto seen = [&](std::string_view id) { return body.find(id) != std::string::npos; };
    if (!seen("read_1")) return call("read_1", "read_file", {{"path", "add.py"}});
    if (!seen("edit_1")) return call("edit_1", "edit_file", edit("return a - b", "return a + b)"));
    if (!seen("cannot be offered")) return says("Done.");
    if (!seen("edit_2")) return call("edit_2", "edit_file", edit("return a + b)", "return a + b"));
    return says("Used the right operator.");
  }
  static Reply call(const std::string& id, const std::string& tool, const json& arguments) {
    const json one = {{"index", 0}, {"id", id}, {"type", "function"}, {"function", {{"name", tool}, {"arguments", arguments.dump()}}}};
    return sse_reply({json{{"choices", {{{"index", 0}, {"delta", {{"tool_calls", {one}}}}, {"finish_reason", "tool_calls"}}}}}.dump(), "[DONE]"});
  }

  lsp::Fix run_task(const std::string& jurisdiction = "local") {
    auto fix = run_fix({says("")}, jurisdiction);
    const std::weak_ptr<Journal> held = journal;
    journal.reset();
    while (!held.expired()) std::this_thread::yield();  // the worker that wrote last lets go of it
    return fix;
  }
  // run_fix() sets a script of its own: this one is asked instead.
  void SetUp() override { scripted = [](const SeenRequest& request) { return answer_for(request); }; }

  std::string bytes_of(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  static Conversation state_of(const std::vector<json>& records) {
    Conversation state;
    for (const json& record : records) providers::agent::add_record(state, record);
    return state;
  }

  static constexpr const char* kFixed = "def add(a, b):\n    return a + b\n";
};

TEST_F(AgentResume, FromEveryRecordToTheSamePatch) {
  auto kept = lsp::new_task(std::chrono::system_clock::now());
  ASSERT_TRUE(kept) << kept.error().message;
  journal = std::move(kept->journal);
  const auto whole = run_task();
  ASSERT_EQ(whole.outcome.end, LoopOutcome::End::verified) << whole.outcome.words;
  const std::string path = lsp::task_files().at(0).path, text = bytes_of(path);
  for (size_t end = text.find('\n') + 1; end > 0; end = text.find('\n', end) + 1) {
    const std::string cut_path = top + "/state/fimd/tasks/cut.journal";
    std::ofstream(cut_path, std::ios::binary | std::ios::trunc) << text.substr(0, end) << text.substr(end, 7);  // and a torn one
    ::chmod(cut_path.c_str(), 0600);
    auto opened = Journal::open(cut_path);
    ASSERT_TRUE(opened) << opened.error().message;
    journal = std::move(opened->journal);
    earlier = state_of(opened->records);
    const auto fix = run_task();
    ASSERT_EQ(fix.outcome.end, LoopOutcome::End::verified) << end << ": " << fix.outcome.words;
    ASSERT_EQ(fix.files.at(0).current, kFixed) << end;
    // What stands in the journal afterwards gives the whole conversation again.
    const auto state = state_of(*Journal::read(cut_path));
    EXPECT_EQ(state.end, "fixed");
    EXPECT_TRUE(state.open.empty());
  }
}

TEST_F(AgentResume, TellsTheModelWhatHasChangedMeanwhile) {
  auto kept = lsp::new_task(std::chrono::system_clock::now());
  journal = std::move(kept->journal);
  scripted = [this](const SeenRequest& request) {
    const bool edited = request.body.find("edit_1") != std::string::npos;
    return edited ? json_reply(401, R"({"error":"no"})") : answer_for(request);
  };
  EXPECT_EQ(run_task().outcome.end, LoopOutcome::End::failed);
  std::ofstream(root + "/add.py") << "def add(a, b):\n    return sum([a, -b])\n";
  auto opened = Journal::open(lsp::task_files().at(0).path);
  journal = std::move(opened->journal);
  earlier = state_of(opened->records);
  scripted = [](const SeenRequest&) { return says("I see."); };
  const size_t before = server.log().requests.size();
  const auto fix = run_task();
  EXPECT_EQ(fix.outcome.end, LoopOutcome::End::no_edit);
  EXPECT_THAT(last_sent(before), HasSubstr("has changed since: add.py. Read again before you edit. Edits that are lost: add.py."));
}

TEST_F(AgentResume, KeepsNothingThatWasNotSent) {
  const std::string secret = "ghp_" + std::string("a8Fk2LmQ9xZr4TbV7cNd1WsY6eHu3JgP0oXi");
  std::ofstream(root + "/add.py") << kSource << "token = \"" << secret << "\"\n";
  auto kept = lsp::new_task(std::chrono::system_clock::now());
  journal = std::move(kept->journal);
  EXPECT_EQ(run_task("us").outcome.end, LoopOutcome::End::verified);
  const std::string path = lsp::task_files().at(0).path;
  EXPECT_EQ(bytes_of(path).find(secret.substr(8, 20)), std::string::npos);
  struct stat st {};
  ASSERT_EQ(::stat(path.c_str(), &st), 0);
  EXPECT_EQ(st.st_mode & 0777, 0600u);
}

TEST_F(AgentResume, TasksAreListedAndForgotten) {
  auto kept = lsp::new_task(std::chrono::system_clock::now());
  journal = std::move(kept->journal);
  run_task();
  const auto task = lsp::read_task(kept->id.substr(0, 10));
  ASSERT_TRUE(task) << task.error().message;
  EXPECT_EQ(lsp::state_of(*task), "fixed");
  EXPECT_FALSE(lsp::can_go_on(*task));
  EXPECT_EQ(task->about["path"], "add.py");
  EXPECT_FALSE(lsp::forget_task("nonsense"));
  EXPECT_TRUE(lsp::forget_task(kept->id));
  EXPECT_TRUE(lsp::task_files().empty());
}

TEST_F(AgentResume, OldTasksMakeRoom) {
  const auto now = std::chrono::system_clock::now();
  { const auto old = lsp::new_task(now); }
  ASSERT_EQ(lsp::task_files().size(), 1u);
  { const auto later = lsp::new_task(now + std::chrono::hours(24 * 31)); }
  EXPECT_EQ(lsp::task_files().size(), 1u);
}

// The real program, killed when a request arrives or a moment after its answer has left, again and again until it is
// through.
class AgentKilled : public AgentResume {
 protected:
  pid_t start(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), std::string(FIMD_BUILD_DIR) + "/fimd");
    std::vector<char*> argv;
    for (auto& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 1, (top + "/out").c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    posix_spawn_file_actions_addopen(&actions, 2, (top + "/err").c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    pid_t pid = -1;
    EXPECT_EQ(::posix_spawn(&pid, argv[0], &actions, nullptr, argv.data(), environ), 0);
    posix_spawn_file_actions_destroy(&actions);
    return pid;
  }

  // Runs the loop until the child has ended; kills it when request number `fatal` arrives, at once or after its answer.
  int run_until_end(pid_t pid, size_t fatal, bool answered) {
    size_t seen = 0;
    server.set_script([&, pid](const SeenRequest& request) {
      if (++seen == fatal) {
        if (!answered) {
          ::kill(pid, SIGKILL);
        } else {
          boost::asio::post(daemon.loop, [pid] { ::kill(pid, SIGKILL); });
        }
      }
      return answer_for(request);
    });
    int status = 0;
    bool done = false;
    boost::asio::signal_set children(daemon.loop, SIGCHLD);
    std::function<void()> look = [&] {
      if (::waitpid(pid, &status, WNOHANG) == pid) {
        done = true;
        return;
      }
      children.async_wait([&](const boost::system::error_code& error, int) {
        if (!error) look();
      });
    };
    look();
    watch_over(daemon.loop, done);
    return status;
  }

  std::vector<std::string> settings() {
    const json providers = {{"m", {{"kind", "openai"}, {"url", server.url()}, {"model", "chat"}, {"jurisdiction", "local"}}}};
    return {"--set", "providers=" + providers.dump(), "--set", "agent.provider=m"};
  }
};

TEST_F(AgentKilled, AtAnyPointItGoesOnToTheSamePatch) {
  if (!fs::exists(std::string(FIMD_BUILD_DIR) + "/fimd")) GTEST_SKIP() << "the program is not built";
  ::setenv("XDG_CONFIG_HOME", (top + "/config").c_str(), 1);
  size_t resumed = 0;
  for (size_t fatal = 1; fatal <= 5; ++fatal) {
    for (const bool answered : {false, true}) {
      for (const auto& file : lsp::task_files()) EXPECT_TRUE(lsp::forget_task(file.id));
      std::vector<std::string> fix = {"fix", root + "/add.py:2", "--root", root, "--message", "wrong sum", "--json"};
      const auto more = settings();
      fix.insert(fix.end(), more.begin(), more.end());
      int status = run_until_end(start(fix), fatal, answered);
      const auto files = lsp::task_files();
      ASSERT_EQ(files.size(), 1u) << bytes_of(top + "/err");
      const auto task = lsp::read_task(files[0].id);
      ASSERT_TRUE(task);
      EXPECT_TRUE(WIFSIGNALED(status) || fatal == 5) << status << bytes_of(top + "/err") << bytes_of(top + "/out");
      if (WIFSIGNALED(status) && lsp::can_go_on(*task)) {
        EXPECT_EQ(lsp::state_of(*task), "interrupted");
        ++resumed;
        std::vector<std::string> resume = {"tasks", "resume", files[0].id, "--json"};
        resume.insert(resume.end(), more.begin(), more.end());
        status = run_until_end(start(resume), 0, false);
        ASSERT_TRUE(WIFEXITED(status));
        EXPECT_EQ(WEXITSTATUS(status), 0) << bytes_of(top + "/err") << bytes_of(top + "/out");
        const json out = json::parse(bytes_of(top + "/out"), nullptr, false);
        EXPECT_EQ(out["result"], "fixed") << fatal << answered;
        EXPECT_THAT(out["diff"].get<std::string>(), HasSubstr("-    return a - b\n+    return a + b\n")) << fatal << answered;
      }
      EXPECT_EQ(bytes_of(root + "/add.py"), kSource);  // nothing is ever written without being asked for
    }
  }
  EXPECT_GE(resumed, 5u);
  ::unsetenv("XDG_CONFIG_HOME");
}

// At moments that nobody chose, in the middle of whatever is being written: what is left always opens, and goes on to the
// same patch.
TEST_F(AgentKilled, AtRandomMomentsNothingIsLeftThatCannotGoOn) {
  if (!fs::exists(std::string(FIMD_BUILD_DIR) + "/fimd")) GTEST_SKIP() << "the program is not built";
  ::setenv("XDG_CONFIG_HOME", (top + "/config").c_str(), 1);
  const uint32_t seed = std::random_device{}();
  std::minstd_rand random(seed);
  server.set_script([](const SeenRequest& request) { return answer_for(request); });
  // Runs it and kills it after so many milliseconds; 0: not at all.
  const auto run_for = [&](const std::vector<std::string>& arguments, unsigned milliseconds) {
    const pid_t pid = start(arguments);
    boost::asio::steady_timer timer(daemon.loop);
    if (milliseconds > 0) {
      timer.expires_after(std::chrono::milliseconds(milliseconds));
      timer.async_wait([pid](const boost::system::error_code& error) {
        if (!error) ::kill(pid, SIGKILL);
      });
    }
    int status = 0;
    bool done = false;
    boost::asio::signal_set children(daemon.loop, SIGCHLD);
    std::function<void()> look = [&] {
      if (::waitpid(pid, &status, WNOHANG) == pid) {
        done = true;
        return;
      }
      children.async_wait([&](const boost::system::error_code& error, int) {
        if (!error) look();
      });
    };
    look();
    watch_over(daemon.loop, done);
    return status;
  };
  for (int round = 0; round < 6; ++round) {
    for (const auto& file : lsp::task_files()) EXPECT_TRUE(lsp::forget_task(file.id));
    std::vector<std::string> arguments = {"fix", root + "/add.py:2", "--root", root, "--message", "wrong sum", "--json"};
    const auto more = settings();
    arguments.insert(arguments.end(), more.begin(), more.end());
    int status = -1;
    for (int tries = 0; tries < 40; ++tries) {
      status = run_for(arguments, tries < 12 ? 20 + static_cast<unsigned>(random()) % 180 : 0);
      const auto files = lsp::task_files();
      if (WIFEXITED(status)) break;
      if (files.empty()) continue;  // killed before there was a task
      const auto task = lsp::read_task(files[0].id);
      ASSERT_TRUE(task) << "seed " << seed << ": " << task.error().message;
      if (!task->state.end.empty()) break;
      if (!lsp::can_go_on(*task)) {  // killed before anything was known of it
        EXPECT_EQ(task->state.steps, 0) << "seed " << seed;
        EXPECT_TRUE(lsp::forget_task(files[0].id));
        continue;
      }
      arguments = {"tasks", "resume", files[0].id, "--json"};
      arguments.insert(arguments.end(), more.begin(), more.end());
    }
    const auto files = lsp::task_files();
    ASSERT_EQ(files.size(), 1U) << "seed " << seed << bytes_of(top + "/err");
    const auto task = lsp::read_task(files[0].id);
    ASSERT_TRUE(task);
    EXPECT_EQ(task->state.end, "fixed") << "seed " << seed << bytes_of(top + "/err");
    EXPECT_THAT(task->state.diff, HasSubstr("-    return a - b\n+    return a + b\n")) << "seed " << seed;
    EXPECT_EQ(bytes_of(root + "/add.py"), kSource);
    // And the command shows it.
    EXPECT_EQ(run_for({"tasks", "show", files[0].id}, 0), 0);
    EXPECT_THAT(bytes_of(top + "/out"), HasSubstr("\nthe change\n"));
    EXPECT_THAT(bytes_of(top + "/out"), HasSubstr("    +    return a + b\n"));
  }
  ::unsetenv("XDG_CONFIG_HOME");
}

// Keys are in the process's memory: what else runs as the same user must not read it. The kernel shows that by giving the
// process's entries in /proc to root.
TEST_F(AgentKilled, NobodyLooksIntoTheProcess) {
#ifndef NDEBUG
  GTEST_SKIP() << "programs for debugging may be looked into";
#endif
  const std::string program = std::string(FIMD_BUILD_DIR) + "/fimd";
  if (!fs::exists(program)) GTEST_SKIP() << "the program is not built";
  int in[2], out[2];
  ASSERT_EQ(::pipe2(in, O_CLOEXEC), 0);
  ASSERT_EQ(::pipe2(out, O_CLOEXEC), 0);
  const pid_t pid = ::fork();
  if (pid == 0) {
    ::dup2(in[0], 0);
    ::dup2(out[1], 1);
    if (::geteuid() == 0 && (::setgid(65534) != 0 || ::setuid(65534) != 0)) ::_exit(99);
    ::execl(program.c_str(), program.c_str(), "--stdio", nullptr);
    ::_exit(99);
  }
  ::close(in[0]);
  ::close(out[1]);
  const std::string body = R"({"jsonrpc":"2.0","id":1,"method":"initialize","params":{"capabilities":{}}})";
  const std::string message = "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  EXPECT_EQ(::write(in[1], message.data(), message.size()), static_cast<ssize_t>(message.size()));
  char byte = 0;
  const bool runs = ::read(out[0], &byte, 1) == 1;  // it has begun to answer
  struct stat about {};
  const bool known = ::stat(("/proc/" + std::to_string(pid) + "/environ").c_str(), &about) == 0;
  ::kill(pid, SIGKILL);
  ::waitpid(pid, nullptr, 0);
  ::close(in[1]);
  ::close(out[0]);
  if (!runs) GTEST_SKIP() << "the program cannot be run by another user here";
  EXPECT_TRUE(known);
  EXPECT_EQ(about.st_uid, 0U);
}

}  // namespace
}  // namespace fimd::tests

#include "lsp/eval/git.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "context/budget.h"
#include "context/descriptor.h"

extern char** environ;

namespace fimd::lsp {
namespace {

constexpr size_t kMostOutput = 32u << 20;
constexpr Duration kPatience = std::chrono::seconds(20);

// A repository may name programs to be run by these.
constexpr const char* kHarmless[] = {"--no-optional-locks",      "-c", "core.fsmonitor=false", "-c",
                                     "core.hooksPath=/dev/null", "-c", "core.pager=cat",       "-c",
                                     "diff.external=",           "-c", "core.quotePath=false"};

struct Child {
  pid_t pid = -1;
  ~Child() {
    if (pid <= 0) return;
    ::kill(pid, SIGKILL);
    ::waitpid(pid, nullptr, 0);
  }
  // The exit code; -1: it was ended by a signal.
  int wait() {
    int status = 0;
    while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    pid = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }
};

Result<void> start(const std::vector<std::string>& words, int out, Child& child) {
  std::vector<char*> argv;
  for (const std::string& word : words) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, out, 1);
  posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
  const int failed = ::posix_spawnp(&child.pid, "git", &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (failed == 0) return {};
  child.pid = -1;
  return fail(Error::Code::not_found, std::string("git: ") + std::strerror(failed));
}

}  // namespace

Result<std::string> git(const std::string& root, const std::vector<std::string>& arguments) {
  std::vector<std::string> words = {"git", "-C", root};
  words.insert(words.end(), std::begin(kHarmless), std::end(kHarmless));
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::array<int, 2> pipe{};
  if (::pipe2(pipe.data(), O_CLOEXEC) != 0) return fail(Error::Code::io, std::string("git: ") + std::strerror(errno));
  const context::Descriptor in(pipe[0]);
  context::Descriptor out(pipe[1]);
  Child child;
  if (auto started = start(words, out.get(), child); !started) return tl::unexpected(started.error());
  out.reset();
  const TimePoint deadline = Clock::now() + kPatience;
  std::string text;
  std::array<char, 65536> piece{};
  for (;;) {
    pollfd ready{in.get(), POLLIN, 0};
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
    if (left <= 0) return fail(Error::Code::deadline, "git: does not end");
    if (::poll(&ready, 1, static_cast<int>(left)) <= 0) continue;
    const ssize_t n = ::read(in.get(), piece.data(), piece.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) break;
    text.append(piece.data(), static_cast<size_t>(n));
    if (text.size() > kMostOutput) return fail(Error::Code::io, "git: says too much");
  }
  if (const int code = child.wait(); code != 0)
    return fail(Error::Code::io, "git: failed with code " + std::to_string(code));
  return text;
}

}  // namespace fimd::lsp

#include "providers/agent/jail_helper.h"

#include <dirent.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <map>

#include "providers/agent/jail_filter.h"
#include "providers/agent/jail_root.h"
#include "providers/agent/jail_spec.h"

namespace fimd::providers::agent {
namespace {

using Mode = JailSpec::Mode;

constexpr int kStatus = 3;  // the descriptor that words go to
constexpr int kRounds = 20;  // of ending what is left

void tell(const std::string& words) {
  const std::string line = words + "\n";
  if (::write(kStatus, line.data(), line.size()) < 0) return;  // nobody listens any more
}

int refuse(const std::string& why) {
  tell("error " + why);
  return 1;
}

std::string read_all(int fd) {
  std::string out;
  char piece[4096];
  for (ssize_t n = 0; (n = ::read(fd, piece, sizeof piece)) > 0;) out.append(piece, static_cast<size_t>(n));
  return out;
}

bool write_file(const char* path, const std::string& text) {
  const int fd = ::open(path, O_WRONLY | O_CLOEXEC);
  const bool written = fd >= 0 && ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  if (fd >= 0) ::close(fd);
  return written;
}

// The same user within; nothing else is known there.
std::string map_user(uid_t user, gid_t group) {
  if (!write_file("/proc/self/setgroups", "deny")) return failed("setgroups");
  if (!write_file("/proc/self/uid_map", std::to_string(user) + " " + std::to_string(user) + " 1"))
    return failed("uid_map");
  if (!write_file("/proc/self/gid_map", std::to_string(group) + " " + std::to_string(group) + " 1"))
    return failed("gid_map");
  return "";
}

std::vector<LandlockPath> reachable(const JailSpec& spec) {
  std::vector<LandlockPath> out;
  const bool own_root = spec.mode == Mode::overlay || spec.mode == Mode::copy || spec.mode == Mode::inner;
  if (own_root) out.push_back({"/", false});
  for (const std::string& path : spec.shown) out.push_back({path, false});
  out.push_back({"/proc", false});
  for (const char* path : {"/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom"})
    out.push_back({path, true});
  if (own_root) {
    for (const char* path : {"/tmp", "/var/tmp", "/dev/shm"}) out.push_back({path, true});
    out.push_back({spec.root, true});
  }
  for (const std::string& path : spec.writable) out.push_back({path, true});
  out.push_back({spec.home, true});
  out.push_back({spec.temporary, true});
  return out;
}

// From here on nothing can be gained back. Empty, or what failed.
std::string give_up_rights(const JailSpec& spec) {
  if (auto wrong = apply_limits(spec); !wrong.empty()) return wrong;
  if (spec.mode == Mode::bare) return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 ? "" : failed("no_new_privs");
  if (auto wrong = drop_capabilities(); !wrong.empty()) return wrong;
  const Allowance allowance{.loopback = spec.loopback == 1 && spec.mode != Mode::filters,
                            .others_in_sight = spec.mode == Mode::filters};
  if (auto wrong = apply_landlock(reachable(spec), allowance); !wrong.empty()) return wrong;
  if (auto wrong = apply_seccomp(allowance); !wrong.empty()) return wrong;
  return allowance.loopback ? speaks_to_itself() : "";
}

// The process becomes the command; comes back only where that fails.
int become_command(const JailSpec& spec) {
  ::setsid();
  ::close(0);
  if (::open("/dev/null", O_RDONLY) != 0) return refuse(failed("/dev/null"));
  if (::chdir(spec.directory.c_str()) != 0) return refuse(failed(spec.directory.c_str()));
  if (auto wrong = give_up_rights(spec); !wrong.empty()) return refuse(wrong);
  ::syscall(SYS_close_range, 3U, ~0U, 4U);  // all but 0, 1 and 2 end with the start of the command
  ::fcntl(kStatus, F_SETFD, FD_CLOEXEC);
  std::vector<char*> argv, environment;
  for (const std::string& each : spec.argv) argv.push_back(const_cast<char*>(each.c_str()));
  for (const std::string& each : spec.environment) environment.push_back(const_cast<char*>(each.c_str()));
  argv.push_back(nullptr);
  environment.push_back(nullptr);
  ::execve(argv[0], argv.data(), environment.data());
  return refuse("cannot start " + spec.argv[0] + ": " + std::strerror(errno));
}

std::string words_of(int status) {
  return WIFEXITED(status) ? "exit " + std::to_string(WEXITSTATUS(status))
                           : "signal " + std::to_string(WTERMSIG(status));
}

// Starts the command and buries what ends, until the command has.
std::string run_command(const JailSpec& spec) {
  const pid_t child = ::fork();
  if (child < 0) return "error " + failed("fork");
  if (child == 0) ::_exit(become_command(spec) + 126);
  int status = 0;
  for (;;) {
    const pid_t ended = ::waitpid(-1, &status, 0);
    if (ended == child) return words_of(status);
    if (ended < 0 && errno != EINTR) return "error " + failed("wait");
  }
}

// The first process of the new namespaces: with its end the kernel ends all others.
int run_as_first(const JailSpec& spec) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (spec.loopback == 1) {
    if (auto wrong = bring_up_loopback(); !wrong.empty()) return refuse(wrong);
  }
  if (auto wrong = enter_root(spec); !wrong.empty()) return refuse(wrong);
  ::prctl(PR_SET_DUMPABLE, 0);  // the command is of the same user and could look into this process
  tell(run_command(spec));
  return 0;
}

int run_in_namespaces(const JailSpec& spec) {
  const uid_t user = ::geteuid();
  const gid_t group = ::getegid();
  if (::unshare(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS |
                CLONE_NEWCGROUP) != 0)
    return refuse(failed("namespaces"));
  if (auto wrong = map_user(user, group); !wrong.empty()) return refuse(wrong);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != spec.parent) return 1;
  const pid_t first = ::fork();
  if (first < 0) return refuse(failed("fork"));
  if (first == 0) ::_exit(run_as_first(spec));
  int status = 0;
  while (::waitpid(first, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

std::map<pid_t, pid_t> parents() {
  std::map<pid_t, pid_t> out;
  DIR* folder = ::opendir("/proc");
  if (folder == nullptr) return out;
  while (const dirent* entry = ::readdir(folder)) {
    pid_t id = 0;
    const std::string_view name = entry->d_name;
    if (std::from_chars(name.data(), name.data() + name.size(), id).ptr != name.data() + name.size()) continue;
    const int fd = ::open(("/proc/" + std::string(name) + "/stat").c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) continue;
    const std::string text = read_all(fd);
    ::close(fd);
    const size_t behind = text.rfind(')');  // the name before may hold anything
    pid_t parent = 0;
    if (behind != std::string::npos && behind + 4 < text.size())
      std::from_chars(text.data() + behind + 4, text.data() + text.size(), parent);
    out[id] = parent;
  }
  ::closedir(folder);
  return out;
}

// Without a namespace: whatever the command left is this process's child by now, or a child of one.
void end_descendants() {
  const pid_t self = ::getpid();
  for (int round = 0; round < kRounds; ++round) {
    const auto all = parents();
    std::vector<pid_t> mine;
    for (const auto& [id, parent] : all) {
      pid_t up = id;
      for (int depth = 0; depth < 1'000 && up > 1 && up != self; ++depth) up = all.contains(up) ? all.at(up) : 0;
      if (up == self && id != self) mine.push_back(id);
    }
    // Stopped first, so that none has another child while the others are ended.
    for (const int signal : {SIGSTOP, SIGKILL}) {
      for (const pid_t id : mine) ::kill(id, signal);
    }
    while (::waitpid(-1, nullptr, WNOHANG) > 0) {
    }
    if (mine.empty()) return;
  }
}

// Landlock and seccomp on the command alone; this process stays outside and ends what the command leaves.
int run_with_filters(const JailSpec& spec) {
  sigset_t waited, before;
  ::sigemptyset(&waited);
  ::sigaddset(&waited, SIGTERM);  // fimd asks for the end, or has ended itself
  ::sigaddset(&waited, SIGCHLD);
  ::sigprocmask(SIG_BLOCK, &waited, &before);
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  if (::getppid() != spec.parent) return 1;
  ::prctl(PR_SET_DUMPABLE, 0);
  const pid_t child = ::fork();
  if (child < 0) return refuse(failed("fork"));
  if (child == 0) {
    ::sigprocmask(SIG_SETMASK, &before, nullptr);
    ::_exit(become_command(spec) + 126);
  }
  int status = 0;
  bool ended = false, asked = false;
  while (!ended && !asked) {
    asked = ::sigwaitinfo(&waited, nullptr) == SIGTERM;
    for (pid_t id = 0; !ended && (id = ::waitpid(-1, &status, WNOHANG)) > 0;) ended = id == child;
  }
  end_descendants();
  tell(ended ? words_of(status) : "error ended from outside");
  return 0;
}

}  // namespace

int run_jail_helper() {
  ::syscall(SYS_close_range, static_cast<unsigned>(kStatus + 1), ~0U, 0U);
  const auto spec = spec_from(read_all(0));
  if (!spec) return refuse(spec.error().message);
  if (spec->mode == Mode::inner) return become_command(*spec);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != spec->parent) return 1;
  write_file("/proc/self/oom_score_adj", "1000");
  ::setpriority(PRIO_PROCESS, 0, 10);
  ::syscall(SYS_ioprio_set, 1, 0, 3 << 13);  // idle: completions and the editor go first
  if (spec->mode == Mode::overlay || spec->mode == Mode::copy) return run_in_namespaces(*spec);
  return run_with_filters(*spec);
}

}  // namespace fimd::providers::agent

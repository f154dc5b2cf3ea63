// Programs in the jail that try to get out, at every rung that this machine has. One run of a jailed program makes all
// attempts of a rung; what they were aimed at is looked at afterwards.
#include <arpa/inet.h>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/netlink.h>
#include <linux/sched.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <cstring>
#include <map>
#include <set>
#include <sstream>

#include "tests/unit/providers/agent/jail_here.h"

namespace fimd::tests {
namespace {

using namespace providers::agent;
using testing::HasSubstr;
using testing::Not;

// What the attacks are aimed at; travels as words.
struct Aim {
  std::string canary, home, socket;
  int victim = 0, tcp = 0, udp = 0;
};

bool opens(const std::string& path, int flags) { return ::open(path.c_str(), flags) >= 0; }
bool calls(long number, long a = 0, long b = 0, long c = 0, long d = 0, long e = 0) { return ::syscall(number, a, b, c, d, e) >= 0; }
long at(const char* text) { return reinterpret_cast<long>(text); }

bool connects(int family, int type, const sockaddr* address, socklen_t size) {
  const int fd = ::socket(family, type, 0);
  if (fd < 0) return false;
  if (type == SOCK_DGRAM) return ::sendto(fd, "x", 1, 0, address, size) == 1;
  return ::connect(fd, address, size) == 0;
}
bool connects_to_port(int type, int port) {
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(static_cast<uint16_t>(port));
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return connects(AF_INET, type, reinterpret_cast<const sockaddr*>(&to), sizeof to);
}
sockaddr_un unix_address(const std::string& path) {
  sockaddr_un to{};
  to.sun_family = AF_UNIX;
  std::memcpy(to.sun_path, path.data(), std::min(path.size(), sizeof to.sun_path - 1));
  return to;
}
bool sends_through_a_pair(const std::string& path) {
  int pair[2];
  if (::socketpair(AF_UNIX, SOCK_DGRAM, 0, pair) != 0) return false;
  const sockaddr_un to = unix_address(path);
  return ::sendto(pair[0], "x", 1, 0, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 1;
}
bool reads_memory_of(int victim) {
  char there = 0, here = 0;
  iovec local{&here, 1}, remote{&there, 1};
  return ::process_vm_readv(victim, &local, 1, &remote, 1, 0) > 0 || ::ptrace(PTRACE_ATTACH, victim, nullptr, nullptr) == 0 ||
         opens("/proc/" + std::to_string(victim) + "/mem", O_RDONLY);
}
bool finds_descriptors() {
  for (int fd = 3; fd < 4096; ++fd) {
    if (::fcntl(fd, F_GETFD) >= 0) return true;
  }
  return false;
}
bool limits_another(int victim) {
  const rlimit none{0, 0};
  return ::prlimit(victim, RLIMIT_NOFILE, &none, nullptr) == 0;
}
bool moves_another(int victim) {
  cpu_set_t first;
  CPU_ZERO(&first);
  CPU_SET(0, &first);
  const sched_param none{};
  return ::sched_setaffinity(victim, sizeof first, &first) == 0 || ::sched_setscheduler(victim, SCHED_BATCH, &none) == 0 ||
         ::setpriority(PRIO_PROCESS, static_cast<id_t>(victim), 19) == 0 || ::syscall(SYS_ioprio_set, 1, victim, 3 << 13) == 0;
}
bool changes_owner_or_times(const std::string& path) {
  return ::chown(path.c_str(), ::getuid(), ::getgid()) == 0 || ::utimensat(AT_FDCWD, path.c_str(), nullptr, 0) == 0;
}
// A program that would run with its owner's rights, where one may be made.
bool makes_setuid_count() {
  const int fd = ::open("setuid", O_CREAT | O_WRONLY | O_CLOEXEC, 0755);
  if (fd < 0 || ::fchmod(fd, 04755) != 0) return false;
  struct statvfs about {};
  return ::fstatvfs(fd, &about) == 0 && (about.f_flag & ST_NOSUID) == 0 && ::prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1;
}
bool calls_as_32_bit() {
#if defined(__x86_64__)
  long result = 20;  // getpid
  asm volatile("int $0x80" : "+a"(result) : : "memory");
  return result > 0;
#else
  return false;
#endif
}
bool writes_through_a_link(const std::string& canary) {
  return ::symlink(canary.c_str(), "link") == 0 && opens("link", O_WRONLY);
}
bool reads_input() {
  char byte = 0;
  return ::read(0, &byte, 1) > 0;
}

// True: it worked.
const std::map<std::string, bool (*)(const Aim&)>& attacks() {
  static const std::map<std::string, bool (*)(const Aim&)> kAttacks = {
      {"write", [](const Aim& a) { return opens(a.canary, O_WRONLY) || opens(a.canary + "2", O_WRONLY | O_CREAT); }},
      {"truncate", [](const Aim& a) { return ::truncate(a.canary.c_str(), 3) == 0; }},
      {"rename", [](const Aim& a) { return ::rename(a.canary.c_str(), (a.canary + "3").c_str()) == 0 || ::rename(a.canary.c_str(), "here") == 0; }},
      {"hard link", [](const Aim& a) { return ::link(a.canary.c_str(), "hard") == 0; }},
      {"symbolic link", [](const Aim& a) { return writes_through_a_link(a.canary); }},
      {"unlink", [](const Aim& a) { return ::unlink(a.canary.c_str()) == 0; }},
      {"read home", [](const Aim& a) { return opens(a.home + "/.ssh/id_rsa", O_RDONLY); }},
      {"read shadow", [](const Aim&) { return opens("/etc/shadow", O_RDONLY); }},
      {"environ", [](const Aim& a) { return opens("/proc/" + std::to_string(a.victim) + "/environ", O_RDONLY); }},
      {"memory of others", [](const Aim& a) { return reads_memory_of(a.victim); }},
      {"signal", [](const Aim& a) { return ::kill(a.victim, SIGUSR1) == 0; }},
      {"place of others", [](const Aim& a) { return moves_another(a.victim); }},
      {"limits of others", [](const Aim& a) { return limits_another(a.victim); }},
      {"tcp", [](const Aim& a) { return connects_to_port(SOCK_STREAM, a.tcp); }},
      {"udp", [](const Aim& a) { return connects_to_port(SOCK_DGRAM, a.udp); }},
      {"ipv6", [](const Aim&) { return ::socket(AF_INET6, SOCK_STREAM, 0) >= 0; }},
      {"raw", [](const Aim&) { return ::socket(AF_INET, SOCK_RAW, IPPROTO_ICMP) >= 0 || ::socket(AF_PACKET, SOCK_RAW, 0) >= 0; }},
      {"netlink", [](const Aim&) { return ::socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE) >= 0; }},
      {"vsock", [](const Aim&) { return ::socket(40, SOCK_STREAM, 0) >= 0; }},
      {"unix socket", [](const Aim& a) {
         const sockaddr_un to = unix_address(a.socket);
         return connects(AF_UNIX, SOCK_DGRAM, reinterpret_cast<const sockaddr*>(&to), sizeof to);
       }},
      {"unix socket through a pair", [](const Aim& a) { return sends_through_a_pair(a.socket); }},
      {"io_uring", [](const Aim&) { char params[256] = {}; return calls(425, 4, at(params)); }},
      {"unshare", [](const Aim&) { return ::unshare(CLONE_NEWUSER) == 0 || ::unshare(CLONE_NEWNS) == 0; }},
      {"clone", [](const Aim&) { return calls(SYS_clone, CLONE_NEWUSER | SIGCHLD); }},
      {"clone3", [](const Aim&) { clone_args args{}; args.flags = CLONE_NEWUSER; return calls(435, reinterpret_cast<long>(&args), sizeof args); }},
      {"setns", [](const Aim&) { return ::setns(::open("/proc/self/ns/net", O_RDONLY), 0) == 0; }},
      {"mount", [](const Aim&) { return ::mount("tmpfs", "/tmp", "tmpfs", 0, nullptr) == 0 || ::mount("/usr", "/tmp", nullptr, MS_BIND, nullptr) == 0; }},
      {"remount", [](const Aim&) { return ::mount(nullptr, "/", nullptr, MS_REMOUNT | MS_BIND, nullptr) == 0 || ::mount(nullptr, "/usr", nullptr, MS_REMOUNT | MS_BIND, nullptr) == 0; }},
      {"umount", [](const Aim&) { return ::umount2("/tmp", MNT_DETACH) == 0 || ::umount2("/proc", MNT_DETACH) == 0; }},
      {"pivot_root", [](const Aim&) { return calls(SYS_pivot_root, at("."), at(".")) || ::chroot("/tmp") == 0; }},
      {"new mount calls", [](const Aim&) { return calls(428, AT_FDCWD, at("/"), 1) || calls(430, at("tmpfs"), 0) || calls(442, -1, at("/"), 0x8000, at("\0\0\0\0\0\0\0\0\1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"), 32); }},
      {"file handles", [](const Aim&) {
         struct {
           unsigned size = 8;
           int type = 1;
           char bytes[128] = {2};
         } handle;
         int mount = 0;
         return calls(SYS_open_by_handle_at, AT_FDCWD, reinterpret_cast<long>(&handle), O_RDONLY) ||
                calls(SYS_name_to_handle_at, AT_FDCWD, at("/"), reinterpret_cast<long>(&handle), reinterpret_cast<long>(&mount));
       }},
      {"fanotify", [](const Aim&) { return calls(SYS_fanotify_init, 0, O_RDONLY); }},
      {"bpf", [](const Aim&) { return calls(SYS_bpf, 0, at("\0\0\0\1\0\0\0\4\0\0\0\4\0\0\0\1\0\0\0\0\0\0\0\0\0\0\0\0"), 28); }},
      {"keys", [](const Aim&) { return calls(SYS_add_key, at("user"), at("x"), at("y"), 1, -3) || calls(SYS_keyctl, 0, -3, 1); }},
      {"perf", [](const Aim&) { char attributes[128] = {1, 0, 0, 0, 112}; return calls(SYS_perf_event_open, reinterpret_cast<long>(attributes), 0, -1, -1); }},
      {"userfaultfd", [](const Aim&) { return calls(SYS_userfaultfd, 1); }},
      {"32 bit calls", [](const Aim&) { return calls_as_32_bit(); }},
      {"x32 calls", [](const Aim&) { return calls(0x40000000 | 39); }},
      {"kernel settings", [](const Aim&) { return opens("/proc/sys/kernel/core_pattern", O_WRONLY) || opens("/proc/sysrq-trigger", O_WRONLY) || opens("/sys/kernel/uevent_helper", O_WRONLY) || opens("/sys/fs/cgroup/release_agent", O_WRONLY) || opens("/sys/fs/cgroup/cgroup.procs", O_WRONLY); }},
      {"device node", [](const Aim&) { return ::mknod("device", S_IFCHR | 0666, makedev(1, 3)) == 0 || ::mknod("block", S_IFBLK | 0666, makedev(254, 0)) == 0; }},
      {"more rights", [](const Aim&) { return ::prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1 || ::setgid(1) == 0 || ::setuid(1) == 0; }},
      {"setuid", [](const Aim&) { return makes_setuid_count(); }},
      {"descriptors", [](const Aim&) { return finds_descriptors(); }},
      {"descriptors of the first process", [](const Aim&) { return ::getppid() == 1 ? opens("/proc/1/fd/3", O_WRONLY) : opens("/proc/" + std::to_string(::getppid()) + "/fd/3", O_WRONLY); }},
      {"terminal", [](const Aim&) { char key = 'x'; return opens("/dev/tty", O_RDWR) || ::ioctl(1, TIOCSTI, &key) == 0; }},
      {"input", [](const Aim&) { return reads_input(); }},
      {"metadata", [](const Aim& a) { return ::chmod(a.canary.c_str(), 0777) == 0 || ::setxattr(a.canary.c_str(), "user.x", "y", 1, 0) == 0 || changes_owner_or_times(a.canary); }},
  };
  return kAttacks;
}

// The jailed side: "NAME blocked" or "NAME ESCAPED" a line, each attempt in a process of its own.
int attack(const Aim& aim, bool harmless) {
  const std::set<std::string> kHarmless = {"write", "truncate", "rename", "hard link", "symbolic link", "metadata", "read home",
                                           "environ", "signal", "tcp", "udp", "unix socket", "unix socket through a pair"};
  for (const auto& [name, attempt] : attacks()) {
    if (harmless && !kHarmless.contains(name)) continue;
    const pid_t child = ::fork();
    if (child == 0) ::_exit(attempt(aim) ? 1 : 0);
    int status = 0;
    if (child > 0) ::waitpid(child, &status, 0);
    const bool blocked = child > 0 && (WIFSIGNALED(status) || WEXITSTATUS(status) == 0);
    std::printf("%s %s\n", name.c_str(), blocked ? "blocked" : "ESCAPED");
    std::fflush(stdout);
  }
  return 0;
}

[[gnu::constructor(65000)]] void become_attacker(int argc, char** argv) {
  if (argc == 9 && std::string_view(argv[1]) == "jail-attack")
    ::_exit(attack({argv[2], argv[3], argv[4], std::atoi(argv[5]), std::atoi(argv[6]), std::atoi(argv[7])}, std::string_view(argv[8]) == "harmless"));
}

int listening(int type, int& port) {
  const int fd = ::socket(AF_INET, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  sockaddr_in here{};
  here.sin_family = AF_INET;
  here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof here;
  if (::bind(fd, reinterpret_cast<const sockaddr*>(&here), size) != 0) return -1;
  if (type == SOCK_STREAM && ::listen(fd, 4) != 0) return -1;
  ::getsockname(fd, reinterpret_cast<sockaddr*>(&here), &size);
  port = ntohs(here.sin_port);
  return fd;
}

struct Result {
  std::string skipped;  // why the rung is not here
  std::string output;
  bool canary_untouched = false, mode_kept = false, victim_alive = false, nobody_called = false;
};

Result attack_rung(JailRung rung, bool loopback = false) {
  JailHere here(rung);
  here.command.loopback = loopback;
  Result result;
  result.skipped = rung == JailRung::none ? "" : loopback ? try_loopback(here.jail, {}) : try_rung(here.jail, {});
  if (!result.skipped.empty()) return result;
  Aim aim{here.canary(), here.top().at("home"), here.top().at("canary/s"), 0, 0, 0};
  const int tcp = listening(SOCK_STREAM, aim.tcp), udp = listening(SOCK_DGRAM, aim.udp);
  const int local = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  const sockaddr_un address = unix_address(aim.socket);
  EXPECT_EQ(::bind(local, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  aim.victim = ::fork();
  if (aim.victim == 0) {
    for (;;) ::pause();
  }
  const auto text = [](int number) { return std::to_string(number); };
  result.output = here.run({std::filesystem::canonical("/proc/self/exe").string(), "jail-attack", aim.canary, aim.home, aim.socket, text(aim.victim), text(aim.tcp), text(aim.udp), rung == JailRung::none ? "harmless" : "all"}).output;
  result.victim_alive = ::waitpid(aim.victim, nullptr, WNOHANG) == 0;
  ::kill(aim.victim, SIGKILL);
  ::waitpid(aim.victim, nullptr, 0);
  char byte = 0;
  result.nobody_called = ::accept(tcp, nullptr, nullptr) < 0 && ::recv(udp, &byte, 1, 0) < 0 && ::recv(local, &byte, 1, 0) < 0;
  for (const int fd : {tcp, udp, local}) ::close(fd);
  struct stat about {};
  result.canary_untouched = here.top().get("canary/file") == "untouched" && ::stat(here.canary().c_str(), &about) == 0 &&
                            about.st_nlink == 1 && !std::filesystem::exists(here.canary() + "2");
  result.mode_kept = (about.st_mode & 0777) != 0777;
  return result;
}

class JailAttack : public testing::TestWithParam<JailRung> {
 protected:
  void SetUp() override {
    if (kSanitized) GTEST_SKIP() << kNotSanitized;
    static std::map<JailRung, Result> results;
    auto known = results.find(GetParam());
    if (known == results.end()) known = results.emplace(GetParam(), attack_rung(GetParam())).first;
    result = &known->second;
    if (!result->skipped.empty()) GTEST_SKIP() << "this machine does not have " << name(GetParam()) << ": " << result->skipped;
  }
  void expect_blocked(const std::string& attempt) const { EXPECT_THAT("\n" + result->output, HasSubstr("\n" + attempt + " blocked\n")); }

  const Result* result = nullptr;
};
INSTANTIATE_TEST_SUITE_P(Rungs, JailAttack, kRungs, rung_name);

TEST_P(JailAttack, WritesAFileOutside) {
  expect_blocked("write");
  expect_blocked("truncate");
}

TEST_P(JailAttack, MovesAFileOutside) {
  expect_blocked("rename");
  expect_blocked("unlink");
}

TEST_P(JailAttack, LinksAFileIntoTheWorkspaceAndWritesIt) {
  expect_blocked("hard link");
  expect_blocked("symbolic link");
}

TEST_P(JailAttack, ReadsTheHomeFolder) {
  expect_blocked("read home");
}

TEST_P(JailAttack, ReadsPasswordHashes) {
  expect_blocked("read shadow");
}

TEST_P(JailAttack, ReadsTheEnvironmentOfAnotherProcess) {
  expect_blocked("environ");
}

TEST_P(JailAttack, ReadsTheMemoryOfAnotherProcess) {
  expect_blocked("memory of others");
}

TEST_P(JailAttack, SignalsAnotherProcess) {
  expect_blocked("signal");
}

TEST_P(JailAttack, LimitsAnotherProcess) {
  expect_blocked("limits of others");
  expect_blocked("place of others");
}

TEST_P(JailAttack, ConnectsToTheNetwork) {
  expect_blocked("tcp");
  expect_blocked("ipv6");
  expect_blocked("raw");
  expect_blocked("netlink");
  expect_blocked("vsock");
}

TEST_P(JailAttack, SendsDatagrams) {
  expect_blocked("udp");
}

TEST_P(JailAttack, TalksToUnixSockets) {
  expect_blocked("unix socket");
  expect_blocked("unix socket through a pair");
}

TEST_P(JailAttack, GoesRoundTheFilterWithIoUring) {
  expect_blocked("io_uring");
}

TEST_P(JailAttack, MakesNamespaces) {
  expect_blocked("unshare");
  expect_blocked("clone");
  expect_blocked("clone3");
  expect_blocked("setns");
}

TEST_P(JailAttack, MountsOverTheJail) {
  expect_blocked("mount");
  expect_blocked("remount");
  expect_blocked("umount");
  expect_blocked("pivot_root");
  expect_blocked("new mount calls");
}

TEST_P(JailAttack, OpensFilesByHandle) {
  expect_blocked("file handles");
  expect_blocked("fanotify");
}

TEST_P(JailAttack, LoadsIntoTheKernel) {
  expect_blocked("bpf");
  expect_blocked("perf");
  expect_blocked("userfaultfd");
}

TEST_P(JailAttack, ReadsKeyrings) {
  expect_blocked("keys");
}

TEST_P(JailAttack, CallsAs32BitCode) {
  expect_blocked("32 bit calls");
  expect_blocked("x32 calls");
}

TEST_P(JailAttack, ChangesKernelSettings) {
  expect_blocked("kernel settings");
}

TEST_P(JailAttack, MakesDeviceNodes) {
  expect_blocked("device node");
}

TEST_P(JailAttack, GainsRights) {
  expect_blocked("more rights");
  expect_blocked("setuid");
}

TEST_P(JailAttack, InheritsDescriptors) {
  expect_blocked("descriptors of the first process");
}

TEST_P(JailAttack, TypesIntoTheTerminal) {
  expect_blocked("terminal");
}

TEST_P(JailAttack, ReadsInput) {
  expect_blocked("input");
}

TEST_P(JailAttack, ChangesWhatIsOutside) {
  EXPECT_TRUE(result->canary_untouched);
  EXPECT_TRUE(result->victim_alive);
  EXPECT_TRUE(result->nobody_called);
}

TEST_P(JailAttack, FindsADescriptorThatWasLeftOpen) {
  expect_blocked("descriptors");
}

TEST_P(JailAttack, ChangesModesAndAttributesOutside) {
  // Landlock does not know these calls; only a root of its own keeps them off.
  if (GetParam() == JailRung::filters) GTEST_SKIP() << "Landlock alone cannot keep modes and attributes";
  expect_blocked("metadata");
  EXPECT_TRUE(result->mode_kept);
}

// With a network of its own a program may have sockets and send to its own 127.0.0.1; all else is as it was.
class JailAttackWithLoopback : public testing::TestWithParam<JailRung> {};
INSTANTIATE_TEST_SUITE_P(Rungs, JailAttackWithLoopback, kRungs, rung_name);

TEST_P(JailAttackWithLoopback, ReachesNothingOfThisMachine) {
  if (kSanitized) GTEST_SKIP() << kNotSanitized;
  const Result result = attack_rung(GetParam(), true);
  if (!result.skipped.empty()) GTEST_SKIP() << "no loopback with " << name(GetParam()) << ": " << result.skipped;
  std::istringstream lines(result.output);
  size_t blocked = 0;
  for (std::string line; std::getline(lines, line);) {
    if (line == "udp ESCAPED" || line == "ipv6 ESCAPED") continue;  // it has such sockets; nobody is at their other end
    EXPECT_THAT(line, testing::EndsWith(" blocked"));
    blocked += line.ends_with(" blocked") ? 1 : 0;
  }
  EXPECT_EQ(blocked + 2, attacks().size());
  EXPECT_TRUE(result.canary_untouched);
  EXPECT_TRUE(result.victim_alive);
  EXPECT_TRUE(result.nobody_called);
}

// Without a jail the same attempts work: they are real ones.
TEST(JailAttackItself, WorksWhereNothingHoldsIt) {
  if (kSanitized) GTEST_SKIP() << kNotSanitized;
  const Result result = attack_rung(JailRung::none);
  for (const char* attempt : {"write", "read home", "environ", "signal", "tcp", "udp", "unix socket", "metadata"})
    EXPECT_THAT("\n" + result.output, HasSubstr(std::string("\n") + attempt + " ESCAPED\n"));
  EXPECT_FALSE(result.canary_untouched);
  EXPECT_FALSE(result.victim_alive);
  EXPECT_FALSE(result.nobody_called);
}

}  // namespace
}  // namespace fimd::tests

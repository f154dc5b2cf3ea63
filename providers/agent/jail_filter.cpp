#include "providers/agent/jail_filter.h"

#include <fcntl.h>
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>

namespace fimd::providers::agent {
namespace {

constexpr long kLandlockCreate = 444, kLandlockAdd = 445, kLandlockRestrict = 446;
constexpr uint64_t kExecute = 1U << 0, kWriteFile = 1U << 1, kReadFile = 1U << 2, kReadDir = 1U << 3;
constexpr uint64_t kMakeChar = 1U << 6, kMakeBlock = 1U << 11, kRefer = 1U << 13, kTruncate = 1U << 14,
                   kIoctl = 1U << 15;
constexpr uint64_t kOfFiles = kExecute | kWriteFile | kReadFile | kTruncate | kIoctl;

struct Ruleset {
  uint64_t files, net, scoped;
};
struct [[gnu::packed]] PathRule {
  uint64_t allowed;
  int32_t fd;
};

uint64_t all_of(int version) {
  uint64_t all = 0x1FFF;
  if (version >= 2) all |= kRefer;
  if (version >= 3) all |= kTruncate;
  if (version >= 5) all |= kIoctl;
  return all;
}

bool allow(int ruleset, const LandlockPath& entry, uint64_t all) {
  const int fd = ::open(entry.path.c_str(), O_PATH | O_CLOEXEC);
  if (fd < 0) return true;
  struct stat about {};
  uint64_t allowed = entry.write ? all & ~(kMakeChar | kMakeBlock) : kExecute | kReadFile | kReadDir;
  if (::fstat(fd, &about) == 0 && !S_ISDIR(about.st_mode)) allowed &= kOfFiles;
  PathRule rule{allowed & all, fd};
  const bool added = ::syscall(kLandlockAdd, ruleset, 1, &rule, 0U) == 0;
  ::close(fd);
  return added;
}

// System calls that have no place in a build or a test. Not all are known to every header and machine.
constexpr auto kDenied = std::to_array<uint32_t>({
    SYS_ptrace,
    SYS_process_vm_readv,
    SYS_process_vm_writev,
    SYS_mount,
    SYS_umount2,
    SYS_pivot_root,
    SYS_chroot,
    SYS_unshare,
    SYS_setns,
    SYS_bpf,
    SYS_userfaultfd,
    SYS_keyctl,
    SYS_add_key,
    SYS_request_key,
    SYS_perf_event_open,
    SYS_kexec_load,
    SYS_open_by_handle_at,
    SYS_name_to_handle_at,
    SYS_init_module,
    SYS_finit_module,
    SYS_delete_module,
    SYS_acct,
    SYS_swapon,
    SYS_swapoff,
    SYS_reboot,
    SYS_quotactl,
    SYS_fanotify_init,
    SYS_kcmp,
    SYS_settimeofday,
    SYS_clock_settime,
    SYS_sethostname,
    SYS_setdomainname,
    SYS_syslog,
    SYS_vhangup,
    SYS_migrate_pages,
    SYS_move_pages,
#ifdef SYS_ioperm
    SYS_ioperm,
    SYS_iopl,
    SYS_modify_ldt,
    SYS_kexec_file_load,
    SYS_uselib,
    SYS_ustat,
    SYS_sysfs,
#endif
    // The same numbers on all machines: io_uring, the mount calls of 5.2 and later, pidfd_getfd, process_madvise.
    425,
    426,
    427,
    428,
    429,
    430,
    431,
    432,
    433,
    438,
    440,
    442,
    443,
});
constexpr auto kOfSockets =
    std::to_array<uint32_t>({SYS_socket, SYS_connect, SYS_bind, SYS_listen, SYS_accept, SYS_accept4});
constexpr uint32_t kClone3 = 435;
constexpr uint32_t kNewNamespaces = 0x7E020000;  // of clone's flags

#if defined(__x86_64__)
constexpr uint32_t kMachine = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
constexpr uint32_t kMachine = AUDIT_ARCH_AARCH64;
#else
constexpr uint32_t kMachine = 0;  // the filter refuses to be made
#endif

using Program = std::vector<sock_filter>;

constexpr uint32_t low_word(size_t argument) {
  return static_cast<uint32_t>(offsetof(seccomp_data, args) + 8 * argument);
}
sock_filter load(size_t offset) { return BPF_STMT(BPF_LD | BPF_W | BPF_ABS, static_cast<uint32_t>(offset)); }
sock_filter answer(uint32_t action) { return BPF_STMT(BPF_RET | BPF_K, action); }
constexpr uint32_t refused_with(int error) { return SECCOMP_RET_ERRNO | static_cast<uint32_t>(error); }

// `call` fails unless the argument, masked, is one of two values. The number is in the accumulator before and after.
void only_with(Program& program, uint32_t call, size_t argument, uint32_t mask, uint32_t one, uint32_t other) {
  program.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, call, 0, 6));
  program.push_back(load(low_word(argument)));
  program.push_back(BPF_STMT(BPF_ALU | BPF_AND | BPF_K, mask));
  program.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, one, 2, 0));
  program.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, other, 1, 0));
  program.push_back(answer(refused_with(EPERM)));
  program.push_back(load(offsetof(seccomp_data, nr)));
}

// `call` fails where the argument is the value.
void not_with(Program& program, uint32_t call, size_t argument, uint32_t value) {
  program.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, call, 0, 4));
  program.push_back(load(low_word(argument)));
  program.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, 1));
  program.push_back(answer(refused_with(EPERM)));
  program.push_back(load(offsetof(seccomp_data, nr)));
}

Program seccomp_program(Allowance allowance) {
  Program program = {load(offsetof(seccomp_data, arch)), BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, kMachine, 1, 0),
                     answer(SECCOMP_RET_KILL_PROCESS), load(offsetof(seccomp_data, nr))};
  // Numbers of the x32 interface.
  program.push_back(BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 0, 1));
  program.push_back(answer(refused_with(ENOSYS)));
  const auto deny = [&](uint32_t call) {
    program.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, call, 0, 1));
    program.push_back(answer(refused_with(EPERM)));
  };
  for (const uint32_t call : kDenied) deny(call);
  if (!allowance.loopback) {
    for (const uint32_t call : kOfSockets) deny(call);
  } else {
    // None with a path for a name: such a one would be of the machine.
    only_with(program, SYS_socket, 0, 0xFFFFFFFF, AF_INET, AF_INET6);
    only_with(program, SYS_socket, 1, 0xF, SOCK_STREAM, SOCK_DGRAM);
  }
  // glibc uses clone where clone3 does not exist; a filter cannot see what clone3 is told.
  program.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, kClone3, 0, 1));
  program.push_back(answer(refused_with(ENOSYS)));
  program.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone, 0, 4));
  program.push_back(load(low_word(0)));
  program.push_back(BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, kNewNamespaces, 0, 1));
  program.push_back(answer(refused_with(EPERM)));
  program.push_back(load(offsetof(seccomp_data, nr)));
  // A pair of datagram sockets could still send to a path.
  only_with(program, SYS_socketpair, 0, 0xFFFFFFFF, AF_UNIX, AF_UNIX);
  only_with(program, SYS_socketpair, 1, 0xF, SOCK_STREAM, SOCK_SEQPACKET);
  not_with(program, SYS_ioctl, 1, 0x5412);  // TIOCSTI: keys typed into a terminal
  not_with(program, SYS_ioctl, 1, 0x541C);  // TIOCLINUX
  // Limits of itself only.
  only_with(program, SYS_prlimit64, 0, 0xFFFFFFFF, 0, 0);
  if (allowance.others_in_sight) {
    for (const uint32_t call : {SYS_sched_setaffinity, SYS_sched_setscheduler, SYS_sched_setparam, SYS_sched_setattr})
      only_with(program, call, 0, 0xFFFFFFFF, 0, 0);
    only_with(program, SYS_setpriority, 1, 0xFFFFFFFF, 0, 0);
    only_with(program, SYS_ioprio_set, 1, 0xFFFFFFFF, 0, 0);
  }
  program.push_back(answer(SECCOMP_RET_ALLOW));
  return program;
}

bool limit(decltype(RLIMIT_CPU) which, uint64_t value) {
  rlimit now{};
  if (::getrlimit(which, &now) == 0 && now.rlim_max < value) value = now.rlim_max;
  const rlimit wanted{value, value};
  return ::setrlimit(which, &wanted) == 0;
}

}  // namespace

int landlock_version() { return static_cast<int>(::syscall(kLandlockCreate, nullptr, 0, 1U)); }

std::string failed(const char* what) { return std::string(what) + ": " + std::strerror(errno); }

std::string apply_landlock(const std::vector<LandlockPath>& paths, Allowance allowance) {
  const int version = landlock_version();
  if (version < 1) return "Landlock is not there: " + std::string(std::strerror(errno));
  const uint64_t all = all_of(version);
  Ruleset rules{all, version >= 4 && !allowance.loopback ? 3U : 0U, version >= 6 ? 3U : 0U};
  const int fd = static_cast<int>(::syscall(kLandlockCreate, &rules, version >= 6 ? 24 : version >= 4 ? 16 : 8, 0U));
  if (fd < 0) return failed("Landlock rules");
  for (const LandlockPath& path : paths) {
    if (!allow(fd, path, all)) return failed(("Landlock rule for " + path.path).c_str());
  }
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || ::syscall(kLandlockRestrict, fd, 0U) != 0)
    return failed("Landlock");
  ::close(fd);
  return "";
}

std::string apply_seccomp(Allowance allowance) {
  if (kMachine == 0) return "seccomp: no filter for this kind of machine";
  Program program = seccomp_program(allowance);
  const sock_fprog whole{static_cast<unsigned short>(program.size()), program.data()};
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return failed("no_new_privs");
  if (::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &whole, 0, 0) != 0) return failed("seccomp");
  return "";
}

std::string bring_up_loopback() {
  const int fd = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return failed("loopback");
  ifreq device{};
  std::memcpy(device.ifr_name, "lo", 3);
  device.ifr_flags = IFF_UP | IFF_RUNNING;
  const bool up = ::ioctl(fd, SIOCSIFFLAGS, &device) == 0;
  const std::string wrong = up ? "" : failed("loopback");
  ::close(fd);
  return wrong;
}

std::string speaks_to_itself() {
  sockaddr_in here{};
  here.sin_family = AF_INET;
  here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  auto* address = reinterpret_cast<sockaddr*>(&here);
  socklen_t size = sizeof here;
  const int server = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0),
            client = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const bool good = server >= 0 && client >= 0 && ::bind(server, address, size) == 0 && ::listen(server, 1) == 0 &&
                    ::getsockname(server, address, &size) == 0 && ::connect(client, address, size) == 0;
  const std::string wrong = good ? "" : failed("127.0.0.1");
  for (const int fd : {server, client}) {
    if (fd >= 0) ::close(fd);
  }
  return wrong;
}

std::string apply_limits(const JailSpec& spec) {
  constexpr uint64_t kOpenFiles = 4096;
  const bool set = limit(RLIMIT_CORE, 0) && limit(RLIMIT_NOFILE, kOpenFiles) && limit(RLIMIT_CPU, spec.cpu_seconds) &&
                   limit(RLIMIT_FSIZE, spec.file_bytes) && limit(RLIMIT_NPROC, spec.processes);
  return set ? "" : failed("limits");
}

std::string drop_capabilities() {
  for (int each = 0; each < 64; ++each) ::prctl(PR_CAPBSET_DROP, each, 0, 0, 0);  // fails behind the last one
  ::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct none[2] = {};
  return ::syscall(SYS_capset, &header, none) == 0 ? "" : failed("capabilities");
}

}  // namespace fimd::providers::agent

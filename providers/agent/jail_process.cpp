#include "providers/agent/jail_process.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <map>
#include <optional>

namespace fimd::providers::agent {
namespace {

using std::chrono::milliseconds;

constexpr Duration kTick = milliseconds(20);          // between looks at the stop token and the limits
constexpr Duration kMemoryLook = milliseconds(250);
constexpr Duration kDiskLook = std::chrono::seconds(1);
constexpr Duration kLastOutput = milliseconds(200);   // after the end, of what still holds the pipe
constexpr Duration kGrace = std::chrono::seconds(2);  // for a helper that was asked to end
constexpr size_t kDiskEntries = 50'000;
constexpr size_t kStatusBytes = 4'096;

struct Descriptor {
  explicit Descriptor(int number = -1) : fd(number) {}
  ~Descriptor() { shut(); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  void shut() {
    if (fd >= 0) ::close(fd);
    fd = -1;
  }
  int fd;
};

bool open_pipe(Descriptor& read, Descriptor& write) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return false;
  read.fd = ends[0];
  write.fd = ends[1];
  return ::fcntl(read.fd, F_SETFL, O_NONBLOCK) == 0;
}

// The spec in memory that the helper reads to its end.
int spec_file(const std::string& bytes) {
  const int fd = ::memfd_create("fimd-jail", MFD_CLOEXEC);
  if (fd < 0) return -1;
  if (::write(fd, bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size()) || ::lseek(fd, 0, SEEK_SET) != 0) {
    ::close(fd);
    return -1;
  }
  return fd;
}

// Starts a program with these as descriptors 0, 1 and 2, and 3, and signals as they are by default. 0, or an errno.
int spawn(const std::vector<std::string>& argv, int in, int out, int status, pid_t& id) {
  posix_spawn_file_actions_t files;
  posix_spawnattr_t how;
  ::posix_spawn_file_actions_init(&files);
  ::posix_spawnattr_init(&how);
  // Out of the way first, as a descriptor may have the number of another's goal.
  const std::array<int, 3> kept = {::fcntl(in, F_DUPFD_CLOEXEC, 10), ::fcntl(out, F_DUPFD_CLOEXEC, 10),
                                   ::fcntl(status, F_DUPFD_CLOEXEC, 10)};
  for (const auto& [from, to] : {std::pair{0, 0}, {1, 1}, {1, 2}, {2, 3}})
    ::posix_spawn_file_actions_adddup2(&files, kept[static_cast<size_t>(from)], to);
  sigset_t all, none;
  ::sigfillset(&all);
  ::sigemptyset(&none);
  ::posix_spawnattr_setsigdefault(&how, &all);
  ::posix_spawnattr_setsigmask(&how, &none);
  ::posix_spawnattr_setflags(&how, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
  std::vector<char*> words;
  for (const std::string& each : argv) words.push_back(const_cast<char*>(each.c_str()));
  words.push_back(nullptr);
  char* environment[] = {nullptr};
  const int error = ::posix_spawn(&id, words[0], &files, &how, words.data(), environment);
  for (const int fd : kept) ::close(fd);
  ::posix_spawn_file_actions_destroy(&files);
  ::posix_spawnattr_destroy(&how);
  return error;
}

// Reads what there is. False: the other end is closed.
template <class F>
bool drain(int fd, F take) {
  std::array<char, 64 << 10> piece;
  for (;;) {
    const ssize_t n = ::read(fd, piece.data(), piece.size());
    if (n > 0) take(std::string_view(piece.data(), static_cast<size_t>(n)));
    if (n == 0) return false;
    if (n < 0 && errno != EINTR) return errno == EAGAIN;
    if (n > 0 && static_cast<size_t>(n) < piece.size()) return true;
  }
}

uint64_t default_memory() {
  const auto total = static_cast<uint64_t>(::sysconf(_SC_PHYS_PAGES)) * static_cast<uint64_t>(::sysconf(_SC_PAGESIZE));
  return std::max<uint64_t>(2ULL << 30, total / 2);
}

// One helper while it runs.
struct Watch {
  Watch(const HelperStart& what, const JailLimits& most, const std::stop_token& token)
      : start(what), limits(most), stop(token) {}

  const HelperStart& start;
  const JailLimits& limits;
  const std::stop_token& stop;
  pid_t id = 0;
  Descriptor out, status;
  KeptOutput output{limits.output_head, limits.output_tail};
  std::string words;
  TimePoint began = Clock::now(), heard = began, memory_look = began, disk_look = began;
  bool open = true, ended = false;
  int wait_status = 0;

  void read() {
    if (open) {
      open = drain(out.fd, [&](std::string_view bytes) {
        output.add(bytes);
        heard = Clock::now();
      });
    }
    drain(status.fd, [&](std::string_view bytes) {
      words.append(bytes.substr(0, kStatusBytes - std::min(words.size(), kStatusBytes)));
    });
  }

  void tick() {
    pollfd watched[2] = {{open ? out.fd : -1, POLLIN, 0}, {status.fd, POLLIN, 0}};
    const bool quiet = (::poll(watched, 2, static_cast<int>(kTick / milliseconds(1))) == 0);
    read();
    // A closed pipe is always ready.
    if (!quiet && (watched[1].revents & POLLHUP) != 0 && !ended)
      ::poll(nullptr, 0, static_cast<int>(kTick / milliseconds(1)));
    if (!ended) ended = ::waitpid(id, &wait_status, WNOHANG) == id;
  }

  // Why the run must end now; empty: it need not.
  std::string over() {
    const TimePoint now = Clock::now();
    const auto seconds = [](Duration d) { return std::chrono::duration_cast<std::chrono::seconds>(d).count(); };
    if (now - began > limits.wall) return fmt::format("it had not ended after {} s", seconds(limits.wall));
    if (now - heard > limits.silence) return fmt::format("it printed nothing for {} s", seconds(limits.silence));
    if (now - memory_look > kMemoryLook) {
      memory_look = now;
      const ProcessUse use = use_of(id);
      if (use.resident_bytes > (limits.memory_bytes == 0 ? default_memory() : limits.memory_bytes))
        return "it took too much memory";
      if (use.processes.size() > limits.processes) return "it started too many processes";
    }
    if (now - disk_look > kDiskLook && !start.watched.empty()) {
      disk_look = now;
      if (disk_use(start.watched, kDiskEntries) > limits.disk_bytes) return "it wrote too much to the disk";
    }
    return "";
  }

  void end() {
    if (start.asked_to_end) {
      ::kill(id, SIGTERM);
      for (const TimePoint until = Clock::now() + kGrace; !ended && Clock::now() < until;) tick();
    }
    if (!ended) {
      // Those below too: a helper that is ended before it has tied them to itself would leave them.
      const ProcessUse below = use_of(id);
      ::kill(id, SIGKILL);
      for (const pid_t each : below.processes) ::kill(each, SIGKILL);
    }
    // All within end a moment after the helper, and only then does the pipe close.
    for (const TimePoint until = Clock::now() + kGrace; (!ended || open) && Clock::now() < until;) tick();
    while (!ended) tick();
  }

  void last_output() {
    for (const TimePoint until = Clock::now() + kLastOutput; open && Clock::now() < until;) tick();
    read();
  }
};

std::string_view first_line(std::string_view words) { return words.substr(0, words.find('\n')); }

void conclude(const Watch& watch, JailRun& run) {
  const std::string_view words = first_line(watch.words);
  const auto number = [&](size_t from) {
    int value = 0;
    std::from_chars(words.data() + from, words.data() + words.size(), value);
    return value;
  };
  run.end = JailRun::End::exited;
  if (words.starts_with("exit ")) run.exit = number(5);
  else if (words.starts_with("signal ")) run.exit = 128 + number(7);
  else if (!words.empty() || watch.start.spec.empty() || !WIFEXITED(watch.wait_status)) {
    run.end = JailRun::End::not_run;
    run.why = words.starts_with("error ") ? std::string(words.substr(6)) : "its helper ended without a word";
  } else {
    run.exit = WEXITSTATUS(watch.wait_status);  // bubblewrap: that of the command
  }
}

}  // namespace

void KeptOutput::add(std::string_view bytes) {
  seen_ += bytes.size();
  const size_t first = std::min(bytes.size(), head_limit_ - head_.size());
  head_ += bytes.substr(0, first);
  bytes.remove_prefix(first);
  if (bytes.size() > tail_limit_) bytes.remove_prefix(bytes.size() - tail_limit_);
  tail_ += bytes;
  if (tail_.size() > 2 * tail_limit_) tail_.erase(0, tail_.size() - tail_limit_);
}

std::string KeptOutput::text() const {
  const std::string_view tail = std::string_view(tail_).substr(tail_.size() - std::min(tail_.size(), tail_limit_));
  const size_t missing = seen_ - head_.size() - tail.size();
  return missing == 0 ? head_ + std::string(tail) : fmt::format("{}\n[{} bytes left out]\n{}", head_, missing, tail);
}

ProcessUse use_of(pid_t top) {
  struct Each {
    pid_t parent = 0;
    uint64_t pages = 0;
  };
  std::map<pid_t, Each> all;
  DIR* folder = ::opendir("/proc");
  if (folder == nullptr) return {};
  while (const dirent* entry = ::readdir(folder)) {
    pid_t id = 0;
    const std::string_view name = entry->d_name;
    if (std::from_chars(name.data(), name.data() + name.size(), id).ptr != name.data() + name.size()) continue;
    const Descriptor stat(::open(("/proc/" + std::string(name) + "/stat").c_str(), O_RDONLY | O_CLOEXEC));
    char text[1024];
    const ssize_t n = stat.fd < 0 ? 0 : ::read(stat.fd, text, sizeof text - 1);
    if (n <= 0) continue;
    text[n] = '\0';
    // The name may hold anything; behind it: state, parent, and twenty fields on the pages in memory.
    const char* behind = std::strrchr(text, ')');
    Each each;
    long pages = 0;
    if (behind != nullptr &&
        std::sscanf(behind + 1,
                    " %*c %d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %*d %*d %*u %*u %ld",
                    &each.parent, &pages) == 2) {
      each.pages = static_cast<uint64_t>(std::max(pages, 0L));
      all[id] = each;
    }
  }
  ::closedir(folder);
  ProcessUse use;
  for (const auto& [id, each] : all) {
    pid_t up = id;
    for (int depth = 0; depth < 4'096 && up > 1 && up != top; ++depth) up = all.contains(up) ? all.at(up).parent : 0;
    if (up != top) continue;
    use.processes.push_back(id);
    use.resident_bytes += each.pages * static_cast<uint64_t>(::sysconf(_SC_PAGESIZE));
  }
  return use;
}

void run_helper(const HelperStart& start, const JailLimits& limits, const std::stop_token& stop, JailRun& run) {
  const auto refuse = [&](const std::string& why) {
    run.end = JailRun::End::not_run;
    run.why = why;
  };
  Watch watch(start, limits, stop);
  Descriptor out, status;
  const Descriptor in(spec_file(start.spec));
  if (in.fd < 0 || !open_pipe(watch.out, out) || !open_pipe(watch.status, status))
    return refuse(std::string("no pipe: ") + std::strerror(errno));
  if (const int error = spawn(start.argv, in.fd, out.fd, status.fd, watch.id); error != 0)
    return refuse("cannot start " + start.argv[0] + ": " + std::strerror(error));
  out.shut();
  status.shut();
  std::string over;
  while (!watch.ended && over.empty() && !stop.stop_requested()) {
    watch.tick();
    if (!watch.ended) over = watch.over();
  }
  if (!watch.ended) watch.end();
  watch.last_output();
  run.output = watch.output.text();
  run.took = Clock::now() - watch.began;
  if (!over.empty()) {
    run.end = JailRun::End::stopped;
    run.why = over;
  } else if (stop.stop_requested()) {
    run.end = JailRun::End::cancelled;
    run.why = "cancelled";
  } else {
    conclude(watch, run);
  }
}

}  // namespace fimd::providers::agent

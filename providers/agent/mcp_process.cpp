#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <cstring>

#include "context/log.h"
#include "context/text.h"
#include "providers/agent/mcp_link.h"
#include "providers/agent/tool_text.h"
#include "providers/json_read.h"

namespace fimd::providers::agent {
namespace asio = boost::asio;

namespace {

using nlohmann::json;
using Pipe = asio::posix::stream_descriptor;
constexpr auto kTuple = asio::as_tuple(asio::use_awaitable);
constexpr size_t kStderrLine = 2'000;

// What a program needs to find itself and the user's things; nothing of ours, and no keys.
constexpr const char* kPassedOn[] = {"PATH", "HOME", "USER", "LOGNAME", "SHELL", "TERM", "LANG", "LC_ALL", "TMPDIR", "XDG_RUNTIME_DIR", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"};

// What the readers of a process share with it; they may outlive the link by a turn of the loop.
struct Ends {
  explicit Ends(const asio::any_io_executor& loop) : in(loop), out(loop), err(loop) {}
  Pipe in, out, err;
  std::string name, last_words;
};

// Logs what it writes to stderr until that ends. Debug, since it may hold text of files.
asio::awaitable<void> follow_stderr(std::shared_ptr<Ends> ends) {
  std::string held;
  char piece[4096];
  for (;;) {
    auto reading = ends->err.async_read_some(asio::buffer(piece), kTuple);
    const auto [ec, got] = co_await std::move(reading);
    if (ec) co_return;
    held.append(piece, got);
    for (size_t end = held.find('\n'); end != std::string::npos || held.size() > kStderrLine; end = held.find('\n')) {
      const size_t cut = std::min(end, kStderrLine);
      std::string line = shown_line(context::to_valid_utf8(held.substr(0, cut)));
      held.erase(0, std::min(cut + 1, held.size()));
      log::debug("mcp {}: {}", ends->name, line);
      if (!stripped(line).empty()) ends->last_words = std::move(line);
    }
  }
}

// Cancels what is waited for on a pipe when the time is up; nothing once it is dropped.
class PipeLimit {
 public:
  PipeLimit(std::shared_ptr<Ends> ends, Pipe Ends::* pipe, TimePoint deadline)
      : timer_((*ends.*pipe).get_executor(), deadline) {
    timer_.async_wait([alive = std::weak_ptr(alive_), ends, pipe](const boost::system::error_code& ec) {
      const auto over = alive.lock();
      if (ec || !over) return;
      *over = true;
      boost::system::error_code ignored;
      (*ends.*pipe).cancel(ignored);
    });
  }
  [[nodiscard]] bool over() const { return *alive_; }

 private:
  asio::steady_timer timer_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(false);
};

class McpProcess : public McpLink {
 public:
  McpProcess(std::shared_ptr<Ends> ends, pid_t id) : ends_(std::move(ends)), id_(id) {
    asio::co_spawn(ends_->err.get_executor(), follow_stderr(ends_), asio::detached);
  }
  McpProcess(const McpProcess&) = delete;
  McpProcess& operator=(const McpProcess&) = delete;
  ~McpProcess() override { kill_all(); }

  asio::awaitable<Result<McpMessage>> exchange(json request, TimePoint deadline,
                                               std::vector<std::pair<std::string, std::string>>) override {
    const int64_t id = request["id"].get<int64_t>();
    auto writing = write(dump_json(request), deadline);
    const Result<void> written = co_await std::move(writing);
    if (!written) co_return tl::unexpected(written.error());
    for (;;) {
      auto reading = next_line(deadline);
      Result<std::string> line = co_await std::move(reading);
      if (!line) {
        if (line.error().code == Error::Code::deadline) {
          const json cancelled = {{"jsonrpc", "2.0"},
                                  {"method", "notifications/cancelled"},
                                  {"params", {{"requestId", id}, {"reason", "timeout"}}}};
          auto telling = tell(cancelled, Clock::now() + std::chrono::milliseconds(100));
          co_await std::move(telling);
        }
        co_return tl::unexpected(line.error());
      }
      auto message = read_mcp(*line);
      if (!message) {
        log::debug("mcp {}: no message: {}", ends_->name, shown_line(context::to_valid_utf8(*line)));
        continue;
      }
      if (message->answers(id)) co_return *std::move(message);
      const auto reply = take_other(*message);
      if (!reply) continue;
      auto replying = write(dump_json(*reply), deadline);
      const Result<void> replied = co_await std::move(replying);
      if (!replied) co_return tl::unexpected(replied.error());
    }
  }

  asio::awaitable<void> tell(json notification, TimePoint deadline) override {
    auto writing = write(dump_json(notification), deadline);
    static_cast<void>(co_await std::move(writing));
  }

  void look() override {
    if (id_ == 0 || !ends_->out.is_open()) return;
    char piece[1 << 14];
    boost::system::error_code ec;
    ends_->out.non_blocking(true, ec);
    for (int i = 0; i < 64 && !ec; ++i) {
      const size_t got = ends_->out.read_some(asio::buffer(piece), ec);
      if (!ec) held_.append(piece, got);
    }
    // Requests of the server that came meanwhile are answered at the next exchange.
    std::string rest;
    size_t from = 0;
    for (size_t end = held_.find('\n'); end != std::string::npos; end = held_.find('\n', from)) {
      const std::string_view line = std::string_view(held_).substr(from, end + 1 - from);
      const auto message = read_mcp(line);
      if (message && message->method == "notifications/tools/list_changed") tools_changed = true;
      else rest += line;
      from = end + 1;
    }
    held_ = rest + held_.substr(from);
    scanned_ = 0;
  }

  asio::awaitable<void> end(Duration grace) override {
    if (id_ == 0) co_return;
    boost::system::error_code ignored;
    ends_->in.close(ignored);
    for (const int signal : {0, SIGTERM}) {
      if (signal != 0) ::kill(-id_, signal);
      auto waiting = wait_for_end(Clock::now() + grace);
      const bool ended = co_await std::move(waiting);
      if (ended) break;
    }
    kill_all();
  }

  void cut() override { kill_all(); }

 private:
  asio::awaitable<Result<void>> write(std::string line, TimePoint deadline) {
    line += '\n';
    if (!ends_->in.is_open()) co_return tl::unexpected(gone());
    const PipeLimit limit(ends_, &Ends::in, deadline);
    auto writing = asio::async_write(ends_->in, asio::buffer(line), kTuple);
    const auto [ec, sent] = co_await std::move(writing);
    if (!ec) co_return Result<void>{};
    if (!limit.over()) co_return tl::unexpected(gone());
    boost::system::error_code ignored;
    ends_->in.close(ignored);  // a message that is cut off cannot be gone on with
    co_return fail(Error::Code::deadline, "takes nothing");
  }

  // The next line of its stdout. Errors: down, deadline, io (the line was too long and has been passed over).
  asio::awaitable<Result<std::string>> next_line(TimePoint deadline) {
    const PipeLimit limit(ends_, &Ends::out, deadline);
    bool skipping = false;
    char piece[1 << 14];
    for (;;) {
      if (const size_t end = held_.find('\n', scanned_); end != std::string::npos) {
        std::string line = held_.substr(0, end);
        held_.erase(0, end + 1);
        scanned_ = 0;
        if (skipping) co_return fail(Error::Code::io, fmt::format("answered with more than {} MB", kMcpMessage >> 20U));
        if (stripped(line).empty()) continue;
        co_return line;
      }
      scanned_ = held_.size();
      if (held_.size() > kMcpMessage) {
        skipping = true;
        held_.clear();
        scanned_ = 0;
      }
      if (limit.over() || Clock::now() >= deadline) co_return fail(Error::Code::deadline, "gives no answer");
      auto reading = ends_->out.async_read_some(asio::buffer(piece), kTuple);
      const auto [ec, got] = co_await std::move(reading);
      if (ec && limit.over()) co_return fail(Error::Code::deadline, "gives no answer");
      if (ec) co_return tl::unexpected(gone());
      held_.append(piece, got);
    }
  }

  // Until it closes its stdout.
  asio::awaitable<bool> wait_for_end(TimePoint deadline) {
    const PipeLimit limit(ends_, &Ends::out, deadline);
    char piece[4096];
    for (;;) {
      auto reading = ends_->out.async_read_some(asio::buffer(piece), kTuple);
      const auto [ec, got] = co_await std::move(reading);
      if (ec) co_return !limit.over();
      if (Clock::now() >= deadline) co_return false;
    }
  }

  [[nodiscard]] Error gone() const {
    const std::string words = ends_->last_words.empty() ? "" : "; its last words: " + ends_->last_words;
    return {Error::Code::down, "has ended" + words};
  }

  // The group goes first: its leader's number is taken until it has been waited for.
  void kill_all() {
    boost::system::error_code ignored;
    for (Pipe* pipe : {&ends_->in, &ends_->out, &ends_->err}) pipe->close(ignored);
    if (id_ == 0) return;
    ::kill(-id_, SIGKILL);
    while (::waitpid(id_, nullptr, 0) < 0 && errno == EINTR) {}
    id_ = 0;
  }

  std::shared_ptr<Ends> ends_;
  pid_t id_;
  std::string held_;     // of its stdout
  size_t scanned_ = 0;   // bytes of it without a line's end
};

std::vector<std::string> environment_of(const McpServer& server) {
  std::vector<std::string> out;
  for (const char* name : kPassedOn) {
    const char* value = std::getenv(name);
    const bool set = std::ranges::any_of(server.environment, [&](const auto& each) { return each.first == name; });
    if (value && !set) out.push_back(std::string(name) + "=" + value);
  }
  for (const auto& [name, value] : server.environment) out.push_back(name + "=" + value);
  return out;
}

std::vector<char*> pointers_to(std::vector<std::string>& words) {
  std::vector<char*> out;
  for (std::string& word : words) out.push_back(word.data());
  out.push_back(nullptr);
  return out;
}

struct Spawn {
  Spawn() {
    ::posix_spawn_file_actions_init(&files);
    ::posix_spawnattr_init(&how);
  }
  Spawn(const Spawn&) = delete;
  Spawn& operator=(const Spawn&) = delete;
  ~Spawn() {
    ::posix_spawn_file_actions_destroy(&files);
    ::posix_spawnattr_destroy(&how);
  }
  posix_spawn_file_actions_t files{};
  posix_spawnattr_t how{};
};

// A group of its own, with the signals as a shell leaves them, in the home folder: not in the workspace, whose files
// must not decide what runs.
Result<pid_t> spawn(const McpServer& server, const int (&ends)[3]) {
  Spawn spawn;
  for (int i = 0; i < 3; ++i) ::posix_spawn_file_actions_adddup2(&spawn.files, ends[i], i);
  const char* home = std::getenv("HOME");
  ::posix_spawn_file_actions_addchdir_np(&spawn.files, home && ::access(home, X_OK) == 0 ? home : "/");
  sigset_t all, none;
  ::sigfillset(&all);
  ::sigemptyset(&none);
  ::posix_spawnattr_setpgroup(&spawn.how, 0);
  ::posix_spawnattr_setsigdefault(&spawn.how, &all);
  ::posix_spawnattr_setsigmask(&spawn.how, &none);
  ::posix_spawnattr_setflags(&spawn.how, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
  std::vector<std::string> words = server.command, environment = environment_of(server);
  auto argv = pointers_to(words), variables = pointers_to(environment);
  pid_t id = 0;
  const int error = ::posix_spawnp(&id, argv[0], &spawn.files, &spawn.how, argv.data(), variables.data());
  if (error != 0)
    return fail(Error::Code::down,
                fmt::format("cannot be started: {}: {}", shown_line(words[0]), std::strerror(error)));
  return id;
}

}  // namespace

Result<std::unique_ptr<McpLink>> start_mcp_process(asio::any_io_executor loop, const McpServer& server) {
  ::signal(SIGPIPE, SIG_IGN);  // a server that is gone is an error of write(), not the end of this process
  int in[2], out[2], err[2];
  if (::pipe2(in, O_CLOEXEC) != 0) return fail(Error::Code::down, std::strerror(errno));
  auto ends = std::make_shared<Ends>(loop);
  ends->name = server.name;
  ends->in.assign(in[1]);
  Pipe child_in(loop, in[0]);
  if (::pipe2(out, O_CLOEXEC) != 0) return fail(Error::Code::down, std::strerror(errno));
  ends->out.assign(out[0]);
  Pipe child_out(loop, out[1]);
  if (::pipe2(err, O_CLOEXEC) != 0) return fail(Error::Code::down, std::strerror(errno));
  ends->err.assign(err[0]);
  Pipe child_err(loop, err[1]);
  const auto id = spawn(server, {in[0], out[1], err[1]});
  if (!id) return tl::unexpected(id.error());
  return std::make_unique<McpProcess>(std::move(ends), *id);
}

}  // namespace fimd::providers::agent

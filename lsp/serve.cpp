#include "lsp/serve.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <boost/asio/signal_set.hpp>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <filesystem>

#include "context/log.h"
#include "lsp/daemon.h"
#include "lsp/http/server.h"
#include "lsp/record/recorder.h"
#include "lsp/session.h"
#include "lsp/transport.h"

namespace fimd::lsp {
namespace {

constexpr int kSpawnTries = 100;           // of kSpawnWaitMs each: a daemon is up within tens of milliseconds
constexpr int kSpawnWaitMs = 20;

int complain(const Error& error) {
  std::fprintf(stderr, "fimd: %s\n", error.message.c_str());
  return 1;
}

// Starts `fimd --listen WHERE` as a process of its own that outlives this one.
bool spawn_daemon(const std::string& where, const std::vector<std::string>& settings) {
  std::error_code ec;
  const std::string self = std::filesystem::read_symlink("/proc/self/exe", ec).string();
  if (ec) return false;
  std::vector<std::string> words = {self, "--listen", where};
  for (const auto& setting : settings) words.insert(words.end(), {"--set", setting});
  std::vector<char*> argv;
  for (auto& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  const pid_t child = ::fork();
  if (child < 0) return false;
  if (child == 0) {
    ::setsid();
    if (::fork() != 0) ::_exit(0);  // the grandchild belongs to init and is nobody's zombie
    const int null = ::open("/dev/null", O_RDWR);
    ::dup2(null, 0);
    ::dup2(null, 1);
    ::dup2(null, 2);
    ::execv(self.c_str(), argv.data());
    ::_exit(127);
  }
  ::waitpid(child, nullptr, 0);
  return true;
}

Result<int> connect_or_spawn(const std::string& where, bool spawn, const std::vector<std::string>& settings) {
  auto connected = connect_to(where);
  if (connected || !spawn || connected.error().code == Error::Code::bad_input) return connected;
  if (!spawn_daemon(where, settings)) return fail(Error::Code::io, "cannot start a daemon on " + where);
  for (int i = 0; i < kSpawnTries && !connected; ++i) {
    ::poll(nullptr, 0, kSpawnWaitMs);
    connected = connect_to(where);
  }
  return connected;
}

// All of `size` bytes, whatever the descriptor takes at once. False: the other side is gone.
bool write_all(int fd, const char* bytes, size_t size) {
  while (size > 0) {
    const ssize_t n = ::write(fd, bytes, size);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && errno == EAGAIN) {
      pollfd wait{fd, POLLOUT, 0};
      ::poll(&wait, 1, -1);
      continue;
    }
    if (n <= 0) return false;
    bytes += n;
    size -= static_cast<size_t>(n);
  }
  return true;
}

// Passes on what is readable; false at the end.
bool pump(int from, int to) {
  std::array<char, 65536> buffer;
  const ssize_t n = ::read(from, buffer.data(), buffer.size());
  if (n < 0) return errno == EINTR || errno == EAGAIN;
  return n > 0 && write_all(to, buffer.data(), static_cast<size_t>(n));
}

}  // namespace

int serve_stdio(const std::vector<std::string>& settings, const RecordChoice& record) {
  std::shared_ptr<Recorder> recorder;
  if (!record.file.empty()) {
    auto opened = Recorder::open(record.file, record.text);
    if (!opened) return complain(opened.error());
    recorder = std::move(*opened);
  }
  Daemon daemon;
  daemon.ledger.keep_in(ledger_path());
  auto transport = stdio_transport(daemon.loop);
  if (!transport) return complain(transport.error());
  int code = 1;
  SessionOptions options{settings, [&](int exit_code) {
                           code = exit_code;
                           daemon.loop.stop();
                         }};
  if (recorder) {
    transport = recorded(std::move(*transport), recorder);
    daemon.http.record([recorder](const providers::HttpExchange& exchange) { recorder->exchange(exchange); });
    options.configured = [recorder](const nlohmann::json& effective) { recorder->configured(effective); };
    options.answering = [recorder](const std::string& provider) { recorder->answering(provider); };
  }
  {
    const auto session = std::make_shared<Session>(daemon, std::move(*transport), std::move(options));
    session->start();
    daemon.loop.run();
  }
  if (recorder) {
    daemon.http.record({});
    recorder->end();
  }
  return code;
}

int serve_sockets(const Doors& doors, const std::vector<std::string>& settings) {
  Daemon daemon;
  daemon.ledger.keep_in(ledger_path());
  std::unique_ptr<Listener> editors;
  std::unique_ptr<http::Server> programs;
  if (!doors.editors.empty()) {
    auto listener = Listener::open(daemon.loop, doors.editors, [&](std::unique_ptr<Transport> transport) {
      std::make_shared<Session>(daemon, std::move(transport), SessionOptions{settings, {}})->start();
    });
    if (!listener) return complain(listener.error());
    editors = std::move(*listener);
    log::info("listening on {}", editors->address());
  }
  if (!doors.http.empty()) {
    auto server = http::Server::open(daemon, {doors.http, doors.http_token, settings});
    if (!server) return complain(server.error());
    programs = std::move(*server);
    const std::string& file = programs->token_file();
    log::info("HTTP on {}, {}", programs->address(), file.empty() ? "no token needed" : "the token is in " + file);
  }
  boost::asio::signal_set signals(daemon.loop, SIGTERM, SIGINT);
  signals.async_wait([&](const boost::system::error_code&, int) {
    editors.reset();  // removes the socket file
    programs.reset();
    daemon.loop.stop();
  });
  daemon.loop.run();
  return 0;
}

int bridge(const std::string& where, bool spawn, const std::vector<std::string>& settings) {
  ::signal(SIGPIPE, SIG_IGN);
  const auto socket = connect_or_spawn(where, spawn, settings);
  if (!socket) return complain(socket.error());
  bool editor_writes = true;
  for (;;) {
    std::array<pollfd, 2> watched = {{{*socket, POLLIN, 0}, {editor_writes ? 0 : -1, POLLIN, 0}}};
    if (::poll(watched.data(), watched.size(), -1) < 0 && errno != EINTR) return 1;
    if (watched[0].revents != 0 && !pump(*socket, 1)) return 0;
    if (watched[1].revents != 0 && !pump(0, *socket)) {
      editor_writes = false;
      ::shutdown(*socket, SHUT_WR);  // the daemon ends the session and closes
    }
  }
}

}  // namespace fimd::lsp

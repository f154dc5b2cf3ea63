// An editor reduced to what a benchmark needs: starts the real binary, writes LSP messages, waits for answers.
// Blocking, with a deadline on every wait that ends the program loudly.
#pragma once

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace fimd::bench {

using json = nlohmann::json;
using Clock = std::chrono::steady_clock;

inline double ms_between(Clock::time_point a, Clock::time_point b) {
  return std::chrono::duration<double, std::milli>(b - a).count();
}

class Editor {
 public:
  explicit Editor(const std::string& binary, std::vector<std::string> arguments = {"--stdio"}) {
    std::array<int, 2> in{}, out{};
    if (::pipe2(in.data(), O_CLOEXEC) != 0 || ::pipe2(out.data(), O_CLOEXEC) != 0) die("pipe");
    pid_ = ::fork();
    if (pid_ == 0) {
      ::dup2(in[0], 0);
      ::dup2(out[1], 1);
      ::dup2(::open("/dev/null", O_WRONLY), 2);
      std::vector<char*> argv = {const_cast<char*>(binary.c_str())};
      for (auto& a : arguments) argv.push_back(a.data());
      argv.push_back(nullptr);
      ::execv(binary.c_str(), argv.data());
      ::_exit(127);
    }
    ::close(in[0]);
    ::close(out[1]);
    to_ = in[1];
    from_ = out[0];
  }
  Editor(const Editor&) = delete;
  Editor& operator=(const Editor&) = delete;
  ~Editor() {
    ::close(to_);
    ::close(from_);
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }

  [[nodiscard]] pid_t pid() const { return pid_; }

  void send(const json& message) {
    const std::string body = message.dump();
    write_all("Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
  }
  void notify(const char* method, json params) {
    send({{"jsonrpc", "2.0"}, {"method", method}, {"params", std::move(params)}});
  }
  int request(const char* method, json params) {
    send({{"jsonrpc", "2.0"}, {"id", ++id_}, {"method", method}, {"params", std::move(params)}});
    return id_;
  }

  // The answer to a request; other messages are skipped, requests of the server are answered with null.
  json wait(int id) {
    for (;;) {
      json message = next();
      if (message.contains("method") && message.contains("id")) {
        send({{"jsonrpc", "2.0"}, {"id", message["id"]}, {"result", nullptr}});
        continue;
      }
      if (message.contains("id") && message["id"] == id) return message;
    }
  }

  void initialize(json options, const std::string& root = "") {
    json params = {{"processId", ::getpid()},
                   {"capabilities", {{"textDocument", {{"inlineCompletion", json::object()}}}}},
                   {"initializationOptions", std::move(options)}};
    if (!root.empty()) params["rootUri"] = "file://" + root;
    wait(request("initialize", params));
    notify("initialized", json::object());
  }

 private:
  [[noreturn]] static void die(const char* what) {
    std::fprintf(stderr, "benchmark: %s failed: %s\n", what, std::strerror(errno));
    std::exit(1);
  }
  void write_all(const std::string& bytes) {
    size_t done = 0;
    while (done < bytes.size()) {
      const ssize_t n = ::write(to_, bytes.data() + done, bytes.size() - done);
      if (n <= 0) die("write to the server");
      done += static_cast<size_t>(n);
    }
  }
  json next() {
    for (;;) {
      const size_t head = buffer_.find("\r\n\r\n");
      if (head != std::string::npos) {
        const size_t length = std::strtoul(buffer_.c_str() + buffer_.find(':') + 1, nullptr, 10);
        if (buffer_.size() >= head + 4 + length) {
          json message = json::parse(buffer_.substr(head + 4, length));
          buffer_.erase(0, head + 4 + length);
          return message;
        }
      }
      pollfd wait{from_, POLLIN, 0};
      if (::poll(&wait, 1, 60000) <= 0) die("waiting for the server");
      std::array<char, 65536> bytes{};
      const ssize_t n = ::read(from_, bytes.data(), bytes.size());
      if (n <= 0) die("read from the server");
      buffer_.append(bytes.data(), static_cast<size_t>(n));
    }
  }

  pid_t pid_ = -1;
  int to_ = -1, from_ = -1, id_ = 0;
  std::string buffer_;
};

}  // namespace fimd::bench

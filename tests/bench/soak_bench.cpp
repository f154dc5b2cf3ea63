// Long runs of the real binary.
//
//   build/bench/soak_bench late [build/fimd] [requests]      a model server that breaks in every way: answers that are
//                                                            later than the hard deadline and 5 ms, and what was answered
//   build/bench/soak_bench memory [build/fimd] [keystrokes]  a person who types and takes suggestions: resident memory
#include <arpa/inet.h>
#include <sys/socket.h>

#include <algorithm>
#include <atomic>
#include <fstream>
#include <random>
#include <thread>

#include "tests/bench/editor.h"

namespace {

using namespace fimd::bench;
using namespace std::chrono_literals;

enum class Fault { none, slow, hang, reset, refuse, garbage, half, drip, flood, wrong_types, count };
constexpr const char* kFaults[] = {"none", "slow", "hang", "reset", "status 500", "garbage", "half an event", "one byte a time",
                                   "flood", "wrong types"};

// A llama-server in name that answers each completion with a fault chosen by the caller.
class Model {
 public:
  Model() {
    const int listening = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (::bind(listening, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(listening, 64) != 0 ||
        ::getsockname(listening, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
      std::perror("model server");
      std::exit(1);
    }
    port_ = ntohs(address.sin_port);
    std::thread([this, listening] {
      for (int fd = -1; (fd = ::accept(listening, nullptr, nullptr)) >= 0;) std::thread([this, fd] { serve(fd); }).detach();
    }).detach();
  }
  [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  void next(Fault fault) { fault_ = fault; }
  [[nodiscard]] int calls() const { return calls_; }

 private:
  static bool put(int fd, const std::string& text) {
    size_t done = 0;
    while (done < text.size()) {
      const ssize_t n = ::send(fd, text.data() + done, text.size() - done, MSG_NOSIGNAL);
      if (n <= 0) return false;
      done += static_cast<size_t>(n);
    }
    return true;
  }
  static bool whole(int fd, const char* status, const std::string& body) {
    return put(fd, std::string("HTTP/1.1 ") + status + "\r\nServer: llama.cpp\r\nContent-Type: application/json\r\nContent-Length: " +
                       std::to_string(body.size()) + "\r\n\r\n" + body);
  }
  // Until the client closes, ten seconds at most.
  static void wait_for_close(int fd) {
    pollfd closed{fd, POLLIN, 0};
    ::poll(&closed, 1, 10000);
  }

  void serve(int fd) {
    std::string in;
    for (bool more = true; more;) {
      const size_t head = in.find("\r\n\r\n");
      size_t length = 0;
      if (const size_t at = in.find("Content-Length: "); head != std::string::npos && at < head) {
        length = std::strtoul(in.c_str() + at + 16, nullptr, 10);
      }
      if (head != std::string::npos && in.size() >= head + 4 + length) {
        const std::string line = in.substr(0, in.find('\r'));
        in.erase(0, head + 4 + length);
        more = answer(fd, line);
        continue;
      }
      std::array<char, 65536> bytes{};
      const ssize_t n = ::recv(fd, bytes.data(), bytes.size(), 0);
      if (n <= 0) break;
      in.append(bytes.data(), static_cast<size_t>(n));
    }
    ::close(fd);
  }

  bool answer(int fd, const std::string& line) {
    if (line.find("/props") != std::string::npos) {
      return whole(fd, "200 OK", R"({"total_slots":1,"model_path":"m.gguf","default_generation_settings":{"n_ctx":32768}})");
    }
    if (line.find("/tokenize") != std::string::npos) return whole(fd, "200 OK", R"({"tokens":[1]})");
    if (line.find("/v1/models") != std::string::npos) return whole(fd, "200 OK", R"({"data":[{"id":"m"}]})");
    if (line.find("/infill") == std::string::npos) return whole(fd, "200 OK", R"({"status":"ok"})");
    ++calls_;
    const std::string head = "HTTP/1.1 200 OK\r\nServer: llama.cpp\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n";
    const std::string token = "data: {\"content\":\"alpha\",\"stop\":false}\n\n";
    const std::string end = "data: {\"content\":\" + beta;\",\"stop\":true,\"stop_type\":\"eos\"}\n\n";
    switch (fault_.load()) {
      case Fault::slow: std::this_thread::sleep_for(170ms); [[fallthrough]];
      case Fault::none:
      case Fault::count: put(fd, head + token + end); break;
      case Fault::hang: put(fd, head), wait_for_close(fd); break;
      case Fault::reset: {
        const linger now{1, 0};
        ::setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
        break;
      }
      case Fault::refuse: whole(fd, "500 Internal Server Error", R"({"error":{"message":"no","code":500}})"); break;
      case Fault::garbage: put(fd, "\x01\x02 not http at all \xff\xfe\r\n\r\n"); break;
      case Fault::half: put(fd, head + token.substr(0, 20)), wait_for_close(fd); break;
      case Fault::drip: {
        const std::string all = head + token + end;
        for (const char c : all) {
          if (!put(fd, std::string(1, c))) break;
          std::this_thread::sleep_for(5ms);
        }
        break;
      }
      case Fault::flood: put(fd, head + "data: " + std::string(50u << 20, 'x')); break;
      case Fault::wrong_types: put(fd, head + "data: {\"content\":{\"a\":[1]},\"stop\":\"maybe\"}\n\ndata: 7\n\n" + end); break;
    }
    return false;
  }

  uint16_t port_ = 0;
  std::atomic<Fault> fault_{Fault::none};
  std::atomic<int> calls_{0};
};

double resident_mb(pid_t pid) {
  std::ifstream in("/proc/" + std::to_string(pid) + "/smaps_rollup");
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("Pss:")) return std::strtod(line.c_str() + 4, nullptr) / 1024;
  }
  return 0;
}

std::string source(int functions) {
  std::string text = "#include <vector>\n\n";
  for (int i = 0; i < functions; ++i) {
    const std::string n = std::to_string(i);
    text += "int function_" + n + "(int left, int right) {\n  const int value = left * " + n + " + right;\n  return value;\n}\n";
  }
  return text + "int main() {\n  \n}\n";
}

// A person in one file, at the last line of main().
class Typist {
 public:
  Typist(const std::string& binary, json options) : editor_(binary) {
    editor_.initialize(std::move(options));
    open();
  }
  void open() {
    const std::string text = source(80);
    line_ = static_cast<int>(std::count(text.begin(), text.end(), '\n')) - 2;
    column_ = 2;
    editor_.notify("textDocument/didOpen", {{"textDocument", {{"uri", uri_}, {"languageId", "cpp"}, {"version", ++version_}, {"text", text}}}});
  }
  void close() { editor_.notify("textDocument/didClose", {{"textDocument", {{"uri", uri_}}}}); }
  void type(const std::string& put) {
    const json here = {{"line", line_}, {"character", column_}};
    editor_.notify("textDocument/didChange",
                   {{"textDocument", {{"uri", uri_}, {"version", ++version_}}},
                    {"contentChanges", {{{"range", {{"start", here}, {"end", here}}}, {"text", put}}}}});
    for (const char c : put) c == '\n' ? (++line_, column_ = 0) : ++column_;
  }
  json ask() {
    const json here = {{"line", line_}, {"character", column_}};
    return editor_.wait(editor_.request("textDocument/inlineCompletion", {{"textDocument", {{"uri", uri_}}}, {"position", here}, {"context", {{"triggerKind", 2}}}}));
  }
  [[nodiscard]] pid_t pid() const { return editor_.pid(); }

 private:
  Editor editor_;
  std::string uri_ = "file:///tmp/fimd-soak/a.cpp";
  int version_ = 0, line_ = 0, column_ = 2;
};

// A provider that keeps failing is soon left alone, so each fault gets a fresh process for a few requests.
void late(const std::string& binary, int requests) {
  constexpr int kRequests = 4;
  constexpr auto kFaultCount = static_cast<size_t>(Fault::count);
  Model model;
  std::mt19937 random(1);
  std::vector<double> took;
  std::array<int, kFaultCount> asked{}, answered{}, calls{};
  int too_late = 0, errors = 0;
  double memory = 0;
  for (int round = 0; round * kRequests < requests; ++round) {
    const size_t fault = static_cast<size_t>(round) % kFaultCount;
    Typist typist(binary, {{"completion", {{"providers", {"m"}}}}, {"providers", {{"m", {{"kind", "llama.cpp"}, {"url", model.url()}}}}}});
    for (int i = 0; i < kRequests; ++i) {
      model.next(static_cast<Fault>(fault));
      const int before = model.calls();
      typist.type(std::string(1, static_cast<char>('a' + random() % 26)));
      const auto begin = Clock::now();
      const json answer = typist.ask();
      took.push_back(ms_between(begin, Clock::now()));
      too_late += took.back() > 205;
      errors += answer.contains("error");
      ++asked[fault];
      calls[fault] += model.calls() > before;
      answered[fault] += !answer["result"]["items"].empty();
    }
    memory = std::max(memory, resident_mb(typist.pid()));
  }
  std::sort(took.begin(), took.end());
  std::printf("%zu answers, hard deadline 200 ms: %d later than 205 ms, %d errors; p50 %.1f, p99 %.1f, max %.1f ms; PSS at most %.1f MB\n",
              took.size(), too_late, errors, took[took.size() / 2], took[took.size() * 99 / 100], took.back(), memory);
  for (size_t f = 0; f < kFaultCount; ++f) {
    std::printf("  %-16s %4d requests, %4d reached the server, %4d answered with a text\n", kFaults[f], asked[f], calls[f], answered[f]);
  }
}

void memory(const std::string& binary, long keystrokes) {
  Typist typist(binary, {{"completion", {{"providers", {"builtin"}}}}});
  const std::string line = "const int value = left * 7 + right;\n  ";
  double first = 0;
  long typed = 0;
  for (long round = 0; typed < keystrokes; ++round) {
    for (const char c : line) {
      typist.type(std::string(1, c));
      if (++typed % 8 == 0) typist.ask();
      if (typed == keystrokes / 10) first = resident_mb(typist.pid());
      if (typed % (keystrokes / 10) == 0) std::printf("%9ld keystrokes: PSS %.1f MB\n", typed, resident_mb(typist.pid())), std::fflush(stdout);
    }
    if (round % 40 == 39) typist.close(), typist.open();
  }
  const double last = resident_mb(typist.pid());
  std::printf("grown by %.1f %% after the first tenth\n", 100 * (last - first) / first);
}

}  // namespace

int main(int argc, char** argv) {
  const std::string what = argc > 1 ? argv[1] : "", binary = argc > 2 ? argv[2] : "build/fimd";
  if (what == "late") late(binary, argc > 3 ? std::atoi(argv[3]) : 500);
  else if (what == "memory") memory(binary, argc > 3 ? std::atol(argv[3]) : 1'000'000);
  else return std::fprintf(stderr, "usage: soak_bench late|memory [fimd] [n]\n"), 2;
}

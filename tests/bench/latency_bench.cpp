// Latency of the real binary, measured from outside, against a model server in this process that notes when each
// request arrives and when it has sent its answer.
//
//   build/bench/latency_bench [build/fimd] [keystrokes]
//
// Prints: start of process -> initialize answered; keystroke and request -> the model server has the request, for a
// 320-line and a 10,000-line file; last token sent -> the editor has the answer, of a model that thinks for 20 ms; answers served from a flight; PSS.
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <fstream>
#include <mutex>
#include <thread>

#include "tests/bench/editor.h"

namespace {

using namespace fimd::bench;

constexpr std::chrono::milliseconds kThinking{20};  // until the first token: less than any model needs

// Answers /infill with a fixed text, one event per token, on loopback.
class Model {
 public:
  // `pace`: milliseconds between its tokens.
  explicit Model(int pace) : pace_(pace) {
    listen_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (::bind(listen_, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(listen_, 64) != 0 ||
        ::getsockname(listen_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
      std::perror("model server");
      std::exit(1);
    }
    port_ = ntohs(address.sin_port);
    std::thread([this] {
      for (int fd = -1; (fd = ::accept(listen_, nullptr, nullptr)) >= 0;) std::thread([this, fd] { serve(fd); }).detach();
    }).detach();
  }

  [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }

  struct Times {
    Clock::time_point arrived{}, answered{};
    size_t count = 0;
  };
  Times times() {
    const std::lock_guard lock(mutex_);
    return times_;
  }
  // Of the newest request that arrived after `begin`; waits a moment, since an answer may be read before it is noted
  // here that it was sent.
  Times times_since(Clock::time_point begin) {
    for (int i = 0; i < 100 && times().arrived < begin; ++i) std::this_thread::sleep_for(std::chrono::microseconds(100));
    return times();
  }
  // What it says from now on, one token an event.
  void say(std::vector<std::string> tokens) {
    const std::lock_guard lock(mutex_);
    tokens_ = std::move(tokens);
  }

 private:
  void serve(int fd) {
    const int on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    std::string in;
    for (;;) {
      const size_t head = in.find("\r\n\r\n");
      if (head != std::string::npos) {
        size_t length = 0;
        if (const size_t at = in.find("Content-Length: "); at < head) length = std::strtoul(in.c_str() + at + 16, nullptr, 10);
        if (in.size() >= head + 4 + length) {
          const auto now = Clock::now();
          const std::string line = in.substr(0, in.find('\r'));
          in.erase(0, head + 4 + length);
          if (!answer(fd, line, now)) break;
          continue;
        }
      }
      std::array<char, 65536> bytes{};
      const ssize_t n = ::recv(fd, bytes.data(), bytes.size(), 0);
      if (n <= 0) break;
      in.append(bytes.data(), static_cast<size_t>(n));
    }
    ::close(fd);
  }

  static bool put(int fd, const std::string& text) {
    return ::send(fd, text.data(), text.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(text.size());
  }

  static std::string chunk(const json& event) {
    const std::string data = "data: " + event.dump() + "\n\n";
    std::array<char, 16> size{};
    std::snprintf(size.data(), size.size(), "%zx\r\n", data.size());
    return size.data() + data + "\r\n";
  }

  bool answer(int fd, const std::string& line, Clock::time_point arrived) {
    const auto whole = [&](const std::string& body) {
      return put(fd, "HTTP/1.1 200 OK\r\nServer: llama.cpp\r\nContent-Type: application/json\r\nContent-Length: " +
                         std::to_string(body.size()) + "\r\n\r\n" + body);
    };
    if (line.find("/infill") == std::string::npos) {
      if (line.find("/props") != std::string::npos) {
        return whole(R"({"total_slots":1,"model_path":"m.gguf","default_generation_settings":{"n_ctx":32768}})");
      }
      if (line.find("/tokenize") != std::string::npos) return whole(R"({"tokens":[1]})");
      if (line.find("/v1/models") != std::string::npos) return whole(R"({"data":[{"id":"m","meta":{"n_ctx":32768}}]})");
      return whole(R"({"status":"ok"})");
    }
    if (!put(fd, "HTTP/1.1 200 OK\r\nServer: llama.cpp\r\nContent-Type: text/event-stream\r\n"
                 "Transfer-Encoding: chunked\r\n\r\n")) {
      return false;
    }
    std::vector<std::string> tokens;
    {
      const std::lock_guard lock(mutex_);
      tokens = tokens_;
    }
    std::this_thread::sleep_for(kThinking);
    for (const std::string& token : tokens) {
      if (pace_ > 0) std::this_thread::sleep_for(std::chrono::milliseconds(pace_));
      if (!put(fd, chunk({{"content", token}, {"stop", false}}))) return false;
    }
    const json timings = {{"cache_n", 90}, {"prompt_n", 10}, {"prompt_ms", 1.0}, {"predicted_n", 4}, {"predicted_ms", 1.0}};
    const json end = {{"content", ""}, {"stop", true}, {"stop_type", "eos"}, {"tokens_evaluated", 100}, {"timings", timings}};
    if (pace_ > 0) std::this_thread::sleep_for(std::chrono::milliseconds(pace_));
    const bool sent = put(fd, chunk(end) + "0\r\n\r\n");
    const std::lock_guard lock(mutex_);
    times_ = {arrived, Clock::now(), times_.count + 1};
    return sent;
  }

  int listen_ = -1, pace_ = 0;
  uint16_t port_ = 0;
  std::mutex mutex_;
  Times times_;
  std::vector<std::string> tokens_ = {"0", ";"};
};

void print(const std::string& what, std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const auto at = [&](double share) {
    if (values.empty()) return 0.0;
    return values[std::min(values.size() - 1, static_cast<size_t>(share * static_cast<double>(values.size())))];
  };
  std::printf("%-74s p50 %7.3f  p95 %7.3f  p99 %7.3f  max %7.3f ms  n %zu\n", what.c_str(), at(0.5), at(0.95), at(0.99),
              values.empty() ? 0.0 : values.back(), values.size());
  std::fflush(stdout);
}

std::string source(int lines) {
  std::string text = "#include <vector>\n\n";
  for (int i = 2; i + 6 < lines; i += 4) {
    const std::string n = std::to_string(i);
    text += "int function_" + n + "(int left, int right) {\n  const int value = left * " + n +
            " + right;\n  return value;\n}\n";
  }
  return text + "int main() {\n  int x = 0;\n  \n}\n";
}

double pss_mb(pid_t pid) {
  std::ifstream in("/proc/" + std::to_string(pid) + "/smaps_rollup");
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("Pss:")) return std::strtod(line.c_str() + 4, nullptr) / 1024;
  }
  return 0;
}

void bench_start(const std::string& binary) {
  std::vector<double> times;
  for (int i = 0; i < 60; ++i) {
    const auto begin = Clock::now();
    Editor editor(binary);
    editor.wait(editor.request("initialize", {{"processId", nullptr}, {"capabilities", json::object()}}));
    times.push_back(ms_between(begin, Clock::now()));
  }
  print("start of process -> initialize answered", times);
}

// A user at the keyboard in one file of the given length.
class Typist {
 public:
  Typist(const std::string& binary, const std::string& url, int lines) : editor_(binary) {
    editor_.initialize({{"completion", {{"providers", {"m"}}}},
                        {"providers", {{"m", {{"kind", "llama.cpp"}, {"url", url}}}}}});
    const std::string text = source(lines);
    line_ = static_cast<int>(std::count(text.begin(), text.end(), '\n')) - 2;
    editor_.notify("textDocument/didOpen",
                   {{"textDocument", {{"uri", uri_}, {"languageId", "cpp"}, {"version", 1}, {"text", text}}}});
  }
  void type(const std::string& what) {
    const json here = {{"line", line_}, {"character", column_}};
    editor_.notify("textDocument/didChange",
                   {{"textDocument", {{"uri", uri_}, {"version", ++version_}}},
                    {"contentChanges", {{{"range", {{"start", here}, {"end", here}}}, {"text", what}}}}});
    column_ += static_cast<int>(what.size());
  }
  void new_line() {
    type("\n  ");
    ++line_;
    column_ = 2;
  }
  // The text offered at the cursor; empty if none.
  std::string ask() {
    const json here = {{"line", line_}, {"character", column_}};
    const json answer = editor_.wait(editor_.request(
        "textDocument/inlineCompletion",
        {{"textDocument", {{"uri", uri_}}}, {"position", here}, {"context", {{"triggerKind", 2}}}}));
    const json& items = answer["result"]["items"];
    return items.empty() ? "" : items[0]["insertText"].get<std::string>();
  }
  [[nodiscard]] double pss() const { return pss_mb(editor_.pid()); }

 private:
  Editor editor_;
  std::string uri_ = "file:///tmp/fimd-bench/a.cpp";
  int version_ = 1, line_ = 0, column_ = 2;
};

void bench_keystrokes(const std::string& binary, int lines, int pace, int keystrokes) {
  Model model(pace);
  Typist typist(binary, model.url(), lines);
  for (int i = 0; i < 100 && model.times().count == 0; ++i) {  // until the probe is done nobody is asked
    typist.type("x");
    typist.ask();
  }
  if (model.times().count == 0) {
    std::fprintf(stderr, "the model server was never asked\n");
    std::exit(1);
  }
  std::vector<double> to_wire, to_answer, from_flight;
  for (int i = 0; i < keystrokes; ++i) {
    // A statement is begun, the model says something else; one more key, and it says the rest.
    const std::string n = std::to_string(i);
    typist.type("const int value_" + n + " = function_" + std::to_string(2 + 4 * (i % 70)) + "(");
    typist.ask();
    model.say({"alue", "_", n, ",", " ", n, ");"});
    const auto begin = Clock::now();
    typist.type("v");
    const std::string offered = typist.ask();
    const auto end = Clock::now();
    const auto times = model.times_since(begin);
    if (times.arrived >= begin && times.answered <= end && !offered.empty()) {
      to_wire.push_back(ms_between(begin, times.arrived));
      to_answer.push_back(ms_between(times.answered, end));
    }
    for (const char c : offered.substr(0, 2)) {  // typing what is suggested
      const size_t calls = model.times().count;
      const auto typed = Clock::now();
      typist.type(std::string(1, c));
      if (!typist.ask().empty() && model.times().count == calls) from_flight.push_back(ms_between(typed, Clock::now()));
    }
    model.say({"0", ";"});
    typist.type(offered.size() > 2 ? offered.substr(2) : ");");
    typist.new_line();
    typist.ask();
  }
  const std::string size = std::to_string(lines) + " lines, a token in " + std::to_string(pace) + " ms";
  print("keystroke and request -> provider has it, " + size, to_wire);
  print("last token sent -> answer, " + size, to_answer);
  print("served from a landed flight, " + size, from_flight);
  std::printf("%-74s %.1f MB\n", ("PSS with one document, " + size).c_str(), typist.pss());
}

}  // namespace

int main(int argc, char** argv) {
  const std::string binary = argc > 1 ? argv[1] : "build/fimd";
  const int keystrokes = argc > 2 ? std::atoi(argv[2]) : 400;
  bench_start(binary);
  for (const int pace : {5, 0}) {
    bench_keystrokes(binary, 320, pace, keystrokes);
    bench_keystrokes(binary, 10000, pace, keystrokes);
  }
}

// How often a slow real model answers in time while a person types in a 2,000-line file.
//
//   build/bench/typing_bench URL [build/fimd] [keystrokes]      URL: a llama-server, e.g. http://127.0.0.1:9101
//
// Three typists write the same lines in the middle of the file, a key each 250 ms, and ask 50 ms after each key as
// editors do: (a) fimd right after the file was opened, (b) fimd after a minute's pause at the keyboard, in which it
// may feed the server's prompt cache, (c) without fimd: the full window of 2,048 tokens before the cursor is sent for
// every key and the connection is closed at the next one. Counted: keys for which the model's text is there 200 ms
// after the request.
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <thread>

#include "tests/bench/editor.h"

namespace {

using namespace fimd::bench;
using namespace std::chrono_literals;

constexpr auto kKey = 250ms, kDebounce = 50ms, kPatience = 200ms;

std::string source(int lines) {
  std::string text = "#include <string>\n#include <vector>\n\n";
  for (int i = 0; std::count(text.begin(), text.end(), '\n') < lines; ++i) {
    const std::string n = std::to_string(i);
    text += "// Returns the weighted sum of row " + n + ".\nint weighted_sum_" + n +
            "(const std::vector<int>& row, int weight) {\n  int sum = 0;\n  for (const int value : row) {\n    sum += value * weight + " +
            n + ";\n  }\n  return sum;\n}\n\n";
  }
  return text;
}

const std::string kTyped = "int weighted_mean(const std::vector<int>& row, int weight) {\n  int sum = 0;\n  for (const int value : row) {\n"
                           "    sum += value * weight;\n  }\n  return sum / row.size();\n}\n";

// The middle of the file, between two functions: a line number.
int middle(const std::string& text, int lines) {
  int line = 0;
  size_t at = 0;
  while (line < lines / 2 || text.compare(at, 2, "//") != 0) {
    at = text.find('\n', at) + 1;
    ++line;
  }
  return line;
}

void report(const char* who, int answered, int keys, std::vector<double> ms) {
  std::sort(ms.begin(), ms.end());
  std::printf("%-44s %3d of %3d keys (%.0f %%), p50 of those %.0f ms\n", who, answered, keys, 100.0 * answered / keys,
              ms.empty() ? 0.0 : ms[ms.size() / 2]);
  std::fflush(stdout);
}

void with_fimd(const char* who, const std::string& binary, const std::string& url, int keys, std::chrono::seconds pause) {
  const int lines = 2000;
  const std::string text = source(lines);
  int line = middle(text, lines), column = 0, version = 1;
  const std::string uri = "file:///tmp/fimd-typing-" + std::to_string(::getpid()) + "/a.cpp";
  Editor editor(binary);
  editor.initialize({{"completion", {{"providers", {"m"}}}}, {"providers", {{"m", {{"kind", "llama.cpp"}, {"url", url}}}}}});
  editor.notify("textDocument/didOpen", {{"textDocument", {{"uri", uri}, {"languageId", "cpp"}, {"version", 1}, {"text", text}}}});
  const auto here = [&] { return json{{"line", line}, {"character", column}}; };
  const auto ask = [&] {
    return editor.wait(editor.request("textDocument/inlineCompletion", {{"textDocument", {{"uri", uri}}}, {"position", here()}, {"context", {{"triggerKind", 2}}}}));
  };
  ask();  // the cursor is known now, and the provider probed
  std::this_thread::sleep_for(pause);
  std::vector<double> ms;
  int answered = 0;
  for (int i = 0; i < keys; ++i) {
    const auto key = Clock::now();
    const std::string put(1, kTyped[static_cast<size_t>(i) % kTyped.size()]);
    editor.notify("textDocument/didChange",
                  {{"textDocument", {{"uri", uri}, {"version", ++version}}},
                   {"contentChanges", {{{"range", {{"start", here()}, {"end", here()}}}, {"text", put}}}}});
    if (put == "\n") ++line, column = 0;
    else ++column;
    std::this_thread::sleep_until(key + kDebounce);
    const auto asked = Clock::now();
    const json answer = ask();
    const double took = ms_between(asked, Clock::now());
    const json why = editor.wait(editor.request("fimd/explain", {{"uri", uri}}));
    if (!answer["result"]["items"].empty() && why["result"]["provider"] == "m") {
      ++answered;
      ms.push_back(took);
    }
    std::this_thread::sleep_until(key + kKey);
  }
  report(who, answered, keys, std::move(ms));
}

int connect_to(const std::string& url) {
  const size_t colon = url.rfind(':');
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<uint16_t>(std::atoi(url.c_str() + colon + 1)));
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  if (::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    std::perror("connect");
    std::exit(1);
  }
  return fd;
}

// The first line's worth of text from the server until the time is over; empty if there is none.
bool naive_answer(int fd, Clock::time_point until) {
  std::string in;
  size_t tokens = 0;
  while (tokens < 4) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - Clock::now()).count();
    pollfd wait{fd, POLLIN, 0};
    if (left <= 0 || ::poll(&wait, 1, static_cast<int>(left)) <= 0) return false;
    std::array<char, 65536> bytes{};
    const ssize_t n = ::read(fd, bytes.data(), bytes.size());
    if (n <= 0) return tokens > 0;
    in.append(bytes.data(), static_cast<size_t>(n));
    tokens = 0;
    for (size_t at = 0; (at = in.find("data: {", at)) != std::string::npos; ++at) ++tokens;
    if (in.find("\"stop\":true") != std::string::npos) return tokens > 1;
  }
  return true;
}

void without_fimd(const std::string& url, int keys) {
  const int lines = 2000;
  const std::string text = source(lines);
  const int line = middle(text, lines);
  size_t at = 0;
  for (int i = 0; i < line; ++i) at = text.find('\n', at) + 1;
  std::string before = text.substr(0, at);
  std::vector<double> ms;
  int answered = 0, open = -1;
  for (int i = 0; i < keys; ++i) {
    const auto key = Clock::now();
    before += kTyped[static_cast<size_t>(i) % kTyped.size()];
    if (open >= 0) ::close(open);
    std::this_thread::sleep_until(key + kDebounce);
    const auto asked = Clock::now();
    const std::string body = json{{"prompt", before.substr(before.size() - std::min<size_t>(before.size(), 2048 * 3))}, {"n_predict", 24}, {"stream", true}, {"temperature", 0}, {"cache_prompt", true}, {"stop", {"\n"}}}.dump();
    open = connect_to(url);
    const std::string request = "POST /completion HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
    if (::send(open, request.data(), request.size(), MSG_NOSIGNAL) < 0) std::perror("send");
    if (naive_answer(open, asked + kPatience)) {
      ++answered;
      ms.push_back(ms_between(asked, Clock::now()));
    }
    std::this_thread::sleep_until(key + kKey);
  }
  if (open >= 0) ::close(open);
  report("without fimd, the full window for every key", answered, keys, std::move(ms));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: typing_bench URL [fimd] [keystrokes]\n");
    return 2;
  }
  const std::string url = argv[1], binary = argc > 2 ? argv[2] : "build/fimd";
  const int keys = argc > 3 ? std::atoi(argv[3]) : 120;
  with_fimd("fimd, right after opening the file", binary, url, keys, 0s);
  with_fimd("fimd, after a minute's pause", binary, url, keys, 60s);
  std::this_thread::sleep_for(10s);  // the server ends what it was doing
  without_fimd(url, keys);
}

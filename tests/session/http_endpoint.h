// The HTTP endpoint over a real socket on loopback, in front of a scripted model server, in one process; and a client
// of it whose waits run the loop. Nothing waits for a clock; a wait that is in vain throws after kPatience.
#pragma once

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "lsp/daemon.h"
#include "lsp/http/server.h"
#include "lsp/transport.h"
#include "tests/session/memory_transport.h"
#include "tests/session/model_server.h"

namespace fimd::tests {

inline constexpr const char* kHttpToken = "my-secret-token";

// What came back for one request.
struct WebAnswer {
  int status = 0;
  std::string head, body;
  [[nodiscard]] nlohmann::json value() const { return nlohmann::json::parse(body, nullptr, false); }
};

// A client's end of a connection; reads while the loop runs.
class WebClient {
 public:
  WebClient(boost::asio::io_context& loop, const std::string& where)
      : loop_(loop), fd_(lsp::connect_to(where).value()) {}
  ~WebClient() { close(); }
  WebClient(WebClient&& other) noexcept
      : loop_(other.loop_), fd_(std::exchange(other.fd_, -1)), got_(std::move(other.got_)) {}

  void send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t n = ::send(fd_, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
      if (n > 0)
        bytes.remove_prefix(static_cast<size_t>(n));
      else if (n < 0 && errno != EAGAIN)
        return;  // the server has closed, which the test sees in what comes back
      loop_.poll();
      loop_.restart();
    }
  }

  // The next answer, whole.
  WebAnswer answer() {
    lsp::run_until(
        loop_, [&] { return turn() && (whole_size() || ended_); }, "an answer");
    WebAnswer out;
    const size_t size = whole_size().value_or(got_.size());
    const size_t split = got_.find("\r\n\r\n");
    if (split == std::string::npos) return out;
    out.head = got_.substr(0, split);
    out.status = std::stoi(out.head.substr(9, 3));
    out.body = got_.substr(split + 4, size - split - 4);
    if (out.head.find("chunked") != std::string::npos) out.body = unchunked(out.body);
    got_.erase(0, size);
    return out;
  }

  // Whether the server closes the connection; what it sends before that is left for the test.
  std::string until_closed() {
    lsp::run_until(
        loop_, [&] { return turn() && ended_; }, "the server closing");
    return std::exchange(got_, {});
  }

  // What has come since the last look, whole answer or not.
  std::string so_far() {
    pump();
    return std::exchange(got_, {});
  }

  void close() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }

 private:
  void pump() {
    std::array<char, 65536> chunk;
    const ssize_t n = ::recv(fd_, chunk.data(), chunk.size(), MSG_DONTWAIT);
    if (n > 0) got_.append(chunk.data(), static_cast<size_t>(n));
    if (n == 0 || (n < 0 && errno != EAGAIN)) ended_ = true;
  }

  // Looks at what has come, and keeps the loop turning: one turn for each look, or the looks would crowd out all else.
  bool turn() {
    pump();
    if (!ended_) boost::asio::post(loop_, [] {});
    return true;
  }

  // Bytes of the first answer in what has come, once it is complete.
  std::optional<size_t> whole_size() const {
    const size_t split = got_.find("\r\n\r\n");
    if (split == std::string::npos) return std::nullopt;
    const std::string head = got_.substr(0, split + 2);
    if (head.find("chunked") != std::string::npos) {
      const size_t end = got_.find("\r\n0\r\n\r\n", split);
      return end == std::string::npos ? std::nullopt : std::optional(end + 7);
    }
    const size_t length = head.find("Content-Length: ");
    if (length == std::string::npos) return std::nullopt;  // until it closes
    const size_t size = split + 4 + std::stoul(head.substr(length + 16));
    return got_.size() < size ? std::nullopt : std::optional(size);
  }

  static std::string unchunked(std::string_view body) {
    std::string out;
    while (!body.empty()) {
      const size_t line = body.find("\r\n");
      if (line == std::string_view::npos) return "broken chunk";
      const size_t size = std::stoul(std::string(body.substr(0, line)), nullptr, 16);
      out.append(body.substr(line + 2, size));
      body.remove_prefix(std::min(body.size(), line + 2 + size + 2));
    }
    return out;
  }

  boost::asio::io_context& loop_;
  int fd_;
  std::string got_;
  bool ended_ = false;
};

inline std::string model_token(const std::string& text) {
  return nlohmann::json{{"content", text}, {"stop", false}, {"tokens_predicted", 1}}.dump();
}
inline std::string model_end() {
  return nlohmann::json{
      {"content", ""},
      {"stop", true},
      {"stop_type", "eos"},
      {"tokens_evaluated", 10},
      {"timings", {{"cache_n", 0}, {"prompt_n", 10}, {"prompt_ms", 1.0}, {"predicted_n", 2}, {"predicted_ms", 1.0}}}}
      .dump();
}
inline Reply model_text(const std::string& text) {
  return sse_reply({model_token(text), model_end()});
}

class HttpEndpoint : public testing::Test {
 protected:
  using json = nlohmann::json;
  using Server = lsp::http::Server;

  HttpEndpoint() {
    std::filesystem::create_directories(folder);
    ::setenv("XDG_CONFIG_HOME", (folder / "none").c_str(), 1);
    std::ofstream(token_file()) << kHttpToken << "\n";
    ::chmod(token_file().c_str(), 0600);
  }
  ~HttpEndpoint() override {
    endpoint.reset();
    std::filesystem::remove_all(folder);
    ::unsetenv("XDG_CONFIG_HOME");
  }
  [[nodiscard]] std::string token_file() const { return folder / "token"; }

  // A llama-server; the probe's request to /infill has no prefix.
  Reply model(const SeenRequest& request) {
    if (!probed) return {{.kind = Step::Kind::hang}};
    if (request.target == "/infill") {
      const json body = json::parse(request.body);
      if (body.contains("input_prefix")) {
        asked.push_back(body);
        return infill(body);
      }
      return json_reply(
          400,
          R"({"error":{"code":400,"message":"[json.exception.out_of_range.403] key 'input_prefix' not found",
              "type":"invalid_request_error"}})");
    }
    if (request.target.starts_with("/props")) {
      return json_reply(
          200,
          R"({"default_generation_settings":{"n_ctx":4096},"total_slots":1,"model_path":"m.gguf","build_info":"b1"})");
    }
    if (request.target == "/health") return json_reply(200, R"({"status":"ok"})");
    if (request.target == "/v1/models")
      return json_reply(200, R"({"data":[{"id":"m.gguf","meta":{"n_ctx_train":4096}}]})");
    if (request.target == "/tokenize") return json_reply(200, R"({"tokens":[{"id":7,"piece":"<|fim_prefix|>"}]})");
    return json_reply(404, R"({"error":{"message":"File Not Found","type":"not_found_error","code":404}})");
  }

  void open(json provider_more = json::object(), std::string where = "127.0.0.1:0",
            std::vector<std::string> settings = {}) {
    json provider = {{"kind", "llama.cpp"}, {"url", server.url()}};
    provider.update(provider_more);
    settings.insert(settings.begin(), {"providers=" + json{{"m", provider}}.dump(), R"(completion.providers=["m"])"});
    auto opened = Server::open(daemon, {where, where.starts_with("unix:") ? "" : token_file(), settings});
    ASSERT_TRUE(opened) << opened.error().message;
    endpoint = std::move(*opened);
    if (probed) ready();
  }

  // Until the model server has been probed, so that the first request goes to it.
  void ready() {
    lsp::run_until(
        daemon.loop,
        [&] {
          boost::asio::post(daemon.loop, [] {});
          return !daemon.providers.starting();
        },
        "the probe");
  }

  WebClient client() { return WebClient(daemon.loop, endpoint->address()); }
  static std::string request(const std::string& method, const std::string& target, const std::string& body = "",
                             const std::string& more = "") {
    std::string out =
        method + " " + target + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + kHttpToken + "\r\n" + more;
    if (!body.empty())
      out += "Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n";
    return out + "\r\n" + body;
  }
  WebAnswer get(const std::string& raw) {
    auto c = client();
    c.send(raw);
    return c.answer();
  }
  WebAnswer post(const std::string& target, const json& body, const std::string& more = "") {
    return get(request("POST", target, body.dump(), more));
  }
  void wait_for(const std::function<bool()>& reached) {
    lsp::run_until(
        daemon.loop,
        [&] {
          boost::asio::post(daemon.loop, [] {});
          return reached();
        },
        "a condition of the test");
  }
  [[nodiscard]] size_t hung_up() const { return server.log().closed_early; }

  std::filesystem::path folder = std::filesystem::temp_directory_path() / ("fimd-http-" + std::to_string(::getpid()));
  lsp::Daemon daemon;
  std::vector<json> asked;  // of the model server
  bool probed = true;       // false: it never says what it is
  std::function<Reply(const json&)> infill = [](const json&) { return model_text("alpha + beta;"); };
  ModelServer server{daemon.loop, [this](const SeenRequest& r) { return model(r); }};
  std::unique_ptr<Server> endpoint;
};

inline const nlohmann::json kCompletion = {
    {"model", "any"}, {"prompt", "int sum = "}, {"suffix", "\nint last;\n"}, {"max_tokens", 64}};

}  // namespace fimd::tests

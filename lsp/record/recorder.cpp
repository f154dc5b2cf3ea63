#include "lsp/record/recorder.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <random>

#include "context/log.h"
#include "lsp/version.h"

namespace fimd::lsp {
namespace {

using nlohmann::json;

class RecordedTransport final : public Transport {
 public:
  RecordedTransport(std::unique_ptr<Transport> transport, std::shared_ptr<Recorder> recorder)
      : transport_(std::move(transport)), recorder_(std::move(recorder)) {}

  boost::asio::awaitable<Result<Frame>> read() override { return read_from(transport_->read(), recorder_); }

  void write(std::string body) override {
    recorder_->message(false, body, Clock::now());
    transport_->write(std::move(body));
  }

  void close() override { transport_->close(); }

 private:
  // May outlive the transport.
  static boost::asio::awaitable<Result<Frame>> read_from(boost::asio::awaitable<Result<Frame>> reading,
                                                         std::shared_ptr<Recorder> recorder) {
    Result<Frame> frame = co_await std::move(reading);
    if (frame) recorder->message(true, frame->body, frame->received);
    co_return frame;
  }

  std::unique_ptr<Transport> transport_;
  std::shared_ptr<Recorder> recorder_;
};

}  // namespace

Result<std::shared_ptr<Recorder>> Recorder::open(const std::string& path, bool text) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOCTTY, 0600);
  if (fd < 0) return fail(Error::Code::io, "record: " + path + ": " + std::strerror(errno));
  struct stat st {};
  if (::fstat(fd, &st) == 0 && S_ISREG(st.st_mode)) {
    if (::fchmod(fd, 0600) != 0) {
      const Error error{Error::Code::io, "record: " + path + ": cannot be kept from others: " + std::strerror(errno)};
      ::close(fd);
      return tl::unexpected<Error>(error);
    }
  }
  std::shared_ptr<Recorder> out(new Recorder(fd, path, text));
  out->write(json{{"fimd-record", 1}, {"version", kVersion}, {"text", text}}.dump());
  return out;
}

Recorder::Recorder(int fd, std::string path, bool text)
    : fd_(fd), path_(std::move(path)), redactor_(text, std::random_device{}()), start_(Clock::now()) {}

Recorder::~Recorder() {
  if (fd_ >= 0) ::close(fd_);
}

void Recorder::write(const std::string& line) {
  if (fd_ < 0) return;
  const std::string whole = line + "\n";
  for (size_t at = 0; at < whole.size();) {
    const ssize_t n = ::write(fd_, whole.data() + at, whole.size() - at);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) {
      log::warn("record: {}: {}; nothing more is recorded", path_, std::strerror(n < 0 ? errno : EIO));
      ::close(std::exchange(fd_, -1));
      return;
    }
    at += static_cast<size_t>(n);
  }
}

void Recorder::configured(const json& effective) {
  if (fd_ < 0) return;
  write(json{{"t", since_start(Clock::now())}, {"config", recordable_config(effective)}}.dump(
      -1, ' ', false, json::error_handler_t::replace));
}

void Recorder::message(bool in, const std::string& body, TimePoint at) {
  const std::string by = in ? "" : std::exchange(by_, "");
  if (fd_ < 0) return;
  const json message = json::parse(body, nullptr, false);
  if (!message.is_object()) return;  // no message: nothing came of it
  const json method = message.value("method", json());
  const std::string id = message.contains("id") ? message["id"].dump() : "";
  if (!in && method.is_string() && !id.empty()) asked_[id] = method.get<std::string>();
  std::string answers;
  if (const auto asked = asked_.find(id); in && !method.is_string() && asked != asked_.end()) {
    answers = asked->second;
    asked_.erase(asked);
  }
  write(line_of(RecordedMessage{since_start(at), in, redactor_.message(message, answers), by}));
}

void Recorder::exchange(const providers::HttpExchange& exchange) {
  if (fd_ < 0) return;
  RecordedExchange out{since_start(exchange.started), 0, exchange};
  const bool is_json = exchange.status / 100 == 2 && (exchange.type.find("json") != std::string::npos ||
                                                      exchange.type.find("event-stream") != std::string::npos);
  ReplyRedactor redactor(redactor_, is_json);
  for (auto& piece : out.exchange.pieces) {
    if (!exchange.probe) piece.bytes = redactor.next(piece.bytes);
  }
  if (redactor_.keeps_text()) {  // secrets, also those that lie across pieces
    std::string all;
    for (const auto& piece : out.exchange.pieces) all += piece.bytes;
    all = redactor_.text(all);
    size_t at = 0;
    for (auto& piece : out.exchange.pieces) {
      piece.bytes = all.substr(at, piece.bytes.size());
      at += piece.bytes.size();
    }
  }
  write(line_of(out));
}

void Recorder::end() {
  write(R"({"end":true})");
  if (fd_ >= 0) ::close(std::exchange(fd_, -1));
}

std::unique_ptr<Transport> recorded(std::unique_ptr<Transport> transport, std::shared_ptr<Recorder> recorder) {
  return std::make_unique<RecordedTransport>(std::move(transport), std::move(recorder));
}

}  // namespace fimd::lsp

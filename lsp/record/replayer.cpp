#include "lsp/record/replayer.h"

#include <stdlib.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/experimental/channel.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <deque>
#include <set>

#include "context/log.h"
#include "lsp/daemon.h"
#include "lsp/record/redact.h"
#include "lsp/session.h"
#include "lsp/transport.h"

namespace fimd::lsp {
namespace {

namespace asio = boost::asio;
using nlohmann::json;

constexpr Duration kPatience = std::chrono::seconds(5);    // for what may not come any more
constexpr Duration kLook = std::chrono::milliseconds(20);  // between two looks at the clock while the loop is idle

// What the session and its replayed editor share.
struct Wire {
  using Signal = asio::experimental::channel<void(boost::system::error_code)>;
  explicit Wire(asio::io_context& loop) : signal(loop, 1) {}

  std::deque<Frame> to_server;
  Signal signal;  // something is there for the server
  bool hung_up = false;
  TimePoint start = Clock::now();
  std::vector<RecordedMessage> messages;
  std::set<std::string> answered, asked;  // ids: of the editor's requests, and of fimd's own
  std::string by;

  [[nodiscard]] double now() const { return to_ms(Clock::now() - start); }
  void wake() { signal.try_send(boost::system::error_code{}); }
};

class ReplayTransport final : public Transport {
 public:
  explicit ReplayTransport(std::shared_ptr<Wire> wire) : wire_(std::move(wire)) {}

  asio::awaitable<Result<Frame>> read() override { return read_from(wire_); }

  void write(std::string body) override {
    json message = json::parse(body, nullptr, false);
    if (!message.is_object()) return;
    const bool asks = message.contains("method");
    if (message.contains("id")) (asks ? wire_->asked : wire_->answered).insert(message["id"].dump());
    wire_->messages.push_back({wire_->now(), false, std::move(message), std::exchange(wire_->by, "")});
  }

  void close() override {
    wire_->hung_up = true;
    wire_->wake();
  }

 private:
  static asio::awaitable<Result<Frame>> read_from(std::shared_ptr<Wire> wire) {
    constexpr auto token = asio::as_tuple(asio::use_awaitable);
    while (wire->to_server.empty()) {
      if (wire->hung_up) co_return fail(Error::Code::io, "the record is over");
      const auto [ec] = co_await wire->signal.async_receive(token);
      if (ec) co_return fail(Error::Code::cancelled, "reading was cancelled");
    }
    Frame frame = std::move(wire->to_server.front());
    wire->to_server.pop_front();
    co_return frame;
  }

  std::shared_ptr<Wire> wire_;
};

// The recorded answers, each given once: of those to the same address, the one that was asked for at about this
// message.
class Answers {
 public:
  Answers(const std::vector<RecordedExchange>& recorded, double speed)
      : recorded_(recorded), state_(recorded.size()), speed_(speed) {}

  std::optional<providers::Scripted> answer(const providers::HttpRequest& request, size_t sent) {
    const std::string target = providers::target_of(request);
    std::optional<size_t> best;
    const auto distance = [&](size_t i) {
      return recorded_[i].after > sent ? recorded_[i].after - sent : sent - recorded_[i].after;
    };
    for (size_t i = 0; i < recorded_.size(); ++i) {
      if (state_[i] != State::waiting || recorded_[i].exchange.target != target) continue;
      if (!best || distance(i) < distance(*best)) best = i;
    }
    if (!best) return std::nullopt;
    state_[*best] = State::begun;
    providers::Scripted out{recorded_[*best].exchange, [this, i = *best] { state_[i] = State::over; }};
    for (Duration* at : {&out.exchange.head_at, &out.exchange.ended}) *at = scaled(*at);
    for (auto& piece : out.exchange.pieces) piece.at = scaled(piece.at);
    return out;
  }

  // Whether all that were over at a time of the record are over now.
  [[nodiscard]] bool over_until(double t) const {
    for (size_t i = 0; i < recorded_.size(); ++i) {
      const auto& e = recorded_[i];
      const bool was_over = e.exchange.outcome != "stopped" && e.t + to_ms(e.exchange.ended) <= t;
      if (was_over && (state_[i] == State::waiting || state_[i] == State::begun)) return false;
    }
    return true;
  }

  // What was waited for in vain is not waited for again.
  void give_up_until(double t) {
    for (size_t i = 0; i < recorded_.size(); ++i) {
      if (recorded_[i].t + to_ms(recorded_[i].exchange.ended) <= t && state_[i] != State::over)
        state_[i] = State::missed;
    }
  }

 private:
  enum class State { waiting, begun, over, missed };
  [[nodiscard]] Duration scaled(Duration d) const { return std::chrono::duration_cast<Duration>(d / speed_); }

  const std::vector<RecordedExchange>& recorded_;
  std::vector<State> state_;
  double speed_;
};

// A configuration for other providers: all asked at one URL, or none named, so that the user's own are asked.
void redirect(json& config, const ReplayOptions& options) {
  if (!config.is_object()) return;
  if (config.contains("fimd")) return redirect(config["fimd"], options);
  if (options.live) {
    config.erase("providers");
    if (config.contains("completion") && config["completion"].is_object()) config["completion"].erase("providers");
    return;
  }
  if (options.against.empty() || !config.contains("providers") || !config["providers"].is_object()) return;
  for (auto& [name, provider] : config["providers"].items()) {
    if (!provider.is_object() || !provider.contains("url")) continue;
    provider["url"] = options.against;
    provider.erase("unix_socket");
  }
}

class Replay {
 public:
  Replay(const Recording& recording, const ReplayOptions& options)
      : recording_(recording),
        options_(options),
        wire_(std::make_shared<Wire>(daemon_.loop)),
        answers_(recording.exchanges, options.speed) {
    const bool scripted = !options.live && options.against.empty();
    waits_for_answers_ = scripted;
    if (scripted) {
      daemon_.http.answer_with(
          [this](const providers::HttpRequest& request) { return answers_.answer(request, sent_); });
    }
  }

  ~Replay() { end(); }

  Recording run() {
    begin();
    for (const RecordedMessage& m : recording_.messages) {
      if (m.in)
        send(m);
      else
        expect(m);
    }
    wait([this] { return all_answered(); }, kPatience);
    end();
    return {.text = recording_.text, .config = recording_.config, .messages = wire_->messages, .exchanges = {}};
  }

 private:
  void begin() {
    json config = recording_.config;
    redirect(config, options_);
    SessionOptions options{.settings = options_.settings, .ended = [this](int) { ended_ = true; }};
    options.unreadable = !recording_.text;
    options.answering = [wire = wire_](const std::string& provider) { wire->by = provider; };
    if (!options_.live) options.instead_of_files = std::move(config);
    const auto session =
        std::make_shared<Session>(daemon_, std::make_unique<ReplayTransport>(wire_), std::move(options));
    session->start();
  }

  void end() {
    if (ended_) return;
    wire_->hung_up = true;
    wire_->wake();
    wait([this] { return ended_; }, kPatience);
  }

  // Runs the loop until `done`; false when patience has ended.
  bool wait(const std::function<bool()>& done, Duration patience) {
    const TimePoint until = Clock::now() + patience;
    while (!done()) {
      if (Clock::now() >= until) return false;
      if (daemon_.loop.stopped()) daemon_.loop.restart();
      daemon_.loop.run_one_for(kLook);
    }
    return true;
  }

  // What fimd had said before the next message of the editor.
  void expect(const RecordedMessage& m) {
    if (!m.body.contains("id")) return;
    (m.body.contains("method") ? asked_ : answered_).insert(m.body["id"].dump());
  }

  [[nodiscard]] bool all_answered() const {
    return std::includes(wire_->answered.begin(), wire_->answered.end(), answered_.begin(), answered_.end()) &&
           std::includes(wire_->asked.begin(), wire_->asked.end(), asked_.begin(), asked_.end());
  }

  void send(const RecordedMessage& m) {
    const double due = m.t / options_.speed;
    wait([&] { return wire_->now() >= due; },
         std::chrono::duration_cast<Duration>(std::chrono::duration<double, std::milli>(due)) + kPatience);
    if (!wait([this] { return all_answered(); }, kPatience)) {
      answered_ = wire_->answered;
      asked_ = wire_->asked;
    }
    if (waits_for_answers_ && !wait([&] { return answers_.over_until(m.t); }, kPatience)) answers_.give_up_until(m.t);
    json body = m.body;
    if (options_.live || !options_.against.empty()) redirect_message(body);
    ++sent_;
    wire_->messages.push_back({wire_->now(), true, body, ""});
    wire_->to_server.push_back({body.dump(-1, ' ', false, json::error_handler_t::replace), Clock::now()});
    wire_->wake();
  }

  void redirect_message(json& body) const {
    if (body.contains("params") && body["params"].is_object()) {
      for (const char* name : {"initializationOptions", "settings"}) {
        if (body["params"].contains(name)) redirect(body["params"][name], options_);
      }
    }
    if (body.contains("result") && body["result"].is_array()) {
      for (json& each : body["result"]) redirect(each, options_);
    }
  }

  const Recording& recording_;
  const ReplayOptions& options_;
  Daemon daemon_;
  std::shared_ptr<Wire> wire_;
  Answers answers_;
  bool waits_for_answers_ = false, ended_ = false;
  size_t sent_ = 0;
  std::set<std::string> answered_, asked_;  // what the record says has come until here
};

Difference::Verdict verdict(const RequestOutcome& before, const RequestOutcome& now) {
  using Verdict = Difference::Verdict;
  if (before.answered != now.answered) return Verdict::error;
  if (before.texts == now.texts) return Verdict::same;
  if (now.texts.empty()) return Verdict::lost;
  return before.texts.empty() ? Verdict::gained : Verdict::other_text;
}

}  // namespace

Result<Recording> replay(const Recording& recording, const ReplayOptions& options) {
  Configuration tried;
  for (const std::string& setting : options.settings) {
    for (const ConfigProblem& p : tried.set_key(setting)) {
      if (p.path != "completion.providers")
        return fail(Error::Code::bad_input, "configuration: " + p.path + " " + p.what + " (" + p.source + ")");
    }
  }
  ::setenv(kReplayKey, "replay", 0);
  Replay run(recording, options);
  return run.run();
}

std::vector<Difference> compare(const std::vector<RequestOutcome>& before, const std::vector<RequestOutcome>& now) {
  std::vector<Difference> out;
  for (size_t i = 0; i < before.size(); ++i) {
    Difference& d = out.emplace_back();
    d.before = before[i];
    if (i < now.size()) d.now = now[i];
    d.verdict = verdict(d.before, d.now);
  }
  return out;
}

}  // namespace fimd::lsp

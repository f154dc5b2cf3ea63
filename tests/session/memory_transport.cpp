#include "tests/session/memory_transport.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/experimental/channel.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <stdexcept>
#include <utility>

namespace fimd::lsp {

namespace asio = boost::asio;

void run_until(asio::io_context& loop, const std::function<bool()>& done, const std::string& what) {
  const TimePoint end = Clock::now() + kPatience;
  while (!done()) {
    if (loop.stopped()) loop.restart();
    if (Clock::now() >= end) throw std::runtime_error("waited in vain for " + what);
    if (loop.run_one_for(std::chrono::milliseconds(100)) == 0 && loop.stopped() && !done()) {
      throw std::runtime_error("nothing is left to run, but still no " + what);
    }
  }
}

struct MemoryClient::Wire {
  using Signal = asio::experimental::channel<void(boost::system::error_code)>;
  explicit Wire(asio::io_context& loop) : signal(loop, 1) {}

  std::deque<Frame> to_server;
  std::deque<json> to_client;
  Signal signal;  // something is there for the server
  bool hung_up = false, closed = false;
  std::function<bool(const json&)> handler;
};

class MemoryClient::End final : public Transport {
 public:
  explicit End(std::shared_ptr<Wire> wire) : wire_(std::move(wire)) {}
  ~End() override { close(); }

  asio::awaitable<Result<Frame>> read() override { return read_from(wire_); }

  void write(std::string body) override {
    if (wire_->closed) return;
    json message = json::parse(body);
    const auto handler = wire_->handler;
    if (!handler || !handler(message)) wire_->to_client.push_back(std::move(message));
  }

  void close() override {
    wire_->closed = true;
    wire_->signal.try_send(boost::system::error_code{});
  }

 private:
  static asio::awaitable<Result<Frame>> read_from(std::shared_ptr<Wire> wire) {
    constexpr auto token = asio::as_tuple(asio::use_awaitable);
    while (true) {
      if (wire->closed) co_return fail(Error::Code::io, "the connection is closed");
      if (!wire->to_server.empty()) {
        Frame frame = std::move(wire->to_server.front());
        wire->to_server.pop_front();
        co_return frame;
      }
      if (wire->hung_up) co_return fail(Error::Code::io, "the client closed the connection");
      const auto [ec] = co_await wire->signal.async_receive(token);
      if (ec) co_return fail(Error::Code::cancelled, "reading was cancelled");
    }
  }

  std::shared_ptr<Wire> wire_;
};

MemoryClient::MemoryClient(asio::io_context& loop) : loop_(loop), wire_(std::make_shared<Wire>(loop)) {}
MemoryClient::~MemoryClient() = default;

std::unique_ptr<Transport> MemoryClient::server_end() { return std::make_unique<End>(wire_); }

void MemoryClient::send(const json& message) { send_raw(message.dump()); }

void MemoryClient::send_raw(std::string body) {
  wire_->to_server.push_back({std::move(body), Clock::now()});
  wire_->signal.try_send(boost::system::error_code{});
}

MemoryClient::json MemoryClient::request(const std::string& method, json params) {
  const json id = ++last_id_;
  send({{"jsonrpc", "2.0"}, {"id", id}, {"method", method}, {"params", std::move(params)}});
  return id;
}

void MemoryClient::notify(const std::string& method, json params) {
  send({{"jsonrpc", "2.0"}, {"method", method}, {"params", std::move(params)}});
}

void MemoryClient::answer(const json& request, json result) {
  json message = {{"jsonrpc", "2.0"}, {"id", request.at("id")}};
  message["result"] = std::move(result);
  send(message);
}

void MemoryClient::hang_up() {
  wire_->hung_up = true;
  wire_->signal.try_send(boost::system::error_code{});
}

MemoryClient::json MemoryClient::next() {
  return wait([](const json&) { return true; }, "any message");
}

MemoryClient::json MemoryClient::response(const json& id) {
  const auto answers = [&](const json& m) { return !m.contains("method") && m.contains("id") && m["id"] == id; };
  return wait(answers, "a response to " + id.dump());
}

MemoryClient::json MemoryClient::call(const std::string& method, json params) {
  return response(request(method, std::move(params)));
}

MemoryClient::json MemoryClient::message(const std::string& method) {
  return wait([&](const json& m) { return m.contains("method") && m["method"] == method; }, method);
}

std::vector<MemoryClient::json> MemoryClient::rest() {
  if (loop_.stopped()) loop_.restart();
  loop_.poll();
  std::deque<json> all = std::exchange(wire_->to_client, {});
  return {std::make_move_iterator(all.begin()), std::make_move_iterator(all.end())};
}

bool MemoryClient::closed() const { return wire_->closed; }

void MemoryClient::on_message(std::function<bool(const json&)> handler) { wire_->handler = std::move(handler); }

std::optional<MemoryClient::json> MemoryClient::take(const std::function<bool(const json&)>& wanted) {
  auto& queue = wire_->to_client;
  for (auto it = queue.begin(); it != queue.end(); ++it) {
    if (!wanted(*it)) continue;
    json found = std::move(*it);
    queue.erase(it);
    return found;
  }
  return std::nullopt;
}

MemoryClient::json MemoryClient::wait(const std::function<bool(const json&)>& wanted, const std::string& what) {
  std::optional<json> found = take(wanted);
  const auto arrived = [&] { return found || (found = take(wanted)); };
  try {
    run_until(loop_, arrived, what);
  } catch (const std::runtime_error& e) {
    std::string there;
    for (const json& m : wire_->to_client) there += "\n  " + m.dump();
    throw std::runtime_error(std::string(e.what()) + "; what came instead:" + there);
  }
  return *std::move(found);
}

}  // namespace fimd::lsp

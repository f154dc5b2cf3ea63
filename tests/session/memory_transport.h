// A transport without descriptors, and the client at its other end: for tests that run a server in this process.
//
// Everything happens on the test's own thread. A client's wait runs the loop until the message it wants has come, and
// throws with what did come when that takes longer than kPatience: a test that waits for nothing fails loudly.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "lsp/transport.h"

namespace fimd::lsp {

inline constexpr auto kPatience = std::chrono::seconds(20);

// Runs the loop until `done` holds. Throws std::runtime_error naming `what` when patience ends.
void run_until(boost::asio::io_context& loop, const std::function<bool()>& done, const std::string& what);

class MemoryClient {
 public:
  using json = nlohmann::json;

  explicit MemoryClient(boost::asio::io_context& loop);
  ~MemoryClient();

  // The server's end; once.
  [[nodiscard]] std::unique_ptr<Transport> server_end();

  void send(const json& message);
  void send_raw(std::string body);
  json request(const std::string& method, json params = nullptr);  // sends; returns the id, for response()
  void notify(const std::string& method, json params = nullptr);
  void answer(const json& request, json result);  // to a request of the server
  void hang_up();                                 // the server's read() ends with io

  // The next message of the server that no other call has returned.
  json next();
  // The response to a request; other messages stay for next(). With call(): request and wait.
  json response(const json& id);
  json call(const std::string& method, json params = nullptr);
  // The next notification or request of that method; other messages stay.
  json message(const std::string& method);
  // What has come and was not returned; runs what is ready first, waits for nothing.
  std::vector<json> rest();

  [[nodiscard]] bool closed() const;  // by the server

  // Called with each message of the server as it is written; true: the client has dealt with it. For clients that
  // answer workspace/configuration and the like.
  void on_message(std::function<bool(const json&)> handler);

 private:
  struct Wire;
  class End;
  std::optional<json> take(const std::function<bool(const json&)>& wanted);
  json wait(const std::function<bool(const json&)>& wanted, const std::string& what);

  boost::asio::io_context& loop_;
  std::shared_ptr<Wire> wire_;
  int64_t last_id_ = 0;
};

}  // namespace fimd::lsp

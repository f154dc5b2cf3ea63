// The method table of one connection: decodes envelopes, keeps the life cycle, and answers every request exactly once.
//
// Loop thread only. Handlers get the raw params and a Reply; they may answer at once or later. A handler that throws
// is answered with -32603, a Reply destroyed without an answer too (and logged as a bug). Cancelling answers -32800
// at once, after which the handler's own answer is dropped. Of two requests with one id both are answered, and a cancel
// hits the newer one. Rules: LSP 3.18 "Base protocol" and "Lifecycle messages".
#pragma once

#include <functional>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "context/budget.h"
#include "context/result.h"
#include "lsp/transport.h"

namespace fimd::lsp {

enum class RpcCode : int {
  parse_error = -32700,
  invalid_request = -32600,
  method_not_found = -32601,
  invalid_params = -32602,
  internal_error = -32603,
  server_not_initialized = -32002,
  request_failed = -32803,
  server_cancelled = -32802,
  content_modified = -32801,
  request_cancelled = -32800,
};

// The duty to answer one request; move-only.
class Reply {
 public:
  struct State;
  explicit Reply(std::shared_ptr<State> state) : state_(std::move(state)) {}
  Reply(Reply&&) noexcept = default;
  Reply& operator=(Reply&&) noexcept;
  ~Reply();

  // The first of these counts, later ones are ignored.
  void ok(nlohmann::json result);
  void fail(RpcCode code, std::string message);

  [[nodiscard]] bool answered() const;      // also true after a cancel
  [[nodiscard]] TimePoint received() const;  // when the request's last byte was read
  [[nodiscard]] std::string id() const;      // as JSON text, for logs

  // `ended` is called once, on the loop, if the client cancels or the connection ends before there is an answer; at
  // once if that has happened already.
  void on_cancel(std::function<void()> ended);

 private:
  void drop();
  std::shared_ptr<State> state_;
};

class Dispatch {
 public:
  using Request = std::function<void(const nlohmann::json& params, Reply reply)>;
  using Notification = std::function<void(const nlohmann::json& params)>;
  using Answer = std::function<void(Result<nlohmann::json>)>;
  enum class Phase { fresh, initialized, shut_down, ended };

  // `send` gets each outgoing message body.
  explicit Dispatch(std::function<void(std::string body)> send);
  ~Dispatch();

  // `shutdown`, `exit` and `$/cancelRequest` are handled here and need no handler. `params` is null when the message
  // has none.
  void request(std::string method, Request handler);
  void notification(std::string method, Notification handler);

  void on_shutdown(std::function<void()> hook);  // before `shutdown` is answered
  void on_exit(std::function<void()> hook);      // the phase is `ended` by then; may destroy this object

  // Handles one message. Never throws.
  void handle(Frame frame);

  void notify(std::string_view method, nlohmann::json params);

  // A request to the client. `answer` is called once: with the result, or an error (the client's, or cancelled when
  // the connection ends or the call is the oldest of over 100 unanswered ones).
  void call(std::string_view method, nlohmann::json params, Answer answer);

  // Phases follow `initialize` (a successful answer), `shutdown` and `exit`.
  [[nodiscard]] Phase phase() const;
  [[nodiscard]] int exit_code() const;  // 0 if shutdown was seen, else 1

  // The connection is gone: all waiting requests are dropped, all calls are answered with cancelled.
  void end();

 private:
  struct Table;
  friend class Reply;
  std::shared_ptr<Table> table_;  // shared with the replies, which may outlive the connection
};

}  // namespace fimd::lsp

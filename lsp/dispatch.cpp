#include "lsp/dispatch.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <deque>
#include <exception>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>
#include <vector>

#include "context/log.h"
#include "lsp/wire.h"

namespace fimd::lsp {
namespace {

using nlohmann::json;

constexpr size_t kMaxCalls = 100;        // of ours that the client has not answered
constexpr size_t kMaxRemembered = 256;   // ids of cancels and of answers, names of unknown notifications
constexpr size_t kMaxShown = 80;         // bytes of a client's string in the log

using Ids = std::deque<std::string>;

void remember(Ids& ids, std::string id) {
  if (ids.size() == kMaxRemembered) ids.pop_front();
  ids.push_back(std::move(id));
}

bool holds(const Ids& ids, const std::string& id) { return std::find(ids.begin(), ids.end(), id) != ids.end(); }

// A client's string on one line of the log.
std::string shown(std::string_view text) {
  const std::string quoted = dump(json(std::string(text.substr(0, kMaxShown))));
  return quoted.substr(1, quoted.size() - 2);
}

bool is_id(const json& id) {
  if (id.is_number_float()) return id.get<double>() == std::floor(id.get<double>());  // some writers know no integers
  return id.is_number_integer() || id.is_string();
}

// The number of a call of ours; 0, which is none, for anything else.
int64_t call_number(const json& id) {
  if (id.is_number_integer()) return id.get<int64_t>();
  if (!id.is_number_float() || !(std::abs(id.get<double>()) < 1e15)) return 0;
  return static_cast<int64_t>(id.get<double>());
}

const json* member(const json& object, const char* name) {
  const auto it = object.find(name);
  return it == object.end() ? nullptr : &*it;
}

std::string error_text(const json& id, RpcCode code, std::string_view message) {
  return dump({{"jsonrpc", "2.0"},
               {"id", id},
               {"error", {{"code", static_cast<int>(code)}, {"message", std::string(message)}}}});
}

}  // namespace

struct Reply::State {
  std::weak_ptr<Dispatch::Table> table;
  json id;
  std::string key;  // the id as JSON text, so that 1 and "1" differ
  std::string method;
  TimePoint received;
  bool answered = false;
  bool cancelled = false;
  bool in_handler = false;
  std::function<void()> ended;
};

struct Dispatch::Table : std::enable_shared_from_this<Dispatch::Table> {
  using StatePtr = std::shared_ptr<Reply::State>;

  std::function<void(std::string)> send;
  std::map<std::string, Request, std::less<>> requests;
  std::map<std::string, Notification, std::less<>> notifications;
  std::function<void()> shutdown_hook, exit_hook;
  Phase phase = Phase::fresh;
  bool initializing = false;
  bool shutdown_seen = false;
  std::multimap<std::string, StatePtr> waiting;  // by id; of equal ids the last one is the newest
  Ids early_cancels, finished;
  std::set<std::string, std::less<>> unknown;
  std::map<int64_t, Answer> calls;  // ours, oldest first
  int64_t last_call = 0;

  void on_message(Frame frame);
  void on_object(const json& message, TimePoint received);
  void on_request(const std::string& method, const json& params, const json& id, TimePoint received);
  void on_notification(const std::string& method, const json& params);
  void on_response(const json& message);
  void run(const Request& handler, const json& params, const StatePtr& state);
  void cancel(const json& params);
  void shut_down(const StatePtr& state);
  void exit();
  void end();

  bool finish(Reply::State& state);
  void ok(Reply::State& state, json result);
  void fail(Reply::State& state, RpcCode code, std::string_view message);
  void refuse(const json& id, std::string_view what);
};

void Dispatch::Table::on_message(Frame frame) {
  auto message = parse_body(frame.body);
  if (!message) {
    log::warn("dispatch: a message of {} bytes is {}", frame.body.size(), message.error().message);
    send(error_text(nullptr, RpcCode::parse_error, message.error().message));
    return;
  }
  frame.body = {};  // its values have been copied; a large text need not be held twice
  if (!message->is_object())
    return refuse(nullptr, message->is_array() ? "batches are not part of lsp" : "not an object");
  on_object(*message, frame.received);
}

void Dispatch::Table::on_object(const json& message, TimePoint received) {
  const json* version = member(message, "jsonrpc");
  if (version != nullptr && *version != "2.0") return refuse(nullptr, "jsonrpc is not \"2.0\"");
  const json* id = member(message, "id");
  const json* method = member(message, "method");
  if (method == nullptr && id != nullptr) return on_response(message);
  if (method == nullptr || !method->is_string()) return refuse(nullptr, "method is not a string");
  if (id != nullptr && !is_id(*id)) return refuse(nullptr, "id is neither an integer nor a string");
  const json* params = member(message, "params");
  const json none;
  const auto& name = method->get_ref<const std::string&>();
  if (id == nullptr || name == "exit") return on_notification(name, params != nullptr ? *params : none);
  on_request(name, params != nullptr ? *params : none, *id, received);
}

void Dispatch::Table::on_request(const std::string& method, const json& params, const json& id, TimePoint received) {
  auto state = std::make_shared<Reply::State>();
  state->table = weak_from_this();
  state->id = id;
  state->key = dump(id);
  state->method = method;
  state->received = received;
  log::info("<- {} {}", shown(method), shown(state->key));
  if (waiting.contains(state->key)) log::warn("dispatch: id {} is in use twice", shown(state->key));
  waiting.emplace(state->key, state);

  if (const auto early = std::find(early_cancels.begin(), early_cancels.end(), state->key);
      early != early_cancels.end()) {
    early_cancels.erase(early);
    return fail(*state, RpcCode::request_cancelled, "cancelled");
  }
  if (method == "initialize" && (initializing || phase != Phase::fresh)) {
    return fail(*state, RpcCode::invalid_request, "initialize was sent before");
  }
  if (phase == Phase::fresh && method != "initialize") {
    return fail(*state, RpcCode::server_not_initialized, "the server is not initialized");
  }
  if (method == "shutdown") return shut_down(state);
  if (phase == Phase::shut_down) return fail(*state, RpcCode::invalid_request, "the server is shut down");
  const auto handler = requests.find(method);
  if (handler == requests.end()) {
    return fail(*state, RpcCode::method_not_found, "no such method: " + shown(method));
  }
  if (method == "initialize") initializing = true;
  run(handler->second, params, state);
}

void Dispatch::Table::run(const Request& handler, const json& params, const StatePtr& state) {
  std::string what = "unknown exception";
  state->in_handler = true;
  try {
    handler(params, Reply(state));
    state->in_handler = false;
    return;
  } catch (const std::exception& e) {
    what = e.what();
  } catch (...) {  // a handler may throw anything, and the client still waits
  }
  state->in_handler = false;
  log::error("dispatch: {} failed: {}", shown(state->method), what);
  if (!state->answered) fail(*state, RpcCode::internal_error, "internal error");
}

void Dispatch::Table::on_notification(const std::string& method, const json& params) {
  if (method == "exit") return exit();
  if (method == "$/cancelRequest") return cancel(params);
  if (phase != Phase::initialized) {
    log::debug("dispatch: {} dropped, the server is not in use", shown(method));
    return;
  }
  const auto handler = notifications.find(method);
  if (handler == notifications.end()) {
    const bool news = !method.starts_with("$/") && unknown.size() < kMaxRemembered && unknown.insert(method).second;
    if (news) log::debug("dispatch: no such notification: {}", shown(method));
    return;
  }
  try {
    handler->second(params);
  } catch (const std::exception& e) {
    log::error("dispatch: {} failed: {}", shown(method), e.what());
  }
}

void Dispatch::Table::on_response(const json& message) {
  const json& id = message.at("id");
  const auto call = calls.find(call_number(id));
  const json* error = member(message, "error");
  const json* result = member(message, "result");
  if (call == calls.end()) {
    if (error == nullptr && result == nullptr) return refuse(nullptr, "neither a request nor a response");
    log::debug("dispatch: a response to nothing, id {}", shown(dump(id)));
    return;
  }
  const Answer answer = std::move(call->second);
  calls.erase(call);
  if (error != nullptr && !error->is_null()) {
    const json* text = error->is_object() ? member(*error, "message") : nullptr;
    answer(fimd::fail(Error::Code::refused,
                      text != nullptr && text->is_string() ? text->get<std::string>() : dump(*error)));
  } else {
    answer(result != nullptr ? *result : json());  // some writers leave out a null
  }
}

void Dispatch::Table::cancel(const json& params) {
  const json* id = params.is_object() ? member(params, "id") : nullptr;
  if (id == nullptr || !is_id(*id)) {
    log::debug("dispatch: a cancel without an id");
    return;
  }
  std::string key = dump(*id);
  const auto last = waiting.upper_bound(key);
  if (last == waiting.begin() || std::prev(last)->first != key) {
    if (!holds(finished, key) && !holds(early_cancels, key)) remember(early_cancels, std::move(key));
    return;
  }
  const StatePtr state = std::prev(last)->second;
  state->cancelled = true;
  const auto ended = std::exchange(state->ended, nullptr);
  fail(*state, RpcCode::request_cancelled, "cancelled");
  if (ended) ended();
}

void Dispatch::Table::shut_down(const StatePtr& state) {
  if (phase == Phase::initialized) {
    phase = Phase::shut_down;
    shutdown_seen = true;
    if (shutdown_hook) shutdown_hook();
  }
  ok(*state, nullptr);
}

void Dispatch::Table::exit() {
  phase = Phase::ended;
  if (exit_hook) std::exchange(exit_hook, nullptr)();
}

void Dispatch::Table::end() {
  phase = Phase::ended;
  const auto dropped = std::exchange(waiting, {});
  for (const auto& [key, state] : dropped) {
    state->answered = state->cancelled = true;
    if (const auto ended = std::exchange(state->ended, nullptr)) ended();
  }
  for (const auto& [id, answer] : std::exchange(calls, {})) {
    answer(fimd::fail(Error::Code::cancelled, "the connection ended"));
  }
}

// Takes the request off the list; false if it has its answer already.
bool Dispatch::Table::finish(Reply::State& state) {
  if (std::exchange(state.answered, true)) return false;
  state.ended = nullptr;
  if (state.method == "initialize") initializing = false;
  const auto [first, last] = waiting.equal_range(state.key);
  const auto mine = std::find_if(first, last, [&](const auto& entry) { return entry.second.get() == &state; });
  if (mine != last) waiting.erase(mine);
  remember(finished, state.key);
  return true;
}

void Dispatch::Table::ok(Reply::State& state, json result) {
  const auto self = shared_from_this();
  if (!finish(state)) return;
  json message = {{"jsonrpc", "2.0"}, {"id", state.id}};
  message["result"] = std::move(result);
  if (state.method == "initialize" && phase == Phase::fresh) phase = Phase::initialized;
  log::info("-> {} {} {:.0f}ms", shown(state.method), shown(state.key), to_ms(Clock::now() - state.received));
  send(dump(message));
}

void Dispatch::Table::fail(Reply::State& state, RpcCode code, std::string_view message) {
  const auto self = shared_from_this();
  if (!finish(state)) return;
  log::info("-> {} {} {:.0f}ms error {}", shown(state.method), shown(state.key), to_ms(Clock::now() - state.received),
            static_cast<int>(code));
  send(error_text(state.id, code, message));
}

void Dispatch::Table::refuse(const json& id, std::string_view what) {
  log::warn("dispatch: {}", what);
  send(error_text(id, RpcCode::invalid_request, what));
}

Reply& Reply::operator=(Reply&& other) noexcept {
  if (this != &other) {
    drop();
    state_ = std::move(other.state_);
  }
  return *this;
}

Reply::~Reply() { drop(); }

void Reply::drop() {
  const auto state = std::exchange(state_, nullptr);
  if (!state || state->answered) return;
  if (state->in_handler && std::uncaught_exceptions() > 0) return;  // Table::run answers
  const auto table = state->table.lock();
  if (!table) return;
  table->fail(*state, RpcCode::internal_error, "internal error");
  log::bug("dispatch: " + state->method + " was not answered");
}

void Reply::ok(json result) {
  if (const auto table = state_ ? state_->table.lock() : nullptr) table->ok(*state_, std::move(result));
}

void Reply::fail(RpcCode code, std::string message) {
  if (const auto table = state_ ? state_->table.lock() : nullptr) table->fail(*state_, code, message);
}

bool Reply::answered() const { return !state_ || state_->answered || state_->table.expired(); }

TimePoint Reply::received() const { return state_ ? state_->received : TimePoint{}; }

std::string Reply::id() const { return state_ ? state_->key : std::string(); }

void Reply::on_cancel(std::function<void()> ended) {
  if (!state_) return;
  if (state_->cancelled) return ended();
  if (!state_->answered) state_->ended = std::move(ended);
}

Dispatch::Dispatch(std::function<void(std::string)> send) : table_(std::make_shared<Table>()) {
  table_->send = std::move(send);
}

Dispatch::~Dispatch() {
  // Replies and handlers may still be on the way; from here on they reach nobody.
  table_->end();
  table_->send = [](const std::string&) {};
}

void Dispatch::request(std::string method, Request handler) {
  table_->requests[std::move(method)] = std::move(handler);
}

void Dispatch::notification(std::string method, Notification handler) {
  table_->notifications[std::move(method)] = std::move(handler);
}

void Dispatch::on_shutdown(std::function<void()> hook) { table_->shutdown_hook = std::move(hook); }
void Dispatch::on_exit(std::function<void()> hook) { table_->exit_hook = std::move(hook); }

void Dispatch::handle(Frame frame) {
  const auto table = table_;  // a handler may destroy this object
  if (table->phase == Phase::ended) return;
  try {
    table->on_message(std::move(frame));
  } catch (const std::exception& e) {
    log::error("dispatch: a message was lost: {}", e.what());
  }
}

void Dispatch::notify(std::string_view method, json params) {
  if (table_->phase == Phase::ended) return;
  json message = {{"jsonrpc", "2.0"}, {"method", method}};
  message["params"] = std::move(params);
  table_->send(dump(message));
}

void Dispatch::call(std::string_view method, json params, Answer answer) {
  const auto table = table_;
  if (table->phase == Phase::ended) return answer(fimd::fail(Error::Code::cancelled, "the connection ended"));
  const int64_t id = ++table->last_call;
  table->calls.emplace(id, std::move(answer));
  json message = {{"jsonrpc", "2.0"}, {"id", id}, {"method", method}};
  message["params"] = std::move(params);
  table->send(dump(message));
  if (table->calls.size() <= kMaxCalls) return;
  const Answer oldest = std::move(table->calls.begin()->second);
  table->calls.erase(table->calls.begin());
  oldest(fimd::fail(Error::Code::cancelled, "the client left too many requests unanswered"));
}

Dispatch::Phase Dispatch::phase() const { return table_->phase; }

int Dispatch::exit_code() const { return table_->shutdown_seen ? 0 : 1; }

void Dispatch::end() { table_->end(); }

}  // namespace fimd::lsp

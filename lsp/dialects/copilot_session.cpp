// The part of a session that speaks the dialect of GitHub Copilot's language server (copilot.h).
#include <nlohmann/json.hpp>

#include "lsp/dialects/copilot.h"
#include "lsp/dialects/suggestion_id.h"
#include "lsp/session.h"
#include "lsp/version.h"

namespace fimd::lsp {

using nlohmann::json;

namespace {

// There is nobody to sign in to: clients are told that somebody is.
const json kSignedIn = {{"status", "OK"}, {"user", "local"}};

// Solutions that a panel is told to expect at most.
constexpr int kPanel = 5;

}  // namespace

// The methods of the dialect. To every other client they do not exist.
void Session::copilot_methods() {
  auto& d = dispatch_;
  const auto request = [&](const char* name, std::function<void(const json&, Reply)> handler) {
    d.request(name, [this, handler = std::move(handler), name](const json& params, Reply reply) {
      if (client_.dialect != Dialect::copilot)
        return reply.fail(RpcCode::method_not_found, std::string("unknown method: ") + name);
      handler(params, std::move(reply));
    });
  };
  const auto constant = [&](const char* name, json result) {
    request(name, [result = std::move(result)](const json&, Reply reply) { reply.ok(result); });
  };
  constant("checkStatus", kSignedIn);
  for (const char* name : {"signIn", "signInInitiate"})
    constant(name, {{"status", "AlreadySignedIn"}, {"user", "local"}});
  constant("signInConfirm", kSignedIn);
  constant("signOut", {{"status", "NotSignedIn"}});
  constant("getVersion", {{"version", kVersion}, {"buildType", "prod"}, {"runtimeVersion", kName}});
  // Older clients announce themselves only here.
  d.request("setEditorInfo", [this](const json&, Reply reply) {
    client_.dialect = Dialect::copilot;
    reply.ok("OK");
    send_status();
  });
  request("getCompletions",
          [this](const json& params, Reply reply) { on_get_completions(params, false, std::move(reply)); });
  request("getCompletionsCycling",
          [this](const json& params, Reply reply) { on_get_completions(params, true, std::move(reply)); });
  request("getPanelCompletions", [this](const json& params, Reply reply) { on_get_panel(params, std::move(reply)); });
  request("textDocument/copilotPanelCompletion",
          [this](const json& params, Reply reply) { on_copilot_panel(params, std::move(reply)); });
  constant("textDocument/copilotInlineEdit", {{"edits", json::array()}});
  request("notifyAccepted", [this](const json& params, Reply reply) {
    take_copilot_id(params.is_object() ? params.value("uuid", json()) : json());
    reply.ok("OK");
  });
  for (const char* name : {"notifyShown", "notifyRejected", "notifyNextEditRejected"}) constant(name, "OK");
  // How suggestions fare is read from the document's changes.
  for (const char* name : {"textDocument/didFocus", "textDocument/didShowCompletion",
                           "textDocument/didPartiallyAcceptCompletion", "textDocument/didShowInlineEdit"}) {
    d.notification(name, [](const json&) {});
  }
}

bool Session::take_copilot_id(const json& id) {
  const auto flight = flight_of_id(id);
  if (flight) completion_.accepted(*flight);
  return flight.has_value();
}

void Session::on_copilot_inline(const json& params, Reply reply) {
  const auto in = read_inline_completion(params);
  if (!in) return reply.fail(RpcCode::invalid_params, in.error().message);
  const auto document = find(in->uri);
  if (!document) return reply.fail(RpcCode::invalid_params, "the document is not open: " + in->uri);
  if (in->version && *in->version != document->text->version)
    return reply.fail(RpcCode::content_modified, "the document has another version");
  const Place place = place_of(*document, *in);
  Ask ask = ask_at(place, in->triggerKind == 1, reply);
  complete(document, std::move(ask), std::move(reply),
           [place](const Answered& answered) { return copilot_items(answered, place); });
}

void Session::on_copilot_panel(const json& params, Reply reply) {
  const auto at = read_document_at(params);
  if (!at) return reply.fail(RpcCode::invalid_params, at.error().message);
  const auto document = find(at->uri);
  if (!document) return reply.ok({{"items", json::array()}});
  const Place place = place_of(*document, at->position);
  Ask ask = ask_at(place, true, reply);
  complete(document, std::move(ask), std::move(reply),
           [place](const Answered& answered) { return copilot_items(answered, place); });
}

void Session::on_get_completions(const json& params, bool cycling, Reply reply) {
  const auto asked = read_get_completions(params);
  if (!asked) return reply.fail(RpcCode::invalid_params, asked.error().message);
  const auto document = find(asked->uri);
  if (!document) return reply.ok({{"completions", json::array()}});
  const Place place = place_of(*document, asked->position);
  Ask ask = ask_at(place, cycling, reply);
  complete(document, std::move(ask), std::move(reply), [place, version = asked->version](const Answered& answered) {
    return copilot_completions(answered, place, version);
  });
}

// The number of solutions is answered at once; they are told one by one, and then that this was all.
void Session::on_get_panel(const json& params, Reply reply) {
  const auto asked = read_get_completions(params);
  if (!asked) return reply.fail(RpcCode::invalid_params, asked.error().message);
  const std::string panel = params.contains("panelId") && params["panelId"].is_string() ? params["panelId"] : "";
  const auto done = [weak = weak_from_this(), panel] {
    if (auto self = weak.lock()) self->dispatch_.notify("PanelSolutionsDone", {{"panelId", panel}, {"status", "OK"}});
  };
  const auto document = find(asked->uri);
  reply.ok({{"solutionCountTarget", document ? kPanel : 0}});
  if (!document) return done();
  const Place place = place_of(*document, asked->position);
  const Config::Completion& rules = configuration_.now().completion;
  Ask ask{.text = place.text,
          .offset = place.offset,
          .budget = Budget::from(Clock::now(), rules.soft, rules.hard),
          .invoked = true};
  completion_.request(
      document, std::move(ask),
      [weak = weak_from_this(), place, panel, version = asked->version, done](const Answered& answered) {
        const auto self = weak.lock();
        if (!self) return;
        for (size_t i = 0; i < answered.items.size(); ++i) {
          self->dispatch_.notify("PanelSolution", panel_solution(panel, answered.items[i], i, place, version));
        }
        done();
      });
}

void Session::send_copilot_status() {
  const char* kind = completion_.paused() ? "Inactive" : degraded_.empty() ? "Normal" : "Warning";
  const std::string message = completion_.paused() ? "paused" : degraded_;
  dispatch_.notify("didChangeStatus", {{"busy", false}, {"kind", kind}, {"message", message}});
  dispatch_.notify("statusNotification", {{"status", kind}, {"message", message}, {"busy", false}, {"kind", kind}});
}

}  // namespace fimd::lsp

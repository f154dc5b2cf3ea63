// The part of a session that tells the user how it is: figures, explanations, troubles, the status.
#include <fmt/format.h>

#include "context/log.h"
#include "lsp/daemon.h"
#include "lsp/dialects/tabby.h"
#include "lsp/session.h"

namespace fimd::lsp {

using nlohmann::json;

void Session::on_stats(Reply reply) { reply.ok(daemon_.metrics.to_json()); }

// What the editor's other tools say of a document, for the prompt: a server is not told of them otherwise.
void Session::on_diagnostics(const json& params) {
  auto told = read_diagnostics(params);
  if (!told) return log::warn("fimd/diagnostics: {}", told.error().message);
  if (const auto document = find(normal_uri(told->uri))) document->diagnostics = std::move(told->diagnostics);
}

void Session::on_explain(const json& params, Reply reply) {
  const auto uri = read_document_uri(params);
  const auto direct = params.is_object() && params.contains("uri") && params["uri"].is_string();
  const std::string which = direct ? params["uri"].get<std::string>() : uri.value_or("");
  const Explanation* last = completion_.explain(normal_uri(which));
  if (!last)
    return reply.ok({{"outcome", "none"}, {"story", json::array({"no completion was asked for in this document"})}});
  json out = {{"outcome", last->outcome}, {"provider", last->provider}, {"ms", last->ms}, {"story", last->story}};
  if (const std::string& arm = configuration_.now().arm; !arm.empty()) out["arm"] = arm;
  reply.ok(std::move(out));
}

void Session::say(int type, const std::string& text) {
  dispatch_.notify("window/logMessage", {{"type", type}, {"message", text}});
}

void Session::show_once(const std::string& key, int type, const std::string& text) {
  const TimePoint now = Clock::now();
  const auto it = shown_at_.find(key);
  if (it != shown_at_.end() && now - it->second < kTroubleQuiet) return;
  shown_at_[key] = now;
  dispatch_.notify("window/showMessage", {{"type", type}, {"message", text}});
}

void Session::on_trouble(const std::string& provider, const Error* error) {
  if (dispatch_.phase() != Dispatch::Phase::initialized) return;
  if (!error) {
    if (provider != degraded_by_) return;
    degraded_.clear();
    degraded_by_.clear();
    return send_status();
  }
  degraded_ = fmt::format("{}: {}", provider, error->message);
  degraded_by_ = provider;
  // Down or slow passes by itself and has a fallback; a wrong key or model needs the user.
  const bool lasting = error->code == Error::Code::refused || error->code == Error::Code::not_found ||
                       error->code == Error::Code::unsupported || error->code == Error::Code::bad_input;
  if (lasting) show_once(provider, kMessageWarning, fmt::format("fimd: {} (fimd doctor tells more)", degraded_));
  const TimePoint now = Clock::now();
  TimePoint& said = shown_at_["log " + degraded_];
  if (said == TimePoint{} || now - said > kTroubleQuiet) {
    said = now;
    say(kMessageWarning, degraded_);
  }
  send_status();
}

void Session::send_status() {
  if (client_.dialect == Dialect::copilot) send_copilot_status();
  if (client_.dialect == Dialect::tabby)
    dispatch_.notify("tabby/status/didChange", tabby_status(completion_.paused(), degraded_));
  if (!client_.fimdStatus) return;
  std::string provider;
  for (const auto& entry : daemon_.providers.describe(configuration_.now())) {
    if (entry.why_not.empty()) {
      provider = entry.provider->config.name;
      break;
    }
  }
  const char* state = completion_.paused() ? "paused" : degraded_.empty() ? "ready" : "degraded";
  dispatch_.notify("fimd/status", {{"state", state}, {"provider", provider}, {"reason", degraded_}});
}

}  // namespace fimd::lsp

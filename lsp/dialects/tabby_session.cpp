// The part of a session that speaks the dialect of tabby-agent (tabby.h).
#include <nlohmann/json.hpp>

#include "lsp/dialects/tabby.h"
#include "lsp/session.h"

namespace fimd::lsp {

using nlohmann::json;

// The methods of the dialect. To every other client they do not exist.
void Session::tabby_methods() {
  auto& d = dispatch_;
  const auto request = [&](const char* name, std::function<json()> result) {
    d.request(name, [this, name, result = std::move(result)](const json&, Reply reply) {
      if (client_.dialect != Dialect::tabby)
        return reply.fail(RpcCode::method_not_found, std::string("unknown method: ") + name);
      reply.ok(result());
    });
  };
  request("tabby/status", [this] { return tabby_status(completion_.paused(), degraded_); });
  request("tabby/status/showHelpMessage", [this]() -> json {
    if (!degraded_.empty()) show_once("tabby help", kMessageWarning, "fimd: " + degraded_);
    return nullptr;
  });
  request("tabby/status/ignoredIssues/edit", [] { return json(); });
  // There is no Tabby server behind it.
  request("tabby/config",
          [] { return json{{"server", {{"endpoint", ""}, {"token", ""}, {"requestHeaders", json::object()}}}}; });
  d.notification("tabby/telemetry/event", [this](const json& params) {
    if (const auto flight = tabby_selected(params)) completion_.accepted(*flight);
  });
  d.notification("tabby/editors/didChangeActiveEditor", [](const json&) {});
}

}  // namespace fimd::lsp

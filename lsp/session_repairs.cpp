// The part of a session that offers and runs repairs.
#include <nlohmann/json.hpp>

#include "lsp/actions.h"
#include "lsp/session.h"

namespace fimd::lsp {

using nlohmann::json;

RepairHost Session::repair_host() {
  return {.config = [this]() -> const Config& { return configuration_.now(); },
          .client = [this]() -> const ClientFacts& { return client_; },
          .find = [this](const std::string& uri) { return find(uri); },
          .documents = [this] {
            std::vector<std::shared_ptr<Document>> open;
            for (const auto& [uri, document] : documents_) open.push_back(document);
            return open;
          }};
}

void Session::on_code_action(const json& params, Reply reply) {
  const auto asked = read_code_action(params);
  if (!asked) return reply.fail(RpcCode::invalid_params, asked.error().message);
  const auto document = find(asked->uri);
  const bool can = document && !document->root.empty() && !configuration_.now().agent.provider.empty();
  reply.ok(can ? code_actions(params, *asked, *document, client_) : json::array());
}

// Answered at once: some clients wait for a command only a few seconds, and a repair may take minutes.
void Session::fix(const json& arguments, Reply reply) {
  const auto order = read_fix_order(arguments);
  if (!order) return reply.fail(RpcCode::invalid_params, order.error().message);
  if (const auto begun = repairs_.start(*order); !begun) {
    dispatch_.notify("window/showMessage", {{"type", kMessageWarning}, {"message", "fimd: " + begun.error().message}});
  }
  reply.ok(nullptr);
}

void Session::on_cancel_progress(const json& params) {
  if (params.is_object() && params.contains("token") && params["token"].is_string()) repairs_.cancel(params["token"]);
}

}  // namespace fimd::lsp

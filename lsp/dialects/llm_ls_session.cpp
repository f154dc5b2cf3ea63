// The part of a session that speaks the dialect of llm-ls (llm_ls.h).
#include <nlohmann/json.hpp>

#include "lsp/dialects/llm_ls.h"
#include "lsp/session.h"

namespace fimd::lsp {

using nlohmann::json;

void Session::llm_ls_methods() {
  auto& d = dispatch_;
  d.request("llm-ls/getCompletions", [this](const json& params, Reply reply) { on_llm_ls(params, std::move(reply)); });
  d.request("llm-ls/acceptCompletion", [this](const json& params, Reply reply) {
    if (const auto flight = llm_ls_flight(params)) completion_.accepted(*flight);
    reply.ok(nullptr);
  });
  // How suggestions fare beside that is read from the document's changes.
  d.request("llm-ls/rejectCompletion", [](const json&, Reply reply) { reply.ok(nullptr); });
}

void Session::on_llm_ls(const json& params, Reply reply) {
  const auto asked = read_llm_ls(params);
  if (!asked) return reply.fail(RpcCode::invalid_params, asked.error().message);
  const TimePoint now = Clock::now();
  if (shown_at_.emplace("llm-ls", now).second) {
    say(kMessageLog, "model and server are those of fimd's configuration; what the client names is not used");
  }
  const auto document = find(asked->uri);
  if (!document) return reply.ok(llm_ls_completions({}, asked->bare));
  const Place place = place_of(*document, asked->position);
  Ask ask = ask_at(place, false, reply);
  complete(document, std::move(ask), std::move(reply),
           [bare = asked->bare](const Answered& answered) { return llm_ls_completions(answered, bare); });
}

}  // namespace fimd::lsp

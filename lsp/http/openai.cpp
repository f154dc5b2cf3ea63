#include "lsp/http/openai.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "context/gather.h"
#include "lsp/http/members.h"
#include "providers/fim_template.h"

namespace fimd::lsp::http::openai {
namespace {

using nlohmann::json;

constexpr const char* kModel = "fimd";  // for clients that name none

std::string model_of(const Wish& wish) {
  return wish.model.empty() ? kModel : wish.model;
}

json head_of(const Envelope& envelope, const Wish& wish) {
  return {{"id", fmt::format("cmpl-{}", envelope.id)},
          {"object", "text_completion"},
          {"created", envelope.created},
          {"model", model_of(wish)}};
}

json choice(std::string_view text, bool ended) {
  return {{"index", 0}, {"text", text}, {"logprobs", nullptr}, {"finish_reason", ended ? json("stop") : json()}};
}

// The prompt is one string; servers also take a list with one.
std::string prompt_in(Members& members) {
  if (!members.has("prompt")) members.complain("\"prompt\" is required");
  auto prompts = members.texts("prompt");
  if (prompts.size() > 1) members.complain("\"prompt\" holds more than one text; one is completed at a time");
  return prompts.empty() ? std::string() : std::move(prompts.front());
}

}  // namespace

Result<Wish> read(std::string_view body) {
  auto object = read_object(body);
  if (!object) return tl::unexpected(object.error());
  Members members(*object);
  Wish wish;
  wish.prefix = prompt_in(members);
  wish.suffix = members.text("suffix");
  wish.model = members.text("model");
  wish.stop = members.texts("stop");
  wish.max_tokens = token_limit(members.number("max_tokens", 0));
  wish.nothing = members.has("max_tokens") && members.number("max_tokens", 1) == 0;
  wish.stream = members.flag("stream");
  if (members.number("n", 1) != 1 || members.number("best_of", 1) != 1)
    members.complain("only one choice is given: \"n\" must be 1");
  if (members.flag("echo")) members.complain("\"echo\" is not supported");
  if (!members.wrong().empty()) return fail(Error::Code::bad_input, members.wrong());
  if (!members.has("suffix")) {
    if (auto apart = providers::parse_fim(wish.prefix)) {
      wish.prefix = std::move(apart->prefix);
      wish.suffix = std::move(apart->suffix);
      wish.path = std::move(apart->path);
      wish.extra = std::move(apart->extra);
    }
  }
  return wish;
}

json whole(const Envelope& envelope, const Wish& wish, const Fill& fill) {
  json out = head_of(envelope, wish);
  out["choices"] = json::array({choice(fill.text, true)});
  const size_t asked = context::estimate_tokens(wish.prefix) + context::estimate_tokens(wish.suffix);
  const size_t given = context::estimate_tokens(fill.text);
  out["usage"] = {{"prompt_tokens", asked}, {"completion_tokens", given}, {"total_tokens", asked + given}};
  out["fimd"] = {{"provider", fill.provider}, {"ms", to_ms(fill.took)}, {"late", fill.late}};
  return out;
}

json piece(const Envelope& envelope, const Wish& wish, std::string_view text, bool last) {
  json out = head_of(envelope, wish);
  out["choices"] = json::array({choice(text, last)});
  return out;
}

json models(int64_t created) {
  return {{"object", "list"},
          {"data", json::array({{{"id", kModel}, {"object", "model"}, {"created", created}, {"owned_by", "fimd"}}})}};
}

}  // namespace fimd::lsp::http::openai

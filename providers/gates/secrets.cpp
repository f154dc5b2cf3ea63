// Placeholders of redacted secrets, which must never be taken for the secret, and tokens that a model made up or
// remembered from somebody else.
#include <fmt/core.h>

#include "context/secrets.h"
#include "providers/gates/gate.h"

namespace fimd::providers::gates {

Verdict secrets(std::string_view text, const View& view) {
  if (context::find_placeholder(text)) return drop("it repeats the placeholder of a secret that was not sent");
  const auto token = context::find_token(text);
  if (!token) return pass(text);
  const std::string_view value = text.substr(token->begin, token->end - token->begin);
  if (view.at.text.utf8.find(value) != std::string::npos) return pass(text);  // the user's own, written here already
  return drop(fmt::format("it holds a token that is not from this file ({})", secret_rule(*token)));
}

}  // namespace fimd::providers::gates

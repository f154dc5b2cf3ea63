// Control tokens of model families that a server printed as text.
#include <fmt/core.h>

#include <array>

#include "providers/gates/gate.h"
#include "providers/model_tokens.h"

namespace fimd::providers::gates {
namespace {

// Tokens that come before the answer: some models repeat the last one of the prompt.
bool is_lead(std::string_view token) {
  constexpr std::array<std::string_view, 9> leads = {"<|fim_middle|>", "<fim_middle>",    "<fim-middle>",
                                                     "<MID>",          "<|code_middle|>", "<[fim-middle]>",
                                                     "<|assistant|>",  "[MIDDLE]",        "<|middle|>"};
  for (const std::string_view lead : leads) {
    if (lead == token) return true;
  }
  return false;
}

}  // namespace

Verdict special_tokens(std::string_view text, const View& view) {
  const auto found = find_model_token(text, view.at.text.utf8);
  if (!found) return pass(text);
  const std::string_view token = text.substr(found->start, found->end - found->start);
  if (is_blank(text.substr(0, found->start)) && is_lead(token)) {
    return cut(text.substr(found->end), fmt::format("{} is a control token of the model", token));
  }
  return cut(text.substr(0, found->start), fmt::format("{} is a control token of the model", token));
}

}  // namespace fimd::providers::gates

// The numbered errors of the providers that have some, and what a person can do about each kind of failure.
//
// Numbers and meanings as Z.ai's and Mistral's error pages and observed answers say (November 2026). Both write four
// digits; Z.ai's stand in "error", Mistral's at the top of the body. Pure functions.
#pragma once

#include <optional>
#include <string_view>

#include "providers/errors.h"

namespace fimd::providers {

struct CodeMeaning {
  FailureKind kind;
  std::string_view advice;  // what to do; empty: what the kind says
};

[[nodiscard]] std::optional<CodeMeaning> zai_code(std::string_view code);
[[nodiscard]] std::optional<CodeMeaning> mistral_code(std::string_view code);

// What a person can do, as half a sentence ("check the key and the host that it is for"); empty where waiting is all.
[[nodiscard]] std::string_view advice(const Failure& failure);

// Whether the same request may succeed a little later.
[[nodiscard]] bool may_pass(FailureKind kind);

}  // namespace fimd::providers

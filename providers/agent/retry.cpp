#include "providers/agent/retry.h"

#include <fmt/core.h>

#include <algorithm>

#include "providers/error_codes.h"
#include "providers/url.h"

namespace fimd::providers::agent {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

bool says(const Trouble& trouble, std::string_view words) {
  return trouble.failure && lower(trouble.failure->message).find(words) != std::string::npos;
}

Duration backoff(int tries, double chance) {
  const Duration doubled = milliseconds(500) * (1 << std::clamp(tries - 1, 0, 6));
  const double spread = 0.75 + chance / 2;
  return std::chrono::duration_cast<Duration>(std::min<Duration>(doubled, seconds(30)) * spread);
}

}  // namespace

std::optional<Duration> retry_wait(const Trouble& trouble, int tries, Duration left, double chance) {
  if (tries >= kTries) return std::nullopt;
  const auto code = trouble.error.code;
  const bool connection = !trouble.failure && (code == Error::Code::down || code == Error::Code::io);
  const bool quota = trouble.failure && trouble.failure->kind == FailureKind::quota && trouble.named_wait;
  if (!connection && !quota && !(trouble.failure && may_pass(trouble.failure->kind))) return std::nullopt;
  const Duration wait = trouble.named_wait.value_or(backoff(tries, chance));
  return wait < left ? std::optional(wait) : std::nullopt;
}

std::string told(const std::string& provider, const Trouble& trouble) {
  std::string out = provider + ": " + trouble.error.message;
  if (!trouble.failure) return out;
  if (const auto what = advice(*trouble.failure); !what.empty()) out += fmt::format("; {}", what);
  return out;
}

bool refuses_tools(const Trouble& trouble) {
  if (!trouble.failure) return false;
  switch (trouble.failure->kind) {
    case FailureKind::not_supported:
    case FailureKind::bad_request:
    case FailureKind::model_missing:  // "no endpoints found that support tool use"
    case FailureKind::server: break;
    default: return false;
  }
  for (const std::string_view words :
       {"does not support tools", "support tool use", "tool-call-parser", "tools param requires",
        "tools are not supported", "tool calling is not supported", "function calling is not supported",
        "does not support function calling", "does not support tool"}) {
    if (says(trouble, words)) return true;
  }
  return false;
}

bool cut_its_own_call(const Trouble& trouble) {
  return says(trouble, "failed to parse tool call") || says(trouble, "failed to parse input at pos");
}

}  // namespace fimd::providers::agent

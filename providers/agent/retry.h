// When a request that failed is sent again, and what is said when it is not. Pure functions.
#pragma once

#include <optional>
#include <string>

#include "context/budget.h"
#include "context/result.h"
#include "providers/errors.h"

namespace fimd::providers::agent {

// How an exchange failed.
struct Trouble {
  Error error;
  std::optional<Failure> failure;      // what the server said; none: the connection broke, or we stopped
  std::optional<Duration> named_wait;  // what the server asks us to wait
};

inline constexpr int kTries = 6;  // of one request, the first one included

// How long to wait before the same request is sent once more, when it has been sent `tries` times; nullopt: it is not.
// Limits that pass by themselves, overload, and broken connections are tried again, with waits that double from 0.5 s
// to 30 s unless the server names one, as long as the wait ends within `left`. A quota only where it names a time
// within it. Keys, bills, policies, sizes and our own faults never. `chance` from 0 to 1 spreads the waits of many
// clients.
[[nodiscard]] std::optional<Duration> retry_wait(const Trouble& trouble, int tries, Duration left, double chance);

// The one sentence for the user: who failed, how, and what to do about it.
[[nodiscard]] std::string told(const std::string& provider, const Trouble& trouble);

// The server says that it, or this model, takes no tools.
[[nodiscard]] bool refuses_tools(const Trouble& trouble);

// The server could not read the call that its own model wrote, mostly since its own limit cut the answer
// (llama-server).
[[nodiscard]] bool cut_its_own_call(const Trouble& trouble);

}  // namespace fimd::providers::agent

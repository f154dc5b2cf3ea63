// Route: which providers are asked for one completion, when, with how much, and why. A pure function: the health of the
// providers, the budget, what privacy says of each, prices and the time go in, a plan of legs comes out. It is asked
// again when all its legs have ended without text; what was asked before is then marked as tried.
//
// One leg is the primary; it is asked even where the time is over, since what comes late serves the next keystrokes.
// A second provider, the hedge, is asked when the primary is later than it is nine times out of ten, or earlier where
// the budget does not let it wait so long: two requests for one keystroke in ten, not for all.
// One that failed lately is asked beside the others to find out whether it is back. The builtin model is always there.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "context/budget.h"
#include "providers/allowance.h"
#include "providers/health.h"
#include "providers/provider.h"

namespace fimd::providers {

enum class PriceClass { free, paid };
[[nodiscard]] PriceClass price_class(const ProviderConfig& config);

struct Candidate {
  std::string_view name;
  const Health* health = nullptr;  // null: the builtin model
  const Caps* caps = nullptr;
  const PromptCache* cache = nullptr;
  bool local = true;
  PriceClass price = PriceClass::free;
  int rank = 0;         // in the user's order; the same for those the user has not ordered
  int max_tokens = 64;
  std::string verdict;  // why it must not have this text; empty: it may
  bool tried = false;   // asked for this completion already
};

struct RouteInputs {
  std::span<const Candidate> candidates;
  Budget budget;
  TimePoint now;
  bool hedge = true;
  std::string_view prefix, suffix;  // as for PlanInputs
  std::span<const Extra> extra;
  bool all_extra = false;
};

enum class Role {
  primary,
  hedge,  // insurance: closed when another leg has text, as the primary is
  probe,  // finds out whether a provider is back, or fast again: it may finish its first token whoever wins
  last,   // needs no server
};

struct Leg {
  size_t candidate = 0;
  Role role = Role::primary;
  TimePoint at;       // when to ask, never before now
  PromptPlan prompt;  // not of the last
  std::string why;
};

struct Route {
  std::vector<Leg> legs;              // by time
  std::vector<std::string> not_asked;  // "name: why"
  std::vector<size_t> too_slow;       // candidates without a prompt that could be answered in time
};

[[nodiscard]] Route route(const RouteInputs& in);

[[nodiscard]] std::string_view name(Role role);

}  // namespace fimd::providers

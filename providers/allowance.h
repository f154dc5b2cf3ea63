// Allowance: how much prompt a provider can process in the time that is left. Pure.
//
// A model server works through a prompt at a rate that is measured (health.h), skips what its prompt cache holds, and
// finishes a cancelled prompt before it looks up. So a prompt that cannot be processed in time is never sent whole:
// a shorter one is asked instead, and the long one is fed to the cache in small pieces while the user is idle.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "context/budget.h"
#include "context/gather.h"
#include "providers/health.h"
#include "providers/provider.h"

namespace fimd::providers {

// Prompts' beginnings that a server is known to hold, newest last. One per provider and document.
struct PromptCache {
  std::vector<std::string> prefixes;
};

struct PromptPlan {
  size_t extra = 0;        // how many of the other files' pieces are sent, from the first on
  size_t start = 0;        // bytes of the prefix window left out at its front
  size_t suffix = 0;       // bytes of the suffix window that are sent
  int max_tokens = 0;      // the answer's limit
  size_t new_bytes = 0;    // bytes that the server has to process
  bool whole = false;      // nothing was left out
};

struct PlanInputs {
  std::string_view prefix, suffix;  // the windows that would be sent whole
  const Caps& caps;
  const Rates& rates;
  const PromptCache& cache;
  Duration time_left{};
  int max_tokens = 64;
  std::span<const Extra> extra = {};  // pieces of other files, in the order of the prompt
  bool all_extra = false;  // send them whatever the time: what comes late serves the next keystrokes
  bool local = true;  // a local server of unknown speed is taken for a slow one, a remote one for a fast one
  size_t most_tokens = SIZE_MAX;  // of prompt and answer: what the provider's rate limits leave
};

// The longest prompt that leaves time for an answer; nullopt when not even a useful short one fits. Pieces of other
// files are added as long as the windows are whole: as many as extra_worth() allows and as there is time for.
[[nodiscard]] std::optional<PromptPlan> plan_prompt(const PlanInputs& in);

// Snippets as a prompt takes them, in their order.
[[nodiscard]] std::vector<Extra> extra_of(std::span<const context::Snippet> snippets);

// How many of the pieces a server is worth asking with: those that it could work through in a second if they change,
// and that it keeps. None for a local server of unknown speed or for one that takes no other files.
[[nodiscard]] size_t extra_worth(const PlanInputs& in);

// Pieces of other files as a server's cache remembers them: what stands in front of the prefix in PromptCache.
[[nodiscard]] std::string lead_of(std::span<const Extra> extra);

// A part of what a prompt begins with: of the pieces that are worth it and the prefix window behind them.
struct WarmPiece {
  std::vector<Extra> extra;    // the last one may be cut
  size_t start = 0, end = 0;   // bytes of the prefix window; empty while the pieces are not all known
  std::string known;           // for remember(), when it has been processed
};

// What to send next so that the whole prefix up to `until` (bytes) becomes known to the server's cache: it holds all of
// the piece but about `piece` of work. Begins at the window's start unless the server keeps less than that. nullopt:
// all is known, or the server keeps no cache.
[[nodiscard]] std::optional<WarmPiece> next_warm_piece(std::string_view prefix, size_t until, const PlanInputs& in,
                                                       Duration piece);

// Notes that a prompt's beginning was processed. Keeps the newest four.
void remember(PromptCache& cache, std::string_view prefix);

// Bytes that `prompt` shares with what the cache knows.
[[nodiscard]] size_t cached_bytes(const PromptCache& cache, std::string_view prompt);

}  // namespace fimd::providers

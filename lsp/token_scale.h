// How a model counts: what its tokenizer makes of texts beside estimate_tokens(), by language. Measured once for each
// provider and language while the user is idle, and only with providers on this machine, as it takes a piece of the
// document. Loop thread.
#pragma once

#include <functional>
#include <span>
#include <string>

#include "context/text.h"
#include "lsp/provider_set.h"

namespace fimd::lsp {

struct Daemon;

// Begins to measure with the text around a byte offset, unless that was done or cannot be. `done` is called when the
// answer has come, or at once when there is nothing to wait for; it may be empty.
void measure_token_scale(Daemon& daemon, const ProviderPtr& provider, const context::Snapshot& text, size_t offset,
                         std::function<void()> done = {});

// The model's tokens for one estimated token: of the first provider that is a model. 1 until it is measured.
[[nodiscard]] double token_scale(std::span<const ProviderPtr> providers, const std::string& language);

// The server has refused a prompt in this language as too long for its context: until its tokens are counted, later
// ones are cut as if each held half as many again.
void was_too_long(Provider& provider, const std::string& language);

// An allowance in the model's tokens as one in estimated tokens.
[[nodiscard]] size_t estimated(size_t tokens, double scale);

}  // namespace fimd::lsp

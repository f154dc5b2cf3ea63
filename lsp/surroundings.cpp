#include "lsp/surroundings.h"

#include <algorithm>

#include "lsp/token_scale.h"

namespace fimd::lsp {
namespace {

// In tokens; 0: no provider takes other files.
size_t longest_context(std::span<const ProviderPtr> providers) {
  size_t longest = 0;
  for (const ProviderPtr& provider : providers) {
    if (provider->codec && provider->codec->caps().extra) longest = std::max(longest, provider->codec->caps().context);
  }
  return longest;
}

}  // namespace

context::Surroundings surroundings(const Document& document, const Config& config,
                                   std::span<const ProviderPtr> providers, context::IndexPtr index,
                                   std::vector<context::OpenText> open, std::vector<context::RecentEdit> edits) {
  static const auto kDisk = std::make_shared<const context::DiskFiles>();
  context::Surroundings around;
  if (document.root.empty() || config.max_snippets == 0) return around;
  around.index = std::move(index);
  around.path = document.relative_path;
  around.open = std::move(open);
  around.edits = std::move(edits);
  around.diagnostics = document.diagnostics;
  around.files = kDisk;
  around.root = document.root;
  // A whole repository may fill the context but for the windows, the answer and what the estimate is wrong by.
  const size_t rest = longest_context(providers) * 8 / 10;
  const size_t taken = config.prefix_tokens + config.suffix_tokens;
  const size_t tokens = config.whole_repository ? rest - std::min(rest, taken) : config.snippet_tokens;
  around.tokens = estimated(tokens, token_scale(providers, document.text->language));
  around.snippets = config.max_snippets;
  around.whole_repository = config.whole_repository;
  around.last = document.choice;
  return around;
}

}  // namespace fimd::lsp

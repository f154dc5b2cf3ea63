// What a document's prompt may draw from besides its own text, put together for a gather. Loop thread.
#pragma once

#include <span>
#include <vector>

#include "context/surroundings.h"
#include "lsp/config.h"
#include "lsp/document.h"
#include "lsp/provider_set.h"

namespace fimd::lsp {

// The surroundings of a document with an index of its folder; `open` are the other documents, most recent first,
// `edits` what was changed in them and in this one, oldest first. Empty
// (no snippets) where the configuration wants none or the file lies in no folder.
[[nodiscard]] context::Surroundings surroundings(const Document& document, const Config& config,
                                                 std::span<const ProviderPtr> providers, context::IndexPtr index,
                                                 std::vector<context::OpenText> open,
                                                 std::vector<context::RecentEdit> edits);

}  // namespace fimd::lsp

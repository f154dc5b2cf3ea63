// Pieces of text that go into a prompt as they are, beside the excerpts of declarations. Pure functions.
#pragma once

#include <optional>
#include <vector>

#include "context/gather.h"
#include "context/snippets/similar.h"
#include "context/snippets/texts.h"
#include "context/surroundings.h"

namespace fimd::context::snippets {

// Code like that around the cursor: the window of the last choice for as long as it is nearly as good as the best.
[[nodiscard]] std::optional<Alike> lasting_window(const Scene& scene, std::span<const Alike> best, const Alike* last);
[[nodiscard]] std::optional<Snippet> similar_code(const Alike& window, size_t tokens);

// The heads of the scopes around the cursor that begin above the window.
[[nodiscard]] std::optional<Snippet> heads_above(const Scene& scene, size_t tokens);

// The last edits in other places, as lines with - and + in front, the newest last.
[[nodiscard]] std::vector<Snippet> recent_edits(const Scene& scene, const std::vector<RecentEdit>& edits,
                                                size_t tokens);

// What was said about the lines around the cursor.
[[nodiscard]] std::optional<Snippet> diagnostics_near(const Scene& scene, const std::vector<Diagnostic>& diagnostics,
                                                      size_t tokens);

// Whole files: what the document imports comes before what imports it, the rest in the order of paths. Does not depend
// on the cursor.
[[nodiscard]] std::vector<Snippet> whole_files(const Surroundings& around, Texts& texts);

}  // namespace fimd::context::snippets

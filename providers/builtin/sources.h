// Where a continuation may be copied from: positions whose context ends like the cursor's.
//
// Local ones come from a scan of the open document's window, those of the repository from a walk in the sorted order of
// the corpus, deepest contexts first. Pure; the scratch lives in the caller.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "providers/builtin/align.h"
#include "providers/builtin/scene.h"

namespace fimd::providers::builtin {

enum class Origin : uint8_t { above, below, directory, repository };

struct Source {
  const Token* tokens = nullptr;  // the array that holds it: the window of the document or a segment
  uint32_t position = 0;          // of the first token to copy
  uint32_t low = 0, high = 0;     // what of the array belongs to the same text
  Origin origin = Origin::above;
  double key = 0;  // alignment score less the price of distance
  double score = 0;
  uint32_t aligned = 0, exact = 0;
  uint32_t distance = 0;             // tokens; a fixed figure for the repository
  const Segment* segment = nullptr;  // null: the open document
};

// One way to read the text before the cursor: the word that touches the cursor is complete, or it is the beginning of
// the next word and taken off the context.
struct Reading {
  size_t context = 0;       // tokens of scene.before that count
  size_t foreign = 0;       // tokens of scene.foreign_before that count
  size_t typed = 0;         // tokens of the cursor's line among them
  std::string_view prefix;  // the half-typed word, empty for the first reading
};

struct Gathered {
  std::vector<Source> sources;  // best first, at most 72
  uint32_t longest = 0;         // tokens of the longest exact match at the cursor
  double weight = 0;            // of the places that match that long
};

struct SearchLimits {
  size_t neighbours = 60;
  size_t steps = 1500;  // of the walk; four times as many for a half-typed word
  size_t window = kWindow;
};

[[nodiscard]] Gathered gather(const Scene& scene, const Reading& reading, const SearchLimits& limits,
                              const std::stop_token& stop);

// The alignment of a source again, with its bindings.
[[nodiscard]] Bindings bindings_of(const Scene& scene, const Reading& reading, const Source& source);

}  // namespace fimd::providers::builtin

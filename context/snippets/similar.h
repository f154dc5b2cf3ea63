// Code like that around the cursor, in other texts: windows that share rare names with it.
//
// Finding names in a text takes 4 ms per MB, so it is done once per text and kept (FileWords is immutable and may be
// shared between threads); comparing takes 1 ms per MB.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "context/snippets/clues.h"
#include "context/text.h"

namespace fimd::context::snippets {

// The names of a text, in order.
struct FileWords {
  struct At {
    uint32_t hash = 0;
    uint32_t line = 0;
    uint32_t start = 0;  // bytes
    uint16_t size = 0;
  };
  std::string path;
  Snapshot text;
  std::vector<At> words;
};
using FileWordsPtr = std::shared_ptr<const FileWords>;

// Reads at most the first 256 KiB.
[[nodiscard]] FileWordsPtr read_words(std::string path, Snapshot text);

struct Alike {
  FileWordsPtr file;
  uint32_t first = 0, last = 0;  // lines, last exclusive
  float score = 0;               // 0 to 1: the share of the rare names around the cursor that it has, too
};

// The windows most alike, best first, without overlaps; at most `limit`.
[[nodiscard]] std::vector<Alike> most_alike(const Scene& scene, std::span<const FileWordsPtr> files, size_t limit);

// The score of one window, whatever else there is.
[[nodiscard]] float alikeness(const Scene& scene, const Alike& window);

// Leaves clues for the names that these windows go on with.
void names_in_alike(const Scene& scene, std::span<const Alike> windows, Table& table);

}  // namespace fimd::context::snippets

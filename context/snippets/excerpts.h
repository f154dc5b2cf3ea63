// Excerpts: the chosen symbols of a file as one short text, declarations in the order of the file.
#pragma once

#include <string>
#include <vector>

#include "context/gather.h"
#include "context/snippets/clues.h"

namespace fimd::context::snippets {

struct Ranked {
  SymbolId id;
  double chance = 0;   // that the text at the cursor will use it
  size_t tokens = 0;   // of its declaration
  uint64_t key = 0;    // key_of()
};

// The same symbol in another snapshot of the index has the same key, as long as its declaration stays as it is.
[[nodiscard]] uint64_t key_of(const Index& index, SymbolId id);

// The symbols of the table, likeliest first, at most 800. Symbols without a declaration are left out.
[[nodiscard]] std::vector<Ranked> rank(const Scene& scene, const Table& table, const Weights& weights);

struct Room {
  size_t tokens = 2048;
  size_t files = 32;
  double least = 0.0003;  // chance below which a symbol is not shown
};

// The best that fit, grouped by file.
struct Excerpt {
  FileId file = kNoFile;
  std::vector<Ranked> symbols;  // in the order of the file
  size_t tokens = 0;
};
[[nodiscard]] std::vector<Excerpt> choose(const Scene& scene, const std::vector<Ranked>& ranked, const Room& room);

// The text of an excerpt: one declaration a line, members indented below the heads of their types.
[[nodiscard]] std::string text_of(const Index& index, const Excerpt& excerpt);

}  // namespace fimd::context::snippets

// Excerpts: the chosen symbols of a file as one short text, declarations in the order of the file.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "context/gather.h"
#include "context/snippets/clues.h"
#include "context/snippets/texts.h"

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

// Symbols that are shown whole, by their number in the file.
using Whole = std::unordered_map<uint32_t, std::string>;

// The functions of an excerpt that are likely to be used and so short that `left` (tokens, what is used is taken off)
// has room for them whole. Looks at the file's text as it is now; where that is not what the index saw, none.
[[nodiscard]] Whole short_functions(const Index& index, const Excerpt& excerpt, Texts& texts, size_t& left);

// The text of an excerpt: one declaration a line, members indented below the heads of their types.
[[nodiscard]] std::string text_of(const Index& index, const Excerpt& excerpt, const Whole& whole = {});

}  // namespace fimd::context::snippets

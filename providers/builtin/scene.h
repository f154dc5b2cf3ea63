// The text around one cursor as tokens, and everything about it that does not depend on a candidate.
//
// Made once per line to complete; lives on the worker's stack. Ids in `before` and `after` are those of the document
// (DocumentWords); `foreign*` hold the same words in the ids of the corpus, where a word that the corpus lacks is
// kForeign | document id.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "providers/builtin/corpus.h"
#include "providers/builtin/open_document.h"

namespace fimd::providers::builtin {

inline constexpr Word kForeign = 0x40000000;
inline constexpr size_t kWindow = 10'000;  // tokens searched on either side of the cursor
inline constexpr size_t kBagTokens = 150;  // whose identifiers are compared
inline constexpr size_t kScopeLines = 40;
inline constexpr size_t kAlignRoom = 200;  // more tokens above the window, to align and compare with
inline constexpr uint32_t kNoDirectory = 0xffffffff;

struct Scene {
  const OpenDocument* document = nullptr;
  const Corpus* corpus = nullptr;  // null: none
  std::string_view path;           // of the document, as the corpus spells it
  uint32_t directory = kNoDirectory;

  std::vector<Token> before;     // newest last; ends at the cursor
  std::vector<Token> after;      // from the line break behind the cursor's line on
  size_t typed = 0;              // tokens of the cursor's line in `before`
  int indent = 0;                // columns of the cursor's line
  std::string_view left, right;  // the cursor's line on either side of the cursor
  std::string_view touching;     // the identifier that ends at the cursor, or empty

  std::vector<uint64_t> lines_above;  // hashes of the nearest lines that are not blank, nearest first (12)
  std::vector<uint64_t> lines_below;  // (8)
  std::array<Word, 3> first_words{};  // of the nearest three lines above
  int indent_below = -1;              // of the next line that is not blank; -1: none
  std::vector<bool> in_scope;         // by document id - kFirstWord: occurs in the last 40 lines

  std::vector<Token> foreign_before;  // the last kBagTokens of `before`
  std::vector<Token> foreign_after;   // the first 24 of `after`

  // What the agreement of a name is worth in an alignment, by its rarity.
  [[nodiscard]] double rarity_here(Word document_word) const;
  [[nodiscard]] double rarity_there(Word corpus_word) const;
  [[nodiscard]] Word to_corpus(Word document_word) const;

  mutable std::vector<float> rarity_memo;   // by document id - kFirstWord; 0: not known yet
  mutable std::vector<Word> corpus_memo;    // the same; 0: not known yet
  double tokens_known = 0, log_tokens = 1;  // N of the rarity and its logarithm
  bool corpus_counts = false;               // whether N and the counts are those of the corpus
};

// The scene at a byte offset of the document. The offset is moved out of the middle of a character.
[[nodiscard]] Scene look(const OpenDocument& document, size_t offset, std::string_view path, const Corpus* corpus);

}  // namespace fimd::providers::builtin

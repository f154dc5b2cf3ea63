// The tokens of a document that is being typed in, kept per line.
//
// An immutable value made from the previous one: texts are compared from both ends and only the lines between are lexed
// again; blocks of unchanged lines are shared. So a keystroke costs the same in a short file and in one of 10,000 lines
// (but for a comparison of the bytes). Plain data: any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "context/text.h"
#include "providers/builtin/words.h"

namespace fimd::providers::builtin {

inline constexpr size_t kLexedBytes = 4096;  // of a line; what is longer is data

struct LineTokens {
  uint32_t start = 0;   // of its tokens in the block
  int32_t indent = -1;  // columns; -1: blank
  uint64_t hash = 0;    // of its words, blanks between them not counted
};

// Some consecutive lines. lines has one entry more than there are lines, whose start is tokens.size().
struct LineBlock {
  std::vector<Token> tokens;
  std::vector<LineTokens> lines;
  [[nodiscard]] size_t size() const { return lines.size() - 1; }
};

// Words of one document: an old part that is shared and a young one that is copied with every keystroke.
struct DocumentWords {
  std::shared_ptr<const WordTable> old;  // never null
  WordTable young;
  std::vector<uint32_t> counts;  // occurrences in the text, by id - kFirstWord

  [[nodiscard]] Word find(std::string_view text) const;
  [[nodiscard]] std::string_view text(Word word) const;  // also of fixed ids
  [[nodiscard]] uint32_t count(Word word) const;
  [[nodiscard]] bool is_identifier(Word word) const;
  [[nodiscard]] Word end() const { return young.end(); }
  Word add(std::string_view text);
};

struct OpenDocument {
  context::Snapshot text;
  DocumentWords words;
  std::vector<std::shared_ptr<const LineBlock>> blocks;
  std::vector<uint32_t> first_lines;  // index of the first line of each block
  size_t lexed_lines = 0;             // by the last retokenize()

  [[nodiscard]] size_t lines() const;
  [[nodiscard]] std::span<const Token> tokens(size_t line) const;
  [[nodiscard]] const LineTokens& line(size_t index) const;
};
using OpenDocumentPtr = std::shared_ptr<const OpenDocument>;

// The document with the tokens of `text`. `previous` may be null or of any other text; it is only there to save work.
[[nodiscard]] OpenDocumentPtr retokenize(const OpenDocumentPtr& previous, context::Snapshot text);

inline constexpr uint64_t kEmptyHash = 0x2545f4914f6cdd1dULL;
[[nodiscard]] constexpr uint64_t hash_word(uint64_t hash, Word word) {
  hash = (hash ^ word) * 0x9e3779b97f4a7c15ULL;
  return hash ^ (hash >> 31);
}

}  // namespace fimd::providers::builtin

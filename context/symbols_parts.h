// The parts of an outline besides its symbols, for symbols*.cpp only: imports, mentions, and the comments that belong
// to definitions.
#pragma once

#include <span>
#include <string>
#include <unordered_set>
#include <vector>

#include "context/symbols_read.h"

namespace fimd::context {

[[nodiscard]] std::vector<Import> read_imports(const Tree::Data& data, const Raw& raw);

[[nodiscard]] std::vector<std::string> read_mentions(const Tree::Data& data, const Raw& raw,
                                                     std::span<const Symbol> symbols, const std::stop_token& stop);

// Adds what a part of the text in another language holds, which begins at `offset`.
void add_shifted(Outline& out, Outline part, size_t offset);

// Brings an outline with added parts into the order of the text.
void settle(Outline& out);

// The comments of a text. Asked in the order of the text.
class Comments {
 public:
  Comments(const Tree::Data& data, const Raw& raw);

  // What the comment in front of a definition says, else the one behind it on its last line; empty if there is none.
  [[nodiscard]] std::string doc_of(Span definition) const;

  // A part of the text that begins at `start`, without the comments in it.
  [[nodiscard]] std::string without(std::string_view text, size_t start) const;

 private:
  [[nodiscard]] std::string_view before(uint32_t start) const;
  [[nodiscard]] std::string_view behind(uint32_t end) const;
  [[nodiscard]] bool begins_line(uint32_t start) const;

  const std::string& utf8_;
  std::vector<Literal> all_;  // comments and what may stand between them and a definition
};

}  // namespace fimd::context

// The parts of edit_match: where a block stands in a file's lines, and the lines that take its place. Private to
// providers/agent; pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "providers/agent/edit_lines.h"
#include "providers/agent/edit_match.h"

namespace fimd::providers::agent {

// The lines to replace and the lines to put there; views into the two texts.
struct Block {
  Lines old, fresh;

  [[nodiscard]] static Block of(std::string_view old_text, std::string_view new_text);
  // Without the blank lines at both ends of `old`, and as many of those of `fresh` where it has them.
  [[nodiscard]] Block without_blank_ends() const;
};

// Where a block stands: lines [first, last] of the file, and the file's line for each line of the block (for blank ones
// only where all lines were compared).
struct Place {
  size_t first = 0, last = 0;
  std::vector<size_t> line_of;
};

[[nodiscard]] std::vector<Place> places(const Lines& file, const Block& block, Key key, size_t limit);
// The same without regard to blank lines.
[[nodiscard]] std::vector<Place> places_without_blanks(const Lines& file, const Block& block, Key key, size_t limit);

[[nodiscard]] Reindent reindent(const Lines& file, const Block& block, const Place& place, Indent whole);

struct NewLine {
  std::string text;
  bool shifted = false;  // its indentation is not what the model wrote
};

// What takes the place of the block: lines that the model left as they were are the file's own, the others are the
// model's, with the indentation of the file from rung `shifted` on.
[[nodiscard]] std::vector<NewLine> render(const Lines& file, const Block& block, const Place& place, Rung rung,
                                          Indent whole);

}  // namespace fimd::providers::agent

// A text cut into chunks, for many edits in one go.
//
// Replacing in a flat string costs its whole length, so 10,000 edits of a large text would be quadratic. Here an edit
// costs one chunk plus a walk over the chunks' sums; the flat text is put together once at the end. Owned by one call
// of apply(); any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "context/text.h"

namespace fimd::context {

class Chunks {
 public:
  Chunks(std::string_view utf8, Encoding encoding);

  // A place in the text. `width` as in Landing.
  struct Spot {
    size_t chunk = 0;       // index of the chunk
    size_t at = 0;          // bytes into the chunk
    size_t offset = 0;      // bytes into the text
    size_t line_start = 0;  // offset of the start of its line
    size_t line = 0;
    size_t width = 0;
  };

  [[nodiscard]] size_t lines() const;  // at least 1
  [[nodiscard]] size_t size() const { return size_; }
  [[nodiscard]] Spot locate(Position position) const;

  // The code point that a spot falls inside; empty when it falls between two.
  [[nodiscard]] std::string_view inside(const Spot& spot) const;

  // Replaces the bytes from `start` to `end` (rounded up to a whole code point) and returns where `insert` ends.
  Spot replace(const Spot& start, const Spot& end, std::string_view insert);

  [[nodiscard]] std::string flat() const;

 private:
  struct Chunk {
    std::string bytes;
    size_t breaks = 0;  // line terminators; \r\n is never split between two chunks, so they simply add up
    size_t units = 0;
  };
  [[nodiscard]] Chunk make_chunk(std::string_view bytes) const;
  [[nodiscard]] std::vector<Chunk> cut(std::string_view bytes) const;
  [[nodiscard]] Spot spot_of(size_t offset) const;

  Encoding encoding_;
  size_t target_;  // bytes of a chunk
  size_t size_ = 0;
  std::vector<Chunk> chunks_;  // never empty
};

}  // namespace fimd::context

#include "context/chunks.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "context/utf8.h"

namespace fimd::context {
namespace {

constexpr size_t kSmallest = 4096;  // bytes; below this the sums cost more than the copying they save
constexpr size_t kChunks = 512;

// Whether a line terminator would be split between the two.
bool splits_crlf(std::string_view left, std::string_view right) {
  return !left.empty() && left.back() == '\r' && !right.empty() && right.front() == '\n';
}

}  // namespace

Chunks::Chunks(std::string_view utf8, Encoding encoding)
    : encoding_(encoding),
      target_(std::max(kSmallest, utf8.size() / kChunks)),
      size_(utf8.size()),
      chunks_(cut(utf8)) {}

Chunks::Chunk Chunks::make_chunk(std::string_view bytes) const {
  return {std::string(bytes), count_line_starts(bytes, bytes.size()).count, units(bytes, encoding_)};
}

// Pieces of about target_ bytes; a code point or a \r\n is never split.
std::vector<Chunks::Chunk> Chunks::cut(std::string_view bytes) const {
  std::vector<Chunk> pieces;
  while (bytes.size() > 2 * target_) {
    size_t at = floor_code_point(bytes, target_);
    if (splits_crlf(bytes.substr(0, at), bytes.substr(at))) ++at;
    pieces.push_back(make_chunk(bytes.substr(0, at)));
    bytes.remove_prefix(at);
  }
  pieces.push_back(make_chunk(bytes));
  return pieces;
}

size_t Chunks::lines() const {
  size_t sum = 1;
  for (const Chunk& c : chunks_) sum += c.breaks;
  return sum;
}

Chunks::Spot Chunks::locate(Position position) const {
  Spot spot;
  size_t breaks = position.line;
  while (spot.chunk < chunks_.size() && breaks > chunks_[spot.chunk].breaks) {
    breaks -= chunks_[spot.chunk].breaks;
    spot.offset += chunks_[spot.chunk++].bytes.size();
  }
  if (spot.chunk == chunks_.size()) return spot_of(size_);
  if (breaks > 0) {
    const std::string& bytes = chunks_[spot.chunk].bytes;
    spot.at = count_line_starts(bytes, bytes.size(), breaks).last;
  }
  spot.line = position.line;
  spot.line_start = spot.offset + spot.at;
  spot.offset += spot.at;

  for (size_t want = position.character;;) {
    const Chunk& chunk = chunks_[spot.chunk];
    const std::string_view bytes = chunk.bytes;
    const bool last = spot.chunk + 1 == chunks_.size();
    const bool whole = spot.at == 0 && chunk.breaks == 0;
    const size_t end = whole ? bytes.size() : line_end(bytes, spot.at);
    const Landing landing = whole && !last && chunk.units < want
                                ? Landing{bytes.size(), chunk.units, 0}
                                : land(bytes.substr(spot.at, end - spot.at), want, encoding_);
    spot.at += landing.bytes;
    spot.offset += landing.bytes;
    want -= landing.units;
    spot.width = landing.width;
    if (want == 0 || landing.width != 0 || last || end < bytes.size()) return spot;
    ++spot.chunk;
    spot.at = 0;
  }
}

std::string_view Chunks::inside(const Spot& spot) const {
  return std::string_view(chunks_[spot.chunk].bytes).substr(spot.at, spot.width);
}

Chunks::Spot Chunks::replace(const Spot& start, const Spot& end, std::string_view insert) {
  size_t first = start.chunk, last = end.chunk;
  std::string bytes = chunks_[first].bytes.substr(0, start.at);
  bytes += insert;
  bytes += std::string_view(chunks_[last].bytes).substr(end.at + end.width);
  size_ = size_ - (end.offset + end.width - start.offset) + insert.size();

  const size_t least = target_ / 4;
  while (last + 1 < chunks_.size() && (bytes.size() < least || splits_crlf(bytes, chunks_[last + 1].bytes))) {
    bytes += chunks_[++last].bytes;
  }
  while (first > 0 && (bytes.size() < least || splits_crlf(chunks_[first - 1].bytes, bytes))) {
    bytes.insert(0, chunks_[--first].bytes);
  }

  std::vector<Chunk> pieces = cut(bytes);
  const auto at = chunks_.begin() + static_cast<std::ptrdiff_t>(first);
  const auto behind = chunks_.begin() + static_cast<std::ptrdiff_t>(last + 1);
  const size_t same = std::min(pieces.size(), last + 1 - first);
  const auto half = pieces.begin() + static_cast<std::ptrdiff_t>(same);
  const auto rest = std::move(pieces.begin(), half, at);
  const auto gap = chunks_.erase(rest, behind);
  chunks_.insert(gap, std::make_move_iterator(half), std::make_move_iterator(pieces.end()));
  return spot_of(start.offset + insert.size());
}

Chunks::Spot Chunks::spot_of(size_t offset) const {
  Spot spot;
  size_t base = 0;  // offset of the chunk
  while (spot.chunk + 1 < chunks_.size() && offset > base + chunks_[spot.chunk].bytes.size()) {
    const Chunk& chunk = chunks_[spot.chunk++];
    spot.line += chunk.breaks;
    base += chunk.bytes.size();
  }
  spot.at = offset - base;
  spot.offset = offset;
  LineStarts starts = count_line_starts(chunks_[spot.chunk].bytes, spot.at);
  spot.line += starts.count;
  size_t chunk = spot.chunk;
  while (starts.count == 0 && chunk > 0) {
    const Chunk& before = chunks_[--chunk];
    base -= before.bytes.size();
    if (before.breaks > 0) starts = count_line_starts(before.bytes, before.bytes.size());
  }
  spot.line_start = starts.count == 0 ? 0 : base + starts.last;
  return spot;
}

std::string Chunks::flat() const {
  std::string out;
  out.reserve(size_);
  for (const Chunk& c : chunks_) out += c.bytes;
  return out;
}

}  // namespace fimd::context

// How a segment lies in memory and on the disk; seen by its reader and its builder only.
//
// A header, then the sections one behind the other. All numbers are those of this machine: a segment is a cache, not a
// format for exchange, and the version holds a mark of the byte order.
#pragma once

#include <array>
#include <cstdint>

#include "context/segment.h"

namespace fimd::context {

// Raise it with every change of the layout, of hash_bytes(), and of what outline() gives.
inline constexpr uint32_t kSegmentVersion = 0x0f1d0001;

enum Section : size_t {
  kFiles,          // FileRecord, one more than there are files
  kSymbols,        // SymbolRecord
  kImports,        // ImportRecord
  kBases,          // uint32_t: names
  kNames,          // uint32_t: where each name begins in kNameText, and the end
  kSlots,          // uint32_t: open hash table of names, 0 is free; a power of two
  kMentionStarts,  // uint32_t: of each name in kMentions, and the end
  kMentions,       // uint16_t: files
  kDefined,        // Segment::Link
  kOwned,          // Segment::Link
  kDerived,        // Segment::Link
  kImported,       // Segment::Link
  kNameText,       // char
  kText,           // char: signatures and documentation
  kSections
};

struct SegmentHeader {
  uint32_t version = kSegmentVersion;
  uint32_t words = 0;                       // of the whole segment
  std::array<uint32_t, 2> checksum{};       // of everything behind it
  std::array<uint32_t, kSections> at{};     // word in which a section begins
  std::array<uint32_t, kSections> count{};  // its elements
};

struct FileRecord {
  uint32_t path = 0, language = 0;  // names
  uint32_t lines = 0;
  uint32_t first_symbol = 0, first_import = 0;
  uint32_t gone = 0;
  std::array<uint32_t, 2> bytes{}, mtime{}, hash{};
};

struct SymbolRecord {
  uint32_t name = 0, owner = 0, type = 0;  // names
  uint32_t container = 0;                  // in the file
  uint32_t start = 0, end = 0, name_start = 0;
  uint32_t text = 0;  // signature and documentation, one behind the other
  uint32_t first_base = 0;
  uint16_t signature = 0, doc = 0;  // bytes
  uint16_t file = 0;
  uint8_t bases = 0;
  SymbolKind kind = SymbolKind::variable;
};

struct ImportRecord {
  uint32_t module = 0, name = 0, alias = 0;  // names
  uint32_t start = 0, end = 0;
  uint16_t file = 0;
  uint16_t relative = 0;
};

[[nodiscard]] inline uint64_t whole(const std::array<uint32_t, 2>& halves) {
  return halves[0] | static_cast<uint64_t>(halves[1]) << 32U;
}
[[nodiscard]] inline std::array<uint32_t, 2> halves(uint64_t value) {
  return {static_cast<uint32_t>(value), static_cast<uint32_t>(value >> 32U)};
}

}  // namespace fimd::context

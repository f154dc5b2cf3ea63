// Packed outlines of some files: what an index is made of and what is stored.
//
// A segment is one block of bytes: arrays of 32-bit numbers that point to each other by place, and a text that holds
// every string once. It is read where it lies, whether it was just built or comes from the disk; no part of it is ever
// changed. About 25 bytes per line of source. Bytes from outside are checked as a whole (size, version, checksum)
// before any is believed.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "context/result.h"
#include "context/symbols.h"

namespace fimd::context {

// The state of a file's text: equal stamps mean equal outlines.
struct Stamp {
  uint64_t bytes = 0;
  int64_t mtime_ns = 0;  // 0: not a file's but a buffer's, which no file on the disk equals
  uint64_t hash = 0;     // of the contents
  friend bool operator==(const Stamp&, const Stamp&) = default;
};

struct FileOutline {
  std::string path, language;
  Stamp stamp;
  uint32_t lines = 0;
  Outline outline;
};

struct SymbolView {
  std::string_view name, owner, signature, doc, type;  // as in Symbol
  SymbolKind kind = SymbolKind::variable;
  uint32_t container = Symbol::kNoContainer;  // in the file's outline
  size_t start = 0, end = 0, name_start = 0;  // bytes
};

struct ImportView {
  std::string_view module, name, alias;  // as in Import
  bool relative = false;
  size_t start = 0, end = 0;
};

class Segment;
using SegmentPtr = std::shared_ptr<const Segment>;

class Segment {
 public:
  using NameId = uint32_t;  // of a string of the segment; 0 is the empty one

  // Takes stored bytes (copies them). Errors: bad_input when they are not a whole segment of this version.
  [[nodiscard]] static Result<SegmentPtr> read(std::string_view bytes);
  explicit Segment(std::vector<uint32_t> words);  // what read() or SegmentBuilder made sure of

  [[nodiscard]] std::string_view bytes() const;
  [[nodiscard]] uint64_t checksum() const;  // tells segments apart

  [[nodiscard]] uint32_t files() const;
  [[nodiscard]] std::string_view path(uint32_t file) const;
  [[nodiscard]] std::string_view language(uint32_t file) const;
  [[nodiscard]] Stamp stamp(uint32_t file) const;
  [[nodiscard]] uint32_t lines(uint32_t file) const;
  [[nodiscard]] bool gone(uint32_t file) const;  // says only that there is no such file any more

  // Symbols and imports of a file are [first(file), first(file + 1)).
  [[nodiscard]] uint32_t first_symbol(uint32_t file) const;
  [[nodiscard]] uint32_t first_import(uint32_t file) const;
  [[nodiscard]] SymbolView symbol(uint32_t symbol) const;
  [[nodiscard]] std::vector<std::string_view> bases(uint32_t symbol) const;
  [[nodiscard]] ImportView import(uint32_t import) const;
  [[nodiscard]] uint32_t file_of_symbol(uint32_t symbol) const;
  [[nodiscard]] uint32_t file_of_import(uint32_t import) const;

  [[nodiscard]] std::optional<NameId> find(std::string_view name) const;
  [[nodiscard]] std::optional<NameId> find(std::string_view name, uint64_t hash) const;  // hash_bytes(name)
  [[nodiscard]] std::span<const uint16_t> mentions(NameId name) const;                   // files, ascending

  // What a name leads to, as pairs with the name first: symbols of that name, symbols whose owner it is, types that
  // it is a base of, imports that have it in their spelling (import_keys of context/imports.h).
  struct Link {
    NameId name;
    uint32_t to;
  };
  [[nodiscard]] std::span<const Link> defined(NameId name) const;
  [[nodiscard]] std::span<const Link> owned(NameId name) const;
  [[nodiscard]] std::span<const Link> derived(NameId name) const;
  [[nodiscard]] std::span<const Link> imported(NameId name) const;

  [[nodiscard]] uint32_t names() const;  // ids are below
  [[nodiscard]] std::string_view name(NameId id) const;

 private:
  friend class SegmentBuilder;
  [[nodiscard]] static SegmentPtr seal(std::vector<uint32_t> words, struct SegmentHeader& head);
  template <class T>
  [[nodiscard]] std::span<const T> section(size_t which) const;
  std::vector<uint32_t> words_;
};

// Collects outlines into a segment. At most kMaxFiles.
class SegmentBuilder {
 public:
  static constexpr uint32_t kMaxFiles = 16'000;

  SegmentBuilder();
  ~SegmentBuilder();
  SegmentBuilder(SegmentBuilder&&) noexcept;
  SegmentBuilder& operator=(SegmentBuilder&&) noexcept;

  void add(const FileOutline& file);
  void add_gone(std::string_view path);
  // Those files of another segment for which `keep` holds.
  void add(const Segment& from, const std::vector<bool>& keep);

  [[nodiscard]] uint32_t files() const;
  [[nodiscard]] size_t bytes() const;  // what finish() would make, about

  // The builder is empty afterwards.
  [[nodiscard]] SegmentPtr finish();

 private:
  struct Data;
  std::unique_ptr<Data> data_;
};

}  // namespace fimd::context

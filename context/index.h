// The index of a workspace: which file defines, imports and mentions what.
//
// An Index is an immutable value behind a shared pointer: any thread may read it while newer ones are made. It is a
// list of segments (context/segment.h), each the packed outlines of some files, and a table of which segment holds the
// newest outline of each path. with_files() adds a segment and shares all others, so a saved file costs milliseconds
// whatever the size of the workspace; segments are merged in steps as they become many. Names are looked up by hash in
// each segment: microseconds. Ids and views are good for the snapshot they came from and as long as it is held.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "context/paths.h"
#include "context/project.h"
#include "context/segment.h"
#include "context/symbols.h"

namespace fimd::context {

class Index;
using IndexPtr = std::shared_ptr<const Index>;

// A symbol of an index: its file, and its place in the file's outline.
struct SymbolId {
  FileId file = 0;
  uint32_t symbol = 0;
  friend bool operator==(const SymbolId&, const SymbolId&) = default;
};

// An import, and the files of the workspace that it brings in; none: it comes from elsewhere.
struct ResolvedImport {
  ImportView import;
  std::vector<FileId> files;  // nearest the truth first; several for packages that are folders (Go, C#)
};

struct IndexChange {
  FileOutline file;  // if `gone`, only its path is read
  bool gone = false;
};

struct IndexCounts {
  size_t files = 0;     // all that were listed
  size_t outlined = 0;  // those of a language with a grammar
  size_t symbols = 0;
  uint64_t lines = 0, bytes = 0;  // of the outlined ones
};

class Index {
 public:
  // --- files ---
  [[nodiscard]] size_t files() const { return paths_->size(); }
  [[nodiscard]] std::optional<FileId> find(std::string_view path) const { return paths_->find(path); }
  [[nodiscard]] std::string_view path(FileId file) const { return paths_->path(file); }
  [[nodiscard]] const Paths& paths() const { return *paths_; }
  [[nodiscard]] std::string_view language(FileId file) const;  // of the language server protocol; empty: unknown
  [[nodiscard]] bool is_outlined(FileId file) const;  // false: only its path is known
  [[nodiscard]] Stamp stamp(FileId file) const;                // of the text that was read

  // --- symbols: in the order of the text, as outline() gave them ---
  [[nodiscard]] uint32_t symbols(FileId file) const;  // how many
  [[nodiscard]] SymbolView symbol(SymbolId id) const;
  [[nodiscard]] std::vector<std::string_view> bases(SymbolId id) const;  // of a type: what it extends, simple names

  // Where a name is defined, at most `limit` places, in no order that means anything.
  [[nodiscard]] std::vector<SymbolId> definitions(std::string_view name, size_t limit = 200) const;
  // What is defined inside of types of this name, or outside as one of their members (`owner`).
  [[nodiscard]] std::vector<SymbolId> members(std::string_view type, size_t limit = 500) const;
  // The direct children of a symbol.
  [[nodiscard]] std::vector<SymbolId> children(SymbolId id, size_t limit = 500) const;
  // Types that extend or implement a type of this name.
  [[nodiscard]] std::vector<SymbolId> subtypes(std::string_view type, size_t limit = 200) const;

  // --- mentions ---
  // Files whose code uses an identifier, and how many there are (cheap: for weighing a name by its rarity).
  [[nodiscard]] std::vector<FileId> mentions(std::string_view name, size_t limit = 500) const;
  [[nodiscard]] size_t mention_count(std::string_view name) const;

  // --- imports ---
  [[nodiscard]] std::vector<ResolvedImport> imports(FileId file) const;
  // Files that import this one.
  [[nodiscard]] std::vector<FileId> importers(FileId file, size_t limit = 500) const;
  // What an import would bring in, for a text that is not in the index yet. `language` is that of the importing file.
  [[nodiscard]] std::vector<FileId> resolve(std::string_view from_path, std::string_view language,
                                            const Import& import) const;

  [[nodiscard]] IndexCounts counts() const { return counts_; }
  [[nodiscard]] size_t bytes() const;  // held, without what malloc adds

  // --- for those who keep it ---
  [[nodiscard]] std::vector<SegmentPtr> segments()
      const;  // oldest first; the newest outline of a path is the one in force
  [[nodiscard]] const ProjectPtr& project() const { return project_; }

  // An index of segments, for a start from what was stored. Of a path in several segments the last one counts.
  [[nodiscard]] static IndexPtr of(std::vector<SegmentPtr> segments, ProjectPtr project);

 private:
  friend IndexPtr with_segment(const IndexPtr&, SegmentPtr);
  friend IndexPtr tidied(const IndexPtr&);
  friend IndexPtr with_project(const IndexPtr&, ProjectPtr);

  // Where the outline in force of a file lies.
  struct Where {
    uint32_t segment = 0, file = 0;
    friend bool operator==(const Where&, const Where&) = default;
  };
  struct Part {
    SegmentPtr segment;
    std::shared_ptr<const std::vector<FileId>> ids;  // of the segment's files; kNoFile: not in force
    size_t live = 0;                                 // files in force
  };

  void connect();
  void reconnect();
  void add(SegmentPtr segment);
  void merge_small();
  [[nodiscard]] std::vector<size_t> worn() const;
  void merge(std::span<const size_t> which);
  void count();
  [[nodiscard]] bool in_force(uint32_t part, uint32_t file) const;
  void collect(uint32_t part, std::span<const Segment::Link> links, size_t limit, std::vector<SymbolId>& out) const;
  template <class Visit>
  void each_name(std::string_view name, Visit visit) const;

  PathsPtr paths_;
  std::vector<Where> where_;  // by FileId
  std::vector<Part> parts_;   // oldest first
  ProjectPtr project_;
  IndexCounts counts_;
};

// Without files: answers nothing.
[[nodiscard]] IndexPtr empty_index();

// The index with changed, new or removed files. Milliseconds for one file.
[[nodiscard]] IndexPtr with_files(const IndexPtr& index, std::span<const IndexChange> changes);

// The same with a segment that was built before (a cold index hands over one after another).
[[nodiscard]] IndexPtr with_segment(const IndexPtr& index, SegmentPtr segment);

// The same index in fewer segments, or itself where that is not worth it. Up to some 100 ms: in the background.
[[nodiscard]] IndexPtr tidied(const IndexPtr& index);

// The same files with other facts about how imports are resolved.
[[nodiscard]] IndexPtr with_project(const IndexPtr& index, ProjectPtr project);

}  // namespace fimd::context

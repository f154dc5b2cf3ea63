// The indexed files of one workspace folder and language family, as one sorted array of positions.
//
// `order` lists the positions of a segment sorted by the words before them read backwards: the positions whose context
// ends like the cursor's lie side by side, deepest match nearest. A Corpus is an immutable value; files that change are
// masked in the big base segment and go into a small overlay, which shares the vocabulary. Building belongs on the bulk
// thread (about half a microsecond per token), with_files() on any worker.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "providers/builtin/words.h"

namespace fimd::providers::builtin {

struct IndexedFile {
  std::string path;        // relative to the workspace folder, '/' between names
  uint32_t directory = 0;  // equal for files of one directory
  uint32_t start = 0;      // position of the file's separator; its tokens follow
};

struct Segment {
  std::vector<Token> tokens;  // files one after the other, a separator before each
  std::vector<uint32_t> order;
  std::vector<IndexedFile> files;
  std::vector<std::pair<uint64_t, uint32_t>> by_path;  // hash of a path, index into files; sorted

  [[nodiscard]] std::optional<uint32_t> find(std::string_view path) const;  // index into files
  void index_paths();
  [[nodiscard]] size_t file_of(uint32_t position) const;  // index into files
  [[nodiscard]] uint32_t end_of(size_t file) const;       // one past the file's last token
};

// Ids below `base->end()` belong to the base vocabulary, which is sorted, so that the words with a common beginning are
// a range of ids; the overlay's new words follow in order of appearance.
struct Vocabulary {
  std::shared_ptr<const WordTable> base;
  std::shared_ptr<const std::vector<uint32_t>> base_counts;
  Word numbers_from = kFirstWord, numbers_to = kFirstWord;  // ids of base words that begin with a digit
  WordTable extra;
  std::unordered_map<Word, int32_t> changes;  // counts of the overlay less those of masked files

  [[nodiscard]] Word find(std::string_view text) const;
  [[nodiscard]] std::string_view text(Word word) const;  // also of fixed ids
  [[nodiscard]] uint32_t count(Word word) const;
  [[nodiscard]] bool is_identifier(Word word) const;
  [[nodiscard]] size_t end() const { return extra.end(); }
};

using Holes = std::vector<std::pair<uint32_t, uint32_t>>;  // sorted ranges of positions that do not count

struct Corpus {
  Vocabulary words;
  std::shared_ptr<const Segment> base;     // never null
  Holes base_holes;                        // files of base that changed or are gone
  std::shared_ptr<const Segment> overlay;  // never null
  std::shared_ptr<const std::unordered_map<std::string, uint32_t>> directories;  // path -> IndexedFile::directory
  size_t tokens = 0;  // that count: of files that are not masked
  size_t masked_tokens = 0;
  bool complete = true;  // false: files were left out for the limit's sake

  // Bytes held, not counting what malloc adds.
  [[nodiscard]] size_t bytes() const;
};
using CorpusPtr = std::shared_ptr<const Corpus>;

struct SourceFile {
  std::string path;  // relative to the workspace folder
  std::string text;
};

struct CorpusLimits {
  size_t max_tokens = 4'000'000;  // 32 MB
  size_t max_line = 2000;         // bytes; a file with a longer line is data, not code, and is left out
};

// Collects files and sorts them. Add the nearest files first: what does not fit any more is left out.
class CorpusBuilder {
 public:
  explicit CorpusBuilder(CorpusLimits limits = {});

  // Takes a file; false when it was left out (no room, contents already there, or data rather than code).
  bool add(std::string_view path, std::string_view text);
  [[nodiscard]] size_t tokens() const { return segment_.tokens.size(); }
  [[nodiscard]] bool full() const { return segment_.tokens.size() >= limits_.max_tokens; }

  // Sorts; the builder is empty afterwards. Null when stop was requested.
  [[nodiscard]] CorpusPtr finish(const std::stop_token& stop);

 private:
  CorpusLimits limits_;
  Segment segment_;
  WordTable words_;
  std::unordered_set<uint64_t> seen_;  // contents: identical files are the sort's worst case and teach nothing
  std::unordered_map<std::string, uint32_t> directories_;
  bool complete_ = true;
};

// A corpus of these files, in this order of nearness. Null when stop was requested.
[[nodiscard]] CorpusPtr build(std::span<const SourceFile> files, CorpusLimits limits, const std::stop_token& stop);

struct FileChange {
  std::string path;
  std::optional<std::string> text;  // nullopt: the file is gone
};

// The corpus with changed, new or removed files. Costs time in proportion to the overlay (milliseconds at most).
[[nodiscard]] CorpusPtr with_files(const CorpusPtr& corpus, std::span<const FileChange> changes,
                                   CorpusLimits limits = {});
[[nodiscard]] CorpusPtr with_file(const CorpusPtr& corpus, std::string path, std::string text);
[[nodiscard]] CorpusPtr without_file(const CorpusPtr& corpus, std::string path);

// Whether the overlay or what it masks has passed 5 % of the tokens, so that the base should be built anew.
[[nodiscard]] bool needs_rebuild(const Corpus& corpus);

// Sorts positions by the words before them (depth 24, ties by position). False when stop was requested.
[[nodiscard]] bool sort_positions(std::span<const Token> tokens, size_t words, std::vector<uint32_t>& order,
                                  const std::stop_token& stop);

inline constexpr size_t kContextDepth = 24;

// Compares the words before two positions, which may lie in different arrays; both stop at their separator.
struct ContextEnd {
  const Token* tokens;
  size_t position;
};
[[nodiscard]] int compare_contexts(ContextEnd a, ContextEnd b);

// "src/a" of "src/a/b.cpp"; empty for a file at the top.
[[nodiscard]] std::string_view directory_of(std::string_view path);

}  // namespace fimd::providers::builtin

// The work of indexing a folder, in steps short enough that a saved file never waits long: each is a plain function
// for the bulk pool that takes its state by value and gives it back (lsp/workspace.h decides which one runs).
//
// One reading of a file feeds both the symbol index and the builtin model's corpus. What the stored index knows and
// whose size and time are the same is not parsed again.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "context/files.h"
#include "context/index.h"
#include "context/index_store.h"
#include "providers/builtin/corpus.h"

namespace fimd::lsp {

using Families = std::map<std::string, providers::builtin::CorpusPtr, std::less<>>;  // by family of languages
using PathSet = std::set<std::string, std::less<>>;
using StorePtr = std::shared_ptr<context::IndexStore>;  // used by one task at a time

struct IndexPlace {
  std::string root;
  context::WalkLimits limits;
};

// --- the store ---

struct Stored {
  StorePtr store;           // null: none can be had, and the log says why
  context::IndexPtr index;  // what was stored, or an empty one
};
[[nodiscard]] Stored open_store(const std::string& root);

void save_store(const StorePtr& store, const context::IndexPtr& index);

// --- building ---

struct Build;  // where a build stands
struct FreeBuild {
  void operator()(Build* build) const;
};
using BuildPtr = std::unique_ptr<Build, FreeBuild>;

// Walks the folder. Null when stop was requested.
[[nodiscard]] BuildPtr begin_build(const IndexPlace& place, const std::stop_token& stop);

struct Step {
  BuildPtr build;              // null: it was stopped
  context::IndexPtr index;     // with what has been read so far
  size_t done = 0, total = 0;  // files
  bool finished = false;
  Families families;                 // when finished
  std::vector<std::string> folders;  // with files in them, when finished: what to watch
};

// Reads files for about kIndexSlice. Files in `live` (open in an editor, or changed since the build began) keep the
// outline that they have.
[[nodiscard]] Step step_build(BuildPtr build, context::IndexPtr index, const PathSet& live,
                              const std::stop_token& stop);

// --- changes ---

struct FileEvent {
  std::string path;
  std::optional<std::string> text;   // none: look at the disk
  bool buffer = false;               // the text is unsaved: for the index only
  bool index = true, corpus = true;  // what has yet to hear of it
};

struct Changed {
  context::IndexPtr index;
  Families families;
};

// Takes changes in, each in its turn; a file that a walk would not list, or that cannot be read, is forgotten.
[[nodiscard]] Changed apply_events(const IndexPlace& place, Changed state, std::vector<FileEvent> events,
                                   const std::stop_token& stop);

// What is otherwise on the disk than in the index: for folders that cannot be watched.
[[nodiscard]] std::vector<FileEvent> rescan(const IndexPlace& place, const context::IndexPtr& index,
                                            const std::stop_token& stop);

}  // namespace fimd::lsp

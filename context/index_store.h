// The index on the disk: a cache in one SQLite file, so that a workspace that was indexed once is there at once.
//
// It holds the segments of a snapshot and their order. It is never the truth: what cannot be read is left out, the
// stamps of the files say what has changed since, and a file that SQLite calls damaged is removed and begun anew. One
// process at a time keeps a store (a lock on a file beside it); others read it and write nothing. A process may be
// killed at any moment: the store is then what it was before the last save(). Blocking: bulk pool, one call at a time.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "context/index.h"
#include "context/result.h"

namespace fimd::context {

class IndexStore {
 public:
  // Opens or makes the store; folders on the way to it are made for the owner only, the file has mode 0600. Errors: io
  // (no such place, no right, not a regular file of this user).
  [[nodiscard]] static Result<std::unique_ptr<IndexStore>> open(const std::string& path);
  ~IndexStore();
  IndexStore(const IndexStore&) = delete;
  IndexStore& operator=(const IndexStore&) = delete;

  // The segments that are whole, in order; none when there is nothing to be had. `lost` tells how many were not.
  struct Loaded {
    std::vector<SegmentPtr> segments;
    size_t lost = 0;
  };
  [[nodiscard]] Loaded load();

  // Makes the store hold this index; writes only what it does not have yet. Errors: refused (another process keeps
  // it), io (no space, no right): the store is then as it was.
  [[nodiscard]] Result<void> save(const Index& index);

 private:
  struct Data;
  explicit IndexStore(std::unique_ptr<Data> data);
  std::unique_ptr<Data> data_;
};

// The store's file for a root: readable by its name, told apart by a hash of the whole path.
[[nodiscard]] std::string index_store_path(const std::string& cache_folder, const std::string& root);

}  // namespace fimd::context

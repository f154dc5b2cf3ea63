// The files that a check sees in place of the user's: written into a folder of fimd's own, and removed with it.
//
// Nothing is ever written into the workspace, and links are not followed. Blocks: not for the loop.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "context/budget.h"
#include "context/result.h"

namespace fimd::providers::agent {

struct ShadowFile {
  std::string path;  // relative to the workspace
  std::string text;
};

// A folder below `parent` that only this user can enter, locked against clean_scratch() and removed at the end.
// `parent` is made where it is missing.
class Scratch {
 public:
  // Errors: io.
  [[nodiscard]] static Result<Scratch> make(const std::string& parent);
  Scratch(Scratch&& other) noexcept;
  Scratch& operator=(Scratch&&) = delete;
  ~Scratch();
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  Scratch(std::string path, int lock) : path_(std::move(path)), lock_(lock) {}
  std::string path_;
  int lock_ = -1;
};

// Removes what processes that are gone have left below `parent`.
void clean_scratch(const std::string& parent);

// Writes the files below `folder`, which nobody else writes to; modes are those of the workspace's files. Errors: io,
// refused (a path with a link on its way).
[[nodiscard]] Result<void> write_shadow(const std::string& folder, const std::string& root,
                                        std::span<const ShadowFile> files);

// Copies a workspace with times and modes; .git is left out. Errors: io, refused (larger than `bytes`), deadline,
// cancelled.
[[nodiscard]] Result<void> copy_tree(const std::string& from, const std::string& to, uint64_t bytes, TimePoint deadline,
                                     const std::stop_token& stop);

// Removes a folder and all in it, whatever modes and however deep; links are removed, not followed.
void remove_tree(const std::string& path);

// A hash of the names, sizes and times of what is below a workspace, .git left out: another one where anything was
// written. nullopt: more than `entries`, or not done by the deadline.
[[nodiscard]] std::optional<uint64_t> tree_stamp(const std::string& root, size_t entries, TimePoint deadline);

// Bytes that the files below a folder take on the disk, counted over at most `entries` of them.
[[nodiscard]] uint64_t disk_use(const std::string& path, size_t entries);

}  // namespace fimd::providers::agent

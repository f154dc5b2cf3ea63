// The paths of a workspace's files, sorted, with the lookups that resolving imports needs. Immutable; any thread.
//
// Paths are relative to the root with '/' between names. An id is the place in the order and good for this set only.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace fimd::context {

using FileId = uint32_t;
inline constexpr FileId kNoFile = UINT32_MAX;

class Paths {
 public:
  Paths() = default;
  explicit Paths(std::vector<std::string_view> paths);  // in any order, each once or more

  [[nodiscard]] size_t size() const { return starts_.empty() ? 0 : starts_.size() - 1; }
  [[nodiscard]] std::string_view path(FileId id) const {
    return std::string_view(text_).substr(starts_[id], starts_[id + 1] - starts_[id]);
  }
  [[nodiscard]] std::optional<FileId> find(std::string_view path) const;

  // Files of this name ("parse.h", "List.java") in any folder.
  [[nodiscard]] std::span<const FileId> named(std::string_view name) const;

  // Files directly in a folder ("" is the root), at most `limit`.
  [[nodiscard]] std::vector<FileId> in_folder(std::string_view folder, size_t limit) const;

  // Whether a folder holds any file, at any depth.
  [[nodiscard]] bool has_folder(std::string_view folder) const;

  // Folders whose path is `ending` or ends with '/' and it, at most `limit`, shortest first.
  [[nodiscard]] std::vector<std::string_view> folders_ending(std::string_view ending, size_t limit) const;

  [[nodiscard]] size_t bytes() const;

 private:
  [[nodiscard]] FileId lower_bound(std::string_view path) const;
  void hash_paths();
  void hash_names();
  void list_folders();

  struct Folder {
    uint32_t hash = 0;    // of its last name
    uint32_t length = 0;  // of its path, in bytes
    FileId first = 0;     // the first file below it: begins with its path
  };
  std::string text_;
  std::vector<uint32_t> starts_;  // of each path in text_, and the end
  std::vector<uint32_t> slots_;   // open hash table of ids + 1; its size is a power of two
  std::vector<uint32_t> name_hashes_;
  std::vector<FileId> by_name_;  // beside name_hashes_, which is sorted
  std::vector<Folder> folders_;  // sorted by hash, then length
};
using PathsPtr = std::shared_ptr<const Paths>;

// "src/a" of "src/a/b.cpp"; empty for a file at the top.
[[nodiscard]] std::string_view folder_of(std::string_view path);
// "b.cpp" of "src/a/b.cpp".
[[nodiscard]] std::string_view name_of(std::string_view path);
// "b" of "src/a/b.cpp", "b.test" of "b.test.ts", ".env" of ".env".
[[nodiscard]] std::string_view stem_of(std::string_view path);

// `path` seen from `folder`, with "." and ".." taken out; nullopt when it leads above the root.
[[nodiscard]] std::optional<std::string> join_path(std::string_view folder, std::string_view path);

}  // namespace fimd::context

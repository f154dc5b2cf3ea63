// Files of a workspace: the one way in which fimd reads folders and files, and the walk that lists what git would list.
//
// FileSource is the seam: DiskFiles reads the disk, tests read memory. Reading blocks, so it belongs on the bulk pool.
// Paths in results are relative to the root with '/' between names.
#pragma once

#include <cstddef>
#include <cstdint>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "context/result.h"

namespace fimd::context {

class FileSource {
 public:
  enum class Kind { file, directory, other };  // other: links, pipes, sockets, devices
  struct Entry {
    std::string name;
    Kind kind = Kind::other;
    uint64_t bytes = 0;
    int64_t mtime_ns = 0;  // of a file
  };

  virtual ~FileSource() = default;

  // What a folder holds, in no order, without "." and "..". Errors: not_found, io.
  [[nodiscard]] virtual Result<std::vector<Entry>> list(const std::string& path) const = 0;

  // A regular file's bytes. Errors: not_found, io (not a regular file, not readable), bad_input (over `max_bytes`).
  // Never waits for a pipe.
  [[nodiscard]] virtual Result<std::string> read(const std::string& path, size_t max_bytes) const = 0;
};

class DiskFiles : public FileSource {
 public:
  [[nodiscard]] Result<std::vector<Entry>> list(const std::string& path) const override;
  [[nodiscard]] Result<std::string> read(const std::string& path, size_t max_bytes) const override;

  // A regular file's size and time, by its whole path. Errors: not_found, io.
  [[nodiscard]] Result<Entry> stat(const std::string& path) const;
};

struct WalkLimits {
  size_t max_file_bytes = 1024U << 10;  // larger files are not listed
  size_t max_files = 200'000;
  size_t max_depth = 64;    // folders below the root
  bool leave_noise = true;  // leave out what noise_globs() names
};

struct FoundFile {
  std::string path;
  uint64_t bytes = 0;
  int64_t mtime_ns = 0;
};

struct Walked {
  std::vector<FoundFile> files;    // a folder's files before those of its folders, nearest the root first
  size_t too_large = 0;            // files left out for their size
  bool complete = true;            // false: stopped, or a limit was reached
  std::vector<std::string> notes;  // what could not be read, at most some dozens, for the log
};

// The files that git would list for the folder, tracked or not, but not ignored: .gitignore at every level (also above
// the root, up to its work tree's top), .git/info/exclude; less what .fimdignore and other ignore files of assistants
// (ai_ignore.h) exclude, which cannot be listed again, less key material and noise. Links are not followed, a
// repository inside starts with rules of its own, folders that cannot be read are skipped.
[[nodiscard]] Walked walk(const FileSource& source, const std::string& root, const WalkLimits& limits,
                          const std::stop_token& stop);

// Whether walk() would list this file (but for its size): for a file that was saved or created.
[[nodiscard]] bool would_list(const FileSource& source, const std::string& root, std::string_view path,
                              const WalkLimits& limits);

// Whether bytes are source text that a person may have written: no NUL in the first 8 KiB, lines of 500 bytes or less
// in the mean.
[[nodiscard]] bool is_source_text(std::string_view bytes);

// Brings the files nearest to `path` to the front: by the folders between them, otherwise in the order they are in.
void nearest_first(std::vector<FoundFile>& files, std::string_view path);

}  // namespace fimd::context

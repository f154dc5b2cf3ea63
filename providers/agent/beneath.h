// Reading the disk beneath one folder, whatever paths, links and races say.
//
// openat2 with RESOLVE_BENEATH decides in the kernel, so nothing can change between a check and an open. Without
// openat2 (old kernels, some containers) every folder on the way is opened by itself. Links are never followed, not
// even those that stay inside: a file would have two paths, of which the rules may exclude only one. Immutable after
// the construction: any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "context/files.h"

namespace fimd::providers::agent {

enum class Beneath { openat2, by_folder };  // by_folder also in tests

class BeneathFiles : public context::FileSource {
 public:
  explicit BeneathFiles(std::string root, Beneath how = Beneath::openat2);
  ~BeneathFiles() override;
  BeneathFiles(const BeneathFiles&) = delete;
  BeneathFiles& operator=(const BeneathFiles&) = delete;

  [[nodiscard]] const std::string& root() const { return root_; }

  // As FileSource says, for paths relative to the root or beginning with it. More errors: refused (leads outside, or
  // through a link), unsupported (a folder, a special file).
  [[nodiscard]] Result<std::vector<Entry>> list(const std::string& path) const override;
  [[nodiscard]] Result<std::string> read(const std::string& path, size_t max_bytes) const override;

  // What is at the path, a link itself and not what it leads to. Errors: not_found, refused, io.
  [[nodiscard]] Result<Kind> kind(const std::string& path) const;

 private:
  [[nodiscard]] Result<int> open(const std::string& path, int flags) const;
  [[nodiscard]] std::string inner(const std::string& path) const;

  std::string root_;
  int fd_ = -1;
  Beneath how_;
};

}  // namespace fimd::providers::agent

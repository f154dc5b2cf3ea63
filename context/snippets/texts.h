// Texts of a workspace's files during one gather: of open documents, else from the disk.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "context/surroundings.h"

namespace fimd::context::snippets {

class Texts {
 public:
  explicit Texts(const Surroundings& around) : around_(around) {}

  // Null when there is no such file, it is not source text, or too much has been read already.
  [[nodiscard]] Snapshot get(std::string_view path);

  void may_read(size_t bytes) { left_ = bytes; }

 private:
  const Surroundings& around_;
  size_t left_ = 2U << 20;  // bytes that may still be read from the disk
  std::map<std::string, Snapshot, std::less<>> read_;
};

}  // namespace fimd::context::snippets

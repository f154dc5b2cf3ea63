// Files in memory: the test twin of DiskFiles.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>

#include "context/files.h"

namespace fimd::context {

class MemoryFiles : public FileSource {
 public:
  // Folders come into being with their files. Paths are absolute.
  void add(const std::string& path, std::string text) { files_[path] = std::move(text); }
  void forbid(const std::string& path) { forbidden_.insert(path); }

  [[nodiscard]] Result<std::vector<Entry>> list(const std::string& path) const override {
    if (forbidden_.contains(path)) return fail(Error::Code::io, path + ": permission denied");
    std::map<std::string, Entry> entries;
    const std::string folder = path == "/" ? path : path + "/";
    for (const auto& [file, text] : files_) {
      if (!file.starts_with(folder)) continue;
      const std::string rest = file.substr(folder.size());
      const std::string name = rest.substr(0, rest.find('/'));
      const bool inner = rest.size() > name.size();
      entries[name] = {name, inner ? Kind::directory : Kind::file, inner ? 0 : text.size()};
    }
    if (entries.empty()) return fail(Error::Code::not_found, path + ": no such directory");
    std::vector<Entry> out;
    for (auto& [name, entry] : entries) out.push_back(entry);
    return out;
  }

  [[nodiscard]] Result<std::string> read(const std::string& path, size_t max_bytes) const override {
    if (forbidden_.contains(path)) return fail(Error::Code::io, path + ": permission denied");
    const auto found = files_.find(path);
    if (found == files_.end()) return fail(Error::Code::not_found, path + ": no such file");
    if (found->second.size() > max_bytes) return fail(Error::Code::bad_input, path + ": larger than the limit");
    return found->second;
  }

 private:
  std::map<std::string, std::string> files_;
  std::set<std::string> forbidden_;
};

}  // namespace fimd::context

// The files an agent works on: the workspace as the editor has it, with the agent's edits on top, in memory only.
//
// Unsaved buffers win over the disk, edits win over both; nothing is ever written. The disk is read beneath the root
// only (beneath.h): regular files, up to a size, text.
// What the rules exclude looks as if it did not exist. One owner at a time: the worker that runs the agent's tools.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "context/result.h"
#include "context/text.h"

namespace fimd::providers::agent {

// A document that is open in the editor.
struct OpenBuffer {
  std::string path;  // relative to the root
  context::Snapshot text;
};

struct OverlayRules {
  // Whether a path must look absent: privacy rules, ignore files. May be empty.
  std::function<bool(std::string_view path, bool is_directory)> excluded;
  size_t max_file_bytes = 2U << 20;
  size_t max_files = 50'000;  // of a listing
};

struct FileText {
  std::string text;      // valid UTF-8, as it is in the buffer or on the disk: byte order mark and line ends included
  bool unsaved = false;  // it came from an open buffer
  bool edited = false;   // the agent changed it
  bool lossy = false;    // the disk's bytes are not UTF-8: may be shown, must not be edited
};

struct ChangedFile {
  std::string path;
  std::optional<std::string> original;  // none: the file is new
  std::string current;
  std::optional<int64_t> version;  // of the open buffer that the original came from
};

struct ListedFile {
  std::string path;
  uint64_t bytes = 0;
  int64_t mtime_ns = 0;  // of the file on the disk; INT64_MAX for what is newer than the disk
};

struct ListedEntry {
  std::string name;
  bool is_directory = false;
};

class Overlay {
 public:
  Overlay(std::string root, std::vector<OpenBuffer> buffers, OverlayRules rules);
  ~Overlay();
  Overlay(Overlay&&) noexcept;
  Overlay& operator=(Overlay&&) noexcept;

  [[nodiscard]] const std::string& root() const;

  // A path as a model wrote it, made relative to the root: a leading "./", the root and "file://" are dropped, "a/" and
  // "b/" too where only the path without them exists. Errors: bad_input (empty, NUL, too long), refused (outside).
  [[nodiscard]] Result<std::string> resolve(std::string_view path) const;

  // Errors: not_found (also what is excluded), unsupported (binary, special file, a directory), bad_input (too large),
  // refused (outside, through a link), io.
  [[nodiscard]] Result<FileText> read(const std::string& path) const;

  // Puts `text` in place of the file's; `base` is what read() gave and the text was made from. Errors: refused
  // (excluded), unsupported (not UTF-8), bad_input (NUL, too large).
  [[nodiscard]] Result<void> edit(const std::string& path, const FileText& base, std::string text);

  // Makes a new file. Errors as for edit(); refused also for what is there already and for a path below a file or a
  // link.
  [[nodiscard]] Result<void> create(const std::string& path, std::string text);

  // All files that a model may see, in the order of their paths. The disk is walked once per overlay.
  [[nodiscard]] const std::vector<ListedFile>& files(const std::stop_token& stop);
  [[nodiscard]] bool listing_complete() const;

  // What one folder holds ("" is the root), sorted. Errors: not_found, unsupported (no folder), refused.
  [[nodiscard]] Result<std::vector<ListedEntry>> list(const std::string& folder) const;

  // What the agent changed and that differs from what was there, in the order of paths.
  [[nodiscard]] std::vector<ChangedFile> changed() const;

 private:
  struct Data;
  std::unique_ptr<Data> data_;
};

}  // namespace fimd::providers::agent

// What the jail's helper process is told, and how it travels: as "key NUL value NUL" through a descriptor. Private to
// providers/agent; pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "context/result.h"

namespace fimd::providers::agent {

struct JailSpec {
  // overlay, copy: namespaces, with the workspace as an overlay or as a bound copy. inner: filters only, within
  // bubblewrap. filters: Landlock and seccomp at another path. bare: limits and environment only.
  enum class Mode { overlay, copy, inner, filters, bare };
  Mode mode = Mode::overlay;
  int parent = 0;         // the process that must live on
  std::string root;       // the workspace, absolute; the same path within
  std::string directory;  // where the command starts, absolute within
  std::string lower;      // what the overlay lies over: normally the root
  std::string upper, work;
  std::string copy;
  std::string stage;      // an empty folder for the new root
  std::string home, temporary;
  std::vector<std::string> shown;     // readable: folders and files, absolute
  std::vector<std::string> writable;  // of filters and inner, besides temporary and home
  std::vector<std::string> argv, environment;
  uint64_t cpu_seconds = 0, file_bytes = 0, temporary_bytes = 0, processes = 0;
  uint64_t loopback = 0;  // 1: a network of its own with 127.0.0.1 and ::1, and nothing else; not of filters and bare
};

[[nodiscard]] std::string to_bytes(const JailSpec& spec);
// Errors: bad_input.
[[nodiscard]] Result<JailSpec> spec_from(std::string_view bytes);

}  // namespace fimd::providers::agent

// What a command is not allowed, whatever namespaces it is in: Landlock, a seccomp filter, limits, no capabilities.
//
// Called in the helper process right before the command is started; each returns an empty text or what failed. Linux
// only. Numbers are the kernel's own, as the headers of older distributions lack the newer ones.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "providers/agent/jail_spec.h"

namespace fimd::providers::agent {

// The version of Landlock's interface; below 1: the kernel has none.
[[nodiscard]] int landlock_version();

// "what: " and the meaning of errno.
[[nodiscard]] std::string failed(const char* what);

struct LandlockPath {
  std::string path;
  bool write = false;
};
// Everything but the paths is out of reach from here on; paths that do not exist are left out. TCP, abstract sockets and
// signals to processes outside too, from the versions on that know them.
[[nodiscard]] std::string apply_landlock(const std::vector<LandlockPath>& paths);

// No sockets but pairs, no tracing, mounting, namespaces, keys, io_uring and the like: the calls fail with EPERM.
[[nodiscard]] std::string apply_seccomp();

[[nodiscard]] std::string apply_limits(const JailSpec& spec);

[[nodiscard]] std::string drop_capabilities();

}  // namespace fimd::providers::agent

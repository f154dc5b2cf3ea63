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
// What else a command may do than its files, for the kind of jail that it is in.
struct Allowance {
  bool loopback = false;         // TCP and UDP, where a network of its own is all there is
  bool others_in_sight = false;  // no namespace hides other processes of the same user
};

// Everything but the paths is out of reach from here on; paths that do not exist are left out. TCP, abstract sockets
// and signals to processes outside too, from the versions on that know them.
[[nodiscard]] std::string apply_landlock(const std::vector<LandlockPath>& paths, Allowance allowance);

// No sockets but pairs, no tracing, mounting, namespaces, keys, io_uring and the like: the calls fail with EPERM.
[[nodiscard]] std::string apply_seccomp(Allowance allowance);

// Brings up 127.0.0.1 and ::1 of this process's network, which must be its own.
[[nodiscard]] std::string bring_up_loopback();

// Whether a connection to 127.0.0.1 comes about under what is in force.
[[nodiscard]] std::string speaks_to_itself();

[[nodiscard]] std::string apply_limits(const JailSpec& spec);

[[nodiscard]] std::string drop_capabilities();

}  // namespace fimd::providers::agent

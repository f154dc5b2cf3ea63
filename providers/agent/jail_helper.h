// The process between fimd and a command in a jail: `fimd jail-helper`, which fimd starts again with what to do on
// descriptor 0 (jail_spec.h) and a pipe for its own words on descriptor 3.
//
// It makes namespaces and a root of its own that holds only what a build needs, lays the workspace in as an overlay,
// gives up its rights, starts the command, and writes how that ended: "exit 2", "signal 11", or "error ..." where
// nothing was run. The first process of the namespace is its child; with either of them everything within ends. Runs
// alone in its process, single threaded, and never returns to what it was started from.
#pragma once

namespace fimd::providers::agent {

inline constexpr const char* kJailHelper = "jail-helper";  // the word on the command line

// The exit code of the process.
[[nodiscard]] int run_jail_helper();

}  // namespace fimd::providers::agent

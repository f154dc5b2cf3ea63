// Runs a command of the workspace where it can harm nothing: with changed files in place, without network, keys or a
// way to write anything of the user's, and with an end.
//
// What can be had differs between machines, so there is a ladder of ways (JailRung); probe_jail() finds the best one
// that works here by really running something in it. A run never falls to a lower rung by itself. Blocks until the
// command and all that it started are gone: on a thread that lives as long as the process, as the helper dies with its
// thread.
#pragma once

#include <cstdint>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "context/budget.h"
#include "providers/agent/jail_shadow.h"
#include "providers/agent/jail_view.h"

namespace fimd::providers::agent {

enum class JailRung {
  full,        // own namespaces, the workspace as an overlay at its own path
  full_copy,   // own namespaces, a copy of the workspace at its path
  bubblewrap,  // the same by bwrap
  filters,     // Landlock and seccomp; the copy is at another path
  none,        // nothing holds the command; only with the user's consent
};
[[nodiscard]] const char* name(JailRung rung);

struct JailLimits {
  Duration wall = std::chrono::minutes(5);
  Duration silence = std::chrono::minutes(2);  // without output
  uint64_t memory_bytes = 0;                   // of all processes together; 0: half of the machine's, at least 2 GiB
  uint64_t disk_bytes = 4ULL << 30;
  uint64_t file_bytes = 2ULL << 30;
  uint64_t copy_bytes = 2ULL << 30;            // largest workspace that is copied
  size_t processes = 512;
  size_t output_head = 64U << 10, output_tail = 256U << 10;  // bytes that are kept
};

struct JailCommand {
  std::vector<std::string> argv;
  std::string root;       // the workspace, absolute, no link
  std::string directory;  // where to start, relative to it
  std::vector<ShadowFile> files;
  JailLimits limits;
  bool loopback = false;  // it may use 127.0.0.1 and ::1 of a network of its own, where nobody else is
};

// What this machine offers.
struct Jail {
  JailRung rung = JailRung::none;
  std::string scratch;              // a folder for shadow files, outside of all workspaces
  std::vector<std::string> helper;  // how to start run_jail_helper(): a program and its arguments
  Variables variables = process_variable;
};

struct JailRun {
  enum class End {
    exited,
    stopped,   // ended by a limit
    cancelled,
    not_run,
  };
  End end = End::not_run;
  int exit = 0;  // 128 and the number for a signal
  std::string why;
  std::string output;     // of both streams, in order; the middle of very long output is missing
  std::string seen_root;  // the path at which the command saw the workspace
  Duration took{};
};

[[nodiscard]] JailRun run_jailed(const Jail& jail, const JailCommand& command, const std::stop_token& stop);

struct JailProbe {
  Jail jail;
  std::vector<std::pair<JailRung, std::string>> refused;  // better rungs, and why not
};
// Tries the rungs from the best on (a few milliseconds each). `helper` as in Jail.
[[nodiscard]] JailProbe probe_jail(const std::string& scratch, std::vector<std::string> helper,
                                   const std::stop_token& stop);

// One rung. Empty: it works; else why not.
[[nodiscard]] std::string try_rung(const Jail& jail, const std::stop_token& stop);

// Whether a command can have a loopback network there. Empty: it can; else why not.
[[nodiscard]] std::string try_loopback(const Jail& jail, const std::stop_token& stop);

// How this program starts itself as the helper.
[[nodiscard]] std::vector<std::string> own_helper();

}  // namespace fimd::providers::agent

// A started helper and what it prints, watched until it and all it started have ended. Private to providers/agent.
#pragma once

#include <sys/types.h>

#include <stop_token>
#include <string>
#include <vector>

#include "providers/agent/jail.h"

namespace fimd::providers::agent {

// The first and the last bytes of a stream of any length.
class KeptOutput {
 public:
  KeptOutput(size_t head, size_t tail) : head_limit_(head), tail_limit_(tail) {}
  void add(std::string_view bytes);
  [[nodiscard]] std::string text() const;
  [[nodiscard]] size_t seen() const { return seen_; }

 private:
  size_t head_limit_, tail_limit_, seen_ = 0;
  std::string head_, tail_;
};

// What a process and all below it use.
struct ProcessUse {
  uint64_t resident_bytes = 0;
  std::vector<pid_t> processes;
};
[[nodiscard]] ProcessUse use_of(pid_t top);

struct HelperStart {
  std::vector<std::string> argv;
  std::string spec;               // bytes for descriptor 0
  bool asked_to_end = false;      // by SIGTERM first: the helper itself ends what it started
  std::string watched;            // a folder whose size counts
};

// Runs a helper to its end. `run.seen_root` is left as it is.
void run_helper(const HelperStart& start, const JailLimits& limits, const std::stop_token& stop, JailRun& run);

}  // namespace fimd::providers::agent

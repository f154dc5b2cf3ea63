// The check of one task: run on the workspace as it was, once, and on what the agent made of it, and compared.
//
// Runs in the jail, on the files of the disk with unsaved texts and the agent's edits in place. Without a jail nothing is
// run unless the user agrees to the exact command. Blocks for minutes; belongs to one thread that lives as long as the
// process, and is used by one task at a time.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "providers/agent/baseline.h"
#include "providers/agent/command_words.h"
#include "providers/agent/jail.h"
#include "providers/agent/overlay.h"

namespace fimd::providers::agent {

struct CheckSettings {
  std::vector<std::string> command;  // empty: there is no check
  Duration limit = std::chrono::minutes(5);
  TimePoint deadline = TimePoint::max();  // of the task: one run gets a third of what is left
  Commands commands = Commands::off;
  Consent consent;
};

class Checks {
 public:
  // `unsaved`: texts of open buffers. `target`: the problem that is to be solved.
  Checks(Jail jail, CheckSettings settings, std::string root, std::vector<ShadowFile> unsaved, std::optional<Diagnostic> target);

  [[nodiscard]] bool has_check() const { return !settings_.command.empty(); }
  [[nodiscard]] Commands commands() const { return settings_.commands; }

  // Whether a file decides what the check does.
  [[nodiscard]] bool protects(const std::string& path) const;

  // Runs the check on the workspace as it was, unless that was done.
  void take_baseline(const std::stop_token& stop);

  struct Outcome {
    Comparison result;
    std::string report;  // for the model
    std::vector<std::string> gone = {};  // key_of() what the code as it was had, and the change has not at all
  };
  // The check on a change. The same change is not run twice. `filter`: see with_filter(); Errors: bad_input (filter),
  // cancelled.
  [[nodiscard]] Result<Outcome> check(std::span<const ChangedFile> changed, const std::string& filter, const std::stop_token& stop);

  // run_command: any program, on the change, in the jail. Errors: refused (the user did not agree), cancelled, and what
  // keeps it from running.
  [[nodiscard]] Result<std::string> command(const std::vector<std::string>& argv, const std::string& reason,
                                            std::span<const ChangedFile> changed, const std::stop_token& stop);

 private:
  [[nodiscard]] CheckRun run(const std::vector<std::string>& argv, std::span<const ChangedFile> changed, const std::stop_token& stop);
  [[nodiscard]] JailRun run_in_jail(const std::vector<std::string>& argv, std::span<const ChangedFile> changed, const std::stop_token& stop);
  [[nodiscard]] bool agreed(const std::vector<std::string>& argv, const std::string& reason);
  [[nodiscard]] bool looks_at(const std::string& path, std::span<const ChangedFile> changed, const std::stop_token& stop);
  [[nodiscard]] Comparison compared(CheckRun candidate, std::span<const ChangedFile> changed, const std::stop_token& stop);

  Jail jail_;
  CheckSettings settings_;
  std::string root_;
  std::vector<ShadowFile> unsaved_;
  std::optional<Diagnostic> target_;
  std::vector<std::string> files_;       // of the check itself
  std::optional<CheckRun> base_, base_again_;
  std::map<std::string, bool> agreed_;   // commands that the user was asked about
  std::map<std::string, bool> seen_;     // files, and whether the check noticed that they were broken
  uint64_t last_change_ = 0;             // what last_ is about
  std::optional<Outcome> last_;
};

}  // namespace fimd::providers::agent

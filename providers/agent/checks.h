// The check of one task: run on the workspace as it was, once, and on what the agent made of it, and compared.
//
// Runs in the jail, on the files of the disk with unsaved texts and the agent's edits in place. Without a jail nothing
// is run unless the user agrees to the exact command; who calls asks, as an answer may take longer than others can wait
// for this thread. Blocks for minutes; belongs to one thread that lives as long as the process, and is used by one task
// at a time.
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
  bool asks = false;      // there is somebody who can be asked
  bool loopback = false;  // see JailCommand
};

class Checks {
 public:
  // `unsaved`: texts of open buffers. `target`: the problem that is to be solved.
  Checks(Jail jail, CheckSettings settings, std::string root, std::vector<ShadowFile> unsaved,
         std::optional<Diagnostic> target);

  [[nodiscard]] bool has_check() const { return !settings_.command.empty(); }
  [[nodiscard]] Commands commands() const { return settings_.commands; }

  // Whether a file decides what the check does.
  [[nodiscard]] bool protects(const std::string& path) const;

  // What the last call needs an answer to before it can do what it was to; it is made again then. nullopt: nothing.
  struct Question {
    std::string command, text;
  };
  [[nodiscard]] std::optional<Question> take_question();
  void answered(const std::string& command, bool yes) { agreed_[command] = yes; }

  // Records (JSON) of what was found since the last call, for the task's journal, and the taking up of what a journal
  // holds: only where the workspace is still what it was.
  [[nodiscard]] std::vector<std::string> new_facts();
  void recall(std::span<const std::string> facts);

  // Runs the check on the workspace as it was, unless that was done.
  void take_baseline(const std::stop_token& stop);

  struct Outcome {
    Comparison result;
    std::string report;  // for the model
    std::vector<std::string> gone = {};  // key_of() what the code as it was had, and the change has not at all
  };
  // The check on a change. The same change is not run twice. `filter`: see with_filter(); Errors: bad_input (filter),
  // cancelled, refused (an answer is missing).
  [[nodiscard]] Result<Outcome> check(std::span<const ChangedFile> changed, const std::string& filter,
                                      const std::stop_token& stop);

  // run_command: any program, on the change, in the jail. Errors: refused (the user did not agree), cancelled, and what
  // keeps it from running.
  [[nodiscard]] Result<std::string> command(const std::vector<std::string>& argv, const std::string& reason,
                                            std::span<const ChangedFile> changed, const std::stop_token& stop);

 private:
  [[nodiscard]] uint64_t tree();
  void keep_change(const Outcome& outcome, uint64_t change);
  [[nodiscard]] CheckRun run(const std::vector<std::string>& argv, std::span<const ChangedFile> changed,
                             const std::stop_token& stop);
  [[nodiscard]] JailRun run_in_jail(const std::vector<std::string>& argv, std::span<const ChangedFile> changed,
                                    const std::stop_token& stop);
  [[nodiscard]] bool agreed(const std::vector<std::string>& argv, const std::string& reason);
  [[nodiscard]] bool looks_at(const std::string& path, std::span<const ChangedFile> changed,
                              const std::stop_token& stop);
  [[nodiscard]] Comparison compared(CheckRun candidate, std::span<const ChangedFile> changed,
                                    const std::stop_token& stop);

  Jail jail_;
  CheckSettings settings_;
  std::string root_;
  std::vector<ShadowFile> unsaved_;
  std::optional<Diagnostic> target_;
  std::vector<std::string> files_;       // of the check itself
  std::optional<CheckRun> base_, base_again_;
  std::map<std::string, bool> agreed_;   // commands that the user was asked about
  std::optional<Question> question_;
  std::optional<uint64_t> tree_;         // of the workspace, with unsaved texts and the command; 0: not known
  std::vector<std::string> facts_;    // that nobody has taken yet
  std::map<std::string, bool> seen_;     // files, and whether the check noticed that they were broken
  uint64_t last_change_ = 0;             // what last_ is about
  std::optional<Outcome> last_;
};

}  // namespace fimd::providers::agent

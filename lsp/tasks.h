// The agent's tasks on this machine: one journal each in `tasks` of the state folder, readable by their owner only.
//
// Tasks are kept for thirty days and up to 500 MB in all; the oldest of those that have ended go first. What a journal
// holds is what went to and came from the model, in the form in which it was sent. Blocking.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "context/result.h"
#include "lsp/config.h"
#include "providers/agent/conversation.h"
#include "providers/agent/journal.h"

namespace fimd::lsp {

struct TaskFile {
  std::string id;
  std::string path;  // of the journal
  uint64_t bytes = 0;
  std::chrono::system_clock::time_point changed;
};

struct Task {
  TaskFile file;
  bool busy = false;        // a process works on it
  nlohmann::json about;     // the record that it began with: root, path, line, message, provider ...
  providers::agent::Conversation state;
};

struct NewTask {
  std::string id;
  std::shared_ptr<providers::agent::Journal> journal;
};

// A journal for a new task; old ones are removed to make room. Errors: io (no state folder, cannot be written).
[[nodiscard]] Result<NewTask> new_task(std::chrono::system_clock::time_point now);

// The newest first.
[[nodiscard]] std::vector<TaskFile> task_files();

// The task whose id begins with `id`. Errors: not_found (none, or several), io, refused.
[[nodiscard]] Result<Task> read_task(const std::string& id);

// Opens a task to go on with it. Errors: as for read_task(), refused also while another process works on it.
struct OpenTask {
  Task task;
  std::shared_ptr<providers::agent::Journal> journal;
};
[[nodiscard]] Result<OpenTask> open_task(const std::string& id);

// Keeps what a task came to, beside its journal and as long as it: a diff that could not be applied ("diff"), or the
// answer ("md"). Returns the file's path. Errors: io.
[[nodiscard]] Result<std::string> keep_beside(const std::string& id, const std::string& ending,
                                              const std::string& text);

// Removes a task. Errors: not_found, refused (a process works on it), io.
[[nodiscard]] Result<void> forget_task(const std::string& id);

// "interrupted", "running", "empty" (nothing of it was kept), or how it ended ("fixed", "failed" ...).
[[nodiscard]] std::string state_of(const Task& task);

// Whether going on may lead to something: it was interrupted, the provider failed, or a limit ended it.
[[nodiscard]] bool can_go_on(const Task& task);

}  // namespace fimd::lsp

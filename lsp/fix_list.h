// Repairs of a list of problems: each a task of its own with its own verification, on what the ones before have left.
//
// Nothing is written. A problem that is there twice, or that went away with an earlier repair, is not asked about: the
// check says so where it reports the same problems. fix_list() is a coroutine on the loop; the rest is pure.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "lsp/fixing.h"
#include "lsp/tasks.h"
#include "providers/agent/check_output.h"

namespace fimd::lsp {

// One problem and what became of it.
struct ListedProblem {
  enum class State {
    waiting,  // not tried: a limit, or the provider failed before it
    fixed,
    unproven,   // changed, but the check cannot tell whether the problem is gone
    gone,       // went away with an earlier repair
    unfixed,    // its task ended without a change that holds up
    elsewhere,  // names a file that is not in the workspace
  };
  providers::agent::Finding finding;
  State state = State::waiting;
  std::string words;  // the model's last sentence, or why it is as it is
  std::string task;   // its journal's id; empty: there was no task, or it is not kept
  Fix fix = {};       // of fixed, unproven and unfixed; without its files
};

// "waiting", "fixed", "not verified", "gone", "not fixed", "elsewhere".
[[nodiscard]] const char* name(ListedProblem::State state);

// Errors and warnings of a check's output in their order, errors first, each once. Paths are taken as relative to
// `directory` (of the root, "" is the root itself), or to the root where more of them exist there. Errors: not_found
// (nothing in the text names a problem with a place).
[[nodiscard]] Result<std::vector<ListedProblem>> problems_in(std::string_view output, const std::string& root,
                                                             const std::string& directory);

// The files that repairs have changed so far.
class Changes {
 public:
  void add(const std::vector<providers::agent::ChangedFile>& files);

  [[nodiscard]] std::vector<providers::agent::ChangedFile> files() const;  // against what they were at first
  [[nodiscard]] std::vector<providers::agent::OpenBuffer> buffers(const std::string& root) const;
  [[nodiscard]] const std::string* text(const std::string& path) const;  // null: not changed

  // Where a line of the first text is now, from 1, and whether a repair has changed it.
  struct Line {
    size_t number = 1;
    bool changed = false;
  };
  [[nodiscard]] Line now(const std::string& path, size_t line) const;

 private:
  std::map<std::string, providers::agent::ChangedFile> files_;
};

struct FixListOptions {
  std::string root;
  size_t limit = 0;  // tasks; 0: as many as there are problems
  AskUser consent = {};
  std::function<std::optional<NewTask>()> journal = {};  // for each task; may be empty
  std::function<void(std::string)> progress;
};

struct FixList {
  std::vector<ListedProblem> problems;
  std::vector<providers::agent::ChangedFile> files;  // of all repairs that hold up
};

// Tries the problems one after the other; ends early when the provider fails, as it would for the next.
boost::asio::awaitable<FixList> fix_list(Daemon& daemon, Config config, providers::ProviderConfig provider,
                                         std::vector<ListedProblem> problems, FixListOptions options);

}  // namespace fimd::lsp

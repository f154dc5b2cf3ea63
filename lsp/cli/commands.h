// The shell commands; each returns the process's exit code: 0 success, 1 failure with one line on stderr.
#pragma once

#include <string>

#include "lsp/cli/shell.h"

namespace fimd::lsp::cli {

// fimd complete FILE:LINE:COL: one completion within the budget.
[[nodiscard]] int complete(const std::string& location, const Common& common, bool explain);

// fimd context FILE:LINE:COL: what would be sent.
[[nodiscard]] int context(const std::string& location, const Common& common);

// fimd fix FILE:LINE: a repair by the agent as a diff; written only with `apply`. Questions are asked on a terminal
// only.
struct FixOptions {
  std::string message, check;  // what is wrong; --check
  bool apply = false;
};
[[nodiscard]] int fix(const std::string& location, const FixOptions& options, const Common& common);

// fimd fix --diagnostics FILE: repairs what a check's output names, one problem after the other. Returns 0 when all are
// fixed or gone, 1 when some are not, 2 when there was nothing to begin with (no such file, no problem in it, no
// model).
struct FixListChoice {
  std::string file;  // "-": stdin
  size_t limit = 0;  // tasks; 0: no limit
};
[[nodiscard]] int fix_all(const FixListChoice& choice, const FixOptions& options, const Common& common);

// fimd tasks list|show|resume|forget: the repairs that were kept, and going on with one that was cut off.
[[nodiscard]] int tasks(const std::string& action, const std::string& id, bool apply, const Common& common);

// fimd doctor: configuration and its sources, providers and what they can do, grammars, what leaves this machine.
[[nodiscard]] int doctor(const Common& common);

// fimd index: builds or refreshes the index of a folder and says what is in it.
[[nodiscard]] int index(const Common& common);

struct LedgerChoice {
  std::string since, purpose;
  int last = 0;      // the newest so many; 0: all
  bool all = false;  // also what did not leave this machine
};

// fimd ledger: what was sent where.
[[nodiscard]] int ledger(const LedgerChoice& choice, const Common& common);

struct StatsChoice {
  std::string since, html;
};

// fimd stats: how fast models were, how suggestions fared, what it cost; as a page with --html.
[[nodiscard]] int stats(const StatsChoice& choice, const Common& common);

struct EvalChoice {
  std::string providers;  // names, with commas
  std::string html;       // file for a page; empty: text
  std::string arms;       // of experiments, with commas: compared instead, each with the providers of its configuration
  size_t count = 100;     // places
  uint64_t seed = 1;
};

// fimd eval: hides text of the folder's own repository, lets providers complete it, and compares them.
[[nodiscard]] int eval(const EvalChoice& choice, const Common& common);

struct ReplayChoice {
  std::string file, against;
  bool live = false;
  double speed = 1;
};

// fimd replay: a recorded session again, and what differs; 1 also when an outcome does.
[[nodiscard]] int replay(const ReplayChoice& choice, const Common& common);

// fimd config schema|show|check|trust.
[[nodiscard]] int config(const std::string& action, const std::string& argument, const Common& common);

}  // namespace fimd::lsp::cli

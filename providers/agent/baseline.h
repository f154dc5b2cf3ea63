// What a check says about a change: its result with the change compared with its result without.
//
// Problems are told apart by what they say and by the text of their line, never by line numbers, which edits move. Only
// what is new counts; a test that fails now and then on the code as it was does not. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "context/budget.h"
#include "providers/agent/check_output.h"

namespace fimd::providers::agent {

struct CheckRun {
  enum class End {
    exited,
    stopped,  // it was ended: too long, too quiet, too much memory
    not_run,  // it could not be started, or its command does not exist
  };
  End end = End::not_run;
  int exit = 0;
  std::string why;  // of stopped and not_run
  std::vector<Finding> findings;
  std::string text;  // plain output
  Duration took{};
  // Of a run that was read from a journal, which has no text: said_by() and key_of_target().
  std::optional<uint64_t> said;
  std::optional<std::string> target;
};

struct Comparison {
  enum class Verdict {
    passed,          // the check succeeds and nothing is new
    no_worse,        // it fails as it failed before
    worse,           // there is something new
    target_remains,  // nothing is new, but the problem that was to be solved is still there
    unverified,      // the two cannot be compared; `why` says what stands against it
  };
  enum class Target {
    none,     // nothing was to be solved
    unknown,  // the check did not report it before either
    gone,
    remains,
  };
  Verdict verdict = Verdict::unverified;
  Target target = Target::none;
  bool was_passing = false;  // also without the change
  std::string why;
  std::vector<Finding> fresh;           // errors and failed tests
  std::vector<Finding> fresh_warnings;
  size_t unchanged = 0, gone = 0;
  std::vector<std::string> unstable;    // tests that fail now and then, left out of `fresh`
  std::vector<std::string> passed_once; // of `fresh`: passed when run again on the same code
};

// Equal for the same problem before and after an edit: no line, column, number, address or path within quotes.
[[nodiscard]] std::string key_of(const Finding& finding);

// An error or a failed test.
[[nodiscard]] bool is_failure(const Finding& finding);

// The key of what the run reports of the target; empty: nothing.
[[nodiscard]] std::string key_of_target(const CheckRun& run, const std::optional<Diagnostic>& target);

// A hash of the output without what differs between two runs on like code.
[[nodiscard]] uint64_t said_by(const CheckRun& run);

// Whether the check stands for the change. False, where it found nothing against it: it fails with and without it and
// does not report the problem that was to be solved, or it could not be run.
[[nodiscard]] bool is_judged(const Comparison& result);

// `target`: the problem that the change is to solve.
[[nodiscard]] Comparison compare(const CheckRun& base, const CheckRun& candidate,
                                 const std::optional<Diagnostic>& target);

// Runs of one check; the second ones were made to tell unstable tests.
struct CheckRuns {
  CheckRun base, candidate;
  std::optional<CheckRun> base_again, candidate_again;
};

// Which of the two to run once more before the verdict counts: only where it hangs on tests that do not name an edited
// file; the candidate first, then the code as it was.
enum class Rerun { none, candidate, base };
[[nodiscard]] Rerun next_rerun(const CheckRuns& runs, const std::optional<Diagnostic>& target,
                               std::span<const std::string> edited);

// compare(), without the tests that also failed when the code as it was ran again.
[[nodiscard]] Comparison settle(const CheckRuns& runs, const std::optional<Diagnostic>& target);

// What the model is told, at most about 12 KB: verdict, what is new with its lines, and output where it helps.
[[nodiscard]] std::string check_report(const std::string& command, const CheckRun& candidate, const Comparison& result);

// The first and last lines of a text, repeated ones folded ("[x 312]"); what is left out is counted.
[[nodiscard]] std::string head_and_tail(std::string_view text, size_t head, size_t tail, size_t bytes);

// One line for the user: "passes", "3 problems from before remain, nothing new", "not checked: ...".
[[nodiscard]] std::string check_summary(const Comparison& result);

}  // namespace fimd::providers::agent

#include "providers/agent/baseline.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "context/hash.h"
#include "context/paths.h"
#include "context/text.h"
#include "providers/agent/tool_text.h"

namespace fimd::providers::agent {
namespace {

using Verdict = Comparison::Verdict;
using Target = Comparison::Target;

constexpr size_t kShown = 10;           // new problems
constexpr size_t kNotesShown = 3;       // of each
constexpr size_t kOutputBytes = 8'000;
constexpr size_t kHeadLines = 40, kTailLines = 80, kShortTail = 20;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

// Typographic quotes as plain ones.
std::string with_plain_quotes(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    const std::string_view three = text.substr(i, 3);
    const bool single = three == "\xE2\x80\x98" || three == "\xE2\x80\x99",
               twice = three == "\xE2\x80\x9C" || three == "\xE2\x80\x9D";
    if (single || twice) i += 2;
    out += single || text[i] == '`' ? '\'' : twice ? '"' : text[i];
  }
  return out;
}

// A message without what differs between two runs on like code.
std::string steady(std::string_view message) {
  const std::string plain = with_plain_quotes(message);
  std::string out;
  for (size_t i = 0; i < plain.size();) {
    const char c = plain[i];
    if (c == '\'' || c == '"') {
      const size_t close = plain.find(c, i + 1);
      if (close != std::string::npos && plain.find('/', i) < close) {  // a path
        out += "''";
        i = close + 1;
        continue;
      }
    }
    if (plain.compare(i, 2, "0x") == 0 && i + 2 < plain.size() && is_hex(plain[i + 2])) {
      i += 2;
      while (i < plain.size() && is_hex(plain[i])) ++i;
      out += '#';
    } else if (is_digit(c)) {
      while (i < plain.size() &&
             (is_digit(plain[i]) || (plain[i] == '.' && i + 1 < plain.size() && is_digit(plain[i + 1]))))
        ++i;
      out += '#';
    } else {
      out += c;
      ++i;
    }
  }
  return out;
}

std::map<std::string, size_t> keys_of(const CheckRun& run) {
  std::map<std::string, size_t> keys;
  for (const Finding& finding : run.findings) ++keys[key_of(finding)];
  return keys;
}

bool has_errors(const CheckRun& run) { return std::any_of(run.findings.begin(), run.findings.end(), is_failure); }

Comparison unverified(std::string why) {
  Comparison out;
  out.why = std::move(why);
  return out;
}

// Sorts the candidate's findings into new ones and those that were there.
void subtract(const CheckRun& base, const CheckRun& candidate, Comparison& out) {
  auto left = keys_of(base);
  for (const Finding& finding : candidate.findings) {
    const auto known = left.find(key_of(finding));
    if (known != left.end() && known->second > 0) {
      --known->second;
      out.unchanged += is_failure(finding) ? 1 : 0;
    } else if (is_failure(finding)) {
      out.fresh.push_back(finding);
    } else if (finding.what.severity == Severity::warning) {
      out.fresh_warnings.push_back(finding);
    }
  }
  for (const auto& [key, count] : left) out.gone += count;
}

std::string shown_finding(const Finding& finding) {
  const Diagnostic& d = finding.what;
  std::string out = "  ";
  if (!d.path.empty()) out += fmt::format("{}:{}:{} ", shown_line(d.path), d.line, d.column);
  out += finding.test.empty() ? (d.severity == Severity::warning ? "warning" : "error")
                              : "failed test " + shown_line(finding.test);
  if (!d.code.empty() && finding.test.empty()) out += "[" + shown_line(d.code) + "]";
  std::string message =
      d.message.substr(0, context::floor_code_point(d.message, std::min<size_t>(d.message.size(), 600)));
  std::replace(message.begin(), message.end(), '\n', ' ');
  out += ": " + shown_line(message) + "\n";
  if (!finding.line_text.empty()) out += gutter_line(d.line, finding.line_text);
  for (size_t i = 0; i < std::min(finding.notes.size(), kNotesShown); ++i) {
    const Diagnostic& note = finding.notes[i];
    out += fmt::format("  note {}:{}: {}\n", shown_line(note.path), note.line, shown_line(note.message));
  }
  return out;
}

std::string verdict_line(const Comparison& result) {
  switch (result.verdict) {
    case Verdict::passed: return "PASSED";
    case Verdict::no_worse: return "NO WORSE than before your edits";
    case Verdict::worse: return "WORSE than before your edits";
    case Verdict::target_remains: return "the problem REMAINS";
    case Verdict::unverified: break;
  }
  return "NOT CHECKED: " + result.why;
}

bool names_one_of(const Finding& finding, std::span<const std::string> paths) {
  return std::any_of(paths.begin(), paths.end(), [&](const std::string& path) {
    return finding.what.path == path || finding.what.message.find(path) != std::string::npos ||
           finding.test.find(path) != std::string::npos;
  });
}

}  // namespace

std::string key_of(const Finding& finding) {
  if (!finding.key.empty()) return finding.key;
  const Diagnostic& what = finding.what;
  const std::string words = finding.test.empty() ? what.source + '\n' + what.path + '\n' + what.code + '\n' +
                                                       steady(what.message) + '\n' + finding.line_text
                                                 : "test\n" + what.source + '\n' + finding.test;
  return fmt::format("{:016x}", context::hash_bytes(words));
}

bool is_failure(const Finding& finding) { return finding.what.severity == Severity::error || !finding.test.empty(); }

std::string key_of_target(const CheckRun& run, const std::optional<Diagnostic>& target) {
  if (run.target) return *run.target;
  if (!target) return "";
  for (const bool by_message : {true, false}) {
    for (const Finding& finding : run.findings) {
      if (finding.what.path != target->path) continue;
      const bool same_message = !target->message.empty() && steady(finding.what.message) == steady(target->message);
      const bool same_line = is_failure(finding) && finding.what.line == target->line;
      if (by_message ? same_message : same_line) return key_of(finding);
    }
  }
  return "";
}

uint64_t said_by(const CheckRun& run) { return run.said ? *run.said : context::hash_bytes(steady(run.text)); }

bool is_judged(const Comparison& result) {
  return result.verdict == Verdict::passed || (result.verdict == Verdict::no_worse && result.target != Target::unknown);
}

Comparison compare(const CheckRun& base, const CheckRun& candidate, const std::optional<Diagnostic>& target) {
  if (base.end != CheckRun::End::exited)
    return unverified("the check cannot be run on the code as it was: " + base.why);
  if (candidate.end == CheckRun::End::not_run) return unverified("the check could not be run: " + candidate.why);
  Comparison out;
  subtract(base, candidate, out);
  out.was_passing = base.exit == 0;
  if (target) out.target = Target::unknown;
  if (const std::string key = key_of_target(base, target); !key.empty()) {
    const auto before = keys_of(base), now = keys_of(candidate);
    const auto left = now.find(key);
    out.target = left != now.end() && left->second >= before.at(key) ? Target::remains : Target::gone;
  }
  if (candidate.end == CheckRun::End::stopped) {
    out.verdict = Verdict::worse;
    out.why = "the check was stopped: " + candidate.why + "; on the code as it was it ended by itself";
  } else if (!out.fresh.empty()) {
    out.verdict = Verdict::worse;
  } else if (candidate.exit == 0) {
    out.verdict = out.target == Target::remains ? Verdict::target_remains : Verdict::passed;
  } else if (base.exit == 0) {
    out.verdict = Verdict::worse;
    out.why = fmt::format("the check ends with status {}, on the code as it was with 0", candidate.exit);
  } else if (!has_errors(candidate) && has_errors(base)) {
    out.verdict = Verdict::worse;
    out.why = "the check fails in another way than before";
  } else if (!has_errors(candidate) && said_by(candidate) != said_by(base)) {
    return unverified("the check fails with and without the change, in words that cannot be compared");
  } else {
    out.verdict = out.target == Target::remains ? Verdict::target_remains : Verdict::no_worse;
  }
  return out;
}

Rerun next_rerun(const CheckRuns& runs, const std::optional<Diagnostic>& target, std::span<const std::string> edited) {
  const Comparison first = compare(runs.base, runs.candidate, target);
  const auto may_be_unstable = [&](const Finding& f) { return !f.test.empty() && !names_one_of(f, edited); };
  const bool hangs_on_tests = first.verdict == Verdict::worse && runs.candidate.end == CheckRun::End::exited &&
                              !first.fresh.empty() &&
                              std::all_of(first.fresh.begin(), first.fresh.end(), may_be_unstable);
  if (!hangs_on_tests) return Rerun::none;
  if (!runs.candidate_again) return Rerun::candidate;
  return runs.base_again ? Rerun::none : Rerun::base;
}

Comparison settle(const CheckRuns& runs, const std::optional<Diagnostic>& target) {
  Comparison out = compare(runs.base, runs.candidate, target);
  if (out.verdict != Verdict::worse || out.fresh.empty()) return out;
  const auto failing = [](const std::optional<CheckRun>& run) {
    std::set<std::string> keys;
    if (run) {
      for (const Finding& f : run->findings) keys.insert(key_of(f));
    }
    return keys;
  };
  const std::set<std::string> base = failing(runs.base_again), again = failing(runs.candidate_again);
  std::erase_if(out.fresh, [&](const Finding& f) {
    const bool unstable = !f.test.empty() && base.contains(key_of(f));
    if (unstable) out.unstable.push_back(f.test);
    return unstable;
  });
  if (runs.candidate_again && runs.candidate_again->end == CheckRun::End::exited) {
    for (const Finding& f : out.fresh) {
      if (!f.test.empty() && !again.contains(key_of(f))) out.passed_once.push_back(f.test);
    }
  }
  if (!out.fresh.empty() || runs.candidate.end != CheckRun::End::exited) return out;
  const Verdict without = runs.base.exit == 0 ? Verdict::passed : Verdict::no_worse;
  out.verdict = out.target == Target::remains ? Verdict::target_remains : without;
  return out;
}

std::string head_and_tail(std::string_view text, size_t head, size_t tail, size_t bytes) {
  std::vector<std::string> lines;
  std::string_view last;
  size_t times = 0;
  const auto close = [&] {
    if (times > 1) lines.back() += fmt::format(" [x {}]", times);
  };
  while (!text.empty()) {
    const std::string_view line = context::take_line(text);
    if (times > 0 && line == last) {
      ++times;
      continue;
    }
    close();
    lines.push_back(shown_line(line));
    last = line;
    times = 1;
  }
  close();
  while (!lines.empty() && lines.back().empty()) lines.pop_back();
  std::string first, end;
  size_t at = 0, from = lines.size();
  while (at < std::min(head, lines.size()) && first.size() + lines[at].size() < bytes / 2) first += lines[at++] + "\n";
  while (from > at && lines.size() - from < tail && first.size() + end.size() + lines[from - 1].size() < bytes)
    end = lines[--from] + "\n" + end;
  if (from > at) first += fmt::format("[{} lines left out]\n", from - at);
  return first + end;
}

std::string check_report(const std::string& command, const CheckRun& candidate, const Comparison& result) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(candidate.took).count();
  std::string out = fmt::format("run_check: {}   ({}, {} s)\nverdict: {}\n", shown_line(command),
                                candidate.end == CheckRun::End::exited ? fmt::format("exit {}", candidate.exit)
                                : candidate.why.empty()                ? "not run"
                                                                       : candidate.why,
                                seconds, verdict_line(result));
  if (result.verdict == Verdict::worse && !result.why.empty()) out += result.why + "\n";
  if (result.target == Target::unknown && result.verdict == Verdict::no_worse)
    out += "target problem: the check does not report it, with or without your edits\n";
  if (result.target == Target::gone || result.target == Target::remains)
    out += result.target == Target::gone ? "target problem: GONE\n" : "target problem: STILL THERE\n";
  out += fmt::format("new problems: {}\n", result.fresh.size());
  for (size_t i = 0; i < std::min(result.fresh.size(), kShown); ++i) out += shown_finding(result.fresh[i]);
  if (result.fresh.size() > kShown) out += fmt::format("  [{} more]\n", result.fresh.size() - kShown);
  for (const std::string& test : result.passed_once)
    out += "  " + shown_line(test) +
           " passed when it was run again on the same code; on the code as it was it never failed\n";
  if (!result.fresh_warnings.empty()) out += fmt::format("new warnings: {}\n", result.fresh_warnings.size());
  for (size_t i = 0; i < std::min(result.fresh_warnings.size(), kShown); ++i)
    out += shown_finding(result.fresh_warnings[i]);
  if (!result.unstable.empty()) out += fmt::format("unstable tests, left out: {}\n", result.unstable.size());
  out += fmt::format("unchanged problems from before your edits: {} (not shown)\n", result.unchanged);
  if (result.verdict == Verdict::passed || result.verdict == Verdict::no_worse) return out;
  const bool unread = result.fresh.empty();
  const std::string output = head_and_tail(candidate.text, unread ? kHeadLines : 0, unread ? kTailLines : kShortTail,
                                           unread ? kOutputBytes : kOutputBytes / 4);
  return out + (unread ? "output:\n" : "output tail:\n") + (output.empty() ? "(none)\n" : output);
}

std::string check_summary(const Comparison& result) {
  const std::string unstable =
      result.unstable.empty() ? "" : fmt::format(" ({} unstable tests left out)", result.unstable.size());
  switch (result.verdict) {
    case Verdict::passed: return (result.was_passing ? "passes, as before the change" : "passes") + unstable;
    case Verdict::no_worse:
      return fmt::format("fails as before the change ({} problems), nothing new{}", result.unchanged,
                         result.target == Target::unknown
                             ? "; it does not report this problem, so it cannot tell whether that is gone"
                             : "") +
             unstable;
    case Verdict::worse: return fmt::format("{} new problems", std::max<size_t>(result.fresh.size(), 1));
    case Verdict::target_remains: return "the problem is still reported";
    case Verdict::unverified: break;
  }
  return "not checked: " + result.why;
}

}  // namespace fimd::providers::agent

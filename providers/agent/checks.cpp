#include "providers/agent/checks.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "context/hash.h"
#include "providers/agent/beneath.h"
#include "providers/agent/check_record.h"
#include "providers/agent/command_words.h"
#include "providers/agent/tool_text.h"
#include "providers/json_read.h"

namespace fimd::providers::agent {
namespace {

constexpr Duration kLeastTime = std::chrono::seconds(10);
constexpr Duration kSilence = std::chrono::minutes(2);
constexpr size_t kReadBytes = 2U << 20;  // of a source that output names
constexpr size_t kTreeEntries = 200'000;
constexpr Duration kTreeTime = std::chrono::seconds(2);
constexpr size_t kCommandHead = 60, kCommandTail = 100, kCommandBytes = 12'000;

// What no language takes, so that a check that looks at the file must fail.
constexpr std::string_view kBroken = ")]} (unreadable on purpose\n";

std::optional<std::string> text_in(const std::string& path, std::span<const ChangedFile> changed,
                                   const std::vector<ShadowFile>& unsaved, const BeneathFiles& disk) {
  const auto edited =
      std::find_if(changed.begin(), changed.end(), [&](const ChangedFile& f) { return f.path == path; });
  if (edited != changed.end()) return edited->current;
  const auto open = std::find_if(unsaved.begin(), unsaved.end(), [&](const ShadowFile& f) { return f.path == path; });
  if (open != unsaved.end()) return open->text;
  const auto read = disk.read(path, kReadBytes);
  return read ? std::optional(*read) : std::nullopt;
}

// The files as a check must see them: the agent's edits over unsaved texts.
std::vector<ShadowFile> shadow_of(std::span<const ChangedFile> changed, const std::vector<ShadowFile>& unsaved) {
  std::vector<ShadowFile> out;
  for (const ChangedFile& file : changed) out.push_back({file.path, file.current});
  for (const ShadowFile& file : unsaved) {
    const bool edited =
        std::any_of(changed.begin(), changed.end(), [&](const ChangedFile& c) { return c.path == file.path; });
    if (!edited) out.push_back(file);
  }
  return out;
}

// Nothing where the two cannot be compared.
std::vector<std::string> gone_with(const CheckRun& base, const CheckRun& candidate) {
  std::vector<std::string> out;
  if (base.end != CheckRun::End::exited || candidate.end != CheckRun::End::exited) return out;
  std::set<std::string> left;
  for (const Finding& finding : candidate.findings) left.insert(key_of(finding));
  for (const Finding& finding : base.findings) {
    if (std::string key = key_of(finding); !left.contains(key)) out.push_back(std::move(key));
  }
  return out;
}

uint64_t hash_of(std::span<const ChangedFile> changed) {
  std::string all;
  for (const ChangedFile& file : changed) all.append(file.path).append(1, '\0').append(file.current).append(1, '\0');
  return context::hash_bytes(all);
}

}  // namespace

Checks::Checks(Jail jail, CheckSettings settings, std::string root, std::vector<ShadowFile> unsaved,
               std::optional<Diagnostic> target)
    : jail_(std::move(jail)),
      settings_(std::move(settings)),
      root_(std::move(root)),
      target_(std::move(target)),
      files_(files_of_check(settings_.command, root_)) {
  const BeneathFiles disk(root_);
  for (ShadowFile& file : unsaved) {
    // A file that is written anew is built anew: only those that differ.
    const auto on_disk = disk.read(file.path, kReadBytes);
    if (!on_disk || *on_disk != file.text) unsaved_.push_back(std::move(file));
  }
}

bool Checks::protects(const std::string& path) const {
  return std::find(files_.begin(), files_.end(), path) != files_.end();
}

bool Checks::agreed(const std::vector<std::string>& argv, const std::string& reason) {
  const std::string command = joined(argv);
  if (const auto known = agreed_.find(command); known != agreed_.end()) return known->second;
  const std::string holds =
      jail_.rung == JailRung::none
          ? "There is no jail on this machine: it runs with all of your rights, on a copy of the workspace."
          : "It runs in a jail, on a copy of the workspace.";
  if (settings_.asks)
    question_ = {command, fmt::format("Run  {}\n{}{} Go on?", shown_line(command),
                                      reason.empty() ? "" : "The model says why: " + shown_line(reason) + "\n", holds)};
  return false;
}

std::optional<Checks::Question> Checks::take_question() { return std::exchange(question_, std::nullopt); }

std::vector<std::string> Checks::new_facts() { return std::exchange(facts_, {}); }

// What the check's result depends on besides the change. 0 where that is not known, and nothing is kept.
uint64_t Checks::tree() {
  if (tree_) return *tree_;
  const auto stamp = tree_stamp(root_, kTreeEntries, Clock::now() + kTreeTime);
  std::string rest = joined(settings_.command) + '\0' + name(jail_.rung) + (settings_.loopback ? "+" : "");
  for (const ShadowFile& file : unsaved_) rest.append(1, '\0').append(file.path).append(1, '\0').append(file.text);
  tree_ = stamp ? (*stamp ^ context::hash_bytes(rest)) | 1U : 0U;
  return *tree_;
}

void Checks::keep_change(const Outcome& outcome, uint64_t change) {
  if (tree() == 0) return;
  const Comparison& result = outcome.result;
  facts_.push_back(dump_json(change_record(tree(), {.change = change,
                                                    .verdict = result.verdict,
                                                    .target = result.target,
                                                    .was_passing = result.was_passing,
                                                    .unchanged = result.unchanged,
                                                    .why = result.why,
                                                    .report = outcome.report,
                                                    .gone = outcome.gone})));
}

void Checks::recall(std::span<const std::string> facts) {
  for (const std::string& fact : facts) {
    const nlohmann::json record = parse_json(fact);
    if (tree() == 0) return;
    if (auto base = read_base(record, tree())) base_ = *std::move(base);
    if (auto checked = read_change(record, tree())) {
      Outcome outcome;
      outcome.result.verdict = checked->verdict;
      outcome.result.target = checked->target;
      outcome.result.was_passing = checked->was_passing;
      outcome.result.unchanged = checked->unchanged;
      outcome.result.why = std::move(checked->why);
      outcome.report = std::move(checked->report);
      outcome.gone = std::move(checked->gone);
      last_ = std::move(outcome);
      last_change_ = checked->change;
    }
  }
}

JailRun Checks::run_in_jail(const std::vector<std::string>& argv, std::span<const ChangedFile> changed,
                            const std::stop_token& stop) {
  JailRun refused;
  if (jail_.rung == JailRung::none && !agreed(argv, "")) {
    refused.why = "there is no jail on this machine, and nobody agreed to running it without one";
    return refused;
  }
  const Duration third =
      settings_.deadline == TimePoint::max() ? settings_.limit : (settings_.deadline - Clock::now()) / 3;
  JailCommand command{.argv = argv,
                      .root = root_,
                      .directory = "",
                      .files = shadow_of(changed, unsaved_),
                      .limits = {},
                      .loopback = settings_.loopback};
  command.limits.wall = std::clamp(third, kLeastTime, std::max(settings_.limit, kLeastTime));
  command.limits.silence = std::min(kSilence, command.limits.wall);
  return run_jailed(jail_, command, stop);
}

CheckRun Checks::run(const std::vector<std::string>& argv, std::span<const ChangedFile> changed,
                     const std::stop_token& stop) {
  JailRun jailed = run_in_jail(argv, changed, stop);
  CheckRun out;
  out.why = jailed.why;
  out.took = jailed.took;
  out.exit = jailed.exit;
  out.end = jailed.end == JailRun::End::exited    ? CheckRun::End::exited
            : jailed.end == JailRun::End::stopped ? CheckRun::End::stopped
                                                  : CheckRun::End::not_run;
  const BeneathFiles disk(root_);
  const auto text_of = [&](const std::string& path) { return text_in(path, changed, unsaved_, disk); };
  out.findings = parse_check_output(jailed.output, {jailed.seen_root, "", text_of});
  out.text = plain_output(jailed.output);
  // What shells answer where there is no such program, or it cannot be run.
  if (out.end == CheckRun::End::exited && (out.exit == 127 || out.exit == 126) && out.findings.empty()) {
    out.end = CheckRun::End::not_run;
    out.why = "its command was not found: " + shown_line(out.text.substr(0, out.text.find('\n')));
  }
  return out;
}

void Checks::take_baseline(const std::stop_token& stop) {
  if (base_ || !has_check()) return;
  const auto words = with_filter(settings_.command, "");
  (void)tree();  // as it is before: the check cannot change it, the user can
  CheckRun base = run(*words, {}, stop);
  if (stop.stop_requested() || question_) return;
  base_ = std::move(base);
  if (base_->end == CheckRun::End::exited && tree() != 0)
    facts_.push_back(dump_json(base_record(tree(), *base_, target_)));
}

// Whether the check fails when the file is broken. Needed where the workspace is at another path: a build that knows
// the old one compiles the old files.
bool Checks::looks_at(const std::string& path, std::span<const ChangedFile> changed, const std::stop_token& stop) {
  if (const auto known = seen_.find(path); known != seen_.end()) return known->second;
  std::vector<ChangedFile> broken(changed.begin(), changed.end());
  for (ChangedFile& file : broken) {
    if (file.path == path) file.current.insert(0, kBroken);
  }
  const CheckRun spoilt = run(*with_filter(settings_.command, ""), broken, stop);
  const bool noticed = spoilt.end == CheckRun::End::exited && spoilt.exit != 0 &&
                       compare(*base_, spoilt, std::nullopt).verdict == Comparison::Verdict::worse;
  if (!stop.stop_requested()) seen_[path] = noticed;
  return noticed;
}

Comparison Checks::compared(CheckRun candidate, std::span<const ChangedFile> changed, const std::stop_token& stop) {
  CheckRuns runs{.base = *base_, .candidate = std::move(candidate), .base_again = base_again_, .candidate_again = {}};
  std::vector<std::string> edited;
  for (const ChangedFile& file : changed) edited.push_back(file.path);
  const auto words = with_filter(settings_.command, "");
  for (Rerun next = next_rerun(runs, target_, edited); next != Rerun::none && !stop.stop_requested();
       next = next_rerun(runs, target_, edited)) {
    if (next == Rerun::candidate) runs.candidate_again = run(*words, changed, stop);
    else base_again_ = runs.base_again = run(*words, {}, stop);
  }
  Comparison result = settle(runs, target_);
  const bool good = result.verdict == Comparison::Verdict::passed || result.verdict == Comparison::Verdict::no_worse;
  const bool elsewhere = jail_.rung == JailRung::filters || jail_.rung == JailRung::none;
  if (good && elsewhere && !edited.empty() && !looks_at(edited.front(), changed, stop)) {
    result.verdict = Comparison::Verdict::unverified;
    result.why = "the check does not notice when " + shown_line(edited.front()) + " is broken";
  }
  return result;
}

Result<Checks::Outcome> Checks::check(std::span<const ChangedFile> changed, const std::string& filter,
                                      const std::stop_token& stop) {
  const auto words = with_filter(settings_.command, filter);
  if (!words) return tl::unexpected(words.error());
  const uint64_t change = hash_of(changed);
  if (filter.empty() && last_ && last_change_ == change) return *last_;
  take_baseline(stop);
  if (question_) return fail(Error::Code::refused, "an answer of the user is missing");
  CheckRun candidate;
  if (base_ && base_->end == CheckRun::End::exited) candidate = run(*words, changed, stop);
  if (stop.stop_requested() || !base_) return fail(Error::Code::cancelled, "the check was cancelled");
  if (question_) return fail(Error::Code::refused, "an answer of the user is missing");
  Outcome out;
  out.result = filter.empty() ? compared(candidate, changed, stop) : compare(*base_, candidate, target_);
  out.report = check_report(joined(*words), candidate, out.result);
  if (filter.empty()) out.gone = gone_with(*base_, candidate);
  if (stop.stop_requested()) return fail(Error::Code::cancelled, "the check was cancelled");
  if (filter.empty()) {
    last_ = out;
    last_change_ = change;
    keep_change(out, change);
  }
  return out;
}

Result<std::string> Checks::command(const std::vector<std::string>& argv, const std::string& reason,
                                    std::span<const ChangedFile> changed, const std::stop_token& stop) {
  if (settings_.commands == Commands::off) return fail(Error::Code::refused, "commands are switched off");
  if (settings_.commands == Commands::ask && !agreed(argv, reason))
    return fail(Error::Code::refused, "the user did not agree to: " + shown_line(joined(argv)));
  const JailRun run = run_in_jail(argv, changed, stop);
  if (run.end == JailRun::End::cancelled) return fail(Error::Code::cancelled, run.why);
  if (run.end == JailRun::End::not_run) return fail(Error::Code::io, "not run: " + run.why);
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(run.took).count();
  const std::string ended = run.end == JailRun::End::stopped ? "stopped: " + run.why : fmt::format("exit {}", run.exit);
  return fmt::format("{}   ({}, {} s)\n", shown_line(joined(argv)), ended, seconds) +
         head_and_tail(plain_output(run.output), kCommandHead, kCommandTail, kCommandBytes);
}

}  // namespace fimd::providers::agent

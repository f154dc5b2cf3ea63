#include "providers/agent/check_record.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "providers/json_read.h"

namespace fimd::providers::agent {
namespace {

using nlohmann::json;
using Verdict = Comparison::Verdict;
using Target = Comparison::Target;

constexpr int64_t kLastVerdict = static_cast<int64_t>(Verdict::unverified),
                  kLastTarget = static_cast<int64_t>(Target::remains);

// JSON's numbers are too small for them.
std::string check_hex(uint64_t hash) { return fmt::format("{:016x}", hash); }
uint64_t check_hex_at(const json& record, const char* key) {
  return std::strtoull(std::string(string_at(record, key)).c_str(), nullptr, 16);
}

bool is_check_of(const json& record, std::string_view what, uint64_t tree) {
  return string_at(record, "type") == "check" && string_at(record, "of") == what &&
         check_hex_at(record, "tree") == tree;
}

}  // namespace

json base_record(uint64_t tree, const CheckRun& base, const std::optional<Diagnostic>& target) {
  json out = {{"type", "check"},
              {"of", "before"},
              {"tree", check_hex(tree)},
              {"exit", base.exit},
              {"said", check_hex(said_by(base))},
              {"target", key_of_target(base, target)},
              {"found", json::array()}};
  for (const Finding& finding : base.findings) out["found"].push_back({key_of(finding), is_failure(finding)});
  return out;
}

json change_record(uint64_t tree, const CheckedChange& checked) {
  json out = {{"type", "check"},
              {"of", "change"},
              {"tree", check_hex(tree)},
              {"change", check_hex(checked.change)},
              {"verdict", static_cast<int>(checked.verdict)},
              {"target", static_cast<int>(checked.target)},
              {"unchanged", checked.unchanged},
              {"why", checked.why},
              {"report", checked.report},
              {"gone", checked.gone}};
  if (checked.was_passing) out["was_passing"] = true;
  return out;
}

std::optional<CheckRun> read_base(const json& record, uint64_t tree) {
  const json* found = member(record, "found");
  if (!is_check_of(record, "before", tree) || found == nullptr || !found->is_array()) return std::nullopt;
  CheckRun out;
  out.end = CheckRun::End::exited;
  out.exit = static_cast<int>(count_at(record, "exit").value_or(1));
  out.said = check_hex_at(record, "said");
  out.target = std::string(string_at(record, "target"));
  for (const json& each : *found) {
    if (!each.is_array() || each.size() != 2 || !each[0].is_string() || !each[1].is_boolean()) return std::nullopt;
    Finding& finding = out.findings.emplace_back();
    finding.key = each[0].get<std::string>();
    finding.what.severity = each[1].get<bool>() ? Severity::error : Severity::warning;
  }
  return out;
}

std::optional<CheckedChange> read_change(const json& record, uint64_t tree) {
  if (!is_check_of(record, "change", tree)) return std::nullopt;
  CheckedChange out;
  out.change = check_hex_at(record, "change");
  out.verdict = static_cast<Verdict>(std::min(count_at(record, "verdict").value_or(kLastVerdict), kLastVerdict));
  out.target = static_cast<Target>(std::min(count_at(record, "target").value_or(0), kLastTarget));
  out.was_passing = true_at(record, "was_passing");
  out.unchanged = static_cast<size_t>(count_at(record, "unchanged").value_or(0));
  out.why = string_at(record, "why");
  out.report = string_at(record, "report");
  if (const json* gone = member(record, "gone"); gone && gone->is_array()) {
    for (const json& each : *gone) {
      if (each.is_string()) out.gone.push_back(each.get<std::string>());
    }
  }
  return out;
}

}  // namespace fimd::providers::agent

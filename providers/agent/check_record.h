// What checks have found, as the journal of a task holds it: enough to compare with, so that a task that was cut off
// need not run them again. Of the output itself nothing is in it but hashes, and the report that the model was given.
// Pure.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "providers/agent/baseline.h"

namespace fimd::providers::agent {

// The check on the code as it was. `tree`: what the code was, as a hash of it.
[[nodiscard]] nlohmann::json base_record(uint64_t tree, const CheckRun& base, const std::optional<Diagnostic>& target);

// The check on a change.
struct CheckedChange {
  uint64_t change = 0;  // a hash of it
  Comparison::Verdict verdict = Comparison::Verdict::unverified;
  Comparison::Target target = Comparison::Target::none;
  bool was_passing = false;
  size_t unchanged = 0;
  std::string why, report;
  std::vector<std::string> gone;
};
[[nodiscard]] nlohmann::json change_record(uint64_t tree, const CheckedChange& checked);

// nullopt: the record is another one, or of another tree.
[[nodiscard]] std::optional<CheckRun> read_base(const nlohmann::json& record, uint64_t tree);
[[nodiscard]] std::optional<CheckedChange> read_change(const nlohmann::json& record, uint64_t tree);

}  // namespace fimd::providers::agent

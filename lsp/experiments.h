// Experiments: a workspace tries a changed configuration on some days, so that arms can be compared in fimd stats.
//
// One list of experiments parts the days of a workspace among its arms: each experiment's share, and "control" for the
// rest. The arm is drawn from the experiments' names, the workspace and the day (UTC): it stays for that day, in all
// processes. Pure, but for today().
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "lsp/config.h"

namespace fimd::lsp {

inline constexpr const char* kControl = "control";

// "2026-11-30", UTC.
[[nodiscard]] std::string today();

// What is wrong with the value of the key "experiments": names, shares, and overrides that are no configuration.
void check_experiments(const nlohmann::json& list, const std::string& source, std::vector<ConfigProblem>& problems);

// What overrides would widen beyond `outer`, the configuration without them and without workspace files: what may be
// sent where and cost. Takes a list that check_experiments() has found good.
void check_widening(const nlohmann::json& list, const nlohmann::json& outer, const std::string& source,
                    std::vector<ConfigProblem>& problems);

// The arm of a workspace on a day; empty when there are no experiments.
[[nodiscard]] std::string arm_of(const nlohmann::json& list, const std::string& workspace, const std::string& day);

// Whether an arm of that name is in the list.
[[nodiscard]] bool has_arm(const nlohmann::json& list, const std::string& arm);

// What an arm changes in `merged`, narrowed where that is narrower; an empty object for "control".
[[nodiscard]] nlohmann::json override_of(const nlohmann::json& list, const std::string& arm,
                                         const nlohmann::json& merged);

}  // namespace fimd::lsp

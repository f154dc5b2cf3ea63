#include "lsp/experiments.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <set>

#include "context/hash.h"
#include "lsp/config_rules.h"

namespace fimd::lsp {
namespace {

using nlohmann::json;

constexpr size_t kLongestName = 40;  // bytes

bool is_arm_name(const std::string& name) {
  return !name.empty() && name.size() <= kLongestName && name != kControl &&
         std::all_of(name.begin(), name.end(),
                     [](unsigned char c) { return std::isalnum(c) || c == '-' || c == '_' || c == '.'; });
}

std::string path_of(size_t i) {
  return fmt::format("experiments[{}]", i);
}

// The first thing that is wrong with one experiment, or empty; `at` becomes the path of it.
std::string fault_of(const json& each, std::string& at, std::set<std::string>& names, double& shares) {
  if (!each.is_object()) return "is not an object";
  for (const auto& [key, value] : each.items()) {
    if (key == "name" || key == "split" || key == "override") continue;
    at += "." + key;
    return "is not a key of an experiment: name, split, override";
  }
  const std::string here = at;
  at = here + ".name";
  if (!each.contains("name") || !each["name"].is_string()) return "is missing or not a text";
  const std::string name = each["name"].get<std::string>();
  if (!is_arm_name(name)) return R"(is "control", too long, or not made of letters, digits, "-", "_" and ".")";
  if (!names.insert(name).second) return "is the name of another experiment too";
  at = here + ".split";
  if (!each.contains("split") || !each["split"].is_number()) return "is missing or not a number";
  const double split = each["split"].get<double>();
  if (!(split > 0 && split <= 1)) return "is not above 0 and at most 1";
  shares += split;
  if (shares > 1 + 1e-9) return "makes the shares of all experiments more than 1";
  at = here + ".override";
  if (!each.contains("override") || !each["override"].is_object()) return "is missing or not an object";
  if (each["override"].contains("experiments")) return "holds experiments of its own";
  return "";
}

// The part of an override that is about what is sent where and what it may cost.
json guarded(const json& override) {
  json part = json::object();
  for (const auto& [group, name] : {std::pair{"agent", "commands"},
                                    {"agent", "max_cost_usd"},
                                    {"agent", "max_tokens"},
                                    {"budgets", "usd_per_day"},
                                    {"privacy", "exclude"},
                                    {"privacy", "jurisdictions"},
                                    {"privacy", "ledger"},
                                    {"privacy", "secrets"}}) {
    if (override.contains(group) && override[group].contains(name) && !override[group][name].is_null()) {
      part[group][name] = override[group][name];
    }
  }
  return part;
}

// Where a provider's text goes is not for an experiment to move: its privacy rules were chosen for the place.
void check_places(const json& override, const json& outer, const std::string& path, const std::string& source,
                  std::vector<ConfigProblem>& problems) {
  if (!override.contains("providers")) return;
  for (const auto& [name, provider] : override["providers"].items()) {
    if (!provider.is_object()) continue;
    const bool known = outer.contains("providers") && outer["providers"].contains(name);
    for (const char* key : {"jurisdiction", "kind", "unix_socket", "url"}) {
      if (!provider.contains(key) || provider[key].is_null()) continue;
      const bool same =
          known && outer["providers"][name].contains(key) && outer["providers"][name][key] == provider[key];
      if (same || (!known && std::string_view(key) != "jurisdiction")) continue;
      problems.push_back({fmt::format("{}.override.providers.{}.{}", path, name, key), source,
                          "may not be changed by an experiment", true});
    }
  }
}

}  // namespace

std::string today() {
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  return fmt::format("{:%Y-%m-%d}", fmt::gmtime(now));
}

void check_experiments(const json& list, const std::string& source, std::vector<ConfigProblem>& problems) {
  if (!list.is_array()) {
    problems.push_back({"experiments", source, "is not a list of objects", true});
    return;
  }
  std::set<std::string> names;
  double shares = 0;
  for (size_t i = 0; i < list.size(); ++i) {
    std::string at = path_of(i);
    if (std::string what = fault_of(list[i], at, names, shares); !what.empty()) {
      problems.push_back({at, source, what, true});
      return;  // what follows may only follow from it
    }
    for (ConfigProblem& problem : check_config(list[i]["override"], source)) {
      problem.path = at + "." + problem.path;
      problem.fatal = true;  // an arm with a misspelt key would be measured as if it did something
      problems.push_back(std::move(problem));
    }
  }
}

void check_widening(const json& list, const json& outer, const std::string& source,
                    std::vector<ConfigProblem>& problems) {
  for (size_t i = 0; i < list.size(); ++i) {
    const json& override = list[i]["override"];
    std::vector<ConfigProblem> wider;
    static_cast<void>(narrowed(guarded(override), outer, source, wider));
    for (const ConfigProblem& each : wider) {
      problems.push_back(
          {path_of(i) + ".override." + each.path, source, "may only be narrowed by an experiment", true});
    }
    check_places(override, outer, path_of(i), source, problems);
  }
}

std::string arm_of(const json& list, const std::string& workspace, const std::string& day) {
  if (!list.is_array() || list.empty()) return "";
  std::string drawn_from;  // other experiments are drawn anew
  for (const json& each : list) drawn_from += each["name"].get<std::string>() + "\n";
  drawn_from += workspace + "\n" + day;
  const double at =
      static_cast<double>(context::hash_bytes(drawn_from) >> 11U) / static_cast<double>(uint64_t{1} << 53U);
  double end = 0;
  for (const json& each : list) {
    end += each["split"].get<double>();
    if (at < end) return each["name"].get<std::string>();
  }
  return kControl;
}

bool has_arm(const json& list, const std::string& arm) {
  if (!list.is_array() || list.empty()) return false;
  return arm == kControl ||
         std::any_of(list.begin(), list.end(), [&](const json& each) { return each["name"] == arm; });
}

json override_of(const json& list, const std::string& arm, const json& merged) {
  if (!list.is_array()) return json::object();
  const auto found = std::find_if(list.begin(), list.end(), [&](const json& each) { return each["name"] == arm; });
  if (found == list.end()) return json::object();
  json override = (*found)["override"];
  const json part = guarded(override);
  std::vector<ConfigProblem> silent;  // a workspace file may be narrower than the experiment
  const json kept = narrowed(part, merged, "", silent);
  for (const auto& [group, members] : part.items()) {
    for (const auto& [name, value] : members.items()) {
      override[group].erase(name);
      if (kept.contains(group) && kept[group].contains(name)) override[group][name] = kept[group][name];
    }
  }
  return override;
}

}  // namespace fimd::lsp

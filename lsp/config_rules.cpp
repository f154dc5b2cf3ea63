#include "lsp/config_rules.h"

#include <fmt/format.h>

#include <algorithm>

#include "lsp/edit_distance.h"
#include "lsp/experiments.h"

namespace fimd::lsp {
namespace {

using nlohmann::json;
using Type = Key::Type;

std::vector<std::string> split(std::string_view text, char by) {
  std::vector<std::string> parts;
  size_t from = 0;
  while (from <= text.size()) {
    const size_t to = std::min(text.find(by, from), text.size());
    if (to > from) parts.emplace_back(text.substr(from, to - from));
    from = to + 1;
  }
  return parts;
}

bool path_matches(const std::vector<std::string>& pattern, const std::vector<std::string>& path, size_t length) {
  if (pattern.size() < length) return false;
  for (size_t i = 0; i < length; ++i) {
    if (pattern[i] != "*" && pattern[i] != path[i]) return false;
  }
  return true;
}

// The key of a path; `inner` is set when the path is a group of keys instead.
const Key* find_key(const std::vector<std::string>& path, bool& inner) {
  inner = path.empty();
  for (const Key& key : config_keys()) {
    const auto pattern = split(key.path, '.');
    if (!path_matches(pattern, path, path.size())) continue;
    if (pattern.size() == path.size()) return &key;
    inner = true;
  }
  return nullptr;
}

std::string nearest_name(const std::vector<std::string>& path) {
  std::string best;
  size_t best_distance = 3;
  for (const Key& key : config_keys()) {
    const auto pattern = split(key.path, '.');
    if (pattern.size() < path.size() || !path_matches(pattern, path, path.size() - 1)) continue;
    const size_t distance = edit_distance<std::string_view>(pattern[path.size() - 1], path.back());
    if (distance < best_distance) {
      best_distance = distance;
      best = pattern[path.size() - 1];
    }
  }
  return best;
}

std::string dotted(const std::vector<std::string>& path) { return fmt::format("{}", fmt::join(path, ".")); }

std::string allowed(std::string_view choices) {
  return fmt::format("\"{}\"", fmt::join(split(choices, '|'), "\", \""));
}

bool is_choice(std::string_view choices, const std::string& value) {
  const auto known = split(choices, '|');
  return choices.empty() || std::find(known.begin(), known.end(), value) != known.end();
}

// What is wrong with a value, or empty.
std::string fault(const Key& key, const json& value) {
  switch (key.type) {
    case Type::boolean: return value.is_boolean() ? "" : "is not true or false";
    case Type::integer:
    case Type::number: {
      if (key.type == Type::integer ? !value.is_number_integer() : !value.is_number()) {
        return key.type == Type::integer ? "is not a whole number" : "is not a number";
      }
      const double number = value.get<double>();
      if (key.low < key.high && (number < key.low || number > key.high)) {
        return fmt::format("is not between {} and {}", key.low, key.high);
      }
      return "";
    }
    case Type::string:
      if (!value.is_string()) return "is not a text";
      return is_choice(key.choices, value.get<std::string>()) ? "" : "is none of " + allowed(key.choices);
    case Type::strings:
      if (!value.is_array()) return "is not a list of texts";
      for (const auto& entry : value) {
        if (!entry.is_string()) return "is not a list of texts";
        if (!is_choice(key.choices, entry.get<std::string>()))
          return "holds an entry that is none of " + allowed(key.choices);
      }
      return "";
    case Type::command:
      if (value.is_string()) return "";
      if (!value.is_array() ||
          !std::all_of(value.begin(), value.end(), [](const json& word) { return word.is_string(); })) {
        return "is neither a text nor a list of texts";
      }
      return "";
    case Type::map:
      if (!value.is_object()) return "is not an object";
      for (const auto& entry : value) {
        if (!entry.is_string()) return "has a member that is not a text";
      }
      return "";
    case Type::experiments: return "";  // check_experiments()
  }
  return "";
}

void check_at(const json& value, std::vector<std::string>& path, const std::string& source,
              std::vector<ConfigProblem>& problems) {
  if (value.is_null()) return;
  bool inner = false;
  if (const Key* key = find_key(path, inner)) {
    if (key->type == Type::experiments) return check_experiments(value, source, problems);
    if (std::string what = fault(*key, value); !what.empty()) problems.push_back({dotted(path), source, what, true});
    return;
  }
  if (!inner) {
    const std::string nearest = nearest_name(path);
    problems.push_back(
        {dotted(path), source,
         nearest.empty() ? "is not a key of fimd" : fmt::format("is not a key of fimd; is it \"{}\"?", nearest),
         false});
    return;
  }
  if (!value.is_object()) {
    problems.push_back({path.empty() ? "(root)" : dotted(path), source, "is not an object", true});
    return;
  }
  for (const auto& [name, member] : value.items()) {
    path.push_back(name);
    check_at(member, path, source, problems);
    path.pop_back();
  }
}

json* descend(json& root, const std::vector<std::string>& path) {
  json* at = &root;
  for (const auto& name : path) at = &(*at)[name];
  return at;
}

bool contains(const json& list, const json& entry) { return std::find(list.begin(), list.end(), entry) != list.end(); }

// The part of `value` that a workspace file may set over `outer`; nullopt-like null and a reason if nothing.
json narrow_value(const Key& key, const json& value, const json& outer, std::string& why) {
  switch (key.widening) {
    case Widening::none: return value;
    case Widening::never: why = "may not be set by a workspace file"; return nullptr;
    case Widening::lower:
      if (outer.is_number() && value.is_number() && value.get<double>() > outer.get<double>()) {
        why = "may only be lowered by a workspace file";
        return nullptr;
      }
      return value;
    case Widening::stricter: {
      const auto known = split(key.choices, '|');
      const auto rank = [&](const json& choice) {
        return std::find(known.begin(), known.end(), choice.is_string() ? choice.get<std::string>() : "") -
               known.begin();
      };
      if (rank(value) >= rank(outer)) return value;
      why = "may only be made stricter by a workspace file";
      return nullptr;
    }
    case Widening::shrink: {
      json kept = json::array();
      for (const auto& entry : value) {
        if (contains(outer, entry)) kept.push_back(entry);
        else why = "may only be narrowed by a workspace file";
      }
      return kept;
    }
    case Widening::grow: {
      json all = outer.is_array() ? outer : json::array();
      for (const auto& entry : value) {
        // A pattern that takes others back would take back the user's own.
        if (entry.is_string() && entry.get_ref<const std::string&>().starts_with('!')) {
          why = "may not take patterns back in a workspace file";
        } else if (!contains(all, entry)) {
          all.push_back(entry);
        }
      }
      return all;
    }
  }
  return nullptr;
}

struct Narrowing {
  const json& outer;
  const std::string& source;
  std::vector<ConfigProblem>& problems;
  json kept = json::object();
};

void narrow_at(const json& value, std::vector<std::string>& path, Narrowing& n) {
  bool inner = false;
  const Key* key = find_key(path, inner);
  if (!key) {
    if (!inner || !value.is_object()) return;
    for (const auto& [name, member] : value.items()) {
      path.push_back(name);
      narrow_at(member, path, n);
      path.pop_back();
    }
    return;
  }
  const json* outer = &n.outer;
  static const json kNone;
  for (const auto& name : path) outer = outer->is_object() && outer->contains(name) ? &(*outer)[name] : &kNone;
  std::string why;
  json kept = narrow_value(*key, value, *outer, why);
  if (!why.empty()) n.problems.push_back({dotted(path), n.source, why, false});
  if (!kept.is_null()) *descend(n.kept, path) = std::move(kept);
}

}  // namespace

json default_config() {
  json root = json::object();
  for (const Key& key : config_keys()) {
    if (key.path.find('*') != std::string_view::npos) continue;
    *descend(root, split(key.path, '.')) = json::parse(key.fallback);
  }
  root["providers"] = json::object();
  return root;
}

std::vector<ConfigProblem> check_config(const json& value, const std::string& source) {
  std::vector<ConfigProblem> problems;
  std::vector<std::string> path;
  check_at(value, path, source, problems);
  return problems;
}

json narrowed(const json& workspace, const json& outer, const std::string& source,
              std::vector<ConfigProblem>& problems) {
  Narrowing n{outer, source, problems};
  std::vector<std::string> path;
  narrow_at(workspace, path, n);
  // A workspace file may name only providers that the user has.
  if (n.kept.contains("completion") && n.kept["completion"].contains("providers")) {
    json names = json::array();
    for (const auto& name : n.kept["completion"]["providers"]) {
      const bool known =
          name == "auto" || name == "builtin" ||
          (outer.contains("providers") && name.is_string() && outer["providers"].contains(name.get<std::string>()));
      if (known) names.push_back(name);
      else
        problems.push_back({"completion.providers", source, "names a provider that the user has not defined", false});
    }
    if (names.empty()) n.kept["completion"].erase("providers");
    else n.kept["completion"]["providers"] = names;
  }
  return std::move(n.kept);
}

void merge_config(json& into, const json& later) {
  for (const auto& [name, value] : later.items()) {
    if (value.is_null()) continue;
    if (value.is_object() && into.contains(name) && into[name].is_object()) {
      merge_config(into[name], value);
    } else {
      into[name] = value;
    }
  }
}

json config_schema() {
  json root = {{"$schema", "https://json-schema.org/draft/2020-12/schema"},
               {"title", "fimd configuration"}, {"type", "object"}, {"properties", json::object()}};
  for (const Key& key : config_keys()) {
    json* at = &root;
    for (const auto& name : split(key.path, '.')) {
      (*at)["type"] = "object";
      at = name == "*" ? &(*at)["additionalProperties"] : &(*at)["properties"][name];
    }
    static const json kTypes[] = {"boolean", "integer",           "number", "string", "array",
                                  "object",  {"string", "array"}, "array"};
    json& leaf = *at;
    leaf["type"] = kTypes[static_cast<size_t>(key.type)];
    leaf["description"] = key.text;
    if (key.fallback != "null") leaf["default"] = json::parse(key.fallback);
    const bool list = key.type == Type::strings || key.type == Type::command;
    json& values = list ? leaf["items"] : leaf;
    if (list) values["type"] = "string";
    if (key.type == Type::experiments) {
      leaf["items"] = {{"type", "object"}, {"required", {"name", "split", "override"}}, {"additionalProperties", false},
                       {"properties", {{"name", {{"type", "string"}}},
                                       {"split", {{"type", "number"}, {"exclusiveMinimum", 0}, {"maximum", 1}}},
                                       {"override", {{"type", "object"}}}}}};
    }
    if (key.type == Type::map) leaf["additionalProperties"]["type"] = "string";
    if (!key.choices.empty()) values["enum"] = split(key.choices, '|');
    if (key.low < key.high) {
      leaf["minimum"] = key.low;
      leaf["maximum"] = key.high;
    }
  }
  return root;
}

}  // namespace fimd::lsp

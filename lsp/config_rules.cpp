#include "lsp/config_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace fimd::lsp {
namespace {

using nlohmann::json;
using Type = Key::Type;

const std::vector<Key> kKeys = {
    {"completion.providers", Type::strings, R"(["auto"])", 0, 0, "", Widening::none,
     "Providers to ask, in this order. \"auto\": what is there, see README. \"builtin\" needs no server."},
    {"completion.soft_ms", Type::integer, "150", 1, 60000, "", Widening::lower,
     "Milliseconds after which an answer leaves as soon as anything acceptable has arrived."},
    {"completion.hard_ms", Type::integer, "200", 1, 60000, "", Widening::lower,
     "Milliseconds after which an answer leaves in all cases."},
    {"completion.hedge", Type::boolean, "true", 0, 0, "", Widening::none,
     "Whether a second provider is asked when the first is later than usual; the first to answer wins."},
    {"completion.speculate", Type::string, R"("local")", 0, 0, "off|local|all", Widening::none,
     "Whether the model is asked while you type, before the editor asks: never, local providers only, or all."},
    {"completion.max_lines", Type::integer, "16", 1, 200, "", Widening::none, "Longest suggestion, in lines."},
    {"completion.popup", Type::string, R"("auto")", 0, 0, "auto|on|off", Widening::none,
     "Suggestions in the completion popup: only for editors without ghost text, always, or never."},
    {"completion.disable.languages", Type::strings, "[]", 0, 0, "", Widening::none,
     "Language ids without completion."},
    {"completion.disable.globs", Type::strings, "[]", 0, 0, "", Widening::none,
     "Files without completion (gitignore patterns, relative to the workspace folder)."},
    {"completion.disable.in", Type::strings, "[]", 0, 0, "comment|string", Widening::none,
     "Places without completion: \"comment\", \"string\"."},
    {"providers.*.kind", Type::string, "null", 0, 0,
     "llama.cpp|ollama|mistral|openai|vllm|sglang|lmstudio|deepseek|mercury|tgi|huggingface|tabby|chat|openrouter|anthropic|builtin",
     Widening::never, "What the server speaks."},
    {"providers.*.via", Type::string, "null", 0, 0, "completions|chat", Widening::never,
     "\"chat\": the model only chats; it is shown the text with a hole, and the fill is taken out of its answer."},
    {"providers.*.path", Type::string, "null", 0, 0, "", Widening::never,
     "Path of the endpoint after the url, with its query; default: that of the kind."},
    {"providers.*.api_key_header", Type::string, "null", 0, 0, "", Widening::never,
     "Header that holds the key as it is; default: \"Authorization\" with \"Bearer\", for kind anthropic \"x-api-key\"."},
    {"providers.*.session_header", Type::string, "null", 0, 0, "", Widening::never,
     "Header with a value that stays the same for a workspace and tells nothing about it, for routers in front of servers."},
    {"providers.*.session_user", Type::boolean, "null", 0, 0, "", Widening::never,
     "The same value as the \"user\" field of the request, where the kind has one."},
    {"providers.*.url", Type::string, "null", 0, 0, "", Widening::never, "Base URL of the server."},
    {"providers.*.unix_socket", Type::string, "null", 0, 0, "", Widening::never, "Path of the server's unix socket."},
    {"providers.*.model", Type::string, "null", 0, 0, "", Widening::never, "Model name as the server knows it."},
    {"providers.*.api_key_env", Type::string, "null", 0, 0, "", Widening::never,
     "Environment variable that holds the key."},
    {"providers.*.api_key_file", Type::string, "null", 0, 0, "", Widening::never,
     "File that holds the key; only its owner may be able to read it."},
    {"providers.*.fim_template", Type::string, "null", 0, 0, "", Widening::never,
     "Family of the FIM prompt, where fimd writes it; default: from the model's name."},
    {"providers.*.jurisdiction", Type::string, "null", 0, 0, "", Widening::never,
     "Where the text goes: \"local\", \"eu\", \"us\", \"cn\" ...; default: from the kind and the host."},
    {"providers.*.context", Type::integer, "null", 64, 10000000, "", Widening::never,
     "Context size in tokens; default: asked from the server."},
    {"providers.*.max_tokens", Type::integer, "null", 1, 4096, "", Widening::never, "Longest answer in tokens."},
    {"providers.*.temperature", Type::number, "null", 0, 2, "", Widening::never, "Sampling temperature."},
    {"providers.*.price.input", Type::number, "null", 0, 100000, "", Widening::never,
     "US dollars for a million tokens of input; default: a list of known models."},
    {"providers.*.price.cached", Type::number, "null", 0, 100000, "", Widening::never,
     "The same for input that the server had kept from an earlier request; default: the price of input."},
    {"providers.*.price.output", Type::number, "null", 0, 100000, "", Widening::never, "The same for output."},
    {"providers.*.headers", Type::map, "null", 0, 0, "", Widening::never, "Further HTTP headers."},
    {"agent.provider", Type::string, "null", 0, 0, "", Widening::never,
     "The provider whose chat model repairs code (fimd fix)."},
    {"agent.max_steps", Type::integer, "40", 1, 1000, "", Widening::lower, "Most requests for one repair."},
    {"agent.max_tokens", Type::integer, "1000000", 1000, 1000000000, "", Widening::lower,
     "Most tokens for one repair, sent and received together."},
    {"agent.max_cost_usd", Type::number, "1", 0, 10000, "", Widening::lower,
     "US dollars that one repair may cost, where the price of the model is known; 0: no limit."},
    {"agent.tools", Type::boolean, "true", 0, 0, "", Widening::none,
     "Whether the model calls tools through its API; false: in its text. Found out where the server says that it takes none."},
    {"agent.max_minutes", Type::integer, "10", 1, 600, "", Widening::lower, "Longest time for one repair."},
    {"agent.check", Type::command, "[]", 0, 0, "", Widening::never,
     "The command that a repair must pass, as a list of words, or a text that is split at blanks (there is no shell). It "
     "runs in a jail, on a copy of the workspace; \"{filter}\" stands for one test's name."},
    {"agent.check_minutes", Type::integer, "5", 1, 120, "", Widening::lower, "Longest time for one run of agent.check."},
    {"agent.commands", Type::string, R"("off")", 0, 0, "allow|ask|off", Widening::stricter,
     "Whether the agent's model may run programs of its choice in the jail: never, each after a question on the terminal, "
     "or without asking."},
    {"context.max_tokens", Type::integer, "2048", 64, 1000000, "", Widening::lower,
     "Tokens of the prompt: text before and after the cursor, and as many again of pieces of other files."},
    {"context.max_snippets", Type::integer, "32", 0, 1000, "", Widening::lower,
     "Pieces of other files in the prompt at most; 0: none."},
    {"context.whole_repository", Type::boolean, "false", 0, 0, "", Widening::never,
     "Send whole files of the workspace, as many as the model's context takes, instead of pieces: for providers with a "
     "very long context and a prompt cache."},
    {"privacy.exclude", Type::strings,
     "[]", 0, 0, "", Widening::grow,
     "Further files whose text never goes to a provider that is not local (gitignore patterns); environment files, keys, "
     "credentials and the like never do."},
    {"privacy.secrets", Type::string, R"("redact")", 0, 0, "off|redact|block", Widening::stricter,
     "What happens to keys, tokens and passwords in text for a provider that is not local: a placeholder goes instead, "
     "nothing is sent at all, or they are sent as they are."},
    {"privacy.jurisdictions", Type::strings, R"(["local", "eu"])", 0, 0, "", Widening::shrink,
     "Jurisdictions that may receive text of this workspace; \"local\" always may."},
    {"privacy.ledger", Type::boolean, "true", 0, 0, "", Widening::never,
     "Whether it is kept what was sent where (never text); see fimd ledger and fimd stats."},
    {"budgets.usd_per_day", Type::number, "5", 0, 100000, "", Widening::lower,
     "US dollars: when the requests of a day (of all editors) have cost so much, providers that cost money are not asked any more."},
    {"index.max_file_kb", Type::integer, "1024", 1, 65536, "", Widening::lower, "Largest file that is indexed, in KiB."},
    {"index.max_files", Type::integer, "200000", 1, 10000000, "", Widening::lower, "Most files that are indexed."},
    {"log.level", Type::string, R"("info")", 0, 0, "trace|debug|info|warn|error|off", Widening::never,
     "Lowest level that is logged; debug may log text of your files."},
    {"log.file", Type::string, "null", 0, 0, "", Widening::never, "Log file; default: stderr."},
};

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
  for (const Key& key : kKeys) {
    const auto pattern = split(key.path, '.');
    if (!path_matches(pattern, path, path.size())) continue;
    if (pattern.size() == path.size()) return &key;
    inner = true;
  }
  return nullptr;
}

size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), size_t{0});
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
    }
  }
  return row.back();
}

std::string nearest_name(const std::vector<std::string>& path) {
  std::string best;
  size_t best_distance = 3;
  for (const Key& key : kKeys) {
    const auto pattern = split(key.path, '.');
    if (pattern.size() < path.size() || !path_matches(pattern, path, path.size() - 1)) continue;
    const size_t distance = edit_distance(pattern[path.size() - 1], path.back());
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
        if (!is_choice(key.choices, entry.get<std::string>())) return "holds an entry that is none of " + allowed(key.choices);
      }
      return "";
    case Type::command:
      if (value.is_string()) return "";
      if (!value.is_array() || !std::all_of(value.begin(), value.end(), [](const json& word) { return word.is_string(); })) {
        return "is neither a text nor a list of texts";
      }
      return "";
    case Type::map:
      if (!value.is_object()) return "is not an object";
      for (const auto& entry : value) {
        if (!entry.is_string()) return "has a member that is not a text";
      }
      return "";
  }
  return "";
}

void check_at(const json& value, std::vector<std::string>& path, const std::string& source,
              std::vector<ConfigProblem>& problems) {
  if (value.is_null()) return;
  bool inner = false;
  if (const Key* key = find_key(path, inner)) {
    if (std::string what = fault(*key, value); !what.empty()) problems.push_back({dotted(path), source, what, true});
    return;
  }
  if (!inner) {
    const std::string nearest = nearest_name(path);
    problems.push_back({dotted(path), source,
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
      const auto rank = [&](const json& choice) { return std::find(known.begin(), known.end(), choice.is_string() ? choice.get<std::string>() : "") - known.begin(); };
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

const std::vector<Key>& config_keys() { return kKeys; }

json default_config() {
  json root = json::object();
  for (const Key& key : kKeys) {
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
      const bool known = name == "auto" || name == "builtin" ||
                         (outer.contains("providers") && name.is_string() && outer["providers"].contains(name.get<std::string>()));
      if (known) names.push_back(name);
      else problems.push_back({"completion.providers", source, "names a provider that the user has not defined", false});
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
  for (const Key& key : kKeys) {
    json* at = &root;
    for (const auto& name : split(key.path, '.')) {
      (*at)["type"] = "object";
      at = name == "*" ? &(*at)["additionalProperties"] : &(*at)["properties"][name];
    }
    static const json kTypes[] = {"boolean", "integer", "number", "string", "array", "object", {"string", "array"}};
    json& leaf = *at;
    leaf["type"] = kTypes[static_cast<size_t>(key.type)];
    leaf["description"] = key.text;
    if (key.fallback != "null") leaf["default"] = json::parse(key.fallback);
    const bool list = key.type == Type::strings || key.type == Type::command;
    json& values = list ? leaf["items"] : leaf;
    if (list) values["type"] = "string";
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

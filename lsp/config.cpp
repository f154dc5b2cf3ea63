#include "lsp/config.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <random>
#include <sstream>

#include "lsp/config_files.h"
#include "lsp/config_rules.h"
#include "lsp/experiments.h"
#include "providers/agent/command_words.h"

namespace fimd::lsp {
namespace {

using nlohmann::json;

std::vector<std::string> strings(const json& value) {
  std::vector<std::string> out;
  for (const auto& entry : value) out.push_back(entry.get<std::string>());
  return out;
}

template <class T>
T member(const json& object, const char* name, T fallback) {
  const auto it = object.find(name);
  return it == object.end() || it->is_null() ? fallback : it->get<T>();
}

std::string without_line_end(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r' || text.back() == ' ')) text.pop_back();
  return text;
}

// The key of a provider, from the environment or an owner-only file; a problem if it is named but not there.
std::string resolve_key(const json& provider, const std::string& path, const std::string& source,
                        std::vector<ConfigProblem>& problems) {
  if (const std::string name = member<std::string>(provider, "api_key_env", ""); !name.empty()) {
    if (const char* value = std::getenv(name.c_str()); value && *value) return value;
    problems.push_back({path + ".api_key_env", source, "names a variable that is not set: " + name, false});
  }
  const std::string file = member<std::string>(provider, "api_key_file", "");
  if (file.empty()) return "";
  struct stat st {};
  if (::stat(file.c_str(), &st) == 0 && (st.st_mode & 077) != 0) {
    problems.push_back({path + ".api_key_file", source, "can be read by others; run chmod 600 on it", false});
    return "";
  }
  const auto content = read_small_file(file);
  if (!content) {
    problems.push_back({path + ".api_key_file", source, content.error().message, false});
    return "";
  }
  return without_line_end(*content);
}

bool is_url(const std::string& url) {
  const size_t scheme = url.starts_with("http://") ? 7 : url.starts_with("https://") ? 8 : 0;
  return scheme != 0 && url.size() > scheme && url[scheme] != '/' &&
         std::none_of(url.begin(), url.end(), [](unsigned char c) { return c <= ' ' || c == 0x7f; });
}

bool is_path(const std::string& path) {
  return path.starts_with('/') &&
         std::none_of(path.begin(), path.end(), [](unsigned char c) { return c <= ' ' || c == 0x7f; });
}

bool is_header(const std::string& name) {
  return std::all_of(name.begin(), name.end(), [](unsigned char c) { return std::isalnum(c) || c == '-' || c == '_'; });
}

// Random, the same as long as the process lives: sessions tell nothing, and requests of a workspace meet again.
const std::string& session_salt() {
  static const std::string kSalt = [] {
    std::random_device random;
    return fmt::format("{:08x}{:08x}{:08x}{:08x}", random(), random(), random(), random());
  }();
  return kSalt;
}

providers::ProviderConfig read_provider(const std::string& name, const json& value, const std::string& source,
                                        std::vector<ConfigProblem>& problems) {
  const std::string path = "providers." + name;
  providers::ProviderConfig p;
  p.name = name;
  p.kind = member<std::string>(value, "kind", "");
  p.url = member<std::string>(value, "url", "");
  p.unix_socket = member<std::string>(value, "unix_socket", "");
  p.model = member<std::string>(value, "model", "");
  p.fim_template = member<std::string>(value, "fim_template", "");
  p.path = member<std::string>(value, "path", "");
  p.via = member<std::string>(value, "via", "");
  p.api_key_header = member<std::string>(value, "api_key_header", "");
  p.session_header = member<std::string>(value, "session_header", "");
  p.session_user = member<bool>(value, "session_user", false);
  p.session_salt = session_salt();
  p.jurisdiction = member<std::string>(value, "jurisdiction", "");
  p.context = member<size_t>(value, "context", 0);
  p.max_tokens = member<int>(value, "max_tokens", p.max_tokens);
  p.temperature = member<double>(value, "temperature", p.temperature);
  if (const auto it = value.find("logprobs"); it != value.end() && it->is_boolean()) p.logprobs = it->get<bool>();
  if (const auto it = value.find("price"); it != value.end() && it->is_object() && !it->empty()) {
    const double input = member<double>(*it, "input", 0);
    p.price = providers::Price{input, member<double>(*it, "cached", input), member<double>(*it, "output", 0), true,
                               "configuration"};
  }
  if (const auto it = value.find("headers"); it != value.end() && it->is_object()) {
    for (const auto& [header, text] : it->items()) p.headers.emplace_back(header, text.get<std::string>());
  }
  if (p.kind.empty()) problems.push_back({path + ".kind", source, "is missing", true});
  if (!p.url.empty() && !is_url(p.url)) problems.push_back({path + ".url", source, "is not a url", true});
  if (!p.path.empty() && !is_path(p.path)) problems.push_back({path + ".path", source, "is not a path", true});
  for (const auto& [key, header] :
       {std::pair{"api_key_header", &p.api_key_header}, {"session_header", &p.session_header}}) {
    if (!header->empty() && !is_header(*header))
      problems.push_back({path + "." + key, source, "is not a header's name", true});
  }
  p.api_key = resolve_key(value, path, source, problems);
  return p;
}

void read_agent_commands(const json& agent, const std::string& source, Config& c,
                         std::vector<ConfigProblem>& problems) {
  c.agent.check_limit = std::chrono::minutes(agent["check_minutes"].get<int>());
  const std::string commands = agent["commands"].get<std::string>();
  using providers::agent::Commands;
  c.agent.commands = commands == "allow" ? Commands::allow : commands == "ask" ? Commands::ask : Commands::off;
  c.agent.loopback = agent["network"] == "loopback";
  const json& check = agent["check"];
  if (!check.is_string()) {
    c.agent.check = strings(check);
    return;
  }
  auto words = providers::agent::split_words(check.get<std::string>());
  if (words) c.agent.check = *std::move(words);
  else problems.push_back({"agent.check", source, words.error().message, true});
}

Config read_config(const json& m, const std::string& source, std::vector<ConfigProblem>& problems) {
  using std::chrono::milliseconds;
  Config c;
  const json& completion = m["completion"];
  c.completion.providers = strings(completion["providers"]);
  c.completion.hard = milliseconds(completion["hard_ms"].get<int>());
  c.completion.soft = std::min<Duration>(milliseconds(completion["soft_ms"].get<int>()), c.completion.hard);
  c.completion.hedge = completion["hedge"].get<bool>();
  const std::string speculate = completion["speculate"].get<std::string>();
  c.completion.speculate = speculate == "off" ? Speculate::off : speculate == "all" ? Speculate::all : Speculate::local;
  c.completion.min_probability = completion["min_probability"].get<double>();
  c.completion.max_lines = completion["max_lines"].get<size_t>();
  c.completion.popup = completion["popup"] == "on";
  c.completion.popup_off = completion["popup"] == "off";
  const json& disable = completion["disable"];
  c.completion.disabled_languages = strings(disable["languages"]);
  c.completion.disabled_globs = strings(disable["globs"]);
  for (const auto& place : strings(disable["in"])) {
    if (place == "comment") c.completion.in_comments = false;
    if (place == "string") c.completion.in_strings = false;
  }
  for (const auto& [name, value] : m["providers"].items()) {
    if (value.is_object()) c.providers.push_back(read_provider(name, value, source, problems));
  }
  for (const auto& name : c.completion.providers) {
    const bool known = name == "auto" || name == "builtin" || m["providers"].contains(name);
    if (!known) problems.push_back({"completion.providers", source, "names an unknown provider: " + name, true});
  }
  c.agent.provider = member<std::string>(m["agent"], "provider", "");
  if (!c.agent.provider.empty() && !m["providers"].contains(c.agent.provider)) {
    problems.push_back({"agent.provider", source, "names an unknown provider: " + c.agent.provider, true});
  }
  c.agent.max_steps = m["agent"]["max_steps"].get<int>();
  c.agent.max_tokens = m["agent"]["max_tokens"].get<int64_t>();
  c.agent.max_cost_usd = m["agent"]["max_cost_usd"].get<double>();
  c.agent.tools = m["agent"]["tools"].get<bool>();
  c.agent.time = std::chrono::minutes(m["agent"]["max_minutes"].get<int>());
  read_agent_commands(m["agent"], source, c, problems);
  c.mcp = read_mcp_servers(m, source, problems);
  const size_t tokens = m["context"]["max_tokens"].get<size_t>();
  c.suffix_tokens = tokens / 5;
  c.prefix_tokens = tokens - c.suffix_tokens;
  c.snippet_tokens = tokens;
  c.max_snippets = m["context"]["max_snippets"].get<size_t>();
  c.whole_repository = m["context"]["whole_repository"].get<bool>();
  c.jurisdictions = strings(m["privacy"]["jurisdictions"]);
  c.exclude = strings(m["privacy"]["exclude"]);
  const std::string secrets = m["privacy"]["secrets"].get<std::string>();
  c.secrets = secrets == "off"     ? providers::SecretsRule::off
              : secrets == "block" ? providers::SecretsRule::block
                                   : providers::SecretsRule::redact;
  c.ledger = m["privacy"]["ledger"].get<bool>();
  c.usd_per_day = m["budgets"]["usd_per_day"].get<double>();
  c.http_wait = milliseconds(m["http"]["wait_ms"].get<int>());
  c.http_max_wait = milliseconds(m["http"]["max_wait_ms"].get<int>());
  c.index_max_file_bytes = m["index"]["max_file_kb"].get<size_t>() * 1024;
  c.index_max_files = m["index"]["max_files"].get<size_t>();
  log::parse_level(m["log"]["level"].get<std::string>(), c.log.level);
  c.log.file = member<std::string>(m["log"], "file", "");
  return c;
}

const json* at_path(const json& root, const std::string& path) {
  const json* at = &root;
  std::istringstream parts(path);
  for (std::string name; std::getline(parts, name, '.');) {
    if (!at->is_object() || !at->contains(name)) return nullptr;
    at = &(*at)[name];
  }
  return at;
}

}  // namespace

Configuration::Configuration() {
  layers_.fill(json::object());
  layers_[0] = default_config();
  sources_ = {"defaults", "user file", "workspace file", "initializationOptions", "editor settings", "command line"};
  merged_ = layers_[0];
  std::vector<ConfigProblem> none;
  config_ = read_config(merged_, "defaults", none);
}

std::vector<ConfigProblem> Configuration::set(Layer layer, json value, std::string source) {
  if (value.is_null()) value = json::object();
  if (value.is_object() && value.size() == 1 && value.contains("fimd")) {
    json inner = value["fimd"];
    value = inner.is_null() ? json::object() : std::move(inner);
  }
  std::vector<ConfigProblem> problems = check_config(value, source);
  if (any_fatal(problems)) return problems;
  auto layers = layers_;
  layers[static_cast<size_t>(layer)] = std::move(value);
  append(problems, rebuild(std::move(layers), place_, source));
  if (!any_fatal(problems)) sources_[static_cast<size_t>(layer)] = std::move(source);
  return problems;
}

std::vector<ConfigProblem> Configuration::rebuild(std::array<json, kLayers> layers, Place place,
                                                  const std::string& source) {
  std::vector<ConfigProblem> problems;
  json merged = json::object(), outer = json::object();
  for (size_t i = 0; i < kLayers; ++i) {
    merge_config(merged, layers[i]);
    if (i != static_cast<size_t>(Layer::workspace)) merge_config(outer, layers[i]);
  }
  const json experiments = merged["experiments"];
  check_widening(experiments, outer, source, problems);
  for (size_t i = 0; i < experiments.size(); ++i) {  // an arm that is not in force today must be usable tomorrow
    json tried = merged;
    merge_config(tried, override_of(experiments, experiments[i]["name"].get<std::string>(), merged));
    std::vector<ConfigProblem> wrong;
    static_cast<void>(read_config(tried, source, wrong));
    std::erase_if(wrong, [](const ConfigProblem& p) { return !p.fatal; });
    for (ConfigProblem& p : wrong) p.path = fmt::format("experiments[{}].override.{}", i, p.path);
    append(problems, std::move(wrong));
  }
  const std::string arm = place.forced_arm.empty() ? arm_of(experiments, place.workspace, place.day) : place.forced_arm;
  json override = override_of(experiments, arm, merged);
  merge_config(merged, override);
  Config config = read_config(merged, source, problems);
  if (any_fatal(problems)) return problems;
  config.arm = arm;
  layers_ = std::move(layers);
  place_ = std::move(place);
  override_ = std::move(override);
  merged_ = std::move(merged);
  config_ = std::move(config);
  return problems;
}

std::vector<ConfigProblem> Configuration::place(const std::string& workspace, const std::string& day) {
  if (workspace == place_.workspace && day == place_.day) return {};
  return rebuild(layers_, {workspace, day, place_.forced_arm}, "experiments");
}

Result<void> Configuration::force_arm(const std::string& arm) {
  if (!has_arm(merged_["experiments"], arm))
    return fail(Error::Code::bad_input, "experiments: there is no arm named " + arm);
  const auto problems = rebuild(layers_, {place_.workspace, place_.day, arm}, "experiments");
  if (any_fatal(problems))
    return fail(Error::Code::bad_input, "experiments: " + problems.front().path + " " + problems.front().what);
  return {};
}

std::vector<ConfigProblem> Configuration::set_key(std::string_view assignment) {
  const size_t equals = assignment.find('=');
  const std::string path(assignment.substr(0, equals));
  if (equals == std::string_view::npos || path.empty()) {
    return {{std::string(assignment), "command line", "is not key=value", true}};
  }
  const std::string_view text = assignment.substr(equals + 1);
  json value = json::parse(text, nullptr, false);
  if (value.is_discarded()) value = std::string(text);
  json layer = layers_[static_cast<size_t>(Layer::command_line)];
  json* at = &layer;
  std::istringstream parts(path);
  for (std::string name; std::getline(parts, name, '.');) {
    if (!at->is_object()) *at = json::object();
    at = &(*at)[name];
  }
  *at = std::move(value);
  return set(Layer::command_line, std::move(layer), "command line");
}

json Configuration::below(Layer layer) const {
  json merged = json::object();
  for (size_t i = 0; i < static_cast<size_t>(layer); ++i) merge_config(merged, layers_[i]);
  return merged;
}

std::string Configuration::source_of(const std::string& path) const {
  if (const json* found = at_path(override_, path); found && !found->is_null()) return "experiment " + config_.arm;
  for (size_t i = kLayers; i-- > 0;) {
    const json* found = at_path(layers_[i], path);
    if (found && !found->is_null()) return sources_[i];
  }
  return "nowhere";
}

Result<json> parse_config_text(std::string_view text) {
  try {
    return json::parse(text, nullptr, true, true);
  } catch (const json::exception& e) {
    // "[json.exception.parse_error.101] parse error at line 3, column 5: ...": the part after the bracket is useful.
    std::string what = e.what();
    if (const size_t end = what.find("] "); end != std::string::npos) what.erase(0, end + 2);
    return fail(Error::Code::bad_input, what + " (comments are allowed, trailing commas are not)");
  }
}

}  // namespace fimd::lsp

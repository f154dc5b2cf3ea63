#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <cstdio>

#include "grammars/registry.h"
#include "lsp/checking.h"
#include "lsp/cli/commands.h"
#include "lsp/config_rules.h"
#include "lsp/fixing.h"
#include "lsp/indexing.h"
#include "lsp/mcp_tools.h"
#include "lsp/privacy.h"
#include "lsp/version.h"
#include "providers/codecs.h"
#include "providers/url.h"

namespace fimd::lsp::cli {
namespace {

using nlohmann::json;

json settings_json(const Configuration& configuration) {
  json out = json::object();
  for (const Key& key : config_keys()) {
    const std::string path(key.path);
    if (path.find('*') != std::string::npos) continue;
    json value = configuration.effective();
    for (size_t from = 0; from <= path.size();) {
      const size_t to = std::min(path.find('.', from), path.size());
      value = value.contains(path.substr(from, to - from)) ? value[path.substr(from, to - from)] : json();
      from = to + 1;
    }
    out[path] = {{"value", value}, {"from", configuration.source_of(path)}};
  }
  return out;
}

// The arm in force, null without experiments.
json experiments_json(const Configuration& configuration) {
  const std::string& arm = configuration.now().arm;
  return {{"arm", arm.empty() ? json() : json(arm)}, {"day", configuration.day()}};
}

json providers_json(Shell& shell) {
  json out = json::array();
  for (const auto& [provider, why_not] : shell.daemon.providers.describe(shell.configuration.now())) {
    json entry = {{"name", provider->config.name}, {"kind", provider->config.kind}, {"url", provider->config.url},
                  {"model", provider->config.model}, {"jurisdiction", provider->config.jurisdiction},
                  {"controlled_from", providers::controlled_from(provider->config)},
                  {"usable", why_not.empty()}, {"note", why_not.empty() ? provider->note : why_not}};
    if (provider->codec) {
      const auto& caps = provider->codec->caps();
      entry["caps"] = {{"suffix", caps.suffix},
                       {"other_files", caps.extra},
                       {"prompt_cache", caps.prompt_cache},
                       {"cancel_on_close", caps.cancel_on_close},
                       {"context", caps.context},
                       {"fim_template", caps.family}};
      entry["probe_ms"] = provider->probe_ms;
    }
    out.push_back(std::move(entry));
  }
  return out;
}

// The model that repairs code: only what the configuration says, it is not asked.
json agent_json(const Config& config) {
  if (config.agent.provider.empty())
    return {{"provider", nullptr}, {"note", "agent.provider is not set: fimd fix has no model"}};
  constexpr const char* kDialects[] = {"chat completions", "chat completions of Z.ai", "chat completions of Mistral",
                                       "messages of Anthropic"};
  const auto provider = agent_provider(config, "");
  json out = {{"provider", config.agent.provider}, {"usable", provider.has_value()}};
  if (!provider) {
    out["note"] = provider.error().message;
    return out;
  }
  const bool priced = providers::price_of(*provider).known;
  out["url"] = provider->url;
  out["model"] = provider->model;
  out["jurisdiction"] = provider->jurisdiction;
  out["speaks"] = kDialects[static_cast<size_t>(providers::agent::dialect_of(*provider))];
  out["tools"] = config.agent.tools ? "by the API, in the text where it has none" : "in the text";
  out["note"] = priced ? "its cost is counted"
                       : "the price of its model is not known (providers.NAME.price): only tokens are counted";
  return out;
}

void print_agent(const json& agent) {
  std::printf("\nrepairs (fimd fix)\n");
  if (agent.contains("url")) {
    std::printf("  %s %s %s, speaks %s, jurisdiction %s, calls of tools %s\n",
                agent["provider"].get<std::string>().c_str(), agent["url"].get<std::string>().c_str(),
                agent["model"].get<std::string>().c_str(), agent["speaks"].get<std::string>().c_str(),
                agent["jurisdiction"].get<std::string>().c_str(), agent["tools"].get<std::string>().c_str());
  }
  std::printf("  %s\n", agent["note"].get<std::string>().c_str());
}

// The MCP servers, tried: their tools as models see them.
json mcp_json(Shell& shell) {
  const Config& config = shell.configuration.now();
  json out = json::array();
  const auto servers = mcp_servers(shell.daemon, config, privacy_rules(config, "", {}),
                                   {.consent = {}, .tell = [](const std::string&) {}, .local = true});
  if (!servers) return out;
  const auto look = [](McpPtr tried) -> boost::asio::awaitable<void> {
    auto opening = tried->open(TimePoint::max());
    co_await std::move(opening);
    auto ending = tried->end();
    co_await std::move(ending);
  };
  std::vector<providers::agent::McpServers::Facts> facts;
  shell.run([&](std::function<void()> done) {
    auto looking = look(servers);
    boost::asio::co_spawn(shell.daemon.loop, std::move(looking), [done](const std::exception_ptr&) { done(); });
  });
  for (const auto& each : servers->facts()) {
    const auto at = std::ranges::find(config.mcp, each.name, &providers::agent::McpServer::name);
    out.push_back({{"name", each.name},
                   {"at", at->command.empty() ? providers::origin(at->url) : providers::agent::joined(at->command)},
                   {"usable", each.trouble.empty()},
                   {"note", each.trouble},
                   {"version", each.version},
                   {"allow", at->ask ? "ask" : "allow"},
                   {"tools", each.tools}});
  }
  return out;
}

void print_mcp(const json& servers) {
  if (servers.empty()) return;
  std::printf("\nMCP servers, whose tools repairs may use\n");
  for (const json& each : servers) {
    const bool usable = each["usable"];
    const std::string said = usable ? fmt::format("speaks {}, calls: {}", each["version"].get<std::string>(),
                                                  each["allow"].get<std::string>())
                                    : each["note"].get<std::string>();
    std::printf("  %-12s %-6s %s\n  %-12s %s\n", each["name"].get<std::string>().c_str(), usable ? "ready" : "no",
                each["at"].get<std::string>().c_str(), "", said.c_str());
    for (const json& tool : each["tools"]) std::printf("  %-12s %s\n", "", tool.get<std::string>().c_str());
  }
}

json grammars_json() {
  json out = json::array();
  for (const auto& grammar : grammars::grammars()) {
    const auto loaded = grammars::load(grammar);
    out.push_back({{"name", grammar.name}, {"loads", loaded.language != nullptr}, {"error", loaded.error}});
  }
  return out;
}

// What the store has of the folder; nothing is built for it.
json index_json(const std::string& root) {
  const Stored stored = open_store(root);
  const auto counts = stored.index->counts();
  return {{"root", root}, {"stored", stored.store != nullptr}, {"files", counts.files}, {"symbols", counts.symbols},
          {"lines", counts.lines}, {"bytes", stored.index->bytes()}};
}

void print_index(const json& index) {
  std::printf("\nindex\n  %s: ", index["root"].get<std::string>().c_str());
  if (!index["stored"].get<bool>()) return static_cast<void>(std::printf("cannot be stored, is built at each start\n"));
  if (index["files"] == 0) return static_cast<void>(std::printf("none yet (fimd index builds one)\n"));
  std::printf("%zu files, %zu symbols, %zu lines, %.1f MB stored\n", index["files"].get<size_t>(),
              index["symbols"].get<size_t>(), index["lines"].get<size_t>(), index["bytes"].get<double>() / 1e6);
}

// Where commands of an agent would run: tried, not looked up.
json jail_json() {
  const auto probe = providers::agent::probe_jail(jail_folder(), providers::agent::own_helper(), {});
  json refused = json::array();
  for (const auto& [rung, why] : probe.refused)
    refused.push_back({{"way", providers::agent::name(rung)}, {"why_not", why}});
  const std::string loopback = providers::agent::try_loopback(probe.jail, {});
  return {{"way", providers::agent::name(probe.jail.rung)},
          {"better_ways", refused},
          {"loopback", loopback.empty()},
          {"why_no_loopback", loopback}};
}

void print_jail(const json& jail, bool used) {
  std::printf("\njail of commands that agents run\n  %s\n", jail["way"].get<std::string>().c_str());
  for (const auto& each : jail["better_ways"])
    std::printf("  not %s: %s\n", each["way"].get<std::string>().c_str(), each["why_not"].get<std::string>().c_str());
  if (jail["loopback"].get<bool>())
    std::printf("  servers on 127.0.0.1 within: possible (agent.network \"loopback\"%s)\n",
                used ? ", which is set" : "; not set");
  else
    std::printf("  servers on 127.0.0.1 within: not possible: %s\n",
                jail["why_no_loopback"].get<std::string>().c_str());
  if (jail["way"] == "none") std::printf("  commands run only after a yes on the terminal\n");
}

void print(const json& report) {
  std::printf("fimd %s\n\nproviders, in the order they are asked\n", kVersion);
  for (const auto& p : report["providers"]) {
    std::printf("  %-12s %-10s %-6s %s %s\n", p["name"].get<std::string>().c_str(),
                p["kind"].get<std::string>().c_str(), p["usable"].get<bool>() ? "ready" : "no",
                p["url"].get<std::string>().c_str(), p["model"].get<std::string>().c_str());
    std::printf("  %-12s %s\n", "", p["note"].get<std::string>().c_str());
    if (!p.contains("caps")) continue;
    const json& c = p["caps"];
    std::printf("  %-12s context %zu tokens, %s text after the cursor, %s prompt cache, probed in %.1f ms\n", "",
                c["context"].get<size_t>(), c["suffix"].get<bool>() ? "takes" : "takes no",
                c["prompt_cache"].get<bool>() ? "keeps a" : "no", p["probe_ms"].get<double>());
  }
  for (const auto& note : report["notes"]) std::printf("  not used     %s\n", note.get<std::string>().c_str());
  std::printf("\nwhat leaves this machine\n");
  bool leaves = false;
  for (const auto& p : report["providers"]) {
    if (!p["usable"].get<bool>() || p["jurisdiction"] == "local") continue;
    leaves = true;
    std::printf("  text around the cursor goes to %s (%s, jurisdiction %s, operator under the law of: %s)\n",
                p["name"].get<std::string>().c_str(), p["url"].get<std::string>().c_str(),
                p["jurisdiction"].get<std::string>().c_str(), p["controlled_from"].get<std::string>().c_str());
  }
  if (!leaves) std::printf("  nothing\n");
  print_agent(report["agent"]);
  print_mcp(report["mcp"]);
  std::printf("\ngrammars\n ");
  for (const auto& g : report["grammars"]) {
    std::printf(" %s%s", g["name"].get<std::string>().c_str(), g["loads"].get<bool>() ? "" : " (missing)");
  }
  std::printf("\n");
  print_index(report["index"]);
  print_jail(report["jail"],
             report["configuration"].value("agent.network", json::object()).value("value", json()) == "loopback");
  if (const json& arm = report["experiments"]["arm"]; arm.is_string()) {
    std::printf("\nexperiments\n  arm %s on %s in this workspace (drawn anew each day)\n",
                arm.get<std::string>().c_str(), report["experiments"]["day"].get<std::string>().c_str());
  }
  std::printf("\nconfiguration\n");
  for (const auto& [path, value] : report["configuration"].items()) {
    std::string text = value["value"].dump();
    if (text.size() > 60) text = text.substr(0, 57) + "...";
    std::printf("  %-30s %-62s %s\n", path.c_str(), text.c_str(), value["from"].get<std::string>().c_str());
  }
}

}  // namespace

int doctor(const Common& common) {
  Shell shell;
  const std::string root = root_for(common.root.empty() ? "." : common.root, ".");
  if (auto configured = shell.configure(common, root); !configured) {
    return complain(configured.error());
  }
  shell.wait_for_providers();
  const json report = {{"version", kVersion},
                       {"providers", providers_json(shell)},
                       {"notes", shell.daemon.providers.discovery_notes()},
                       {"agent", agent_json(shell.configuration.now())},
                       {"mcp", mcp_json(shell)},
                       {"grammars", grammars_json()},
                       {"index", index_json(root)},
                       {"jail", jail_json()},
                       {"experiments", experiments_json(shell.configuration)},
                       {"configuration", settings_json(shell.configuration)}};
  if (common.json) std::printf("%s\n", report.dump(2, ' ', false, json::error_handler_t::replace).c_str());
  else print(report);
  return 0;
}

}  // namespace fimd::lsp::cli

#include <fmt/format.h>

#include <cmath>
#include <cstdio>

#include "context/gather.h"
#include "lsp/cli/commands.h"
#include "lsp/departure.h"
#include "lsp/model_leg.h"
#include "lsp/privacy.h"
#include "lsp/surroundings.h"
#include "lsp/token_scale.h"
#include "providers/allowance.h"

namespace fimd::lsp::cli {
namespace {

using nlohmann::json;

json place_json(const fimd::context::Position& position) {
  return {{"line", position.line}, {"character", position.character}};
}

// What was found, and which of it this prompt takes along.
json snippets_json(const std::vector<fimd::context::Snippet>& snippets, const std::vector<providers::Extra>& sent) {
  json out = json::array();
  size_t next = 0;
  for (const auto& each : snippets) {
    const bool goes = next < sent.size() && sent[next].path == each.path;
    const std::string& text = goes ? sent[next++].text : each.text;  // with placeholders for secrets
    out.push_back({{"path", each.path},
                   {"range", {{"start", place_json(each.range.start)}, {"end", place_json(each.range.end)}}},
                   {"why", each.why},
                   {"score", each.rank},
                   {"tokens", each.tokens},
                   {"sent", goes},
                   {"text", text}});
  }
  return out;
}

// The prompt that the first usable provider would get now, with its rendered request.
json prompt_json(Shell& shell, const ProviderPtr& provider, Document& document,
                 const fimd::context::Gathered& gathered) {
  const providers::PromptCache cold;
  const std::vector<providers::Extra> extra = providers::extra_of(gathered.snippets);
  const auto plan = providers::plan_prompt({.prefix = gathered.prefix,
                                            .suffix = gathered.suffix,
                                            .caps = provider->codec->caps(),
                                            .rates = provider->health.rates,
                                            .cache = cold,
                                            .time_left = shell.configuration.now().completion.hard,
                                            .max_tokens = provider->config.max_tokens,
                                            .extra = extra,
                                            .all_extra = shell.configuration.now().whole_repository,
                                            .local = provider->local});
  if (!plan)
    return {{"prefix", ""},
            {"suffix", ""},
            {"snippets", snippets_json(gathered.snippets, {})},
            {"prompt", ""},
            {"note", "no prompt can be answered in the time left"}};
  const Config& config = shell.configuration.now();
  Departure departure = departure_of(shell.daemon, config, document, document.text, document.cursor,
                                     Budget::from(Clock::now(), config.completion.soft, config.completion.hard));
  departure.privacy = privacy_rules(config, document.root, {&provider, 1});
  departure.scanned =
      providers::scan_document(nullptr, document.text, document.relative_path, departure.privacy->own_keys);
  auto out = prompt_of(departure, gathered, extra, *provider, *plan);
  json removed = json::array();
  for (const auto& each : out.removed) removed.push_back({{"what", each.what}, {"why", each.why}});
  if (!out.prompt) {
    removed.push_back({{"what", "the whole prompt"}, {"why", out.blocked}});
    return {{"prefix", ""}, {"suffix", ""},       {"snippets", snippets_json(gathered.snippets, {})},
            {"prompt", ""}, {"removed", removed}, {"note", provider->config.name + " is not asked: " + out.blocked}};
  }
  const providers::Prompt& clean = out.prompt->prompt();
  const auto request = provider->codec->encode(clean);
  return {{"prefix", clean.prefix},
          {"suffix", clean.suffix},
          {"sent", clean.extra.size()},
          {"snippets", snippets_json(gathered.snippets, clean.extra)},
          {"prompt", request ? request->body : ""},
          {"removed", removed},
          {"note", request ? (plan->whole ? "" : "cut to what a server with an empty cache can process in time; "
                                                  "the rest is fed to its cache while you are idle")
                           : request.error().message}};
}

// What the first model's tokenizer makes of this document, if its server tells.
double measured_scale(Shell& shell, const std::vector<ProviderPtr>& usable, const Document& document) {
  for (const auto& provider : usable) {
    if (!provider->codec) continue;
    shell.run([&](std::function<void()> done) {
      measure_token_scale(shell.daemon, provider, document.text, document.cursor, std::move(done));
    });
    break;
  }
  return token_scale(usable, document.text->language);
}

void print_snippets(const json& snippets) {
  for (const json& each : snippets) {
    const auto line = [&](const char* end) { return each["range"][end]["line"].get<size_t>() + 1; };
    std::printf("--- %s:%zu-%zu  rank %.2f, %zu tokens%s: %s\n%s", each["path"].get_ref<const std::string&>().c_str(),
                line("start"), line("end"), each["score"].get<double>(), each["tokens"].get<size_t>(),
                each["sent"] ? "" : ", not sent", each["why"].get_ref<const std::string&>().c_str(),
                each["text"].get_ref<const std::string&>().c_str());
  }
}

}  // namespace

int context(const std::string& location, const Common& common) {
  const auto at = parse_location(location);
  if (!at) return complain(at.error());
  const std::string root = root_for(common.root, at->file);
  Shell shell;
  if (auto configured = shell.configure(common, root); !configured) return complain(configured.error());
  const auto opened = shell.open(*at, root);
  if (!opened) return complain(opened.error());
  Document& document = **opened;
  shell.wait_for_providers();
  shell.wait_for_index(root);

  const Config& config = shell.configuration.now();
  const auto usable = shell.daemon.providers.usable(config, {.local_only = document.local_only}, Clock::now());
  const auto tree = fimd::context::parse_until(Clock::now() + kShellParse, document.text, {});
  const double scale = measured_scale(shell, usable, document);
  const auto gathered =
      fimd::context::gather(document.text, document.cursor, tree.value_or(fimd::context::Tree{}),
                            {estimated(config.prefix_tokens, scale), estimated(config.suffix_tokens, scale), 0, 0},
                            surroundings(document, config, usable, shell.daemon.workspaces.index(root), {}, {}));
  json removed = json::array();
  if (document.local_only) {
    removed.push_back({{"what", document.relative_path},
                       {"why", document.local_only_why + ": only local providers may see it"}});
  }
  json out = {
      {"prefix", gathered.prefix}, {"suffix", gathered.suffix}, {"snippets", snippets_json(gathered.snippets, {})},
      {"removed", removed},        {"provider", "builtin"},     {"prompt", ""}};
  for (const auto& provider : usable) {
    if (!provider->codec) continue;
    out["provider"] = provider->config.name;
    json prompt = prompt_json(shell, provider, document, gathered);
    if (prompt.contains("removed")) {
      for (auto& each : prompt["removed"]) removed.push_back(std::move(each));
      prompt["removed"] = removed;
    }
    out.update(prompt);
    break;
  }
  // As the model counts, as far as that is known.
  const auto counted = [scale](size_t estimate) {
    return static_cast<size_t>(std::lround(static_cast<double>(estimate) * scale));
  };
  const auto tokens = [&](const json& text) {
    return counted(fimd::context::estimate_tokens(text.get_ref<const std::string&>()));
  };
  const size_t prefix = tokens(out["prefix"]), suffix = tokens(out["suffix"]);
  // Without a model to ask, what is counted is what one would get.
  size_t snippets = 0;
  for (auto& each : out["snippets"]) {
    each["tokens"] = counted(each["tokens"].get<size_t>());
    if (each["sent"] || out["provider"] == "builtin") snippets += each["tokens"].get<size_t>();
  }
  out["tokens"] = {
      {"prefix", prefix}, {"suffix", suffix}, {"snippets", snippets}, {"total", prefix + suffix + snippets}};

  if (common.json) {
    std::printf("%s\n", out.dump(2, ' ', false, json::error_handler_t::replace).c_str());
    return 0;
  }
  const auto text = [&](const char* name) { return out[name].get<std::string>(); };
  std::printf("provider  %s\ntokens    %zu before the cursor, %zu after it, %zu of other files\n",
              text("provider").c_str(), prefix, suffix, snippets);
  if (out.contains("note") && !text("note").empty()) std::printf("note      %s\n", text("note").c_str());
  for (const auto& each : removed)
    std::printf("removed   %s: %s\n", each["what"].get<std::string>().c_str(), each["why"].get<std::string>().c_str());
  print_snippets(out["snippets"]);
  std::printf("--- before the cursor\n%s\n--- after the cursor\n%s\n", text("prefix").c_str(), text("suffix").c_str());
  if (!text("prompt").empty()) std::printf("--- request\n%s\n", text("prompt").c_str());
  return 0;
}

}  // namespace fimd::lsp::cli

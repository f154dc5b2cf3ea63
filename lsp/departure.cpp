#include "lsp/departure.h"

#include <fmt/format.h>

#include <algorithm>

#include "lsp/daemon.h"
#include "lsp/parsing.h"
#include "lsp/privacy.h"
#include "lsp/token_scale.h"

namespace fimd::lsp {
namespace {

bool any_remote(std::span<const ProviderPtr> list) {
  return std::any_of(list.begin(), list.end(), [](const ProviderPtr& p) { return !providers::is_local(p->config); });
}

}  // namespace

std::string refused_by(const Config::Completion& rules, const Document& document, size_t offset) {
  for (const auto& language : rules.disabled_languages) {
    if (language == document.text->language) return "completion.disable.languages lists " + language;
  }
  if (document.disabled) return "completion.disable.globs matches this file";
  if (rules.in_comments && rules.in_strings) return "";
  const context::Tree tree = fresh_tree(document);
  const auto place = tree ? tree.place(offset) : context::Place::code;
  if (place == context::Place::comment && !rules.in_comments) return "completion.disable.in lists comment";
  if (place == context::Place::string && !rules.in_strings) return "completion.disable.in lists string";
  return "";
}

Permission permission_of(const Document& document) { return {.local_only = document.local_only}; }

context::GatherLimits limits_for(const Document& document, const Config& config,
                                 std::span<const ProviderPtr> providers) {
  const double scale = token_scale(providers, document.text->language);
  return {estimated(config.prefix_tokens, scale), estimated(config.suffix_tokens, scale), document.window_start,
          document.window_head};
}

std::vector<ProviderPtr> providers_for(Daemon& daemon, const Config& config, Document& document) {
  auto list = daemon.providers.usable(config, {}, Clock::now());
  if (!any_remote(list)) return list;
  refresh_file_rules(document, config, Clock::now());
  return daemon.providers.usable(config, permission_of(document), Clock::now());
}

Departure departure_of(Daemon& daemon, const Config& config, Document& document, const context::Snapshot& text,
                       size_t offset, const Budget& budget) {
  Departure d;
  d.text = text;
  d.offset = offset;
  d.tree = document.tree && document.tree.text() == text ? document.tree : context::Tree{};
  d.relative_path = document.relative_path;
  d.repo = document.root.substr(document.root.rfind('/') + 1);
  d.uri = document.uri;
  d.tokens = document.tokens;
  d.corpus = daemon.workspaces.corpus(document.root, document.relative_path);
  d.rules = config.completion;
  d.providers = providers_for(daemon, config, document);
  if (document.local_only) d.note = "only local providers may see this file: " + document.local_only_why;
  for (const std::string& name : daemon.providers.over_budget_today(config)) {
    const std::string why =
        fmt::format("not asked: the day's ${:g} are spent (budgets.usd_per_day)", config.usd_per_day);
    if (!d.note.empty()) d.note += "; ";
    d.note += name + ": " + why;
    daemon.trouble_once_a_day(name, {Error::Code::refused, why});
  }
  d.limits = limits_for(document, config, d.providers);
  d.given = document.given;
  d.max_tokens = document.max_tokens;
  d.scanned = document.scanned;
  if (any_remote(d.providers)) d.privacy = privacy_rules(config, document.root, d.providers);
  d.budget = budget;
  d.wait_for_tree = text == document.text && !d.tree && parses_soon(document);
  return d;
}

}  // namespace fimd::lsp

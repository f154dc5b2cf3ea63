#include "lsp/model_leg.h"

#include <algorithm>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>

#include "lsp/daemon.h"
#include "lsp/departure.h"

namespace fimd::lsp {
namespace {

constexpr int kFewestTokens = 8;  // a shorter answer is not worth a request

// Those that "auto" has found share the rank of that word.
int rank_of(const Departure& d, const std::string& name) {
  const auto& order = d.rules.providers;
  auto at = std::find(order.begin(), order.end(), name);
  if (at == order.end()) at = std::find(order.begin(), order.end(), "auto");
  return static_cast<int>(at - order.begin());
}

}  // namespace

std::vector<providers::Candidate> candidates_of(const Departure& d) {
  std::vector<providers::Candidate> out;
  for (const ProviderPtr& provider : d.providers) {
    providers::Candidate c{.name = provider->config.name, .verdict = ""};
    if (provider->codec) {
      c.health = &provider->health;
      c.caps = &provider->codec->caps();
      c.cache = &provider->caches[d.uri];
      c.local = provider->local;
      c.price = providers::price_class(provider->config);
      c.rank = rank_of(d, provider->config.name);
      c.max_tokens = provider->config.max_tokens;
      if (d.max_tokens > 0) c.max_tokens = std::min(c.max_tokens, std::max(d.max_tokens, kFewestTokens));
    }
    out.push_back(std::move(c));
  }
  return out;
}

providers::Outgoing prompt_of(const Departure& d, const context::Gathered& gathered,
                              std::span<const providers::Extra> extra, const Provider& provider,
                              const providers::PromptPlan& plan, std::optional<double> temperature) {
  providers::Prompt prompt;
  prompt.prefix = gathered.prefix.substr(plan.start);
  prompt.suffix = gathered.suffix.substr(0, plan.suffix);
  prompt.extra.assign(extra.begin(), extra.begin() + static_cast<std::ptrdiff_t>(plan.extra));
  prompt.path = d.relative_path;
  prompt.first_line = context::line_of(*d.text, d.offset - prompt.prefix.size()) + 1;
  prompt.last_line = context::line_of(*d.text, d.offset + prompt.suffix.size()) + 1;
  prompt.repo = d.repo;
  prompt.language = d.text->language;
  prompt.max_tokens = plan.max_tokens;
  prompt.temperature = temperature.value_or(provider.config.temperature);
  prompt.logprobs = d.rules.min_probability > 0 && providers::wants_logprobs(provider.config, provider.health.rates);
  if (!providers::rules_at(*d.text, d.offset).multiline) prompt.stop = {"\n"};
  static const providers::PrivacyRules kNone;
  return providers::outgoing(std::move(prompt), {provider.codec, provider.config}, {d.scanned, d.offset},
                             d.privacy ? *d.privacy : kNone);
}

UsedSnippets snippets_in(const providers::Prompt& prompt, std::span<const context::Snippet> gathered) {
  auto used = std::make_shared<std::vector<UsedSnippet>>();
  auto next = gathered.begin();
  for (const providers::Extra& extra : prompt.extra) {  // in their order, some left out
    next = std::find_if(next, gathered.end(), [&](const context::Snippet& s) { return s.path == extra.path; });
    if (next == gathered.end()) break;
    used->push_back({next->path, next->why});
    ++next;
  }
  return used;
}

std::optional<providers::Sureness> ModelLeg::sureness(const std::string& text) const {
  const size_t at = streamed.find(text);  // not there: line ends were changed
  return at == std::string::npos ? scores.over(0, streamed.size()) : scores.over(at, at + text.size());
}

ModelLegPtr make_leg(const Departure& d, const context::Gathered& gathered, std::span<const providers::Extra> extra,
                     const providers::Leg& planned) {
  auto leg = std::make_shared<ModelLeg>();
  leg->provider = d.providers[planned.candidate];
  leg->role = planned.role;
  leg->sent_prefix =
      providers::lead_of(extra.first(planned.prompt.extra)) + gathered.prefix.substr(planned.prompt.start);
  leg->begun = Clock::now();
  providers::TrimRules rules = providers::rules_at(*d.text, d.offset);
  rules.max_lines = d.rules.max_lines;
  leg->trim = std::make_unique<providers::Trim>(rules);
  leg->asked = {.prompt_bytes = leg->sent_prefix.size() + planned.prompt.suffix, .new_bytes = planned.prompt.new_bytes};
  return leg;
}

void ask(Daemon& daemon, const ModelLegPtr& leg, providers::CleanPrompt prompt, Duration at_most,
         providers::TokenSink on_piece, std::function<void(const providers::StreamOutcome&)> on_end) {
  leg->asked.probe = providers::begin(leg->provider->health, leg->asked.lane, leg->begun);
  auto stream = providers::stream(daemon.http, std::move(prompt), leg->begun + at_most, std::move(on_piece));
  auto done = [&daemon, leg, on_end = std::move(on_end)](const std::exception_ptr& thrown,
                                                         providers::StreamOutcome outcome) {
    if (thrown) {
      outcome.error = Error{Error::Code::cancelled, "flight stopped"};
      outcome.started = outcome.sent = leg->begun;
    }
    leg->ended = true;
    providers::learn(leg->provider->health, leg->asked, outcome, Clock::now());
    daemon.metrics.leg_ended(leg->provider->config, outcome);
    on_end(outcome);
  };
  boost::asio::co_spawn(daemon.loop, std::move(stream),
                        boost::asio::bind_cancellation_slot(leg->cancel.slot(), std::move(done)));
}

}  // namespace fimd::lsp

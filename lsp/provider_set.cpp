#include "lsp/provider_set.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <cstdlib>

#include "context/log.h"
#include "providers/codecs.h"
#include "providers/discover.h"
#include "providers/url.h"

namespace fimd::lsp {
namespace {

namespace asio = boost::asio;
using providers::ProviderConfig;

// Two configurations with the same key are the same endpoint.
std::string key_of(const ProviderConfig& c) {
  std::string key = fmt::format("{}\n{}\n{}\n{}\n{}\n{}\n{}\n{}\n{}\n{}", c.name, c.kind, c.url, c.unix_socket, c.model,
                                c.api_key, c.fim_template, c.jurisdiction, c.context, c.max_tokens);
  key += fmt::format("\n{}\n{}", c.temperature, c.logprobs ? (*c.logprobs ? "yes" : "no") : "");
  key += fmt::format("\n{}\n{}\n{}\n{}\n{}", c.path, c.via, c.api_key_header, c.session_header, c.session_user);
  if (c.price) key += fmt::format("\n{}\n{}\n{}", c.price->input, c.price->cached, c.price->output);
  for (const auto& [name, value] : c.headers) key += "\n" + name + ": " + value;
  return key;
}

ProviderPtr make_builtin() {
  auto provider = std::make_shared<Provider>();
  provider->config.name = provider->config.kind = "builtin";
  provider->config.jurisdiction = "local";
  provider->note = "completes from the workspace's own text; nothing leaves the process";
  return provider;
}

bool allowed(const Provider& provider, const std::vector<std::string>& jurisdictions) {
  const bool any = std::find(jurisdictions.begin(), jurisdictions.end(), "any") != jurisdictions.end();
  return provider.local || any ||
         std::find(jurisdictions.begin(), jurisdictions.end(), provider.config.jurisdiction) != jurisdictions.end();
}

}  // namespace

struct ProviderSet::State : std::enable_shared_from_this<ProviderSet::State> {
  State(asio::io_context& l, providers::Http& h) : loop(l), http(h) {}

  asio::io_context& loop;
  providers::Http& http;
  ProviderPtr builtin = make_builtin();
  std::map<std::string, ProviderPtr> by_key;
  std::vector<ProviderPtr> found;  // by discovery, in order
  std::vector<std::string> notes;  // of the last discovery: what is there and not used
  bool discovering = false;
  TimePoint discovered_at{};
  bool started = false;  // all probes have ended once
  std::function<void(const std::string& provider, const Error& error)> refused;
  std::vector<std::function<void()>> waiting;  // called when no probe runs any more
  std::function<double()> spent_today = [] { return 0.0; };

  ProviderPtr entry(const ProviderConfig& config) {
    ProviderPtr& provider = by_key[key_of(config)];
    if (!provider) {
      provider = std::make_shared<Provider>();
      provider->config = providers::with_defaults(config);
      provider->local = provider->config.jurisdiction == "local";
    }
    return provider;
  }

  // The providers a configuration names, in order, the builtin model last. Starts probes where they are due.
  std::vector<ProviderPtr> named(const Config& config, TimePoint now) {
    std::vector<ProviderPtr> list;
    const auto add = [&](const ProviderPtr& provider) {
      if (std::find(list.begin(), list.end(), provider) == list.end()) list.push_back(provider);
    };
    for (const auto& name : config.completion.providers) {
      if (name == "auto") {
        discover(config, now);
        for (const auto& provider : found) add(provider);
        continue;
      }
      for (const auto& configured : config.providers) {
        if (configured.name != name || configured.kind == "builtin") continue;
        const ProviderPtr provider = entry(configured);
        if (allowed(*provider, config.jurisdictions)) probe(provider, config.completion.min_probability > 0, now);
        add(provider);
      }
    }
    add(builtin);
    return list;
  }

  static bool due(bool running, TimePoint last, TimePoint now, Duration wait) {
    return !running && (last == TimePoint{} || now - last >= wait);
  }

  // Asks a provider what it can do, unless that is known or was tried a moment ago.
  void probe(const ProviderPtr& provider, bool probabilities, TimePoint now) {
    if (provider->codec || !due(provider->probing, provider->probed_at, now, provider->probe_again)) return;
    provider->probing = true;
    provider->probed_at = now;
    const providers::ProbeLimits limits{.deadline = now + kProbeLimit, .probabilities = probabilities};
    auto asking = providers::probe(http, provider->config, limits);
    auto done = [weak = weak_from_this(), provider, now](std::exception_ptr thrown, Result<providers::Caps> caps) {
      const auto self = weak.lock();
      if (!self || thrown) return;
      provider->probe_ms = to_ms(Clock::now() - now);
      if (caps) return self->equip(provider, *caps, caps->note);
      provider->probing = false;
      self->unequipped(provider, caps.error());
    };
    asio::co_spawn(loop, std::move(asking), std::move(done));
  }

  void unequipped(const ProviderPtr& provider, const Error& error) {
    const bool lasts = error.code == Error::Code::refused || error.code == Error::Code::not_found ||
                       error.code == Error::Code::unsupported || error.code == Error::Code::bad_input;
    provider->probe_again = lasts ? kReprobeRefused : kReprobe;
    if (lasts && refused) refused(provider->config.name, error);
    if (!lasts && provider->note != error.message) log::info("provider {}: {}", provider->config.name, error.message);
    provider->note = error.message;
    wake();
  }

  // Gives a provider its codec, after its model is loaded where that is a matter of its own.
  void equip(const ProviderPtr& provider, const providers::Caps& caps, const std::string& note) {
    if (!caps.loaded) return load(provider, caps, note);
    provider->probing = false;
    auto codec = providers::make_codec(provider->config, &caps);
    if (codec) provider->codec = std::move(*codec);
    provider->note = codec ? note : codec.error().message;
    if (provider->config.model.empty()) provider->config.model = caps.model;
    log::info("provider {}: {}", provider->config.name, provider->note);
    wake();
  }

  // A server that loads its model for the first request gives the load up when that request is closed. So one request
  // that nobody closes does it, and the provider is not asked before.
  void load(const ProviderPtr& provider, providers::Caps caps, std::string note) {
    caps.loaded = true;
    auto request = providers::load_request(provider->config, caps);
    if (!request) return equip(provider, caps, note);
    request->entry = providers::new_entry(provider->config, providers::Purpose::probe);
    provider->probing = true;
    provider->note = "the server is loading the model";
    const providers::HttpLimits limits{.deadline = Clock::now() + kLoadLimit};
    auto loading = http.fetch(*request, limits);
    auto done = [weak = weak_from_this(), provider, caps = std::move(caps), note = std::move(note)](
                    std::exception_ptr thrown, Result<providers::HttpResponse> response) {
      const auto self = weak.lock();
      if (!self || thrown) return;
      if (response && response->status == 200) return self->equip(provider, caps, note);
      provider->probing = false;
      provider->note = response ? fmt::format("the model could not be loaded (status {})", response->status)
                                : "the model could not be loaded: " + response.error().message;
      self->wake();
    };
    asio::co_spawn(loop, std::move(loading), std::move(done));
  }

  // Looks for servers that are there without being configured, unless that was done a moment ago or one was found.
  void discover(const Config& config, TimePoint now) {
    const bool all_well =
        std::any_of(found.begin(), found.end(), [&](const auto& p) { return providers::may_try(p->health, now); });
    if (all_well || !due(discovering, discovered_at, now, kRediscover)) return;
    discovering = true;
    discovered_at = now;
    providers::DiscoverInputs inputs;
    inputs.jurisdictions = config.jurisdictions;
    inputs.limits.deadline = now + kProbeLimit;
    for (const char* name : {"MISTRAL_API_KEY", "CODESTRAL_API_KEY"}) {
      if (const char* key = std::getenv(name); key && *key) inputs.environment.emplace_back(name, key);
    }
    auto looking = providers::discover(http, std::move(inputs));
    auto done = [weak = weak_from_this(), now](std::exception_ptr thrown, providers::Discovered discovered) {
      const auto self = weak.lock();
      if (!self || thrown) return;
      self->discovering = false;
      self->take(discovered, now);
      self->wake();
    };
    asio::co_spawn(loop, std::move(looking), std::move(done));
  }

  void take(const providers::Discovered& discovered, TimePoint since) {
    found.clear();
    notes = discovered.notes;
    for (const auto& each : discovered.found) {
      if (each.config.kind == "builtin") continue;
      const ProviderPtr provider = entry(each.config);
      provider->probe_ms = to_ms(Clock::now() - since);
      provider->probed_at = since;
      found.push_back(provider);
      if (!provider->codec) equip(provider, each.caps, each.note);
    }
  }

  bool busy() const {
    return discovering ||
           std::any_of(by_key.begin(), by_key.end(), [](const auto& each) { return each.second->probing; });
  }

  void wake() {
    if (busy()) return;
    started = true;
    for (auto& call : std::exchange(waiting, {})) call();
  }
};

bool over_budget(const Provider& provider, const Config& config, double spent_today) {
  const providers::Price price = providers::price_of(provider.config);
  return (price.input > 0 || price.output > 0) && spent_today >= config.usd_per_day;
}

ProviderSet::ProviderSet(asio::io_context& loop, providers::Http& http) : state_(std::make_shared<State>(loop, http)) {}
ProviderSet::~ProviderSet() = default;

std::vector<ProviderPtr> ProviderSet::usable(const Config& config, Permission permission, TimePoint now) {
  std::vector<ProviderPtr> list = state_->named(config, now);
  std::erase_if(list, [&](const ProviderPtr& provider) {
    if (provider == state_->builtin) return false;
    if (permission.local_only && !provider->local) return true;
    if (over_budget(*provider, config, state_->spent_today())) return true;
    return !provider->codec || !allowed(*provider, config.jurisdictions);
  });
  return list;
}

void ProviderSet::when_probed(const Config& config, std::function<void()> done) {
  (void)state_->named(config, Clock::now());
  if (!state_->busy()) return done();
  state_->waiting.push_back(std::move(done));
}

void ProviderSet::on_refusal(std::function<void(const std::string&, const Error&)> told) {
  state_->refused = std::move(told);
}

void ProviderSet::count_spending(std::function<double()> spent_today) { state_->spent_today = std::move(spent_today); }

std::vector<std::string> ProviderSet::over_budget_today(const Config& config) const {
  std::vector<std::string> names;
  const double spent = state_->spent_today();
  if (spent < config.usd_per_day) return names;
  for (const auto& provider : state_->named(config, Clock::now())) {
    if (over_budget(*provider, config, spent)) names.push_back(provider->config.name);
  }
  return names;
}

bool ProviderSet::starting() const { return !state_->started && state_->busy(); }

void ProviderSet::forget(const std::string& uri) {
  for (const auto& [key, provider] : state_->by_key) provider->caches.erase(uri);
}

const std::vector<std::string>& ProviderSet::discovery_notes() const { return state_->notes; }

std::vector<ProviderPtr> ProviderSet::sharing(const providers::ProviderConfig& config) const {
  std::vector<ProviderPtr> same;
  const auto is_same = [&](const Provider& p) {
    return p.codec && p.config.unix_socket == config.unix_socket && p.config.api_key == config.api_key &&
           providers::origin(p.config.url) == providers::origin(config.url);
  };
  for (const auto& [key, provider] : state_->by_key) {
    if (is_same(*provider)) same.push_back(provider);
  }
  for (const ProviderPtr& provider : state_->found) {
    if (is_same(*provider) && std::ranges::find(same, provider) == same.end()) same.push_back(provider);
  }
  return same;
}

std::vector<ProviderSet::Entry> ProviderSet::describe(const Config& config) {
  std::vector<Entry> out;
  for (const auto& provider : state_->named(config, Clock::now())) {
    std::string why_not;
    if (!allowed(*provider, config.jurisdictions)) {
      why_not = fmt::format("privacy.jurisdictions does not list \"{}\"", provider->config.jurisdiction);
    } else if (over_budget(*provider, config, state_->spent_today())) {
      why_not = fmt::format("the day's ${:g} are spent (budgets.usd_per_day)", config.usd_per_day);
    } else if (provider != state_->builtin && !provider->codec) {
      why_not = provider->probing ? "is being probed" : provider->note;
    } else {
      why_not = providers::unusable(provider->health, providers::Lane::completion, Clock::now());
    }
    out.push_back({provider, std::move(why_not)});
  }
  return out;
}

}  // namespace fimd::lsp

// The providers of this process: configured ones and found ones, with what was learned about each. Loop thread.
//
// Sessions with the same provider share one entry, so health, rates and prompt caches are shared too. Probing runs in
// the background; until a provider has answered its probe it is not asked.
#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "lsp/config.h"
#include "providers/allowance.h"
#include "providers/health.h"
#include "providers/http.h"
#include "providers/provider.h"

namespace fimd::lsp {

struct Provider {
  providers::ProviderConfig config;
  std::shared_ptr<const providers::Codec> codec;  // null for the builtin model
  bool local = true;                              // its jurisdiction is "local"
  bool probing = false;
  TimePoint probed_at{};
  Duration probe_again = kReprobe;  // at the earliest, after one that failed
  double probe_ms = 0;
  std::string note;  // what the probe found, for doctor
  providers::Health health;
  std::map<std::string, providers::PromptCache> caches;  // by document uri
  std::map<std::string, double> token_scale;  // by language, see token_scale.h; 0 while it is being measured
  std::map<std::string, double> scale_guess;  // by language, see was_too_long()
  bool tokenizer = true;                      // as far as known, the server counts tokens
};
using ProviderPtr = std::shared_ptr<Provider>;

// Which providers may have a document's text.
struct Permission {
  bool local_only = false;  // the file matches privacy.exclude
};

// Whether the provider costs money and so much was spent today that it may not be asked (budgets.usd_per_day).
[[nodiscard]] bool over_budget(const Provider& provider, const Config& config, double spent_today);

class ProviderSet {
 public:
  ProviderSet(boost::asio::io_context& loop, providers::Http& http);
  ~ProviderSet();

  // The providers to ask, in order, that may be asked now; the builtin model last if it is allowed at all. Starts
  // probes of those that are not known yet, once for all who use them; of those that were not there or refused after
  // kReprobe, kReprobeRefused or kRediscover again.
  [[nodiscard]] std::vector<ProviderPtr> usable(const Config& config, Permission permission, TimePoint now);

  // Calls `done` once every provider that the configuration names has been probed (at once if they are).
  void when_probed(const Config& config, std::function<void()> done);

  // Whether the first probes of this process still run: a moment later there may be a provider to ask.
  [[nodiscard]] bool starting() const;

  // Called when a provider that the configuration names refuses what it is asked (a wrong key, no such model), which
  // lasts until a person mends it.
  void on_refusal(std::function<void(const std::string& provider, const Error& error)> told);

  // Where the money that was spent today is counted.
  void count_spending(std::function<double()> spent_today);

  // The names of the providers that are not asked today because of what was spent.
  [[nodiscard]] std::vector<std::string> over_budget_today(const Config& config) const;

  // A document was closed: what is known of the servers' caches for it is of no more use.
  void forget(const std::string& uri);

  // The providers that are asked for completions at the same server with the same key.
  [[nodiscard]] std::vector<ProviderPtr> sharing(const providers::ProviderConfig& config) const;

  // Every provider known, with what keeps it from being used ("" if nothing does), for doctor and explain.
  struct Entry {
    ProviderPtr provider;
    std::string why_not;
  };
  [[nodiscard]] std::vector<Entry> describe(const Config& config);

  // What "auto" saw and does not use, and why.
  [[nodiscard]] const std::vector<std::string>& discovery_notes() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace fimd::lsp

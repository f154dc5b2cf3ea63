// What the ledger's rows say together: how fast providers were, how suggestions fared, what it cost. Pure.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "providers/ledger_store.h"

namespace fimd::lsp {

// Nearest rank, in milliseconds; all 0 without values.
struct Percentiles {
  double p50 = 0, p95 = 0, p99 = 0;
  size_t count = 0;
};
[[nodiscard]] Percentiles percentiles(std::vector<double> values);

// One provider's requests. Latency is that of completions.
struct ProviderFigures {
  std::string name;
  size_t requests = 0, errors = 0;
  size_t late = 0;  // completions that were stopped before any text came
  Percentiles first_token_ms, total_ms;
  int64_t tokens_in = 0, tokens_cached = 0, tokens_out = 0;
  bool estimated = false;  // some of the counts are
  double usd = 0;
  bool priced = true;      // false: the price of some request is not known
};

// How a group of suggestions fared. The shares of kept text are means over those that were measured.
struct Fared {
  std::string key;  // of the group
  size_t shown = 0, accepted = 0, partly = 0, typed = 0, dismissed = 0, runaway = 0, late = 0;
  std::optional<double> kept_30s, kept_2m, kept_5m, kept_10m, kept_saved;

  [[nodiscard]] double accepted_share() const {  // in whole or in part
    return shown == 0 ? 0 : static_cast<double>(accepted + partly) / static_cast<double>(shown);
  }
};

struct DayFigures {
  std::string day;  // "2026-11-30", UTC
  Percentiles first_token_ms;
  size_t shown = 0, taken = 0;
  double usd = 0;
};

struct Figures {
  std::vector<ProviderFigures> providers;  // most requests first
  Fared all;
  std::vector<Fared> by_provider, by_language, by_arm;  // most shown first
  Percentiles answer_ms;  // from the editor's request to the answer, of what was shown
  std::vector<double> answers_ms;  // the same, each, sorted
  std::vector<DayFigures> days;    // oldest first
  double usd = 0;
};

[[nodiscard]] Figures figures_of(std::span<const providers::SentRow> sent, std::span<const providers::ShownRow> shown);

// The shape of `fimd stats --json`.
[[nodiscard]] nlohmann::json to_json(const Figures& figures);

// Tables with bars for a terminal of 100 columns.
[[nodiscard]] std::string as_text(const Figures& figures);

// A page that needs nothing else, light or dark as its reader's system is.
[[nodiscard]] std::string as_page(const Figures& figures);

}  // namespace fimd::lsp

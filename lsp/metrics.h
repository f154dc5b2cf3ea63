// Counters and latency histograms of this process, for `fimd/stats` and `fimd stats`. Loop thread.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "context/budget.h"
#include "providers/health.h"
#include "providers/ledger_store.h"

namespace fimd::lsp {

// Logarithmic buckets from 10 microseconds to two minutes, four per doubling; a percentile is exact to about 19 %.
class Histogram {
 public:
  void add(Duration d);
  [[nodiscard]] double percentile_ms(double share) const;  // 0 when empty
  [[nodiscard]] uint64_t count() const { return count_; }
  [[nodiscard]] double sum_ms() const { return sum_ms_; }

  // How many took at most so long, at every doubling.
  struct UpTo {
    double ms = 0;
    uint64_t count = 0;
  };
  [[nodiscard]] std::vector<UpTo> doublings() const;

 private:
  static constexpr size_t kBuckets = 96;
  std::array<uint32_t, kBuckets> buckets_{};
  uint64_t count_ = 0;
  double sum_ms_ = 0;
};

struct Metrics {
  struct Provider {
    uint64_t requests = 0, errors = 0, late = 0;  // late: no text came before nobody wanted it any more
    Histogram first_token, total;
    int64_t prompt_tokens = 0, cached_tokens = 0, output_tokens = 0;
    double usd = 0;
  };
  std::map<std::string, Provider> providers;
  std::map<std::string, Histogram> stages;  // "answer", "from_flight", "launch_to_sent"
  uint64_t partly = 0, typed = 0, dismissed = 0, runaway = 0;
  uint64_t saved = 0;      // accepted ones that were there when the file was saved ...
  double kept_saved = 0;   // ... and the sum of the shares of them that still were
  uint64_t shown = 0, accepted = 0, empty = 0, late = 0, from_flight = 0, superseded = 0;

  void leg_ended(const providers::ProviderConfig& provider, const providers::StreamOutcome& outcome);

  // A suggestion's fate is known; and, later, how much of it was kept.
  void fared(const providers::ShownRow& row);
  void kept(const providers::ShownRow& row);
  [[nodiscard]] nlohmann::json to_json() const;
};

}  // namespace fimd::lsp

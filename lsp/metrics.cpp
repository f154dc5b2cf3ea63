#include "lsp/metrics.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

namespace fimd::lsp {
namespace {

constexpr double kSmallest = 0.01;  // ms: the upper end of the first bucket
constexpr double kPerDoubling = 4;

nlohmann::json histogram_json(const Histogram& h) {
  return {{"p50", h.percentile_ms(0.50)}, {"p95", h.percentile_ms(0.95)}, {"p99", h.percentile_ms(0.99)},
          {"count", h.count()}};
}

}  // namespace

void Histogram::add(Duration d) {
  const double ms = std::max(to_ms(d), kSmallest);
  const auto bucket = static_cast<size_t>(std::ceil(std::log2(ms / kSmallest) * kPerDoubling));
  ++buckets_[std::min(bucket, kBuckets - 1)];
  ++count_;
  sum_ms_ += to_ms(d);
}

std::vector<Histogram::UpTo> Histogram::doublings() const {
  std::vector<UpTo> out;
  uint64_t seen = 0;
  for (size_t i = 0; i + 1 < kBuckets; ++i) {  // the last one has no upper end
    seen += buckets_[i];
    if (i % static_cast<size_t>(kPerDoubling) == 0)
      out.push_back({kSmallest * std::exp2(static_cast<double>(i) / kPerDoubling), seen});
  }
  return out;
}

double Histogram::percentile_ms(double share) const {
  if (count_ == 0) return 0;
  const auto wanted = static_cast<uint64_t>(std::ceil(share * static_cast<double>(count_)));
  uint64_t seen = 0;
  for (size_t i = 0; i < kBuckets; ++i) {
    seen += buckets_[i];
    if (seen >= wanted) return kSmallest * std::exp2(static_cast<double>(i) / kPerDoubling);
  }
  return kSmallest * std::exp2(static_cast<double>(kBuckets) / kPerDoubling);
}

void Metrics::leg_ended(const providers::ProviderConfig& provider, const providers::StreamOutcome& outcome) {
  Provider& p = providers[provider.name];
  ++p.requests;
  const bool ours = outcome.error && outcome.error->code == Error::Code::cancelled;
  if (outcome.error && !ours) ++p.errors;
  if (ours && !outcome.first_token) ++p.late;
  if (outcome.first_token) p.first_token.add(*outcome.first_token - outcome.sent);
  if (outcome.last_token) p.total.add(*outcome.last_token - outcome.sent);
  p.prompt_tokens += outcome.usage.prompt_tokens.value_or(0);
  p.cached_tokens += outcome.usage.cached_tokens.value_or(0);
  p.output_tokens += outcome.usage.output_tokens.value_or(static_cast<int64_t>(outcome.tokens));
  p.usd += providers::cost_of(providers::price_of(provider), outcome.usage);
}

void Metrics::fared(const providers::ShownRow& row) {
  if (row.fate == "accepted") ++accepted;
  if (row.fate == "partly") ++partly;
  if (row.fate == "typed") ++typed;
  if (row.fate == "dismissed") ++dismissed;
  if (row.runaway) ++runaway;
}

void Metrics::kept(const providers::ShownRow& row) {
  if (!row.kept_saved) return;
  ++saved;
  kept_saved += *row.kept_saved;
}

nlohmann::json Metrics::to_json() const {
  nlohmann::json out = {{"providers", nlohmann::json::object()}, {"stages_ms", nlohmann::json::object()},
                        {"shown", shown}, {"accepted", accepted}, {"partly", partly}, {"typed", typed},
                        {"dismissed", dismissed}, {"runaway", runaway}, {"empty", empty}, {"late", late},
                        {"from_flight", from_flight}, {"superseded", superseded}};
  out["retained"] = saved == 0 ? nlohmann::json() : nlohmann::json(kept_saved / static_cast<double>(saved));
  for (const auto& [name, p] : providers) {
    out["providers"][name] = {
        {"requests", p.requests},
        {"errors", p.errors},
        {"late", p.late},
        {"usd", p.usd},
        {"first_token_ms", histogram_json(p.first_token)},
        {"total_ms", histogram_json(p.total)},
        {"tokens", {{"in", p.prompt_tokens}, {"cached", p.cached_tokens}, {"out", p.output_tokens}}}};
  }
  for (const auto& [name, h] : stages) out["stages_ms"][name] = histogram_json(h);
  return out;
}

}  // namespace fimd::lsp

#include "providers/latency.h"

#include <algorithm>
#include <cmath>

namespace fimd::providers {
namespace {

constexpr double kSmallest = 0.1;  // ms: the upper end of the first bucket
constexpr double kPerDoubling = 4;
constexpr double kPerSample = 1.03;  // half after 23 samples
constexpr double kHalfLife = 10;     // minutes
constexpr double kEnough = 3;        // fresh samples
constexpr double kLargestUnit = 1e12;

// How much more a sample of `now` weighs than one of `last`.
double growth(TimePoint last, TimePoint now) {
  const double minutes = std::max(0.0, to_ms(now - last) / 60000);
  return std::exp2(std::min(minutes / kHalfLife, 40.0));
}

}  // namespace

void Latency::add(Duration took, TimePoint now) {
  if (total_ > 0) unit_ *= growth(last_, now) * kPerSample;
  if (unit_ > kLargestUnit) {
    for (double& bucket : buckets_) bucket /= unit_;
    total_ /= unit_;
    unit_ = 1;
  }
  last_ = std::max(last_, now);
  lately_ = {took, total_ > 0 ? lately_[0] : took};
  const double steps = std::ceil(std::log2(std::max(to_ms(took), kSmallest) / kSmallest) * kPerDoubling);
  buckets_[std::min(static_cast<size_t>(steps), kBuckets - 1)] += unit_;
  total_ += unit_;
}

std::optional<Duration> Latency::lately() const {
  if (total_ <= 0) return std::nullopt;
  return std::max(lately_[0], lately_[1]);
}

double Latency::weight(TimePoint now) const { return total_ / unit_ / growth(last_, now); }

std::optional<Duration> Latency::quantile(double share, TimePoint now) const {
  if (total_ <= 0 || weight(now) < kEnough * 0.9) return std::nullopt;
  const double wanted = share * total_;
  double seen = 0;
  size_t at = 0;
  for (; at + 1 < kBuckets; ++at) {
    seen += buckets_[at];
    if (seen >= wanted && seen > 0) break;
  }
  const double ms = kSmallest * std::exp2(static_cast<double>(at) / kPerDoubling);
  return std::chrono::duration_cast<Duration>(std::chrono::duration<double, std::milli>(ms));
}

}  // namespace fimd::providers

// A histogram of times that forgets: what a provider took lately counts more than what it took an hour ago. A plain
// value, one per provider and stage, part of its Health; the loop thread writes it.
#pragma once

#include <array>
#include <cstddef>
#include <optional>

#include "context/budget.h"

namespace fimd::providers {

// Logarithmic buckets from 0.1 ms to over a minute, four per doubling. A sample weighs half as much after 23 further
// ones or after ten minutes, so an old picture fades even where nothing new comes.
class Latency {
 public:
  void add(Duration took, TimePoint now);

  // The time that `share` of the samples do not exceed, as the upper end of its bucket (up to 19 % more). nullopt while
  // what is left of the samples weighs less than three fresh ones.
  [[nodiscard]] std::optional<Duration> quantile(double share, TimePoint now) const;

  // The slower one of the last two samples: tells that something has changed before the quantiles do.
  [[nodiscard]] std::optional<Duration> lately() const;

  // What is left of the samples, counted in fresh ones.
  [[nodiscard]] double weight(TimePoint now) const;

 private:
  static constexpr size_t kBuckets = 80;
  std::array<double, kBuckets> buckets_{};
  double total_ = 0;
  double unit_ = 1;  // what a fresh sample weighs: it grows instead of all others shrinking
  TimePoint last_{};
  std::array<Duration, 2> lately_{};
};

}  // namespace fimd::providers

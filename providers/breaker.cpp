#include "providers/breaker.h"

#include <algorithm>

namespace fimd::providers {
namespace {

using std::chrono::milliseconds;

constexpr int kOpenAfter = 2;       // failures in a row
constexpr int kTrustAfter = 3;      // successes in a row, for one level less
constexpr int kLongestLevel = 4;
constexpr Duration kStep = milliseconds(250);  // doubled per level: 0.5 s, 1 s, 2 s, 4 s

}  // namespace

BreakerState state_of(const Breaker& b, TimePoint now) {
  if (!b.opened) return BreakerState::closed;
  return now < b.until ? BreakerState::open : BreakerState::half_open;
}

bool may_pass(const Breaker& b, TimePoint now) {
  const BreakerState state = state_of(b, now);
  return state == BreakerState::closed || (state == BreakerState::half_open && !b.probing);
}

bool pass(Breaker& b, TimePoint now) {
  if (state_of(b, now) == BreakerState::closed) return false;
  b.probing = true;
  return true;
}

void succeeded(Breaker& b) {
  b.opened = b.probing = false;
  b.failures = 0;
  if (++b.successes < kTrustAfter) return;
  b.successes = 0;
  b.level = std::max(0, b.level - 1);
}

void failed(Breaker& b, bool probe, TimePoint now) {
  b.successes = 0;
  if (b.opened && !probe) return;
  ++b.failures;
  if (!b.opened && b.level == 0 && b.failures < kOpenAfter) return;
  b.level = std::min(b.level + 1, kLongestLevel);
  open_for(b, kStep * (1 << b.level), now);
}

void open_for(Breaker& b, Duration pause, TimePoint now) {
  b.level = std::max(b.level, 1);
  b.opened = true;
  b.probing = false;
  b.successes = 0;
  b.until = std::max(b.until, now + pause);
}

void told_nothing(Breaker& b, bool probe) {
  if (probe) b.probing = false;
}

}  // namespace fimd::providers

// A breaker: after failures in a row a provider is left alone for a while, then one request finds out whether it is
// back. Plain data, part of a provider's Health; the loop thread writes it.
//
// closed -> open: two failures in a row (one is an accident and costs the provider nothing), or one while it is still
// on probation. open -> half-open: when the pause is over. half-open: a single request goes through; it closes or opens
// the breaker again. Pauses double from 0.5 s to 4 s, so a provider that is back is in use within seconds, and shrink
// again only after several successes, so one that fails every other time does not make the breaker flap.
#pragma once

#include "context/budget.h"

namespace fimd::providers {

struct Breaker {
  bool opened = false;
  bool probing = false;  // half-open: its one request is on its way
  int failures = 0;      // in a row while closed
  int successes = 0;     // in a row
  int level = 0;         // of the last pause; 0: trusted
  TimePoint until{};     // open until then
};

enum class BreakerState { closed, open, half_open };

[[nodiscard]] BreakerState state_of(const Breaker& breaker, TimePoint now);

// Whether a request may go through now.
[[nodiscard]] bool may_pass(const Breaker& breaker, TimePoint now);

// A request goes through; true: it is the one that finds out. Only to be called when it may.
[[nodiscard]] bool pass(Breaker& breaker, TimePoint now);

// How a request ended that went through; `probe`: what pass() said of it. What was on its way when the breaker opened
// and fails too says nothing new; what succeeds closes it.
void succeeded(Breaker& breaker);
void failed(Breaker& breaker, bool probe, TimePoint now);

// Opens it at once for `pause`: a failure that will not pass by itself, such as a wrong key.
void open_for(Breaker& breaker, Duration pause, TimePoint now);

// It ended without telling anything: we closed it.
void told_nothing(Breaker& breaker, bool probe);

}  // namespace fimd::providers

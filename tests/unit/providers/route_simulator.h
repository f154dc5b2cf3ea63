// Providers that behave as a scenario says, in virtual time: a person types, each keystroke is routed, legs run, and
// what comes of them is learned. Seeded and deterministic; nothing in it waits.
#pragma once

#include <algorithm>
#include <functional>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "providers/errors.h"
#include "providers/route.h"

namespace fimd::tests {

using namespace std::chrono_literals;
using providers::Lane;

// How a simulated provider behaves from one time on.
struct Behaviour {
  TimePoint from{};
  Duration first_token = 50ms;
  double jitter = 0.2;       // share of first_token, up to twice that at times
  double fails = 0;          // share of requests that end in an error after `fail_after`
  Duration fail_after = 5ms;
  bool hangs = false;
  bool refuses = false;      // 429
  std::optional<Duration> retry_after;
};

struct SimProvider {
  std::string name;
  bool local = false;
  int rank = 0;
  std::vector<Behaviour> behaviour = {{}};
  providers::Health health;
  providers::PromptCache cache;
  // What the properties are about.
  int openings = 0;
  std::vector<TimePoint> opened_at, asked_at, answered_at;

  [[nodiscard]] const Behaviour& now(TimePoint t) const {
    const Behaviour* found = &behaviour.front();
    for (const auto& b : behaviour) {
      if (b.from <= t) found = &b;
    }
    return *found;
  }
};

struct Keystroke {
  TimePoint at;
  std::optional<Duration> text_after;  // of a model, if it came by hard
  std::optional<size_t> winner;
  size_t paid = 0;                      // requests that cost money
  bool builtin = false;                 // it was there at hard
};

class Simulator {
 public:
  explicit Simulator(uint32_t seed) : random_(seed) {}

  std::vector<SimProvider> providers;
  bool hedge = true, builtin = true;
  Duration between = 150ms;  // keystrokes
  TimePoint now = TimePoint{} + 24h;
  std::vector<std::string> broken;  // rules that were broken

  // The machine sleeps: time passes, every connection is gone.
  void sleep(Duration how_long) {
    now += how_long;
    for (Flying& leg : flying_) {
      if (leg.ends > now) leg.ends = now;
      leg.lost = true;
    }
  }

  Keystroke key() {
    settle(now);
    Keystroke out{.at = now, .text_after = {}, .winner = {}};
    const Budget budget = Budget::from(now, 150ms, 200ms);
    std::vector<bool> tried(providers.size());
    TimePoint t = now;
    std::vector<size_t> mine;  // legs of this flight, in flying_ by id
    while (t < budget.hard && !out.winner) {
      const providers::Route plan = routed(budget, t, tried);
      out.builtin = out.builtin || has_last(plan);
      bool any = false;
      for (const auto& leg : plan.legs) any = any || leg.role != providers::Role::last;
      if (!any) break;
      t = run(plan, budget, tried, mine, out);
    }
    close_losers(out, mine, std::min(now + between, budget.hard + between));
    now += between;
    return out;
  }

 private:
  struct Flying {
    size_t id = 0, provider = 0;
    providers::Role role{};
    providers::Asked asked;
    TimePoint begun, ends;  // ends: first token, failure, or when it is closed
    bool fails = false, hangs = false, lost = false, ended = false;
  };

  static bool has_last(const providers::Route& plan) {
    return std::any_of(plan.legs.begin(), plan.legs.end(), [](const auto& l) { return l.role == providers::Role::last; });
  }
  double share() { return std::uniform_real_distribution<double>(0, 1)(random_); }

  providers::Route routed(const Budget& budget, TimePoint t, const std::vector<bool>& tried) {
    candidates_.clear();
    for (size_t i = 0; i < providers.size(); ++i) {
      SimProvider& p = providers[i];
      candidates_.push_back({.name = p.name, .health = &p.health, .caps = &caps_, .cache = &p.cache, .local = p.local,
                             .price = p.local ? providers::PriceClass::free : providers::PriceClass::paid, .rank = p.rank,
                             .max_tokens = 64, .verdict = "", .tried = tried[i]});
    }
    if (builtin) candidates_.push_back({.name = "builtin", .verdict = ""});
    const auto plan = providers::route({.candidates = candidates_, .budget = budget, .now = t, .hedge = hedge,
                                        .prefix = "int f() {\n  return ", .suffix = "\n}\n", .extra = {}});
    for (const auto& leg : plan.legs) {
      if (leg.at < t) broken.push_back("a leg before now");
      if (leg.at >= budget.hard) broken.push_back("a leg behind hard");
    }
    if (builtin && !has_last(plan)) broken.push_back("no last leg");
    return plan;
  }

  // Runs a plan until one has text, all have failed, or hard. Returns when.
  TimePoint run(const providers::Route& plan, const Budget& budget, std::vector<bool>& tried, std::vector<size_t>& mine, Keystroke& out) {
    TimePoint t = budget.hard;
    std::vector<providers::Leg> due;
    for (const auto& leg : plan.legs) {
      if (leg.role != providers::Role::last) due.push_back(leg);
    }
    size_t next = 0;
    while (true) {
      Flying* first = nullptr;  // of mine, the next to end
      for (const size_t id : mine) {
        Flying* leg = find(id);
        if (leg && !leg->ended && (!first || leg->ends < first->ends)) first = leg;
      }
      const TimePoint ends = first ? first->ends : budget.hard + 1h;
      if (next < due.size() && due[next].at <= ends && due[next].at < budget.hard) {
        settle(due[next].at);
        take_off(due[next], due[next].at, tried, mine, out);
        ++next;
        continue;
      }
      if (!first || ends >= budget.hard) return budget.hard;
      const bool text = !first->fails && !first->hangs;
      const size_t who = first->provider;
      settle(ends);
      t = ends;
      if (text) {
        out.winner = who;
        out.text_after = ends - budget.start;
        return t;
      }
      const bool running = std::any_of(mine.begin(), mine.end(), [&](size_t id) { const Flying* f = find(id); return f && !f->ended; });
      if (!running) return t;  // plan anew
    }
  }

  void take_off(const providers::Leg& leg, TimePoint t, std::vector<bool>& tried, std::vector<size_t>& mine, Keystroke& out) {
    SimProvider& p = providers[leg.candidate];
    if (tried[leg.candidate]) return;
    tried[leg.candidate] = true;
    if (!providers::unusable(p.health, Lane::completion, t).empty()) return;
    Flying f;
    f.id = next_id_++;
    f.provider = leg.candidate;
    f.role = leg.role;
    f.begun = t;
    f.asked.prompt_bytes = 40;
    f.asked.new_bytes = 4;
    f.asked.probe = providers::begin(p.health, Lane::completion, t);
    if (p.health.in_flight[0] > p.health.most_in_flight) broken.push_back("more in flight than allowed");
    const Behaviour& b = p.now(t);
    const double slower = share() < 0.05 ? 2 + 2 * share() : 1;
    f.hangs = b.hangs;
    f.fails = b.refuses || share() < b.fails;
    const auto ms = [](double v) { return std::chrono::duration_cast<Duration>(std::chrono::duration<double, std::milli>(v)); };
    f.ends = f.hangs ? t + (leg.role == providers::Role::probe ? 2s : 10s) : f.fails ? t + b.fail_after : t + ms(to_ms(b.first_token) * (1 + b.jitter * (2 * share() - 1)) * slower);
    if (!p.local) ++out.paid;
    p.asked_at.push_back(t);
    mine.push_back(f.id);
    flying_.push_back(f);
  }

  // The winner has closed the others; without one the next keystroke closes all but probes.
  void close_losers(const Keystroke& out, const std::vector<size_t>& mine, TimePoint next_key) {
    for (const size_t id : mine) {
      Flying* leg = find(id);
      if (!leg || leg->ended || leg->role == providers::Role::probe) continue;
      const TimePoint when = out.winner ? out.at + *out.text_after : next_key;
      if (when < leg->ends) end(*leg, when, true);
    }
  }

  Flying* find(size_t id) {
    const auto at = std::find_if(flying_.begin(), flying_.end(), [&](const Flying& f) { return f.id == id; });
    return at == flying_.end() ? nullptr : &*at;
  }

  // Ends what ends until then.
  void settle(TimePoint until) {
    std::vector<Flying*> ending;
    for (Flying& leg : flying_) {
      if (!leg.ended && leg.ends <= until) ending.push_back(&leg);
    }
    std::sort(ending.begin(), ending.end(), [](const Flying* a, const Flying* b) { return a->ends < b->ends; });
    for (Flying* leg : ending) end(*leg, leg->ends, false);
    if (flying_.size() > 64) std::erase_if(flying_, [](const Flying& f) { return f.ended; });
  }

  void end(Flying& leg, TimePoint when, bool closed) {
    leg.ended = true;
    SimProvider& p = providers[leg.provider];
    providers::StreamOutcome outcome;
    outcome.started = outcome.sent = leg.begun;
    if (closed) {
      outcome.error = Error{Error::Code::cancelled, "closed"};
    } else if (leg.hangs) {
      outcome.error = Error{Error::Code::deadline, "no complete answer in time"};
    } else if (leg.lost || leg.fails) {
      fail(outcome, leg, p.now(leg.begun));
    } else {
      outcome.first_token = outcome.last_token = when;
      outcome.tokens = 5;
      outcome.finish = providers::Finish::stop;
      p.answered_at.push_back(when);
    }
    const bool was = p.health.breaker.opened;
    const TimePoint until = p.health.breaker.until;
    providers::learn(p.health, leg.asked, outcome, when);
    const providers::Breaker& b = p.health.breaker;
    if (b.opened && (!was || b.until != until)) {
      ++p.openings;
      p.opened_at.push_back(when);
    }
  }

  static void fail(providers::StreamOutcome& outcome, const Flying& leg, const Behaviour& b) {
    if (!leg.lost && b.refuses) {
      outcome.failure = providers::HttpFailure{429, R"({"message":"Requests rate limit exceeded"})", b.retry_after};
      outcome.error = providers::to_error(providers::read_failure(*outcome.failure));
    } else {
      outcome.error = Error{Error::Code::down, "the connection was reset"};
    }
  }

  std::mt19937 random_;
  providers::Caps caps_ = [] { providers::Caps c; c.context = 8192; return c; }();
  std::vector<providers::Candidate> candidates_;
  std::vector<Flying> flying_;
  size_t next_id_ = 1;
};

}  // namespace fimd::tests

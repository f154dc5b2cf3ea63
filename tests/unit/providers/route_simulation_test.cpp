// What must hold of routing and health whatever the providers do: thousands of keystrokes in hundreds of seeded
// scenarios, in virtual time.
#include <gtest/gtest.h>

#include "tests/unit/providers/route_simulator.h"

namespace fimd::tests {
namespace {

SimProvider of(std::string name, Duration first_token, int rank, bool local = false) {
  SimProvider p;
  p.name = std::move(name);
  p.local = local;
  p.rank = rank;
  p.behaviour[0].first_token = first_token;
  return p;
}

// One to four providers of every temper, which change their minds every few seconds.
Simulator anything(uint32_t seed, size_t* keys) {
  std::mt19937 random(seed * 2654435761u + 1);
  const auto share = [&] { return std::uniform_real_distribution<double>(0, 1)(random); };
  Simulator sim(seed);
  const size_t count = 1 + random() % 4;
  for (size_t i = 0; i < count; ++i) {
    SimProvider p = of(std::string(1, static_cast<char>('a' + i)), 20ms, share() < 0.5 ? 0 : static_cast<int>(i), share() < 0.3);
    p.behaviour.clear();
    for (TimePoint t = sim.now; t < sim.now + 40s; t += std::chrono::milliseconds(500 + random() % 8000)) {
      Behaviour b{.from = t, .first_token = std::chrono::milliseconds(5 + random() % (share() < 0.3 ? 900 : 150)), .jitter = share(),
                  .retry_after = {}};
      const double temper = share();
      if (temper < 0.15) b.hangs = true;
      else if (temper < 0.3) b.fails = share();
      else if (temper < 0.4) b.fails = 1;
      else if (temper < 0.5) b.refuses = true;
      if (b.refuses && share() < 0.5) b.retry_after = std::chrono::milliseconds(random() % 6000);
      p.behaviour.push_back(b);
    }
    p.health.most_in_flight = 1 + static_cast<int>(random() % 8);
    sim.providers.push_back(std::move(p));
  }
  sim.between = std::chrono::milliseconds(40 + random() % 400);
  *keys = 60;
  return sim;
}

TEST(RouteSimulation, NoRuleIsBrokenInAThousandScenariosOfAnyKind) {
  for (uint32_t seed = 1; seed <= 1000; ++seed) {
    size_t keys = 0;
    Simulator sim = anything(seed, &keys);
    for (size_t i = 0; i < keys; ++i) {
      if (seed % 5 == 0 && i == keys / 2) sim.sleep(8h);
      const Keystroke key = sim.key();
      ASSERT_TRUE(key.builtin) << "seed " << seed;
      if (key.text_after) {
        ASSERT_LT(*key.text_after, 200ms) << "seed " << seed;
      }
    }
    ASSERT_TRUE(sim.broken.empty()) << "seed " << seed << ": " << sim.broken.front();
    for (const SimProvider& p : sim.providers) {
      for (size_t i = 4; i < p.opened_at.size(); ++i) {
        ASSERT_GE(p.opened_at[i] - p.opened_at[i - 4], 3s) << "seed " << seed << ": the breaker of " << p.name << " flaps";
      }
    }
  }
}

TEST(RouteSimulation, ARecoveredProviderIsUsedAgainWithinSeconds) {
  for (uint32_t seed = 1; seed <= 200; ++seed) {
    Simulator sim(seed);
    sim.providers = {of("a", 40ms, 0), of("b", 60ms, 1)};
    const TimePoint bad = sim.now + 5s, good = bad + std::chrono::seconds(1 + seed % 60);
    Behaviour trouble{.from = bad, .first_token = 900ms, .retry_after = {}};
    if (seed % 4 == 0) trouble.hangs = true;
    if (seed % 4 == 1) trouble.fails = 1;
    if (seed % 4 == 2) trouble.refuses = true;
    sim.providers[0].behaviour.push_back(trouble);
    sim.providers[0].behaviour.push_back({.from = good, .first_token = 40ms, .retry_after = {}});
    while (sim.now < good) (void)sim.key();
    std::optional<TimePoint> won;
    while (sim.now < good + 20s && !won) {
      const Keystroke key = sim.key();
      if (key.winner == 0u) won = key.at;
    }
    ASSERT_TRUE(won) << "seed " << seed;
    EXPECT_LE(*won - good, 8s) << "seed " << seed;
  }
}

TEST(RouteSimulation, AfterASleepEverythingIsUsedAgainWithinSeconds) {
  for (uint32_t seed = 1; seed <= 100; ++seed) {
    Simulator sim(seed);
    sim.providers = {of("a", 40ms, 0), of("b", 60ms, 1)};
    for (int i = 0; i < 50; ++i) (void)sim.key();
    sim.sleep(9h);
    const TimePoint awake = sim.now;
    Keystroke key = sim.key();
    while (key.winner != 0u && sim.now < awake + 10s) key = sim.key();
    EXPECT_EQ(key.winner, 0u) << "seed " << seed;
    EXPECT_LE(key.at - awake, 2s) << "seed " << seed;
  }
}

TEST(RouteSimulation, TheCheaperOfEqualsGetsTheRequests) {
  for (uint32_t seed = 1; seed <= 50; ++seed) {
    Simulator sim(seed);
    sim.providers = {of("paid", 40ms, 0), of("own", 40ms, 0, true)};
    size_t paid = 0;
    for (int i = 0; i < 100; ++i) paid += sim.key().paid;
    EXPECT_LE(paid, 25u) << "seed " << seed;
  }
}

TEST(RouteSimulation, AStormOfRefusalsIsMetWithFewRequests) {
  Simulator sim(7);
  sim.providers = {of("a", 40ms, 0)};
  sim.providers[0].behaviour[0].refuses = true;
  for (int i = 0; i < 400; ++i) (void)sim.key();  // a minute
  EXPECT_LE(sim.providers[0].asked_at.size(), 12u);
}

TEST(RouteSimulation, ADeadProviderCostsNoAnswer) {
  Simulator sim(7);
  sim.providers = {of("dead", 40ms, 0), of("b", 60ms, 1)};
  sim.providers[0].behaviour[0].fails = 1;
  size_t answered = 0;
  for (int i = 0; i < 200; ++i) answered += sim.key().winner.has_value();
  EXPECT_GE(answered, 195u);
  EXPECT_LE(sim.providers[0].asked_at.size(), 20u);
}

TEST(RouteSimulation, HedgingBringsMoreAnswersInTimeForFewRequestsMore) {
  size_t in_time[2] = {}, requests[2] = {};
  for (const bool hedge : {false, true}) {
    for (uint32_t seed = 1; seed <= 50; ++seed) {
      Simulator sim(seed);
      sim.hedge = hedge;
      sim.providers = {of("a", 70ms, 0), of("b", 70ms, 1)};
      for (int i = 0; i < 100; ++i) {
        const Keystroke key = sim.key();
        in_time[hedge] += key.winner.has_value();
        requests[hedge] += key.paid;
      }
    }
  }
  EXPECT_GT(in_time[1], in_time[0]);
  EXPECT_LT(static_cast<double>(requests[1]), 1.3 * static_cast<double>(requests[0]));
  RecordProperty("in_time_without", static_cast<int>(in_time[0]));
  RecordProperty("in_time_with", static_cast<int>(in_time[1]));
}

}  // namespace
}  // namespace fimd::tests

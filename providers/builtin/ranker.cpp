#include "providers/builtin/ranker.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

namespace fimd::providers::builtin {
namespace {

struct Node {
  int8_t feature;
  float threshold;
  uint8_t left, right;
};

#include "providers/builtin/model_b.inc"

// Thresholds are values that occur (logarithms of small integers, say) printed with six digits; comparing must not
// depend on which way the last digit was rounded.
constexpr float kRounding = 6e-6F;

double score(const Features& row) {
  double s = 0;
  for (size_t i = 0; i < kFeatures; ++i) s += static_cast<double>(kLinear[i] * row[i]);
  for (const uint16_t root : kRoots) {
    const Node* node = &kNodes[root];
    while (node->feature >= 0) {
      const float value = row[static_cast<size_t>(node->feature)];
      const float threshold = node->threshold + kRounding * std::abs(node->threshold);
      node = &kNodes[root + (value <= threshold ? node->left : node->right)];
    }
    s += static_cast<double>(node->threshold);
  }
  return s;
}

double logit(double p, double margin) {
  p = std::clamp(p, margin, 1 - margin);
  return std::log(p / (1 - p));
}

}  // namespace

Ranked rank_candidates(std::span<const Features> rows) {
  Ranked ranked;
  double highest = 0, sum = 0;
  for (const Features& row : rows) {
    ranked.probability.push_back(score(row));
    highest = std::max(highest, ranked.probability.back());
  }
  for (double& p : ranked.probability) {
    p = std::exp(p - highest);
    sum += p;
  }
  ranked.none = std::exp(-highest);
  sum += ranked.none;
  for (double& p : ranked.probability) p /= sum;
  ranked.none /= sum;
  return ranked;
}

double head_probability(const HeadFacts& facts) {
  const double whole = facts.whole ? 1 : 0;
  const double mass = logit(facts.mass, 1e-4), posterior = logit(facts.posterior, 1e-3);
  const std::array<double, 14> x = {1,
                                    mass,
                                    0,  // nearest-context probability: not part of this model
                                    facts.none,
                                    std::log(static_cast<double>(facts.tokens)),
                                    whole,
                                    0,
                                    whole * mass,
                                    posterior / 2,
                                    facts.ends_in_word ? 1.0 : 0.0,
                                    static_cast<double>(facts.align_score),
                                    static_cast<double>(facts.bag),
                                    static_cast<double>(facts.lm_order),
                                    whole * posterior};
  double s = 0;
  for (size_t i = 0; i < x.size(); ++i) s += static_cast<double>(kHeads[i]) * x[i];
  return 1 / (1 + std::exp(-s));
}

}  // namespace fimd::providers::builtin

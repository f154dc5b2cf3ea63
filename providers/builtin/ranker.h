// The probability that a candidate is the right rest of the line, and that its beginning is.
//
// A conditional logit over all candidates and "none of them": linear part and boosted trees, parameters compiled in
// (model_b.inc). The stated probabilities are calibrated, so thresholds on them mean what they say. Pure.
#pragma once

#include <span>
#include <vector>

#include "providers/builtin/features.h"

namespace fimd::providers::builtin {

struct Ranked {
  std::vector<double> probability;  // that the whole line is right, per candidate
  double none = 1;                  // that no candidate is
};

[[nodiscard]] Ranked rank_candidates(std::span<const Features> rows);

// What the head model looks at, for the first `tokens` tokens of a candidate.
struct HeadFacts {
  double mass = 0;       // summed probability of the candidates that begin so (that equal it, for a whole line)
  double posterior = 0;  // summed posterior of the same
  double none = 0;
  size_t tokens = 0;
  bool whole = false;
  bool ends_in_word = false;
  float align_score = 0, bag = 0, lm_order = 0;
};

// The probability that these tokens are a right beginning of the line.
[[nodiscard]] double head_probability(const HeadFacts& facts);

}  // namespace fimd::providers::builtin

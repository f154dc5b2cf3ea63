// How well the text before a possible source agrees with the text before the cursor, and under which renaming.
//
// Both are read backwards in step; the words in which they differ consistently are bound (source word -> our word).
// Weights and rules are those of the measured model; see alignment constants below. Pure.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include "providers/builtin/words.h"

namespace fimd::providers::builtin {

struct Bindings {
  static constexpr size_t kRoom = 24;
  struct Pair {
    Word source, ours;
  };
  std::array<Pair, kRoom> pairs;
  size_t size = 0;

  [[nodiscard]] Word image(Word source) const {  // kNoWord if unbound
    for (size_t i = 0; i < size; ++i) {
      if (pairs[i].source == source) return pairs[i].ours;
    }
    return kNoWord;
  }
  void bind(Word source, Word ours) {
    if (size < kRoom) pairs[size++] = {source, ours};
  }
  [[nodiscard]] size_t renamed() const {
    return static_cast<size_t>(std::count_if(pairs.begin(), pairs.begin() + static_cast<ptrdiff_t>(size),
                                             [](const Pair& p) { return p.source != p.ours; }));
  }
};

struct Alignment {
  double score = 0;
  uint32_t aligned = 0;  // tokens
  uint32_t exact = 0;    // tokens before the first difference
};

inline constexpr size_t kAlignDepth = 48;

// The weights 0.97^k.
inline constexpr auto kStepWeights = [] {
  std::array<double, kAlignDepth> w{};
  double x = 1;
  for (double& each : w) {
    each = x;
    x *= 0.97;
  }
  return w;
}();

// What a pair of words adds; `stop` ends the alignment before this pair counts as aligned.
template <class Rarity>
double pair_score(Word a, Word b, size_t k, const Rarity& rarity, Bindings& bindings, bool& stop) {
  if (a == b) {
    if (!is_name(a)) return is_break(a) ? 0.6 : 0.5;
    const Word image = bindings.image(a);
    if (image == kNoWord) bindings.bind(a, a);
    return image == kNoWord || image == a ? rarity(a) : 0.2 * rarity(a);
  }
  if (is_break(a) && is_break(b)) return 0.2;
  if (!is_name(a) || !is_name(b)) {
    stop = true;
    return 0;
  }
  const Word image = bindings.image(a);
  if (image == kNoWord) bindings.bind(a, b);
  if (image == kNoWord) return 0.05;
  if (image == b) return 0.8;
  stop = k < 3;
  return -0.5;
}

// `source` and `ours` point behind the last word to compare, with so many tokens before them. `rarity(word)` is what
// the agreement of a name is worth. Separators end the alignment.
template <class Rarity>
Alignment align(const Token* source, size_t source_room, const Token* ours, size_t our_room, const Rarity& rarity,
                Bindings& bindings) {
  Alignment result;
  bindings.size = 0;
  bool exact = true;
  const size_t depth = std::min({kAlignDepth, source_room, our_room});
  for (size_t k = 0; k < depth; ++k) {
    const Word a = word_of(source[-1 - static_cast<ptrdiff_t>(k)]);
    const Word b = word_of(ours[-1 - static_cast<ptrdiff_t>(k)]);
    if (a == kSeparator || b == kSeparator) break;
    bool stop = false;
    const double add = pair_score(a, b, k, rarity, bindings, stop);
    result.score += kStepWeights[k] * add;
    if (stop) break;
    exact = exact && a == b;
    ++result.aligned;
    if (exact) ++result.exact;
  }
  return result;
}

// How well what follows a source line agrees with what follows the cursor's line, through the same bindings.
[[nodiscard]] inline double align_forward(const Token* source, size_t source_room, const Token* ours, size_t our_room,
                                          const Bindings& bindings) {
  constexpr size_t kForward = 24;
  double score = 0;
  const size_t depth = std::min({kForward, source_room, our_room});
  for (size_t k = 0; k < depth; ++k) {
    const Word a = word_of(source[k]), b = word_of(ours[k]);
    if (a == kSeparator || b == kSeparator) break;
    if (a == b) {
      score += is_name(a) ? 1.0 : 0.5;
    } else if (is_break(a) && is_break(b)) {
      score += 0.2;
    } else if (is_name(a) && is_name(b) && bindings.image(a) == b) {
      score += 0.8;
    } else {
      break;
    }
  }
  return score;
}

}  // namespace fimd::providers::builtin

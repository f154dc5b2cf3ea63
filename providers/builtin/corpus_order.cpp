// Sorting positions by the words before them: a counting sort by the previous word, then per bucket two words at a time
// as one 64-bit key, which keeps the comparisons off the token array.
#include <algorithm>

#include "providers/builtin/corpus.h"

namespace fimd::providers::builtin {
namespace {

struct Keyed {
  uint64_t key;
  uint32_t position;
  friend bool operator<(const Keyed& a, const Keyed& b) {
    return a.key != b.key ? a.key < b.key : a.position < b.position;
  }
};

// The word `back` places before a position whose nearer words hold no separator; the same word means "the end".
uint64_t key_at(std::span<const Token> tokens, uint32_t position, size_t back) {
  const Word near = word_of(tokens[position - back]);
  const Word far = near == kSeparator ? kSeparator : word_of(tokens[position - back - 1]);
  return static_cast<uint64_t>(near) << 32 | far;
}

// Sorts positions that agree in the `depth` words before them.
void sort_deeper(std::span<const Token> tokens, std::span<Keyed> run, size_t depth) {
  if (run.size() < 2) return;
  if (depth >= kContextDepth) {
    std::sort(run.begin(), run.end(), [](const Keyed& a, const Keyed& b) { return a.position < b.position; });
    return;
  }
  for (Keyed& k : run) k.key = key_at(tokens, k.position, depth + 1);
  std::sort(run.begin(), run.end());
  for (size_t from = 0; from < run.size();) {
    size_t to = from + 1;
    while (to < run.size() && run[to].key == run[from].key) ++to;
    const bool ends = (run[from].key >> 32) == kSeparator || (run[from].key & 0xffffffff) == kSeparator;
    if (!ends) sort_deeper(tokens, run.subspan(from, to - from), depth + 2);
    from = to;
  }
}

}  // namespace

bool sort_positions(std::span<const Token> tokens, size_t words, std::vector<uint32_t>& order,
                    const std::stop_token& stop) {
  std::vector<uint32_t> starts(words + 1, 0);
  for (size_t p = 1; p < tokens.size(); ++p) {
    if (word_of(tokens[p]) != kSeparator) ++starts[word_of(tokens[p - 1]) + 1];
  }
  for (size_t w = 0; w < words; ++w) starts[w + 1] += starts[w];
  order.assign(starts[words], 0);
  order.shrink_to_fit();
  std::vector<uint32_t> next(starts.begin(), starts.end() - 1);
  for (uint32_t p = 1; p < tokens.size(); ++p) {
    if (word_of(tokens[p]) != kSeparator) order[next[word_of(tokens[p - 1])]++] = p;
  }
  std::vector<Keyed> run;
  for (size_t w = kSame; w < words; ++w) {
    if (stop.stop_requested()) return false;
    const std::span<uint32_t> bucket(order.data() + starts[w], starts[w + 1] - starts[w]);
    if (bucket.size() < 2) continue;
    run.resize(bucket.size());
    for (size_t i = 0; i < bucket.size(); ++i) run[i].position = bucket[i];
    sort_deeper(tokens, run, 1);
    for (size_t i = 0; i < bucket.size(); ++i) bucket[i] = run[i].position;
  }
  return true;
}

int compare_contexts(ContextEnd a, ContextEnd b) {
  for (size_t k = 1; k <= kContextDepth; ++k) {
    const Word x = k > a.position ? kSeparator : word_of(a.tokens[a.position - k]);
    const Word y = k > b.position ? kSeparator : word_of(b.tokens[b.position - k]);
    if (x != y) return x < y ? -1 : 1;
    if (x == kSeparator) return 0;
  }
  return 0;
}

}  // namespace fimd::providers::builtin

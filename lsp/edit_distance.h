// How many single changes lead from one sequence to another (Levenshtein). Pure.
#pragma once

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <utility>
#include <vector>

namespace fimd::lsp {

// Insertions, deletions and replacements of one item, the least of them: of characters for texts, of lines for lists of
// lines. Takes time in proportion to the product of the lengths.
template <class Items>
[[nodiscard]] size_t edit_distance(const Items& a, const Items& b) {
  std::vector<size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), size_t{0});
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = std::exchange(row[0], i);
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
    }
  }
  return row.back();
}

}  // namespace fimd::lsp

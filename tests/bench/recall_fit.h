// Fits the weights of context/snippets/clues.cpp to hidden lines.
#pragma once

#include <array>
#include <cstdio>

#include "tests/bench/recall_parts.h"

namespace fimd::bench {

// Logistic regression by stochastic descent, on lines of another seed.
inline constexpr std::string_view kClueNames[] = {
    "always", "before", "after", "often", "seen", "imported_name", "imported_file", "same_folder", "partner", "popular",
    "ambiguous", "own_name", "receiver", "visible_type", "inherited", "callee", "enum_case", "similar", "typed", "member_here",
    "is_type", "is_function", "is_method", "is_field", "is_constant", "is_variable", "is_macro", "hidden_name"};
static_assert(std::size(kClueNames) == snippets::kClues);

inline int fit(std::vector<std::unique_ptr<Repo>>& repos, size_t lines) {
  struct Row {
    std::array<float, snippets::kClues> value;
    float label, weight;
  };
  std::vector<Row> rows;
  std::mt19937 random(7);
  for (auto& repo : repos) {
    for (const bool cut : {false, true}) {
      for (const Hidden& hidden : hide_lines(*repo, lines, 99, cut)) {
        const auto scene = scene_of(*repo, hidden);
        for (const auto& [id, clues] : table_of(*repo, hidden, scene)) {
          const std::string_view name = hidden.index->symbol(id).name;
          const bool used = std::ranges::any_of(hidden.names, [&](const Needed& n) { return n.name == name; });
          if (!used && random() % 8 != 0) continue;
          rows.push_back({clues.value, used ? 1.0F : 0.0F, used ? 1.0F : 8.0F});
        }
      }
    }
  }
  std::shuffle(rows.begin(), rows.end(), random);
  std::array<double, snippets::kClues> weights{}, squares{};
  squares.fill(1e-6);
  for (size_t i = 0; i < snippets::kClues; ++i) weights[i] = snippets::fitted_weights()[i];
  double loss = 0;
  for (int epoch = 0; epoch < 12; ++epoch) {
    loss = 0;
    double all = 0;
    for (const Row& row : rows) {
      double z = 0;
      for (size_t i = 0; i < snippets::kClues; ++i) z += weights[i] * row.value[i];
      const double p = 1 / (1 + std::exp(-z));
      loss -= row.weight * std::log(std::max(1e-9, row.label > 0 ? p : 1 - p)), all += row.weight;
      for (size_t i = 0; i < snippets::kClues; ++i) {
        if (row.value[i] == 0) continue;
        const double g = row.weight * (p - row.label) * row.value[i] + 1e-5 * weights[i];
        squares[i] += g * g;
        weights[i] -= 0.1 * g / std::sqrt(squares[i]);
      }
    }
    loss /= all;
  }
  std::printf("%zu rows, mean loss %.5f\n", rows.size(), loss);
  for (size_t i = 0; i < snippets::kClues; ++i) {
    std::printf("    set(Clue::%s, %.2fF);\n", std::string(kClueNames[i]).c_str(), weights[i]);
  }
  return 0;
}

}  // namespace fimd::bench

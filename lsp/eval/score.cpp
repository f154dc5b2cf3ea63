#include "lsp/eval/score.h"

#include <algorithm>
#include <cmath>

#include "lsp/eval/tasks.h"
#include "lsp/uptake.h"

namespace fimd::lsp {
namespace {

constexpr size_t kResamples = 2000;

std::string_view trimmed(std::string_view text) {
  const size_t from = text.find_first_not_of(" \t\r\n");
  if (from == std::string_view::npos) return {};
  return text.substr(from, text.find_last_not_of(" \t\r\n") - from + 1);
}

std::string_view first_line(std::string_view text) { return trimmed(text.substr(0, text.find('\n'))); }

}  // namespace

Score score(std::string_view hidden, std::string_view suggested) {
  Score s;
  const std::string_view wanted = trimmed(hidden), got = trimmed(suggested);
  s.exact = wanted == got;
  s.first_line = first_line(wanted) == first_line(got);
  s.similarity = kept_share(wanted, got);
  return s;
}

Interval bootstrap(std::span<const double> values, uint64_t seed) {
  Interval out;
  if (values.empty()) return out;
  const auto n = static_cast<double>(values.size());
  for (const double v : values) out.mean += v / n;
  Dice dice(seed);
  std::vector<double> means(kResamples);
  for (double& mean : means) {
    for (size_t i = 0; i < values.size(); ++i) mean += values[dice.below(values.size())] / n;
  }
  std::sort(means.begin(), means.end());
  out.low = means[static_cast<size_t>(0.025 * kResamples)];
  out.high = means[static_cast<size_t>(0.975 * kResamples)];
  return out;
}

Verdict compare(std::span<const double> first, std::span<const double> second, uint64_t seed) {
  std::vector<double> differences;
  for (size_t i = 0; i < std::min(first.size(), second.size()); ++i) differences.push_back(first[i] - second[i]);
  Verdict v{.difference = bootstrap(differences, seed)};
  if (v.difference.low > 0) v.better = 1;
  if (v.difference.high < 0) v.better = -1;
  return v;
}

}  // namespace fimd::lsp

#include "providers/builtin/line.h"

#include <algorithm>
#include <numeric>

#include "providers/builtin/lexer.h"

namespace fimd::providers::builtin {
namespace {

constexpr double kPenalty = 0.5;  // of a wrong character against a right one
constexpr size_t kBest = 4;       // candidates whose beginnings are weighed

std::vector<Reading> readings(const Scene& scene) {
  std::vector<Reading> all;
  all.push_back({scene.before.size(), scene.foreign_before.size(), scene.typed, {}});
  if (scene.touching.empty()) return all;
  const size_t foreign = scene.foreign_before.empty() ? 0 : scene.foreign_before.size() - 1;
  all.push_back({scene.before.size() - 1, foreign, scene.typed - 1, scene.touching});
  return all;
}

size_t visible(std::string_view text) {
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), is_visible));
}

// Whether a candidate repeats the line above or below the cursor.
bool repeats(const Line& line, size_t i) {
  return line.rows[i][dup_next] > 0 || line.rows[i][dup_prev] > 0;
}

// Whether `other` begins with the first `n` pieces of `c` (and is that, for the whole of it).
bool begins_like(const Candidate& other, const Candidate& c, size_t n) {
  const std::string_view head = std::string_view(c.text).substr(0, c.ends[n - 1]);
  if (n == c.ends.size()) return other.text == head;
  return std::string_view(other.text).starts_with(head) &&
         std::binary_search(other.ends.begin(), other.ends.end(), static_cast<uint32_t>(head.size()));
}

double head_of(const Line& line, size_t i, size_t n) {
  const Candidate& c = line.candidates.list[i];
  HeadFacts facts;
  for (size_t j = 0; j < line.candidates.list.size(); ++j) {
    const Candidate& other = line.candidates.list[j];
    if (!begins_like(other, c, n)) continue;
    facts.mass += line.ranked.probability[j];
    facts.posterior += other.posterior;
  }
  facts.none = line.ranked.none;
  facts.tokens = n;
  facts.whole = n == c.ends.size();
  facts.ends_in_word = is_word_byte(c.text[c.ends[n - 1] - 1]);
  facts.align_score = line.rows[i][align_score];
  facts.bag = line.rows[i][bag];
  facts.lm_order = line.rows[i][lm_order];
  return head_probability(facts);
}

std::optional<Choice> best_head(const Line& line, std::span<const size_t> order, const Thresholds& thresholds) {
  std::optional<Choice> best;
  double best_net = 0;
  for (const size_t i : order.first(std::min(kBest, order.size()))) {
    const Candidate& c = line.candidates.list[i];
    for (size_t n = c.ends.size(); n > 0; --n) {
      const std::string_view head = std::string_view(c.text).substr(0, c.ends[n - 1]);
      if (visible(head) < thresholds.head_visible) break;
      const double p = head_of(line, i, n);
      if (p < thresholds.head) continue;
      const double net = static_cast<double>(head.size()) * ((1 + kPenalty) * p - kPenalty);
      auto fitting = fit_right(head, line.scene.right);
      if (fitting && net > best_net && visible(*fitting) >= thresholds.head_visible) {
        best_net = net;
        best = Choice{i, *std::move(fitting), p, n == c.ends.size()};
      }
      break;
    }
  }
  return best;
}

size_t first_unmatched(std::string_view text, char wanted) {
  size_t depth = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '(' || c == '[' || c == '{') ++depth;
    if (c != ')' && c != ']' && c != '}') continue;
    if (depth == 0) return c == wanted ? i : std::string_view::npos;
    --depth;
  }
  return std::string_view::npos;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && !is_visible(text.front())) text.remove_prefix(1);
  while (!text.empty() && !is_visible(text.back())) text.remove_suffix(1);
  return text;
}

}  // namespace

Line consider(const Place& place, const SearchLimits& limits, TimePoint deadline, std::stop_token stop) {
  Line line;
  line.scene = look(*place.document, place.offset, place.path, place.corpus);
  for (const Reading& reading : readings(line.scene)) {
    if (stop.stop_requested()) return {};
    if (!line.groups.empty() && Clock::now() >= deadline) break;
    Group group{reading, gather(line.scene, reading, limits, stop), line.candidates.list.size(), 0};
    copy_lines(line.scene, reading, group.gathered, line.candidates);
    group.count = line.candidates.list.size() - group.first;
    line.groups.push_back(std::move(group));
  }
  line.rows = measure(line.scene, line.groups, line.candidates);
  line.ranked = rank_candidates(line.rows);
  return line;
}

std::optional<Choice> choose(const Line& line, const Thresholds& thresholds) {
  const auto& list = line.candidates.list;
  const bool inside_word = !line.scene.right.empty() && is_word_byte(line.scene.right[0]) && !line.scene.left.empty() &&
                           is_word_byte(line.scene.left.back());
  if (list.empty() || inside_word) return std::nullopt;
  std::vector<size_t> order;
  for (size_t i = 0; i < list.size(); ++i) {
    if (!repeats(line, i)) order.push_back(i);
  }
  std::stable_sort(order.begin(), order.end(),
                   [&](size_t a, size_t b) { return line.ranked.probability[a] > line.ranked.probability[b]; });
  if (order.empty()) return std::nullopt;
  const double p = line.ranked.probability[order[0]];
  if (p >= thresholds.line) {
    if (auto text = fit_right(list[order[0]].text, line.scene.right))
      return Choice{order[0], *std::move(text), p, true};
  }
  return best_head(line, order, thresholds);
}

std::optional<std::string> fit_right(std::string_view text, std::string_view right) {
  right = trimmed(right);
  if (right.empty()) return std::string(text);
  const auto rest_of = [&](size_t length) -> std::optional<std::string> {
    const std::string_view kept = text.substr(0, length);
    if (trimmed(kept).empty()) return std::nullopt;
    return std::string(kept);
  };
  if (text.ends_with(right)) return rest_of(text.size() - right.size());
  const bool only_closes = right.find_first_not_of(")]}\"'`;:,> ") == std::string_view::npos;
  if (!only_closes) return std::nullopt;
  const char next = right[0];
  if (const size_t at = first_unmatched(text, next); at != std::string_view::npos) return rest_of(at);
  if (next == '"' || next == '\'' || next == '`') {
    if (const size_t at = text.find(next); at != std::string_view::npos) return rest_of(at);
  }
  for (size_t n = std::min(text.size(), right.size()); n > 0; --n) {
    if (text.ends_with(right.substr(0, n))) return rest_of(text.size() - n);
  }
  return std::string(text);
}

}  // namespace fimd::providers::builtin

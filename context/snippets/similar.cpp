#include "context/snippets/similar.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "context/snippets/places.h"

namespace fimd::context::snippets {
namespace {

constexpr size_t kMostBytes = 256U << 10;
constexpr uint32_t kLines = 16;       // of a window
constexpr uint32_t kStride = 4;
constexpr uint32_t kGoesOn = 8;       // lines behind a window that are shown and whose names count as well
constexpr uint32_t kAbove = 16;       // lines around the cursor that are compared
constexpr uint32_t kBelow = 6;
constexpr float kLeast = 0.12F;
constexpr size_t kNames = 120;        // that are looked up

uint32_t hash_of(std::string_view name) {
  uint32_t hash = 2166136261U;
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
  return hash;
}

// How much a name tells: little when every other file mentions it.
float rarity(const Index& index, std::string_view name) {
  const auto files = static_cast<float>(index.files() + 2);
  return std::log(files / (1 + static_cast<float>(index.mention_count(name))));
}

using Wanted = std::unordered_map<uint32_t, std::pair<float, uint32_t>>;  // hash: weight, last window that counted it

Wanted around_cursor(const Scene& scene, float& all) {
  Wanted wanted;
  for (const Word& word : scene.words) {
    const bool near = word.before <= kAbove || word.after <= kBelow;
    if (!near) continue;
    const float weight =
        rarity(*scene.index, word.name) / (1 + 0.05F * static_cast<float>(std::min(word.before, word.after)));
    if (weight <= 0) continue;
    wanted.try_emplace(hash_of(word.name), weight, 0);
    all += weight;
  }
  return wanted;
}

}  // namespace

FileWordsPtr read_words(std::string path, Snapshot text) {
  auto out = std::make_shared<FileWords>();
  const std::string_view utf8 = std::string_view(text->utf8).substr(0, kMostBytes);
  each_name(utf8, [&](std::string_view name, uint32_t line, bool) {
    out->words.push_back({hash_of(name), line, static_cast<uint32_t>(name.data() - utf8.data()),
                          static_cast<uint16_t>(std::min<size_t>(name.size(), UINT16_MAX))});
  });
  out->path = std::move(path);
  out->text = std::move(text);
  return out;
}

float alikeness(const Scene& scene, const Alike& window) {
  float all = 0, both = 0;
  Wanted wanted = around_cursor(scene, all);
  const auto& words = window.file->words;
  auto word = std::ranges::lower_bound(words, window.first, {}, &FileWords::At::line);
  for (; word != words.end() && word->line < std::min(window.last, window.first + kLines); ++word) {
    const auto at = wanted.find(word->hash);
    if (at == wanted.end() || std::exchange(at->second.second, 1) != 0) continue;
    both += at->second.first;
  }
  return all > 0 ? both / all : 0;
}

std::vector<Alike> most_alike(const Scene& scene, std::span<const FileWordsPtr> files, size_t limit) {
  float all = 0;
  Wanted wanted = around_cursor(scene, all);
  struct Hit {
    uint32_t line;
    std::pair<float, uint32_t>* wanted;
  };
  std::vector<Alike> found;
  std::vector<Hit> hits;
  uint32_t window = 0;
  for (const FileWordsPtr& file : files) {
    hits.clear();
    for (const FileWords::At& word : file->words) {
      if (const auto at = wanted.find(word.hash); at != wanted.end()) hits.push_back({word.line, &at->second});
    }
    const auto lines = static_cast<uint32_t>(file->text->lines.size());
    size_t from = 0;
    for (uint32_t first = 0; first < lines && from < hits.size(); first += kStride) {
      ++window;
      while (from < hits.size() && hits[from].line < first) ++from;
      float both = 0;
      for (size_t i = from; i < hits.size() && hits[i].line < first + kLines; ++i) {
        if (std::exchange(hits[i].wanted->second, window) != window) both += hits[i].wanted->first;
      }
      const float score = all > 0 ? both / all : 0;
      if (score >= kLeast) found.push_back({file, first, std::min(lines, first + kLines + kGoesOn), score});
    }
  }
  std::ranges::stable_sort(found, std::greater(), &Alike::score);
  std::vector<Alike> out;
  for (const Alike& each : found) {
    if (out.size() == limit) break;
    const bool overlaps = std::ranges::any_of(
        out, [&](const Alike& o) { return o.file == each.file && each.first < o.last && o.first < each.last; });
    if (!overlaps) out.push_back(each);
  }
  return out;
}

void names_in_alike(const Scene& scene, std::span<const Alike> windows, Table& table) {
  std::unordered_map<std::string_view, float> names;
  for (const Alike& window : windows) {
    const auto& words = window.file->words;
    auto word = std::ranges::lower_bound(words, window.first, {}, &FileWords::At::line);
    for (; word != words.end() && word->line < window.last; ++word) {
      float& strength = names[std::string_view(window.file->text->utf8).substr(word->start, word->size)];
      strength = std::max(strength, window.score);
    }
  }
  std::vector<std::pair<float, std::string_view>> order;
  for (const auto& [name, strength] : names)
    order.emplace_back(-strength * std::max(0.0F, rarity(*scene.index, name)), name);
  std::ranges::sort(order);
  if (order.size() > kNames) order.resize(kNames);
  for (const auto& [unused, name] : order)
    look_up(scene, name, table, [&](Clues& clues) { clues.raise(Clue::similar, names[name]); });
}

}  // namespace fimd::context::snippets

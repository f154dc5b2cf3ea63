#include "context/snippets/choice.h"

#include <algorithm>
#include <optional>
#include <unordered_set>

namespace fimd::context::snippets {
namespace {

constexpr double kWorthKeeping = 0.7;  // share of what a new choice would be worth
constexpr size_t kFreshShare = 6;       // one in so many tokens is for what became likely since the choice was made
constexpr size_t kBodyShare = 8;         // at most one in so many tokens is for the bodies of short functions
constexpr double kWorthMoving = 0.2;    // what a change of the part behind has to bring: names that will be used

using Chances = std::unordered_map<uint64_t, double>;

double worth(const std::vector<uint64_t>& symbols, const Chances& chances) {
  double sum = 0;
  for (const uint64_t key : symbols) {
    if (const auto at = chances.find(key); at != chances.end()) sum += at->second;
  }
  return sum;
}

double worth(const std::vector<Excerpt>& excerpts) {
  double sum = 0;
  for (const Excerpt& excerpt : excerpts) {
    for (const Ranked& each : excerpt.symbols) sum += each.chance;
  }
  return sum;
}

using Alive = std::optional<std::unordered_set<uint64_t>>;  // none: everything

// Whether all that a snippet shows is still there.
bool still_true(const Choice::Kept& kept, const Alive& alive) {
  return !alive || std::ranges::all_of(kept.symbols, [&](uint64_t key) { return alive->contains(key); });
}

// The keys of the symbols that the files of the last choice have now.
std::unordered_set<uint64_t> keys_alive(const Index& index, const Choice& last) {
  std::unordered_set<uint64_t> keys;
  std::unordered_set<std::string_view> done;
  for (const Choice::Kept& kept : last.kept) {
    const auto file = index.find(kept.snippet.path);
    if (!file || kept.symbols.empty() || !done.insert(kept.snippet.path).second) continue;
    for (uint32_t s = 0; s < index.symbols(*file); ++s) keys.insert(key_of(index, {*file, s}));
  }
  return keys;
}

// Tokens that are left over for the bodies of short functions.
size_t room_for_bodies(const std::vector<Excerpt>& excerpts, const Room& room) {
  size_t used = 0;
  for (const Excerpt& excerpt : excerpts) used += excerpt.tokens;
  return std::min(room.tokens / kBodyShare, room.tokens - std::min(room.tokens, used));
}

Choice::Kept kept_of(const Scene& scene, const Table& table, const Excerpt& excerpt, bool fresh, Texts& texts,
                     size_t& bodies) {
  Choice::Kept kept;
  kept.fresh = fresh;
  kept.snippet.path = scene.index->path(excerpt.file);
  const size_t before = bodies;
  const Whole whole = short_functions(*scene.index, excerpt, texts, bodies);
  kept.snippet.text = text_of(*scene.index, excerpt, whole);
  const Ranked* best = nullptr;
  double most = -1;
  for (const Ranked& each : excerpt.symbols) {
    kept.symbols.push_back(each.key);
    kept.snippet.rank = std::max(kept.snippet.rank, each.chance);
    // What the line itself asks for explains an excerpt better than what is only near.
    const Clues& clues = table.at(each.id);
    const double telling = each.chance + clues[Clue::receiver] + clues[Clue::enum_case] + clues[Clue::callee];
    if (telling > most) most = telling, best = &each;
  }
  if (!best) return kept;
  kept.snippet.why = reason(scene, scene.index->symbol(best->id), table.at(best->id));
  kept.snippet.tokens = excerpt.tokens + before - bodies;
  return kept;
}

double worth(const std::vector<Choice::Kept>& kept, const Chances& chances) {
  double sum = 0;
  for (const Choice::Kept& each : kept) sum += worth(each.symbols, chances);
  return sum;
}

// The excerpts of the last choice that are still true.
std::vector<Choice::Kept> old_ones(const Choice* last, const Alive& alive, bool fresh) {
  std::vector<Choice::Kept> out;
  if (!last) return out;
  std::ranges::copy_if(last->kept, std::back_inserter(out),
                       [&](const Choice::Kept& kept) { return kept.fresh == fresh && still_true(kept, alive); });
  return out;
}

size_t tokens_of(const std::vector<Choice::Kept>& kept) {
  size_t sum = 0;
  for (const Choice::Kept& each : kept) sum += each.snippet.tokens;
  return sum;
}

// Chosen anew: what is as it was first, in its old order, then the others, the best last.
std::vector<Choice::Kept> anew(const Scene& scene, const Table& table, std::vector<Excerpt> excerpts,
                               const Choice* last, Texts& texts, size_t bodies) {
  std::vector<Choice::Kept> out;
  for (const Excerpt& excerpt : excerpts) out.push_back(kept_of(scene, table, excerpt, false, texts, bodies));
  const auto old_place = [&](const Choice::Kept& kept) {
    if (!last) return SIZE_MAX;
    const auto at = std::ranges::find_if(last->kept, [&](const Choice::Kept& k) {
      return k.snippet.path == kept.snippet.path && k.snippet.text == kept.snippet.text;
    });
    return at == last->kept.end() ? SIZE_MAX : static_cast<size_t>(at - last->kept.begin());
  };
  std::ranges::stable_sort(out, {},
                           [&](const Choice::Kept& kept) { return std::pair(old_place(kept), kept.snippet.rank); });
  return out;
}

}  // namespace

std::vector<Choice::Kept> choose_lasting(const Scene& scene, const Table& table, const std::vector<Ranked>& ranked,
                                         const Choice* last, const Room& room, bool checked, Texts& texts) {
  const Room most{.tokens = room.tokens - room.tokens / kFreshShare,
                  .files = room.files - room.files / kFreshShare,
                  .least = room.least};
  std::vector<Excerpt> best = choose(scene, ranked, most);
  Chances chances;
  for (const Ranked& each : ranked) chances.emplace(each.key, each.chance);
  const Alive alive = last && !checked ? Alive(keys_alive(*scene.index, *last)) : std::nullopt;

  std::vector<Choice::Kept> out = old_ones(last, alive, false);
  if (tokens_of(out) > most.tokens || out.size() > most.files || worth(out, chances) < kWorthKeeping * worth(best)) {
    const size_t bodies = room_for_bodies(best, most);
    out = anew(scene, table, std::move(best), last, texts, bodies);
  }
  // What became likely since then goes behind, and stays there by the same rule.
  std::unordered_set<uint64_t> shown;
  for (const Choice::Kept& kept : out) shown.insert(kept.symbols.begin(), kept.symbols.end());
  std::vector<Ranked> news;
  for (const Ranked& each : ranked) {
    if (!shown.contains(each.key)) news.push_back(each);
  }
  const Room rest{.tokens = room.tokens - std::min(room.tokens, tokens_of(out)),
                  .files = room.files - std::min(room.files, out.size()), .least = room.least};
  const std::vector<Excerpt> newest = choose(scene, news, rest);
  std::vector<Choice::Kept> behind = old_ones(last, alive, true);
  std::erase_if(behind, [&](const Choice::Kept& kept) {
    return std::ranges::any_of(kept.symbols, [&](uint64_t key) { return shown.contains(key); });
  });
  const double gain = worth(newest) - worth(behind, chances);
  if (tokens_of(behind) > rest.tokens || behind.size() > rest.files || gain > kWorthMoving) {
    behind.clear();
    size_t bodies = room_for_bodies(newest, rest);
    for (const Excerpt& excerpt : newest) behind.push_back(kept_of(scene, table, excerpt, true, texts, bodies));
  }
  out.insert(out.end(), std::make_move_iterator(behind.begin()), std::make_move_iterator(behind.end()));
  return out;
}

}  // namespace fimd::context::snippets

#include "context/snippets/excerpts.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>
#include <unordered_set>

namespace fimd::context::snippets {
namespace {

constexpr size_t kMaxRanked = 800;
constexpr size_t kMisses = 20;      // symbols that do not fit before the rest is not looked at
constexpr double kSameName = 0.35;  // how much the second definition of a name is worth beside the first
constexpr double kWorthABody = 0.2;  // chance from which a short function is shown whole
constexpr size_t kShortBody = 400;   // bytes
constexpr size_t kShortLines = 5;
constexpr double kCostPower = 0.6;  // how much a symbol's length counts against it

bool is_container(const SymbolView& symbol) {
  return symbol.kind == SymbolKind::type || symbol.kind == SymbolKind::interface ||
         symbol.kind == SymbolKind::enumeration;
}

// Every line with so many blanks in front.
std::string indented(std::string_view text, size_t blanks) {
  std::string out;
  while (!text.empty()) {
    out.append(blanks, ' ').append(take_line(text)) += '\n';
  }
  return out;
}

// Lines whose first begins at `column`, without so many blanks in front of the others.
std::string without_indent(std::string_view code, size_t column) {
  std::string out;
  for (bool first = true; !code.empty(); first = false) {
    std::string_view line = take_line(code);
    if (!first) line.remove_prefix(std::min({column, line.find_first_not_of(" \t"), line.size()}));
    (out += line) += '\n';
  }
  out.pop_back();
  return out;
}

// What has to be paid besides a symbol's own line: the file's name and the heads of its types.
class Costs {
 public:
  explicit Costs(const Scene& scene) : scene_(scene) {}

  size_t extra(SymbolId id) {
    size_t tokens = 0;
    if (!shown_.contains(id.file)) {
      const auto [at, first] = paths_.try_emplace(id.file, 0);
      if (first) at->second = estimate_tokens(scene_.index->path(id.file)) + 4;
      tokens = at->second;
    }
    for (SymbolId at = id;;) {
      const uint32_t container = scene_.index->symbol(at).container;
      if (container == Symbol::kNoContainer) return tokens;
      at.symbol = container;
      if (taken_.contains(at)) continue;
      const auto [cost, first] = heads_.try_emplace(at, 0);
      if (first) {
        const SymbolView head = scene_.index->symbol(at);
        cost->second = is_container(head) ? estimate_tokens(head.signature) + 2 : 0;
      }
      tokens += cost->second;
    }
  }

  void take(SymbolId id) {
    shown_.insert(id.file);
    for (SymbolId at = id;;) {
      taken_.insert(at);
      at.symbol = scene_.index->symbol(at).container;
      if (at.symbol == Symbol::kNoContainer) return;
    }
  }

  size_t files() const { return shown_.size(); }
  bool shows(FileId file) const { return shown_.contains(file); }

 private:
  const Scene& scene_;
  std::unordered_map<FileId, size_t> paths_;                 // what naming a file costs
  std::unordered_map<SymbolId, size_t, SymbolHash> heads_;  // what the head of a type costs
  std::unordered_set<FileId> shown_;
  std::unordered_set<SymbolId, SymbolHash> taken_;
};

}  // namespace

uint64_t key_of(const Index& index, SymbolId id) {
  uint64_t hash = 14695981039346656037U;
  const auto add = [&hash](std::string_view text) {
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211U;
    hash = (hash ^ 0xFF) * 1099511628211U;
  };
  const SymbolView symbol = index.symbol(id);
  add(index.path(id.file));
  add(symbol.owner);
  add(symbol.signature);
  return hash;
}

std::vector<Ranked> rank(const Scene& scene, const Table& table, const Weights& weights) {
  std::vector<Ranked> out;
  out.reserve(table.size());
  for (const auto& [id, clues] : table) {
    const SymbolView symbol = scene.index->symbol(id);
    if (symbol.signature.empty()) continue;
    out.push_back({.id = id, .chance = probability(clues, weights), .tokens = 0, .key = 0});
  }
  const size_t kept = std::min(out.size(), kMaxRanked);
  const auto likelier = [](const Ranked& a, const Ranked& b) {
    if (a.chance != b.chance) return a.chance > b.chance;
    return std::pair(a.id.file, a.id.symbol) < std::pair(b.id.file, b.id.symbol);
  };
  std::partial_sort(out.begin(), out.begin() + static_cast<std::ptrdiff_t>(kept), out.end(), likelier);
  out.resize(kept);
  // One definition of a name is nearly always enough, and the likeliest comes first.
  std::unordered_map<std::string_view, size_t> seen;
  for (Ranked& each : out)
    each.chance *= std::pow(kSameName, static_cast<double>(seen[scene.index->symbol(each.id).name]++));
  for (Ranked& each : out) {
    each.tokens = estimate_tokens(scene.index->symbol(each.id).signature) + 2;
    each.key = key_of(*scene.index, each.id);
  }
  std::ranges::stable_sort(out, std::greater(), &Ranked::chance);
  return out;
}

std::vector<Excerpt> choose(const Scene& scene, const std::vector<Ranked>& ranked, const Room& room) {
  std::vector<Excerpt> out;
  Costs costs(scene);
  const auto worth = [&](const Ranked& each) {
    return each.chance / std::pow(static_cast<double>(each.tokens + costs.extra(each.id)), kCostPower);
  };
  // What a symbol costs falls when others of its file are taken, so what was sorted by an old worth is looked at again.
  std::vector<std::pair<double, size_t>> heap;
  for (size_t i = 0; i < ranked.size() && ranked[i].chance >= room.least; ++i) heap.emplace_back(worth(ranked[i]), i);
  std::ranges::make_heap(heap);
  std::unordered_map<FileId, size_t> place;
  size_t left = room.tokens, misses = 0;
  while (!heap.empty() && misses < kMisses) {
    std::ranges::pop_heap(heap);
    const Ranked& each = ranked[heap.back().second];
    heap.pop_back();
    const size_t tokens = each.tokens + costs.extra(each.id);
    if (tokens > left || (!costs.shows(each.id.file) && costs.files() >= room.files)) {
      misses += tokens > left;
      continue;
    }
    left -= tokens;
    const bool first = !costs.shows(each.id.file);
    costs.take(each.id);
    if (first) {
      place[each.id.file] = out.size();
      out.push_back({.file = each.id.file, .symbols = {}, .tokens = 0});
      for (auto& [old, i] : heap) {
        if (ranked[i].id.file == each.id.file) old = worth(ranked[i]);
      }
      std::ranges::make_heap(heap);
    }
    Excerpt& excerpt = out[place[each.id.file]];
    excerpt.symbols.push_back(each);
    excerpt.tokens += tokens;
  }
  for (Excerpt& excerpt : out) {
    std::ranges::sort(excerpt.symbols, {}, [](const Ranked& r) { return r.id.symbol; });
  }
  return out;
}

Whole short_functions(const Index& index, const Excerpt& excerpt, Texts& texts, size_t& left) {
  Whole out;
  Snapshot text;
  for (const Ranked& each : excerpt.symbols) {
    const SymbolView symbol = index.symbol(each.id);
    const bool function = symbol.kind == SymbolKind::function || symbol.kind == SymbolKind::method;
    if (!function || each.chance < kWorthABody || symbol.end <= symbol.start || symbol.end - symbol.start > kShortBody)
      continue;
    if (!text) text = texts.get(index.path(excerpt.file));
    if (!text || symbol.end > text->utf8.size()) return {};
    const std::string_view code = std::string_view(text->utf8).substr(symbol.start, symbol.end - symbol.start);
    // The index may have seen another text.
    if (symbol.name_start < symbol.start || !code.substr(symbol.name_start - symbol.start).starts_with(symbol.name))
      continue;
    if (static_cast<size_t>(std::ranges::count(code, '\n')) > kShortLines || code.size() <= symbol.signature.size() + 2)
      continue;
    const size_t line = text->lines[line_of(*text, symbol.start)];
    std::string lines = without_indent(code, symbol.start - line);
    const size_t tokens = estimate_tokens(lines), paid = estimate_tokens(symbol.signature);
    if (tokens > paid + left) continue;
    left -= tokens - std::min(tokens, paid);
    out.emplace(each.id.symbol, std::move(lines));
  }
  return out;
}

std::string text_of(const Index& index, const Excerpt& excerpt, const Whole& whole) {
  std::string out, last;
  std::unordered_set<uint32_t> shown;
  const auto show = [&](auto& self, uint32_t at) -> size_t {  // the depth of its members
    const SymbolView symbol = index.symbol({excerpt.file, at});
    size_t depth = 0;
    if (symbol.container != Symbol::kNoContainer) depth = self(self, symbol.container);
    if (!shown.insert(at).second) return depth + (is_container(symbol) ? 1 : 0);
    const bool chosen = std::ranges::any_of(excerpt.symbols, [&](const Ranked& r) { return r.id.symbol == at; });
    if (!chosen && !is_container(symbol)) return depth;
    const auto body = whole.find(at);
    std::string line = indented(body == whole.end() ? symbol.signature : std::string_view(body->second), 2 * depth);
    if (line != last) out += line;  // two names in one declaration are two symbols
    last = std::move(line);
    return depth + (is_container(symbol) ? 1 : 0);
  };
  for (const Ranked& each : excerpt.symbols) show(show, each.id.symbol);
  return out;
}

}  // namespace fimd::context::snippets

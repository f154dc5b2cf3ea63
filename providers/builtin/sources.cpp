#include "providers/builtin/sources.h"

#include <algorithm>
#include <cmath>

namespace fimd::providers::builtin {
namespace {

constexpr size_t kKept = 72;
constexpr size_t kCountedNeighbours = 50;  // for the weight of the longest match
constexpr uint32_t kDirectoryDistance = 3'000, kRepositoryDistance = 10'000, kBelowPenalty = 50;

bool same_kind(Word a, Word b) {
  if (is_name(a)) return is_name(b);
  if (is_break(a)) return is_break(b);
  return a == b;
}

uint32_t match_length(const Token* a, size_t a_room, const Token* b, size_t b_room) {
  const size_t depth = std::min({kContextDepth, a_room, b_room});
  size_t k = 0;
  while (k < depth) {
    const Word x = word_of(a[-1 - static_cast<ptrdiff_t>(k)]);
    if (x == kSeparator || x != word_of(b[-1 - static_cast<ptrdiff_t>(k)])) break;
    ++k;
  }
  return static_cast<uint32_t>(k);
}

class Gatherer {
 public:
  Gatherer(const Scene& scene, const Reading& reading, const SearchLimits& limits)
      : scene_(scene), reading_(reading), limits_(limits) {}

  Gathered run(const std::stop_token& stop) {
    scan_above();
    scan_below();
    if (scene_.corpus != nullptr && !stop.stop_requested()) walk();
    const auto by_key = [](const Source& a, const Source& b) {
      if (a.key != b.key) return a.key > b.key;
      if (a.origin != b.origin) return a.origin < b.origin;
      return a.position > b.position;
    };
    const auto kept = static_cast<ptrdiff_t>(std::min(kKept, out_.sources.size()));
    std::partial_sort(out_.sources.begin(), out_.sources.begin() + kept, out_.sources.end(), by_key);
    out_.sources.resize(static_cast<size_t>(kept));
    return std::move(out_);
  }

 private:
  [[nodiscard]] const Token* ours() const { return scene_.before.data() + reading_.context; }

  // Whether the token fits a half-typed word: longer than it and beginning with it.
  [[nodiscard]] bool completes(Word word) const {
    if (reading_.prefix.empty()) return true;
    if (word <= kShallower || word >= scene_.document->words.end()) return false;
    const std::string_view text = scene_.document->words.text(word);
    return text.size() > reading_.prefix.size() && text.starts_with(reading_.prefix);
  }

  void hit(uint32_t length, double weight) {
    if (length < out_.longest || length == 0) return;
    if (length > out_.longest) out_.weight = 0;
    out_.longest = length;
    out_.weight += weight;
  }

  void local(const std::vector<Token>& text, uint32_t position, Origin origin, uint32_t distance) {
    Source source{text.data(), position, 0, static_cast<uint32_t>(text.size()), origin, 0, 0, 0, 0, distance, nullptr};
    if (origin == Origin::above) source.high = static_cast<uint32_t>(reading_.context);
    keep(source, align(
                     text.data() + position, position, ours(), reading_.context,
                     [&](Word w) { return scene_.rarity_here(w); }, scratch_));
  }

  void keep(Source source, const Alignment& alignment) {
    source.score = alignment.score;
    source.aligned = alignment.aligned;
    source.exact = alignment.exact;
    source.key = alignment.score - 0.12 * std::log1p(static_cast<double>(source.distance));
    out_.sources.push_back(source);
  }

  void scan_above() {
    const std::vector<Token>& text = scene_.before;
    const size_t n = reading_.context;
    if (n == 0) return;
    const Word last = word_of(text[n - 1]);
    const size_t oldest = n > limits_.window ? n - limits_.window : 0;
    for (size_t p = n - 1; p > oldest && p > 0; --p) {
      const Word previous = word_of(text[p - 1]);
      if (!same_kind(last, previous)) continue;
      const auto distance = static_cast<uint32_t>(n - p);
      if (previous == last) {
        hit(match_length(text.data() + p, p, ours(), n), 4.0 + 4.0 * std::exp(-static_cast<double>(distance) / 300.0));
      }
      if (is_break(word_of(text[p])) || !completes(word_of(text[p]))) continue;
      local(text, static_cast<uint32_t>(p), Origin::above, distance);
    }
  }

  void scan_below() {
    const std::vector<Token>& text = scene_.after;
    const size_t n = reading_.context;
    if (n == 0) return;
    const Word last = word_of(scene_.before[n - 1]);
    const size_t end = std::min(text.size(), limits_.window);
    for (size_t p = 1; p < end; ++p) {
      const Word previous = word_of(text[p - 1]);
      if (!same_kind(last, previous)) continue;
      if (previous == last) hit(match_length(text.data() + p, p, ours(), n), 3.0);
      if (is_break(word_of(text[p])) || !completes(word_of(text[p]))) continue;
      local(text, static_cast<uint32_t>(p), Origin::below, static_cast<uint32_t>(p) + kBelowPenalty);
    }
  }

  // One end of the walk through a segment's order.
  struct Head {
    const Segment* segment;
    const Holes* holes;
    std::pair<uint32_t, uint32_t> own;  // the open document's own version
    ptrdiff_t at;
    int direction;
    uint32_t length;  // of the match there; 0: nothing left
  };

  void measure(Head& head) const {
    head.length = 0;
    if (head.at < 0 || head.at >= static_cast<ptrdiff_t>(head.segment->order.size())) return;
    const uint32_t p = head.segment->order[static_cast<size_t>(head.at)];
    head.length = match_length(head.segment->tokens.data() + p, p, scene_.foreign_before.data() + reading_.foreign,
                               reading_.foreign);
  }

  void enter(const Segment& segment, const Holes* holes, std::vector<Head>& heads) const {
    if (segment.order.empty()) return;
    const ContextEnd cursor{scene_.foreign_before.data(), reading_.foreign};
    const auto at =
        std::lower_bound(segment.order.begin(), segment.order.end(), cursor, [&](uint32_t p, const ContextEnd& c) {
          return compare_contexts({segment.tokens.data(), p}, c) < 0;
        });
    std::pair<uint32_t, uint32_t> own(0, 0);
    if (const auto file = segment.find(scene_.path)) own = {segment.files[*file].start, segment.end_of(*file)};
    const ptrdiff_t i = at - segment.order.begin();
    for (const auto& [start, direction] : {std::pair(i, 1), std::pair(i - 1, -1)}) {
      heads.push_back({&segment, holes, own, start, direction, 0});
      measure(heads.back());
    }
  }

  static bool hidden(const Head& head, uint32_t position) {
    if (position >= head.own.first && position < head.own.second) return true;
    if (head.holes == nullptr || head.holes->empty()) return false;
    const auto after = std::upper_bound(head.holes->begin(), head.holes->end(), position,
                                        [](uint32_t p, const auto& hole) { return p < hole.first; });
    return after != head.holes->begin() && position < std::prev(after)->second;
  }

  void walk() {
    std::vector<Head> heads;
    enter(*scene_.corpus->overlay, nullptr, heads);
    enter(*scene_.corpus->base, &scene_.corpus->base_holes, heads);
    if (heads.empty()) return;
    find_completions();
    size_t taken = 0, counted = 0;
    const size_t steps = reading_.prefix.empty() ? limits_.steps : 4 * limits_.steps;
    for (size_t step = 0; step < steps && taken < limits_.neighbours; ++step) {
      const auto deepest = std::max_element(heads.begin(), heads.end(),
                                            [](const Head& a, const Head& b) { return a.length < b.length; });
      if (deepest->length == 0) break;
      visit(*deepest, taken, counted);
      deepest->at += deepest->direction;
      measure(*deepest);
    }
  }

  void visit(const Head& head, size_t& taken, size_t& counted) {
    const Segment& segment = *head.segment;
    const uint32_t p = segment.order[static_cast<size_t>(head.at)];
    if (hidden(head, p)) return;
    const bool wanted = !is_break(word_of(segment.tokens[p])) && completes_there(word_of(segment.tokens[p]));
    if (!wanted && counted >= kCountedNeighbours) return;
    const size_t file = segment.file_of(p);
    const bool near = segment.files[file].directory == scene_.directory;
    if (counted++ < kCountedNeighbours) hit(head.length, near ? 1.5 : 1.0);
    if (!wanted) return;
    ++taken;
    Source source{segment.tokens.data(),
                  p,
                  segment.files[file].start + 1,
                  segment.end_of(file),
                  near ? Origin::directory : Origin::repository,
                  0,
                  0,
                  0,
                  0,
                  near ? kDirectoryDistance : kRepositoryDistance,
                  &segment};
    keep(source, align(
                     source.tokens + p, p - source.low, scene_.foreign_before.data() + reading_.foreign,
                     reading_.foreign, [&](Word w) { return scene_.rarity_there(w); }, scratch_));
  }

  // The words of the corpus that begin with the half-typed one: a range of the sorted base vocabulary, a few of the
  // overlay's, some keywords.
  void find_completions() {
    if (reading_.prefix.empty()) return;
    const Vocabulary& words = scene_.corpus->words;
    const auto first_not = [&](auto&& below) {
      Word low = words.base->first(), high = words.base->end();
      while (low < high) {
        const Word middle = low + (high - low) / 2;
        if (below(words.base->text(middle)))
          low = middle + 1;
        else
          high = middle;
      }
      return low;
    };
    const std::string_view prefix = reading_.prefix;
    completions_from_ = first_not([&](std::string_view t) { return t <= prefix; });
    completions_to_ = first_not([&](std::string_view t) { return t.substr(0, prefix.size()) <= prefix; });
  }

  [[nodiscard]] bool completes_there(Word word) const {
    if (reading_.prefix.empty()) return true;
    if (word >= completions_from_ && word < completions_to_) return true;
    if (is_name(word) && word < scene_.corpus->words.base->end()) return false;
    const std::string_view text = scene_.corpus->words.text(word);
    return text.size() > reading_.prefix.size() && text.starts_with(reading_.prefix);
  }

  const Scene& scene_;
  const Reading& reading_;
  const SearchLimits& limits_;
  Gathered out_;
  Bindings scratch_;
  Word completions_from_ = 0, completions_to_ = 0;
};

}  // namespace

Gathered gather(const Scene& scene, const Reading& reading, const SearchLimits& limits, const std::stop_token& stop) {
  return Gatherer(scene, reading, limits).run(stop);
}

Bindings bindings_of(const Scene& scene, const Reading& reading, const Source& source) {
  Bindings bindings;
  if (source.segment == nullptr) {
    align(
        source.tokens + source.position, source.position, scene.before.data() + reading.context, reading.context,
        [](Word) { return 0.0; }, bindings);
  } else {
    align(
        source.tokens + source.position, source.position - source.low, scene.foreign_before.data() + reading.foreign,
        reading.foreign, [](Word) { return 0.0; }, bindings);
  }
  return bindings;
}

}  // namespace fimd::providers::builtin

// Parts of a text that are in another language.
#include <algorithm>

#include "context/symbols_read.h"
#include "context/syntax_data.h"
#include "context/utf8.h"

namespace fimd::context {
namespace {

using grammars::Capture;

constexpr size_t kMaxParts = 500;

struct Found {
  size_t start, end;
  uint16_t pattern;
  const grammars::Language* language;
};

// The places that the query finds, the first pattern's word counting where several find the same.
std::vector<Found> places_of(const Tree::Data& data, const std::stop_token& stop) {
  std::vector<Found> places;
  const grammars::Query& query = grammars::query(data.grammar(), grammars::QueryKind::embeds);
  if (!query.query) return places;
  Matches matches(query, data.root(), stop);
  for (TSQueryMatch match; places.size() < 2 * kMaxParts && matches.next(match);) {
    TSNode part{};
    std::string_view name;
    bool counts = true;
    for (uint16_t i = 0; i < match.capture_count; ++i) {
      const TSQueryCapture& capture = match.captures[i];
      const Capture role = query.captures[capture.index];
      const std::string& words = query.words[capture.index];
      if (role == Capture::is && !grammars::Words{words}.has(text_of(data, capture.node))) counts = false;
      if (role == Capture::language) name = text_of(data, capture.node);
      if (role == Capture::embed) part = capture.node;
      if (role == Capture::embed && name.empty()) name = words;
    }
    const grammars::Language* language = grammars::find_language(name);
    if (!counts || ts_node_is_null(part) || begin_of(part) == end_of(part)) continue;
    places.push_back({begin_of(part), end_of(part), match.pattern_index, language});
  }
  std::ranges::sort(places, {}, [](const Found& p) { return std::pair(p.start, p.pattern); });
  const auto rest =
      std::unique(places.begin(), places.end(), [](const Found& a, const Found& b) { return a.start == b.start; });
  places.erase(rest, places.end());
  std::erase_if(places, [](const Found& p) { return !p.language || !p.language->grammar; });
  if (places.size() > kMaxParts) places.resize(kMaxParts);
  return places;
}

// The one edit that leads from a text to another.
ByteEdit difference(const Text& before, const Text& after) {
  const std::string &a = before.utf8, &b = after.utf8;
  const size_t shorter = std::min(a.size(), b.size());
  size_t start = static_cast<size_t>(
      std::mismatch(a.begin(), a.begin() + static_cast<ptrdiff_t>(shorter), b.begin()).first - a.begin());
  start = floor_code_point(a, start);
  size_t same = 0;
  while (same < shorter - start && a[a.size() - 1 - same] == b[b.size() - 1 - same]) ++same;
  while (same > 0 && floor_code_point(a, a.size() - same) != a.size() - same) --same;
  return {.start = start,
          .old_end = a.size() - same,
          .new_end = b.size() - same,
          .start_point = byte_position(before, start),
          .old_end_point = byte_position(before, a.size() - same),
          .new_end_point = byte_position(after, b.size() - same)};
}

// The part's tree: the one it had, one made from that, or a fresh one.
Result<Tree> tree_of(const Found& place, std::string_view utf8, const Tree* old, const std::stop_token& stop) {
  if (old && old->text()->utf8 == utf8) return *old;
  auto text = std::make_shared<const Text>(make_text({}, 0, std::string(place.language->id), std::string(utf8)));
  if (!old) return parse_flat(std::move(text), {}, {}, stop);
  const ByteEdit edit = difference(*old->text(), *text);
  return parse_flat(std::move(text), *old, std::span(&edit, 1), stop);
}

}  // namespace

const Embedded* Tree::Data::embedded_at(size_t offset) const {
  const auto behind = std::ranges::upper_bound(embedded, offset, {}, &Embedded::start);
  if (behind == embedded.begin()) return nullptr;
  const Embedded& part = *std::prev(behind);
  const bool line_ends = part.end > 0 && text->utf8[part.end - 1] == '\n';
  return offset < part.end || (offset == part.end && !line_ends) ? &part : nullptr;
}

bool read_embedded(Tree::Data& data, const Tree::Data* before, const std::stop_token& stop) {
  const std::string_view utf8 = data.text->utf8;
  for (const Found& place : places_of(data, stop)) {
    const std::string_view part = utf8.substr(place.start, place.end - place.start);
    const size_t index = data.embedded.size();
    const Tree* old = before && index < before->embedded.size() ? &before->embedded[index].tree : nullptr;
    if (old && old->data()->language != place.language) old = nullptr;
    auto tree = tree_of(place, part, old, stop);
    if (!tree && tree.error().code == Error::Code::cancelled) return false;
    if (tree) data.embedded.push_back({place.start, place.end, std::move(*tree)});
  }
  return !stop.stop_requested();
}

std::string_view Tree::language_at(size_t offset) const {
  if (!data_) return {};
  const Embedded* part = data_->embedded_at(offset);
  return part ? part->tree.data()->language->id : data_->language->id;
}

}  // namespace fimd::context

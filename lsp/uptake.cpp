#include "lsp/uptake.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "lsp/edit_distance.h"
#include "lsp/flight.h"

namespace fimd::lsp {
namespace {

using providers::ShownRow;

constexpr size_t kMostKept = 64;       // taken suggestions that are watched in one document
constexpr size_t kByBytes = 512;       // longer texts are compared by lines
constexpr size_t kAtOnce = 2;          // bytes that come in one change: not typed

struct Look {
  Duration after;
  std::optional<double> ShownRow::*share;
};
const std::array<Look, 4> kLooks = {{{std::chrono::seconds(30), &ShownRow::kept_30s},
                                     {std::chrono::minutes(2), &ShownRow::kept_2m},
                                     {std::chrono::minutes(5), &ShownRow::kept_5m},
                                     {std::chrono::minutes(10), &ShownRow::kept_10m}}};

size_t common_prefix(std::string_view a, std::string_view b) {
  return static_cast<size_t>(
      std::mismatch(a.begin(), a.begin() + static_cast<std::ptrdiff_t>(std::min(a.size(), b.size())), b.begin()).first -
      a.begin());
}

std::vector<std::string_view> text_lines(std::string_view text) {
  std::vector<std::string_view> out;
  for (size_t at = 0; at <= text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    out.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return out;
}

// Where a byte of the text before an edit stands behind it; `sticks`: a byte at the edit's place stays in front of it.
size_t moved(size_t at, const context::ByteEdit& e, bool sticks) {
  if (at < e.start || (at == e.start && sticks)) return at;
  if (at >= e.old_end) return at - e.old_end + e.new_end;
  return std::min(at, e.new_end);
}

std::string_view part(const context::Text& text, size_t begin, size_t end) {
  const std::string_view all = text.utf8;
  begin = std::min(begin, all.size());
  return all.substr(begin, std::max(end, begin) - begin);
}

}  // namespace

double kept_share(std::string_view text, std::string_view now) {
  const size_t whole = std::max(text.size(), now.size());
  const size_t front = common_prefix(text, now);
  text.remove_prefix(front);
  now.remove_prefix(front);
  while (!text.empty() && !now.empty() && text.back() == now.back()) {
    text.remove_suffix(1);
    now.remove_suffix(1);
  }
  if (text.empty() && now.empty()) return 1;
  const auto share = [](size_t different, size_t of) {
    return 1.0 - static_cast<double>(different) / static_cast<double>(std::max<size_t>(of, 1));
  };
  if (text.size() <= kByBytes && now.size() <= kByBytes) return share(edit_distance(text, now), whole);
  auto a = text_lines(text), b = text_lines(now);
  a.resize(std::min(a.size(), kByBytes));
  b.resize(std::min(b.size(), kByBytes));
  return share(edit_distance(a, b), std::max(a.size(), b.size()));
}

Uptake::Uptake(std::function<void(const ShownRow&)> decided, std::function<void(ShownRow)> done)
    : decided_(std::move(decided)), done_(std::move(done)) {}

Uptake::~Uptake() {
  while (!watched_.empty()) closed(watched_.begin()->first);
}

void Uptake::offered(const std::string& uri, Offered offer) {
  Watched& w = watched_[uri];
  if (w.open && w.open->offer.flight == offer.flight) {
    Open& open = *w.open;
    // The rest of what is shown already, or a longer form of it.
    const std::string_view rest = std::string_view(open.offer.text).substr(open.taken);
    const bool same_place = open.offer.offset + open.taken == offer.offset;
    if (same_place && (offer.text.starts_with(rest) || rest.starts_with(offer.text))) {
      if (offer.text.size() > rest.size()) open.offer.text = open.offer.text.substr(0, open.taken) + offer.text;
      return;
    }
  }
  decide(w, TimePoint{});
  w.open = Open{.offer = std::move(offer)};
}

// What became of the suggestion on the screen is settled.
void Uptake::decide(Watched& w, TimePoint now) {
  if (!w.open) return;
  Open open = *std::exchange(w.open, std::nullopt);
  ShownRow& row = open.offer.row;
  const size_t size = open.offer.text.size();
  if (open.told) open.taken = std::max(open.taken, size);
  const bool whole = open.taken == size;
  row.bytes = static_cast<int64_t>(size);
  row.taken = static_cast<int64_t>(open.taken);
  row.fate = whole ? (open.at_once || open.told ? "accepted" : "typed") : open.at_once ? "partly" : "dismissed";
  decided_(row);
  const bool watch = row.fate != "dismissed" && now != TimePoint{};
  if (!watch) return done_(std::move(row));
  w.kept.push_back({.row = std::move(row),
                    .text = open.offer.text.substr(0, open.taken),
                    .begin = open.offer.offset,
                    .end = open.offer.offset + open.taken,
                    .taken_at = now});
  if (w.kept.size() <= kMostKept) return;
  done_(std::move(w.kept.front().row));
  w.kept.pop_front();
}

// Follows the suggestion on the screen through one edit; false: it has ended.
bool Uptake::follow(Watched& w, const context::ByteEdit& e, const context::Text& after) {
  Open& open = *w.open;
  const size_t next = open.offer.offset + open.taken;
  if (e.start > next) return true;  // behind it
  if (e.old_end <= open.offer.offset && e.start < open.offer.offset) {
    open.offer.offset = moved(open.offer.offset, e, false);
    return true;
  }
  const std::string_view text = open.offer.text;
  const size_t agrees = common_prefix(text, part(after, open.offer.offset, open.offer.offset + text.size()));
  if (e.start < next || agrees < open.taken) return false;  // within what was taken
  const size_t came = agrees - open.taken, inserted = e.new_end - e.start;
  open.at_once = open.at_once || came >= kAtOnce;
  open.taken = agrees;
  if (open.taken == text.size()) return false;
  // What came beyond it, but for the brackets that editors add.
  const std::string_view extra = part(after, e.start + came, e.start + std::max(inserted, came));
  return came > 0 ? std::all_of(extra.begin(), extra.end(), is_auto_closer) : inserted == 0;
}

void Uptake::changed(const std::string& uri, std::span<const context::ByteEdit> edits, const context::Text& after,
                     TimePoint now) {
  const auto it = watched_.find(uri);
  if (it == watched_.end()) return;
  Watched& w = it->second;
  for (Kept& kept : w.kept) {
    for (const context::ByteEdit& e : edits) {
      kept.begin = moved(kept.begin, e, e.start != e.old_end || e.start != kept.begin);
      kept.end = std::max(kept.begin, moved(kept.end, e, true));
    }
  }
  if (edits.empty()) return decide(w, {});  // replaced: nothing is known any more
  for (const context::ByteEdit& e : edits) {
    if (w.open && !follow(w, e, after)) decide(w, now);
  }
}

void Uptake::accepted(uint64_t flight) {
  for (auto& [uri, w] : watched_) {
    if (w.open && w.open->offer.flight == flight) w.open->told = true;
  }
}

void Uptake::saved(const std::string& uri, const context::Text& now) {
  const auto it = watched_.find(uri);
  if (it == watched_.end()) return;
  for (Kept& kept : it->second.kept) {
    if (!kept.row.kept_saved) kept.row.kept_saved = kept_share(kept.text, part(now, kept.begin, kept.end));
  }
}

void Uptake::closed(const std::string& uri) {
  const auto it = watched_.find(uri);
  if (it == watched_.end()) return;
  decide(it->second, {});
  for (Kept& kept : it->second.kept) done_(std::move(kept.row));
  watched_.erase(it);
}

std::optional<TimePoint> Uptake::look(TimePoint now,
                                      const std::function<context::Snapshot(const std::string& uri)>& text_of) {
  std::optional<TimePoint> next;
  for (auto& [uri, w] : watched_) {
    const context::Snapshot text = w.kept.empty() ? nullptr : text_of(uri);
    for (auto it = w.kept.begin(); it != w.kept.end();) {
      while (it->looks < kLooks.size() && it->taken_at + kLooks[it->looks].after <= now) {
        if (text) it->row.*kLooks[it->looks].share = kept_share(it->text, part(*text, it->begin, it->end));
        ++it->looks;
      }
      if (it->looks == kLooks.size()) {
        done_(std::move(it->row));
        it = w.kept.erase(it);
        continue;
      }
      const TimePoint due = it->taken_at + kLooks[it->looks].after;
      next = next ? std::min(*next, due) : due;
      ++it;
    }
  }
  return next;
}

}  // namespace fimd::lsp

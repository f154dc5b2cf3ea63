#include "lsp/flight_memory.h"

#include <algorithm>

#include "context/hash.h"
#include "lsp/live_flight.h"

namespace fimd::lsp {
namespace {

constexpr size_t kMostAsking = 64;  // notes of flights; those that are over are dropped when there are so many

// A place by what stands around it.
class Places {
 public:
  Places(const std::string& uri, std::string_view text, size_t offset)
      : text_(text),
        seed_(context::mix(context::hash_bytes(uri), context::hash_bytes(text.substr(offset, FlightMemory::kBehind)))) {
  }

  // With the text before it ending at byte `at`.
  [[nodiscard]] uint64_t ending_at(size_t at) const {
    const size_t before = std::min(at, FlightMemory::kBefore);
    return context::mix(seed_, context::hash_bytes(text_.substr(at - before, before)) ^ 0x9e3779b97f4a7c15U);
  }

 private:
  std::string_view text_;
  uint64_t seed_;
};

bool is_of(const Proposal& said, std::span<const ProviderPtr> providers) {
  return std::ranges::any_of(providers,
                             [&](const ProviderPtr& p) { return p->codec && p->config.name == said.provider; });
}

}  // namespace

void FlightMemory::keep(const std::string& uri, const context::Text& text, size_t offset, const Proposal& said,
                        TimePoint now) {
  if (said.text.size() > kMostText) return;
  const uint64_t place = Places(uri, text.utf8, offset).ending_at(offset);
  if (const auto known = places_.find(place); known != places_.end()) {
    said_.erase(known->second);
    places_.erase(known);
  }
  said_.push_front({place, now, said});
  places_[place] = said_.begin();
  if (said_.size() <= kMost) return;
  places_.erase(said_.back().place);
  said_.pop_back();
}

std::optional<Proposal> FlightMemory::find(const std::string& uri, const context::Text& text, size_t offset,
                                           std::span<const ProviderPtr> providers, TimePoint now) {
  const std::string_view bytes = text.utf8;
  const size_t line = offset == 0 ? 0 : bytes.rfind('\n', offset - 1) + 1;
  if (said_.empty()) return std::nullopt;
  const Places places(uri, bytes, offset);
  const size_t most = std::min(offset - line, kLookBack);
  for (size_t back = 0; back <= most; ++back) {
    const auto found = places_.find(places.ending_at(offset - back));
    if (found == places_.end() || now - found->second->at > kFlightMemory) continue;
    const Proposal& said = found->second->proposal;
    const std::string_view typed = bytes.substr(offset - back, back);
    if (!is_of(said, providers) || !said.text.starts_with(typed) || said.text.size() == typed.size()) continue;
    said_.splice(said_.begin(), said_, found->second);
    Proposal rest = said;
    rest.text.erase(0, back);
    return rest;
  }
  return std::nullopt;
}

void FlightMemory::forget() {
  places_.clear();
  said_.clear();
}

std::shared_ptr<LiveFlight> FlightMemory::asking(const std::string& uri, const context::Text& text, size_t offset,
                                                 const std::shared_ptr<LiveFlight>& flight) {
  if (asking_.size() > kMostAsking) std::erase_if(asking_, [](const auto& note) { return note.second.expired(); });
  auto& note = asking_[Places(uri, text.utf8, offset).ending_at(offset)];
  if (auto other = note.lock(); other && other != flight && other->in_the_air()) return other;
  note = flight;
  return nullptr;
}

}  // namespace fimd::lsp

// What models have said for places, kept beyond the document and the session that asked: after a long undo, when a file
// is opened again, or in another window of this process, the same place costs no request. Loop thread, one per process.
//
// A place is known by the file, the text close before it and close behind it. What is found is looked at by the gates
// again, since the text farther away may have changed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>

#include "context/text.h"
#include "lsp/flight.h"
#include "lsp/provider_set.h"

namespace fimd::lsp {

class LiveFlight;

class FlightMemory {
 public:
  static constexpr size_t kMost = 256;           // places
  static constexpr size_t kMostText = 4096;      // bytes of one text
  static constexpr size_t kBefore = 1024;        // bytes that must be the same before the cursor, as far as there are
  static constexpr size_t kBehind = 512;         // and behind it
  static constexpr size_t kLookBack = 64;        // bytes typed since

  // A model's whole text for byte `offset`. The newest for a place stays.
  void keep(const std::string& uri, const context::Text& text, size_t offset, const Proposal& said, TimePoint now);

  // What one of `providers` said in the last kFlightMemory for this place, or for one earlier on the line if what was
  // typed since begins it: the part that is not typed yet.
  [[nodiscard]] std::optional<Proposal> find(const std::string& uri, const context::Text& text, size_t offset,
                                             std::span<const ProviderPtr> providers, TimePoint now);

  // A flight is about to ask for a place. The flight that is asking for the same place already, or null: then this one
  // is noted.
  [[nodiscard]] std::shared_ptr<LiveFlight> asking(const std::string& uri, const context::Text& text, size_t offset,
                                                   const std::shared_ptr<LiveFlight>& flight);

  // The configuration has changed: what would be said now may be another text.
  void forget();

  [[nodiscard]] size_t size() const { return said_.size(); }

 private:
  struct Said {
    uint64_t place = 0;
    TimePoint at{};
    Proposal proposal;
  };
  std::list<Said> said_;  // newest first
  std::unordered_map<uint64_t, std::list<Said>::iterator> places_;
  std::unordered_map<uint64_t, std::weak_ptr<LiveFlight>> asking_;
};

}  // namespace fimd::lsp

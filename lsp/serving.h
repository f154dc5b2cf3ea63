// What flights have for a place in a text: the part of their proposals that the user has not typed yet. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "context/budget.h"
#include "context/text.h"
#include "lsp/flight.h"
#include "providers/gates.h"

namespace fimd::lsp {

struct Suggestion {
  uint64_t flight = 0;
  std::string text;      // to insert at the cursor
  std::string provider;
  std::vector<providers::GateNote> notes;
  bool from_flight = false;  // served without a new call
  UsedSnippets snippets = nullptr;
  std::optional<providers::Sureness> sure = {};
};

struct Ask {
  context::Snapshot text;  // the document's, or with the popup's selected entry put in
  size_t offset = 0;
  Budget budget;
  bool invoked = false;    // by hand: offer every candidate there is
  std::function<void(const std::string& text)> growing = nullptr;  // told of a model's text as it grows, gates passed
};

// What a flight proposes for the place that is asked about, best first; one item unless invoked by hand. Without
// `with_builtin` the builtin model's text comes at most beside a model's, never in its place.
[[nodiscard]] std::vector<Suggestion> served_by(const Flight& flight, const Ask& ask, bool with_builtin);

// What decisions about a flight in the air need to know beside its text.
struct Standing {
  bool builtin_only = false;  // no server was asked
  bool local = false;         // every server that was asked is on this machine
  bool overdue = false;       // nothing has come, much later than usual
  bool has_model = false;     // a server may be asked now
};

// Whether what has come of a flight, or will, answers the request, so that no other flight is needed.
[[nodiscard]] bool will_serve(const Flight& flight, const Standing& standing, const Ask& ask);

// Whether a flight stays in the air after a change: whether the typed text may still agree with what comes of it.
[[nodiscard]] bool keeps_flying(const Flight& flight, const Standing& standing, const context::Text& now);

// `items` behind what is on the screen, if that is something.
[[nodiscard]] std::vector<Suggestion> behind(const std::vector<Suggestion>& shown, std::vector<Suggestion> items);

// The flights of one document that have landed, newest first: for deleting back and retyping without a call. Holds at
// most eight, and as many texts as fit into 8 MiB, but always the newest.
class Landed {
 public:
  // Takes in a flight that proposed something; an older state of the same flight is replaced.
  void keep(const Flight& flight);

  // What the newest flight that fits has for a place.
  [[nodiscard]] std::vector<Suggestion> serve(const Ask& ask, bool with_builtin) const;

  // Where the cursor stands (bytes) if a change put in all of something that was proposed: it was accepted.
  [[nodiscard]] std::optional<size_t> accepted_end(const context::Text& now) const;

  [[nodiscard]] bool empty() const { return flights_.empty(); }
  [[nodiscard]] size_t size() const { return flights_.size(); }

 private:
  std::deque<Flight> flights_;
};

}  // namespace fimd::lsp

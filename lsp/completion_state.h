// What Completion keeps and does for its documents; the parts are completion.cpp (requests and their flights) and
// completion_changes.cpp (what follows a change of text). Loop thread.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "lsp/completion.h"
#include "lsp/daemon.h"
#include "lsp/live_flight.h"
#include "lsp/recent_edits.h"
#include "lsp/uptake_watch.h"
#include "lsp/warm.h"

namespace fimd::lsp {

using DocumentPtr = std::shared_ptr<Document>;

// A request that waits for a flight.
struct Waiter {
  uint64_t id = 0;
  Ask ask;
  AnswerFn answer;
  std::unique_ptr<boost::asio::steady_timer> soft, final_look, hard;
  bool soft_passed = false;
};

// What the session keeps in the air for one document.
struct Air {
  DocumentPtr document;
  uint64_t used = 0;  // id of its last flight
  std::shared_ptr<LiveFlight> live;
  Landed landed;
  std::unique_ptr<Waiter> waiter;  // at most one: a newer request answers the older one
  std::unique_ptr<Warming> warming;
  std::unique_ptr<boost::asio::steady_timer> parse_timer;  // runs: the document will be parsed
  Explanation last;
};

struct Completion::State : std::enable_shared_from_this<Completion::State> {
  State(Daemon& d, const Configuration& c) : daemon(d), configuration(c), uptake(d) {}

  Daemon& daemon;
  const Configuration& configuration;
  std::map<std::string, Air> air;  // by uri
  uint64_t next_id = 1;
  RecentEdits edits;
  UptakeWatch uptake;
  bool paused = false;

  Air& air_of(const DocumentPtr& document);
  Air* find(const std::string& uri);

  // `act(state, air, ...)`, to be called later: nothing happens when the session or the document is gone by then.
  template <class Act>
  auto later(const std::string& uri, Act act) {
    return [weak = weak_from_this(), uri, act = std::move(act)](auto&&... with) {
      const auto self = weak.lock();
      if (Air* a = self ? self->find(uri) : nullptr) act(*self, *a, with...);
    };
  }

  // Why this place gets no completion, or empty.
  std::string refusal(const Document& document, size_t offset) const;

  // Whether a model server may be asked for this document: what the builtin model proposed earlier is then only a
  // fallback, not a reason not to ask.
  bool has_model(const Document& document) const;

  // Requests and what they wait for.
  uint64_t request(const DocumentPtr& document, Ask ask, AnswerFn on_answer);
  void want_more(Air& a, const Ask& ask);
  void ask_when_probed(const std::string& uri, uint64_t id);
  void arm(Air& a);
  void on_soft(Air& a);
  void on_final_look(Air& a);
  void on_hard(Air& a);
  void settle(Air& a);
  bool serve_landed(Air& a);
  std::vector<Suggestion> from_landed(const Air& a, const Ask& ask) const;
  std::vector<Suggestion> items_for(const Air& a, bool with_builtin) const;
  void answer(Air& a, std::vector<Suggestion> items, bool superseded = false);
  void supersede(Air& a) { answer(a, {}, true); }
  void note(Air& a, const Waiter& waiter, const Answered& answered, TimePoint now);

  // Flights.
  void launch(Air& a, const context::Snapshot& text, size_t offset, const Budget& budget);
  bool relaunch(Air& a);
  void land(Air& a);
  void keep(Air& a, const LiveFlight& live);
  void flight_changed(Air& a, LiveFlight& flight);
  Standing standing(const Air& a) const;
  context::Surroundings around(const Document& document, const std::vector<ProviderPtr>& providers) const;
  std::vector<context::OpenText> open_beside(const Document& document) const;

  // Changes of text.
  void changed(const DocumentPtr& document, const context::Snapshot& before,
               std::span<const context::ByteEdit> changes, TimePoint now);
  void speculate(Air& a, size_t cursor, TimePoint now);
  void want_tree_soon(Air& a);
  void want_tree(const DocumentPtr& document);
  void rest_when_idle(Air& a);
  std::optional<WarmInputs> warm_inputs(const Air& a) const;
};

}  // namespace fimd::lsp

// A flight in the air: gathers the prompt, asks the providers as the route says (providers/route.h), and keeps the
// best proposal. The first leg with acceptable text wins; the others are closed.
//
// Loop thread; work on text goes to the fast pool with its inputs by value. Whoever owns the flight is told of every
// change by one callback and decides when to answer whom (completion.cpp). Dropping the last pointer stops the
// flight and closes its upstream connections; only a probe may finish its first token.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "context/gather.h"
#include "lsp/alternatives.h"
#include "lsp/builtin_leg.h"
#include "lsp/departure.h"
#include "lsp/flight.h"
#include "lsp/model_leg.h"
#include "lsp/provider_set.h"
#include "providers/allowance.h"
#include "providers/builtin/builtin.h"
#include "providers/outgoing.h"
#include "providers/gates.h"
#include "providers/route.h"

namespace fimd::lsp {

struct Daemon;

class LiveFlight : public std::enable_shared_from_this<LiveFlight> {
 public:
  using Changed = std::function<void(LiveFlight&)>;

  LiveFlight(Daemon& daemon, Departure departure, Changed changed);
  ~LiveFlight();
  void launch();

  // The tree of the flight's text has been parsed (or an empty one: it will not be).
  void set_tree(context::Tree tree);

  // The user asked by hand: asks the model that is asked first for further texts (alternatives.h).
  void ask_for_more();

  // Looks at what has been streamed so far even though the suggestion is not complete: a deadline is near.
  void hurry();

  // Closes the upstream connections; what was proposed stays.
  void stop();

  [[nodiscard]] const Flight& flight() const { return flight_; }
  [[nodiscard]] bool waits_for_more() const { return more_wanted_ && flight_.state != FlightState::done; }
  [[nodiscard]] bool in_the_air() const {
    return flight_.state == FlightState::preparing || flight_.state == FlightState::streaming;
  }
  [[nodiscard]] bool builtin_only() const;
  [[nodiscard]] bool builtin_done() const { return builtin_done_; }
  [[nodiscard]] bool local() const;  // whether no leg that runs is a remote one
  [[nodiscard]] bool overdue(TimePoint now) const;  // no text, and every leg is much later than usual
  [[nodiscard]] bool judging() const { return looked_at_ != nullptr; }
  [[nodiscard]] const std::vector<std::string>& story() const { return story_; }  // for fimd/explain
  [[nodiscard]] const context::Gathered& gathered() const { return gathered_; }
  [[nodiscard]] const providers::ScannedPtr& scanned() const { return departure_.scanned; }
  [[nodiscard]] const providers::builtin::OpenDocumentPtr& tokens() const { return departure_.tokens; }

 private:
  void gather();
  bool recall();
  bool follow();
  void take_over(Proposal said, std::string_view from);
  void release_followers();
  void on_gathered(context::Gathered gathered);
  void prepare();
  void start_builtin();
  void plan();
  void take_off(const providers::Leg& leg);
  void scan();
  void fly(const providers::Leg& leg);
  bool on_piece(const ModelLegPtr& leg, std::string_view piece, std::span<const double> logprobs);
  bool end_unsure(const ModelLegPtr& leg, double lowest);
  void on_leg_end(const ModelLegPtr& leg, const providers::StreamOutcome& outcome);
  void leg_failed();
  void win(const ModelLegPtr& leg);
  void judge(const ModelLegPtr& leg, bool final);
  void on_judged(const ModelLegPtr& leg, Result<providers::Judged> judged, bool last);
  void conclude(const ModelLegPtr& leg);
  [[nodiscard]] bool any_running() const;
  void start_alternatives();
  void finish();
  void tell(std::string line) { story_.push_back(std::move(line)); }

  Daemon& daemon_;
  Departure departure_;
  Changed changed_;
  Flight flight_;
  context::Gathered gathered_;
  std::vector<providers::Extra> extra_;  // its snippets
  std::vector<std::string> story_;
  std::stop_source stop_;
  std::vector<bool> tried_;             // by provider
  std::vector<ModelLegPtr> legs_;
  ModelLegPtr lead_;                    // the winner
  std::vector<std::unique_ptr<boost::asio::steady_timer>> later_;  // legs that are not due yet
  std::vector<providers::Leg> behind_scan_;                        // legs that are due once the document is scanned
  SitePtr site_;  // where suggestions are judged; null until the place has been looked at
  bool prepared_ = false, builtin_done_ = false;
  bool models_done_ = false;  // no leg runs and none is left
  std::stop_source look_stop_{std::nostopstate};  // of the look that runs
  ModelLegPtr looked_at_;     // by the look that runs, or null
  bool more_wanted_ = false;
  std::optional<providers::Leg> first_;  // the first model that was asked, and how
  std::shared_ptr<Alternatives> alternatives_;
  std::weak_ptr<LiveFlight> leader_;  // asks for the same place; this one waits for it
  std::vector<std::weak_ptr<LiveFlight>> followers_;
};

}  // namespace fimd::lsp

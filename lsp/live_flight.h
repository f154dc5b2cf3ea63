// A flight in the air: gathers the prompt, asks the providers one after another, and keeps the best proposal.
//
// Loop thread; work on text goes to the fast pool with its inputs by value. Whoever owns the flight is told of every
// change by one callback and decides when to answer whom (completion.cpp). Dropping the last pointer stops the
// flight and closes its upstream connection.
#pragma once

#include <boost/asio/cancellation_signal.hpp>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "context/gather.h"
#include "lsp/config.h"
#include "lsp/flight.h"
#include "lsp/provider_set.h"
#include "providers/allowance.h"
#include "providers/builtin/builtin.h"
#include "providers/outgoing.h"
#include "providers/gates.h"
#include "providers/trim.h"

namespace fimd::lsp {

struct Daemon;

// Everything a flight is launched with, by value: later keystrokes do not change it.
struct Departure {
  uint64_t id = 0;
  context::Snapshot text;
  size_t offset = 0;
  context::Tree tree;  // of exactly this text, or empty
  std::string relative_path, repo, uri;
  providers::builtin::OpenDocumentPtr tokens;  // of an earlier text
  providers::builtin::CorpusPtr corpus;
  providers::ScannedPtr scanned;                         // the secrets of an earlier text
  std::shared_ptr<const providers::PrivacyRules> privacy;  // null where all providers are local
  context::GatherLimits limits;
  context::Surroundings around;
  Config::Completion rules;
  std::vector<ProviderPtr> providers;  // in the order to ask; the one without a codec is the builtin model
  Budget budget;
  std::string note;            // the first line of the story
  bool wait_for_tree = false;  // a parse of this text is running: the builtin model waits for set_tree()
};

using SitePtr = std::shared_ptr<const providers::Site>;

class LiveFlight : public std::enable_shared_from_this<LiveFlight> {
 public:
  using Changed = std::function<void(LiveFlight&)>;

  LiveFlight(Daemon& daemon, Departure departure, Changed changed);
  ~LiveFlight();
  void launch();

  // The tree of the flight's text has been parsed (or an empty one: it will not be).
  void set_tree(context::Tree tree);

  // Looks at what has been streamed so far even though the suggestion is not complete: a deadline is near.
  void hurry();

  // Closes the upstream connection; what was proposed stays.
  void stop();

  [[nodiscard]] const Flight& flight() const { return flight_; }
  [[nodiscard]] bool builtin_only() const;
  [[nodiscard]] bool builtin_done() const { return builtin_done_; }
  [[nodiscard]] bool local() const;  // whether the leg that runs is a local server
  [[nodiscard]] bool judging() const { return judging_; }
  [[nodiscard]] const std::vector<std::string>& story() const { return story_; }  // for fimd/explain
  [[nodiscard]] const context::Gathered& gathered() const { return gathered_; }
  [[nodiscard]] const providers::ScannedPtr& scanned() const { return departure_.scanned; }
  [[nodiscard]] const providers::builtin::OpenDocumentPtr& tokens() const { return departure_.tokens; }

 private:
  void on_gathered(context::Gathered gathered);
  void prepare();
  void start_builtin();
  void next_leg();
  void scan();
  void fly(const ProviderPtr& provider, const providers::PromptPlan& plan);
  bool on_piece(std::string_view piece);
  void on_leg_end(const ProviderPtr& provider, providers::Asked asked, std::string sent_prefix,
                  providers::StreamOutcome outcome);
  void judge(bool final);
  void conclude();
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
  std::unique_ptr<providers::Trim> trim_;
  std::shared_ptr<boost::asio::cancellation_signal> leg_cancel_;
  ProviderPtr leg_;          // running, or null
  size_t next_provider_ = 0;
  SitePtr site_;  // where suggestions are judged; null until the place has been looked at
  bool prepared_ = false, builtin_done_ = false;
  bool models_done_ = false;  // no leg runs and none is left
  std::string judged_text_;   // what the last look at the stream was given
  std::vector<providers::GateNote> judged_notes_;
  std::stop_source look_stop_{std::nostopstate};  // of the look that runs
  bool judging_ = false, judge_again_ = false, judge_final_ = false;
};

}  // namespace fimd::lsp

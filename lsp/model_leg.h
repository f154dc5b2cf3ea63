// One provider call of a flight: what was asked of whom, and what has come of it. Owned by the LiveFlight; the call
// itself keeps what it needs. Loop thread.
#pragma once

#include <boost/asio/cancellation_signal.hpp>
#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "context/gather.h"
#include "lsp/flight.h"
#include "lsp/provider_set.h"
#include "providers/confidence.h"
#include "providers/gates.h"
#include "providers/outgoing.h"
#include "providers/route.h"
#include "providers/stream.h"
#include "providers/trim.h"

namespace fimd::lsp {

struct Daemon;
struct Departure;

struct ModelLeg {
  ProviderPtr provider;
  providers::Role role = providers::Role::primary;
  providers::Asked asked;
  std::string sent_prefix;  // for the provider's PromptCache
  TimePoint begun{};
  std::unique_ptr<providers::Trim> trim;
  std::string streamed;     // raw text so far
  std::string judged_text;  // what the last look was given
  providers::Scores scores;
  double unsure_below = 0;  // log-probability of a token that is not worth showing
  std::vector<providers::GateNote> notes;
  UsedSnippets snippets;
  boost::asio::cancellation_signal cancel;
  bool ended = false;
  bool final = false;       // its text will not grow any more
  bool look_again = false;  // it has grown since the look that runs was begun

  // How sure the model was of a text that is part of what it streamed.
  [[nodiscard]] std::optional<providers::Sureness> sureness(const std::string& text) const;

  void close() { cancel.emit(boost::asio::cancellation_type::terminal); }
};
using ModelLegPtr = std::shared_ptr<ModelLeg>;

// The providers of a flight as the route sees them, in the same order.
[[nodiscard]] std::vector<providers::Candidate> candidates_of(const Departure& departure);

// The prompt of a leg, cleaned for the provider it goes to. `temperature`: other than the configured one.
[[nodiscard]] providers::Outgoing prompt_of(const Departure& departure, const context::Gathered& gathered,
                                            std::span<const providers::Extra> extra, const Provider& provider,
                                            const providers::PromptPlan& plan, std::optional<double> temperature = {});

// Those of the gathered snippets that are still in a prompt after it was cleaned.
[[nodiscard]] UsedSnippets snippets_in(const providers::Prompt& prompt, std::span<const context::Snippet> gathered);

// A leg that is about to be asked.
[[nodiscard]] ModelLegPtr make_leg(const Departure& departure, const context::Gathered& gathered,
                                   std::span<const providers::Extra> extra, const providers::Leg& planned);

// Asks: `on_piece` gets the text as it comes, `on_end` what came of it, once, when the provider's health and the
// metrics know of it. Leg and signal live until then, also when whoever asked does not.
void ask(Daemon& daemon, const ModelLegPtr& leg, providers::CleanPrompt prompt, Duration at_most,
         providers::TokenSink on_piece, std::function<void(const providers::StreamOutcome&)> on_end);

}  // namespace fimd::lsp

// What a flight gets without asking a model: what was said for its place before, or is being said to another flight.
#include <fmt/format.h>

#include "lsp/daemon.h"
#include "lsp/live_flight.h"
#include "lsp/offload.h"

namespace fimd::lsp {

// Whether there is something that was said for this place.
bool LiveFlight::recall() {
  auto said =
      daemon_.memory.find(departure_.uri, *departure_.text, departure_.offset, departure_.providers, Clock::now());
  if (!said) return false;
  take_over(std::move(*said), "said for this place before");
  return true;
}

// Whether another flight, of another session, is asking for this place already; then this one waits for that.
bool LiveFlight::follow() {
  const auto other = daemon_.memory.asking(departure_.uri, *departure_.text, departure_.offset, shared_from_this());
  if (!other) return false;
  tell("another window is asking for the same place");
  other->followers_.push_back(weak_from_this());
  leader_ = other;
  return true;
}

void LiveFlight::release_followers() {
  for (const auto& weak : std::exchange(followers_, {})) {
    const auto follower = weak.lock();
    if (!follower || follower->flight_.state == FlightState::stopped) continue;
    follower->leader_.reset();
    if (flight_.model && flight_.model->final) follower->take_over(*flight_.model, "said to another window");
    else follower->plan();
  }
}

// A text of somebody else's request: the gates look at it in this flight's own text. Where they let nothing through, or
// the user wants more than this, the models are asked after all.
void LiveFlight::take_over(Proposal said, std::string_view from) {
  tell(fmt::format("{}: {}", said.provider, from));
  auto task = [departure = departure_, site = site_, text = said.text, stop = stop_.get_token()]() mutable {
    if (!site) site = look_around(departure, stop);
    return site->judge(std::move(text), stop);
  };
  auto taken = [weak = weak_from_this(), said = std::move(said)](Result<providers::Judged> judged) mutable {
    const auto self = weak.lock();
    if (!self || self->flight_.state == FlightState::stopped) return;
    if (!judged || judged->text.empty() || self->more_wanted_) return self->gather();
    said.text = std::move(judged->text);
    said.final = true;
    self->flight_.model = std::move(said);
    self->models_done_ = true;
    if (self->builtin_done_) self->finish();
    self->changed_(*self);
  };
  offload(daemon_.fast, daemon_.loop.get_executor(), std::move(task), std::move(taken));
}

}  // namespace fimd::lsp

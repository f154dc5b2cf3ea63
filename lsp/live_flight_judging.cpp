// The part of a flight that looks at what its legs stream, one look at a time, and decides what of it may be shown.
#include <fmt/format.h>

#include <algorithm>

#include "lsp/daemon.h"
#include "lsp/live_flight.h"
#include "lsp/offload.h"

namespace fimd::lsp {

void LiveFlight::judge(const ModelLegPtr& leg, bool final) {
  leg->final = leg->final || final;
  const bool grown = leg->trim->shown() != leg->judged_text;
  if (looked_at_) {
    leg->look_again = true;
    if (looked_at_ == leg && leg->final && grown) look_stop_.request_stop();  // the whole text is there
    return;
  }
  if (!grown) {  // nothing new since the last look
    if (leg->final) conclude(leg);
    return;
  }
  looked_at_ = leg;
  leg->judged_text = leg->trim->shown();
  look_stop_ = std::stop_source();
  auto task = [d = departure_, site = site_, text = leg->judged_text, stop = look_stop_.get_token()]() mutable {
    if (!site) site = look_around(d, stop);
    return site->judge(std::move(text), stop);
  };
  offload(daemon_.fast, daemon_.loop.get_executor(), std::move(task),
          [weak = weak_from_this(), leg, last = leg->final,
           stop = look_stop_.get_token()](Result<providers::Judged> judged) {
            auto self = weak.lock();
            if (!self) return;
            self->looked_at_.reset();
            if (stop.stop_requested()) judged = fail(Error::Code::cancelled, "looked at again");
            self->on_judged(leg, std::move(judged), last);
          });
}

void LiveFlight::on_judged(const ModelLegPtr& leg, Result<providers::Judged> judged, bool last) {
  if (judged && (!lead_ || lead_ == leg)) {
    leg->notes = judged->notes;
    if (!judged->text.empty()) {
      if (!lead_) win(leg);
      const auto sure = leg->sureness(judged->text);
      flight_.model = Proposal{
          std::move(judged->text), leg->provider->config.name, std::move(judged->notes), last, leg->snippets, sure};
    } else if (last) {
      flight_.model.reset();
    }
  }
  if (std::exchange(leg->look_again, false)) return judge(leg, false);
  if (leg->final) conclude(leg);
  else changed_(*this);
  for (const ModelLegPtr& other : std::vector(legs_)) {
    if (!looked_at_ && std::exchange(other->look_again, false)) judge(other, false);
  }
}

// A leg's text is complete and has been looked at.
void LiveFlight::conclude(const ModelLegPtr& leg) {
  if (lead_ && lead_ != leg) return;
  for (const auto& note : leg->notes) {
    tell(fmt::format("gate {} {}: {}", note.gate,
                     note.action == providers::GateNote::Action::cut ? "cut" : "dropped", note.why));
  }
  const auto running = [](const ModelLegPtr& other) { return !other->ended || other->look_again; };
  // Nothing of it may be shown: another that is on its way may do better, but a new one is not asked for that.
  if (!lead_ &&
      std::any_of(legs_.begin(), legs_.end(), [&](const ModelLegPtr& other) { return other != leg && running(other); }))
    return;
  later_.clear();
  models_done_ = true;
  if (flight_.model) flight_.model->final = true;
  release_followers();
  if (builtin_done_) finish();
  changed_(*this);
}

}  // namespace fimd::lsp

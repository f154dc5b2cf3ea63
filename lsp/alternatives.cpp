#include "lsp/alternatives.h"

#include <algorithm>

#include "lsp/daemon.h"
#include "lsp/offload.h"

namespace fimd::lsp {
namespace {

constexpr double kChance = 0.7;  // temperature
constexpr providers::Lane kLane = providers::Lane::alternative;

double sure_of(const Proposal& p) { return p.sure ? p.sure->mean : 0; }

}  // namespace

Alternatives::Alternatives(Daemon& daemon, std::function<void()> changed)
    : daemon_(daemon), changed_(std::move(changed)) {}

Alternatives::~Alternatives() { stop(); }

void Alternatives::ask(const Departure& departure, const context::Gathered& gathered,
                       std::span<const providers::Extra> extra, const providers::Leg& first, SitePtr site) {
  departure_ = std::make_shared<const Departure>(departure);
  site_ = std::move(site);
  for (size_t i = 0; i < kAlternatives; ++i) {
    if (!fly(gathered, extra, first)) break;
  }
}

// False: the provider takes no more now.
bool Alternatives::fly(const context::Gathered& gathered, std::span<const providers::Extra> extra,
                       const providers::Leg& first) {
  const ProviderPtr& provider = departure_->providers[first.candidate];
  if (!providers::unusable(provider->health, kLane, Clock::now()).empty()) return false;
  auto outgoing = prompt_of(*departure_, gathered, extra, *provider, first.prompt, kChance);
  if (!outgoing.prompt) return false;
  const ModelLegPtr leg = make_leg(*departure_, gathered, extra, first);
  leg->snippets = snippets_in(outgoing.prompt->prompt(), gathered.snippets);
  leg->asked.lane = kLane;
  legs_.push_back(leg);
  ++running_;
  auto on_piece = [leg](std::string_view piece, std::span<const double> logprobs) {
    leg->streamed.append(piece);
    leg->scores.add(piece.size(), logprobs);
    return leg->trim->feed(piece);
  };
  auto on_end = [weak = weak_from_this(), leg](const providers::StreamOutcome& outcome) {
    const auto self = weak.lock();
    if (!self) return;
    if (outcome.finish == providers::Finish::stop) leg->trim->finish();
    self->judge(leg);
  };
  lsp::ask(daemon_, leg, std::move(*outgoing.prompt), kFlightLife, std::move(on_piece), std::move(on_end));
  return true;
}

void Alternatives::judge(const ModelLegPtr& leg) {
  auto task = [departure = departure_, site = site_, text = leg->trim->shown(), stop = stop_.get_token()]() mutable {
    if (text.empty()) return providers::Judged{};
    if (!site) site = look_around(*departure, stop);
    return site->judge(std::move(text), stop);
  };
  offload(daemon_.fast, daemon_.loop.get_executor(), std::move(task),
          [weak = weak_from_this(), leg](Result<providers::Judged> judged) {
            if (const auto self = weak.lock()) self->take(leg, std::move(judged));
          });
}

void Alternatives::take(const ModelLegPtr& leg, Result<providers::Judged> judged) {
  --running_;
  const auto same = [&](const Proposal& other) { return other.text == judged->text; };
  if (judged && !judged->text.empty() && std::none_of(texts_.begin(), texts_.end(), same)) {
    const auto sure = leg->sureness(judged->text);
    texts_.push_back(
        {std::move(judged->text), leg->provider->config.name, std::move(judged->notes), true, leg->snippets, sure});
    std::stable_sort(texts_.begin(), texts_.end(),
                     [](const Proposal& a, const Proposal& b) { return sure_of(a) > sure_of(b); });
  }
  changed_();
}

void Alternatives::stop() {
  stop_.request_stop();
  for (const ModelLegPtr& leg : legs_) {
    if (!leg->ended) leg->close();
  }
}

}  // namespace fimd::lsp

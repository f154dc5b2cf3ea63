#include "lsp/alternatives.h"

#include <algorithm>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>

#include "lsp/daemon.h"
#include "lsp/offload.h"
#include "providers/stream.h"

namespace fimd::lsp {
namespace {

constexpr double kChance = 0.7;  // temperature
constexpr providers::Lane kLane = providers::Lane::alternative;

double sure_of(const Proposal& p) { return p.sure ? p.sure->mean : 0; }

}  // namespace

Alternatives::Alternatives(Daemon& daemon, std::function<void()> changed) : daemon_(daemon), changed_(std::move(changed)) {}

Alternatives::~Alternatives() { stop(); }

void Alternatives::ask(const Departure& departure, const context::Gathered& gathered, std::span<const providers::Extra> extra,
                       const providers::Leg& first, SitePtr site) {
  departure_ = std::make_shared<const Departure>(departure);
  site_ = std::move(site);
  for (size_t i = 0; i < kAlternatives; ++i) {
    if (!fly(gathered, extra, first)) break;
  }
}

// False: the provider takes no more now.
bool Alternatives::fly(const context::Gathered& gathered, std::span<const providers::Extra> extra, const providers::Leg& first) {
  const TimePoint now = Clock::now();
  const ProviderPtr& provider = departure_->providers[first.candidate];
  if (!providers::unusable(provider->health, kLane, now).empty()) return false;
  auto outgoing = prompt_of(*departure_, gathered, extra, *provider, first.prompt, kChance);
  if (!outgoing.prompt) return false;
  const ModelLegPtr leg = make_leg(*departure_, gathered, extra, first);
  leg->snippets = snippets_in(outgoing.prompt->prompt(), gathered.snippets);
  leg->asked.lane = kLane;
  leg->asked.probe = providers::begin(provider->health, kLane, now);
  legs_.push_back(leg);
  ++running_;
  auto stream = providers::stream(daemon_.http, std::move(*outgoing.prompt), now + kFlightLife,
                                  [leg](std::string_view piece, std::span<const double> logprobs) {
                                    leg->streamed.append(piece);
                                    leg->scores.add(piece.size(), logprobs);
                                    return leg->trim->feed(piece);
                                  });
  auto done = [weak = weak_from_this(), &daemon = daemon_, leg](std::exception_ptr thrown, providers::StreamOutcome outcome) {
    if (thrown) outcome.error = Error{Error::Code::cancelled, "flight stopped"};
    leg->ended = true;
    providers::learn(leg->provider->health, leg->asked, outcome, Clock::now());
    const auto self = weak.lock();
    if (!self) return;
    daemon.metrics.leg_ended(leg->provider->config, outcome);
    if (outcome.finish == providers::Finish::stop) leg->trim->finish();
    self->judge(leg);
  };
  boost::asio::co_spawn(daemon_.loop, std::move(stream), boost::asio::bind_cancellation_slot(leg->cancel.slot(), std::move(done)));
  return true;
}

void Alternatives::judge(const ModelLegPtr& leg) {
  auto task = [departure = departure_, site = site_, text = leg->trim->shown(), stop = stop_.get_token()]() mutable {
    if (text.empty()) return providers::Judged{};
    if (!site) site = look_around(*departure, stop);
    return site->judge(std::move(text), stop);
  };
  offload(daemon_.fast, daemon_.loop.get_executor(), std::move(task), [weak = weak_from_this(), leg](Result<providers::Judged> judged) {
    if (const auto self = weak.lock()) self->take(leg, std::move(judged));
  });
}

void Alternatives::take(const ModelLegPtr& leg, Result<providers::Judged> judged) {
  --running_;
  const auto same = [&](const Proposal& other) { return other.text == judged->text; };
  if (judged && !judged->text.empty() && std::none_of(texts_.begin(), texts_.end(), same)) {
    const auto sure = leg->sureness(judged->text);
    texts_.push_back({std::move(judged->text), leg->provider->config.name, std::move(judged->notes), true, leg->snippets, sure});
    std::stable_sort(texts_.begin(), texts_.end(), [](const Proposal& a, const Proposal& b) { return sure_of(a) > sure_of(b); });
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

#include "lsp/live_flight.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "lsp/daemon.h"
#include "lsp/offload.h"
#include "lsp/token_scale.h"
#include "providers/errors.h"

namespace fimd::lsp {

namespace asio = boost::asio;

namespace {

double lowest_of(std::span<const double> logprobs) {
  return logprobs.empty() ? 0 : *std::min_element(logprobs.begin(), logprobs.end());
}

}  // namespace

LiveFlight::LiveFlight(Daemon& daemon, Departure departure, Changed changed)
    : daemon_(daemon),
      departure_(std::move(departure)),
      changed_(std::move(changed)),
      tried_(departure_.providers.size()) {
  flight_.id = departure_.id;
  flight_.base = departure_.text;
  flight_.offset = departure_.offset;
  flight_.launched = departure_.budget.start;
  if (!departure_.note.empty()) tell(departure_.note);
}

LiveFlight::~LiveFlight() {
  stop();
  discard(daemon_.fast, daemon_.loop.get_executor(), std::pair(std::move(departure_), std::move(site_)));
}

bool LiveFlight::builtin_only() const {
  for (const auto& provider : departure_.providers) {
    if (provider->codec) return false;
  }
  return true;
}

bool LiveFlight::local() const {
  return std::none_of(legs_.begin(), legs_.end(),
                      [](const ModelLegPtr& leg) { return !leg->ended && !leg->provider->local; });
}

bool LiveFlight::overdue(TimePoint now) const {
  if (!flight_.streamed.empty() || !any_running()) return false;
  const Duration unknown = (departure_.budget.hard - departure_.budget.start) * 5;
  return std::all_of(legs_.begin(), legs_.end(), [&](const ModelLegPtr& leg) {
    const auto slow = leg->provider->health.first_token.quantile(0.9, now);
    return leg->ended || now - leg->begun > (slow ? *slow * 2 : unknown);
  });
}

bool LiveFlight::any_running() const {
  return std::any_of(legs_.begin(), legs_.end(), [](const ModelLegPtr& leg) { return !leg->ended; });
}

void LiveFlight::launch() {
  if (builtin_only()) models_done_ = true;
  else if (!recall()) gather();
  if (!departure_.wait_for_tree) prepare();
}

void LiveFlight::gather() {
  models_done_ = false;
  auto task = [text = departure_.text, offset = departure_.offset, tree = departure_.tree,
               limits = departure_.limits, around = departure_.around] {
    return context::gather(text, offset, tree, limits, around);
  };
  offload(daemon_.fast, daemon_.loop.get_executor(), std::move(task),
          [weak = weak_from_this()](Result<context::Gathered> gathered) {
            if (auto self = weak.lock(); self && gathered) self->on_gathered(std::move(*gathered));
          });
}

void LiveFlight::set_tree(context::Tree tree) {
  if (tree && tree.text() == departure_.text) departure_.tree = std::move(tree);
  prepare();
}

// Looks at the place while the model thinks, and lets the builtin model begin.
void LiveFlight::prepare() {
  if (std::exchange(prepared_, true)) return;
  auto task = [departure = departure_, stop = stop_.get_token()] { return look_around(departure, stop); };
  offload(daemon_.fast, daemon_.loop.get_executor(), std::move(task), [weak = weak_from_this()](Result<SitePtr> site) {
    auto self = weak.lock();
    if (!self || !site) return;
    self->site_ = std::move(*site);
    self->start_builtin();
  });
}

void LiveFlight::start_builtin() {
  const bool wanted = std::any_of(departure_.providers.begin(), departure_.providers.end(),
                                  [](const ProviderPtr& p) { return !p->codec; });
  if (!wanted) {
    builtin_done_ = true;
    return;
  }
  auto task = [departure = departure_, site = site_, stop = stop_.get_token()] {
    return run_builtin(departure, site, stop);
  };
  offload(daemon_.fast, daemon_.loop.get_executor(), std::move(task),
          [weak = weak_from_this()](Result<BuiltinWork> work) {
            auto self = weak.lock();
            if (!self) return;
            self->builtin_done_ = true;
            if (work) {
              self->departure_.tokens = std::move(work->tokens);
              self->flight_.builtin = std::move(work->proposal);
              self->tell(std::move(work->why));
            }
            if (self->models_done_) self->finish();
            self->changed_(*self);
          });
}

void LiveFlight::on_gathered(context::Gathered gathered) {
  if (flight_.state == FlightState::stopped) return;
  gathered_ = std::move(gathered);
  extra_ = providers::extra_of(gathered_.snippets);
  extra_.insert(extra_.end(), departure_.given.begin(), departure_.given.end());
  if (more_wanted_ || !follow()) plan();
}

// Asks the route what to do with the providers that were not tried yet.
void LiveFlight::plan() {
  later_.clear();
  auto candidates = candidates_of(departure_);
  for (size_t i = 0; i < candidates.size(); ++i) candidates[i].tried = tried_[i];
  const TimePoint now = Clock::now();
  const auto route = providers::route({.candidates = candidates,
                                       .budget = departure_.budget,
                                       .now = now,
                                       .hedge = departure_.rules.hedge,
                                       .prefix = gathered_.prefix,
                                       .suffix = gathered_.suffix,
                                       .extra = extra_,
                                       .all_extra = departure_.around.whole_repository});
  for (const std::string& line : route.not_asked) tell(line);
  for (const size_t i : route.too_slow) providers::seemed_too_slow(departure_.providers[i]->health, now);
  bool any = false;
  for (const providers::Leg& leg : route.legs) {
    if (leg.role == providers::Role::last) continue;  // the builtin model has its own way
    any = true;
    if (leg.at <= now) {
      take_off(leg);
      continue;
    }
    later_.push_back(std::make_unique<asio::steady_timer>(daemon_.loop, leg.at));
    later_.back()->async_wait([weak = weak_from_this(), leg](const boost::system::error_code& ec) {
      if (const auto self = weak.lock(); self && !ec) self->take_off(leg);
    });
  }
  if (any) return;
  models_done_ = true;
  release_followers();
  if (builtin_done_) finish();
  changed_(*this);
}

// A leg is due. Between its planning and now another flight may have used up what the provider allows.
void LiveFlight::take_off(const providers::Leg& leg) {
  if (flight_.state == FlightState::stopped || lead_ || tried_[leg.candidate]) return;
  const ProviderPtr& provider = departure_.providers[leg.candidate];
  const std::string why = providers::unusable(provider->health, providers::Lane::completion, Clock::now());
  if (!why.empty()) {
    tried_[leg.candidate] = true;
    tell(fmt::format("{}: {}", provider->config.name, why));
    return leg_failed();
  }
  // Text leaves only after the whole document was looked through; that is work for the fast pool.
  const bool scanned = departure_.scanned && departure_.scanned->text == departure_.text;
  if (scanned || providers::is_local(provider->config)) return fly(leg);
  behind_scan_.push_back(leg);
  if (behind_scan_.size() == 1) scan();
}

void LiveFlight::scan() {
  auto task = [earlier = departure_.scanned, text = departure_.text, path = departure_.relative_path,
               rules = departure_.privacy] { return providers::scan_document(earlier, text, path, rules->own_keys); };
  offload(daemon_.fast, daemon_.loop.get_executor(), std::move(task),
          [weak = weak_from_this()](Result<providers::ScannedPtr> scanned) {
            auto self = weak.lock();
            if (!self || !scanned || self->flight_.state == FlightState::stopped) return;
            self->departure_.scanned = std::move(*scanned);
            for (const providers::Leg& leg : std::exchange(self->behind_scan_, {})) self->take_off(leg);
          });
}

void LiveFlight::fly(const providers::Leg& leg) {
  tried_[leg.candidate] = true;
  const ProviderPtr provider = departure_.providers[leg.candidate];
  const std::string& name = provider->config.name;
  auto outgoing = prompt_of(departure_, gathered_, extra_, *provider, leg.prompt);
  if (!outgoing.prompt) {
    tell(fmt::format("{}: not asked: {}", name, outgoing.blocked));
    return leg_failed();
  }
  for (const auto& removed : outgoing.removed) tell(fmt::format("{}: removed {}: {}", name, removed.what, removed.why));
  const providers::Prompt& prompt = outgoing.prompt->prompt();
  tell(fmt::format("{}: asked as {} with {} pieces of other files, {} + {} bytes ({} new), {} tokens at most; {}", name,
                   providers::name(leg.role), prompt.extra.size(), prompt.prefix.size(), prompt.suffix.size(),
                   leg.prompt.new_bytes, leg.prompt.max_tokens, leg.why));
  const ModelLegPtr flying = make_leg(departure_, gathered_, extra_, leg);
  flying->snippets = snippets_in(prompt, gathered_.snippets);
  flying->unsure_below = daemon_.thresholds[name].above(departure_.rules.min_probability);
  if (!any_running()) flight_.streamed.clear();
  legs_.push_back(flying);
  flight_.state = FlightState::streaming;
  if (!first_) first_ = leg;

  auto on_piece = [weak = weak_from_this(), flying](std::string_view piece, std::span<const double> logprobs) {
    const auto self = weak.lock();
    return self && self->on_piece(flying, piece, logprobs);
  };
  auto on_end = [weak = weak_from_this(), flying](const providers::StreamOutcome& outcome) {
    if (const auto self = weak.lock()) self->on_leg_end(flying, outcome);
  };
  const Duration life = leg.role == providers::Role::probe ? kTrialLife : kFlightLife;
  ask(daemon_, flying, std::move(*outgoing.prompt), life, std::move(on_piece), std::move(on_end));
  if (more_wanted_) start_alternatives();
}

bool LiveFlight::on_piece(const ModelLegPtr& leg, std::string_view piece, std::span<const double> logprobs) {
  if (flight_.state == FlightState::stopped || (lead_ && lead_ != leg)) return false;
  if (const double lowest = lowest_of(logprobs); lowest < leg->unsure_below) return end_unsure(leg, lowest);
  leg->scores.add(piece.size(), logprobs);
  // Until one has won, what is typed is compared with the text of the first that has any.
  if (leg == lead_ || flight_.streamed == leg->streamed) flight_.streamed.append(piece);
  leg->streamed.append(piece);
  const bool more = leg->trim->feed(piece);
  // Looking at each piece as it comes means that the last look, when the stream ends, is mostly done already.
  if (!more) judge(leg, true);
  else if (!looked_at_) judge(leg, false);
  return more;
}

// What came before the token that the model was too unsure of is all that may be shown.
bool LiveFlight::end_unsure(const ModelLegPtr& leg, double lowest) {
  tell(fmt::format("{}: stopped where it was unsure: {:.1f} % for what comes next, {:.1f} % are needed",
                   leg->provider->config.name, 100 * std::exp(lowest), 100 * std::exp(leg->unsure_below)));
  if (!leg->trim->shown().empty()) judge(leg, true);
  return false;
}

void LiveFlight::on_leg_end(const ModelLegPtr& leg, const providers::StreamOutcome& outcome) {
  const std::string& name = leg->provider->config.name;
  if (outcome.first_token) providers::remember(leg->provider->caches[departure_.uri], leg->sent_prefix);
  if (outcome.failure && providers::read_failure(*outcome.failure).kind == providers::FailureKind::context_too_long) {
    was_too_long(*leg->provider, departure_.text->language);
  }
  if (flight_.state == FlightState::stopped) return;
  const bool broken = outcome.error && outcome.error->code != Error::Code::cancelled;
  if (broken) {
    tell(fmt::format("{}: {}", name, outcome.error->message));
    daemon_.trouble(name, *outcome.error);
  } else if (outcome.first_token) {
    daemon_.well(name);
  }
  if (leg->final || (lead_ && lead_ != leg)) return;  // the text was complete already, or is not wanted
  if (outcome.finish == providers::Finish::stop) leg->trim->finish();
  if (!leg->trim->shown().empty()) return judge(leg, true);
  if (!broken) tell(fmt::format("{}: answered with nothing", name));
  leg_failed();
}

// A leg has ended without text. What else is on its way may still win; else the rest of the route is planned anew.
void LiveFlight::leg_failed() {
  const bool waiting =
      !behind_scan_.empty() || looked_at_ ||
      std::any_of(legs_.begin(), legs_.end(), [](const ModelLegPtr& leg) { return !leg->ended || leg->look_again; });
  if (!waiting && !lead_) plan();
}

// The first leg with acceptable text: the others are closed.
void LiveFlight::win(const ModelLegPtr& leg) {
  lead_ = leg;
  later_.clear();
  behind_scan_.clear();
  flight_.streamed = leg->streamed;
  for (const ModelLegPtr& other : legs_) {
    other->look_again = other->look_again && other == leg;
    if (other == leg || other->ended || other->role == providers::Role::probe) continue;
    tell(fmt::format("{}: closed, {} had text first", other->provider->config.name, leg->provider->config.name));
    other->close();
  }
}

void LiveFlight::hurry() {
  const auto leader = leader_.lock();
  if (leader && leader->flight().model && !flight_.model)
    take_over(*leader->flight().model, "being said to another window");
  if (flight_.state != FlightState::streaming) return;
  for (const ModelLegPtr& leg : std::vector(legs_)) {
    if (!leg->final && (!lead_ || lead_ == leg) && !leg->trim->shown().empty()) judge(leg, false);
  }
}

void LiveFlight::ask_for_more() {
  if (std::exchange(more_wanted_, true)) return;
  if (first_) return start_alternatives();
  if (!models_done_) return;  // begins with the first request
  flight_.state = FlightState::preparing;
  gather();
}

// Behind the first request, which is of the same prompt.
void LiveFlight::start_alternatives() {
  if (alternatives_ || flight_.state == FlightState::stopped) return;
  alternatives_ = std::make_shared<Alternatives>(daemon_, [weak = weak_from_this()] {
    const auto self = weak.lock();
    if (!self) return;
    self->flight_.others = self->alternatives_->texts();
    if (self->models_done_ && self->builtin_done_) self->finish();
    self->changed_(*self);
  });
  alternatives_->ask(departure_, gathered_, extra_, *first_, site_);
  if (!alternatives_->done() && flight_.state == FlightState::done) flight_.state = FlightState::streaming;
}

void LiveFlight::finish() {
  const bool more = alternatives_ && !alternatives_->done();
  if (flight_.state != FlightState::stopped && !more) flight_.state = FlightState::done;
}

void LiveFlight::stop() {
  if (flight_.state == FlightState::done || flight_.state == FlightState::stopped) return;
  flight_.state = FlightState::stopped;
  stop_.request_stop();
  look_stop_.request_stop();
  later_.clear();
  behind_scan_.clear();
  if (alternatives_) alternatives_->stop();
  release_followers();
  for (const ModelLegPtr& leg : legs_) {
    if (!leg->ended && leg->role != providers::Role::probe) leg->close();
  }
}

}  // namespace fimd::lsp

#include "lsp/live_flight.h"

#include <fmt/format.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>

#include "lsp/daemon.h"
#include "lsp/offload.h"
#include "providers/stream.h"

namespace fimd::lsp {
namespace {

namespace asio = boost::asio;
using providers::builtin::OpenDocumentPtr;

struct BuiltinWork {
  OpenDocumentPtr tokens;
  std::optional<Proposal> proposal;
  std::string why;
};

bool multiline_at(const Departure& d) { return providers::rules_at(*d.text, d.offset).multiline; }

// Runs on the fast pool.
SitePtr look_around(const Departure& d, const std::stop_token& stop) {
  return providers::Site::make(d.text, d.offset, d.tree,
                               {.max_lines = d.rules.max_lines, .allow_multiline = multiline_at(d)}, stop);
}

// Runs on the fast pool.
BuiltinWork run_builtin(const Departure& d, const SitePtr& site, const std::stop_token& stop) {
  BuiltinWork work;
  work.tokens = providers::builtin::retokenize(d.tokens, d.text);
  if (stop.stop_requested()) return work;
  providers::builtin::Request request;
  request.document = work.tokens;
  request.offset = d.offset;
  request.path = d.relative_path;
  request.corpus = d.corpus;
  request.max_lines = multiline_at(d) ? d.rules.max_lines : 1;
  request.deadline = d.budget.hard - kFinalLook;
  auto offer = providers::builtin::complete(request, stop);
  if (!offer) {
    work.why = "builtin: nothing similar enough in this workspace";
    return work;
  }
  auto judged = site->judge(offer->text, stop);
  if (judged.text.empty()) {
    work.why = judged.notes.empty() ? "builtin: nothing left" : fmt::format("builtin: {}", judged.notes.back().why);
    return work;
  }
  work.why = fmt::format("builtin: probability {:.2f}, {}", offer->probability, offer->why);
  work.proposal = Proposal{std::move(judged.text), "builtin", std::move(judged.notes), true};
  return work;
}

}  // namespace

LiveFlight::LiveFlight(Daemon& daemon, Departure departure, Changed changed)
    : daemon_(daemon), departure_(std::move(departure)), changed_(std::move(changed)) {
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

bool LiveFlight::local() const { return !leg_ || leg_->local; }

void LiveFlight::launch() {
  if (builtin_only()) {
    models_done_ = true;
  } else {
    auto task = [text = departure_.text, offset = departure_.offset, tree = departure_.tree,
                 limits = departure_.limits, around = departure_.around] {
      return context::gather(text, offset, tree, limits, around);
    };
    offload(daemon_.fast, daemon_.loop.get_executor(), std::move(task),
            [weak = weak_from_this()](Result<context::Gathered> gathered) {
              if (auto self = weak.lock(); self && gathered) self->on_gathered(std::move(*gathered));
            });
  }
  if (!departure_.wait_for_tree) prepare();
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
  auto task = [departure = departure_, site = site_, stop = stop_.get_token()] { return run_builtin(departure, site, stop); };
  offload(daemon_.fast, daemon_.loop.get_executor(), std::move(task), [weak = weak_from_this()](Result<BuiltinWork> work) {
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
  next_leg();
}

void LiveFlight::next_leg() {
  const TimePoint now = Clock::now();
  while (next_provider_ < departure_.providers.size()) {
    const ProviderPtr provider = departure_.providers[next_provider_++];
    if (!provider->codec) continue;  // the builtin model has its own way
    if (const std::string why = providers::unusable(provider->health, providers::Lane::completion, now); !why.empty()) {
      tell(fmt::format("{}: {}", provider->config.name, why));
      continue;
    }
    const auto plan = providers::plan_prompt(
        {.prefix = gathered_.prefix,
         .suffix = gathered_.suffix,
         .caps = provider->codec->caps(),
         .rates = provider->health.rates,
         .cache = provider->caches[departure_.uri],
         .time_left = departure_.budget.remaining(now),
         .max_tokens = provider->config.max_tokens,
         .extra = extra_,
         .all_extra = departure_.around.whole_repository,
         .local = provider->local});
    if (!plan) {
      providers::seemed_too_slow(provider->health, now);
      tell(fmt::format("{}: no prompt can be answered in the time left", provider->config.name));
      continue;
    }
    // Text leaves only after the whole document was looked through; that is work for the fast pool.
    if (!providers::is_local(provider->config) && (!departure_.scanned || departure_.scanned->text != departure_.text)) {
      --next_provider_;
      return scan();
    }
    fly(provider, *plan);
    return;
  }
  models_done_ = true;
  if (builtin_done_) finish();
  changed_(*this);
}

void LiveFlight::scan() {
  auto task = [earlier = departure_.scanned, text = departure_.text, path = departure_.relative_path, rules = departure_.privacy] {
    return providers::scan_document(earlier, text, path, rules->own_keys);
  };
  offload(daemon_.fast, daemon_.loop.get_executor(), std::move(task), [weak = weak_from_this()](Result<providers::ScannedPtr> scanned) {
    auto self = weak.lock();
    if (!self || !scanned || self->flight_.state == FlightState::stopped) return;
    self->departure_.scanned = std::move(*scanned);
    self->next_leg();
  });
}

void LiveFlight::fly(const ProviderPtr& provider, const providers::PromptPlan& plan) {
  providers::Prompt prompt;
  prompt.prefix = gathered_.prefix.substr(plan.start);
  prompt.suffix = gathered_.suffix.substr(0, plan.suffix);
  prompt.extra.assign(extra_.begin(), extra_.begin() + static_cast<std::ptrdiff_t>(plan.extra));
  prompt.path = departure_.relative_path;
  prompt.repo = departure_.repo;
  prompt.language = departure_.text->language;
  prompt.max_tokens = plan.max_tokens;
  prompt.temperature = provider->config.temperature;
  providers::TrimRules rules = providers::rules_at(*departure_.text, departure_.offset);
  rules.max_lines = departure_.rules.max_lines;
  if (!rules.multiline) prompt.stop = {"\n"};
  std::string sent_prefix = providers::lead_of(prompt.extra) + prompt.prefix;
  const size_t bytes = sent_prefix.size() + prompt.suffix.size();
  static const providers::PrivacyRules kNone;
  auto outgoing = providers::outgoing(std::move(prompt), {provider->codec, provider->config},
                                      {departure_.scanned, departure_.offset}, departure_.privacy ? *departure_.privacy : kNone);
  if (!outgoing.prompt) {
    tell(fmt::format("{}: not asked: {}", provider->config.name, outgoing.blocked));
    return next_leg();
  }
  for (const auto& removed : outgoing.removed) {
    tell(fmt::format("{}: removed {}: {}", provider->config.name, removed.what, removed.why));
  }
  trim_ = std::make_unique<providers::Trim>(rules);
  flight_.streamed.clear();
  judged_text_.clear();
  flight_.state = FlightState::streaming;
  leg_ = provider;
  leg_cancel_ = std::make_shared<asio::cancellation_signal>();
  tell(fmt::format("{}: asked with {} pieces of other files, {} + {} bytes ({} new), {} tokens at most",
                   provider->config.name, outgoing.prompt->prompt().extra.size(),
                   outgoing.prompt->prompt().prefix.size(), outgoing.prompt->prompt().suffix.size(), plan.new_bytes,
                   plan.max_tokens));

  providers::Asked asked{.prompt_bytes = bytes, .new_bytes = plan.new_bytes};
  asked.probe = providers::begin(provider->health, asked.lane, Clock::now());
  auto leg = providers::stream(daemon_.http, std::move(*outgoing.prompt), Clock::now() + kFlightLife,
                               [weak = weak_from_this()](std::string_view piece) {
                                 auto self = weak.lock();
                                 return self && self->on_piece(piece);
                               });
  // The signal must outlive the coroutine that listens to it, also when the flight does not.
  auto done = [weak = weak_from_this(), signal = leg_cancel_, provider, asked, sent = std::move(sent_prefix)](
                  std::exception_ptr thrown, providers::StreamOutcome outcome) mutable {
    if (thrown) outcome.error = Error{Error::Code::cancelled, "flight stopped"};
    providers::learn(provider->health, asked, outcome, Clock::now());
    if (auto self = weak.lock()) self->on_leg_end(provider, asked, std::move(sent), std::move(outcome));
  };
  asio::co_spawn(daemon_.loop, std::move(leg), asio::bind_cancellation_slot(leg_cancel_->slot(), std::move(done)));
}

bool LiveFlight::on_piece(std::string_view piece) {
  if (flight_.state == FlightState::stopped) return false;
  flight_.streamed.append(piece);
  const bool more = trim_->feed(piece);
  // Looking at each piece as it comes means that the last look, when the stream ends, is mostly done already.
  if (!more) judge(true);
  else if (!judging_) judge(false);
  return more;
}

void LiveFlight::on_leg_end(const ProviderPtr& provider, providers::Asked asked, std::string sent_prefix,
                            providers::StreamOutcome outcome) {
  if (outcome.first_token) providers::remember(provider->caches[departure_.uri], sent_prefix);
  daemon_.metrics.leg_ended(provider->config.name, asked, outcome);
  if (flight_.state == FlightState::stopped) return;
  leg_.reset();
  leg_cancel_.reset();
  const bool broken = outcome.error && outcome.error->code != Error::Code::cancelled;
  if (broken) {
    tell(fmt::format("{}: {}", provider->config.name, outcome.error->message));
    daemon_.trouble(provider->config.name, *outcome.error);
  }
  if (judge_final_) return;  // the text was complete already
  if (outcome.finish == providers::Finish::stop) trim_->finish();
  if (trim_->shown().empty()) {
    if (!broken) tell(fmt::format("{}: answered with nothing", provider->config.name));
    next_leg();
    return;
  }
  judge(true);
}

void LiveFlight::hurry() {
  if (flight_.state == FlightState::streaming && !judge_final_ && trim_ && !trim_->shown().empty()) judge(false);
}

void LiveFlight::judge(bool final) {
  judge_final_ = judge_final_ || final;
  if (judging_) {
    judge_again_ = true;
    if (judge_final_ && trim_->shown() != judged_text_) look_stop_.request_stop();  // the whole text is there
    return;
  }
  if (trim_->shown() == judged_text_) {  // nothing new since the last look
    if (judge_final_) conclude();
    return;
  }
  judging_ = true;
  judged_text_ = trim_->shown();
  const ProviderPtr provider = leg_;
  look_stop_ = std::stop_source();
  auto task = [d = departure_, site = site_, text = trim_->shown(), stop = look_stop_.get_token()]() mutable {
    if (!site) site = look_around(d, stop);
    return site->judge(std::move(text), stop);
  };
  const std::string name = provider ? provider->config.name : departure_.providers[next_provider_ - 1]->config.name;
  offload(daemon_.fast, daemon_.loop.get_executor(), std::move(task),
          [weak = weak_from_this(), name, last = judge_final_, stop = look_stop_.get_token()](Result<providers::Judged> judged) {
            auto self = weak.lock();
            if (!self) return;
            self->judging_ = false;
            if (judged && !stop.stop_requested()) {
              self->judged_notes_ = judged->notes;
              if (!judged->text.empty()) {
                self->flight_.model = Proposal{std::move(judged->text), name, std::move(judged->notes), last};
              } else if (last) {
                self->flight_.model.reset();
              }
            }
            if (std::exchange(self->judge_again_, false)) return self->judge(false);
            if (self->judge_final_) return self->conclude();
            self->changed_(*self);
          });
}

// The model's text is complete and has been looked at.
void LiveFlight::conclude() {
  models_done_ = true;
  if (flight_.model) flight_.model->final = true;
  for (const auto& note : judged_notes_) {
    tell(fmt::format("gate {} {}: {}", note.gate,
                     note.action == providers::GateNote::Action::cut ? "cut" : "dropped", note.why));
  }
  if (builtin_done_) finish();
  changed_(*this);
}

void LiveFlight::finish() {
  if (flight_.state != FlightState::stopped) flight_.state = FlightState::done;
}

void LiveFlight::stop() {
  if (flight_.state == FlightState::done || flight_.state == FlightState::stopped) return;
  flight_.state = FlightState::stopped;
  stop_.request_stop();
  look_stop_.request_stop();
  if (leg_cancel_) leg_cancel_->emit(asio::cancellation_type::terminal);
}

}  // namespace fimd::lsp

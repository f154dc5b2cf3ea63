#include "lsp/completion.h"

#include <fmt/format.h>

#include <boost/asio/steady_timer.hpp>
#include <algorithm>
#include <optional>

#include "lsp/daemon.h"
#include "lsp/departure.h"
#include "lsp/live_flight.h"
#include "lsp/offload.h"
#include "lsp/parsing.h"
#include "lsp/recent_edits.h"
#include "lsp/surroundings.h"
#include "lsp/uptake_watch.h"
#include "lsp/warm.h"

namespace fimd::lsp {
namespace {

namespace asio = boost::asio;
using context::Text;
using DocumentPtr = std::shared_ptr<Document>;

constexpr size_t kOpenBeside = 6;   // documents that a prompt may draw from
constexpr size_t kBlindTyping = 3;  // bytes typed before a remote model has said anything

// A request that waits for a flight.
struct Waiter {
  uint64_t id = 0;
  Ask ask;
  AnswerFn answer;
  std::unique_ptr<asio::steady_timer> soft, final_look, hard;
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
  std::unique_ptr<asio::steady_timer> parse_timer;  // runs: the document will be parsed
  Explanation last;
};

}  // namespace

struct Completion::State : std::enable_shared_from_this<Completion::State> {
  State(Daemon& d, const Configuration& c) : daemon(d), configuration(c), uptake(d) {}

  Daemon& daemon;
  const Configuration& configuration;
  std::map<std::string, Air> air;  // by uri
  uint64_t next_id = 1;
  RecentEdits edits;
  UptakeWatch uptake;
  bool paused = false;

  Air& air_of(const DocumentPtr& document) {
    Air& a = air[document->uri];
    a.document = document;
    return a;
  }

  // --- what may be completed ---

  // Why this place gets no completion, or empty.
  std::string refusal(const Document& document, size_t offset) const {
    if (paused) return "completion is paused";
    if (document.tainted) return "the editor's text and ours differ; waiting for a whole text";
    return refused_by(configuration.now().completion, document, offset);
  }

  // --- flights ---

  void launch(Air& a, const context::Snapshot& text, size_t offset, const Budget& budget) {
    Document& document = *a.document;
    land(a);
    Departure d = departure_of(daemon, configuration.now(), document, text, offset, budget);
    d.id = a.used = next_id++;
    d.around = around(document, d.providers);
    if (a.warming) a.warming->pause();
    a.live = std::make_shared<LiveFlight>(daemon, std::move(d), [weak = weak_from_this(), uri = document.uri](LiveFlight& f) {
      if (auto self = weak.lock()) self->flight_changed(uri, f);
    });
    a.live->launch();
  }

  // The other documents of the folder that were completed in, the latest first.
  std::vector<context::OpenText> open_beside(const Document& document) const {
    std::vector<const Air*> others;
    for (const auto& [uri, a] : air) {
      if (a.document && a.document->root == document.root && uri != document.uri && !a.document->local_only) others.push_back(&a);
    }
    std::sort(others.begin(), others.end(), [](const Air* a, const Air* b) { return a->used > b->used; });
    if (others.size() > kOpenBeside) others.resize(kOpenBeside);
    std::vector<context::OpenText> open;
    for (const Air* a : others) open.push_back({a->document->relative_path, a->document->text});
    return open;
  }

  context::Surroundings around(const Document& document, const std::vector<ProviderPtr>& providers) const {
    return surroundings(document, configuration.now(), providers, daemon.workspaces.index(document.root), open_beside(document),
                        edits.list(document));
  }

  // Takes the live flight out of the air, keeping what it has proposed.
  void land(Air& a) {
    if (!a.live) return;
    const auto live = std::move(a.live);
    a.live.reset();
    keep(a, *live);
    live->stop();
  }

  void keep(Air& a, const LiveFlight& live) {
    if (live.scanned()) a.document->scanned = live.scanned();
    if (live.tokens()) a.document->tokens = live.tokens();
    if (!live.gathered().prefix.empty()) {
      a.document->window_start = live.gathered().prefix_start;
      a.document->window_head = live.gathered().prefix_head;
      if (live.gathered().choice) a.document->choice = live.gathered().choice;
    }
    a.landed.keep(live.flight());
  }

  void flight_changed(const std::string& uri, LiveFlight& flight) {
    const auto it = air.find(uri);
    if (it == air.end() || it->second.live.get() != &flight) return;
    Air& a = it->second;
    const Flight& f = flight.flight();
    // What was only recalled has streamed nothing, and does not become newer by that.
    if (f.model && f.model->final && !f.streamed.empty()) daemon.memory.keep(uri, *f.base, f.offset, *f.model, Clock::now());
    if (f.state == FlightState::done) {
      keep(a, flight);
      rest_when_idle(a);
    }
    if (a.waiter && a.waiter->ask.growing) {
      const auto so_far = served_by(flight.flight(), a.waiter->ask, false);
      const auto growing = a.waiter->ask.growing;
      if (!so_far.empty()) growing(so_far.front().text);
    }
    settle(a);
  }

  // Answers the waiting request if it can be answered now.
  void settle(Air& a) {
    if (!a.waiter) return;
    if (!a.live) return answer(a, {});
    const Flight& flight = a.live->flight();
    const bool done = flight.state == FlightState::done;
    const bool model_ready = flight.model && flight.model->final && !(a.waiter->ask.invoked && a.live->waits_for_more());
    if (!done && !model_ready && !a.waiter->soft_passed) return;
    if (!a.waiter->soft_passed && a.live->builtin_only() && daemon.providers.starting()) return;  // ask_when_probed()
    auto items = items_for(a, done || a.waiter->soft_passed);
    if (items.empty() && (!done || relaunch(a))) return;
    for (auto& item : items) item.from_flight = a.waiter->ask.text != flight.base;
    answer(a, std::move(items));
  }

  std::vector<Suggestion> items_for(const Air& a, bool with_builtin) const {
    const Ask& ask = a.waiter->ask;
    auto items = served_by(a.live->flight(), ask, with_builtin);
    return ask.invoked ? behind(from_landed(a, ask), std::move(items)) : items;
  }

  // The flight's text turned out not to agree with what was typed meanwhile: start again if there is time.
  bool relaunch(Air& a) {
    const Flight& flight = a.live->flight();
    const Ask ask = a.waiter->ask;
    if ((ask.text == flight.base && ask.offset == flight.offset) || a.waiter->soft_passed) return false;
    launch(a, ask.text, ask.offset, ask.budget);
    return true;
  }

  void answer(Air& a, std::vector<Suggestion> items, bool superseded = false) {
    if (!a.waiter) return;
    const TimePoint now = Clock::now();
    const std::unique_ptr<Waiter> owned = std::move(a.waiter);
    Answered answered{std::move(items), superseded, now > owned->ask.budget.hard + std::chrono::milliseconds(5)};
    note(a, *owned, answered, now);
    owned->answer(std::move(answered));
  }

  void note(Air& a, const Waiter& waiter, const Answered& answered, TimePoint now) {
    Metrics& m = daemon.metrics;
    const bool from_flight = !answered.items.empty() && answered.items.front().from_flight;
    if (answered.late) ++m.late;
    if (answered.superseded) ++m.superseded;
    else if (answered.items.empty()) ++m.empty;
    else ++m.shown;
    if (from_flight) ++m.from_flight;
    const Duration took = now - waiter.ask.budget.start;
    if (!answered.items.empty()) uptake.offered(a.document, answered.items.front(), waiter.ask, took, answered.late, configuration.now().arm);
    if (!answered.superseded) m.stages[from_flight ? "from_flight" : "answer"].add(took);
    a.last.outcome = answered.superseded ? "superseded" : answered.items.empty() ? "empty" : "shown";
    a.last.provider = answered.items.empty() ? "" : answered.items.front().provider;
    a.last.ms = to_ms(took);
    a.last.story = a.live ? a.live->story() : std::vector<std::string>{};
    if (from_flight) a.last.story.emplace_back("served from a flight that had landed");
    if (answered.superseded) a.last.story.emplace_back("superseded by a newer keystroke or request");
  }

  void supersede(Air& a) { answer(a, {}, true); }

  // --- requests ---

  uint64_t request(const DocumentPtr& document, Ask ask, AnswerFn on_answer) {
    Air& a = air_of(document);
    supersede(a);
    const uint64_t id = next_id++;
    a.waiter = std::make_unique<Waiter>();
    a.waiter->id = id;
    a.waiter->ask = ask;
    a.waiter->answer = std::move(on_answer);
    if (ask.text == document->text) document->cursor = ask.offset;
    if (const std::string why = refusal(*document, ask.offset); !why.empty()) {
      answer(a, {});
      a.last.story = {why};
      return id;
    }
    if (ask.invoked && has_model(*document)) want_more(a, ask);
    else if (serve_landed(a)) return id;
    else if (!serves(a, ask)) launch(a, ask.text, ask.offset, ask.budget);
    if (a.live->builtin_only() && daemon.providers.starting()) ask_when_probed(document->uri, id);
    arm(a);
    settle(a);
    return id;
  }

  // Asked by hand: several texts of the model for exactly this place.
  void want_more(Air& a, const Ask& ask) {
    const Flight* flight = a.live ? &a.live->flight() : nullptr;
    const bool here = flight && flight->base == ask.text && flight->offset == ask.offset;
    if (!here || (flight->state == FlightState::done && !flight->model)) launch(a, ask.text, ask.offset, ask.budget);
    a.live->ask_for_more();
  }

  // A request that came before it was known which models there are: once it is known they get what is left of its
  // budget.
  void ask_when_probed(const std::string& uri, uint64_t id) {
    daemon.providers.when_probed(configuration.now(), [weak = weak_from_this(), uri, id] {
      const auto self = weak.lock();
      if (!self) return;
      const auto it = self->air.find(uri);
      if (it == self->air.end() || !it->second.waiter || it->second.waiter->id != id) return;
      Air& a = it->second;
      const Ask ask = a.waiter->ask;
      if (!a.waiter->soft_passed && self->has_model(*a.document)) {
        self->launch(a, ask.text, ask.offset, ask.budget);
        if (ask.invoked) a.live->ask_for_more();
      }
      self->settle(a);
    });
  }

  // Whether the live flight will serve the request.
  bool serves(Air& a, const Ask& ask) const {
    if (!a.live) return false;
    const Flight& flight = a.live->flight();
    const bool growing = flight.state == FlightState::preparing || flight.state == FlightState::streaming;
    const auto fits = [&](std::string_view text, bool more) {
      return agreement(flight, text, more, *ask.text, ask.offset).has_value();
    };
    if (growing && !a.live->overdue(Clock::now()) && fits(flight.streamed, true)) return true;
    // The same place again after it yielded nothing: asking again would yield nothing again, unless a model that was
    // not there can be asked now.
    const bool asked_all = !a.live->builtin_only() || !has_model(*a.document);
    if (asked_all && flight.state == FlightState::done && !ask.invoked && ask.text == flight.base && ask.offset == flight.offset) return true;
    if (flight.model && fits(flight.model->text, false)) return true;
    return flight.builtin && fits(flight.builtin->text, false) && !has_model(*a.document);
  }

  // Whether a model server may be asked for this document: what the builtin model proposed earlier is then only a
  // fallback, not a reason not to ask.
  bool has_model(const Document& document) const {
    const auto usable = daemon.providers.usable(configuration.now(), permission_of(document), Clock::now());
    return std::any_of(usable.begin(), usable.end(), [](const ProviderPtr& p) { return p->codec != nullptr; });
  }

  // What a landed flight has for this place.
  std::vector<Suggestion> from_landed(const Air& a, const Ask& ask) const {
    if (a.landed.empty()) return {};
    return a.landed.serve(ask, !has_model(*a.document));
  }

  bool serve_landed(Air& a) {
    auto items = from_landed(a, a.waiter->ask);
    if (items.empty()) return false;
    answer(a, std::move(items));
    return true;
  }

  // Sets the waiter's three alarms: soft, a last look at the stream, and hard.
  void arm(Air& a) {
    const auto at = [&](std::unique_ptr<asio::steady_timer>& timer, TimePoint when, void (State::*act)(Air&)) {
      timer = std::make_unique<asio::steady_timer>(daemon.loop, when);
      timer->async_wait([weak = weak_from_this(), uri = a.document->uri, id = a.waiter->id,
                         act](const boost::system::error_code& ec) {
        const auto self = weak.lock();
        if (ec || !self) return;
        const auto found = self->air.find(uri);
        if (found == self->air.end() || !found->second.waiter || found->second.waiter->id != id) return;
        ((*self).*act)(found->second);
      });
    };
    Waiter& w = *a.waiter;
    const Budget& budget = w.ask.budget;
    at(w.soft, budget.soft, &State::on_soft);
    at(w.final_look, std::max(budget.soft, budget.hard - kFinalLook), &State::on_final_look);
    at(w.hard, budget.hard, &State::on_hard);
  }

  void on_soft(Air& a) {
    a.waiter->soft_passed = true;
    if (a.live) a.live->hurry();
    if (!a.live || !a.live->judging()) settle(a);
  }

  void on_final_look(Air& a) {
    if (a.live) a.live->hurry();
  }

  void on_hard(Air& a) {
    answer(a, a.live ? items_for(a, true) : std::vector<Suggestion>{});
  }

  // --- changes ---

  void changed(const DocumentPtr& document, const context::Snapshot& before, std::span<const context::ByteEdit> changes, TimePoint now) {
    Air& a = air_of(document);
    edits.changed(*document, before, changes);
    uptake.changed(*document, changes, now);
    supersede(a);
    if (a.warming) a.warming->pause();
    const bool kept = a.live && keeps_flying(a);
    if (!kept) land(a);
    auto cursor = a.landed.accepted_end(*document->text);
    if (!cursor) cursor = typing_cursor(*before, changes, *document->text);
    if (cursor) document->cursor = *cursor;
    // The flight's work goes to the fast pool before the parse: the model should have its request first.
    if (!kept && cursor && from_landed(a, {document->text, *cursor, {}, false}).empty()) speculate(a, *cursor, now);
    want_tree_soon(a);
    rest_when_idle(a);
  }

  // The worker that parses often wakes up on the loop's core, and the loop, which has a request to send or to answer,
  // would wait for its turn.
  void want_tree_soon(Air& a) {
    if (a.parse_timer) return;
    a.parse_timer = std::make_unique<asio::steady_timer>(daemon.loop, kParseRest);
    a.parse_timer->async_wait([weak = weak_from_this(), uri = a.document->uri](const boost::system::error_code& ec) {
      const auto self = weak.lock();
      if (!self || ec) return;
      const auto it = self->air.find(uri);
      if (it == self->air.end()) return;
      it->second.parse_timer.reset();
      self->want_tree(it->second.document);
    });
  }

  void want_tree(const DocumentPtr& document) {
    parse_document(daemon, document, [weak = weak_from_this()](Document& parsed, const context::Snapshot& text) {
      const auto self = weak.lock();
      if (!self) return;
      const auto it = self->air.find(parsed.uri);
      if (it == self->air.end() || !it->second.live) return;
      // A flight of a newer text stops waiting only when no parse is left that could be its own.
      LiveFlight& live = *it->second.live;
      if (live.flight().base == text || !parsed.parse_running) live.set_tree(parsed.tree);
    });
  }

  bool keeps_flying(Air& a) const {
    const Flight& flight = a.live->flight();
    const Text& now = *a.document->text;
    if (flight.state == FlightState::done || (flight.model && flight.model->final)) {  // nothing more will come
      const auto agrees = [&](const std::optional<Proposal>& proposal) {
        const auto typed = proposal ? typed_into(flight, proposal->text, false, now) : std::nullopt;
        return typed && *typed < proposal->text.size();
      };
      return agrees(flight.model) || (agrees(flight.builtin) && !has_model(*a.document));
    }
    if (a.live->builtin_only()) return false;  // asking again costs less than a wrong guess
    const auto typed = typed_into(flight, flight.streamed, true, now);
    if (!typed) return false;
    if (!flight.streamed.empty()) return true;
    // Nothing has come yet. A local server answers the longer prompt as soon as the shorter one; a remote call is
    // worth waiting for while little was typed ahead of it.
    if (a.live->overdue(Clock::now())) return false;
    return !a.live->local() && now.utf8.size() <= flight.base->utf8.size() + kBlindTyping;
  }

  void speculate(Air& a, size_t cursor, TimePoint now) {
    const Config& config = configuration.now();
    if (config.completion.speculate == Speculate::off || !refusal(*a.document, cursor).empty()) return;
    if (config.completion.speculate == Speculate::local) {
      for (const auto& provider : daemon.providers.usable(config, permission_of(*a.document), now)) {
        if (!provider->codec) continue;
        if (!provider->local) return;
        break;
      }
    }
    launch(a, a.document->text, cursor, Budget::from(now, config.completion.soft, config.completion.hard));
  }

  // --- the server's prompt cache ---

  void rest_when_idle(Air& a) {
    if (!a.warming) {
      a.warming = std::make_unique<Warming>(daemon, [weak = weak_from_this(), uri = a.document->uri]() -> std::optional<WarmInputs> {
        auto self = weak.lock();
        if (!self) return std::nullopt;
        const auto it = self->air.find(uri);
        if (it == self->air.end()) return std::nullopt;
        return self->warm_inputs(it->second);
      });
    }
    a.warming->rest();
  }

  std::optional<WarmInputs> warm_inputs(Air& a) const {
    const Document& document = *a.document;
    if (a.waiter || !refusal(document, document.cursor).empty()) return std::nullopt;
    if (!document.given.empty()) return std::nullopt;  // they are not in what is gathered
    if (a.live && a.live->flight().state != FlightState::done) return std::nullopt;
    const Config& config = configuration.now();
    for (const auto& provider : daemon.providers.usable(config, permission_of(document), Clock::now())) {
      if (!provider->codec) continue;
      if (!provider->local) return std::nullopt;
      return WarmInputs{provider, document.text, document.cursor, fresh_tree(document),
                        limits_for(document, config, {&provider, 1}),
                        around(document, {provider}),
                        document.uri, document.relative_path,
                        document.root.substr(document.root.rfind('/') + 1)};
    }
    return std::nullopt;
  }
};

Completion::Completion(Daemon& daemon, const Configuration& configuration)
    : state_(std::make_shared<State>(daemon, configuration)) {}

Completion::~Completion() {
  for (auto& [uri, a] : state_->air) state_->land(a);
}

void Completion::opened(const std::shared_ptr<Document>& document) {
  closed(document->uri);
  state_->air_of(document);
  state_->want_tree(document);
}

void Completion::changed(const std::shared_ptr<Document>& document, const context::Snapshot& before,
                         std::span<const context::ByteEdit> edits, TimePoint now) {
  state_->changed(document, before, edits, now);
}

void Completion::closed(const std::string& uri) {
  const auto it = state_->air.find(uri);
  if (it == state_->air.end()) return;
  state_->supersede(it->second);
  state_->land(it->second);
  state_->uptake.closed(uri);
  it->second.document->parse_stop.request_stop();
  discard(state_->daemon.fast, state_->daemon.loop.get_executor(), std::move(it->second.document->tree));
  state_->daemon.providers.forget(uri);
  state_->air.erase(it);
}

uint64_t Completion::request(const std::shared_ptr<Document>& document, Ask ask, AnswerFn answer) {
  return state_->request(document, std::move(ask), std::move(answer));
}

void Completion::cancel(uint64_t waiter) {
  for (auto& [uri, a] : state_->air) {
    if (a.waiter && a.waiter->id == waiter) a.waiter.reset();
  }
}

void Completion::abandon(const std::string& uri) {
  const auto it = state_->air.find(uri);
  if (it == state_->air.end()) return;
  it->second.waiter.reset();
  state_->land(it->second);
}

bool Completion::in_air(const std::string& uri) const {
  const auto it = state_->air.find(uri);
  return it != state_->air.end() && it->second.live && it->second.live->flight().state != FlightState::done;
}

void Completion::accepted(uint64_t flight) { state_->uptake.accepted(flight); }

void Completion::saved(const Document& document) { state_->uptake.saved(document); }

const Explanation* Completion::explain(const std::string& uri) const {
  const auto it = state_->air.find(uri);
  return it == state_->air.end() ? nullptr : &it->second.last;
}

void Completion::pause(bool paused) {
  state_->paused = paused;
  if (!paused) return;
  for (auto& [uri, a] : state_->air) {
    state_->supersede(a);
    state_->land(a);
  }
}

bool Completion::paused() const { return state_->paused; }

}  // namespace fimd::lsp

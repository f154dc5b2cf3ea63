#include "lsp/completion.h"

#include <algorithm>

#include "lsp/completion_state.h"
#include "lsp/departure.h"
#include "lsp/offload.h"
#include "lsp/surroundings.h"

namespace fimd::lsp {
namespace {

namespace asio = boost::asio;
using ErrorCode = boost::system::error_code;

constexpr size_t kOpenBeside = 6;  // documents that a prompt may draw from

}  // namespace

Air& Completion::State::air_of(const DocumentPtr& document) {
  Air& a = air[document->uri];
  a.document = document;
  return a;
}

Air* Completion::State::find(const std::string& uri) {
  const auto it = air.find(uri);
  return it == air.end() ? nullptr : &it->second;
}

// Why this place gets no completion, or empty.
std::string Completion::State::refusal(const Document& document, size_t offset) const {
  if (paused) return "completion is paused";
  if (document.tainted) return "the editor's text and ours differ; waiting for a whole text";
  return refused_by(configuration.now().completion, document, offset);
}

// Whether a model server may be asked for this document: what the builtin model proposed earlier is then only a
// fallback, not a reason not to ask.
bool Completion::State::has_model(const Document& document) const {
  const auto usable = daemon.providers.usable(configuration.now(), permission_of(document), Clock::now());
  return std::any_of(usable.begin(), usable.end(), [](const ProviderPtr& p) { return p->codec != nullptr; });
}

// --- requests ---

uint64_t Completion::State::request(const DocumentPtr& document, Ask ask, AnswerFn on_answer) {
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
  else if (!a.live || !will_serve(a.live->flight(), standing(a), ask)) launch(a, ask.text, ask.offset, ask.budget);
  if (a.live->builtin_only() && daemon.providers.starting()) ask_when_probed(document->uri, id);
  arm(a);
  settle(a);
  return id;
}

// Asked by hand: several texts of the model for exactly this place.
void Completion::State::want_more(Air& a, const Ask& ask) {
  const Flight* flight = a.live ? &a.live->flight() : nullptr;
  const bool here = flight && flight->base == ask.text && flight->offset == ask.offset;
  if (!here || (flight->state == FlightState::done && !flight->model)) launch(a, ask.text, ask.offset, ask.budget);
  a.live->ask_for_more();
}

// A request that came before it was known which models there are: once it is known they get what is left of its
// budget.
void Completion::State::ask_when_probed(const std::string& uri, uint64_t id) {
  daemon.providers.when_probed(configuration.now(), later(uri, [id](State& self, Air& a) {
    if (!a.waiter || a.waiter->id != id) return;
    const Ask ask = a.waiter->ask;
    if (!a.waiter->soft_passed && self.has_model(*a.document)) {
      self.launch(a, ask.text, ask.offset, ask.budget);
      if (ask.invoked) a.live->ask_for_more();
    }
    self.settle(a);
  }));
}

// Sets the waiter's three alarms: soft, a last look at the stream, and hard.
void Completion::State::arm(Air& a) {
  const auto at = [&](std::unique_ptr<asio::steady_timer>& timer, TimePoint when, void (State::*act)(Air&)) {
    timer = std::make_unique<asio::steady_timer>(daemon.loop, when);
    timer->async_wait(later(a.document->uri, [id = a.waiter->id, act](State& self, Air& waiting, const ErrorCode& ec) {
      if (!ec && waiting.waiter && waiting.waiter->id == id) (self.*act)(waiting);
    }));
  };
  Waiter& w = *a.waiter;
  const Budget& budget = w.ask.budget;
  at(w.soft, budget.soft, &State::on_soft);
  at(w.final_look, std::max(budget.soft, budget.hard - kFinalLook), &State::on_final_look);
  at(w.hard, budget.hard, &State::on_hard);
}

void Completion::State::on_soft(Air& a) {
  a.waiter->soft_passed = true;
  if (a.live) a.live->hurry();
  if (!a.live || !a.live->judging()) settle(a);
}

void Completion::State::on_final_look(Air& a) {
  if (a.live) a.live->hurry();
}

void Completion::State::on_hard(Air& a) {
  answer(a, a.live ? items_for(a, true) : std::vector<Suggestion>{});
}

// Answers the waiting request if it can be answered now.
void Completion::State::settle(Air& a) {
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

bool Completion::State::serve_landed(Air& a) {
  auto items = from_landed(a, a.waiter->ask);
  if (items.empty()) return false;
  answer(a, std::move(items));
  return true;
}

// What a landed flight has for this place.
std::vector<Suggestion> Completion::State::from_landed(const Air& a, const Ask& ask) const {
  if (a.landed.empty()) return {};
  return a.landed.serve(ask, !has_model(*a.document));
}

std::vector<Suggestion> Completion::State::items_for(const Air& a, bool with_builtin) const {
  const Ask& ask = a.waiter->ask;
  auto items = served_by(a.live->flight(), ask, with_builtin);
  return ask.invoked ? behind(from_landed(a, ask), std::move(items)) : items;
}

void Completion::State::answer(Air& a, std::vector<Suggestion> items, bool superseded) {
  if (!a.waiter) return;
  const TimePoint now = Clock::now();
  const std::unique_ptr<Waiter> owned = std::move(a.waiter);
  Answered answered{std::move(items), superseded, now > owned->ask.budget.hard + std::chrono::milliseconds(5)};
  note(a, *owned, answered, now);
  owned->answer(std::move(answered));
}

void Completion::State::note(Air& a, const Waiter& waiter, const Answered& answered, TimePoint now) {
  Metrics& m = daemon.metrics;
  const bool from_flight = !answered.items.empty() && answered.items.front().from_flight;
  if (answered.late) ++m.late;
  if (answered.superseded) ++m.superseded;
  else if (answered.items.empty()) ++m.empty;
  else ++m.shown;
  if (from_flight) ++m.from_flight;
  const Duration took = now - waiter.ask.budget.start;
  if (!answered.items.empty()) {
    uptake.offered(a.document, answered.items.front(), waiter.ask, took, answered.late, configuration.now().arm);
  }
  if (!answered.superseded) m.stages[from_flight ? "from_flight" : "answer"].add(took);
  a.last.outcome = answered.superseded ? "superseded" : answered.items.empty() ? "empty" : "shown";
  a.last.provider = answered.items.empty() ? "" : answered.items.front().provider;
  a.last.ms = to_ms(took);
  a.last.story = a.live ? a.live->story() : std::vector<std::string>{};
  if (from_flight) a.last.story.emplace_back("served from a flight that had landed");
  if (answered.superseded) a.last.story.emplace_back("superseded by a newer keystroke or request");
}

// --- flights ---

void Completion::State::launch(Air& a, const context::Snapshot& text, size_t offset, const Budget& budget) {
  Document& document = *a.document;
  land(a);
  Departure d = departure_of(daemon, configuration.now(), document, text, offset, budget);
  d.id = a.used = next_id++;
  d.around = around(document, d.providers);
  if (a.warming) a.warming->pause();
  a.live = std::make_shared<LiveFlight>(
      daemon, std::move(d),
      later(document.uri, [](State& self, Air& flown, LiveFlight& flight) { self.flight_changed(flown, flight); }));
  a.live->launch();
}

// The flight's text turned out not to agree with what was typed meanwhile: start again if there is time.
bool Completion::State::relaunch(Air& a) {
  const Flight& flight = a.live->flight();
  const Ask ask = a.waiter->ask;
  if ((ask.text == flight.base && ask.offset == flight.offset) || a.waiter->soft_passed) return false;
  launch(a, ask.text, ask.offset, ask.budget);
  return true;
}

// Takes the live flight out of the air, keeping what it has proposed.
void Completion::State::land(Air& a) {
  if (!a.live) return;
  const auto live = std::move(a.live);
  a.live.reset();
  keep(a, *live);
  live->stop();
}

void Completion::State::keep(Air& a, const LiveFlight& live) {
  if (live.scanned()) a.document->scanned = live.scanned();
  if (live.tokens()) a.document->tokens = live.tokens();
  if (!live.gathered().prefix.empty()) {
    a.document->window_start = live.gathered().prefix_start;
    a.document->window_head = live.gathered().prefix_head;
    if (live.gathered().choice) a.document->choice = live.gathered().choice;
  }
  a.landed.keep(live.flight());
}

void Completion::State::flight_changed(Air& a, LiveFlight& flight) {
  if (a.live.get() != &flight) return;
  const Flight& f = flight.flight();
  // What was only recalled has streamed nothing, and does not become newer by that.
  if (f.model && f.model->final && !f.streamed.empty()) {
    daemon.memory.keep(a.document->uri, *f.base, f.offset, *f.model, Clock::now());
  }
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

Standing Completion::State::standing(const Air& a) const {
  return {a.live->builtin_only(), a.live->local(), a.live->overdue(Clock::now()), has_model(*a.document)};
}

context::Surroundings Completion::State::around(const Document& document,
                                                const std::vector<ProviderPtr>& providers) const {
  return surroundings(document, configuration.now(), providers, daemon.workspaces.index(document.root),
                      open_beside(document), edits.list(document));
}

// The other documents of the folder that were completed in, the latest first.
std::vector<context::OpenText> Completion::State::open_beside(const Document& document) const {
  std::vector<const Air*> others;
  for (const auto& [uri, a] : air) {
    const bool beside = a.document && a.document->root == document.root && uri != document.uri;
    if (beside && !a.document->local_only) others.push_back(&a);
  }
  std::sort(others.begin(), others.end(), [](const Air* a, const Air* b) { return a->used > b->used; });
  if (others.size() > kOpenBeside) others.resize(kOpenBeside);
  std::vector<context::OpenText> open;
  for (const Air* a : others) open.push_back({a->document->relative_path, a->document->text});
  return open;
}

// --- what others may ask of it ---

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
  Air* a = state_->find(uri);
  if (!a) return;
  a->waiter.reset();
  state_->land(*a);
}

bool Completion::in_air(const std::string& uri) const {
  const Air* a = state_->find(uri);
  return a && a->live && a->live->flight().state != FlightState::done;
}

void Completion::accepted(uint64_t flight) { state_->uptake.accepted(flight); }

void Completion::saved(const Document& document) { state_->uptake.saved(document); }

const Explanation* Completion::explain(const std::string& uri) const {
  const Air* a = state_->find(uri);
  return a ? &a->last : nullptr;
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

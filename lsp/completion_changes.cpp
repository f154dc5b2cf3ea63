// What a change of text does: which flight goes on, what is asked ahead of a request, the new tree, and warming.
#include "lsp/completion_state.h"
#include "lsp/departure.h"
#include "lsp/parsing.h"

namespace fimd::lsp {
namespace {

namespace asio = boost::asio;
using ErrorCode = boost::system::error_code;

}  // namespace

void Completion::State::changed(const DocumentPtr& document, const context::Snapshot& before,
                                std::span<const context::ByteEdit> changes, TimePoint now) {
  Air& a = air_of(document);
  edits.changed(*document, before, changes);
  uptake.changed(*document, changes, now);
  supersede(a);
  if (a.warming) a.warming->pause();
  const bool kept = a.live && keeps_flying(a.live->flight(), standing(a), *document->text);
  if (!kept) land(a);
  auto cursor = a.landed.accepted_end(*document->text);
  if (!cursor) cursor = typing_cursor(*before, changes, *document->text);
  if (cursor) document->cursor = *cursor;
  // The flight's work goes to the fast pool before the parse: the model should have its request first.
  if (!kept && cursor && from_landed(a, {document->text, *cursor, {}, false}).empty()) speculate(a, *cursor, now);
  want_tree_soon(a);
  rest_when_idle(a);
}

void Completion::State::speculate(Air& a, size_t cursor, TimePoint now) {
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

// The worker that parses often wakes up on the loop's core, and the loop, which has a request to send or to answer,
// would wait for its turn.
void Completion::State::want_tree_soon(Air& a) {
  if (a.parse_timer) return;
  a.parse_timer = std::make_unique<asio::steady_timer>(daemon.loop, kParseRest);
  a.parse_timer->async_wait(later(a.document->uri, [](State& self, Air& rested, const ErrorCode& ec) {
    if (ec) return;
    rested.parse_timer.reset();
    self.want_tree(rested.document);
  }));
}

void Completion::State::want_tree(const DocumentPtr& document) {
  const auto parsed = [](State&, Air& a, Document& now, const context::Snapshot& text) {
    if (!a.live) return;
    // A flight of a newer text stops waiting only when no parse is left that could be its own.
    if (a.live->flight().base == text || !now.parse_running) a.live->set_tree(now.tree);
  };
  parse_document(daemon, document, later(document->uri, parsed));
}

void Completion::State::rest_when_idle(Air& a) {
  if (!a.warming) {
    a.warming = std::make_unique<Warming>(daemon, [weak = weak_from_this(), uri = a.document->uri] {
      const auto self = weak.lock();
      const Air* resting = self ? self->find(uri) : nullptr;
      return resting ? self->warm_inputs(*resting) : std::nullopt;
    });
  }
  a.warming->rest();
}

std::optional<WarmInputs> Completion::State::warm_inputs(const Air& a) const {
  const Document& document = *a.document;
  if (a.waiter || !refusal(document, document.cursor).empty()) return std::nullopt;
  if (!document.given.empty()) return std::nullopt;  // they are not in what is gathered
  if (a.live && a.live->flight().state != FlightState::done) return std::nullopt;
  const Config& config = configuration.now();
  for (const auto& provider : daemon.providers.usable(config, permission_of(document), Clock::now())) {
    if (!provider->codec) continue;
    if (!provider->local) return std::nullopt;
    return WarmInputs{provider, document.text, document.cursor, fresh_tree(document),
                      limits_for(document, config, {&provider, 1}), around(document, {provider}),
                      document.uri, document.relative_path,
                      document.root.substr(document.root.rfind('/') + 1)};
  }
  return std::nullopt;
}

}  // namespace fimd::lsp

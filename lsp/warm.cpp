#include "lsp/warm.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>

#include "lsp/daemon.h"
#include "lsp/offload.h"
#include "lsp/token_scale.h"
#include "providers/stream.h"

namespace fimd::lsp {

namespace asio = boost::asio;

struct Warming::State : std::enable_shared_from_this<Warming::State> {
  State(Daemon& d, std::function<std::optional<WarmInputs>()> i) : daemon(d), inputs(std::move(i)), timer(d.loop) {}

  Daemon& daemon;
  std::function<std::optional<WarmInputs>()> inputs;
  asio::steady_timer timer;
  bool wanted = false;   // no keystroke since rest()
  bool running = false;  // a piece is with the server

  void after(Duration wait) {
    timer.expires_after(wait);
    timer.async_wait([weak = weak_from_this()](const boost::system::error_code& ec) {
      if (auto self = weak.lock(); self && !ec) self->next_piece();
    });
  }

  void next_piece() {
    if (!wanted || running) return;
    auto in = inputs();
    if (!in || !in->provider->codec ||
        !providers::unusable(in->provider->health, providers::Lane::warming, Clock::now()).empty())
      return;
    running = true;
    measure_token_scale(daemon, in->provider, in->text, in->cursor);
    auto task = [text = in->text, cursor = in->cursor, tree = in->tree, limits = in->limits, around = in->around] {
      return context::gather(text, cursor, tree, limits, around);
    };
    offload(daemon.fast, daemon.loop.get_executor(), std::move(task),
            [weak = weak_from_this(), in = std::move(*in)](Result<context::Gathered> gathered) {
              const auto self = weak.lock();
              if (!self) return;
              self->running = false;
              if (gathered && self->wanted) self->send_next(in, *gathered);
            });
  }

  void send_next(const WarmInputs& in, const context::Gathered& gathered) {
    const ProviderPtr provider = in.provider;
    const std::vector<providers::Extra> extra = providers::extra_of(gathered.snippets);
    const auto& cache = provider->caches[in.uri];
    // The cursor's own line changes with the next keystroke; everything before it stays.
    const size_t line_start = gathered.prefix.rfind('\n') + 1;
    const providers::PlanInputs plan{.prefix = gathered.prefix,
                                     .suffix = gathered.suffix,
                                     .caps = provider->codec->caps(),
                                     .rates = provider->health.rates,
                                     .cache = cache,
                                     .time_left = {},
                                     .max_tokens = 1,
                                     .extra = extra,
                                     .all_extra = in.around.whole_repository,
                                     .local = provider->local};
    auto next = providers::next_warm_piece(gathered.prefix, line_start, plan, kWarmPiece);
    if (!next) return;
    std::string prefix = gathered.prefix.substr(next->start, next->end - next->start);
    const size_t cached = providers::cached_bytes(cache, next->known);
    send(in, std::move(*next), std::move(prefix), cached);
  }

  void send(const WarmInputs& in, providers::WarmPiece piece, std::string prefix, size_t cached) {
    running = true;
    providers::Prompt prompt;
    prompt.prefix = std::move(prefix);
    prompt.extra = std::move(piece.extra);
    prompt.path = in.relative_path;
    prompt.repo = in.repo;
    prompt.language = in.text->language;
    prompt.max_tokens = 1;
    prompt.warm = true;
    const ProviderPtr provider = in.provider;
    // Only local providers are warmed; for others, which get nothing here, this would clean the piece by itself.
    auto outgoing = providers::outgoing(std::move(prompt), {provider->codec, provider->config}, {}, {});
    if (!outgoing.prompt) {
      running = false;
      return;
    }
    const TimePoint now = Clock::now();
    const providers::Asked asked{.prompt_bytes = piece.known.size(), .new_bytes = piece.known.size() - cached,
                                 .lane = providers::Lane::warming,
                                 .probe = providers::begin(provider->health, providers::Lane::warming, now)};
    auto leg = providers::stream(daemon.http, std::move(*outgoing.prompt), now + kFlightLife,
                                 [](std::string_view, std::span<const double>) { return true; });
    auto done = [weak = weak_from_this(), provider, uri = in.uri, known = std::move(piece.known), asked](
                    std::exception_ptr thrown, providers::StreamOutcome outcome) {
      if (thrown) outcome.error = Error{Error::Code::cancelled, "stopped"};
      providers::learn(provider->health, asked, outcome, Clock::now());
      if (!outcome.error) providers::remember(provider->caches[uri], known);
      const auto self = weak.lock();
      if (!self) return;
      self->running = false;
      if (self->wanted && !outcome.error) self->after(Duration::zero());
    };
    asio::co_spawn(daemon.loop, std::move(leg), std::move(done));
  }
};

Warming::Warming(Daemon& daemon, std::function<std::optional<WarmInputs>()> inputs)
    : state_(std::make_shared<State>(daemon, std::move(inputs))) {}

Warming::~Warming() {
  state_->wanted = false;
  state_->timer.cancel();
}

void Warming::rest() {
  state_->wanted = true;
  state_->after(kIdle);
}

void Warming::pause() {
  state_->wanted = false;
  state_->timer.cancel();
}

}  // namespace fimd::lsp

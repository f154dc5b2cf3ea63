#include "providers/agent/asking.h"

#include <fmt/core.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <random>

namespace fimd::providers::agent {
namespace asio = boost::asio;

namespace {

using nlohmann::json;

constexpr int kAnswer = 8192;                // tokens
constexpr int kLongAnswer = 16384;           // after one that was cut off
constexpr double kWindow = 131072;           // tokens, where nothing is known
constexpr double kShare = 0.6, kMost = 96e3;  // of the window, and in all: long contexts are answered worse
constexpr double kFull = 0.8, kEmptied = 0.5;  // of that

double window_of(const ProviderConfig& provider) {
  return provider.context > 0 ? static_cast<double>(provider.context) : kWindow;
}

double budget_of(const ProviderConfig& provider) { return std::min(window_of(provider) * kShare, kMost); }

size_t bytes_to_send(const Conversation& state, const std::string& schemas) {
  return bytes_of(state.messages) + schemas.size();
}

int64_t tokens_to_send(const Conversation& state, const std::string& schemas) {
  return static_cast<int64_t>(static_cast<double>(bytes_to_send(state, schemas)) * state.tokens_per_byte);
}

// The most tokens of the answer.
std::optional<int> answer_tokens(const Conversation& state, const std::string& schemas, const ProviderConfig& provider,
                                 const SpendingLimits& limits) {
  const int64_t prompt = tokens_to_send(state, schemas);
  const double fits = window_of(provider) - static_cast<double>(prompt);
  const int wanted = state.cut_calls > 0 ? kLongAnswer : kAnswer;
  if (fits < 256) return std::nullopt;
  return affordable(state.spent, limits, prompt, static_cast<int>(std::min<double>(wanted, fits)));
}

// What a try has used that gave no answer.
std::optional<json> lost_record(const Turn& turn, int64_t prompt) {
  const size_t bytes = bytes_in(turn.message);
  const bool any = usable(turn.message) || !turn.message.reasoning.empty() || turn.usage.output_tokens;
  if (!any) return std::nullopt;
  return json{
      {"type", "lost"},
      {"in", turn.usage.prompt_tokens.value_or(prompt)},
      {"out", turn.usage.output_tokens.value_or(static_cast<int64_t>(static_cast<double>(bytes) / kBytesPerToken))}};
}

}  // namespace

std::string Asking::clean(std::string text, const std::string& what) {
  if (is_local(provider)) return text;
  auto safe = cleaned(std::move(text), what, *rules, removed);
  if (!safe) {
    refused = Error{Error::Code::refused, what + " could not be looked through for secrets"};
    return {};
  }
  if (rules->secrets == SecretsRule::block && !removed.empty()) {
    refused =
        Error{Error::Code::refused, "privacy.secrets is \"block\" and " + removed.front().what + " holds a secret"};
  }
  return *std::move(safe);
}

std::vector<Cut> Asking::room(const Conversation& state, const std::string& schemas) const {
  const double budget = budget_of(provider);
  if (static_cast<double>(tokens_to_send(state, schemas)) < budget * kFull) return {};
  const double bytes = budget * kEmptied / state.tokens_per_byte - static_cast<double>(schemas.size());
  return cuts_for(state.messages, static_cast<size_t>(std::max(0.0, bytes)));
}

std::string Asking::too_much(const Conversation& state, const std::string& schemas,
                             const SpendingLimits& limits) const {
  if (answer_tokens(state, schemas, provider, limits)) return {};
  if (!answer_tokens(state, schemas, provider, {})) return "the conversation no longer fits the model's context";
  const bool tokens = limits.tokens > 0 && !answer_tokens(state, schemas, provider, {.tokens = limits.tokens});
  return tokens ? fmt::format("agent.max_tokens ({}) is used up", limits.tokens)
                : fmt::format("agent.max_cost_usd ({}) is used up", limits.cost);
}

json Asking::request(const Conversation& state, const std::string& schemas) const {
  return request_record(tokens_to_send(state, schemas), bytes_to_send(state, schemas));
}

asio::awaitable<Answer> Asking::ask(const Conversation& state, const std::string& schemas, const Limits& limits,
                                    const std::function<void(std::string)>& progress) {
  Answer out;
  ChatRequest asked{.messages = state.messages, .tools = schemas, .text_tools = state.text_tools};
  asked.max_tokens = answer_tokens(state, schemas, provider, limits.spending).value_or(kAnswer);
  auto chat = clean_chat(std::move(asked), provider, *rules);
  if (!chat) {
    out.trouble = Trouble{.error = chat.error(), .failure = {}, .named_wait = {}};
    co_return out;
  }
  const auto executor = co_await asio::this_coro::executor;
  std::minstd_rand random{std::random_device{}()};
  for (int tries = 1;; ++tries) {
    std::shared_ptr<void> place;
    if (turn) {
      auto waiting = turn();
      place = co_await std::move(waiting);
    }
    auto talking = talk(http, *chat, limits.deadline, {});
    TalkOutcome outcome = co_await std::move(talking);
    place.reset();
    out.turn = std::move(outcome.turn);
    out.trouble = std::move(outcome.trouble);
    const bool broke_off = !out.trouble && out.turn.finish == Finish::none;
    if (!out.trouble && !broke_off) co_return out;
    Trouble trouble =
        broke_off ? Trouble{.error = {Error::Code::down, "the answer broke off"}, .failure = {}, .named_wait = {}}
                  : *out.trouble;
    const double chance = std::generate_canonical<double, 16>(random);
    const auto wait = retry_wait(trouble, tries, limits.deadline - Clock::now(), chance);
    const bool enough = broke_off && tries > 2;  // what comes then is taken as an answer that was cut
    if (!wait || enough) co_return out;
    if (auto lost = lost_record(out.turn, state.asked_tokens)) {
      if (!out.lost) {
        out.lost = std::move(lost);
      } else {
        for (const char* key : {"in", "out"})
          (*out.lost)[key] = (*out.lost)[key].get<int64_t>() + (*lost)[key].get<int64_t>();
      }
    }
    progress(fmt::format("{}: {}; trying again", provider.name, trouble.error.message));
    asio::steady_timer timer(executor, *wait);
    auto waiting = timer.async_wait(asio::as_tuple(asio::use_awaitable));
    const auto [ec] = co_await std::move(waiting);
    if (ec) co_return out;
  }
}

}  // namespace fimd::providers::agent

// One exchange of the agent with its chat model, and the one way out for what it says: talk() takes only a CleanChat,
// and only clean_chat() makes one. A coroutine on the loop thread.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <optional>

#include "context/budget.h"
#include "providers/agent/chat.h"
#include "providers/agent/retry.h"
#include "providers/http.h"
#include "providers/outgoing.h"

namespace fimd::providers::agent {

// Messages that may go to one provider: the secrets in them are replaced unless it is local.
class CleanChat {
 public:
  [[nodiscard]] const ChatRequest& request() const { return request_; }
  [[nodiscard]] const ProviderConfig& provider() const { return provider_; }
  std::vector<context::Removed> removed;

 private:
  friend Result<CleanChat> clean_chat(ChatRequest, const ProviderConfig&, const PrivacyRules&);
  CleanChat(ChatRequest request, ProviderConfig provider)
      : request_(std::move(request)), provider_(std::move(provider)) {}
  ChatRequest request_;
  ProviderConfig provider_;
};

// Errors: refused (a message could not be looked through, or holds a secret and privacy.secrets is "block").
[[nodiscard]] Result<CleanChat> clean_chat(ChatRequest request, const ProviderConfig& provider,
                                           const PrivacyRules& rules);

struct TalkOutcome {
  std::optional<Trouble> trouble;
  Turn turn;  // also with trouble: what had come before
};

// Sends the messages and reads the answer to its end. `progress` is called with the bytes received so far as they come;
// a model may think in silence for minutes, so only the deadline ends the wait. Never throws for what a server does; a
// cancel closes the connection and is the error `cancelled`.
boost::asio::awaitable<TalkOutcome> talk(Http& http, CleanChat chat, TimePoint deadline,
                                         std::function<void(size_t)> progress);

}  // namespace fimd::providers::agent

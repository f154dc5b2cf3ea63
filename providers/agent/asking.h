// One request of the agent to its provider, with all that is around it: what may leave, what fits, what it may cost,
// and when it is sent again. Private to the loop. Loop thread.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "providers/agent/chat_text.h"
#include "providers/agent/conversation.h"
#include "providers/agent/history.h"
#include "providers/agent/loop.h"
#include "providers/agent/retry.h"
#include "providers/agent/talk.h"

namespace fimd::providers::agent {

struct Answer {
  std::optional<Trouble> trouble;
  Turn turn;
  std::optional<nlohmann::json> lost;  // a record of what tries that broke off have used
};

struct Asking {
  Http& http;
  ProviderConfig provider;
  std::shared_ptr<const PrivacyRules> rules;
  std::vector<context::Removed> removed = {};
  std::function<boost::asio::awaitable<std::shared_ptr<void>>()> turn = {};  // see Workbench
  std::optional<Error> refused = {};  // something may not leave: the task must end

  // A text as it may be sent and kept. Where it may not leave at all, `refused` is set.
  [[nodiscard]] std::string clean(std::string text, const std::string& what);

  // What to shorten before the next request; empty: it fits well.
  [[nodiscard]] std::vector<Cut> room(const Conversation& state, const std::string& schemas) const;

  // Why the next request may not be made for its size or its price; empty: it may.
  [[nodiscard]] std::string too_much(const Conversation& state, const std::string& schemas,
                                     const SpendingLimits& limits) const;

  // The record of the request to come.
  [[nodiscard]] nlohmann::json request(const Conversation& state, const std::string& schemas) const;

  // Sends it, and again while the trouble may pass by itself and the time allows.
  boost::asio::awaitable<Answer> ask(const Conversation& state, const std::string& schemas, const Limits& limits,
                                     const std::function<void(std::string)>& progress);
};

}  // namespace fimd::providers::agent

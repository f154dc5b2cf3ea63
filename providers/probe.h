// Asks a model server what it can do, so that its codec is made for what is really there.
//
// A coroutine on the loop thread. Nothing of the user's files is sent: only questions about models, to llama-server a
// request to /infill that is too incomplete to be answered with text, and to the kinds that are asked in many dialects
// one completion of a made-up line, so that a server that refuses every request is known before the first keystroke.
// A server that the user has not named is asked questions only.
#pragma once

#include <boost/asio/awaitable.hpp>

#include "context/budget.h"
#include "context/result.h"
#include "providers/http.h"
#include "providers/provider.h"

namespace fimd::providers {

struct ProbeLimits {
  TimePoint deadline;
  Duration connect = std::chrono::milliseconds(150);
  bool named = true;          // by the user, who wants to be answered by it
  bool probabilities = true;  // log-probabilities will be asked for, where the kind is asked for them
};

// Asks a server what it can do. `note` of the result says it in a sentence. Errors: down (not there, or loading its
// model), refused (key), not_found (the server does not have the configured model), deadline, unsupported (something
// else than `config.kind` answers), bad_input.
boost::asio::awaitable<Result<Caps>> probe(Http& http, ProviderConfig config, ProbeLimits limits);

}  // namespace fimd::providers

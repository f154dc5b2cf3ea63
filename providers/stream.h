// The one function that does model I/O: sends a prompt to a provider and hands over the text as it arrives.
//
// A coroutine on the loop thread. Cancelling it (asio cancellation slot), or a sink that returns false, closes the
// upstream connection, which is how model servers are told to stop.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "context/budget.h"
#include "context/result.h"
#include "providers/http.h"
#include "providers/outgoing.h"
#include "providers/provider.h"
#include "providers/stream_outcome.h"

namespace fimd::providers {

// Called with each piece of text (valid UTF-8, never splits a code point) and the log-probabilities of its tokens,
// where the server tells them. False: enough, stop the model.
using TokenSink = std::function<bool(std::string_view text, std::span<const double> logprobs)>;

// Sends a prompt to the provider it was made for and reads the reply until it is complete, `deadline` passes, the sink
// says stop, or the coroutine is cancelled. Never throws for what a server does; memory is bounded whatever it sends
// (an event of over 1 MiB or a reply of over 4 MiB is an error). That it takes a CleanPrompt is what keeps secrets in
// (outgoing.h).
boost::asio::awaitable<StreamOutcome> stream(Http& http, CleanPrompt prompt, TimePoint deadline, TokenSink sink);

}  // namespace fimd::providers

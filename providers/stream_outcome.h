// How one exchange with a model server went. Plain data.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "context/budget.h"
#include "context/result.h"
#include "providers/provider.h"

namespace fimd::providers {

struct StreamOutcome {
  std::optional<Error> error;  // empty when the stream ended in a regular way
  std::optional<HttpFailure> failure;
  Finish finish = Finish::none;  // cancelled: we stopped it; error: see `error`; none: ended without a finish mark
  std::string text;              // everything received
  Usage usage;
  TimePoint sent{};  // when the request went to the socket
  std::optional<TimePoint> first_byte, first_token, last_token;
  size_t tokens = 0;  // events that carried text
  std::optional<double> mean_logprob;
};

}  // namespace fimd::providers

// How one exchange with a model server went. Plain data.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "context/budget.h"
#include "context/result.h"
#include "providers/provider.h"
#include "providers/rate_limit.h"

namespace fimd::providers {

struct StreamOutcome {
  std::optional<Error> error;  // empty when the stream ended in a regular way
  std::optional<HttpFailure> failure;
  Finish finish = Finish::none;  // cancelled: we stopped it; error: see `error`; none: ended without a finish mark
  std::string text;              // everything received
  Usage usage;
  TimePoint started{};  // when it was taken up
  TimePoint sent{};     // when the request went to the socket; until there is an answer, the same as `started`
  bool reused = false;  // over a connection that stood already
  LimitReport limits;   // what the answer's headers told
  std::optional<TimePoint> first_byte, first_token, last_token;
  size_t tokens = 0;  // events that carried text
};

}  // namespace fimd::providers

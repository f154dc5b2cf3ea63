// Reads what a model server says when it fails: every shape of error body in use, in one normal form.
//
// The shapes and what they mean are those of the providers' own documentation and of the servers' sources; a status
// alone is not enough, since a wrong model is 400 at one provider and 404 at the next. Pure functions.
#pragma once

#include <chrono>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "context/result.h"
#include "providers/provider.h"

namespace fimd::providers {

enum class FailureKind {
  auth,              // no or a wrong key, or the key of another host
  billing,           // no money; waiting does not help
  quota,             // used up until a window ends
  rate_limit,        // too many requests just now
  overloaded,        // the server has too much to do
  loading,           // the model is being loaded: ask again soon
  model_missing,     // no such model here
  context_too_long,  // the prompt does not fit
  policy,            // what was asked may not be answered; asking again does not help
  not_supported,     // this server or model cannot do this at all
  bad_request,       // our request is wrong
  server,            // anything on its side
};

struct Failure {
  FailureKind kind = FailureKind::server;
  std::string message;  // the server's own words, one line, at most 300 bytes
  std::optional<int64_t> context;  // tokens the server can take, where it says so with context_too_long
  std::string code = {};           // the server's own, in lower case, where it has one
  bool concurrency = false;        // rate_limit: too many requests at a time, not too many in a while
};

// Reads an answer whose status is not 2xx.
[[nodiscard]] Failure read_failure(const HttpFailure& failure);

// Reads an error object that came as an event or a body of a 200 answer; nullopt when `body` is none.
[[nodiscard]] std::optional<Failure> read_error_object(const nlohmann::json& body);

// As the error that a stream ends with: refused (auth, billing, quota, rate_limit, policy), down (overloaded, loading,
// server), not_found (model_missing), bad_input (context_too_long, bad_request), unsupported (not_supported).
[[nodiscard]] Error to_error(const Failure& failure);

[[nodiscard]] std::string_view name(FailureKind kind);

// How long the server asks us to wait: "retry-after-ms", or "retry-after" in seconds or as an HTTP date. Header names
// in lower case. A time in the past is zero, more than a day is a day.
[[nodiscard]] std::optional<Duration> retry_after(const std::vector<std::pair<std::string, std::string>>& headers,
                                                  std::chrono::system_clock::time_point now);

}  // namespace fimd::providers

// The error type and the result type that every fallible function of fimd returns.
//
// Error.message is lower case, has no final period, and names the thing that failed
// ("config: providers.local.url is not a url"). Exceptions are for bugs and allocation only.
#pragma once

#include <string>
#include <tl/expected.hpp>
#include <utility>

namespace fimd {

struct Error {
  enum class Code {
    cancelled,    // the client no longer waits
    superseded,   // a newer request or change made the answer worthless
    deadline,     // the budget ran out
    bad_input,    // the caller's bytes are wrong
    not_found,    // a file, model or name does not exist
    io,           // the operating system said no
    refused,      // policy (privacy, permission, rate limit, billing) said no
    down,         // a model server is not reachable, is overloaded or broke off
    unsupported,  // the other side cannot do this at all: use another dialect
    internal,     // a bug of ours
  };

  Code code = Code::internal;
  std::string message;
};

template <class T>
using Result = tl::expected<T, Error>;

// Shorthand for returning an error from a function that returns Result<T>.
[[nodiscard]] inline tl::unexpected<Error> fail(Error::Code code, std::string message) {
  return tl::unexpected<Error>(Error{code, std::move(message)});
}

// The code's name as it appears in logs and in --json output ("bad_input").
[[nodiscard]] const char* name(Error::Code code);

}  // namespace fimd

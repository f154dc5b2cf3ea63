// The head of a reply and the body of a failure, for the two that read streams (stream.h and agent/talk.h). Pure.
#pragma once

#include <optional>
#include <string_view>

#include "providers/http.h"

namespace fimd::providers {

// How the body is framed. Some gateways ignore "stream": their answer is one JSON body, and its type says so.
[[nodiscard]] HttpRequest::Framing framing_of(HttpRequest::Framing asked, const HttpResponse& head);

// The failure that the head tells of, without its body yet; nullopt for a status of 2xx.
[[nodiscard]] std::optional<HttpFailure> failure_of(const HttpResponse& head);

// Adds a piece of a failure's body. False: no more is wanted.
[[nodiscard]] bool add_body(HttpFailure& failure, std::string_view piece);

}  // namespace fimd::providers

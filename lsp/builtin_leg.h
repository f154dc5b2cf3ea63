// The leg of a flight that needs no server, and the look at the place that all legs need. Pure work for the fast pool,
// on copies of what the flight was launched with.
#pragma once

#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "lsp/flight.h"
#include "providers/builtin/builtin.h"
#include "providers/gates.h"

namespace fimd::lsp {

struct Departure;

using SitePtr = std::shared_ptr<const providers::Site>;

struct BuiltinWork {
  providers::builtin::OpenDocumentPtr tokens;  // of the flight's text
  std::optional<Proposal> proposal;
  std::string why;
};

// Where suggestions are judged.
[[nodiscard]] SitePtr look_around(const Departure& departure, const std::stop_token& stop);

[[nodiscard]] BuiltinWork run_builtin(const Departure& departure, const SitePtr& site, const std::stop_token& stop);

}  // namespace fimd::lsp

// A task's check from the loop's side: made ready, begun on the code as it was, asked about a change.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "lsp/checking.h"
#include "lsp/fixing.h"
#include "providers/agent/checks.h"

namespace fimd::lsp {

using ChecksPtr = std::shared_ptr<providers::agent::Checks>;

// Null where the configuration has neither a check nor commands.
boost::asio::awaitable<ChecksPtr> prepare_checks(Checking& checking, const Config& config, const FixTask& task);

// Runs the check on the code as it was while the model thinks; what is asked later waits for it.
void start_baseline(Checking& checking, ChecksPtr checks, std::stop_token stop);

struct Checked {
  std::string summary;  // for the user
  std::string reason;   // why the change may not be offered, for the model; empty: it may
  std::vector<std::string> gone = {};  // see Checks::Outcome
};
boost::asio::awaitable<Checked> check_change(Checking& checking, ChecksPtr checks, std::vector<providers::agent::ChangedFile> changed,
                                             std::stop_token stop);

}  // namespace fimd::lsp

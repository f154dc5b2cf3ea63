// A task's check from the loop's side: made ready, begun on the code as it was, asked about a change.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "lsp/checking.h"
#include "lsp/fixing.h"
#include "providers/agent/checks.h"

namespace fimd::lsp {

using ChecksPtr = std::shared_ptr<providers::agent::Checks>;

// Null where the configuration has neither a check nor commands. A task that goes on has what its journal says of the
// check.
boost::asio::awaitable<ChecksPtr> prepare_checks(Checking& checking, const Config& config, const FixTask& task);

// Runs the check on the code as it was while the model thinks; what is asked later waits for it.
void start_baseline(Checking& checking, ChecksPtr checks, std::stop_token stop);

struct Checked {
  std::string summary;  // for the user
  std::string reason;   // why the change may not be offered, for the model; empty: it may
  std::vector<std::string> gone = {};  // see Checks::Outcome
  bool judged = true;                  // see is_judged()
  std::vector<std::string> facts = {}; // see Checks::new_facts()
};
boost::asio::awaitable<Checked> check_change(Checking& checking, ChecksPtr checks,
                                             std::vector<providers::agent::ChangedFile> changed, AskUser ask,
                                             std::stop_token stop);

// A tool that starts programs, on the checks' thread. The thread is free while the user is asked about one.
struct ToolRun {
  providers::agent::ToolResult result;
  std::vector<std::string> facts = {};  // see Checks::new_facts()
};
boost::asio::awaitable<Result<ToolRun>> run_program(Checking& checking, ChecksPtr checks,
                                                    std::function<providers::agent::ToolResult()> tool, AskUser ask);

}  // namespace fimd::lsp

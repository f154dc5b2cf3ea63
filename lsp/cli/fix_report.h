// What `fimd fix` and `fimd tasks resume` share: running a repair in the shell, printing it, writing it. Private to
// cli/.
#pragma once

#include <string>

#include "lsp/cli/shell.h"
#include "lsp/fixing.h"

namespace fimd::lsp::cli {

// Runs to the end; steps go to stderr unless `quiet`.
[[nodiscard]] Fix run_fix(Shell& shell, const providers::ProviderConfig& provider, FixTask task, bool quiet);

// Prints the diff and how it ended, and writes the change with `apply`. Returns the exit code.
[[nodiscard]] int report(const Fix& result, const std::string& root, const std::string& id, bool apply, bool json);

// Writes changed files over those that they were made from. Errors: io, at the first that cannot be written.
[[nodiscard]] Result<void> write_files(const std::string& root,
                                       const std::vector<providers::agent::ChangedFile>& files);

// A yes on the terminal; empty where there is none, or where `quiet`.
[[nodiscard]] AskUser consent_of(Shell& shell, bool quiet);

}  // namespace fimd::lsp::cli

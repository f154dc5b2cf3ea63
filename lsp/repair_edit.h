// From the files that an agent changed to LSP's WorkspaceEdit. Blocking: reads files that are not open.
#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>

#include "context/text.h"
#include "lsp/protocol.h"
#include "providers/agent/overlay.h"

namespace fimd::lsp {

using OpenTexts = std::map<std::string, context::Snapshot>;  // of the documents that are open, by relative path

// Ranges are of the texts as they are now, in UTF-16; what was changed meanwhile elsewhere in a file stays. Where the
// client knows annotations, an edit of several files asks for confirmation. Errors: superseded (a file was changed
// where the agent changed it, was made or is gone), unsupported (a new file, and the client makes none), refused (a
// path that leads outside, or through a link).
[[nodiscard]] Result<nlohmann::json> workspace_edit(const std::string& root,
                                                    std::span<const providers::agent::ChangedFile> files,
                                                    const OpenTexts& open, const ClientFacts& client,
                                                    const std::string& label);

}  // namespace fimd::lsp

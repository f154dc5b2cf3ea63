// What the configuration's privacy rules say of one document and of what may leave. Loop thread.
#pragma once

#include <memory>
#include <span>
#include <string>

#include "lsp/config.h"
#include "lsp/document.h"
#include "lsp/provider_set.h"
#include "providers/outgoing.h"

namespace fimd::lsp {

// Sets the document's `local_only` and `disabled` from the configuration and where the document lies. To be called when
// either changes: matching dozens of globs is not for every keystroke.
void apply_file_rules(Document& document, const Config& config);

// The rules for prompts of one workspace folder to these providers. Placeholders are tagged with a key of the folder,
// made from one of this machine: a file that only its owner can read, in $XDG_STATE_HOME/fimd or ~/.local/state/fimd,
// written when first needed; where that cannot be, the key lasts as long as the process.
[[nodiscard]] std::shared_ptr<const providers::PrivacyRules> privacy_rules(const Config& config, const std::string& root,
                                                                           std::span<const ProviderPtr> providers);

}  // namespace fimd::lsp

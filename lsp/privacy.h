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

// The same when it was last done more than kRulesAge ago: an ignore file may have changed. For requests that may leave.
void refresh_file_rules(Document& document, const Config& config, TimePoint now);

// The key that placeholders are tagged with: `folder`/redaction.key, which only its owner can read, written when there
// is none. Where that cannot be, or others could have read it, a key that lasts as long as the process.
[[nodiscard]] context::RedactionKey redaction_key(const std::string& folder);

// The rules for prompts of one workspace folder to these providers, with a key of the folder made from the one of this
// machine ($XDG_STATE_HOME/fimd or ~/.local/state/fimd; read once).
[[nodiscard]] std::shared_ptr<const providers::PrivacyRules> privacy_rules(const Config& config,
                                                                           const std::string& root,
                                                                           std::span<const ProviderPtr> providers);

}  // namespace fimd::lsp

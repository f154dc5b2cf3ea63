// The one way out: every prompt for a provider passes outgoing(), and stream() takes nothing else.
//
// A provider whose jurisdiction is "local" gets the prompt as it is. For all others the secrets of the whole document
// are replaced, snippets of private files are dropped, and the prompt is held back where the cursor stands in or near a
// secret. What cannot be looked at does not leave. Pure; the rules are immutable and shared.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "context/gather.h"
#include "context/ignore.h"
#include "context/redact.h"
#include "context/secrets.h"
#include "context/text.h"
#include "providers/ledger_entry.h"
#include "providers/provider.h"

namespace fimd::providers {

enum class SecretsRule { redact, block, off };  // privacy.secrets

struct PrivacyRules {
  SecretsRule secrets = SecretsRule::redact;
  context::Globs exclude;             // privacy.exclude, beside the defaults
  context::RedactionKey key{};        // of the workspace
  std::vector<std::string> own_keys;  // fimd's own: found in any spelling and any file
};

// A document and the secrets in it. Kept from keystroke to keystroke: a scan after an edit looks only around the edit.
struct ScannedDocument {
  context::Snapshot text;
  context::TextKind kind = context::TextKind::data;
  context::Secrets secrets;
};
using ScannedPtr = std::shared_ptr<const ScannedDocument>;

// Scans `text`; `earlier` (of an earlier text of the same document, or null) makes that cheap. 1 ms for 200 KB without.
[[nodiscard]] ScannedPtr scan_document(const ScannedPtr& earlier, context::Snapshot text, std::string_view path,
                                       std::span<const std::string> own_keys);

// Who is to get a prompt.
struct Recipient {
  std::shared_ptr<const Codec> codec;
  const ProviderConfig& config;
};
[[nodiscard]] bool is_local(const ProviderConfig& config);

// Where a prompt comes from.
struct Origin {
  ScannedPtr document;  // the text that prefix and suffix are windows of; null: they are looked at by themselves
  size_t offset = 0;    // of the cursor in it: the prefix ends there and the suffix begins
};

// A prompt that may go to one provider. Only outgoing() makes it.
class CleanPrompt {
 public:
  [[nodiscard]] const Prompt& prompt() const { return prompt_; }
  [[nodiscard]] const std::shared_ptr<const Codec>& codec() const { return codec_; }
  [[nodiscard]] const LedgerEntryPtr& entry() const { return entry_; }  // what is in it, for the ledger; never null

 private:
  friend struct Outgate;
  CleanPrompt(Prompt prompt, std::shared_ptr<const Codec> codec, LedgerEntryPtr entry)
      : prompt_(std::move(prompt)), codec_(std::move(codec)), entry_(std::move(entry)) {}
  Prompt prompt_;
  std::shared_ptr<const Codec> codec_;
  LedgerEntryPtr entry_;
};

struct Outgoing {
  std::optional<CleanPrompt> prompt;      // empty: it must not be sent
  std::string blocked;                    // why not, in a sentence a user understands
  std::vector<context::Removed> removed;  // what was replaced or left out, and why
};

// A text by itself with placeholders for its secrets, for what is not a prompt (the agent's messages); what was
// replaced is added to `removed` under the name `what`. nullopt: it could not be looked through and must not leave.
[[nodiscard]] std::optional<std::string> cleaned(std::string text, const std::string& what, const PrivacyRules& rules,
                                                 std::vector<context::Removed>& removed);

[[nodiscard]] Outgoing outgoing(Prompt prompt, const Recipient& recipient, const Origin& origin,
                                const PrivacyRules& rules);

}  // namespace fimd::providers

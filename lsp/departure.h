// What a flight takes along, and whether it may leave at all: decided on the loop from the document, the configuration
// and the providers, and from then on a value.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "context/gather.h"
#include "lsp/config.h"
#include "lsp/document.h"
#include "lsp/provider_set.h"
#include "providers/builtin/builtin.h"
#include "providers/outgoing.h"

namespace fimd::lsp {

struct Daemon;

// Everything a flight is launched with, by value: later keystrokes do not change it.
struct Departure {
  uint64_t id = 0;
  context::Snapshot text;
  size_t offset = 0;
  context::Tree tree;  // of exactly this text, or empty
  std::string relative_path, repo, uri;
  providers::builtin::OpenDocumentPtr tokens;  // of an earlier text
  providers::builtin::CorpusPtr corpus;
  providers::ScannedPtr scanned;                         // the secrets of an earlier text
  std::shared_ptr<const providers::PrivacyRules> privacy;  // null where all providers are local
  context::GatherLimits limits;
  std::vector<providers::Extra> given;  // pieces of other files beside those that are gathered
  int max_tokens = 0;                   // of an answer; 0: the provider's own limit
  context::Surroundings around;
  Config::Completion rules;
  std::vector<ProviderPtr> providers;  // in the user's order; the one without a codec is the builtin model
  Budget budget;
  std::string note;            // the first line of the story
  bool wait_for_tree = false;  // a parse of this text is running: the builtin model waits for set_tree()
};

// Why a place of a document gets no completion by the user's rules, or empty.
[[nodiscard]] std::string refused_by(const Config::Completion& rules, const Document& document, size_t offset);

[[nodiscard]] Permission permission_of(const Document& document);

// The windows of a prompt for these providers.
[[nodiscard]] context::GatherLimits limits_for(const Document& document, const Config& config,
                                               std::span<const ProviderPtr> providers);

// The providers that may have the document's text now; looks at the rules of files again where one of them is remote.
[[nodiscard]] std::vector<ProviderPtr> providers_for(Daemon& daemon, const Config& config, Document& document);

// A departure for byte `offset` of `text`, which is the document's or one with a popup's entry put in. Its `id` and
// `around` are for the caller to set.
[[nodiscard]] Departure departure_of(Daemon& daemon, const Config& config, Document& document,
                                     const context::Snapshot& text, size_t offset, const Budget& budget);

}  // namespace fimd::lsp

#include "providers/ledger_entry.h"

#include "providers/provider.h"

namespace fimd::providers {

std::string_view name(Purpose purpose) {
  switch (purpose) {
    case Purpose::other: return "other";
    case Purpose::completion: return "completion";
    case Purpose::warm: return "warm";
    case Purpose::probe: return "probe";
    case Purpose::tokens: return "tokens";
    case Purpose::agent: return "agent";
  }
  return "other";
}

LedgerEntryPtr new_entry(const ProviderConfig& to, Purpose purpose) {
  auto entry = std::make_shared<LedgerEntry>();
  entry->provider = to.name;
  entry->jurisdiction = to.jurisdiction;
  entry->purpose = purpose;
  entry->price = price_of(to);
  return entry;
}

void count(LedgerEntry& entry, const Usage& usage, size_t prompt_bytes, size_t pieces) {
  const Usage guess = estimated_usage(prompt_bytes, pieces);
  entry.usage = usage;
  entry.estimated = !usage.prompt_tokens || !usage.output_tokens;
  if (!usage.prompt_tokens) entry.usage.prompt_tokens = guess.prompt_tokens;
  if (!usage.output_tokens) entry.usage.output_tokens = guess.output_tokens;
}

}  // namespace fimd::providers

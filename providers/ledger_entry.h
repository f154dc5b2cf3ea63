// What one request took out of this process, and what it cost: one line of the ledger. Never holds text.
//
// Three hands fill it in: who makes the request says what is in it, Http how the exchange went (it makes an entry of
// its own for a request without one, so that nothing leaves unseen), and the reader of the reply what the server
// counted. Loop thread until it is written.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "context/budget.h"
#include "providers/cost.h"
#include "providers/usage.h"

namespace fimd::providers {

enum class Purpose { other, completion, warm, probe, tokens, agent };
[[nodiscard]] std::string_view name(Purpose purpose);

// A part of a file, as it was named to the server.
struct SentPart {
  std::string path;
  size_t first_line = 0, last_line = 0;  // 1-based, inclusive; 0: not known
};

struct LedgerEntry {
  // Of the request.
  std::string provider, jurisdiction;
  Purpose purpose = Purpose::other;
  std::vector<SentPart> parts;
  size_t redactions = 0;  // secrets that were replaced
  Price price;            // of the model

  // Of the exchange.
  std::chrono::system_clock::time_point at{};
  std::string host;  // "https://codestral.mistral.ai"
  size_t bytes_sent = 0, bytes_received = 0;  // bodies
  int status = 0;       // 0: no answer
  std::string outcome;  // "ok", "stopped" (by us), "deadline", or what went wrong
  Duration took{};

  // Of the reply.
  Usage usage;
  bool estimated = false;  // the server did not count: usage is ours
  std::optional<Duration> first_token;
};
using LedgerEntryPtr = std::shared_ptr<LedgerEntry>;

// For a request to one provider; the rest is to be filled in.
[[nodiscard]] LedgerEntryPtr new_entry(const ProviderConfig& to, Purpose purpose);

// What the reader of a reply knows at its end. `prompt_bytes` and `pieces` (of text) are for a server that did not
// count.
void count(LedgerEntry& entry, const Usage& usage, size_t prompt_bytes, size_t pieces);

}  // namespace fimd::providers

// The ledger on the disk: what was sent where, and how suggestions fared, in one SQLite file of its owner. Never text.
//
// Several processes may add at the same time. What is old or too much is removed by whoever adds. A file that is
// damaged is set aside and a new one begun. Blocking: bulk pool, one call at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "context/result.h"
#include "providers/ledger_entry.h"

namespace fimd::providers {

// A ledger entry as it is kept.
struct SentRow {
  int64_t at_ms = 0;  // Unix time
  std::string provider, host, jurisdiction, purpose, outcome;
  std::vector<SentPart> parts;
  int64_t bytes_sent = 0, bytes_received = 0, redactions = 0;
  int status = 0;
  double ms = 0;
  std::optional<double> first_token_ms;
  int64_t tokens_in = 0, tokens_cached = 0, tokens_out = 0;
  bool estimated = false;  // the token counts are ours
  double usd = 0;
  bool priced = false;     // false: nothing is known of the price, usd says nothing
};
[[nodiscard]] SentRow row_of(const LedgerEntry& entry);

// How one suggestion fared that an editor was given.
struct ShownRow {
  int64_t at_ms = 0;
  std::string provider, language, arm;
  double ms = 0;        // from the request to the answer
  int64_t bytes = 0;    // of the suggestion
  int64_t taken = 0;    // bytes of it that came into the document
  std::string fate;     // "accepted", "partly", "typed" (key by key), "dismissed"
  bool late = false;    // answered behind the hard deadline
  bool runaway = false;  // a gate cut it for its length or because it repeated itself
  std::optional<double> lowest_logprob;  // of its tokens, natural logarithm, where the server told
  std::optional<double> kept_30s, kept_2m, kept_5m, kept_10m, kept_saved;  // share that was still there, 0 to 1
};

struct LedgerFilter {
  int64_t since_ms = 0;
  std::string provider, purpose;  // empty: any
  bool local = true;              // also what did not leave this machine
  size_t most = SIZE_MAX;         // the newest
};

class LedgerStore {
 public:
  static constexpr int kKeepDays = 90;        // of what left this machine
  static constexpr int kKeepLocalDays = 14;   // of what did not
  static constexpr int64_t kKeepRows = 200'000;  // of each kind

  // Opens or makes the file (mode 0600) and the folders on the way. Errors: io.
  [[nodiscard]] static Result<std::unique_ptr<LedgerStore>> open(const std::string& path);
  ~LedgerStore();
  LedgerStore(const LedgerStore&) = delete;
  LedgerStore& operator=(const LedgerStore&) = delete;

  // All or none of them. Errors: io.
  [[nodiscard]] Result<void> add(std::span<const SentRow> sent, std::span<const ShownRow> shown);

  // Oldest first. Errors: io.
  [[nodiscard]] Result<std::vector<SentRow>> sent(const LedgerFilter& filter);
  [[nodiscard]] Result<std::vector<ShownRow>> shown(int64_t since_ms);

  // The newest whose lowest_logprob is known, oldest first. Errors: io.
  [[nodiscard]] Result<std::vector<ShownRow>> sure(size_t most);

  // US dollars since then. Errors: io.
  [[nodiscard]] Result<double> spent(int64_t since_ms);

  // Removes what is older than it should be, counted from `now_ms`. Errors: io.
  [[nodiscard]] Result<void> prune(int64_t now_ms);

 private:
  struct Data;
  explicit LedgerStore(std::unique_ptr<Data> data);
  std::unique_ptr<Data> data_;
};

}  // namespace fimd::providers

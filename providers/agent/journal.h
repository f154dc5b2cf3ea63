// The file of one task: every record that was applied, one a line, appended and never rewritten.
//
// A line is the checksum of the rest of it, the number of the record and the record as JSON; the first line that is
// incomplete or does not fit its checksum ends the journal, which is what is left of a write that a crash cut. The file
// belongs to its owner alone and is locked while a process works on the task. Blocking: bulk pool.
#pragma once

#include <cstdint>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "context/result.h"

namespace fimd::providers::agent {

class Journal {
 public:
  static constexpr uint64_t kMostBytes = 64U << 20;

  // A new, empty file. Errors: io.
  [[nodiscard]] static Result<std::unique_ptr<Journal>> create(const std::string& path);

  struct Opened;
  // To go on with one: what stands in it, and the file cut behind its last good record. Errors: not_found, io, refused
  // (another process works on it, or others can read it).
  [[nodiscard]] static Result<Opened> open(const std::string& path);

  // What stands in one, without a lock. Errors: not_found, io, refused as above.
  [[nodiscard]] static Result<std::vector<nlohmann::json>> read(const std::string& path);

  // Whether a process works on it now.
  [[nodiscard]] static bool is_busy(const std::string& path);

  // Appends records, written as JSON on one line each; with `sync` they survive a loss of power when this returns.
  // Errors: io (disk full, or the journal would grow beyond kMostBytes).
  [[nodiscard]] Result<void> append(std::span<const std::string> records, bool sync);

  ~Journal();
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;

 private:
  Journal(int fd, uint64_t next, uint64_t bytes) : fd_(fd), next_(next), bytes_(bytes) {}
  int fd_ = -1;
  uint64_t next_ = 0;   // number of the next record
  uint64_t bytes_ = 0;  // of the file
};

struct Journal::Opened {
  std::unique_ptr<Journal> journal;
  std::vector<nlohmann::json> records;
};

// The records in the bytes of a journal, and how many of the bytes are good.
struct JournalText {
  std::vector<nlohmann::json> records;
  size_t good = 0;
};
[[nodiscard]] JournalText read_journal(std::string_view bytes);

}  // namespace fimd::providers::agent

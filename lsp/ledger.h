// Keeps the ledger: takes the entry of every request that has ended and of every suggestion that was shown, and writes
// them together, a moment later, on the bulk pool. Counts what was spent today.
//
// Loop thread. One per process; other processes may write the same file.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "providers/ledger_store.h"

namespace fimd::lsp {

// state_folder()/ledger.db, or empty.
[[nodiscard]] std::string ledger_path();

class Ledger {
 public:
  Ledger(boost::asio::io_context& loop, boost::asio::thread_pool& bulk);
  ~Ledger();

  // From now on entries are kept in this file, and what was spent there today counts. Before, and where the file
  // cannot be used, only this process's own spending is known.
  void keep_in(const std::string& path);

  // Called once with the newest suggestions of earlier processes whose models said how sure they were, oldest first.
  void on_history(std::function<void(const std::vector<providers::ShownRow>&)> take);

  // privacy.ledger: false stops writing and forgets what is not written yet.
  void enable(bool on);

  // Nobody is shown what is completed here (the shell commands): no suggestion counts.
  void ignore_suggestions();

  // The rest of the entry (the server's counts) may still be filled in until the loop turns to its next work.
  void add(providers::LedgerEntryPtr entry);
  void add(providers::ShownRow shown);

  // US dollars since midnight UTC.
  [[nodiscard]] double spent_today() const;

  // Writes what is left; blocking. For the end of the process, when the bulk pool has stopped.
  void finish();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace fimd::lsp

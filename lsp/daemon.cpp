#include "lsp/daemon.h"

#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <boost/asio/post.hpp>
#include <chrono>
#include <utility>

#include "context/log.h"

namespace fimd::lsp {

Daemon::Daemon() {
  // Linux knows a niceness per thread; indexing must not take time from the document being typed in.
  boost::asio::post(bulk, [] {
    if (::setpriority(PRIO_PROCESS, static_cast<id_t>(::syscall(SYS_gettid)), 10) != 0) {
      log::debug("cannot lower the priority of the bulk thread");
    }
  });
  http.on_exchange([this](const providers::LedgerEntryPtr& entry) { ledger.add(entry); });
  ledger.on_history([this](const std::vector<providers::ShownRow>& rows) {
    for (const auto& row : rows) learn_taste(row);
  });
  providers.on_refusal([this](const std::string& provider, const Error& error) { trouble(provider, error); });
  providers.count_spending([this] { return ledger.spent_today(); });
}

Daemon::~Daemon() {
  workspaces.stop();
  fast.stop();
  bulk.stop();
  checking.end();
  fast.join();
  bulk.join();
  http.on_exchange({});
  ledger.finish();
}

void Daemon::learn_taste(const providers::ShownRow& row) {
  if (row.lowest_logprob) thresholds[row.provider].learn(*row.lowest_logprob, row.fate != "dismissed");
}

void Daemon::trouble(const std::string& provider, const Error& error) {
  log::warn("{}: {}", provider, error.message);
  failing.insert(provider);
  const auto listeners = trouble_listeners;  // a listener may end its session
  for (const auto& [owner, listener] : listeners) listener(provider, &error);
}

void Daemon::well(const std::string& provider) {
  if (failing.erase(provider) == 0) return;
  log::info("{}: answers again", provider);
  const auto listeners = trouble_listeners;
  for (const auto& [owner, listener] : listeners) listener(provider, nullptr);
}

void Daemon::trouble_once_a_day(const std::string& provider, const Error& error) {
  const int64_t today =
      std::chrono::duration_cast<std::chrono::hours>(std::chrono::system_clock::now().time_since_epoch()).count() / 24;
  if (std::exchange(told_on[provider], today) != today) trouble(provider, error);
}

}  // namespace fimd::lsp

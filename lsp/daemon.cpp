#include "lsp/daemon.h"

#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <boost/asio/post.hpp>

#include "context/log.h"

namespace fimd::lsp {

Daemon::Daemon() {
  // Linux knows a niceness per thread; indexing must not take time from the document being typed in.
  boost::asio::post(bulk, [] {
    if (::setpriority(PRIO_PROCESS, static_cast<id_t>(::syscall(SYS_gettid)), 10) != 0) {
      log::debug("cannot lower the priority of the bulk thread");
    }
  });
}

Daemon::~Daemon() {
  workspaces.stop();
  fast.stop();
  bulk.stop();
  fast.join();
  bulk.join();
}

void Daemon::trouble(const std::string& provider, const Error& error) {
  log::warn("{}: {}", provider, error.message);
  const auto listeners = trouble_listeners;  // a listener may end its session
  for (const auto& [owner, listener] : listeners) listener(provider, error);
}

}  // namespace fimd::lsp

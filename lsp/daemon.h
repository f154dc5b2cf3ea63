// What the sessions of one process share: the loop, the two worker pools, HTTP, providers, workspaces and figures.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <functional>
#include <map>
#include <set>
#include <string>

#include "lsp/checking.h"
#include "lsp/config.h"
#include "lsp/flight_memory.h"
#include "lsp/ledger.h"
#include "lsp/metrics.h"
#include "lsp/provider_set.h"
#include "lsp/workspace.h"
#include "providers/confidence.h"
#include "providers/http.h"

namespace fimd::lsp {

struct Daemon {
  Daemon();
  ~Daemon();

  boost::asio::io_context loop{1};
  boost::asio::thread_pool fast{1};  // the document being typed in: parse, gather, gates, builtin model
  boost::asio::thread_pool bulk{1};  // niced: walking and indexing
  Ledger ledger{loop, bulk};
  providers::Http http{loop};
  ProviderSet providers{loop, http};
  Workspaces workspaces{*this};
  FlightMemory memory;
  Metrics metrics;
  Checking checking;  // commands of agents, in the jail

  // Called when a provider failed, and without an error when one that had failed has answered again. Sessions show one
  // message per provider and kTroubleQuiet.
  using Trouble = std::function<void(const std::string& provider, const Error* error)>;
  std::map<const void*, Trouble> trouble_listeners;
  void trouble(const std::string& provider, const Error& error);
  void well(const std::string& provider);  // it has answered
  std::set<std::string> failing;           // providers whose last call failed

  // The same, but for each provider only once in a day (UTC) of this process.
  void trouble_once_a_day(const std::string& provider, const Error& error);
  std::map<std::string, int64_t> told_on;  // day, by provider

  // How sure each provider must be of what is shown, learned from all sessions and those before.
  std::map<std::string, providers::Threshold> thresholds;
  void learn_taste(const providers::ShownRow& row);
};

}  // namespace fimd::lsp

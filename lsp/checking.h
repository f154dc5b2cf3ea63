// The thread that agents' commands run on, and the jail that this machine has for them.
//
// One thread for all tasks: checks are long and take all the machine they get, so they run one after another. It is
// started with the first of them and lives as long as the process, as the jail's helpers die with it. The jail is tried
// once. Loop thread; what is offloaded to the pool touches only what it was given.
#pragma once

#include <boost/asio/thread_pool.hpp>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "providers/agent/jail.h"

namespace fimd::lsp {

// Where the jail keeps a task's files while a command runs.
[[nodiscard]] std::string jail_folder();

class Checking {
 public:
  Checking();
  ~Checking();

  [[nodiscard]] boost::asio::thread_pool& pool();
  [[nodiscard]] std::stop_token stopping() const { return stop_.get_token(); }

  // For the pool's thread alone.
  struct Probed {
    std::optional<providers::agent::JailProbe> probe;
    const providers::agent::Jail& jail(const std::stop_token& stop);
  };
  [[nodiscard]] std::shared_ptr<Probed> probed() const { return probed_; }

  void end();  // stops what runs and waits for it

 private:
  std::unique_ptr<boost::asio::thread_pool> pool_;
  std::shared_ptr<Probed> probed_;
  std::stop_source stop_;
};

}  // namespace fimd::lsp

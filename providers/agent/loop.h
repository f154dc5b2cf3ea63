// The agent's loop: ask the model, run the tools that it calls, and look at what it made before it counts as done.
//
// A coroutine on the loop thread. Tools and the check are given as functions, which leave the loop for their work. Every
// call has exactly one result before the next request; limits are looked at before each request; what the check finds
// goes back to the model, at most three times.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "providers/agent/talk.h"

namespace fimd::providers::agent {

struct Workbench {
  std::string schemas;  // of the tools
  std::function<boost::asio::awaitable<ToolResult>(ToolCall call)> run;
  struct Verdict {
    bool changed = false;              // the model has edited something
    std::vector<std::string> reasons;  // why it may not be offered, for the model
  };
  std::function<boost::asio::awaitable<Verdict>()> verify;
};

struct Limits {
  int steps = 40;  // requests
  TimePoint deadline;
};

struct LoopOutcome {
  enum class End {
    verified,  // there is a change and nothing speaks against it
    no_edit,   // the model ended without one
    rejected,  // what it made did not hold up
    limit,     // steps, time, or it went round in circles
    failed,    // the provider
  };
  End end = End::failed;
  std::string words;  // the model's last sentence, or what went wrong
  int steps = 0;
  Usage usage;  // of all requests
  std::vector<context::Removed> removed;
};

// `messages`: the system text and the first message. `progress` gets a short line for each step.
boost::asio::awaitable<LoopOutcome> run_loop(Http& http, ProviderConfig provider, std::shared_ptr<const PrivacyRules> rules,
                                             std::vector<Message> messages, Workbench bench, Limits limits,
                                             std::function<void(std::string)> progress);

}  // namespace fimd::providers::agent

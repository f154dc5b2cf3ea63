// The agent's loop: ask the model, run the tools that it calls, and look at what it made before it counts as done.
//
// A coroutine on the loop thread. Tools, the check and the journal are given as functions, which leave the loop for
// their work. What to do next follows from the state of the conversation alone (conversation.h), which is why a task
// that was cut off can be gone on with. Every call has exactly one result before the next request; limits are looked at
// before each request; what the check finds goes back to the model, at most three times.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "providers/agent/conversation.h"
#include "providers/agent/talk.h"

namespace fimd::providers::agent {

struct Workbench {
  std::string schemas;  // of the tools
  std::function<boost::asio::awaitable<ToolResult>(ToolCall call)> run;
  // Called after calls: the schemas anew where they have changed, else nothing. May be empty: they never do.
  std::function<boost::asio::awaitable<std::string>()> renew;
  struct Verdict {
    bool changed = false;              // the model has edited something
    std::vector<std::string> reasons;  // why it may not be offered, for the model
    bool judged = true;                // false: there is a check, and it cannot tell whether the problem is gone
  };
  std::function<boost::asio::awaitable<Verdict>()> verify;
  // Writes records to the journal; false: it cannot be written any more. May be empty: nothing is kept.
  std::function<boost::asio::awaitable<bool>(std::vector<std::string> records, bool sync)> record;
  // Records (JSON) of what calls and verdicts have found out besides, which a task that goes on need not find out
  // again. May be empty.
  std::function<std::vector<std::string>()> facts;
  // What has been changed, as a diff. May be empty.
  std::function<boost::asio::awaitable<std::string>()> diff;
  // Waits until a request may go out, which it keeps in its hand until the answer is there. May be empty: at once.
  std::function<boost::asio::awaitable<std::shared_ptr<void>>()> turn;
};

struct Limits {
  int steps = 40;  // requests
  TimePoint deadline;
  SpendingLimits spending;
  bool tools = true;  // false: calls are written in the text from the start
  bool answers = false;  // words are wanted, no change
};

struct LoopOutcome {
  enum class End {
    verified,  // there is a change and nothing speaks against it
    unproven,  // the same, but the check that is there cannot tell whether the problem is gone
    no_edit,   // the model ended without one
    answered,  // there are the words that were wanted
    rejected,  // what it made did not hold up
    limit,     // steps, time, money, or it went round in circles
    failed,    // the provider
  };
  End end = End::failed;
  std::string words;  // the model's last sentence, or what went wrong; without control characters
  std::string answer;  // all of its last message, likewise
  int steps = 0;
  Spent spent;                  // of all requests
  std::optional<double> cost;   // where the provider has prices
  std::vector<context::Removed> removed;
  bool unkept = false;          // its journal could not be written to the end
};

// "fixed", "not verified by the check", "no change", "answered", "rejected", "limit", "failed".
[[nodiscard]] const char* name(LoopOutcome::End end);

// Whether there is a change that may be taken.
[[nodiscard]] bool is_offered(LoopOutcome::End end);

// What a task begins with: the system text and the first message, or what its journal holds.
struct Start {
  std::vector<Message> messages;
  std::optional<Conversation> earlier;
};

// `progress` gets a short line for each step.
boost::asio::awaitable<LoopOutcome> run_loop(Http& http, ProviderConfig provider,
                                             std::shared_ptr<const PrivacyRules> rules, Start start, Workbench bench,
                                             Limits limits, std::function<void(std::string)> progress);

}  // namespace fimd::providers::agent

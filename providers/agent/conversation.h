// The state of one task as the sum of what happened in it: a list of records, applied one after the other.
//
// The loop changes nothing but by a record, and writes each one to the task's journal; so reading the journal again
// gives the same state, at every point of it. A record is a JSON object with a "type"; what a reader does not know it
// skips. Pure.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "providers/agent/chat.h"
#include "providers/agent/circles.h"
#include "providers/agent/spending.h"

namespace fimd::providers::agent {

// A call that was run, to run it again where its effect is needed.
struct Executed {
  ToolCall call;
  uint64_t result = 0;  // signature of its text
  bool failed = false;
};

struct Conversation {
  std::vector<Message> messages;    // as they are sent
  std::vector<ToolCall> open;       // calls of the last answer without a result
  std::string begun;                // the one of them that was being run, by its id
  bool cut = false;                 // that answer was cut off: none of its calls may be run
  bool paused = false;              // the server wants to go on with it
  bool circling = false;            // the model repeated itself to the end
  bool text_tools = false;          // calls are written in the text
  std::vector<Executed> executed;
  Circles circles;
  Spent spent;
  int64_t asked_tokens = 0;         // estimate of the request that has no answer yet; 0: there is none
  int64_t asked_bytes = 0;          // of its messages
  double tokens_per_byte = 1 / kBytesPerToken;
  int steps = 0;                    // requests
  int steps_without_edit = 0;
  int errors_in_row = 0;            // calls that failed
  int unusable = 0;                 // answers in a row without anything in them
  int rejections = 0;               // of a finished patch
  int foreign = 0;                  // calls that came as text although the server takes tools
  int cut_calls = 0;                // in a row
  bool nudged = false;
  double seconds = 0;               // that the task has been running
  std::string end, words;           // how it ended; empty: it has not
  std::string diff;                 // what it had changed then
  std::string base_check,
      change_check;  // records (JSON) of the newest runs of the check, on the code as it was and on a change
};

void add_record(Conversation& state, const nlohmann::json& record);

// The records. `say` is a message in the user's place, `amend` adds to the last message, `prune` shortens results,
// `drop` takes messages out.
[[nodiscard]] nlohmann::json begin_record(const std::vector<Message>& messages, bool text_tools);
[[nodiscard]] nlohmann::json request_record(int64_t tokens, size_t bytes);
[[nodiscard]] nlohmann::json reply_record(const Turn& turn);
[[nodiscard]] nlohmann::json call_record(const ToolCall& call);
[[nodiscard]] nlohmann::json end_record(const std::string& end, const std::string& words);

struct ResultRecord {
  ToolCall call;
  std::string text;         // as it is sent
  bool failed = false;
  bool ran = false;         // the tool was run; else the text says why not
  uint64_t signature = 0;   // of the text without notes
  bool circling = false;    // the last of too many of its kind
};
[[nodiscard]] nlohmann::json result_record(const ResultRecord& result);

// The answer as it will stand in the messages; false where nothing in it is of use.
[[nodiscard]] bool usable(const Message& answer);

}  // namespace fimd::providers::agent

// A recorded session: what the editor and fimd said to each other, and what providers answered, with times. JSON lines:
//   {"fimd-record": 1, "version": "…", "text": false}      first
//   {"t": MS, "config": {…}}                                what configuration files said, without keys
//   {"t": MS, "in": {…}}   {"t": MS, "out": {…}, "by": "provider"}
//   {"t": MS, "http": {target, status, type, head, ended, outcome, pieces: [[MS, "bytes"], …]}}   when it has ended
//   {"end": true}                                           last
// Times are milliseconds since the beginning; those in "http" since its own "t". Bytes are those of the reply, where
// they are no UTF-8 as "base16".
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "context/result.h"
#include "providers/http_exchange.h"

namespace fimd::lsp {

struct RecordedMessage {
  double t = 0;     // ms
  bool in = false;  // from the editor
  nlohmann::json body;
  std::string by;  // of an answer with suggestions: the provider
};

struct RecordedExchange {
  double t = 0;      // ms
  size_t after = 0;  // how many messages the editor had sent
  providers::HttpExchange exchange;
};

struct Recording {
  bool text = false;  // not redacted
  nlohmann::json config = nlohmann::json::object();
  std::vector<RecordedMessage> messages;
  std::vector<RecordedExchange> exchanges;
};

// Errors: not_found, io, bad_input (no record, or a line that is none, with its number; cut off before its end).
[[nodiscard]] Result<Recording> read_recording(const std::string& path);

// One line, without its end.
[[nodiscard]] std::string line_of(const RecordedMessage& message);
[[nodiscard]] std::string line_of(const RecordedExchange& exchange);

// What came of one request for a completion.
struct RequestOutcome {
  std::string method;
  std::string by;
  std::vector<std::string> texts;  // of the items
  bool answered = false;           // false: an error, or nothing came
  double ms = 0;
};

// In the order of the requests.
[[nodiscard]] std::vector<RequestOutcome> outcomes_of(const std::vector<RecordedMessage>& messages);

}  // namespace fimd::lsp

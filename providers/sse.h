// Cuts the bytes of a reply into events: server-sent events, or JSON objects one a line.
//
// Sans I/O: bytes go in as they arrive, cut anywhere, and complete events come out. What the SSE side takes is the
// event stream of the HTML standard plus what real model servers send: no blank after "data:", a last event without
// its empty line, comments as keep-alive, and the lines "error: {json}" of older llama.cpp builds.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "context/result.h"
#include "providers/provider.h"

namespace fimd::providers {

class EventReader {
 public:
  // An event of more than `max_event` bytes is an error. `whole` makes one event of all bytes, at finish().
  explicit EventReader(HttpRequest::Framing framing, size_t max_event = 1u << 20);

  // Takes bytes and appends the events they complete. Events without data are left out; "[DONE]" is an event.
  // Errors: io (an event is too large; the events before it have been appended, and no more will come).
  [[nodiscard]] Result<void> feed(std::string_view bytes, std::vector<Event>& out);

  // The reply is over: appends the event that lacks its end mark, if there is one. Errors as for feed().
  [[nodiscard]] Result<void> finish(std::vector<Event>& out);

 private:
  [[nodiscard]] Result<void> take_sse(std::string_view bytes, std::vector<Event>& out);
  [[nodiscard]] Result<void> take_lines(std::string_view bytes, std::vector<Event>& out);
  [[nodiscard]] Result<void> hold(std::string_view bytes);
  void end_line(std::vector<Event>& out);
  void end_event(std::vector<Event>& out);

  HttpRequest::Framing framing_;
  size_t max_event_;
  std::string line_;         // the line that has begun
  Event event_;              // the event that has begun
  bool has_data_ = false;    // event_.data holds at least one line
  bool after_cr_ = false;    // a \n now belongs to the \r before it
  bool first_line_ = true;   // a byte order mark may stand here
  bool too_large_ = false;
};

}  // namespace fimd::providers

#include "providers/sse.h"

#include <algorithm>
#include <utility>

namespace fimd::providers {

using Framing = HttpRequest::Framing;

EventReader::EventReader(Framing framing, size_t max_event) : framing_(framing), max_event_(max_event) {}

Result<void> EventReader::feed(std::string_view bytes, std::vector<Event>& out) {
  switch (framing_) {
    case Framing::sse: return take_sse(bytes, out);
    case Framing::ndjson: return take_lines(bytes, out);
    case Framing::whole: return hold(bytes);
  }
  return {};
}

Result<void> EventReader::finish(std::vector<Event>& out) {
  if (too_large_) return hold({});
  if (framing_ == Framing::sse) {
    if (!line_.empty()) end_line(out);
    end_event(out);
    return {};
  }
  const bool blank = line_.find_first_not_of(" \t\r\n") == std::string::npos;
  if (!blank) out.push_back({.name = {}, .data = std::exchange(line_, {})});
  line_.clear();
  return {};
}

Result<void> EventReader::take_sse(std::string_view bytes, std::vector<Event>& out) {
  while (!bytes.empty()) {
    if (std::exchange(after_cr_, false) && bytes.front() == '\n') {
      bytes.remove_prefix(1);
      continue;
    }
    const size_t end = std::min(bytes.find_first_of("\r\n"), bytes.size());
    if (auto held = hold(bytes.substr(0, end)); !held) return held;
    if (end == bytes.size()) return {};
    after_cr_ = bytes[end] == '\r';
    bytes.remove_prefix(end + 1);
    end_line(out);
  }
  return {};
}

Result<void> EventReader::take_lines(std::string_view bytes, std::vector<Event>& out) {
  while (!bytes.empty()) {
    const size_t end = std::min(bytes.find('\n'), bytes.size());
    if (auto held = hold(bytes.substr(0, end)); !held) return held;
    if (end == bytes.size()) return {};
    bytes.remove_prefix(end + 1);
    if (auto done = finish(out); !done) return done;
  }
  return {};
}

Result<void> EventReader::hold(std::string_view bytes) {
  too_large_ = too_large_ || line_.size() + event_.data.size() + bytes.size() > max_event_;
  if (too_large_) {
    line_ = {};
    event_ = {};
    return fail(Error::Code::io, "reply: an event of more than " + std::to_string(max_event_) + " bytes");
  }
  line_ += bytes;
  return {};
}

// One field of an event, or the empty line that ends the event.
void EventReader::end_line(std::vector<Event>& out) {
  std::string_view line = line_;
  if (std::exchange(first_line_, false) && line.starts_with("\xef\xbb\xbf")) line.remove_prefix(3);
  if (line.empty()) {
    line_.clear();
    end_event(out);
    return;
  }
  const size_t colon = std::min(line.find(':'), line.size());
  const std::string_view field = line.substr(0, colon);
  std::string_view value = line.substr(std::min(colon + 1, line.size()));
  if (value.starts_with(' ')) value.remove_prefix(1);
  if (field == "event") {
    event_.name = value;
  } else if (field == "data" || field == "error") {
    if (field == "error") event_.name = "error";
    if (has_data_) event_.data += '\n';
    has_data_ = true;
    event_.data += value;
  }
  // Anything else is a comment (an empty field name), "id", "retry", or unknown: no event.
  line_.clear();
}

void EventReader::end_event(std::vector<Event>& out) {
  Event event = std::exchange(event_, {});
  has_data_ = false;
  if (!event.data.empty()) out.push_back(std::move(event));
}

}  // namespace fimd::providers

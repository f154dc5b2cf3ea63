// Any text, any cursor, any edit: the scan for secrets ends within its work, what it finds lies in the text, redacted
// text holds no secret, and a scan after an edit finds all that a whole scan finds.
// The input: a kind of text, a cursor, where and how much the edit replaces, then the text and the edit, divided by a
// 0xFF.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "context/redact.h"
#include "context/secrets.h"

namespace {

using namespace fimd::context;

void require(bool holds) {
  if (!holds) std::abort();
}

void check_spans(std::string_view text, const Secrets& secrets) {
  size_t last = 0;
  for (const Secret& s : secrets.found) {
    require(s.begin >= last && s.end > s.begin && s.end <= text.size());
    require(!secret_rule(s).empty());
    last = s.end;
  }
}

void check_redaction(std::string_view text, const Secrets& secrets) {
  const RedactionKey key = {1, 2, 3};
  const Redacted out = redact(text, 0, text.size(), secrets.found, key);
  require(std::count(out.text.begin(), out.text.end(), '\n') == std::count(text.begin(), text.end(), '\n'));
  require(out.places.size() == secrets.found.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 7) return 0;
  const TextKind kind = data[0] % 2 == 0 ? TextKind::code : TextKind::data;
  const size_t cursor = data[1] | static_cast<size_t>(data[2]) << 8;
  const size_t place = data[3] | static_cast<size_t>(data[4]) << 8, removed = data[5] | static_cast<size_t>(data[6])
                                                                                            << 8;
  const std::string_view rest(reinterpret_cast<const char*>(data) + 7, size - 7);
  const size_t middle = std::min(rest.find('\xFF'), rest.size());
  const std::string text(rest.substr(0, middle)), edit(rest.substr(std::min(rest.size(), middle + 1)));
  const Secrets found = find_secrets(text, kind);
  check_spans(text, found);
  check_redaction(text, found);
  (void)secret_at_cursor(text, std::min(cursor, text.size()), found, kind);
  (void)find_placeholder(text);
  (void)find_token(text);
  std::string next = text;
  next.replace(std::min(place, next.size()), removed, edit);
  const Secrets again = find_secrets_again(found, text, next, kind);
  check_spans(next, again);
  if (!again.complete) return 0;
  for (const Secret& s : find_secrets(next, kind).found) {
    require(std::any_of(again.found.begin(), again.found.end(),
                        [&](const Secret& a) { return a.begin <= s.begin && a.end >= s.end; }));
  }
  return 0;
}

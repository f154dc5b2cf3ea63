// What chat models and their servers send, and what a crash may leave of a journal: no bytes may do more than be refused,
// and no call may come out of a stream that lost its end.
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "providers/agent/chat_text.h"
#include "providers/agent/defuse.h"
#include "providers/agent/journal.h"
#include "providers/sse.h"

using namespace fimd::providers;
using namespace fimd::providers::agent;

static Turn read(Dialect dialect, std::string_view bytes) {
  EventReader events(HttpRequest::Framing::sse);
  TurnReader turn(dialect);
  std::vector<Event> list;
  if (events.feed(bytes, list)) (void)events.finish(list);
  for (const Event& event : list) {
    if (!turn.take(event)) break;
  }
  return turn.turn();
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  for (const Dialect dialect : {Dialect::openai, Dialect::anthropic}) {
    const Turn turn = read(dialect, bytes);
    if (turn.whole() && turn.finish == Finish::none) std::abort();
    (void)encode_chat({.name = "m", .kind = dialect == Dialect::anthropic ? "anthropic" : "openai", .url = "http://127.0.0.1"}, {.messages = {turn.message}});
  }
  (void)calls_in(bytes);
  (void)foreign_call(bytes);
  if (read_journal(bytes).good > size) std::abort();
  if (restored(defused(bytes)) != restored(bytes)) std::abort();
  return 0;
}

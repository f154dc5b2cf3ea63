// A flight: one logical completion of one place in one text, possibly fed by several provider calls (legs).
//
// It outlives the request that started it: the user's next keystrokes are served from it as long as they agree with
// its text. The decisions here are pure functions over plain data; completion.cpp owns flights and does the I/O.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "context/budget.h"
#include "context/text.h"
#include "providers/confidence.h"
#include "providers/gates.h"

namespace fimd::lsp {

// A piece of another file that a prompt took along.
struct UsedSnippet {
  std::string path, why;
};
using UsedSnippets = std::shared_ptr<const std::vector<UsedSnippet>>;  // null: none

// A text that a leg of the flight proposes for the flight's place, after the gates.
struct Proposal {
  std::string text;      // to insert at the flight's offset; never empty
  std::string provider;  // whose text it is
  std::vector<providers::GateNote> notes;
  bool final = false;    // the leg has ended: the text will not grow
  UsedSnippets snippets = nullptr;
  std::optional<providers::Sureness> sure = {};  // where the server tells
};

enum class FlightState { preparing, streaming, done, stopped };

struct Flight {
  uint64_t id = 0;
  context::Snapshot base;  // the text when it was launched
  size_t offset = 0;       // the cursor then, in bytes of base
  TimePoint launched{};
  FlightState state = FlightState::preparing;
  std::string streamed;                // raw text of the live leg so far, before the gates
  std::optional<Proposal> model;       // best of the model legs
  std::optional<Proposal> builtin;     // of the model that needs no server
  std::vector<Proposal> others;        // further texts of the model, where the user asked by hand; best first
};

// How a document stands to a flight's place.
struct Agreement {
  size_t typed = 0;   // bytes of the flight's text that the user has typed since
  size_t closers = 0; // bytes of closing brackets or quotes the editor added by itself right of the cursor
};

// Whether `now` is the flight's base with a prefix of `text` typed at its offset and the cursor behind it, so that
// the rest of `text` still fits. With `growing`, text that the flight has not produced yet may have been typed
// ahead of it: typed text that begins with all of `text` agrees too. nullopt: it does not agree.
[[nodiscard]] std::optional<Agreement> agreement(const Flight& flight, std::string_view text, bool growing,
                                                 const context::Text& now, size_t cursor);

// The same without a cursor: it is taken to stand where the typed text ends. For a didChange, which tells no cursor.
[[nodiscard]] std::optional<size_t> typed_into(const Flight& flight, std::string_view text, bool growing,
                                               const context::Text& now);

// Whether one edit looks like a person typing at one place (one short insertion or deletion on one line, or a line
// break with indentation), as opposed to a paste, a format or an undo of much; if so, where the cursor then stands.
[[nodiscard]] std::optional<size_t> typing_cursor(const context::Text& before, std::span<const context::ByteEdit> edits,
                                                  const context::Text& after);

// The closing bracket or quote characters that editors add by themselves.
[[nodiscard]] bool is_auto_closer(char c);

}  // namespace fimd::lsp

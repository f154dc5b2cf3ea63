// Gates: pure functions that look at a suggestion and pass it, cut it or drop it, and say why.
//
// They run in a fixed order on the worker thread, on text that trim.h has already ended. Each gate lives in its own
// function with its own golden cases (tests/golden/gates/<name>.txt). Nothing here knows providers or LSP.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "context/syntax.h"
#include "context/text.h"

namespace fimd::providers {

// Where a suggestion would go. Views and references borrow for the call.
struct Surroundings {
  const context::Text& text;      // the document
  size_t offset = 0;              // byte offset of the cursor
  const context::Tree& tree;      // tree of exactly this text, or empty
  std::string_view language;      // editor's language id
  size_t max_lines = 16;
  bool allow_multiline = true;    // false where something other than closers follows the cursor on its line
};

struct GateNote {
  std::string gate;    // "suffix_overlap"
  enum class Action { cut, drop } action = Action::cut;
  std::string why;     // a sentence a user understands
};

struct Judged {
  std::string text;             // what may be shown; empty: nothing
  std::vector<GateNote> notes;  // gates that did something, in order
};

// Runs all gates over `suggestion` (the text to insert at the cursor, LF line ends).
[[nodiscard]] Judged judge(std::string suggestion, const Surroundings& at, std::stop_token stop);

// A place looked at once and judged for many times, with what it needs of the document: looking around takes longer
// than judging, and can be done while a model thinks. Immutable: any thread.
class Site {
 public:
  struct Rules {
    size_t max_lines = 16;
    bool allow_multiline = true;
  };

  // `tree` is of exactly this text, or empty. A stop leaves a site that knows less of the syntax.
  [[nodiscard]] static std::shared_ptr<const Site> make(context::Snapshot text, size_t offset, context::Tree tree,
                                                        Rules rules, std::stop_token stop);

  // As judge() above.
  [[nodiscard]] Judged judge(std::string suggestion, std::stop_token stop) const;

 private:
  struct Data;
  std::shared_ptr<const Data> data_;
};

// The gates' names in the order they run, for --explain and the documentation.
[[nodiscard]] std::span<const std::string_view> gate_names();

}  // namespace fimd::providers

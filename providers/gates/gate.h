// What a gate is, and what all gates may look at.
//
// A gate is a pure function of (suggestion, View): it returns the suggestion as it is, a shorter or re-indented form,
// or nothing, and says why in a sentence that a user understands. Each has its own source file here and its own golden
// cases in tests/golden/gates/. judge() runs them until none of them has anything left to say.
#pragma once

#include <cstddef>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "context/syntax.h"
#include "providers/gates.h"
#include "providers/lexis.h"

namespace fimd::providers::gates {

inline constexpr size_t kTab = 4;  // columns of a tab character, for comparing depths

// How the buffer indents.
struct IndentStyle {
  enum class Kind { unknown, tabs, spaces } kind = Kind::unknown;
  size_t width = 4;  // columns of one level
};

// The last trees that suggestions would lead to, so that no two gates parse the same text.
struct Trials {
  std::vector<std::pair<std::string, context::Tree>> done;
};

// The document around the cursor, computed once for all gates. Views point into the document.
struct View {
  const Surroundings& at;
  Lexis lexis;
  std::stop_token stop{};
  Trials* trials = nullptr;                     // of the suggestion that is judged
  std::string_view before{};                    // the document left of the cursor
  std::string_view after{};                     // and right of it
  std::string_view line_before{};               // the cursor's line left of the cursor, its last 4 KiB
  std::string_view line_after{};                // and right of it, its first 4 KiB
  size_t line = 0;                              // index of the cursor's line
  size_t columns = 0;                           // indentation of the cursor's line
  context::Place place = context::Place::code;  // what the cursor stands in
  ScanState state{};                            // the scan of the cursor's line up to the cursor
  IndentStyle style{};
  std::vector<char> missing{};  // closers that the document lacks at the cursor, innermost first
  std::vector<char> closers{};  // closers right of the cursor that nothing right of it opens, in order
  context::Part stage{};        // what suggestions are tried in: the document or a part of it; empty without a tree
  size_t stage_errors = 0;      // that it has by itself
};

struct Verdict {
  std::string text;
  std::string why;  // empty: nothing that is worth a note
};

using Gate = Verdict (*)(std::string_view text, const View& view);

Verdict encoding(std::string_view text, const View& view);
Verdict special_tokens(std::string_view text, const View& view);
Verdict secrets(std::string_view text, const View& view);
Verdict chat(std::string_view text, const View& view);
Verdict prefix_echo(std::string_view text, const View& view);
Verdict line_limit(std::string_view text, const View& view);
Verdict scope_end(std::string_view text, const View& view);
Verdict repeats_below(std::string_view text, const View& view);
Verdict repetition(std::string_view text, const View& view);
Verdict suffix_overlap(std::string_view text, const View& view);
Verdict brackets(std::string_view text, const View& view);
Verdict white_space(std::string_view text, const View& view);
Verdict syntax(std::string_view text, const View& view);
Verdict too_short(std::string_view text, const View& view);

// The gate of that name, or null.
[[nodiscard]] Gate find_gate(std::string_view name);

// Looks at a place once for all suggestions; `at` must outlive the view.
[[nodiscard]] View look(const Surroundings& at, std::stop_token stop);

// The tree of the stage with `text` at the cursor; empty without a grammar or when stopped. Offsets in it are those of
// the document less view.stage.start.
[[nodiscard]] context::Tree trial(std::string_view text, const View& view);

// Verdicts in short.
[[nodiscard]] inline Verdict pass(std::string_view text) {
  return {std::string(text), {}};
}
[[nodiscard]] inline Verdict cut(std::string_view text, std::string why) {
  return {std::string(text), std::move(why)};
}
[[nodiscard]] inline Verdict drop(std::string why) {
  return {{}, std::move(why)};
}

// Lines of a suggestion without their terminators; a text that ends with a line feed has a last, empty line.
[[nodiscard]] std::vector<std::string_view> split_lines(std::string_view text);

// The nearest lines of the document that are not blank, above and below the cursor's line, nearest first.
[[nodiscard]] std::vector<std::string_view> lines_above(const View& view, size_t count);
[[nodiscard]] std::vector<std::string_view> lines_below(const View& view, size_t count);

// A short quotation for a note.
[[nodiscard]] std::string quoted(std::string_view text);

}  // namespace fimd::providers::gates

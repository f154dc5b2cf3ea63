// A closing bracket or quote that the suggestion did not open and that already stands right of the cursor.
//
// Which closers the document lacks is in View::missing; those may be written. Editors that close brackets themselves
// leave `foo(|)` behind, where models tend to write `x)` or `x);`.
#include <fmt/core.h>

#include <algorithm>

#include "providers/gates/gate.h"

namespace fimd::providers::gates {
namespace {

// Whether the string at the cursor is closed right of the cursor.
bool string_is_closed(const View& view) {
  if (view.lexis.markup) return view.line_after.starts_with(view.state.quote);
  ScanState state = view.state;
  std::vector<Mark> marks;
  scan(view.line_after, view.lexis, state, marks);
  return !marks.empty() && marks.front().quote && !marks.front().opens;
}

std::string said(char closer, size_t line) {
  const char* where = line == 0 ? "right of the cursor" : "below";
  if (!is_closer(closer)) return fmt::format("the closing quote already stands {}", where);
  return fmt::format("\"{}\" already stands {}", closer, where);
}

// In a comment or a string brackets are only characters, but editors close them there too.
Verdict in_prose(std::string_view text, const View& view) {
  const char closer = view.line_after.empty() ? 0 : view.line_after.front();
  if (!is_closer(closer)) return pass(text);
  const char opener = closer == ')' ? '(' : closer == ']' ? '[' : '{';
  const auto depth_in = [&](std::string_view part) {
    ptrdiff_t depth = 0;
    for (const char c : part) depth = c == opener ? depth + 1 : c == closer ? std::max<ptrdiff_t>(0, depth - 1) : depth;
    return depth;
  };
  if (depth_in(view.line_before) == 0) return pass(text);
  for (size_t i = 0, depth = 0; i < text.size() && text[i] != '\n'; ++i) {
    if (text[i] == opener) ++depth;
    if (text[i] == closer && depth-- == 0) return cut(text.substr(0, i), said(closer, 0));
  }
  return pass(text);
}

}  // namespace

Verdict brackets(std::string_view text, const View& view) {
  if (view.place != context::Place::code) {
    Verdict prose = in_prose(text, view);
    if (!prose.why.empty()) return prose;
  }
  ScanState state = view.state;
  std::vector<Mark> marks;
  scan(text, view.lexis, state, marks);
  std::vector<char> open;
  size_t unmatched = 0;
  bool in_string = view.state.quote != 0 && string_is_closed(view);
  for (const Mark& mark : marks) {
    if (mark.quote) {
      if (in_string && !mark.opens) return cut(text.substr(0, mark.at), said(mark.what, 0));
      in_string = false;
      continue;
    }
    if (view.lexis.markup || view.place == context::Place::comment) continue;
    if (view.lexis.shell && mark.what == ')') continue;
    if (mark.opens) {
      open.push_back(mark.what);
    } else if (!open.empty()) {
      open.pop_back();
    } else if (unmatched < view.missing.size() && view.missing[unmatched] == mark.what) {
      ++unmatched;
    } else if (!view.closers.empty() && view.closers.front() == mark.what) {
      const bool here = view.line_after.find(mark.what) != std::string_view::npos;
      return cut(text.substr(0, mark.at), said(mark.what, here ? 0 : 1));
    }
  }
  return pass(text);
}

}  // namespace fimd::providers::gates

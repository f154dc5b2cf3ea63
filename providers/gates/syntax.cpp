// The suggestion must not break the file: with it in place there may be no more ERROR and MISSING nodes than before.
//
// What is only unfinished is fine: a block head, a call whose arguments are still to come, a half expression. So the
// suggestion is also tried with the brackets it left open closed, and with a name, a `;` or a block end behind it. If
// none of these parses as well as the document did, it is cut to the last line or statement that does, or dropped.
#include <fmt/core.h>

#include <algorithm>

#include "providers/gates/gate.h"

namespace fimd::providers::gates {
namespace {

constexpr size_t kMostCuts = 4;  // shorter forms that are tried

// Closers for what the text leaves open, innermost first. A string that is open gets its quote.
std::string open_closers(std::string_view text, const View& view) {
  ScanState state = view.state;
  std::vector<Mark> marks;
  scan(text, view.lexis, state, marks);
  std::string open;
  for (const Mark& mark : marks) {
    if (mark.quote) continue;
    if (mark.opens)
      open.push_back(closer_of(mark.what));
    else if (!open.empty())
      open.pop_back();
  }
  std::reverse(open.begin(), open.end());
  if (state.quote != 0 && view.state.quote == 0) open.insert(0, std::string(state.triple ? 3 : 1, state.quote));
  return open;
}

// The ways in which a person may go on after `text`.
std::vector<std::string> continuations(std::string_view text, const View& view) {
  const std::string closers = open_closers(text, view);
  const bool braces = !view.lexis.indented && !view.lexis.word_blocks;
  std::vector<std::string> out = {""};
  if (!closers.empty()) out.push_back(closers);
  if (braces) out.push_back(closers + ";");
  out.push_back(" x" + closers);
  if (braces) out.push_back(" x" + closers + ";");
  const std::string_view last = text.substr(text.rfind('\n') + 1);
  const size_t columns = text.find('\n') == std::string_view::npos ? view.columns : indent_columns(last, 4);
  const std::string body = fmt::format("\n{:{}}pass\n", "", columns + view.style.width);
  std::vector<std::string> more;
  if (view.lexis.shell)
    more = {"\n:\nfi", "\n:\ndone", "; then\n:\nfi", "; do\n:\ndone"};
  else if (view.lexis.word_blocks)
    more = {"\nend", " then\nend", " do\nend"};
  else if (view.lexis.indented)
    more = {body, ":" + body};
  else if (view.at.language == "json")
    more = {",", " 0", " 0,", ": 0", ": 0,"};
  else if (view.at.language == "css")
    more = {": x;"};
  else
    more = {" {}", " x {}", "() {}"};
  for (const std::string& one : more) out.push_back(closers + one);
  return out;
}

// Whether the document parses no worse with `text`, possibly continued. True also when nobody can tell.
bool parses(std::string_view text, const View& view) {
  for (const std::string& more : continuations(text, view)) {
    const context::Tree tree = trial(std::string(text) + more, view);
    if (!tree || tree.errors() <= view.stage_errors) return true;
  }
  return false;
}

// Ends of lines and of complete statements, last first.
std::vector<size_t> cuts(std::string_view text, const View& view) {
  std::vector<size_t> out;
  for (size_t i = text.find('\n'); i != std::string_view::npos; i = text.find('\n', i + 1)) {
    if (!is_blank(text.substr(0, i))) out.push_back(i);
  }
  const size_t offset = view.before.size() - view.stage.start;
  if (const context::Tree tree = trial(text, view)) {
    for (const size_t end : tree.complete_ends(offset, offset + text.size())) {
      if (end > offset && end < offset + text.size()) out.push_back(end - offset);
    }
  }
  for (size_t& end : out) end = trim_right(text.substr(0, end)).size();
  std::sort(out.begin(), out.end(), std::greater<>());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  while (!out.empty() && (out.back() == 0)) out.pop_back();
  if (!out.empty() && out.front() >= text.size()) out.erase(out.begin());
  if (out.size() > kMostCuts) out.resize(kMostCuts);
  return out;
}

}  // namespace

Verdict syntax(std::string_view text, const View& view) {
  if (!view.stage.tree) return pass(text);
  if (parses(text, view)) return pass(text);
  for (const size_t end : cuts(text, view)) {
    if (!parses(text.substr(0, end), view)) continue;
    return cut(text.substr(0, end), fmt::format("{} does not parse there", quoted(text.substr(end))));
  }
  return drop("the file would not parse with it");
}

}  // namespace fimd::providers::gates

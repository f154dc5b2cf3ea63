// The suggestion goes on behind the end of the function or block that the cursor stands in.
//
// With a tree: the innermost scope that began above the cursor's line must not end inside the suggestion with more to
// come. Without one the rules of trim decide, by indentation.
#include <fmt/core.h>

#include "providers/gates/gate.h"
#include "providers/trim.h"

namespace fimd::providers::gates {
namespace {

Verdict by_indentation(std::string_view text, const View& view) {
  TrimRules rules = rules_at(view.at.text, view.before.size());
  rules.language = view.at.language;
  rules.multiline = true;
  rules.max_lines = rules.max_bytes = text.size() + 2;
  Trim trim(rules);
  trim.feed(text);
  trim.finish();
  if (trim.reason() != "scope end" && trim.reason() != "bracket closed") return pass(text);
  if (trim.shown().size() >= trim_right(text).size()) return pass(text);
  const bool scope = trim.reason() == "scope end";
  return cut(trim.shown(), scope ? "the block of the cursor ends there" : "it closes a bracket that it did not open");
}

// The scope's end in the document as it would be; a closer such as `);` behind it on its line still belongs to it.
std::optional<size_t> end_in_tree(std::string_view text, const View& view) {
  const context::Tree tree = trial(text, view);
  if (!tree) return std::nullopt;
  const size_t offset = view.before.size() - view.stage.start;
  const size_t line_start = view.at.text.lines[view.line] - view.stage.start;
  const size_t first = text.size() - trim_left(text).size();
  const std::string_view head = text.substr(0, text.find('\n'));
  const bool blank = is_blank(view.line_before) && !is_blank(head);
  const size_t columns = view.columns + (blank ? indent_columns(head, 4) : 0);
  for (const context::Scope& scope : tree.scopes(offset + first)) {
    if (scope.start >= line_start) continue;
    // On a blank line at the column of the scope's own line the cursor has left it: a closer comes first.
    const context::Text& stage = *tree.text();
    const std::string_view opener = context::line_text(stage, context::line_of(stage, scope.start));
    if (blank && indent_columns(opener, 4) >= columns) continue;
    if (scope.end <= offset + first || scope.end >= offset + text.size()) return text.size();
    size_t end = scope.end - offset;
    while (end < text.size() && std::string_view(")]};,").find(text[end]) != std::string_view::npos) ++end;
    return end;
  }
  return std::nullopt;
}

}  // namespace

Verdict scope_end(std::string_view text, const View& view) {
  if (view.lexis.markup || view.place != context::Place::code) return pass(text);
  if (text.find('\n') == std::string_view::npos) return pass(text);
  const std::optional<size_t> end = end_in_tree(text, view);
  if (!end) return by_indentation(text, view);
  if (is_blank(text.substr(*end))) return pass(text);
  return cut(text.substr(0, *end), "the block of the cursor ends there");
}

}  // namespace fimd::providers::gates

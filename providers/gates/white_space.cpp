// White space in the buffer's own style: indentation, blank ends, and no suggestion that is nothing else.
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <numeric>

#include "providers/gates/gate.h"

namespace fimd::providers::gates {
namespace {

std::string indentation(size_t columns, const IndentStyle& style, size_t width) {
  if (style.kind != IndentStyle::Kind::tabs) return std::string(columns, ' ');
  return std::string(columns / width, '\t') + std::string(columns % width, ' ');
}

std::string_view leading(std::string_view line) {
  return line.substr(0, line.size() - trim_left(line).size());
}

// How many columns the model uses for one level, judged by its own lines and the depth of the cursor's line.
size_t model_width(const std::vector<std::string_view>& lines, size_t level) {
  size_t common = 0;
  size_t least = 0;
  for (size_t i = 1; i < lines.size(); ++i) {
    const size_t columns = indent_columns(lines[i], kTab);
    if (is_blank(lines[i]) || columns == 0) continue;
    common = std::gcd(common, columns);
    least = least == 0 ? columns : std::min(least, columns);
  }
  for (const size_t width : {4, 2, 8, 3}) {
    if (common == 0 || common % width != 0) continue;
    const size_t first = least / width;
    if (first == level || first == level + 1 || first + 1 == level) return width;
  }
  return common == 0 ? kTab : std::min<size_t>(common, 8);
}

// Where the cursor's line should begin, from the line above.
size_t expected_columns(std::string_view text, const View& view) {
  const std::vector<std::string_view> above = lines_above(view, 1);
  if (above.empty()) return 0;
  const size_t columns = indent_columns(above.front(), kTab);
  const bool closes = is_closing_line(text.substr(0, text.find('\n')), view.lexis);
  return columns + (opens_block(above.front(), view.lexis) && !closes ? view.style.width : 0);
}

// The first line stands at the cursor: its indentation may be there already, in part or in full.
std::string first_line(std::string_view line, const View& view) {
  const std::string_view blank = leading(line);
  if (blank.empty()) return std::string(line);
  const std::string_view body = trim_left(line);
  const bool spaced = !view.line_before.empty() && is_space(view.line_before.back());
  // One blank doubles the one that is there, several align something.
  if (!is_blank(view.line_before)) return std::string(spaced && blank == " " ? body : line);
  const size_t columns = indent_columns(blank, kTab);
  const size_t expected = expected_columns(body, view);
  const size_t have = view.columns;
  if (have > 0 && have >= expected) return std::string(body);
  const bool absolute = columns == expected || have + columns > expected;
  const size_t wanted = have > 0 && absolute ? expected - have : columns;
  return indentation(wanted, view.style, kTab) + std::string(body);
}

bool mixes(std::string_view blank, IndentStyle::Kind kind) {
  if (kind == IndentStyle::Kind::tabs) return blank.starts_with("  ");
  return kind == IndentStyle::Kind::spaces && blank.find('\t') != std::string_view::npos;
}

// The lines after the first. True in `changed` when tabs became spaces or the reverse.
std::string later_lines(const std::vector<std::string_view>& lines, const View& view, bool& changed) {
  const bool keep_ends = view.lexis.markup;  // two blanks at the end of a line mean something in Markdown
  const size_t level = view.style.kind == IndentStyle::Kind::tabs ? view.columns / kTab : 0;
  const size_t width = model_width(lines, level);
  std::string out;
  for (size_t i = 1; i < lines.size(); ++i) {
    const std::string_view line = keep_ends ? lines[i] : trim_right(lines[i]);
    const bool last = i + 1 == lines.size();
    const std::string_view blank = leading(last ? lines[i] : line);
    const std::string_view body = line.substr(std::min(line.size(), blank.size()));
    out += '\n';
    if (mixes(blank, view.style.kind)) {
      changed = true;
      const size_t columns =
          indent_columns(blank, view.style.kind == IndentStyle::Kind::tabs ? width : view.style.width);
      out += indentation(columns, view.style, width);
    } else {
      out += blank;
    }
    out += last ? lines[i].substr(blank.size()) : body;
  }
  return out;
}

// What may stand at the very end: nothing blank, unless closers right of the cursor go to a line of their own or text
// follows on the same line.
std::string_view without_blank_end(std::string_view text, const View& view) {
  const std::string_view body = trim_right(text);
  if (is_blank(view.line_after)) return body;
  const std::string_view end = text.substr(body.size());
  const size_t line_break = end.rfind('\n');
  const bool several = body.find('\n') != std::string_view::npos;
  if (line_break == std::string_view::npos) return is_space(view.line_after.front()) ? body : text;
  if (!several || end.find('\n') != line_break) return body;
  return text;
}

}  // namespace

Verdict white_space(std::string_view text, const View& view) {
  if (is_blank(text)) return drop("it is nothing but white space");
  const bool breaks = text.substr(0, text.size() - trim_left(text).size()).find('\n') != std::string_view::npos;
  std::string unindented;
  if (breaks && is_blank(view.line_before)) {
    // The blank line of the cursor is the first line; what follows is indented from the margin.
    const std::string_view body = trim_left(text);
    const std::string_view line = text.substr(0, text.size() - body.size());
    const size_t columns = indent_columns(line.substr(line.rfind('\n') + 1), kTab);
    unindented = indentation(columns - std::min(columns, view.columns), view.style, kTab) + std::string(body);
    text = unindented;
  } else if (breaks && view.place == context::Place::code && !may_end_here(view.line_before, view.lexis)) {
    return drop("it begins a new line, but the line of the cursor is not finished");
  }
  const std::vector<std::string_view> lines = split_lines(text);
  bool changed = false;
  std::string out =
      lines.size() > 1 && !view.lexis.markup ? std::string(trim_right(lines.front())) : std::string(lines.front());
  out = is_blank(out) && lines.size() > 1 ? std::string() : first_line(out, view);
  out += later_lines(lines, view, changed);
  const std::string_view result = without_blank_end(out, view);
  const bool tabs = view.style.kind == IndentStyle::Kind::tabs;
  return {std::string(result), changed ? fmt::format("indented with {} like the file", tabs ? "tabs" : "spaces") : ""};
}

}  // namespace fimd::providers::gates

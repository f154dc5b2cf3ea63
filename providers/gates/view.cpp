#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "providers/gates/gate.h"

namespace fimd::providers::gates {
namespace {

constexpr size_t kMaxLine = 4096;         // bytes of the cursor's line that gates look at, on each side
constexpr size_t kMaxRegion = 32u << 10;  // bytes on each side in which brackets are paired
constexpr size_t kStyleLines = 300;       // lines on each side that tell how the buffer indents
constexpr size_t kMaxScan = 4000;         // lines that are looked through for one that is not blank
constexpr size_t kSmallStage = 2u << 10;   // bytes of a document that is tried as a whole
constexpr size_t kLargeStage = 64u << 10;  // bytes of a part

// A line at the margin that begins something new: brackets are balanced between two of them.
bool is_landmark(std::string_view line, const Lexis& lexis) {
  if (line.empty() || is_space(line.front())) return false;
  return !is_closer(line.front()) && !is_comment_line(line, lexis) && line.front() != '#';
}

size_t region_start(const View& view) {
  const context::Text& text = view.at.text;
  for (size_t line = view.line + 1; line-- > 0;) {
    const size_t start = text.lines[line];
    if (view.before.size() - start > kMaxRegion) return start;
    if (is_landmark(context::line_text(text, line).substr(0, 64), view.lexis)) return start;
  }
  return 0;
}

size_t region_end(const View& view) {
  const context::Text& text = view.at.text;
  for (size_t line = view.line + 1; line < text.lines.size(); ++line) {
    const size_t start = text.lines[line];
    if (start - view.before.size() > kMaxRegion) return start;
    const std::string_view whole = context::line_text(text, line);
    if (is_landmark(whole.substr(0, 64), view.lexis)) return start;
    if (!whole.empty() && is_closer(whole.front()) && !opens_block(whole, view.lexis)) return start + whole.size();
  }
  return text.utf8.size();
}

// What the lines around the cursor tell for sure, whatever the counts say: how many of the innermost open brackets
// nothing below can close, because the next line is not indented deeper and is no closer.
size_t surely_missing(const View& view, size_t open_on_line) {
  if (!is_blank(view.line_after)) return 0;
  const std::vector<std::string_view> below = lines_below(view, 1);
  if (!below.empty()) {
    const std::string_view next = trim_left(below.front());
    if (is_closer(next.front()) || indent_columns(below.front(), kTab) > view.columns) return 0;
  }
  if (open_on_line > 0) return open_on_line;
  // A blank line of a shallower column than the block above it: the block's closer is about to be written.
  const std::vector<std::string_view> above = lines_above(view, 1);
  const bool dedented = !above.empty() && indent_columns(above.front(), kTab) > view.columns;
  return is_blank(view.line_before) && dedented && !below.empty() ? 1 : 0;
}

struct Openers {
  std::vector<char> closers;  // of the brackets that are open at the cursor, innermost first
  size_t on_line = 0;         // how many of them the cursor's line opened
};

Openers open_brackets(const View& view, ScanState& state) {
  const size_t start = std::max(region_start(view), view.before.size() - std::min(view.before.size(), kMaxRegion));
  const size_t line_start = std::max<size_t>(view.at.text.lines[view.line], start) - start;
  std::vector<Mark> marks;
  scan(view.before.substr(std::min(start, view.before.size())), view.lexis, state, marks);
  Openers out;
  size_t outside = 0;  // brackets that are open where the cursor's line begins
  for (const Mark& mark : marks) {
    if (mark.quote || (view.lexis.shell && mark.what == ')')) continue;
    if (mark.opens) out.closers.push_back(closer_of(mark.what));
    if (!mark.opens && !out.closers.empty()) out.closers.pop_back();
    outside = mark.at < line_start ? out.closers.size() : std::min(outside, out.closers.size());
  }
  out.on_line = out.closers.size() - outside;
  std::reverse(out.closers.begin(), out.closers.end());
  return out;
}

// The closers in a text that nothing in it opens, in order.
std::vector<char> lone_closers(std::string_view text, const Lexis& lexis, ScanState state) {
  std::vector<Mark> marks;
  scan(text, lexis, state, marks);
  std::vector<char> out;
  size_t depth = 0;
  for (const Mark& mark : marks) {
    if (mark.quote) continue;
    if (mark.opens)
      ++depth;
    else if (depth > 0)
      --depth;
    else
      out.push_back(mark.what);
  }
  return out;
}

// What the document lacks: the openers left of the cursor whose closers are not found right of it. If the counts
// differ the innermost openers are the ones without a closer: they were typed last.
void pair_brackets(View& view) {
  ScanState state;
  const Openers open = open_brackets(view, state);
  const size_t end = std::min(region_end(view), view.before.size() + kMaxRegion);
  view.closers = lone_closers(view.after.substr(0, end - view.before.size()), view.lexis, state);
  size_t lacking = 0;
  for (; lacking < open.closers.size(); ++lacking) {
    const auto rest = open.closers.begin() + static_cast<ptrdiff_t>(lacking);
    const size_t count = open.closers.size() - lacking;
    if (count <= view.closers.size() && std::equal(rest, open.closers.end(), view.closers.begin())) break;
  }
  if (lacking == open.closers.size() && lacking > 0) {
    // Nothing fits: the text is unusual or too long. What stands on the cursor's line counts all the same.
    const std::vector<char> here = lone_closers(view.line_after, view.lexis, state);
    if (!here.empty() && here.front() == open.closers.front()) lacking = 0;
  }
  const size_t most = std::max(lacking, std::min(open.closers.size(), surely_missing(view, open.on_line)));
  view.missing.assign(open.closers.begin(), open.closers.begin() + static_cast<ptrdiff_t>(most));
}

// In a file without indentation the cursor's own line may have the first.
IndentStyle style_of_cursor_line(const View& view) {
  IndentStyle style;
  if (!is_blank(view.line_before) || view.columns == 0) return style;
  style.kind = view.line_before.front() == '\t' ? IndentStyle::Kind::tabs : IndentStyle::Kind::spaces;
  if (view.columns >= 2 && view.columns <= 8) style.width = view.columns;
  return style;
}

IndentStyle indent_style(const View& view) {
  const context::Text& text = view.at.text;
  const size_t first = view.line - std::min(view.line, kStyleLines);
  const size_t last = std::min(text.lines.size(), view.line + kStyleLines);
  size_t tabs = 0;
  size_t spaces = 0;
  std::array<size_t, 9> steps{};
  size_t previous = 0;
  for (size_t i = first; i < last; ++i) {
    const std::string_view line = context::line_text(text, i).substr(0, 256);
    if (i == view.line || is_blank(line)) continue;
    if (line.front() == '\t') ++tabs;
    const size_t columns = indent_columns(line, kTab);
    if (line.front() == ' ' && columns >= 2) ++spaces;
    const size_t step = columns > previous ? columns - previous : 0;
    if (step >= 2 && step < steps.size()) ++steps[step];
    previous = columns;
  }
  IndentStyle style;
  if (tabs == 0 && spaces == 0) return style_of_cursor_line(view);
  style.kind = tabs > spaces ? IndentStyle::Kind::tabs : IndentStyle::Kind::spaces;
  const auto best = std::max_element(steps.begin(), steps.end());
  // Where the cursor's line says otherwise, both are in use.
  const bool tab = is_blank(view.line_before) && view.line_before.starts_with('\t');
  const bool blank = is_blank(view.line_before) && view.line_before.starts_with("  ");
  if ((tab && style.kind == IndentStyle::Kind::spaces) || (blank && style.kind == IndentStyle::Kind::tabs)) {
    style.kind = IndentStyle::Kind::unknown;
  }
  if (*best > 0 && style.kind == IndentStyle::Kind::spaces) style.width = static_cast<size_t>(best - steps.begin());
  return style;
}

// A long document is copied and its tree is balanced anew for every trial, so a part of it stands in for it where the
// parser reads that alone in the same way.
void set_stage(View& view) {
  if (!view.at.tree || view.lexis.markup) return;
  const size_t size = view.at.text.utf8.size();
  if (size > kSmallStage) {
    auto part = context::part_around(view.at.tree, view.before.size(), std::min(size / 2, kLargeStage), view.stop);
    if (part) view.stage = std::move(*part);
  }
  if (!view.stage.tree) view.stage = {view.at.tree, 0};
  view.stage_errors = view.stage.tree.errors();
  if (view.place == context::Place::code) return;
  // A comment or string that is open at the cursor hides what follows it; the suggestion may close it.
  const bool string = view.state.quote != 0;
  const std::string close = string ? std::string(view.state.triple ? 3 : 1, view.state.quote) : "*/";
  if (const context::Tree closed = trial(close, view)) view.stage_errors = std::max(view.stage_errors, closed.errors());
}

}  // namespace

View look(const Surroundings& at, std::stop_token stop) {
  const std::string_view whole = at.text.utf8;
  const size_t offset = context::floor_code_point(whole, std::min(at.offset, whole.size()));
  View view{.at = at, .lexis = lexis_of(at.language), .stop = std::move(stop)};
  view.before = whole.substr(0, offset);
  view.after = whole.substr(offset);
  view.line = context::line_of(at.text, offset);
  const std::string_view line = context::line_text(at.text, view.line);
  const size_t column = std::min<size_t>(offset - at.text.lines[view.line], line.size());
  view.line_before = line.substr(0, column);
  view.columns = indent_columns(view.line_before, kTab);
  view.line_before.remove_prefix(view.line_before.size() - std::min(view.line_before.size(), kMaxLine));
  view.line_after = line.substr(column, kMaxLine);
  std::vector<Mark> marks;
  scan(view.line_before, view.lexis, view.state, marks);
  if (at.tree) view.place = at.tree.place(offset);
  if (view.state.quote != 0 && view.place == context::Place::code) view.place = context::Place::string;
  if (!view.state.in_code() && view.state.quote == 0) view.place = context::Place::comment;
  if (is_comment_line(view.line_before, view.lexis)) view.place = context::Place::comment;
  view.style = indent_style(view);
  if (!view.lexis.markup) pair_brackets(view);
  set_stage(view);
  return view;
}

context::Tree trial(std::string_view text, const View& view) {
  if (!view.stage.tree || view.stop.stop_requested()) return {};
  if (view.trials) {
    for (const auto& [done, tree] : view.trials->done) {
      if (done == text) return tree;
    }
  }
  const size_t offset = view.before.size() - view.stage.start;
  Result<context::Tree> tree = context::with_replacement(view.stage.tree, offset, offset, text, view.stop);
  if (!tree) return {};
  if (view.trials) view.trials->done.emplace_back(std::string(text), *tree);
  return std::move(*tree);
}

std::vector<std::string_view> split_lines(std::string_view text) {
  std::vector<std::string_view> lines;
  size_t start = 0;
  for (size_t i = text.find('\n'); i != std::string_view::npos; i = text.find('\n', start)) {
    lines.push_back(text.substr(start, i - start));
    start = i + 1;
  }
  lines.push_back(text.substr(start));
  return lines;
}

std::vector<std::string_view> lines_above(const View& view, size_t count) {
  std::vector<std::string_view> lines;
  const size_t stop = view.line - std::min(view.line, kMaxScan);
  for (size_t line = view.line; line-- > stop && lines.size() < count;) {
    const std::string_view text = context::line_text(view.at.text, line).substr(0, kMaxLine);
    if (!is_blank(text)) lines.push_back(text);
  }
  return lines;
}

std::vector<std::string_view> lines_below(const View& view, size_t count) {
  std::vector<std::string_view> lines;
  const size_t stop = std::min(view.at.text.lines.size(), view.line + kMaxScan);
  for (size_t line = view.line + 1; line < stop && lines.size() < count; ++line) {
    const std::string_view text = context::line_text(view.at.text, line).substr(0, kMaxLine);
    if (!is_blank(text)) lines.push_back(text);
  }
  return lines;
}

std::string quoted(std::string_view text) {
  constexpr size_t kMost = 40;
  text = trim_both(text);
  const std::string_view line = text.substr(0, text.find('\n'));
  if (line.size() <= kMost) return fmt::format("\"{}\"", line);
  return fmt::format("\"{}...\"", line.substr(0, context::floor_code_point(line, kMost)));
}

}  // namespace fimd::providers::gates

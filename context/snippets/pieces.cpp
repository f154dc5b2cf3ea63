#include "context/snippets/pieces.h"

#include <algorithm>

namespace fimd::context::snippets {
namespace {

constexpr float kWindowWorthKeeping = 0.7F;
constexpr uint32_t kDiagnosticLines = 3;  // around the cursor's line
constexpr size_t kMaxEditLines = 12;
constexpr size_t kMaxHead = 300;          // bytes
constexpr size_t kMaxMessage = 200;

std::string_view lines_of(const Text& text, size_t first, size_t last) {
  const auto start = [&](size_t line) { return line < text.lines.size() ? text.lines[line] : text.utf8.size(); };
  return std::string_view(text.utf8).substr(start(first), start(std::max(first, last)) - start(first));
}

Range lines_range(size_t first, size_t last) {
  return {{static_cast<uint32_t>(first), 0}, {static_cast<uint32_t>(last), 0}};
}

std::string marked(std::string_view lines, std::string_view mark) {
  std::string out;
  size_t left = kMaxEditLines;
  while (!lines.empty() && left-- > 0) {
    const size_t end = std::min(lines.find('\n'), lines.size());
    out.append(mark).append(lines.substr(0, end)) += '\n';
    lines.remove_prefix(std::min(end + 1, lines.size()));
  }
  return out;
}

}  // namespace

std::optional<Alike> lasting_window(const Scene& scene, std::span<const Alike> best, const Alike* last) {
  if (last && last->file) {
    Alike kept = *last;
    kept.score = alikeness(scene, kept);
    if (best.empty() || kept.score >= kWindowWorthKeeping * best.front().score) return kept;
  }
  if (best.empty()) return std::nullopt;
  return best.front();
}

std::optional<Snippet> similar_code(const Alike& window, size_t tokens) {
  const Text& text = *window.file->text;
  uint32_t last = window.last;
  // Lines at the end are left out until it fits.
  while (last > window.first && estimate_tokens(lines_of(text, window.first, last)) > tokens) --last;
  if (last < window.first + 4) return std::nullopt;
  Snippet out;
  out.path = window.file->path;
  out.range = lines_range(window.first, last);
  out.why = "code like that around the cursor";
  out.rank = window.score;
  out.text = lines_of(text, window.first, last);
  out.tokens = estimate_tokens(out.text) + estimate_tokens(out.path) + 4;
  return out;
}

std::optional<Snippet> heads_above(const Scene& scene, size_t tokens) {
  Snippet out;
  size_t first = SIZE_MAX, last = 0;
  for (auto scope = scene.scopes.rbegin(); scope != scene.scopes.rend(); ++scope) {
    if (scope->start >= scene.window_start || scope->name.empty()) continue;
    const size_t line = line_of(*scene.text, scope->start);
    const size_t end = std::min(
        {scope->body > scope->start ? scope->body : scope->start + 1, scope->start + kMaxHead, scene.window_start});
    const std::string_view head = lines_of(*scene.text, line, line_of(*scene.text, end) + (end > scope->start ? 1 : 0));
    if (estimate_tokens(out.text) + estimate_tokens(head) > tokens) break;
    out.text += head;
    if (!out.text.ends_with('\n')) out.text += '\n';
    first = std::min(first, line);
    last = std::max(last, line_of(*scene.text, end) + 1);
  }
  if (out.text.empty()) return std::nullopt;
  out.path = scene.path;
  out.range = lines_range(first, last);
  out.why = "what the cursor is inside of begins here";
  out.rank = 0.9;
  out.tokens = estimate_tokens(out.text) + estimate_tokens(out.path) + 4;
  return out;
}

std::vector<Snippet> recent_edits(const Scene& scene, const std::vector<RecentEdit>& edits, size_t tokens) {
  std::vector<Snippet> out;
  for (auto edit = edits.rbegin(); edit != edits.rend() && out.size() < 3; ++edit) {
    if (edit->path == scene.path) {
      // What the window shows needs no second telling.
      const size_t at = edit->line < scene.text->lines.size() ? scene.text->lines[edit->line] : scene.text->utf8.size();
      if (at >= scene.window_start && at < scene.window_end) continue;
    }
    Snippet piece;
    piece.text = marked(edit->before, "-") + marked(edit->after, "+");
    piece.path = edit->path;
    piece.tokens = estimate_tokens(piece.text) + estimate_tokens(piece.path) + 4;
    if (piece.text.empty() || piece.tokens > tokens) break;
    tokens -= piece.tokens;
    piece.range = lines_range(edit->line, edit->line + static_cast<size_t>(std::ranges::count(edit->after, '\n')));
    piece.why = "changed a moment ago";
    piece.rank = 0.5;
    out.push_back(std::move(piece));
  }
  std::ranges::reverse(out);
  return out;
}

std::optional<Snippet> diagnostics_near(const Scene& scene, const std::vector<Diagnostic>& diagnostics, size_t tokens) {
  const auto cursor = static_cast<uint32_t>(line_of(*scene.text, scene.offset));
  Snippet out;
  for (const Diagnostic& each : diagnostics) {
    const bool near =
        each.range.start.line <= cursor + kDiagnosticLines && each.range.end.line + kDiagnosticLines >= cursor;
    if (!near || each.message.empty()) continue;
    const std::string_view message =
        std::string_view(each.message).substr(0, floor_code_point(each.message, kMaxMessage));
    const std::string_view first_line = message.substr(0, message.find('\n'));
    const std::string line =
        "line " + std::to_string(each.range.start.line + 1) + ": " + std::string(first_line) + "\n";
    if (estimate_tokens(out.text) + estimate_tokens(line) > tokens) break;
    if (out.text.empty()) out.range = each.range;
    out.text += line;
  }
  if (out.text.empty()) return std::nullopt;
  out.path = scene.path;
  out.why = "what a checker said about the lines around the cursor";
  out.rank = 0.6;
  out.tokens = estimate_tokens(out.text) + estimate_tokens(out.path) + 4;
  return out;
}

}  // namespace fimd::context::snippets

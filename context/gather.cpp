#include "context/gather.h"

#include <algorithm>
#include <optional>
#include <tuple>

namespace fimd::context {
namespace {

constexpr size_t kUnit = 320;          // costs are counted in parts of a token, so that they add up without rounding
constexpr size_t kBytesPerToken = 16;  // a window is never larger than this, whatever its text
constexpr size_t kLongestLine = 2000;  // bytes of a line that are looked at to rank it
constexpr size_t kSearchLines = 1000;  // lines around the hint in which a moved window start is looked for

// Adds up the cost of a text byte by byte. The numbers are explained at estimate_tokens().
struct Meter {
  size_t cost = 0;
  size_t letters = 0;  // of the part of a word that is being read
  bool lower = false;  // its last one

  void add(char c) {
    const bool is_lower = c >= 'a' && c <= 'z';
    if (is_lower || (c >= 'A' && c <= 'Z')) {
      if (letters == 0 || letters == 12 || (lower && !is_lower)) cost += kUnit, letters = 0;
      ++letters;
      lower = is_lower;
      return;
    }
    letters = 0;
    if (c == ' ' || c == '\t' || c == '\r')
      cost += kUnit / 64;
    else if (c == '\n')
      cost += kUnit * 16 / 10;
    else if (c >= '0' && c <= '9')
      cost += kUnit * 13 / 10;
    else
      cost += (c & 0x80) != 0 ? kUnit * 8 / 10 : kUnit * 4 / 10;
  }
};

size_t cost_of(std::string_view text) {
  Meter meter;
  for (const char c : text) meter.add(c);
  return meter.cost;
}

uint64_t hash_of(std::string_view text) {
  uint64_t hash = 14695981039346656037u;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211u;
  return hash == 0 ? 1 : hash;
}

bool is_blank(std::string_view line) {
  return line.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

std::string_view line_head(const Text& text, size_t line) {
  return line_text(text, line).substr(0, kLongestLine);
}

// Says which line at `start` this is, so that it is found again: its text and the next line's.
uint64_t head_at(const Text& text, size_t start) {
  const size_t line = line_of(text, start);
  if (text.lines[line] != start) return 0;
  return hash_of(line_head(text, line)) * 31 + hash_of(line_head(text, line + 1));
}

// How good a line is to begin at or to end in front of: 0 where something new begins at the margin.
size_t rank_of(const Text& text, const Tree& tree, size_t line) {
  const std::string_view head = line_head(text, line);
  if (is_blank(head) || line == 0) return 3;
  const bool closes = std::string_view(")]}#*").find(head[head.find_first_not_of(" \t")]) != std::string_view::npos;
  if (closes) return 3;
  const std::string_view above = line_head(text, line - 1);
  const bool after_gap = is_blank(above) || above.front() == '}';
  if (tree && tree.place(text.lines[line]) != Place::code) return 3;
  if (head.front() != ' ' && head.front() != '\t') return after_gap ? 0 : 1;
  return after_gap ? 1 : 2;
}

// The earliest line start from which the text up to `offset` costs no more than `most` and has no more than `bytes`.
size_t earliest_line(const Text& text, size_t offset, size_t most, size_t bytes) {
  size_t line = line_of(text, offset);
  size_t cost = 0;
  size_t end = offset;
  size_t best = offset;
  for (;; --line) {
    const size_t start = text.lines[line];
    if (offset - start > bytes) return best;
    cost += cost_of(std::string_view(text.utf8).substr(start, end - start));
    if (cost > most) return best;
    best = end = start;
    if (line == 0) return best;
  }
}

// Within a line that is too long: a start on a grid that is counted from the line's start, so that typing does not move
// it at every key.
size_t start_within_line(const Text& text, size_t offset, const GatherLimits& limits) {
  const size_t most = limits.prefix_tokens * kUnit;
  const size_t line_start = text.lines[line_of(text, offset)];
  const size_t step = std::max<size_t>(16, limits.prefix_tokens / 2);
  const auto point = [&](size_t i) { return floor_code_point(text.utf8, std::min(offset, line_start + i * step)); };
  const auto fits = [&](size_t i) {
    return cost_of(std::string_view(text.utf8).substr(point(i), offset - point(i))) <= most;
  };
  const size_t size = offset - line_start;
  size_t low = (size - std::min(size, limits.prefix_tokens * kBytesPerToken) + step - 1) / step;
  size_t high = size / step + 1;  // the cursor itself
  while (low < high) {
    const size_t middle = low + (high - low) / 2;
    if (fits(middle))
      high = middle;
    else
      low = middle + 1;
  }
  return point(low);
}

// The hint's line, also where text was inserted or removed in front of it.
std::optional<size_t> find_window(const Text& text, size_t offset, const GatherLimits& limits) {
  const size_t hint = limits.window_start;
  if (hint == 0) return size_t{0};
  const size_t middle = line_of(text, std::min(hint, text.utf8.size()));
  const bool fits = hint <= offset && text.lines[middle] == hint;
  if (limits.window_head == 0) return fits ? std::optional(hint) : std::nullopt;
  if (fits && head_at(text, hint) == limits.window_head) return hint;
  const size_t last = line_of(text, offset);
  const size_t furthest = std::min(kSearchLines, std::max(middle, last - std::min(last, middle)));
  for (size_t away = 1; away <= furthest; ++away) {
    for (const size_t line : {middle - std::min(middle, away), std::min(middle + away, last)}) {
      if (text.lines[line] <= offset && head_at(text, text.lines[line]) == limits.window_head) return text.lines[line];
    }
  }
  return fits ? std::optional(hint) : std::nullopt;
}

// The best line to begin at such that the prefix takes between a half and three quarters of its allowance: room to
// grow before the window has to move again. Among equals the line with the lowest hash, which stays the same when the
// range moves a little.
size_t choose_start(const Text& text, size_t offset, const Tree& tree, size_t most, size_t bytes) {
  const size_t first = line_of(text, earliest_line(text, offset, most * 3 / 4, bytes * 3 / 4));
  const size_t last = line_of(text, earliest_line(text, offset, most / 2, bytes / 2));
  std::tuple<size_t, uint64_t, size_t> best{4, 0, first};
  for (size_t line = first; line <= last; ++line) {
    const std::tuple<size_t, uint64_t, size_t> here{rank_of(text, tree, line), hash_of(line_head(text, line)), line};
    best = std::min(best, here);
  }
  return text.lines[std::get<2>(best)];
}

size_t prefix_start(const Text& text, size_t offset, const Tree& tree, const GatherLimits& limits) {
  const size_t most = limits.prefix_tokens * kUnit;
  const size_t bytes = limits.prefix_tokens * kBytesPerToken;
  const size_t earliest = earliest_line(text, offset, most, bytes);
  if (earliest == 0) {
    // All of it fits; a window that begins later is kept only while it is worth having.
    const std::optional<size_t> kept = find_window(text, offset, limits);
    if (!kept || *kept == 0) return 0;
    const size_t used = cost_of(std::string_view(text.utf8).substr(*kept, offset - *kept));
    return used >= most / 4 ? *kept : 0;
  }
  if (earliest > text.lines[line_of(text, offset)]) return start_within_line(text, offset, limits);
  const std::optional<size_t> kept = find_window(text, offset, limits);
  if (kept && *kept >= earliest && cost_of(std::string_view(text.utf8).substr(*kept, offset - *kept)) >= most / 4) {
    return *kept;
  }
  return std::max(earliest, choose_start(text, offset, tree, most, bytes));
}

// Where the lines below the cursor's line are cut off: at the last good place within the allowance, but not in its
// first half unless there is no better.
size_t cut_below(const Text& text, size_t first, const Tree& tree, size_t most, size_t bytes) {
  const size_t start = first < text.lines.size() ? text.lines[first] : text.utf8.size();
  std::tuple<size_t, size_t> best{4, start};
  size_t cost = 0;
  size_t end = start;
  for (size_t line = first; line < text.lines.size(); ++line) {
    const size_t next = line + 1 < text.lines.size() ? text.lines[line + 1] : text.utf8.size();
    if (next - start > bytes) return std::get<1>(best);
    cost += cost_of(std::string_view(text.utf8).substr(end, next - end));
    if (cost > most) return std::get<1>(best);
    end = next;
    const size_t rank = line + 1 < text.lines.size() ? rank_of(text, tree, line + 1) : 0;
    if (cost < most / 2 || rank <= std::get<0>(best)) best = {cost < most / 2 ? 3 : rank, end};
  }
  return text.utf8.size();
}

// The rest of the cursor's line and some lines below. The lines below are counted by themselves, so that their end
// does not move while the cursor's line grows.
size_t suffix_end(const Text& text, size_t offset, const Tree& tree, const GatherLimits& limits) {
  const size_t most = limits.suffix_tokens * kUnit;
  const size_t bytes = limits.suffix_tokens * kBytesPerToken;
  const size_t line = line_of(text, offset);
  const size_t line_end = line + 1 < text.lines.size() ? text.lines[line + 1] : text.utf8.size();
  const std::string_view rest = std::string_view(text.utf8).substr(offset, std::min(bytes, line_end - offset));
  Meter meter;
  for (size_t i = 0; i < rest.size(); ++i) {
    meter.add(rest[i]);
    if (meter.cost > most) return floor_code_point(text.utf8, offset + i);
  }
  if (offset + rest.size() < line_end) return floor_code_point(text.utf8, offset + rest.size());
  const size_t reserve = std::max(most / 8, meter.cost);
  return cut_below(text, line + 1, tree, most - std::min(most, reserve), bytes - rest.size());
}

std::string scope_path(const Tree& tree, size_t offset, std::string_view language) {
  const bool colons = language == "cpp" || language == "rust" || language == "php" || language == "ruby";
  std::string path;
  const std::vector<Scope> scopes = tree.scopes(offset);
  for (auto scope = scopes.rbegin(); scope != scopes.rend(); ++scope) {
    if (scope->name.empty()) continue;
    if (!path.empty()) path += colons ? "::" : ".";
    path += scope->name;
  }
  return path;
}

}  // namespace

Gathered gather(const Snapshot& text, size_t offset, const Tree& tree, const GatherLimits& limits) {
  const std::string& utf8 = text->utf8;
  offset = floor_code_point(utf8, std::min(offset, utf8.size()));
  const Tree usable = tree && tree.text() == text ? tree : Tree();
  Gathered out;
  out.prefix_start = prefix_start(*text, offset, usable, limits);
  out.prefix_head = head_at(*text, out.prefix_start);
  out.suffix_end = suffix_end(*text, offset, usable, limits);
  out.prefix = utf8.substr(out.prefix_start, offset - out.prefix_start);
  out.suffix = utf8.substr(offset, out.suffix_end - offset);
  out.prefix_tokens = estimate_tokens(out.prefix);
  out.suffix_tokens = estimate_tokens(out.suffix);
  if (usable) out.scope_path = scope_path(usable, offset, text->language);
  return out;
}

size_t estimate_tokens(std::string_view text) {
  return (cost_of(text) + kUnit - 1) / kUnit;
}

}  // namespace fimd::context

#include "context/text.h"

#include <algorithm>
#include <utility>

#include "context/chunks.h"
#include "context/log.h"
#include "context/utf8.h"

namespace fimd::context {
namespace {

constexpr size_t kMaxBytes = UINT32_MAX;  // what the line index can address

// Up to here each change copies the text once; more go through Chunks, which costs about as much as five copies.
constexpr size_t kFewChanges = 4;

// A place in a text. `width` as in Landing.
struct Spot {
  size_t offset = 0;
  size_t line = 0;
  size_t width = 0;
};

size_t line_limit(const Text& text, size_t line) {  // the end of the line, before its terminator
  if (line + 1 >= text.lines.size()) return text.utf8.size();
  size_t end = text.lines[line + 1];
  if (end > text.lines[line] && text.utf8[end - 1] == '\n') --end;
  if (end > text.lines[line] && text.utf8[end - 1] == '\r') --end;
  return end;
}

Spot locate(const Text& text, Position position, Encoding encoding) {
  const size_t line = position.line;
  if (line >= text.lines.size()) return {text.utf8.size(), text.lines.size() - 1, 0};
  const size_t start = text.lines[line];
  const std::string_view bytes = std::string_view(text.utf8).substr(start, line_limit(text, line) - start);
  const Landing landing = land(bytes, position.character, encoding);
  return {start + landing.bytes, line, landing.width};
}

Position point(size_t line, size_t line_start, size_t offset) {
  return {static_cast<uint32_t>(line), static_cast<uint32_t>(offset - line_start)};
}

Range well_formed(Range range) {
  if (range.end < range.start) std::swap(range.start, range.end);
  return range;
}

void index_lines(Text& text) {
  text.lines.assign(1, 0);
  append_line_starts(text.utf8, 1, text.utf8.size(), text.lines);
}

// The text with [start, old_end) replaced and its line index adjusted: only line starts that the bytes around the
// edit decide about are looked for again.
Text spliced(const Text& from, size_t start, size_t old_end, std::string_view insert) {
  Text to{from.uri, from.version, from.language, {}, {}};
  to.utf8.reserve(from.utf8.size() - (old_end - start) + insert.size());
  to.utf8.append(from.utf8, 0, start).append(insert).append(from.utf8, old_end);

  // Whether p starts a line depends on the bytes at p-1 and p, so all p in [start, new_end] are open.
  const size_t new_end = start + insert.size();
  const auto keep = std::lower_bound(from.lines.begin() + 1, from.lines.end(), start);
  const auto behind = std::upper_bound(keep, from.lines.end(), old_end);
  to.lines.reserve(from.lines.size() + 8);
  to.lines.assign(from.lines.begin(), keep);
  append_line_starts(to.utf8, std::max<size_t>(start, 1), new_end, to.lines);
  const size_t first_moved = to.lines.size();
  to.lines.insert(to.lines.end(), behind, from.lines.end());
  const uint32_t delta = static_cast<uint32_t>(new_end) - static_cast<uint32_t>(old_end);  // modulo 2^32
  for (size_t i = first_moved; i < to.lines.size(); ++i) to.lines[i] += delta;
  return to;
}

// What to put in: valid UTF-8, halves of split pairs included, and never more than the line index can address.
std::string to_insert(std::string_view first, std::string_view text, std::string_view last, Encoding encoding,
                      size_t room) {
  std::string out = is_valid_utf8(text) ? std::string(text) : to_valid_utf8(text);
  if (encoding == Encoding::utf16 && (!first.empty() || !last.empty())) {
    log::debug("text: a change begins or ends between the halves of a surrogate pair");
    out = with_halves(first, out, last);
  }
  if (out.size() > room) out.resize(floor_code_point(out, room));
  return out;
}

void apply_one(Edited& out, const Text& from, const Change& change, Encoding encoding) {
  const Range range = well_formed(*change.range);
  out.tainted |= range.start.line > from.lines.size();
  const Spot start = locate(from, range.start, encoding);
  const Spot end = range.end == range.start ? start : locate(from, range.end, encoding);
  const size_t old_end = end.offset + end.width;
  const std::string_view bytes = from.utf8;
  const size_t room = kMaxBytes - (bytes.size() - (old_end - start.offset));
  const std::string insert = to_insert(bytes.substr(start.offset, start.width), change.text,
                                       bytes.substr(end.offset, end.width), encoding, room);
  const Position start_point = point(start.line, from.lines[start.line], start.offset);
  const Position old_end_point = point(end.line, from.lines[end.line], old_end);
  const size_t new_end = start.offset + insert.size();
  out.text = spliced(from, start.offset, old_end, insert);
  const size_t line = line_of(out.text, new_end);
  out.edits.push_back({start.offset, old_end, new_end, start_point, old_end_point,
                       point(line, out.text.lines[line], new_end)});
}

void apply_many(Edited& out, const Text& from, std::span<const Change> changes, Encoding encoding) {
  Chunks chunks(from.utf8, encoding);
  out.edits.reserve(changes.size());
  for (const Change& change : changes) {
    const Range range = well_formed(*change.range);
    out.tainted |= range.start.line > chunks.lines();
    const Chunks::Spot start = chunks.locate(range.start);
    const Chunks::Spot end = range.end == range.start ? start : chunks.locate(range.end);
    const size_t old_end = end.offset + end.width;
    const size_t room = kMaxBytes - (chunks.size() - (old_end - start.offset));
    const std::string insert = to_insert(chunks.inside(start), change.text, chunks.inside(end), encoding, room);
    const Position start_point = point(start.line, start.line_start, start.offset);
    const Position old_end_point = point(end.line, end.line_start, old_end);
    const Chunks::Spot new_end = chunks.replace(start, end, insert);
    out.edits.push_back({start.offset, old_end, new_end.offset, start_point, old_end_point,
                         point(new_end.line, new_end.line_start, new_end.offset)});
  }
  out.text = Text{from.uri, from.version, from.language, chunks.flat(), {}};
  index_lines(out.text);
}

}  // namespace

Text make_text(std::string uri, int64_t version, std::string language, std::string utf8) {
  if (!is_valid_utf8(utf8)) utf8 = to_valid_utf8(utf8);
  if (utf8.size() > kMaxBytes) utf8.resize(floor_code_point(utf8, kMaxBytes));
  Text text{std::move(uri), version, std::move(language), std::move(utf8), {}};
  index_lines(text);
  return text;
}

Edited apply(const Text& base, std::span<const Change> changes, Encoding encoding) {
  Edited out;
  // Whatever came before a whole text does not matter any more.
  const auto full = std::find_if(changes.rbegin(), changes.rend(), [](const Change& c) { return !c.range; });
  out.replaced = full != changes.rend();
  const Text* from = &base;
  if (out.replaced) {
    changes = changes.last(static_cast<size_t>(full - changes.rbegin()));
    out.text = make_text(base.uri, base.version, base.language, full->text);
    from = &out.text;
  } else if (changes.empty()) {
    out.text = base;
  }
  if (changes.size() > kFewChanges) {
    apply_many(out, *from, changes, encoding);
  } else {
    for (const Change& change : changes) {
      apply_one(out, *from, change, encoding);
      from = &out.text;
    }
  }
  if (out.replaced) out.edits.clear();
  return out;
}

size_t offset_at(const Text& text, Position position, Encoding encoding, Round round) {
  const Spot spot = locate(text, position, encoding);
  return spot.offset + (round == Round::up ? spot.width : 0);
}

Position position_at(const Text& text, size_t offset, Encoding encoding) {
  const size_t line = line_of(text, offset);
  const size_t start = text.lines[line];
  const size_t end = std::min(floor_code_point(text.utf8, offset), line_limit(text, line));
  const size_t column = units(std::string_view(text.utf8).substr(start, end - start), encoding);
  return {static_cast<uint32_t>(line), static_cast<uint32_t>(column)};
}

size_t line_of(const Text& text, size_t offset) {
  const auto next = std::upper_bound(text.lines.begin(), text.lines.end(), offset);
  return static_cast<size_t>(next - text.lines.begin()) - 1;
}

std::string_view take_line(std::string_view& rest) {
  const size_t end = std::min(rest.find('\n'), rest.size());
  std::string_view line = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

std::string_view line_text(const Text& text, size_t line) {
  if (line >= text.lines.size()) return {};
  const size_t start = text.lines[line];
  return std::string_view(text.utf8).substr(start, line_limit(text, line) - start);
}

}  // namespace fimd::context

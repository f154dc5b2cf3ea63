#include "providers/agent/edit_render.h"

#include <algorithm>
#include <limits>

#include "providers/agent/diff.h"

namespace fimd::providers::agent {
namespace {

constexpr size_t kNone = std::numeric_limits<size_t>::max();

std::vector<std::string_view> code_points(std::string_view text) {
  std::vector<std::string_view> out;
  for (size_t i = 0; i < text.size();) {
    size_t end = i + 1;
    while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80) ++end;
    out.push_back(text.substr(i, end - i));
    i = end;
  }
  return out;
}

// `fresh` with the characters at its ends that were copied from `old` in the form that the file has them in.
std::string in_files_form(std::string_view fresh, std::string_view old, std::string_view file) {
  const auto f = code_points(fresh), o = code_points(trimmed(old)), t = code_points(trimmed(file));
  const std::string_view lead = fresh.substr(0, static_cast<size_t>(trimmed(fresh).data() - fresh.data()));
  if (o.size() != t.size()) return std::string(fresh);
  const auto n = code_points(trimmed(fresh));
  size_t front = 0, back = 0;
  const size_t shorter = std::min(n.size(), o.size());
  while (front < shorter && n[front] == o[front]) ++front;
  while (back < shorter - front && n[n.size() - 1 - back] == o[o.size() - 1 - back]) ++back;
  std::string out(lead);
  for (size_t i = 0; i < n.size(); ++i) {
    const bool at_front = i < front, at_back = i >= n.size() - back;
    out += at_front ? t[i] : at_back ? t[t.size() - (n.size() - i)] : n[i];
  }
  return out;
}

// For each new line the old line that it is, or that it took the place of.
struct Pairs {
  std::vector<size_t> same, instead;
};
Pairs pairs_of(const Block& block) {
  Pairs out{std::vector<size_t>(block.fresh.size(), kNone), std::vector<size_t>(block.fresh.size(), kNone)};
  size_t old = 0, fresh = 0;
  const auto equal_until = [&](size_t end) {
    for (; old < end; ++old, ++fresh) out.same[fresh] = old;
  };
  for (const LineChange& c : changes(block.old, block.fresh)) {
    equal_until(c.before);
    for (size_t i = c.after; i < c.after_end; ++i) {
      if (c.before + i - c.after < c.before_end) out.instead[i] = c.before + i - c.after;
    }
    old = c.before_end;
    fresh = c.after_end;
  }
  equal_until(block.old.size());
  return out;
}

Lines without_blanks(const Lines& lines, std::vector<size_t>& where) {
  Lines out;
  for (size_t i = 0; i < lines.size(); ++i) {
    if (is_blank(lines[i])) continue;
    out.push_back(lines[i]);
    where.push_back(i);
  }
  return out;
}

// A line that the model wrote anew, in the place of the old line `instead` or of none.
NewLine changed_line(const Lines& file, const Block& block, const Place& place, Rung rung, const Reindent& indent,
                     size_t line, size_t instead) {
  std::string text(block.fresh[line]);
  if (rung == Rung::typographic && instead != kNone && place.line_of[instead] != kNone)
    text = in_files_form(text, block.old[instead], file[place.line_of[instead]]);
  if (rung < Rung::shifted) return {std::move(text), false};
  std::string moved = indent.apply(text);
  const bool shifted = moved != text && !moved.empty();
  return {std::move(moved), shifted};
}

// The blank lines at the end of `out` become those of the file's lines [from, end).
void take_blanks(const Lines& file, size_t from, size_t end, std::vector<NewLine>& out) {
  while (!out.empty() && is_blank(out.back().text)) out.pop_back();
  for (; from < end && is_blank(file[from]); ++from) out.push_back({std::string(file[from]), false});
}

}  // namespace

Block Block::of(std::string_view old_text, std::string_view new_text) {
  return {lines_of(old_text), lines_of(new_text)};
}

Block Block::without_blank_ends() const {
  Block out = *this;
  while (!out.old.empty() && is_blank(out.old.back())) {
    out.old.pop_back();
    if (!out.fresh.empty() && is_blank(out.fresh.back())) out.fresh.pop_back();
  }
  while (!out.old.empty() && is_blank(out.old.front())) {
    out.old.erase(out.old.begin());
    if (!out.fresh.empty() && is_blank(out.fresh.front())) out.fresh.erase(out.fresh.begin());
  }
  return out;
}

std::vector<Place> places(const Lines& file, const Block& block, Key key, size_t limit) {
  std::vector<Place> out;
  for (const size_t at : find_block(file, block.old, key, limit)) {
    Place place{at, at + block.old.size() - 1, {}};
    for (size_t i = 0; i < block.old.size(); ++i) place.line_of.push_back(at + i);
    out.push_back(std::move(place));
  }
  return out;
}

std::vector<Place> places_without_blanks(const Lines& file, const Block& block, Key key, size_t limit) {
  std::vector<size_t> file_lines, old_lines;
  const Lines dense = without_blanks(file, file_lines), old = without_blanks(block.old, old_lines);
  std::vector<Place> out;
  for (const size_t at : find_block(dense, old, key, limit)) {
    Place place{file_lines[at], file_lines[at + old.size() - 1], std::vector<size_t>(block.old.size(), kNone)};
    for (size_t i = 0; i < old.size(); ++i) place.line_of[old_lines[i]] = file_lines[at + i];
    out.push_back(std::move(place));
  }
  return out;
}

Reindent reindent(const Lines& file, const Block& block, const Place& place, Indent whole) {
  Lines old, there;
  for (size_t i = 0; i < block.old.size(); ++i) {
    if (place.line_of[i] == kNone) continue;
    old.push_back(block.old[i]);
    there.push_back(file[place.line_of[i]]);
  }
  return {old, there, whole};
}

std::vector<NewLine> render(const Lines& file, const Block& block, const Place& place, Rung rung, Indent whole) {
  const Pairs pairs = pairs_of(block);
  const Reindent indent = reindent(file, block, place, whole);
  std::vector<NewLine> out;
  size_t last = kNone;     // the old line that the last new line that is not blank is
  size_t last_at = kNone;  // and its place among the new ones
  for (size_t i = 0; i < block.fresh.size(); ++i) {
    const size_t same = pairs.same[i];
    if (same == kNone || place.line_of[same] == kNone) {
      if (!is_blank(block.fresh[i])) last = kNone;
      out.push_back(changed_line(file, block, place, rung, indent, i, pairs.instead[i]));
      continue;
    }
    const size_t here = place.line_of[same];
    if (!is_blank(block.fresh[i])) {
      // Blank lines that the model did not touch are the file's, however many it has.
      if (last != kNone && same - last == i - last_at && rung == Rung::blank_lines)
        take_blanks(file, place.line_of[last] + 1, here, out);
      last = same;
      last_at = i;
    }
    out.push_back({std::string(file[here]), false});
  }
  return out;
}

}  // namespace fimd::providers::agent

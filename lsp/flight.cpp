#include "lsp/flight.h"

#include <algorithm>

namespace fimd::lsp {
namespace {

using context::Text;

// What was put in at the flight's place if nothing else changed, which same_around() tells: comparing long texts is for
// those whose inserted part fits. Closers between the inserted part and the base's rest are allowed and counted.
struct Inserted {
  std::string_view text;
  size_t closers = 0;
};

std::optional<Inserted> inserted_part(const Flight& flight, const Text& now, std::optional<size_t> cursor) {
  const std::string& base = flight.base->utf8;
  const std::string& text = now.utf8;
  if (text.size() < base.size()) return std::nullopt;
  const std::string_view grown = std::string_view(text).substr(flight.offset, text.size() - base.size());
  if (!cursor) return Inserted{grown, 0};
  if (*cursor < flight.offset || *cursor > flight.offset + grown.size()) return std::nullopt;
  const std::string_view typed = grown.substr(0, *cursor - flight.offset);
  const std::string_view behind = grown.substr(typed.size());
  if (behind.size() > 4 || !std::all_of(behind.begin(), behind.end(), is_auto_closer)) return std::nullopt;
  return Inserted{typed, behind.size()};
}

bool same_around(const Flight& flight, const Text& now) {
  if (flight.base.get() == &now) return true;
  const std::string& base = flight.base->utf8;
  const std::string& text = now.utf8;
  const size_t tail = base.size() - flight.offset;
  return text.compare(0, flight.offset, base, 0, flight.offset) == 0 &&
         text.compare(text.size() - tail, tail, base, flight.offset, tail) == 0;
}

// CRLF files: the suggestion has LF only, what the user types has the file's line ends.
std::string without_cr(std::string_view s) {
  std::string out;
  out.reserve(s.size());
  for (const char c : s) {
    if (c != '\r') out.push_back(c);
  }
  return out;
}

std::optional<size_t> prefix_match(std::string_view typed, std::string_view text, bool growing) {
  std::string plain;
  if (typed.find('\r') != std::string_view::npos) {
    plain = without_cr(typed);
    typed = plain;
  }
  if (text.starts_with(typed)) return typed.size();
  if (growing && typed.starts_with(text)) return text.size();
  return std::nullopt;
}

}  // namespace

bool is_auto_closer(char c) {
  return c == ')' || c == ']' || c == '}' || c == '"' || c == '\'' || c == '`' || c == '>';
}

std::optional<Agreement> agreement(const Flight& flight, std::string_view text, bool growing, const Text& now,
                                   size_t cursor) {
  const auto part = inserted_part(flight, now, cursor);
  if (!part) return std::nullopt;
  const auto typed = prefix_match(part->text, text, growing);
  if (!typed || !same_around(flight, now)) return std::nullopt;
  return Agreement{*typed, part->closers};
}

std::optional<size_t> typed_into(const Flight& flight, std::string_view text, bool growing, const Text& now) {
  const auto part = inserted_part(flight, now, std::nullopt);
  if (!part) return std::nullopt;
  auto typed = prefix_match(part->text, text, growing);
  // An editor that closes brackets by itself: "(" arrives as "()". Try without the trailing closers.
  std::string_view grown = part->text;
  for (int i = 0; i < 4 && !typed && !grown.empty() && is_auto_closer(grown.back()); ++i) {
    grown.remove_suffix(1);
    typed = prefix_match(grown, text, growing);
  }
  return typed && same_around(flight, now) ? typed : std::nullopt;
}

std::optional<size_t> typing_cursor(const Text& before, std::span<const context::ByteEdit> edits, const Text& after) {
  constexpr size_t kShort = 64;  // a completed word, an auto-closed bracket, a line break with its indentation
  if (edits.empty() || edits.size() > 4) return std::nullopt;
  // One place: the edits must touch each other (auto-closing editors send the closer as an edit of its own).
  size_t low = edits.front().start;
  size_t high = edits.front().new_end;
  size_t removed = 0;
  for (const auto& edit : edits) {
    if (edit.start > high + 1 || edit.new_end + 1 < low) return std::nullopt;
    low = std::min(low, edit.start);
    high = std::max(high, edit.new_end);
    removed += edit.old_end - edit.start;
  }
  const std::string& text = after.utf8;
  if (removed > kShort || high - low > kShort || high > text.size() || before.utf8.size() + kShort < text.size()) {
    return std::nullopt;
  }
  size_t cursor = edits.back().new_end;
  const std::string_view put = std::string_view(text).substr(low, high - low);
  // "()" typed as one insertion leaves the cursor between the two.
  if (put.size() == 2 && is_auto_closer(put[1]) && !is_auto_closer(put[0])) cursor = low + 1;
  return cursor;
}

}  // namespace fimd::lsp

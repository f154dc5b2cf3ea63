#include "lsp/recent_edits.h"

#include <algorithm>
#include <utility>

namespace fimd::lsp {
namespace {

constexpr size_t kKeptEdits = 6;        // edits
constexpr size_t kMaxLines = 16;   // of one edit; more is new code, which other sources show
constexpr size_t kMaxEditBytes = 2048;  // of one edit

std::string lines_of(const context::Text& text, size_t first, size_t end) {
  const auto start_of = [&](size_t line) { return line < text.lines.size() ? text.lines[line] : text.utf8.size(); };
  std::string out = text.utf8.substr(start_of(first), start_of(end) - start_of(first));
  if (!out.empty() && out.back() != '\n') out += '\n';
  return out;
}

// Whether the edits touch one place only. Editors that close brackets send two edits side by side.
bool one_place(std::span<const context::ByteEdit> edits) {
  for (size_t i = 1; i < edits.size(); ++i) {
    const auto& last = edits[i - 1];
    if (edits[i].start_point.line > last.new_end_point.line + 1 ||
        edits[i].old_end_point.line + 1 < last.start_point.line)
      return false;
  }
  return !edits.empty();
}

}  // namespace

void RecentEdits::changed(const Document& document, const context::Snapshot& before,
                          std::span<const context::ByteEdit> edits) {
  const bool one = one_place(edits);
  const bool goes_on = one && place_ && place_->uri == document.uri && grow(edits);
  if (!goes_on) settle();
  for (const auto& edit : edits) {
    for (Settled& each : settled_) {
      if (each.uri != document.uri || each.edit.line <= edit.old_end_point.line) continue;
      each.edit.line = each.edit.line - edit.old_end_point.line + edit.new_end_point.line;
    }
  }
  if (one && !goes_on) {
    begin(document, before, edits.front());
    if (!grow(edits.subspan(1))) place_.reset();
  }
  if (place_) place_->after = document.text;
}

// False: an edit lies elsewhere. Nothing has changed then.
bool RecentEdits::grow(std::span<const context::ByteEdit> edits) {
  Lines was = place_->was, is = place_->is;
  for (const auto& edit : edits) {
    const size_t start = edit.start_point.line, end = edit.old_end_point.line;
    if (start > is.end || end + 1 < is.first) return false;
    const size_t above = is.first - std::min(is.first, start);
    const size_t below = std::max(is.end, end + 1) - is.end;
    was = {was.first - std::min(was.first, above), was.end + below};
    is = {is.first - above, is.end + below + edit.new_end_point.line - end};
  }
  place_->was = was;
  place_->is = is;
  return true;
}

void RecentEdits::begin(const Document& document, const context::Snapshot& before, const context::ByteEdit& edit) {
  const size_t start = edit.start_point.line;
  place_ = Place{document.uri,
                 document.root,
                 document.relative_path,
                 document.local_only,
                 before,
                 before,
                 {start, edit.old_end_point.line + size_t{1}},
                 {start, edit.new_end_point.line + size_t{1}}};
}

void RecentEdits::settle() {
  if (!place_) return;
  const Place place = *std::exchange(place_, std::nullopt);
  if (place.was.end - place.was.first > kMaxLines || place.is.end - place.is.first > kMaxLines) return;
  context::RecentEdit edit{place.path, place.is.first, lines_of(*place.before, place.was.first, place.was.end),
                           lines_of(*place.after, place.is.first, place.is.end)};
  if (edit.before == edit.after || edit.before.size() + edit.after.size() > kMaxEditBytes) return;
  settled_.push_back({place.uri, place.root, place.local_only, std::move(edit)});
  if (settled_.size() > kKeptEdits) settled_.pop_front();
}

std::vector<context::RecentEdit> RecentEdits::list(const Document& document) const {
  std::vector<context::RecentEdit> out;
  for (const Settled& each : settled_) {
    if (each.root == document.root && !each.local_only) out.push_back(each.edit);
  }
  return out;
}

}  // namespace fimd::lsp

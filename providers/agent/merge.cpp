#include "providers/agent/merge.h"

#include "providers/agent/diff.h"

namespace fimd::providers::agent {
namespace {

// Two insertions at one place have no order; what only borders on each other has one.
bool conflict(const LineChange& a, const LineChange& b) {
  const bool insertions = a.before == a.before_end && b.before == b.before_end;
  return insertions ? a.before == b.before : a.before < b.before_end && b.before < a.before_end;
}

}  // namespace

std::optional<std::string> merged(std::string_view before, std::string_view after, std::string_view now) {
  const auto old_lines = split_lines(before), new_lines = split_lines(after), now_lines = split_lines(now);
  const auto ours = changes(old_lines, new_lines), theirs = changes(old_lines, now_lines);
  std::string out;
  size_t at = 0, t = 0;  // the next line of `now` that is to be written, the next of their changes
  std::ptrdiff_t shift = 0;  // from a line of `before` to the same one of `now`
  const auto copy_to = [&](size_t end) {
    for (; at < end; ++at) out += now_lines[at];
  };
  for (const LineChange& change : ours) {
    for (; t < theirs.size() && theirs[t].before_end <= change.before && !conflict(theirs[t], change); ++t) {
      shift = static_cast<std::ptrdiff_t>(theirs[t].after_end) - static_cast<std::ptrdiff_t>(theirs[t].before_end);
    }
    if (t < theirs.size() && conflict(theirs[t], change)) return std::nullopt;
    copy_to(static_cast<size_t>(static_cast<std::ptrdiff_t>(change.before) + shift));
    for (size_t line = change.after; line < change.after_end; ++line) out += new_lines[line];
    at += change.before_end - change.before;
  }
  copy_to(now_lines.size());
  return out;
}

}  // namespace fimd::providers::agent

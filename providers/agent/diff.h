// Differences of two texts by lines: as a unified diff for people and tools, and as edits for an editor.
//
// Equal ends are cut off first; the rest goes through Myers' algorithm ("An O(ND) Difference Algorithm", 1986) up to a
// limit of differences, beyond which the whole rest counts as changed. Lines end at \n and nowhere else. Pure: any
// thread.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "context/text.h"
#include "providers/agent/overlay.h"

namespace fimd::providers::agent {

// Lines [before, before_end) became lines [after, after_end), zero-based. Ascending, with equal lines between.
struct LineChange {
  size_t before = 0, before_end = 0;
  size_t after = 0, after_end = 0;
};

[[nodiscard]] std::vector<std::string_view> split_lines(std::string_view text);  // each with its \n
[[nodiscard]] std::vector<LineChange> changes(std::span<const std::string_view> before,
                                              std::span<const std::string_view> after);

// The diff of one file with three lines of context, as git apply and patch take it; empty when nothing changed.
[[nodiscard]] std::string unified_diff(const ChangedFile& file);
[[nodiscard]] std::string unified_diff(std::span<const ChangedFile> files);

// Replaces `range` of the text before; ascending, not overlapping.
struct TextEdit {
  context::Range range;
  std::string text;
};
[[nodiscard]] std::vector<TextEdit> text_edits(const context::Text& before, std::string_view after,
                                               context::Encoding encoding);

}  // namespace fimd::providers::agent

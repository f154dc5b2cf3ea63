// From a file's text to its outline: what the index keeps of it. Pure; time in proportion to the text, within a
// deadline: bulk pool.
#pragma once

#include <stop_token>
#include <string>

#include "context/budget.h"
#include "context/segment.h"

namespace fimd::context {

// The state of a text that was read with this modification time (0: a buffer's).
[[nodiscard]] Stamp stamp_of(std::string_view text, int64_t mtime_ns);

// Whether files of this path and size are outlined at all: a grammar, and no large data file.
[[nodiscard]] bool is_outlined(std::string_view path, std::string_view first_line, size_t bytes);

// An outline without symbols (`lines` is 0) where the text has no grammar, is no source, or cannot be parsed in time.
[[nodiscard]] FileOutline read_outline(std::string path, std::string text, const Stamp& stamp, TimePoint deadline,
                                       const std::stop_token& stop);

}  // namespace fimd::context

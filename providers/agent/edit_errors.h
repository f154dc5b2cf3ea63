// What a model is told when its edit was not applied: the class, the evidence, one instruction. Private to
// providers/agent; pure.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "context/result.h"
#include "providers/agent/edit_lines.h"

namespace fimd::providers::agent {

using Refusal = tl::unexpected<Error>;

// The head of every refusal ("edit_file: NOT APPLIED (why). path is unchanged."), then `rest`.
[[nodiscard]] Refusal not_applied(std::string_view path, std::string_view why, std::string_view rest);

// The text is not there: shows what comes closest. Similarity chooses what is shown, never where anything is written.
[[nodiscard]] Refusal not_found(std::string_view path, const Lines& file, const Lines& block);

// It is there several times; `starts` are zero-based lines.
[[nodiscard]] Refusal several_places(std::string_view path, const Lines& file, std::span<const size_t> starts);

// What the edit would make is there already, at this zero-based line.
[[nodiscard]] Refusal already_applied(std::string_view path, const Lines& file, size_t line, size_t count);

// The first line of `fresh` that only stands for code left out ("// ... rest of the code unchanged") and is not in
// `old`; empty: none.
[[nodiscard]] std::string_view placeholder_line(const Lines& old, const Lines& fresh);

// "  41| text" lines as read_file shows them, from line `first` (zero-based).
[[nodiscard]] std::string numbered(const Lines& file, size_t first, size_t count);

}  // namespace fimd::providers::agent

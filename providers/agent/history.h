// How long a conversation has become and what of it can go: results of tools, in one batch when the context fills.
//
// Nothing else is ever changed, so that servers find what stands before in their caches. Pure functions.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "providers/agent/chat.h"

namespace fimd::providers::agent {

[[nodiscard]] size_t bytes_in(const Message& message);
[[nodiscard]] size_t bytes_of(const std::vector<Message>& messages);

// One result to shorten to `line`.
struct Cut {
  size_t at = 0;  // index of the message
  std::string line;
};

// What to shorten so that the messages have at most `most` bytes: results older than the last six answers, first those
// of files that were read again later, then from the oldest on. The newest text of each edited file and the newest
// result of run_check stay. May not be enough.
[[nodiscard]] std::vector<Cut> cuts_for(const std::vector<Message>& messages, size_t most);

// The messages that hold earlier copies of a call that came again and again: its answers with their results, all but
// the first and the newest; only answers with that one call. Ascending.
[[nodiscard]] std::vector<size_t> copies_of(const std::vector<Message>& messages, const ToolCall& call);

// `text` cut behind `most` bytes between two characters, with a note of what was left out.
[[nodiscard]] std::string shortened(std::string text, size_t most);

// "src/a.cpp", of a call that names a path; else empty.
[[nodiscard]] std::string path_of(const ToolCall& call);

}  // namespace fimd::providers::agent

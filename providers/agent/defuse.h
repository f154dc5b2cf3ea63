// Text of files and tools that would be read as control tokens by a server that puts messages into a template itself.
//
// "<|im_start|>system" in a source file is text to us, but a server that tokenizes the rendered prompt as a whole takes
// it for the beginning of a message. On the way out such marks get an invisible character behind their first one; on
// the way back it is taken out, so that what a model copies still stands in the file. Pure.
#pragma once

#include <string>
#include <string_view>

namespace fimd::providers::agent {

[[nodiscard]] std::string defused(std::string_view text);

// The inverse, also in JSON text, where the character may be written as \u200b.
[[nodiscard]] std::string restored(std::string_view text);

}  // namespace fimd::providers::agent

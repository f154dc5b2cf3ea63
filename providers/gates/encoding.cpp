// Bytes that are not text: invalid UTF-8, control characters, and the invisible characters that reorder text.
#include <fmt/core.h>

#include <cstdint>

#include "providers/gates/gate.h"

namespace fimd::providers::gates {
namespace {

constexpr size_t kMaxBytes = 16u << 10;  // of any suggestion

struct CodePoint {
  uint32_t value = 0;
  size_t length = 0;  // 0: not UTF-8
};

CodePoint decode(std::string_view text) {
  const auto byte = [text](size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return {lead, 1};
  const size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (length > text.size() || !context::is_valid_utf8(text.substr(0, length))) return {};
  uint32_t value = lead & (0xFFu >> (length + 1));
  for (size_t i = 1; i < length; ++i) value = value << 6 | (byte(i) & 0x3Fu);
  return {value, length};
}

bool is_control(uint32_t c) {
  return (c < 0x20 && c != '\n' && c != '\t') || (c >= 0x7F && c < 0xA0);
}

// They make text look different from what a compiler reads.
bool is_reordering(uint32_t c) {
  return (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

}  // namespace

Verdict encoding(std::string_view text, const View& view) {
  for (size_t i = 0; i < text.size();) {
    if (i >= kMaxBytes) return cut(text.substr(0, i), fmt::format("the suggestion is larger than {} bytes", kMaxBytes));
    const CodePoint c = decode(text.substr(i));
    if (c.length == 0) return cut(text.substr(0, i), "what follows is not valid UTF-8");
    if (is_control(c.value)) {
      return cut(text.substr(0, i), fmt::format("a control character (U+{:04X}) follows", c.value));
    }
    const bool replacement = c.value == 0xFFFD;
    if ((replacement || is_reordering(c.value)) &&
        view.at.text.utf8.find(text.substr(i, c.length)) == std::string::npos) {
      return cut(text.substr(0, i), replacement ? std::string("the model broke a character (U+FFFD)")
                                                : fmt::format("U+{:04X} would reorder the text", c.value));
    }
    i += c.length;
  }
  return pass(text);
}

}  // namespace fimd::providers::gates

#include "providers/agent/tool_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "context/text.h"

namespace fimd::providers::agent {
namespace {

bool is_hidden(uint32_t c) {
  return (c >= 0x80 && c < 0xA0) || c == 0xAD || c == 0x061C || c == 0x180E || (c >= 0x200B && c <= 0x200F) ||
         (c >= 0x2028 && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF || (c >= 0xE0000 && c <= 0xE0FFF);
}

}  // namespace

std::string harmless(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const size_t length = lead < 0x80 ? 1U : lead < 0xE0 ? 2U : lead < 0xF0 ? 3U : 4U;
    if (length == 1) {
      if ((lead < 0x20 && lead != '\t' && lead != '\n') || lead == 0x7F)
        out += fmt::format("\\x{:02x}", lead);
      else
        out += text[i];
      ++i;
      continue;
    }
    const std::string_view whole = text.substr(i, length);
    uint32_t c = lead & (0xFFU >> (length + 1));
    for (const char next : whole.substr(1)) c = c << 6 | (static_cast<unsigned char>(next) & 0x3FU);
    out += is_hidden(c) ? fmt::format("\\u{{{:x}}}", c) : std::string(whole);
    i += whole.size();
  }
  return out;
}

std::string shown_line(std::string_view line) {
  while (line.ends_with('\n') || line.ends_with('\r')) line.remove_suffix(1);
  if (line.size() <= kShownLineBytes) return harmless(line);
  const size_t end = context::floor_code_point(line, kShownLineBytes);
  return fmt::format("{} ...[+{}]", harmless(line.substr(0, end)), line.size() - end);
}

std::string gutter_line(size_t number, std::string_view line) {
  return fmt::format("{:4}| {}\n", number, shown_line(line));
}

std::string_view stripped(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const size_t from = text.find_first_not_of(kBlanks);
  return from == std::string_view::npos ? std::string_view()
                                        : text.substr(from, text.find_last_not_of(kBlanks) + 1 - from);
}

bool Output::add(std::string_view lines) {
  if (full_ || text_.size() + lines.size() > limit_) {
    full_ = true;
    return false;
  }
  text_ += lines;
  return true;
}

}  // namespace fimd::providers::agent

// The rules of document synchronisation in their plainest form, over UTF-16 code units: the oracle of the property
// test and of the fuzz target. Slow on purpose; shares no code with context/text.
//
// A document here is a sequence of code units, as in the clients that edit by them. After each change, halves of
// surrogate pairs that stand alone become U+FFFD, because UTF-8 cannot hold them.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "context/text.h"

namespace fimd::context {

class ReferenceDocument {
 public:
  explicit ReferenceDocument(const std::string& utf8) : units_(decode(utf8)) {}

  void apply(const Change& change) {
    if (!change.range) {
      units_ = decode(change.text);
      return;
    }
    Position a = change.range->start, b = change.range->end;
    if (a.line > b.line || (a.line == b.line && a.character > b.character)) std::swap(a, b);
    const size_t start = offset(a), end = offset(b);
    units_ = units_.substr(0, start) + decode(change.text) + units_.substr(end);
    for (size_t i = 0; i < units_.size(); ++i) {
      const bool high = is_high(units_[i]);
      if (high && i + 1 < units_.size() && is_low(units_[i + 1])) {
        ++i;
      } else if (high || is_low(units_[i])) {
        units_[i] = 0xFFFD;
      }
    }
  }

  [[nodiscard]] std::string utf8() const {
    std::string out;
    for (size_t i = 0; i < units_.size(); ++i) {
      uint32_t c = units_[i];
      if (is_high(units_[i])) c = 0x10000 + ((c - 0xD800) << 10) + (units_[++i] - 0xDC00u);
      encode(c, out);
    }
    return out;
  }

 private:
  static bool is_high(char16_t u) { return u >= 0xD800 && u < 0xDC00; }
  static bool is_low(char16_t u) { return u >= 0xDC00 && u < 0xE000; }
  static bool is_eol(char16_t u) { return u == '\r' || u == '\n'; }

  [[nodiscard]] size_t offset(Position p) const {
    std::vector<size_t> starts = {0};
    for (size_t i = 0; i < units_.size(); ++i) {
      if (!is_eol(units_[i])) continue;
      if (units_[i] == '\r' && i + 1 < units_.size() && units_[i + 1] == '\n') ++i;
      starts.push_back(i + 1);
    }
    if (p.line >= starts.size()) return units_.size();
    const size_t line = starts[p.line];
    const size_t next = p.line + 1 < starts.size() ? starts[p.line + 1] : units_.size();
    size_t at = std::min(line + p.character, next);
    while (at > line && is_eol(units_[at - 1])) --at;
    return at;
  }

  static std::u16string decode(const std::string& utf8) {  // of valid UTF-8
    std::u16string out;
    for (size_t i = 0; i < utf8.size();) {
      const auto lead = static_cast<uint8_t>(utf8[i]);
      const size_t width = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
      uint32_t c = width == 1 ? lead : lead & (0x7Fu >> width);
      for (size_t k = 1; k < width; ++k) c = c << 6 | (static_cast<uint8_t>(utf8[i + k]) & 0x3Fu);
      if (c < 0x10000) {
        out += static_cast<char16_t>(c);
      } else {
        out += static_cast<char16_t>(0xD800 + ((c - 0x10000) >> 10));
        out += static_cast<char16_t>(0xDC00 + ((c - 0x10000) & 0x3FF));
      }
      i += width;
    }
    return out;
  }

  static void encode(uint32_t c, std::string& out) {
    if (c < 0x80) {
      out += static_cast<char>(c);
      return;
    }
    const int more = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
    out += static_cast<char>((more == 1 ? 0xC0 : more == 2 ? 0xE0 : 0xF0) | c >> (6 * more));
    for (int k = more - 1; k >= 0; --k) out += static_cast<char>(0x80 | (c >> (6 * k) & 0x3F));
  }

  std::u16string units_;
};

}  // namespace fimd::context

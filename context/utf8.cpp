#include "context/utf8.h"

#include <algorithm>
#include <cstring>

namespace fimd::context {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";
constexpr size_t kBlock = 256;

uint8_t byte(char c) { return static_cast<uint8_t>(c); }
bool is_continuation(char c) { return (byte(c) & 0xC0) == 0x80; }

size_t width_of(char lead) {
  const uint8_t b = byte(lead);
  return b < 0x80 ? 1 : b < 0xE0 ? 2 : b < 0xF0 ? 3 : 4;
}

// Units in exactly kBlock bytes, eight at a time: each byte of a word counts for one unit, a continuation byte for
// none, and in UTF-16 the first byte of four for two. The sums of a block fit a byte.
size_t block_units(const char* p, Encoding encoding) {
  constexpr uint64_t kOnes = 0x0101010101010101ull;
  const uint64_t pairs = encoding == Encoding::utf16 ? kOnes : 0;
  uint64_t sums = 0;
  for (size_t i = 0; i < kBlock; i += 8) {
    uint64_t word = 0;
    std::memcpy(&word, p + i, 8);
    const uint64_t continues = (word >> 7) & ~(word >> 6) & kOnes;
    const uint64_t four = (word >> 7) & (word >> 6) & (word >> 5) & (word >> 4) & pairs;
    sums += kOnes - continues + four;
  }
  const uint64_t even = sums & 0x00FF00FF00FF00FFull, odd = (sums >> 8) & 0x00FF00FF00FF00FFull;
  return static_cast<size_t>(((even + odd) * 0x0001000100010001ull) >> 48);
}

size_t byte_units(char c, Encoding encoding) {
  return (is_continuation(c) ? 0u : 1u) + (encoding == Encoding::utf16 && byte(c) >= 0xF0 ? 1u : 0u);
}

// The number of ASCII bytes at the front, in whole words; 0 when the first word holds another byte.
size_t ascii_prefix(std::string_view s) {
  size_t i = 0;
  for (; i + 8 <= s.size(); i += 8) {
    uint64_t word = 0;
    std::memcpy(&word, s.data() + i, 8);
    if ((word & 0x8080808080808080ull) != 0) break;
  }
  return i;
}

struct Sequence {
  size_t bytes = 1;
  bool valid = false;
};

// The code point at the front, or the maximal part of one that could have been valid (Unicode 15, table 3-7).
Sequence sequence(std::string_view s) {
  const uint8_t lead = byte(s[0]);
  if (lead < 0x80) return {1, true};
  if (lead < 0xC2 || lead > 0xF4) return {1, false};
  const size_t want = width_of(s[0]);
  uint8_t low = 0x80, high = 0xBF;  // of the second byte
  if (lead == 0xE0) low = 0xA0;
  if (lead == 0xED) high = 0x9F;
  if (lead == 0xF0) low = 0x90;
  if (lead == 0xF4) high = 0x8F;
  for (size_t i = 1; i < want; ++i) {
    if (i >= s.size() || byte(s[i]) < low || byte(s[i]) > high) return {i, false};
    low = 0x80;
    high = 0xBF;
  }
  return {want, true};
}

// The length of the valid UTF-8 at the front.
size_t valid_prefix(std::string_view s) {
  size_t i = 0;
  while (i < s.size()) {
    i += ascii_prefix(s.substr(i));
    if (i == s.size()) break;
    const Sequence next = sequence(s.substr(i));
    if (!next.valid) break;
    i += next.bytes;
  }
  return i;
}

// Calls `each` for every line start in [from, to] until it returns false.
template <class Each>
void each_line_start(std::string_view text, size_t from, size_t to, Each each) {
  const std::string_view head = text.substr(0, to);
  size_t nl = head.find('\n', from - 1);
  size_t cr = head.find('\r', from - 1);
  while (nl != std::string_view::npos || cr != std::string_view::npos) {
    if (nl < cr) {
      if (!each(nl + 1)) return;
      nl = head.find('\n', nl + 1);
      continue;
    }
    const bool pair = cr + 1 < text.size() && text[cr + 1] == '\n';
    if (!pair && !each(cr + 1)) return;
    cr = head.find('\r', cr + 1);
  }
}

uint32_t decode4(std::string_view s) {
  return (byte(s[0]) & 0x07u) << 18 | (byte(s[1]) & 0x3Fu) << 12 | (byte(s[2]) & 0x3Fu) << 6 | (byte(s[3]) & 0x3Fu);
}

std::string encode4(uint32_t c) {
  return {static_cast<char>(0xF0 | c >> 18), static_cast<char>(0x80 | (c >> 12 & 0x3F)),
          static_cast<char>(0x80 | (c >> 6 & 0x3F)), static_cast<char>(0x80 | (c & 0x3F))};
}

}  // namespace

Landing land(std::string_view utf8, size_t want, Encoding encoding) {
  if (encoding == Encoding::utf8) {
    const size_t at = std::min(want, utf8.size());
    const size_t start = floor_code_point(utf8, at);
    return {start, start, start == at ? 0 : width_of(utf8[start])};
  }
  size_t i = 0, passed = 0;
  while (i + kBlock <= utf8.size()) {
    const size_t block = block_units(utf8.data() + i, encoding);
    // A block that ends exactly at the index may end inside a code point: leave it to the loop below.
    if (passed + block >= want) break;
    passed += block;
    i += kBlock;
  }
  while (i < utf8.size() && is_continuation(utf8[i])) ++i;
  while (i < utf8.size() && passed < want) {
    const size_t step = byte_units(utf8[i], encoding);
    if (passed + step > want) return {i, passed, width_of(utf8[i])};
    passed += step;
    i += width_of(utf8[i]);
  }
  return {std::min(i, utf8.size()), passed, 0};
}

void append_line_starts(std::string_view text, size_t from, size_t to, std::vector<uint32_t>& starts) {
  each_line_start(text, from, to, [&](size_t start) {
    starts.push_back(static_cast<uint32_t>(start));
    return true;
  });
}

LineStarts count_line_starts(std::string_view text, size_t to, size_t most) {
  LineStarts found;
  if (most == 0) return found;
  each_line_start(text, 1, to, [&](size_t start) {
    found = {found.count + 1, start};
    return found.count < most;
  });
  return found;
}

size_t line_end(std::string_view text, size_t from) {
  // Short lines are the rule; one search for both bytes beats two that may run to the end of the text.
  for (size_t block = from; block < text.size(); block += 4096) {
    const std::string_view part = text.substr(block, 4096);
    const size_t nl = part.find('\n');
    const size_t cr = part.substr(0, nl).find('\r');
    if (cr != std::string_view::npos) return block + cr;
    if (nl != std::string_view::npos) return block + nl;
  }
  return text.size();
}

std::string with_halves(std::string_view first, std::string_view insert, std::string_view last) {
  if (!first.empty() && insert.empty() && !last.empty()) {
    const uint32_t high = (decode4(first) - 0x10000) & ~0x3FFu;
    const uint32_t low = (decode4(last) - 0x10000) & 0x3FFu;
    return encode4(0x10000 + high + low);
  }
  std::string out;
  if (!first.empty()) out += kReplacement;
  out += insert;
  if (!last.empty()) out += kReplacement;
  return out;
}

size_t units(std::string_view utf8, Encoding encoding) {
  if (encoding == Encoding::utf8) return utf8.size();
  size_t sum = 0, i = 0;
  for (; i + kBlock <= utf8.size(); i += kBlock) sum += block_units(utf8.data() + i, encoding);
  for (; i < utf8.size(); ++i) sum += byte_units(utf8[i], encoding);
  return sum;
}

bool is_valid_utf8(std::string_view bytes) { return valid_prefix(bytes) == bytes.size(); }

std::string to_valid_utf8(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size());
  while (true) {
    const size_t good = valid_prefix(bytes);
    out += bytes.substr(0, good);
    if (good == bytes.size()) return out;
    out += kReplacement;
    bytes.remove_prefix(good + sequence(bytes.substr(good)).bytes);
  }
}

size_t floor_code_point(std::string_view utf8, size_t offset) {
  if (offset >= utf8.size()) return utf8.size();
  while (offset > 0 && is_continuation(utf8[offset])) --offset;
  return offset;
}

}  // namespace fimd::context

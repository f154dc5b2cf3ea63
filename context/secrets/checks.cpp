#include "context/secrets/checks.h"

#include <algorithm>
#include <array>
#include <vector>

namespace fimd::context::secrets {
namespace {

constexpr auto kCrcTable = [] {
  std::array<uint32_t, 256> table{};
  for (uint32_t i = 0; i < 256; ++i) {
    uint32_t c = i;
    for (int k = 0; k < 8; ++k) c = (c & 1) != 0 ? 0xEDB88320u ^ (c >> 1) : c >> 1;
    table[i] = c;
  }
  return table;
}();

constexpr std::string_view kBase62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

std::string base62(uint32_t value, size_t width) {
  std::string out(width, '0');
  for (size_t i = width; i-- > 0; value /= 62) out[i] = kBase62[value % 62];
  return out;
}

std::string hex(uint32_t value, std::string_view digits) {
  std::string out(8, '0');
  for (size_t i = 8; i-- > 0; value >>= 4) out[i] = digits[value & 15];
  return out;
}

uint32_t swapped(uint32_t v) {
  return (v >> 24) | ((v >> 8) & 0xff00u) | ((v << 8) & 0xff0000u) | (v << 24);
}

char folded(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

bool bech32_holds(std::string_view token) {
  constexpr std::string_view kAlphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
  constexpr std::array<uint32_t, 5> kGenerator = {0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3};
  const size_t one = token.rfind('1');
  if (one == std::string_view::npos || token.size() < one + 7) return false;
  std::vector<uint32_t> values;
  for (const char c : token.substr(0, one)) values.push_back(static_cast<unsigned char>(folded(c)) >> 5);
  values.push_back(0);
  for (const char c : token.substr(0, one)) values.push_back(static_cast<unsigned char>(folded(c)) & 31);
  for (const char c : token.substr(one + 1)) {
    const size_t v = kAlphabet.find(folded(c));
    if (v == std::string_view::npos) return false;
    values.push_back(static_cast<uint32_t>(v));
  }
  uint32_t sum = 1;
  for (const uint32_t v : values) {
    const uint32_t top = sum >> 25;
    sum = ((sum & 0x1ffffff) << 5) ^ v;
    for (size_t i = 0; i < kGenerator.size(); ++i) sum ^= ((top >> i) & 1) != 0 ? kGenerator[i] : 0;
  }
  return sum == 1;
}

int base64_value(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '+' || c == '-') return 62;
  return c == '/' || c == '_' ? 63 : -1;
}

// The longest run of one character, and of characters that each are one more or one less than the one before.
struct Rows {
  size_t same = 1, up = 1, down = 1;
};
Rows rows_of(std::string_view value) {
  Rows best, now;
  for (size_t i = 1; i < value.size(); ++i) {
    const int step = value[i] - value[i - 1];
    now.same = step == 0 ? now.same + 1 : 1;
    now.up = step == 1 ? now.up + 1 : 1;
    now.down = step == -1 ? now.down + 1 : 1;
    best = {std::max(best.same, now.same), std::max(best.up, now.up), std::max(best.down, now.down)};
  }
  return best;
}

}  // namespace

uint32_t crc32(std::string_view bytes) {
  uint32_t crc = 0xffffffffu;
  for (const char c : bytes) crc = kCrcTable[(crc ^ static_cast<unsigned char>(c)) & 255] ^ (crc >> 8);
  return ~crc;
}

bool checksum_holds(Check check, std::string_view token) {
  const size_t n = token.size();
  switch (check) {
    case Check::crc62: return n == 40 && token.substr(34) == base62(crc32(token.substr(4, 30)), 6);
    case Check::crc_hex: return n > 8 && token.substr(n - 8) == hex(crc32(token.substr(0, n - 8)), "0123456789ABCDEF");
    case Check::crc_le: {
      if (n != 46) return false;
      std::string tail(token.substr(38));
      std::transform(tail.begin(), tail.end(), tail.begin(), folded);
      return tail == hex(swapped(crc32(token.substr(0, 37))), "0123456789abcdef");
    }
    case Check::bech32: return bech32_holds(token);
    case Check::none:
    case Check::mixed: return false;
  }
  return false;
}

std::string from_base64(std::string_view run, size_t most) {
  std::string out;
  uint32_t bits = 0;
  int count = 0;
  for (const char c : run) {
    const int value = base64_value(c);
    if (value < 0 || out.size() >= most) break;
    bits = bits << 6 | static_cast<uint32_t>(value);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    out += static_cast<char>(bits >> count & 255);
  }
  return out;
}

Extent base64_around(std::string_view text, size_t begin, size_t end, size_t most) {
  Extent out{begin, end};
  while (out.begin > 0 && begin - out.begin < most && base64_value(text[out.begin - 1]) >= 0) --out.begin;
  while (out.end < text.size() && out.end - end < most && base64_value(text[out.end]) >= 0) ++out.end;
  while (out.end < text.size() && text[out.end] == '=' && out.end - end < most + 2) ++out.end;
  return out;
}

bool is_redacted(std::string_view value) {
  if (value.starts_with("00000000")) return true;
  for (const std::string_view word : {"REDACTED", "redacted"}) {
    const size_t at = value.find(word);
    if (at == std::string_view::npos) continue;
    const size_t behind = at + word.size();
    if (behind == value.size() || (value[behind] >= '0' && value[behind] <= '9') || value[behind] == 'x' ||
        value[behind] == 'X') {
      return true;
    }
  }
  return false;
}

bool is_example(std::string_view value) {
  if (value.size() >= 48) return false;
  std::array<char, 48> small{};
  std::transform(value.begin(), value.end(), small.begin(), folded);
  const std::string_view low(small.data(), value.size());
  constexpr std::array<std::string_view, 29> kWords = {
      "example",   "changeme", "change_me",  "change-me", "placeholder", "your_",  "your-",   "yourpass",
      "yourtoken", "<your",    "dummy",      "sample",    "redacted",    "insert", "replace", "todo",
      "fixme",     "foobar",   "notasecret", "fake",      "test1234",    "abcdef", "012345",  "123456",
      "000000",    "aaaaaa",   "xxxx",       "****",      "...."};
  for (const std::string_view word : kWords) {
    if (low.find(word) != std::string_view::npos) return true;
  }
  const Rows rows = rows_of(value);
  return (rows.same >= 4 && rows.same * 3 >= value.size()) || rows.up >= 6 || rows.down >= 6;
}

bool is_uuid(std::string_view value) {
  if (value.size() != 36) return false;
  for (size_t i = 0; i < 36; ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? value[i] != '-' : !in_class('h', value[i])) return false;
  }
  return true;
}

Kinds kinds_of(std::string_view value) {
  Kinds k;
  for (const char c : value) {
    if (c >= 'A' && c <= 'Z')
      ++k.upper;
    else if (c >= 'a' && c <= 'z')
      ++k.lower;
    else if (c >= '0' && c <= '9')
      ++k.digits;
    else
      ++k.other;
    k.hex = k.hex && in_class('h', c);
    k.ascii = k.ascii && c > ' ' && c < 0x7f;
  }
  return k;
}

}  // namespace fimd::context::secrets

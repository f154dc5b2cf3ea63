// A fast 64-bit hash of bytes, for tables and for telling contents apart. Not for secrets; its values are stored, so it
// must not change without the version of what stores them.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace fimd::context {

// The halves of a 128-bit product, folded.
[[nodiscard]] inline uint64_t mix(uint64_t a, uint64_t b) {
  __extension__ using Wide = unsigned __int128;
  const Wide product = static_cast<Wide>(a) * b;
  return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64U);
}

[[nodiscard]] inline uint64_t hash_bytes(std::string_view bytes) {
  constexpr uint64_t kOdd[] = {0x9e3779b97f4a7c15U, 0xd6e8feb86659fd93U, 0xa0761d6478bd642fU};
  const auto word = [&](size_t at) {
    uint64_t value = 0;
    std::memcpy(&value, bytes.data() + at, sizeof value);
    return value;
  };
  uint64_t h = kOdd[0] ^ bytes.size();
  size_t at = 0;
  for (; at + 16 <= bytes.size(); at += 16) h = mix(word(at) ^ kOdd[1], word(at + 8) ^ h);
  uint64_t tail[2] = {0, 0};
  if (at < bytes.size()) std::memcpy(tail, bytes.data() + at, bytes.size() - at);
  h = mix(tail[0] ^ kOdd[1], tail[1] ^ h);
  return mix(h ^ kOdd[2], bytes.size() ^ kOdd[1]);
}

}  // namespace fimd::context

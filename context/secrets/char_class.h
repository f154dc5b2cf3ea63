// Classes of characters, as shape.h names them: one look-up per character.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace fimd::context::secrets {

inline constexpr std::string_view kClasses = "dxXhlLUawbBAt%/@=.";

constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
constexpr bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}
constexpr bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}

constexpr bool belongs(char cls, char c) {
  const bool alnum = is_digit(c) || is_lower(c) || is_upper(c);
  switch (cls) {
    case 'd': return is_digit(c);
    case 'x': return is_digit(c) || (c >= 'a' && c <= 'f');
    case 'X': return is_digit(c) || (c >= 'A' && c <= 'F');
    case 'h': return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    case 'l': return is_lower(c);
    case 'L': return is_digit(c) || is_lower(c);
    case 'U': return is_digit(c) || is_upper(c);
    case 'a': return alnum;
    case 'w': return alnum || c == '_';
    case 'b': return alnum || c == '_' || c == '-';
    case 'B': return alnum || c == '+' || c == '/';
    case 'A': return alnum || c == '-';
    case 't': return is_upper(c) || (c >= '2' && c <= '7');
    case '%': return alnum || c == '_' || c == '-' || c == '.' || c == '=' || c == '/' || c == '+' || c == '%';
    case '/': return alnum || c == '_' || c == '-' || c == '.' || c == '/';
    case '@': return alnum || c == '_' || c == '-' || c == '.' || c == '/' || c == '@' || c == '%' || c == '=';
    default: return c == cls;
  }
}

inline constexpr auto kBits = [] {
  std::array<uint32_t, 256> bits{};
  for (size_t b = 0; b < 128; ++b) {
    for (size_t i = 0; i < kClasses.size(); ++i) {
      if (belongs(kClasses[i], static_cast<char>(b))) bits[b] |= 1u << i;
    }
  }
  return bits;
}();

// The bit of a class; 0 for an unknown one.
inline constexpr auto kMasks = [] {
  std::array<uint32_t, 128> masks{};
  for (size_t i = 0; i < kClasses.size(); ++i) masks[static_cast<size_t>(kClasses[i])] = 1u << i;
  return masks;
}();

[[nodiscard]] constexpr uint32_t mask_of(char cls) {
  return kMasks[static_cast<unsigned char>(cls) & 127u];
}

// Whether a character belongs to a class.
[[nodiscard]] constexpr bool in_class(char cls, char c) {
  return (kBits[static_cast<unsigned char>(c)] & mask_of(cls)) != 0;
}

}  // namespace fimd::context::secrets

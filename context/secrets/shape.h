// Shapes of tokens: literal text and runs of a class of characters, matched forward without going back.
//
// A shape is written as text: "{a36}" is 36 letters and digits, "{b20-60}" 20 to 60 of base64url, everything else
// stands for itself. Classes: d 0-9, x 0-9a-f, X 0-9A-F, h both, l a-z, L 0-9a-z, U 0-9A-Z, a 0-9A-Za-z, w a and "_",
// b base64url (w and "-"), B base64 (a and "+/"), A a and "-", t base32 (A-Z2-7), % b and ".=/+%", "/" a path (% less
// "=+%" ), @ a path with addresses in it, "=" and "." themselves. Pure; compiled once.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "context/secrets/char_class.h"

namespace fimd::context::secrets {

struct Run {
  char cls = 0;         // 0: literal text
  std::string literal;  // of a literal
  size_t min = 0, max = 0;
};

struct Shape {
  std::vector<Run> runs;
  size_t key = 0;  // the first literal run: what the automaton finds
  bool fixed = true;
};

[[nodiscard]] Shape compile_shape(std::string_view text);

// Where the runs of one match lie.
struct Piece {
  size_t begin = 0, end = 0;
  char cls = 0;
};
struct Match {
  size_t begin = 0, end = 0;
  std::vector<Piece> pieces;
};

// The match whose key literal begins at `at`, with its boundaries: nothing that could belong to it stands before or
// behind. `looked` is raised by the bytes looked at.
[[nodiscard]] std::optional<Match> match_shape(const Shape& shape, std::string_view text, size_t at, size_t& looked);

// Whether `text` from `at` to its end is the beginning of a match, with how many characters behind the key literal.
[[nodiscard]] std::optional<size_t> begins_shape(const Shape& shape, std::string_view text, size_t at);

// Whether a token may begin at `at`: not within a word. The letter of an escape like \n is no letter.
[[nodiscard]] bool starts_word(std::string_view text, size_t at);

}  // namespace fimd::context::secrets

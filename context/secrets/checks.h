// Small tests of values: checksums of tokens, encodings, examples and placeholders. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "context/secrets/rules.h"

namespace fimd::context::secrets {

// Whether a token's checksum is right; false where the family has none. GitHub and npm: CRC-32 in base 62 over the 30
// characters between prefix and checksum. Atlassian: CRC-32 in hex of all before it. Grafana: the same, little-endian.
// age: bech32.
[[nodiscard]] bool checksum_holds(Check check, std::string_view token);

[[nodiscard]] uint32_t crc32(std::string_view bytes);

// Base64 (both alphabets) from the start of a run, up to `most` bytes; stops at what is not base64.
[[nodiscard]] std::string from_base64(std::string_view run, size_t most);

// The run of base64 characters around [begin, end), at most `most` bytes each way.
struct Extent {
  size_t begin = 0, end = 0;
};
[[nodiscard]] Extent base64_around(std::string_view text, size_t begin, size_t end, size_t most);

// A placeholder of redact.h: "redacted" in one case with a digit behind it, or a run of at least 8 zeros at the start.
[[nodiscard]] bool is_redacted(std::string_view value);

// What documentation shows: "EXAMPLE", "changeme", "xxxx", runs and rows of characters.
[[nodiscard]] bool is_example(std::string_view value);

[[nodiscard]] bool is_uuid(std::string_view value);

struct Kinds {
  size_t upper = 0, lower = 0, digits = 0, other = 0;
  bool hex = true;  // nothing but hex digits
  bool ascii = true;
};
[[nodiscard]] Kinds kinds_of(std::string_view value);

}  // namespace fimd::context::secrets

// Redaction: secrets become placeholders that keep the prefix, the alphabet and about the length of what they stand
// for, are the same for the same secret, and are never turned back.
//
// The tag in a placeholder is a keyed hash (SipHash-2-4), so without the key nobody can test a guess, and two
// workspaces give one secret two tags. A second scan of redacted text finds nothing. The number of lines never changes.
// Pure functions: any thread.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "context/secrets.h"

namespace fimd::context {

using RedactionKey = std::array<uint8_t, 16>;

// A key for one purpose, say a workspace, made from a general one.
[[nodiscard]] RedactionKey derive_key(const RedactionKey& key, std::string_view purpose);

[[nodiscard]] uint64_t siphash(const RedactionKey& key, std::string_view bytes);

// What stands for the secret.
[[nodiscard]] std::string placeholder(std::string_view text, const Secret& secret, const RedactionKey& key);

struct Redacted {
  std::string text;
  // Where each secret stood and where its placeholder stands, in bytes.
  struct Place {
    size_t begin, end, new_begin, new_end;
  };
  std::vector<Place> places;
};

// The part [from, to) of a text, with the secrets in it replaced; one that lies across an end is replaced as a whole.
[[nodiscard]] Redacted redact(std::string_view text, size_t from, size_t to, std::span<const Secret> secrets,
                              const RedactionKey& key);

}  // namespace fimd::context

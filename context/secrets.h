// Secrets in text: where tokens, keys, passwords and connection strings stand.
//
// An automaton finds keywords, small verifiers look around them; all look-around is bounded, so the time is linear in
// the size of the text. A scan that would take more is broken off and says so: what was not looked at must not leave.
// Scan whole documents: a window that begins inside a key hides what it is. Pure functions; the tables are built on
// first use (about a millisecond) and never change: any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fimd::context {

// In code a value without quotes is an expression; in data and shell scripts it is a value.
enum class TextKind : uint8_t { code, data };

// By the editor's language id, or where that says nothing by the file's name. Unknown is data.
[[nodiscard]] TextKind text_kind(std::string_view language, std::string_view path);

struct Secret {
  // What a placeholder has to look like (redact.h).
  enum class Form : uint8_t { token, value, password, uuid, jwt, block };
  size_t begin = 0, end = 0;  // bytes
  size_t key = 0;             // of a token: where the part lies that names its family
  Form form = Form::value;
  uint16_t rule = 0;  // for secret_rule()
  friend bool operator==(const Secret&, const Secret&) = default;
};

struct Secrets {
  std::vector<Secret> found;  // by offset, apart from each other
  bool complete = true;       // false: given up; the text must not leave
};

// The secrets of a whole text.
[[nodiscard]] Secrets find_secrets(std::string_view text, TextKind kind);

// The same for `now`, given what was found in `before`: only the surroundings of the change are looked at. A change of
// a few bytes in a document of any size costs as much as a scan of 36 KB.
[[nodiscard]] Secrets find_secrets_again(const Secrets& old, std::string_view before, std::string_view now,
                                         TextKind kind);

// The rule of what the caller adds by itself: keys that it knows.
inline constexpr uint16_t kOwnKeyRule = 0xffff;

// The name of a rule ("GitHub personal token", "password").
[[nodiscard]] std::string_view secret_rule(const Secret& secret);
[[nodiscard]] std::string_view secret_rule(uint16_t rule);

// Why text around the cursor must not go to a remote model, whatever is redacted.
struct SecretAtCursor {
  std::string why;   // "the cursor stands in a secret (AWS long-term id)"
  size_t begin = 0;  // where it begins, for the line
};

// Whether the cursor stands in a secret, behind the beginning of a token that is being typed, or where the value of a
// secret goes.
[[nodiscard]] std::optional<SecretAtCursor> secret_at_cursor(std::string_view text, size_t offset,
                                                             const Secrets& secrets, TextKind kind);

// Whether text holds a placeholder of redact.h, or (second function) a token of a known family; the offset if so.
[[nodiscard]] std::optional<size_t> find_placeholder(std::string_view text);
[[nodiscard]] std::optional<Secret> find_token(std::string_view text);

}  // namespace fimd::context

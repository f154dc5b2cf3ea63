// LSP framing and JSON-RPC text, sans I/O: bytes in, message bodies out.
//
// Reads leniently (any case of header names, LF line ends, unknown headers, junk before a header), writes strictly.
// Nothing here throws or blocks; memory is bounded by kMaxBody whatever is fed. Rules: LSP 3.18 "Base protocol".
#pragma once

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "context/result.h"

namespace fimd::lsp {

inline constexpr size_t kMaxHeader = 8u << 10;  // bytes of one header part
inline constexpr size_t kMaxBody = 256u << 20;  // bytes of one message; a longer one is drained and dropped

class FrameReader {
 public:
  void feed(std::string_view bytes);

  // The next complete body, or nullopt until more bytes come. Trouble that was skipped (bad header, oversized body)
  // is described by take_warnings().
  std::optional<std::string> next();
  std::vector<std::string> take_warnings();

 private:
  std::string buffer_;
  size_t begin_ = 0;   // first unread byte of buffer_
  size_t need_ = 0;    // body bytes wanted; 0 while reading a header
  size_t drain_ = 0;   // bytes of an oversized body still to skip
  bool in_body_ = false;
  std::vector<std::string> warnings_;
};

// "Content-Length: N\r\n\r\n" and the body.
[[nodiscard]] std::string frame(std::string_view body);

// Parses a body leniently: invalid UTF-8 and lone surrogate escapes become U+FFFD. Errors: bad_input (not JSON, or
// nested deeper than 512).
[[nodiscard]] Result<nlohmann::json> parse_body(std::string_view body);

// Compact JSON; invalid UTF-8 becomes U+FFFD, never throws.
[[nodiscard]] std::string dump(const nlohmann::json& value);

}  // namespace fimd::lsp

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
inline constexpr size_t kMaxDepth = 512;        // nested arrays and objects
inline constexpr size_t kMaxValues = 4u << 20;  // of one message: a value needs up to 100 bytes of memory

class FrameReader {
 public:
  void feed(std::string_view bytes);

  // The next complete body, or nullopt until more bytes come. Trouble that was skipped (junk before a header, a bad
  // length, an oversized body) is described by take_warnings(), in one line each and without the client's text.
  std::optional<std::string> next();
  std::vector<std::string> take_warnings();

  // Too much junk in a row: whatever writes here does not speak this protocol. next() returns nothing any more.
  [[nodiscard]] bool broken() const { return bad_ >= kMaxBad || junk_ > kMaxBody; }

 private:
  enum class State { header, body, drain };
  static constexpr size_t kMaxBad = 100;  // header parts without a usable length, in a row

  bool read_line();  // false: no whole line yet
  void header_line(std::string_view line);
  void end_of_header();
  void bad_header(std::string why);
  void skip(size_t bytes);
  void warn(std::string text);

  std::string buffer_;
  size_t begin_ = 0;    // first unread byte of buffer_
  size_t scanned_ = 0;  // bytes behind begin_ that hold no line end
  State state_ = State::header;
  size_t need_ = 0;         // bytes of the body wanted, or still to drain
  size_t header_size_ = 0;  // bytes of this header part so far
  std::optional<size_t> length_;
  bool foreign_ = false;  // the body is not UTF-8 by its own word
  size_t bad_ = 0;        // bad header parts since the last good one
  size_t junk_ = 0;       // bytes skipped since the last good one
  std::vector<std::string> warnings_;
};

// "Content-Length: N\r\n\r\n" and the body.
[[nodiscard]] std::string frame(std::string_view body);

// Parses a body leniently: invalid UTF-8 and lone surrogate escapes become U+FFFD. Errors: bad_input (not JSON, or
// more than kMaxDepth or kMaxValues allow).
[[nodiscard]] Result<nlohmann::json> parse_body(std::string_view body);

// Compact JSON; invalid UTF-8 becomes U+FFFD, never throws.
[[nodiscard]] std::string dump(const nlohmann::json& value);

}  // namespace fimd::lsp

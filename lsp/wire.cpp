#include "lsp/wire.h"

#include <fmt/core.h>

#include <algorithm>
#include <new>
#include <nlohmann/json.hpp>
#include <utility>

#include "context/text.h"

namespace fimd::lsp {
namespace {

constexpr std::string_view kLength = "content-length";
constexpr std::string_view kType = "content-type";
constexpr size_t kMaxWarnings = 16;  // kept until they are taken

char lower_ascii(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool equals(std::string_view text, std::string_view lower_case) {
  return std::equal(text.begin(), text.end(), lower_case.begin(), lower_case.end(),
                    [](char a, char b) { return lower_ascii(a) == b; });
}

std::string_view trim(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r";
  const size_t first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

// Where the last "content-length" with a colon begins, or npos. A body that was longer than announced leaves the next
// header behind its rest, on the same line, so the name is looked for anywhere.
size_t find_length_field(std::string_view text) {
  for (size_t colon = text.rfind(':'); colon != std::string_view::npos; colon = text.rfind(':', colon - 1)) {
    size_t end = colon;
    while (end > 0 && text[end - 1] == ' ') --end;
    if (end >= kLength.size() && equals(text.substr(end - kLength.size(), kLength.size()), kLength)) {
      return end - kLength.size();
    }
    if (colon == 0) break;
  }
  return std::string_view::npos;
}

// A length of over 4 GiB is no length that any client means.
std::optional<size_t> parse_length(std::string_view digits) {
  if (digits.empty() || digits.size() > 10) return std::nullopt;
  size_t value = 0;
  for (const char c : digits) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + static_cast<size_t>(c - '0');
  }
  if (value > UINT32_MAX) return std::nullopt;
  return value;
}

bool names_foreign_charset(std::string_view content_type) {
  std::string type;
  for (const char c : content_type) type += lower_ascii(c);
  const size_t at = type.find("charset=");
  if (at == std::string::npos) return false;
  std::string_view charset = std::string_view(type).substr(at + 8);
  charset = charset.substr(0, charset.find(';'));
  if (charset.size() >= 2 && charset.front() == '"' && charset.back() == '"') {
    charset = charset.substr(1, charset.size() - 2);
  }
  charset = trim(charset);
  return charset != "utf-8" && charset != "utf8";
}

}  // namespace

void FrameReader::feed(std::string_view bytes) {
  if (broken()) return;
  buffer_ += bytes;
}

std::optional<std::string> FrameReader::next() {
  while (!broken()) {
    const size_t there = buffer_.size() - begin_;
    if (state_ == State::header) {
      if (!read_line()) return std::nullopt;
    } else if (state_ == State::drain) {
      const size_t gone = std::min(there, need_);
      need_ -= gone;
      skip(gone);
      if (need_ > 0) return std::nullopt;
      state_ = State::header;
    } else {
      if (there < need_) return std::nullopt;
      std::string body = buffer_.substr(begin_, need_);
      skip(need_);
      state_ = State::header;
      return body;
    }
  }
  buffer_.clear();
  begin_ = scanned_ = 0;
  return std::nullopt;
}

std::vector<std::string> FrameReader::take_warnings() { return std::exchange(warnings_, {}); }

bool FrameReader::read_line() {
  const std::string_view rest = std::string_view(buffer_).substr(begin_);
  const size_t newline = rest.find('\n', scanned_);
  if (newline != std::string_view::npos) {
    header_line(rest.substr(0, newline));
    skip(newline + 1);
    return true;
  }
  scanned_ = rest.size();
  if (rest.size() <= kMaxHeader) return false;
  // A line of this length is no header. It may end in one, though, or in the beginning of its name.
  const size_t far = rest.size() - kMaxHeader;
  const size_t field = find_length_field(rest.substr(far));
  const size_t gone = field != std::string_view::npos ? far + field : rest.size() - kLength.size();
  junk_ += gone;
  skip(gone);
  return false;
}

void FrameReader::header_line(std::string_view line) {
  const std::string_view text = trim(line);
  if (text.empty()) return end_of_header();
  if (const size_t field = find_length_field(text); field != std::string_view::npos) {
    if (field > 0) {  // the junk in front belongs to something else
      junk_ += field;
      foreign_ = false;
    } else if (length_) {
      warn("two Content-Length fields, the last one counts");
    }
    header_size_ += text.size() - field;
    length_ = parse_length(trim(text.substr(text.find(':', field) + 1)));
    if (!length_) bad_header("Content-Length is not a number of bytes");
    return;
  }
  const size_t colon = text.find(':');
  const std::string_view name = trim(text.substr(0, colon));
  if (colon == std::string_view::npos || name.find_first_of(" \t\"{}[],") != std::string_view::npos) {
    junk_ += line.size() + 1;
    return;
  }
  if (equals(name, kType)) foreign_ = names_foreign_charset(text.substr(colon + 1));
  header_size_ += line.size() + 1;
  if (header_size_ > kMaxHeader) bad_header("the header is too long");
}

void FrameReader::end_of_header() {
  const std::optional<size_t> length = std::exchange(length_, std::nullopt);
  const bool foreign = std::exchange(foreign_, false);
  const size_t size = std::exchange(header_size_, 0);
  if (!length) {
    if (size > 0) bad_header("a header without a Content-Length");  // a blank line alone does no harm
    return;
  }
  if (junk_ > 0) warn(fmt::format("skipped {} bytes that are not a header", junk_));
  bad_ = junk_ = 0;
  need_ = *length;
  state_ = State::body;
  if (*length > kMaxBody || foreign) {
    state_ = State::drain;
    warn(foreign ? std::string("dropped a message that is not in utf-8")
                 : fmt::format("dropped a message of {} bytes, the limit is {}", *length, kMaxBody));
  }
}

void FrameReader::bad_header(std::string why) {
  length_.reset();
  foreign_ = false;
  header_size_ = 0;
  ++bad_;
  warn(std::move(why));
}

// Consumes bytes. What is left moves to the front only when it is the smaller half, which keeps this linear.
void FrameReader::skip(size_t bytes) {
  begin_ += bytes;
  scanned_ = 0;
  if (begin_ < buffer_.size() - begin_) return;
  buffer_.erase(0, begin_);
  begin_ = 0;
  if (buffer_.empty() && buffer_.capacity() > (1u << 20)) buffer_.shrink_to_fit();
}

void FrameReader::warn(std::string text) {
  if (warnings_.size() < kMaxWarnings) warnings_.push_back(std::move(text));
}

std::string frame(std::string_view body) {
  std::string out = fmt::format("Content-Length: {}\r\n\r\n", body.size());
  out += body;
  return out;
}

namespace {

// What has to be known about a body before it is parsed: the parser itself gives up on a lone surrogate, and a deep
// value would overflow the stack where it is copied, printed or destroyed.
struct Scan {
  size_t depth = 0;
  size_t values = 1;
  std::vector<size_t> lone;  // offsets of \u escapes that stand for half a surrogate pair
};

// The unit of the \u escape at `at`, or nothing.
std::optional<uint32_t> escaped_unit(std::string_view body, size_t at) {
  if (at + 6 > body.size() || body[at] != '\\' || body[at + 1] != 'u') return std::nullopt;
  uint32_t unit = 0;
  for (size_t i = at + 2; i < at + 6; ++i) {
    const char c = lower_ascii(body[i]);
    const bool digit = c >= '0' && c <= '9';
    if (!digit && (c < 'a' || c > 'f')) return std::nullopt;
    unit = unit << 4 | static_cast<uint32_t>(digit ? c - '0' : c - 'a' + 10);
  }
  return unit;
}

bool is_high(std::optional<uint32_t> u) { return u && *u >= 0xD800 && *u < 0xDC00; }
bool is_low(std::optional<uint32_t> u) { return u && *u >= 0xDC00 && *u < 0xE000; }

// Walks a string from behind its opening quote to behind the closing one.
size_t look_at_string(std::string_view body, size_t i, Scan& look) {
  while (i < body.size() && body[i] != '"') {
    if (body[i] != '\\') {
      ++i;
      continue;
    }
    const std::optional<uint32_t> unit = escaped_unit(body, i);
    if (is_high(unit) && is_low(escaped_unit(body, i + 6))) {
      i += 12;
      continue;
    }
    if (is_high(unit) || is_low(unit)) look.lone.push_back(i);
    i += unit ? 6 : 2;
  }
  return i + 1;
}

Scan look_at(std::string_view body) {
  Scan look;
  size_t depth = 0;
  for (size_t i = 0; i < body.size();) {
    const char c = body[i++];
    if (c == '"') {
      i = look_at_string(body, i, look);
    } else if (c == '[' || c == '{') {
      look.depth = std::max(look.depth, ++depth);
      ++look.values;
    } else if ((c == ']' || c == '}') && depth > 0) {
      --depth;
    } else if (c == ',') {
      ++look.values;
    }
  }
  return look;
}

}  // namespace

Result<nlohmann::json> parse_body(std::string_view body) {
  std::string repaired;
  if (!context::is_valid_utf8(body)) {
    repaired = context::to_valid_utf8(body);
    body = repaired;
  }
  const Scan look = look_at(body);
  if (look.depth > kMaxDepth) return fail(Error::Code::bad_input, fmt::format("nested deeper than {}", kMaxDepth));
  if (look.values > kMaxValues) return fail(Error::Code::bad_input, fmt::format("more than {} values", kMaxValues));
  if (!look.lone.empty()) {
    if (repaired.empty()) repaired = body;
    for (const size_t at : look.lone) repaired.replace(at, 6, "\\ufffd");
    body = repaired;
  }
  try {
    auto value = nlohmann::json::parse(body, nullptr, /*allow_exceptions=*/false);
    if (value.is_discarded()) return fail(Error::Code::bad_input, "not json");
    return value;
  } catch (const std::bad_alloc&) {
    return fail(Error::Code::bad_input, "too large for the memory of this machine");
  }
}

std::string dump(const nlohmann::json& value) {
  return value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace fimd::lsp

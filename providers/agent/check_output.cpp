#include "providers/agent/check_output.h"

#include <algorithm>
#include <charconv>

#include "context/paths.h"
#include "context/text.h"
#include "providers/agent/check_parts.h"

namespace fimd::providers::agent {
namespace {

constexpr size_t kLineBytes = 4'000;         // of text; what is behind them is not looked at
constexpr size_t kJsonBytes = 32U << 20;
constexpr int kJsonTries = 256;              // long values, and those that never end
constexpr size_t kDigits = 9;

// The end of a JSON value that begins at `from`, or npos. Brackets within strings do not count.
size_t json_end(std::string_view text, size_t from) {
  size_t depth = 0;
  bool in_string = false;
  const size_t end = std::min(text.size(), from + kJsonBytes);
  for (size_t i = from; i < end; ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      else if (c == '"') in_string = false;
      continue;
    }
    if (c == '"') in_string = true;
    if (c == '{' || c == '[') ++depth;
    if ((c == '}' || c == ']') && --depth == 0) return i + 1;
  }
  return std::string_view::npos;
}

// The bytes behind an escape sequence that starts at `i`.
size_t escape_end(std::string_view bytes, size_t i) {
  size_t at = i + 1;
  if (at >= bytes.size()) return at;
  const char kind = bytes[at++];
  if (kind == '[') {
    while (at < bytes.size() && (bytes[at] < 0x40 || bytes[at] > 0x7E)) ++at;
    return std::min(at + 1, bytes.size());
  }
  if (kind == ']' || kind == 'P' || kind == '_' || kind == '^' || kind == 'X') {  // up to BEL or ESC backslash
    while (at < bytes.size() && bytes[at] != '\a' && bytes[at] != '\x1b' && bytes[at] != '\n') ++at;
    if (at < bytes.size() && bytes[at] == '\x1b') return std::min(at + 2, bytes.size());
    return at < bytes.size() && bytes[at] == '\a' ? at + 1 : at;
  }
  if (kind >= 0x20 && kind <= 0x2F) return std::min(at + 1, bytes.size());
  return at;
}

bool says_clang(std::string_view output) {
  for (size_t at = output.find(" generated."); at != std::string_view::npos; at = output.find(" generated.", at + 1)) {
    const std::string_view before = output.substr(0, at);
    if (before.ends_with("error") || before.ends_with("errors") || before.ends_with("warning") ||
        before.ends_with("warnings"))
      return true;
  }
  return false;
}

}  // namespace

std::string plain_output(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size());
  size_t line = 0;  // where the last line of `out` begins
  for (size_t i = 0; i < bytes.size();) {
    const char c = bytes[i];
    if (c == '\x1b') {
      i = escape_end(bytes, i);
      continue;
    }
    ++i;
    if (c == '\r') {
      if (i < bytes.size() && bytes[i] != '\n' && bytes[i] != '\r') out.resize(line);
    } else if (c == '\b') {
      if (out.size() > line) out.pop_back();
    } else if (c == '\n' || c == '\t' || static_cast<unsigned char>(c) >= 0x20) {
      if (c != 0x7F) out += c;
    }
    if (c == '\n') line = out.size();
  }
  return context::to_valid_utf8(out);
}

size_t utf16_column(std::string_view line, size_t column, ColumnUnit unit) {
  if (column <= 1) return 1;
  size_t counted = 0, at = 0;
  while (at < line.size() && counted < column - 1) {
    const auto lead = static_cast<unsigned char>(line[at]);
    const size_t length = std::min<size_t>(lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4, line.size() - at);
    size_t width = 1;
    if (unit == ColumnUnit::bytes) width = length;
    if (unit == ColumnUnit::utf16) width = length == 4 ? 2 : 1;
    if (unit == ColumnUnit::display) width = lead == '\t' ? 8 - counted % 8 : 1;
    if (counted + width > column - 1) break;  // within a character
    counted += width;
    at += length;
  }
  return context::units(line.substr(0, at), context::Encoding::utf16) + 1;
}

std::vector<Finding> parse_check_output(std::string_view output, const CheckSources& sources) {
  const std::string plain = plain_output(output);
  Places places(sources);
  std::vector<Finding> out;
  TestLines tests(places, out);
  CompilerLines compilers(places, out, says_clang(plain));
  std::string_view rest = plain;
  int tries = kJsonTries;
  while (!rest.empty() && out.size() < kFindings) {
    const std::string_view start = stripped(rest.substr(0, 200));
    const bool like_json =
        start.starts_with("{") || start.starts_with("[{") || start.starts_with("[\n") || start.starts_with("[]");
    if (like_json && tries > 0) {
      const size_t from = rest.find_first_of("{["), to = json_end(rest, from);
      if (to == std::string_view::npos || to - from > kLineBytes) --tries;
      if (to != std::string_view::npos && take_json(rest.substr(from, to - from), places, out)) {
        rest.remove_prefix(to);
        continue;
      }
    }
    std::string_view line = context::take_line(rest);
    line = line.substr(0, context::floor_code_point(line, std::min(line.size(), kLineBytes)));
    if (!tests.take(line)) static_cast<void>(compilers.take(line));
  }
  tests.end();
  compilers.end();
  if (out.size() > kFindings) out.resize(kFindings);
  return out;
}

size_t indent_of(std::string_view line) { return std::min(line.find_first_not_of(" \t"), line.size()); }

std::optional<size_t> number_of(std::string_view digits) {
  size_t value = 0;
  if (digits.empty() || digits.size() > kDigits) return std::nullopt;
  const auto [end, wrong] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (wrong != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  return value;
}

std::string_view between(std::string_view text, std::string_view open, std::string_view close) {
  const size_t from = text.find(open);
  if (from == std::string_view::npos) return {};
  const size_t to = text.find(close, from + open.size());
  return to == std::string_view::npos ? std::string_view{} : text.substr(from + open.size(), to - from - open.size());
}

namespace {

size_t digits_at(std::string_view text, size_t at) {
  size_t length = 0;
  while (at + length < text.size() && text[at + length] >= '0' && text[at + length] <= '9') ++length;
  return length;
}

// "(12,5): rest" or "(12): rest" behind a path that ends at `at`.
std::optional<Head> bracketed(std::string_view text, size_t at) {
  const size_t n = digits_at(text, at + 1);
  Head head{text.substr(0, at), number_of(text.substr(at + 1, n)).value_or(0), 0, {}};
  size_t end = at + 1 + n;
  if (end < text.size() && text[end] == ',') {
    const size_t m = digits_at(text, end + 1);
    head.column = number_of(text.substr(end + 1, m)).value_or(0);
    end += 1 + m;
  }
  if (head.line == 0 || !text.substr(end).starts_with("):")) return std::nullopt;
  head.rest = stripped(text.substr(end + 2));
  return head;
}

}  // namespace

std::optional<Head> head_of(std::string_view text) {
  const bool drive = text.size() > 2 && text[1] == ':' && (text[2] == '\\' || text[2] == '/');
  for (size_t at = drive ? 2 : 1; at < std::min<size_t>(text.size(), 1'000); ++at) {
    if (text[at] == '(' && digits_at(text, at + 1) > 0) {
      if (const auto head = bracketed(text, at)) return head;
    }
    if (text[at] != ':') continue;
    const size_t n = digits_at(text, at + 1);
    const auto line = number_of(text.substr(at + 1, n));
    size_t end = at + 1 + n;
    if (!line || *line == 0) continue;
    Head head{text.substr(0, at), *line, 0, {}};
    if (const size_t m = end < text.size() && text[end] == ':' ? digits_at(text, end + 1) : 0; m > 0) {
      head.column = number_of(text.substr(end + 1, m)).value_or(0);
      end += 1 + m;
    }
    if (end < text.size() && text[end] != ':' && text[end] != ' ') continue;
    head.rest = stripped(text.substr(std::min(end + (end < text.size() && text[end] == ':' ? 1U : 0U), text.size())));
    return head;
  }
  return std::nullopt;
}

std::string Places::path(std::string_view written) const {
  if (written.starts_with("file://")) written.remove_prefix(7);
  const std::string& root = sources_.root;
  if (written == root) return "";
  if (!root.empty() && written.starts_with(root) && written.size() > root.size() && written[root.size()] == '/') {
    return context::join_path("", written.substr(root.size() + 1)).value_or(std::string(written));
  }
  if (written.starts_with('/')) return std::string(written);
  const std::string& folder = folders_.empty() ? sources_.directory : folders_.back();
  return context::join_path(folder, written).value_or(std::string(written));
}

const Places::File& Places::file(const std::string& path) {
  if (const auto at = files_.find(path); at != files_.end()) return at->second;
  File& file = files_[path];
  if (path.empty() || path.starts_with('/') || !sources_.text_of) return file;
  auto text = sources_.text_of(path);
  if (!text) return file;
  file.exists = true;
  file.text = *std::move(text);
  file.lines.push_back(0);
  for (size_t at = file.text.find('\n'); at != std::string::npos; at = file.text.find('\n', at + 1))
    file.lines.push_back(at + 1);
  return file;
}

bool Places::exists(const std::string& path) { return file(path).exists; }

std::string_view Places::line(const std::string& path, size_t number) {
  const File& f = file(path);
  if (number == 0 || number > f.lines.size()) return {};
  std::string_view rest = std::string_view(f.text).substr(f.lines[number - 1]);
  return context::take_line(rest);
}

void Places::put(Finding& finding, std::string path, size_t number, size_t column, ColumnUnit unit) {
  const std::string_view text = line(path, number);
  finding.what.line = std::max<size_t>(number, 1);
  if (column > 0) finding.what.column = text.empty() ? column : utf16_column(text, column, unit);
  else finding.what.column = utf16_column(text, indent_of(text) + 1, ColumnUnit::bytes);
  finding.line_text = stripped(text);
  finding.what.path = std::move(path);
}

}  // namespace fimd::providers::agent

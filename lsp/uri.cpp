// URIs and paths: the part of lsp/protocol.h that is about neither JSON nor structures.
#include <algorithm>
#include <cstdint>

#include "lsp/protocol.h"

namespace fimd::lsp {
namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

int hex(char c) {
  if (is_digit(c)) return c - '0';
  const char l = lower(c);
  return l >= 'a' && l <= 'f' ? l - 'a' + 10 : -1;
}

// An escape that is not one stays as it is.
std::string decode(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    const bool escape = text[i] == '%' && i + 2 < text.size() && hex(text[i + 1]) >= 0 && hex(text[i + 2]) >= 0;
    out += escape ? static_cast<char>(hex(text[i + 1]) << 4 | hex(text[i + 2])) : text[i];
    if (escape) i += 2;
  }
  return out;
}

struct Uri {
  std::string scheme;     // lower case; empty: not a URI
  std::string_view rest;  // behind the colon
};

Uri split(std::string_view uri) {
  const size_t colon = uri.find(':');
  if (colon == std::string_view::npos || colon == 0 || !is_letter(uri[0])) return {{}, uri};
  std::string scheme;
  for (const char c : uri.substr(0, colon)) {
    if (!is_letter(c) && !is_digit(c) && c != '+' && c != '-' && c != '.') return {{}, uri};
    scheme += lower(c);
  }
  return {std::move(scheme), uri.substr(colon + 1)};
}

bool has_drive(std::string_view path) {  // "C:" at the front, then nothing or a slash
  return path.size() >= 2 && is_letter(path[0]) && path[1] == ':' &&
         (path.size() == 2 || path[2] == '/' || path[2] == '\\');
}

// The decoded path of a file URI, "/C:/x" for a drive; "//host/share" when there is a host.
std::string file_path(std::string_view rest) {
  std::string path = decode(rest);
  while (path.starts_with("//")) {
    const size_t slash = path.find('/', 2);
    const std::string host = path.substr(2, slash == std::string::npos ? slash : slash - 2);
    if (!host.empty() && host != "localhost") break;
    path.erase(0, 2 + host.size());
  }
  if (!rest.empty() && !path.starts_with('/')) path.insert(path.begin(), '/');  // file:x, file:c:/x, file://
  if (path.starts_with('/') && has_drive(std::string_view(path).substr(1))) {
    path[1] = upper(path[1]);
    std::replace(path.begin(), path.end(), '\\', '/');
  }
  return path;
}

bool stays_plain(char c) {  // RFC 3986: pchar without the escapes, and the slash
  constexpr std::string_view kPlain = "-._~!$&'()*+,;=:@/";
  return is_letter(c) || is_digit(c) || kPlain.find(c) != std::string_view::npos;
}

}  // namespace

std::string normal_uri(std::string_view uri) {
  const Uri parts = split(uri);
  if (parts.scheme.empty()) return std::string(uri);  // not a URI: only equal to itself
  std::string out;
  if (parts.scheme == "file") {
    const std::string path = file_path(parts.rest);
    out = path.empty() || path.starts_with("//") ? "file:" + path : "file://" + path;
  } else {
    out = parts.scheme + ":" + decode(parts.rest);
  }
  // A percent sign of the name itself stays encoded, so that decoding the result again changes nothing.
  for (size_t at = out.find('%'); at != std::string::npos; at = out.find('%', at + 3)) out.replace(at, 1, "%25");
  return out;
}

std::string path_of_uri(std::string_view uri) {
  const Uri parts = split(uri);
  if (parts.scheme != "file") return {};
  std::string path = file_path(parts.rest);
  if (path.find('\0') != std::string::npos) return {};  // the system would see another, shorter path
  if (path.starts_with('/') && has_drive(std::string_view(path).substr(1))) path.erase(0, 1);
  return path;
}

std::string uri_of_path(std::string_view path) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  // Two slashes in front of a name are a host, any other number is one slash.
  if (path == "//" || path.starts_with("///")) {
    path.remove_prefix(std::min(path.find_first_not_of('/'), path.size()) - 1);
  }
  std::string out = path.starts_with("//") ? "file:" : "file://";
  const bool drive = has_drive(path);
  if (drive || !path.starts_with('/')) out += '/';
  for (const char c : path) {
    const auto byte = static_cast<uint8_t>(c);
    if (drive && c == '\\') {
      out += '/';
    } else if (stays_plain(c)) {
      out += c;
    } else {
      out += '%';
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
    }
  }
  return out;
}

}  // namespace fimd::lsp

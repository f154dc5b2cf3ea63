// URLs and header bytes: the little that is needed to decide about proxies, jurisdictions and log lines.
//
// Pure functions; libcurl does the real parsing when it connects.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "context/result.h"

namespace fimd::providers {

struct Url {
  std::string scheme;  // "http" or "https"
  std::string host;    // lower case, without brackets
  uint16_t port = 0;   // the scheme's default when the url names none
  std::string path;    // with the query; empty or begins with '/'
};

// Errors: bad_input (not http or https, no host, a bad port, control characters or blanks, a user name in it: keys do
// not belong into a url).
[[nodiscard]] Result<Url> parse_url(std::string_view url);

// "https://host:port" of a url, for messages; paths and queries may hold secrets. A text that is no url is "(no url)".
[[nodiscard]] std::string origin(std::string_view url);

// `base` without its trailing slashes, followed by `path`. A base that already ends in `overlap` ("/v1") does not get
// it twice: join("http://h/v1", "/v1/models", "/v1") is http://h/v1/models.
[[nodiscard]] std::string join_url(std::string_view base, std::string_view path, std::string_view overlap = {});

// localhost, *.localhost, 127.0.0.0/8 and ::1, as spelled.
[[nodiscard]] bool is_loopback(std::string_view host);

[[nodiscard]] std::string lower(std::string_view ascii);
[[nodiscard]] std::string trim_blanks(std::string_view text);  // blanks and tabs at both ends

// Whether a header's name or value has no control characters.
[[nodiscard]] bool is_printable(std::string_view text);

// The text as valid UTF-8 with control characters as '?', cut to 300 bytes, for messages.
[[nodiscard]] std::string printable(std::string_view text);

}  // namespace fimd::providers

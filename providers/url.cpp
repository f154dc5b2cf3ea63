#include "providers/url.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>

#include "context/text.h"

namespace fimd::providers {

namespace {

bool control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

tl::unexpected<Error> no_url(std::string_view url, std::string_view why) {
  return fail(Error::Code::bad_input, "url " + printable(url) + " " + std::string(why));
}

// Takes ":8080" apart. An empty text is the default port.
bool parse_port(std::string_view text, uint16_t& port) {
  if (text.empty()) return true;
  if (text.front() != ':') return false;
  text.remove_prefix(1);
  if (text.empty()) return true;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc() && end == text.data() + text.size() && port != 0;
}

}  // namespace

Result<Url> parse_url(std::string_view url) {
  if (!std::all_of(url.begin(), url.end(), [](char c) { return !control(c) && c != ' '; })) {
    return no_url(url, "holds blanks or control characters");
  }
  const size_t colon = url.find("://");
  if (colon == std::string_view::npos) return no_url(url, "has no http:// or https://");
  Url out;
  out.scheme = lower(url.substr(0, colon));
  if (out.scheme != "http" && out.scheme != "https") return no_url(url, "is neither http nor https");
  out.port = out.scheme == "https" ? 443 : 80;
  const std::string_view rest = url.substr(colon + 3);
  const size_t end = std::min(rest.find_first_of("/?#"), rest.size());
  std::string_view authority = rest.substr(0, end);
  out.path = rest.substr(end);
  if (authority.find('@') != std::string_view::npos) return no_url("", "holds a user name: set api_key_env instead");
  std::string_view port;
  if (authority.starts_with('[')) {
    const size_t close = authority.find(']');
    if (close == std::string_view::npos) return no_url(url, "has an unclosed bracket");
    port = authority.substr(close + 1);
    authority = authority.substr(1, close - 1);
  } else if (const size_t at = authority.find(':'); at != std::string_view::npos) {
    port = authority.substr(at);
    authority = authority.substr(0, at);
  }
  if (authority.empty()) return no_url(url, "has no host");
  if (!parse_port(port, out.port)) return no_url(url, "has a bad port");
  out.host = lower(authority);
  return out;
}

std::string origin(std::string_view url) {
  const Result<Url> parsed = parse_url(url);
  if (!parsed) return "(no url)";
  const bool v6 = parsed->host.find(':') != std::string::npos;
  const bool usual = parsed->port == (parsed->scheme == "https" ? 443 : 80);
  std::string out = v6 ? fmt::format("{}://[{}]", parsed->scheme, parsed->host)
                       : fmt::format("{}://{}", parsed->scheme, parsed->host);
  if (!usual) out += fmt::format(":{}", parsed->port);
  return out;
}

std::string join_url(std::string_view base, std::string_view path, std::string_view overlap) {
  while (base.ends_with('/')) base.remove_suffix(1);
  if (!overlap.empty() && base.ends_with(overlap) && path.starts_with(overlap)) base.remove_suffix(overlap.size());
  return std::string(base) + std::string(path);
}

bool is_loopback(std::string_view host) {
  if (host == "localhost" || host.ends_with(".localhost") || host == "::1") return true;
  if (!host.starts_with("127.")) return false;
  return std::count(host.begin(), host.end(), '.') == 3 &&
         std::all_of(host.begin(), host.end(), [](char c) { return c == '.' || (c >= '0' && c <= '9'); });
}

std::string lower(std::string_view ascii) {
  std::string out(ascii);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

std::string trim_blanks(std::string_view text) {
  const size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return std::string(text.substr(first, text.find_last_not_of(" \t") - first + 1));
}

bool is_printable(std::string_view text) { return std::none_of(text.begin(), text.end(), control); }

std::string printable(std::string_view text) {
  std::string out = context::to_valid_utf8(text.substr(0, 300));
  constexpr std::string_view kReplaced = "\xef\xbf\xbd";
  if (text.size() > 300 && out.ends_with(kReplaced)) out.resize(out.size() - kReplaced.size());  // a cut code point
  std::replace_if(out.begin(), out.end(), control, '?');
  return out;
}

}  // namespace fimd::providers

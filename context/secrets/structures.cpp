// Secrets that are known by what stands around them: web tokens, URLs with a password, keys of one cloud, password
// hashes, manifests.
#include <algorithm>

#include "context/secrets/checks.h"
#include "context/secrets/letter_pairs.h"
#include "context/secrets/rules.h"

namespace fimd::context::secrets {
namespace {

using Form = Secret::Form;

size_t run_of(std::string_view text, size_t at, char cls, size_t most) {
  size_t n = 0;
  while (n < most && at + n < text.size() && in_class(cls, text[at + n])) ++n;
  return n;
}

size_t run_back(std::string_view text, size_t at, char cls, size_t most) {
  size_t n = 0;
  while (n < most && n < at && in_class(cls, text[at - n - 1])) ++n;
  return n;
}

// A password that is none: a template, or one of the words that stand for a password in examples.
bool stands_for_password(std::string_view value) {
  if (value.find_first_of("${}<>*") != std::string_view::npos || value.find("%s") != std::string_view::npos)
    return true;
  if (value.find_first_of("[]") != std::string_view::npos || value.starts_with(':')) return true;
  if (value.starts_with("pserver:") || value.starts_with("ext:")) return true;  // methods of an old version control
  std::string low(value);
  std::transform(low.begin(), low.end(), low.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  constexpr std::string_view kWords[] = {"password", "pass",    "passwd", "pwd", "secret", "token", "user",
                                         "changeme", "test",    "xyz",    "abc", "root",   "admin", "guest",
                                         "postgres", "example", "xxx",    "foo", "bar",    "port"};
  return is_redacted(value) || std::find(std::begin(kWords), std::end(kWords), low) != std::end(kWords);
}

}  // namespace

// Three or five parts of base64url with dots between.
void check_jwt(Scan& scan, size_t begin) {
  const std::string_view text = scan.text;
  if (begin < scan.covered || text.substr(begin, 3) != "eyJ" || !starts_word(text, begin)) return;
  constexpr size_t kLeast[] = {16, 10, 20, 0, 0};
  size_t p = begin, parts = 0, second = 0;
  for (; parts < 5; ++parts) {
    const size_t n = run_of(text, p, 'b', 2048);
    scan.looked += n;
    if (n < kLeast[parts] && parts < 3) return;
    if (parts == 1) second = p;
    p += n;
    if (p >= text.size() || text[p] != '.' || parts == 4) break;
    if (parts == 2 && !in_class('b', p + 1 < text.size() ? text[p + 1] : ' ')) break;
    ++p;
  }
  if (parts < 2 || is_redacted(text.substr(second, 32))) return;
  const bool header = from_base64(text.substr(begin, 400), 300).find("\"alg\"") != std::string::npos;
  if (begin >= scan.covered) {
    scan.add(Rule::jwt, header ? Form::jwt : Form::value, begin, p);
  }
}

// user:password@host behind "://".
void check_url(Scan& scan, size_t begin, size_t end) {
  const std::string_view text = scan.text;
  const size_t stop = std::min(text.size(), end + 512);
  size_t colon = 0, at = 0, p = end;
  for (; p < stop; ++p) {
    const char c = text[p];
    if (c == ':' && colon == 0 && at == 0) colon = p;
    if (c == '@') at = p;
    // A slash ends the authority, unless a password with a slash is still open.
    if ((c == '/' || c == '?') && (colon == 0 || at != 0)) break;
    if (c == '/' && text[p - 1] == '/') break;  // another URL
    if (c <= ' ' || c >= 0x7f || std::string_view("\"'`<>),").find(c) != std::string_view::npos) break;
  }
  scan.looked += p - end;
  if (colon == 0 || at <= colon + 3 || begin < scan.covered) return;
  const std::string_view password = text.substr(colon + 1, at - colon - 1);
  const char host = at + 1 < text.size() ? text[at + 1] : ' ';
  if (!in_class('a', host) && host != '[') return;
  // "host:8080/path@2x": a port and a path, not a password.
  const size_t digits = run_of(password, 0, 'd', 6);
  if (digits >= 2 && digits < password.size() &&
      std::string_view("/?#").find(password[digits]) != std::string_view::npos)
    return;
  if (stands_for_password(password)) return;
  scan.add(Rule::url_password, Form::password, colon + 1, at);
}

// user:password@tcp(host)
void check_dsn(Scan& scan, size_t begin) {
  const std::string_view text = scan.text;
  size_t p = begin;
  while (p > 0 && begin - p < 160 && text[p - 1] > ' ' && text[p - 1] < 0x7f &&
         std::string_view("\"'`=").find(text[p - 1]) == std::string_view::npos)
    --p;
  scan.looked += begin - p;
  const size_t colon = text.substr(p, begin - p).find(':');
  if (colon == std::string_view::npos || p + colon + 4 > begin || p + colon < scan.covered) return;
  const std::string_view password = text.substr(p + colon + 1, begin - p - colon - 1);
  if (password.starts_with("//") || stands_for_password(password)) return;
  scan.add(Rule::connection, Form::password, p + colon + 1, begin);
}

// jdbc:oracle:thin:user/password@host
void check_oracle(Scan& scan, size_t end) {
  const std::string_view rest = scan.text.substr(end, 200);
  const size_t stop = std::min(rest.size(), rest.find_first_of(" \t\r\n\"'"));
  scan.looked += stop;
  const size_t slash = rest.find('/');
  const size_t at = rest.substr(0, stop).rfind('@');
  if (slash == std::string_view::npos || at == std::string_view::npos || at <= slash + 3) return;
  if (stands_for_password(rest.substr(slash + 1, at - slash - 1))) return;
  scan.add(Rule::connection, Form::password, end + slash + 1, end + at);
}

// host:port:database:user:password
void check_pgpass(Scan& scan, size_t begin, size_t end) {
  const std::string_view text = scan.text;
  if (scan.has_looked(Verifier::pgpass, begin)) return;
  const std::string_view after = text.substr(end, 300);
  const size_t stop = end + std::min(after.size(), after.find('\n'));
  scan.look(Verifier::pgpass, stop);
  scan.looked += stop - end;
  // The keyword is ":port:" or ":*:*:".
  const size_t from =
      text.substr(begin, end - begin) == ":*:*:" ? end : end + 1 + text.substr(end, stop - end).find(':');
  if (from <= end && text.substr(begin, end - begin) != ":*:*:") return;
  const size_t user = text.substr(from, stop - from).find(':');
  if (user == std::string_view::npos) return;
  const size_t back = begin - std::min<size_t>(begin, 120);
  const size_t newline = text.substr(back, begin - back).find_last_of("\n\"'");
  const std::string_view host = text.substr(newline == std::string_view::npos ? back : back + newline + 1,
                                            begin - (newline == std::string_view::npos ? back : back + newline + 1));
  if (host.empty() || host.find_first_of(" \t/@") != std::string_view::npos) return;
  size_t last = stop;
  while (last > from && (text[last - 1] == '\r' || text[last - 1] == ' ')) --last;
  const size_t value = from + user + 1;
  const std::string_view password = text.substr(value, last > value ? last - value : 0);
  if (password.size() < 3 || password.find_first_of(" \t:/\"'") != std::string_view::npos ||
      stands_for_password(password))
    return;
  scan.add(Rule::pgpass, Form::password, value, last);
}

// Entra client secrets: three characters, a digit, "Q~", 31 to 34 more.
void check_entra(Scan& scan, size_t begin, size_t end) {
  const std::string_view text = scan.text;
  if (begin < 4 || text.substr(begin, 2) != "Q~" || !in_class('d', text[begin - 1])) return;
  const auto belongs = [](char c) { return in_class('b', c) || c == '.' || c == '~'; };
  size_t p = end;
  while (p < text.size() && p - end < 40 && belongs(text[p])) ++p;
  scan.looked += p - end;
  if (p - end < 31 || p - end > 34) return;
  for (size_t i = begin - 4; i < begin - 1; ++i) {
    if (!belongs(text[i])) return;
  }
  if (begin - 4 < scan.covered || is_redacted(text.substr(end, 31))) return;
  scan.add(Rule::entra, Form::value, begin - 4, p);
}

// Azure's keys carry a signature of their kind at a fixed place.
void check_azure(Scan& scan, size_t begin, size_t end) {
  const std::string_view text = scan.text;
  struct Kind {
    std::string_view mark;
    size_t before, after;
    bool padded;
    char cls;
  };
  constexpr Kind kKinds[] = {{"+ASt", 76, 6, true, 'B'},
                             {"ACDb", 76, 6, true, 'a'},
                             {"AZDO", 76, 4, false, 'a'},
                             {"+ACR", 42, 6, false, 'B'},
                             {"JQQJ9", 52, 27, false, 'a'}};
  const std::string_view mark = text.substr(begin, end - begin);
  for (const Kind& kind : kKinds) {
    if (mark != kind.mark) continue;
    const size_t before = run_back(text, begin, 'B', kind.before + 1);
    const size_t after = run_of(text, end, 'B', kind.after + 1);
    scan.looked += before + after;
    const bool padding = text.substr(end + after, 2) == "==";
    if (before != kind.before || after != kind.after || (kind.padded && !padding)) return;
    const size_t from = begin - before;
    if (from < scan.covered || is_redacted(text.substr(from, before))) return;
    if (from >= 7 && text.substr(from - 7, 7) == "sha512-") return;
    scan.add(Rule::azure_key, Form::value, from, end + after + (padding ? 2 : 0));
    return;
  }
}

// The signature of a shared access URL.
void check_sas(Scan& scan, size_t begin, size_t end) {
  size_t n = 0;
  while (n < 200 && end + n < scan.text.size() && in_class('%', scan.text[end + n])) ++n;
  scan.looked += n;
  if (begin < scan.covered || n < 30 || is_redacted(scan.text.substr(end, n))) return;
  scan.add(Rule::sas, Form::password, end, end + n);
}

// Hashes of crypt(3) and htpasswd.
void check_password_hash(Scan& scan, size_t begin, size_t end) {
  if (scan.has_looked(Verifier::password_hash, begin)) return;
  const std::string_view text = scan.text;
  size_t p = end;
  while (p < text.size() && p - end < 200 &&
         (in_class('B', text[p]) || text[p] == '.' || text[p] == '$' || text[p] == '=' || text[p] == ',' ||
          text[p] == '_'))
    ++p;
  scan.looked += p - end;
  scan.look(Verifier::password_hash, p);
  while (p > end && (text[p - 1] == ',' || text[p - 1] == '.')) --p;
  if (begin < scan.covered || p - end < 24 || is_redacted(text.substr(end, p - end))) return;
  const std::string_view body = text.substr(end, p - end);
  if (kinds_of(body).digits == 0 && pair_score(body) > -4.6) return;
  if (is_example(body.substr(body.size() - 22))) return;
  scan.add(Rule::password_hash, Form::value, end, p);
}

// Every value below data: or stringData: of a manifest of kind Secret.
void check_kubernetes(Scan& scan, size_t end) {
  const std::string_view text = scan.text;
  const std::string_view rest = text.substr(end, 4096);
  scan.looked += std::min<size_t>(rest.size(), 1024);
  size_t data = rest.substr(0, 1000).find("\ndata:");
  if (data == std::string_view::npos) data = rest.substr(0, 1000).find("\nstringData:");
  if (data == std::string_view::npos) return;
  size_t p = rest.find('\n', data + 1);
  while (p != std::string_view::npos && p + 1 < rest.size()) {
    const size_t line = p + 1;
    p = rest.find('\n', line);
    const std::string_view content = rest.substr(line, (p == std::string_view::npos ? rest.size() : p) - line);
    scan.looked += content.size();
    if (!content.starts_with(' ') && !content.starts_with('\t') && !content.empty()) return;
    const size_t colon = content.find(": ");
    if (colon == std::string_view::npos) continue;
    size_t from = content.find_first_not_of(" \"'", colon + 2);
    size_t to = content.find_last_not_of(" \"'\r");
    if (from == std::string_view::npos || to < from + 2) continue;
    const std::string_view value = content.substr(from, to + 1 - from);
    if (value.starts_with('|') || value.starts_with('$') || value.starts_with("{{") || is_redacted(value) ||
        is_redacted(from_base64(value, 64)))
      continue;
    scan.weak.push_back(
        {end + line + from, end + line + to + 1, end + line + from, Form::value, id_of(Rule::kubernetes)});
  }
}

// curl -u user:password
void check_user_password(Scan& scan, size_t end) {
  const std::string_view text = scan.text;
  size_t p = end;
  char quote = 0;
  if (p < text.size() && (text[p] == '"' || text[p] == '\'')) quote = text[p++];
  const size_t length =
      text.substr(p, 160).find_first_of(quote != 0 ? std::string_view(&quote, 1) : std::string_view(" \t\r\n\"'`);"));
  const size_t stop = std::min(text.size(), p + std::min<size_t>(length, 160));
  scan.looked += stop - p;
  const std::string_view pair = text.substr(p, stop - p);
  const size_t colon = pair.find(':');
  if (colon == std::string_view::npos || colon == 0 || pair.size() < colon + 4) return;
  if (pair.find_first_of(" \t\n/(") < pair.size() || stands_for_password(pair.substr(colon + 1))) return;
  if (run_of(pair, colon + 1, 'd', 12) == pair.size() - colon - 1 && pair.size() - colon - 1 < 6) return;  // uid:gid
  scan.add(Rule::command_line, Form::password, p + colon + 1, stop);
}

// 32 hex digits, a dot and 16 letters and digits: nothing else looks like it, so it needs no keyword.
void check_two_parts(Scan& scan, size_t from, size_t to) {
  const std::string_view text = scan.text;
  for (size_t dot = text.find('.', from); dot < to; dot = text.find('.', dot + 1)) {
    if (dot < 32 || !in_class('x', text[dot - 1]) || !in_class('x', text[dot - 2]) || !in_class('x', text[dot - 32]))
      continue;
    const size_t before = run_back(text, dot, 'x', 32);
    const size_t after = run_of(text, dot + 1, 'a', 17);
    scan.looked += before + after;
    const size_t begin = dot - 32;
    if (before != 32 || after != 16 || !starts_word(text, begin)) continue;
    const size_t end = dot + 17;
    if (end < text.size() && (in_class('w', text[end]) || text[end] == '.')) continue;
    const Kinds k = kinds_of(text.substr(dot + 1, 16));
    if (k.digits == 0 || is_redacted(text.substr(begin, 32))) continue;
    scan.weak.push_back({begin, end, begin, Form::value, id_of(Rule::two_part)});
  }
}

// The secret of an AWS key pair stands within a few lines of its id.
void check_aws_neighbours(Scan& scan, const Secret& id) {
  const std::string_view text = scan.text;
  const size_t from = id.begin - std::min<size_t>(id.begin, 600);
  const size_t to = std::min(text.size(), id.end + 600);
  scan.looked += to - from;
  for (size_t p = from; p < to;) {
    const size_t n = run_of(text, p, 'B', 64);
    if (n == 40 && (p + n >= text.size() || text[p + n] != '=') && (p == 0 || !in_class('b', text[p - 1]))) {
      const std::string_view value = text.substr(p, n);
      const Kinds k = kinds_of(value);
      if (k.upper > 0 && k.lower > 0 && k.digits > 0 && !k.hex && !is_example(value) &&
          value.find("EXAMPLE") == std::string_view::npos && !is_redacted(value)) {
        scan.weak.push_back({p, p + n, p, Form::value, id_of(Rule::aws_secret)});
      }
    }
    p += n == 0 ? 1 : n;
    if (n == 64) p += run_of(text, p, 'B', to - std::min(p, to));
  }
}

}  // namespace fimd::context::secrets

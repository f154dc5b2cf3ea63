#include "context/secrets.h"

#include <algorithm>
#include <array>

#include "context/secrets/automaton.h"
#include "context/secrets/checks.h"
#include "context/secrets/letter_pairs.h"
#include "context/secrets/rules.h"

namespace fimd::context {

using namespace secrets;

namespace secrets {

constexpr size_t kWorkPerByte = 64;
constexpr size_t kReach = 9u << 10;  // no rule looks further than this

uint16_t id_of(Rule rule) {
  return static_cast<uint16_t>(families().size() + static_cast<size_t>(rule));
}

void Scan::add(Rule rule, Secret::Form form, size_t begin, size_t end) {
  if (end <= begin || begin < covered) return;
  strong.push_back({begin, end, begin, form, id_of(rule)});
  covered = end;
}

void Scan::add_family(uint16_t family, const Match& match) {
  if (match.begin < covered) return;
  const std::string& key = family_shapes()[family].runs[family_shapes()[family].key].literal;
  const size_t at = text.substr(match.begin, match.end - match.begin).find(key) + match.begin;
  strong.push_back({match.begin, match.end, at, Secret::Form::token, family});
  covered = match.end;
}

void Scan::add_weak(Rule rule, Secret::Form form, size_t begin, size_t end) {
  if (end <= begin || begin < weak_covered) return;
  weak.push_back({begin, end, begin, form, id_of(rule)});
  weak_covered = end;
}

void Scan::enter_line(size_t at) {
  if (at <= line.at) return;
  const size_t newline = text.substr(line.at, at - line.at).rfind('\n');
  if (newline != std::string_view::npos) {
    const size_t begin = line.at + newline + 1;
    line = {at, begin, begin, 0, false};
  }
  line.at = at;
}

void Scan::read_line(size_t at) {
  for (; line.read < at; ++line.read) {
    const char c = text[line.read];
    const size_t i = line.read;
    if (line.quote != 0) {
      if (c == '\\')
        ++line.read;
      else if (c == line.quote)
        line.quote = 0;
    } else if (c == '"' || c == '\'' || c == '`') {
      line.quote = c;
    } else if (c == '/' || c == '*' || c == '#') {
      // "//", "# " (not "#define"), and the "*" in front of a line of a block comment.
      const char next = i + 1 < text.size() ? text[i + 1] : '\n';
      const bool leads = i - line.begin < 16 &&
                         text.substr(line.begin, i - line.begin).find_first_not_of(" \t/") == std::string_view::npos;
      line.comment = line.comment || (c == '/' && next == '/') || (c == '#' && (next == ' ' || next == '\t')) ||
                     (c == '*' && leads);
    }
  }
}

namespace {

void call(Scan& scan, const Keyword& keyword, size_t end) {
  const size_t begin = end - keyword.length;
  scan.looked += keyword.length;
  switch (keyword.verifier) {
    case Verifier::family: return check_family(scan, keyword.family, begin);
    case Verifier::pem_begin: return check_pem_begin(scan, begin);
    case Verifier::pem_end: return check_pem_end(scan, begin);
    case Verifier::pem_encoded: return check_pem_encoded(scan, begin, end);
    case Verifier::encoded_head: return check_encoded_head(scan, begin, end);
    case Verifier::putty: return check_putty(scan, begin);
    case Verifier::jwt: return check_jwt(scan, begin);
    case Verifier::jwk: return check_jwk(scan, begin, end);
    case Verifier::url: return check_url(scan, begin, end);
    case Verifier::dsn: return check_dsn(scan, begin);
    case Verifier::oracle: return check_oracle(scan, end);
    case Verifier::pgpass: return check_pgpass(scan, begin, end);
    case Verifier::entra: return check_entra(scan, begin, end);
    case Verifier::azure: return check_azure(scan, begin, end);
    case Verifier::sas: return check_sas(scan, begin, end);
    case Verifier::password_hash: return check_password_hash(scan, begin, end);
    case Verifier::kubernetes: return check_kubernetes(scan, end);
    case Verifier::user_password: return check_user_password(scan, end);
    case Verifier::name: return check_name(scan, begin, end);
  }
}

}  // namespace

void run_keywords(Scan& scan, size_t from, size_t to) {
  const Automaton& words = automaton();
  const std::string_view text = scan.text;
  for (size_t i = from - std::min(from, words.longest()), state = words.start(); i < to;) {
    const Automaton::Stop stop = words.run(text, i, to, static_cast<uint32_t>(state));
    state = stop.state;
    i = stop.at;
    if (i > to) return;
    if (i <= from && from > 0) continue;
    for (const Keyword& keyword : words.keywords(stop.state)) call(scan, keyword, i);
    if (scan.given_up()) return;
  }
}

void check_family(Scan& scan, uint16_t family, size_t begin) {
  if (begin < scan.covered) return;
  const Shape& shape = family_shapes()[family];
  const std::string& key = shape.runs[shape.key].literal;
  // The automaton compares the first characters only, and without case.
  if (scan.text.substr(begin, key.size()) != key) return;
  scan.looked += key.size();
  const auto match = match_shape(shape, scan.text, begin, scan.looked);
  if (!match) return;
  const std::string_view token = scan.text.substr(match->begin, match->end - match->begin);
  const Check check = families()[family].check;
  if (!checksum_holds(check, token)) {
    size_t digits = 0, letters = 0, upper = 0;
    bool any_upper = false, any_digit = false, redacted = false;
    std::string_view longest;
    for (const Piece& piece : match->pieces) {
      const std::string_view body = scan.text.substr(piece.begin, piece.end - piece.begin);
      if (body.size() > longest.size()) longest = body;
      const Kinds k = kinds_of(body);
      digits += k.digits, letters += k.upper + k.lower, upper += k.upper;
      any_upper = any_upper || in_class(piece.cls, 'Z');
      any_digit = any_digit || in_class(piece.cls, '9');
      redacted = redacted || is_redacted(body);
    }
    if (redacted || is_example(longest) || token.ends_with("EXAMPLE")) return;
    if (check == Check::mixed && (digits == 0 || letters == 0)) return;
    if (any_upper && any_digit && digits == 0 && upper == 0) return;  // words with dashes
    if (check != Check::none && check != Check::mixed && digits == 0 && pair_score(longest) > -4.6) return;
  }
  scan.add_family(family, *match);
  if (families()[family].shape.starts_with("AKIA") || families()[family].shape.starts_with("ASIA")) {
    check_aws_neighbours(scan, scan.strong.back());
  }
}

namespace {

// Puts both lists into one, by offset and apart from each other. What a name found gives way to a token of the same
// extent, and takes it in when it is longer.
std::vector<Secret> merged(std::vector<Secret> strong, const std::vector<Secret>& weak) {
  const size_t own = strong.size();
  strong.insert(strong.end(), weak.begin(), weak.end());
  (void)own;
  std::stable_sort(strong.begin(), strong.end(), [](const Secret& a, const Secret& b) {
    return a.begin != b.begin ? a.begin < b.begin : a.end > b.end;
  });
  std::vector<Secret> out;
  for (const Secret& s : strong) {
    if (out.empty() || s.begin >= out.back().end) {
      out.push_back(s);
      continue;
    }
    Secret& last = out.back();
    const bool same = last.begin == s.begin && last.end == s.end;
    if (same && s.form != Secret::Form::value && s.form != Secret::Form::password) last = s;
    if (s.end > last.end) {
      last.end = s.end;
      if (last.form == Secret::Form::token || last.form == Secret::Form::jwt || last.form == Secret::Form::uuid)
        last.form = Secret::Form::value;
    }
  }
  return out;
}

// The scan of the keywords that end in (from, to]; the whole text may be looked at.
Secrets scan_part(std::string_view text, TextKind kind, size_t from, size_t to) {
  Scan scan;
  scan.text = text;
  scan.kind = kind;
  scan.limit = kWorkPerByte * (to - from) + (64u << 10);
  // The line in which the part begins.
  const size_t back = from - std::min<size_t>(from, 2048);
  const size_t newline = from == 0 ? std::string_view::npos : text.substr(back, from - back).rfind('\n');
  const size_t begin = newline == std::string_view::npos ? back : back + newline + 1;
  scan.line = {begin, begin, begin, 0, false};
  if (from == 0) check_encoded_lines(scan);
  run_keywords(scan, from, to);
  check_two_parts(scan, from, to);
  Secrets out;
  out.complete = !scan.given_up();
  out.found = merged(std::move(scan.strong), scan.weak);
  return out;
}

}  // namespace
}  // namespace secrets

Secrets find_secrets(std::string_view text, TextKind kind) {
  return scan_part(text, kind, 0, text.size());
}

Secrets find_secrets_again(const Secrets& old, std::string_view before, std::string_view now, TextKind kind) {
  if (!old.complete) return find_secrets(now, kind);
  const size_t shorter = std::min(before.size(), now.size());
  const size_t same = static_cast<size_t>(
      std::mismatch(before.begin(), before.begin() + static_cast<ptrdiff_t>(shorter), now.begin()).first -
      before.begin());
  size_t tail = 0;
  while (tail < shorter - same && before[before.size() - 1 - tail] == now[now.size() - 1 - tail]) ++tail;
  if (same == before.size() && same == now.size()) return old;
  // What a change can add or remove begins within one reach of it; what is found again begins within two.
  const size_t old_end = before.size() - tail, new_end = now.size() - tail;
  const size_t from = same - std::min(same, 2 * kReach);
  const size_t to = new_end + std::min(now.size() - new_end, 2 * kReach);
  Secrets fresh = scan_part(now, kind, from, to);
  std::vector<Secret> all = std::move(fresh.found);
  for (Secret s : old.found) {
    const bool above = s.end + kReach <= same;
    const bool below = s.begin >= old_end + kReach;
    if (!above && !below) continue;
    if (below) {
      s.begin = s.begin - before.size() + now.size();
      s.end = s.end - before.size() + now.size();
      s.key = s.key - before.size() + now.size();
    }
    all.push_back(s);
  }
  return {merged(std::move(all), {}), fresh.complete};
}

std::string_view secret_rule(uint16_t rule) {
  constexpr std::array<std::string_view, 20> kNames = {"private key",
                                                       "PuTTY private key",
                                                       "JSON web token",
                                                       "JSON web key",
                                                       "password in a URL",
                                                       "connection string",
                                                       "pgpass line",
                                                       "Azure client secret",
                                                       "Azure key",
                                                       "shared access signature",
                                                       "password hash",
                                                       "AWS secret key",
                                                       "Discord bot token",
                                                       "Kubernetes secret",
                                                       "secret in base64",
                                                       "password on a command line",
                                                       "API key",
                                                       "HTTP header",
                                                       "secret",
                                                       "password"};
  if (rule == kOwnKeyRule) return "a key of fimd itself";
  if (rule < families().size()) return families()[rule].name;
  return rule - families().size() < kNames.size() ? kNames[rule - families().size()] : "secret";
}

std::string_view secret_rule(const Secret& secret) {
  return secret_rule(secret.rule);
}

std::optional<Secret> find_token(std::string_view text) {
  Secrets all = find_secrets(text, TextKind::code);
  for (const Secret& s : all.found) {
    if (s.rule < families().size()) return s;
  }
  return std::nullopt;
}

}  // namespace fimd::context

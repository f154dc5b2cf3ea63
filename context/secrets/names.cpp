// The rule of names: a name like "api_key", what stands between it and a value in this language, and the value.
#include <algorithm>
#include <array>

#include "context/secrets/automaton.h"
#include "context/secrets/checks.h"
#include "context/secrets/rules.h"
#include "context/secrets/values.h"

namespace fimd::context::secrets {
namespace {

constexpr size_t kName = 40;
constexpr size_t kValue = 2000;  // session tokens are that long
constexpr size_t kLongLine = 1500;

bool in_name(char c) {
  return in_class('b', c) || c == '.' || c == '/';
}
bool is_quote(char c) {
  return c == '"' || c == '\'' || c == '`';
}

size_t skip_blanks(std::string_view text, size_t p) {
  const size_t stop = std::min(text.size(), p + 40);
  while (p < stop && (text[p] == ' ' || text[p] == '\t')) ++p;
  return p;
}

// Over blanks and one line end.
size_t skip_to_next_line(std::string_view text, size_t p) {
  p = skip_blanks(text, p);
  if (p < text.size() && text[p] == '\r') ++p;
  if (p < text.size() && text[p] == '\n') p = skip_blanks(text, p + 1);
  return p;
}

// A name around a keyword and how it is written.
struct Name {
  size_t begin = 0, end = 0;
  [[nodiscard]] std::string_view of(std::string_view text) const { return text.substr(begin, end - begin); }
};

Name name_around(std::string_view text, size_t begin, size_t end) {
  // Keywords may bring a quote or a separator along.
  while (begin < end && !in_name(text[begin])) ++begin;
  while (end > begin && !in_name(text[end - 1])) --end;
  Name name{begin, end};
  while (name.begin > 0 && begin - name.begin < kName && in_name(text[name.begin - 1])) --name.begin;
  // "--password": the dashes are no part of it; "-p", "+" and ">" of a diff neither.
  while (name.begin < begin && (text[name.begin] == '-' || text[name.begin] == '/' || text[name.begin] == '.'))
    ++name.begin;
  while (name.end < text.size() && name.end - end < kName && in_name(text[name.end])) ++name.end;
  return name;
}

// Where the separator after a name ends and what may follow it.
struct Separated {
  size_t at = 0;
  bool quoted_only = false;  // a bare word would be no value here
  bool until_tag = false;    // <name>value</name>
};

// A type between a name and "=": ": &str =".
size_t skip_type(std::string_view text, size_t p) {
  const size_t stop = std::min(text.size(), p + 48);
  for (size_t q = p; q < stop; ++q) {
    const char c = text[q];
    if (c == '=' && q + 1 < text.size() && text[q + 1] != '=' && q > p) return q + 1;
    if (!in_class('w', c) && std::string_view(" &'<>[]?.|:").find(c) == std::string_view::npos) return p;
  }
  return p;
}

bool word_before(std::string_view text, size_t begin, std::initializer_list<std::string_view> words) {
  const size_t back = begin - std::min<size_t>(begin, 24);
  std::string_view before = text.substr(back, begin - back);
  const size_t end = before.find_last_not_of(" \t");
  if (end == std::string_view::npos || end + 1 == before.size()) return false;
  before = before.substr(0, end + 1);
  return std::any_of(words.begin(), words.end(), [&](std::string_view w) {
    if (before.size() < w.size()) return false;
    const std::string_view tail = before.substr(before.size() - w.size());
    return std::equal(tail.begin(), tail.end(), w.begin(), [](char a, char b) { return (a | 0x20) == (b | 0x20); }) &&
           (before.size() == w.size() || !in_class('w', before[before.size() - w.size() - 1]));
  });
}

// name="N" value="V" of XML, and "name": "N", "value": "V" of JSON and YAML, where N is the name that was found.
std::optional<Separated> value_member(std::string_view text, size_t p) {
  size_t q = p;
  if (q < text.size() && text[q] == ',') ++q;
  q = skip_to_next_line(text, q);
  if (q < text.size() && is_quote(text[q])) ++q;
  const std::string_view rest = text.substr(q, 8);
  const size_t length = rest.starts_with("value") || rest.starts_with("Value") ? 5
                        : rest.starts_with("default")                          ? 7
                                                                               : 0;
  if (length == 0) return std::nullopt;
  q += length;
  if (q < text.size() && is_quote(text[q])) ++q;
  q = skip_blanks(text, q);
  if (q >= text.size() || (text[q] != ':' && text[q] != '=')) return std::nullopt;
  return Separated{q + 1, false, false};
}

std::optional<Separated> operator_after(std::string_view text, size_t p, TextKind kind) {
  constexpr std::array<std::string_view, 9> kOperators = {"===", "==", "!=", "=>", ":=", "?=", "+=", "=", ":"};
  for (const std::string_view op : kOperators) {
    if (text.substr(p, op.size()) != op) continue;
    p += op.size();
    if (op != ":") return Separated{p, op == "==" || op == "===" || op == "!=", false};
    if (p < text.size() && text[p] == ':') return std::nullopt;
    return Separated{kind == TextKind::code ? skip_type(text, p) : p, false, false};
  }
  return std::nullopt;
}

std::optional<Separated> separator_after(const Scan& scan, const Name& name) {
  const std::string_view text = scan.text;
  size_t p = name.end;
  bool closed = false;
  for (size_t i = 0;
       i < 4 && p < text.size() && (is_quote(text[p]) || text[p] == ']' || text[p] == ')' || text[p] == '\\'); ++i) {
    closed = closed || is_quote(text[p]);
    ++p;
  }
  const size_t behind = p;
  p = skip_blanks(text, p);
  if (p >= text.size()) return std::nullopt;
  const char before = name.begin > 0 ? text[name.begin - 1] : '\n';
  if (auto op = operator_after(text, p, scan.kind)) return op;
  if (closed) {
    // f("name", "value")
    const char outside = name.begin > 1 ? text[name.begin - 2] : '\n';
    if (text[p] == ',' && outside == '(') return Separated{p + 1, true, false};
    return value_member(text, text[p] == '{' ? p + 1 : p);
  }
  if ((text[p] == '(' || text[p] == '{') && p == behind && !asks_by_name(name.of(text)))
    return Separated{p + 1, true, false};
  if (text[p] == '>' && before == '<') return Separated{p + 1, false, true};
  if ((text[p] == '\n' || text[p] == '\r') && behind > name.end - 1) return value_member(text, p);
  if (p == behind) return std::nullopt;
  const bool option = before == '-' && scan.kind == TextKind::data;
  const bool named = word_before(text, name.begin, {"#define", "ENV", "ARG", "export", "set", "setx"}) ||
                     name.of(text) == "requirepass";
  const size_t line = std::max(scan.line.begin, name.begin - std::min<size_t>(name.begin, 160));
  const bool netrc =
      name.of(text) == "password" &&
      (text.substr(line, name.begin - line).find("login ") != std::string_view::npos ||
       text.substr(name.begin - std::min<size_t>(name.begin, 120), std::min<size_t>(name.begin, 120)).find("login ") !=
           std::string_view::npos);
  if (option || named || netrc) return Separated{p, false, false};
  return std::nullopt;
}

// Over the scheme in front of a header's value.
size_t skip_scheme(std::string_view text, size_t p) {
  constexpr std::array<std::string_view, 8> kSchemes = {"Bearer ", "Basic ",  "Token ", "Bot ",
                                                        "ApiKey ", "bearer ", "basic ", "token "};
  for (const std::string_view scheme : kSchemes) {
    if (text.substr(p, scheme.size()) == scheme) return p + scheme.size();
  }
  return p;
}

// Over what may stand in front of a literal: prefixes of strings, constructors, schemes of headers.
size_t skip_wrappers(std::string_view text, size_t p) {
  for (int i = 0; i < 3; ++i) {
    p = skip_blanks(text, p);
    size_t q = p;
    while (q < text.size() && q - p < 24 &&
           (in_class('w', text[q]) || text[q] == ':' || text[q] == '.' || text[q] == '@'))
      ++q;
    const std::string_view word = text.substr(p, q - p);
    if (word.empty() || q >= text.size()) return p;
    constexpr std::array<std::string_view, 14> kMakers = {
        "from", "new",    "string", "str",       "bytes",   "Some",         "b64decode",
        "TEXT", "Secret", "String", "SecretStr", "QString", "SecretString", "to_string"};
    const size_t part = word.find_last_of(".:");
    const std::string_view last = part == std::string_view::npos ? word : word.substr(part + 1);
    const size_t scheme = skip_scheme(text, p);
    if (scheme > p) {
      p = scheme;
    } else if (is_quote(text[q]) && word.size() <= 2) {
      return q;
    } else if (std::find(kMakers.begin(), kMakers.end(), last) != kMakers.end() && (text[q] == '(' || text[q] == ' ')) {
      p = q + 1;
    } else {
      return p;
    }
  }
  return p;
}

struct Value {
  size_t begin = 0, end = 0;
  bool quoted = false;
  bool closed = true;  // false: no closing quote on this line
};

Value quoted_value(std::string_view text, size_t p) {
  const bool escaped = text[p] == '\\';
  const char quote = escaped ? text[p + 1] : text[p];
  size_t begin = p + (escaped ? 2 : 1);
  if (!escaped && text.substr(p, 3) == std::string(3, quote)) begin = p + 3;
  size_t q = begin;
  const size_t stop = std::min(text.size(), begin + kValue);
  for (; q < stop && text[q] != '\n'; ++q) {
    if (escaped && text[q] == '\\') break;
    if (!escaped && text[q] == quote) break;
    if (!escaped && text[q] == '\\') ++q;
  }
  q = std::min(q, stop);
  return {begin, q, true, q < text.size() && (text[q] == quote || text[q] == '\\')};
}

Value bare_value(Scan& scan, size_t p, bool until_tag) {
  const std::string_view text = scan.text;
  if (p >= scan.run_begin && p < scan.run_end && !until_tag) return {p, scan.run_end, false, true};
  const std::string_view ends = until_tag ? "<\n" : "\"'`;&,<\\";
  size_t q = p;
  const size_t stop = std::min(text.size(), p + kValue);
  while (q < stop && text[q] > ' ' && ends.find(text[q]) == std::string_view::npos) ++q;
  scan.looked += q - p;
  scan.run_begin = p;
  scan.run_end = q;
  // Closers of a list or a call belong to what is around the value.
  while (q > p && (text[q - 1] == ')' || text[q - 1] == ']' || text[q - 1] == '}')) --q;
  return {p, q, false, true};
}

// The value behind a separator; nullopt where there can be none.
std::optional<Value> value_at(Scan& scan, const Separated& separated) {
  const std::string_view text = scan.text;
  size_t p = skip_wrappers(text, separated.at);
  if (p < text.size() && (text[p] == '|' || text[p] == '>') && scan.kind == TextKind::data) {
    p = skip_to_next_line(text, p + 1 + (text.substr(p + 1, 1) == "-" ? 1 : 0));
  }
  if (p >= text.size()) return std::nullopt;
  const bool escaped = text[p] == '\\' && p + 1 < text.size() && is_quote(text[p + 1]);
  if (escaped || is_quote(text[p])) {
    // Within a string that the same quote began, this one ends it.
    Value value = quoted_value(text, p);
    scan.looked += value.end - value.begin;
    value.begin = std::min(value.end, skip_scheme(text, value.begin));
    return value;
  }
  if (separated.quoted_only) return std::nullopt;
  if (scan.kind == TextKind::code && !separated.until_tag) {
    scan.read_line(scan.line.at);
    if (scan.line.quote == 0 && !scan.line.comment) return std::nullopt;
  }
  if (text[p] == '\n' || text[p] == '\r') return std::nullopt;
  return bare_value(scan, p, separated.until_tag);
}

// What a person wrote on the line, or the line before, to let a finding pass.
bool is_marked(std::string_view text, size_t at) {
  const size_t back = at - std::min<size_t>(at, 400);
  size_t begin = text.substr(back, at - back).rfind('\n');
  begin = begin == std::string_view::npos ? back : back + begin + 1;
  const size_t end = std::min(text.size(), text.find('\n', at));
  const std::string_view line = text.substr(begin, std::min<size_t>(end - begin, 1000));
  const auto holds = [](std::string_view in, std::string_view mark) { return in.find(mark) != std::string_view::npos; };
  if (holds(line, "gitleaks:allow") || holds(line, "allowlist secret") || holds(line, "trufflehog:ignore")) return true;
  if (begin == 0 || begin <= back) return false;
  return holds(text.substr(back, begin - back - 1), "allowlist nextline secret");
}

// user:password in base64, of headers and Docker's configuration.
bool is_basic_pair(std::string_view value) {
  const std::string plain = from_base64(value, 100);
  const size_t colon = plain.find(':');
  return value.size() >= 8 && colon != std::string::npos && colon + 2 < plain.size() &&
         std::all_of(plain.begin(), plain.end(), [](char c) { return c >= ' ' && c < 0x7f; });
}

// "AccountKey=...;EndpointSuffix=..." and "user=x password=y" within a string: the value ends at the divider.
std::string_view within_connection(std::string_view value) {
  return value.substr(0, value.find_first_of(";& "));
}

bool is_header(std::string_view name) {
  return name.ends_with("uthorization") || name == "AUTHORIZATION" || name.ends_with("_auth") || name == "auth" ||
         name.ends_with("-auth");
}

}  // namespace

void check_name(Scan& scan, size_t begin, size_t end) {
  if (end <= scan.name_end || begin < scan.covered) return;
  const std::string_view text = scan.text;
  const Name name = name_around(text, begin, end);
  if (name.end <= scan.name_end) return;
  scan.name_end = name.end;
  scan.looked += name.end - name.begin;
  scan.enter_line(std::min(begin, text.size()));
  if (begin - std::min(begin, scan.line.begin) > kLongLine) return;
  const auto separated = separator_after(scan, name);
  if (!separated) return;
  const std::string_view called = name.of(text);
  const NameKind kind = kind_of_name(called);
  if (kind == NameKind::none) return;
  const auto found = value_at(scan, *separated);
  if (!found || found->end <= found->begin) return;
  std::string_view value = text.substr(found->begin, found->end - found->begin);
  if (value.size() > 400 && found->quoted) value = value.substr(0, 2000);
  if (!found->quoted) value = within_connection(value);
  scan.looked += value.size();
  const bool pair = is_header(called) && is_basic_pair(value);
  if (!pair && !is_secret_value(kind, called, value)) return;
  if (is_redacted(value) || (pair && is_redacted(from_base64(value, 100)))) return;
  if (is_marked(text, found->begin)) return;
  scan.add_weak(kind == NameKind::password ? Rule::password : Rule::secret_value, form_of_value(kind, value),
                found->begin, found->begin + value.size());
}

std::optional<ValuePlace> value_place(std::string_view line, size_t offset, TextKind kind) {
  Scan scan;
  scan.text = line;
  scan.kind = kind;
  scan.limit = 1u << 20;
  const Automaton& words = automaton();
  std::optional<ValuePlace> place;
  const size_t end = std::min(offset, line.size());
  for (auto stop = words.run(line, 0, end, words.start()); stop.at <= end;
       stop = words.run(line, stop.at, end, stop.state)) {
    for (const Keyword& keyword : words.keywords(stop.state)) {
      if (keyword.verifier != Verifier::name) continue;
      const size_t begin = stop.at - keyword.length;
      const Name name = name_around(line, begin, stop.at);
      scan.enter_line(begin);
      const auto separated = separator_after(scan, name);
      if (!separated || separated->at > offset || kind_of_name(name.of(line)) == NameKind::none) continue;
      const auto value = value_at(scan, *separated);
      if (!value || value->begin > offset || offset > value->end) continue;
      const std::string_view typed = line.substr(value->begin, offset - value->begin);
      if (!typed.empty() && std::string_view("$<{%@[(*&").find(typed[0]) != std::string_view::npos) continue;
      place = ValuePlace{value->begin, typed.empty()};
    }
  }
  return place;
}

}  // namespace fimd::context::secrets

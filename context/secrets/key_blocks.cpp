// Key blocks: PEM with real or escaped line ends, cut at its head or its tail, in base64; PuTTY; JSON web keys.
#include <algorithm>

#include "context/secrets/checks.h"
#include "context/secrets/rules.h"

namespace fimd::context::secrets {
namespace {

constexpr size_t kPem = 8u << 10;
constexpr size_t kPutty = 4u << 10;
constexpr size_t kRun = 8u << 10;  // of base64
using Form = Secret::Form;

// Behind the line end at `at`, real or escaped once or twice ("\n", "\\n", "\r\n"); `at` itself if there is none.
size_t after_line_end(std::string_view text, size_t at) {
  if (text.substr(at).starts_with("\r\n")) return at + 2;
  if (at < text.size() && text[at] == '\n') return at + 1;
  size_t p = at;
  while (p < text.size() && text[p] == '\\' && p - at < 3) ++p;
  if (p == at || p >= text.size() || (text[p] != 'n' && text[p] != 'r')) return at;
  const size_t next = text[p] == 'r' ? after_line_end(text, p + 1) : p + 1;
  return next;
}

bool is_base64(char c) {
  return in_class('B', c) || c == '=';
}

// How many base64 characters stand in the first `most` bytes from `at`; a placeholder and an example count as none, and
// so does what has no run of them as long as half a short line.
size_t base64_count(std::string_view text, size_t at, size_t most) {
  constexpr size_t kRunOfKey = 16;
  const std::string_view part = text.substr(at, most);
  if (is_redacted(part) || part.substr(0, 200).find("XXXX") != std::string_view::npos) return 0;
  size_t count = 0, run = 0, longest = 0;
  for (const char c : part) {
    run = is_base64(c) ? run + 1 : 0;
    count += is_base64(c);
    longest = std::max(longest, run);
  }
  return longest < kRunOfKey ? 0 : count;
}

}  // namespace

void check_pem_begin(Scan& scan, size_t begin) {
  if (begin < scan.covered) return;
  const std::string_view text = scan.text;
  const std::string_view header = text.substr(begin, 80);
  scan.looked += header.size();
  const size_t name = header.find("PRIVATE KEY");
  if (name == std::string_view::npos || name > 40 || header.substr(0, name).find('\n') != std::string_view::npos)
    return;
  size_t body = begin + name + 11;
  const size_t dashes = text.substr(body, 16).find("-----");
  if (dashes == std::string_view::npos) return;
  body = after_line_end(text, body + dashes + 5);
  scan.looked += 200;
  // What lies before the end mark is the body: in the source of a program that handles keys there is none.
  const std::string_view start = text.substr(body, 200);
  if (base64_count(text, body, std::min<size_t>(200, start.find("-----END"))) < 24) return;
  const std::string_view rest = text.substr(body, kPem);
  size_t end = rest.find("-----END");
  if (end == std::string_view::npos) {
    // The tail is missing: as far as it looks like a key.
    end = 0;
    while (end < rest.size() &&
           (is_base64(rest[end]) || std::string_view("\r\n\\ \t,:-\"'+n").find(rest[end]) != std::string_view::npos))
      ++end;
    const size_t quote = rest.substr(0, end).find_first_of("\"'");
    end = std::min(end, quote);
  }
  scan.looked += end;
  while (end > 0 && (rest[end - 1] == '\n' || rest[end - 1] == '\r' || rest[end - 1] == ' ' || rest[end - 1] == '\t'))
    --end;
  scan.add(Rule::private_key, Form::block, body, body + end);
}

// A block whose head is missing: lines of the same width above "-----END ... PRIVATE KEY".
void check_pem_end(Scan& scan, size_t begin) {
  const std::string_view text = scan.text;
  if (text.substr(begin, 60).find("PRIVATE KEY") == std::string_view::npos || begin <= scan.covered + 1) return;
  const size_t back = std::max(scan.covered, begin - std::min(begin, kPem));
  size_t p = begin;
  while (p > back && (is_base64(text[p - 1]) || text[p - 1] == '\n' || text[p - 1] == '\r' || text[p - 1] == '\\' ||
                      text[p - 1] == ' ' || text[p - 1] == '\t'))
    --p;
  scan.looked += begin - p;
  while (p < begin && !is_base64(text[p])) ++p;
  size_t end = begin;
  while (end > p && !is_base64(text[end - 1])) --end;
  if (end - p < 24 || base64_count(text, p, end - p) < 24) return;
  scan.add(Rule::private_key, Form::block, p, end);
}

// A text that begins inside a key block: full lines of base64 and a shorter last one.
void check_encoded_lines(Scan& scan) {
  const std::string_view text = scan.text;
  size_t lines = 0, width = 0, p = 0, end = 0;
  while (p < text.size() && p < kPem) {
    size_t e = p;
    while (e < text.size() && is_base64(text[e])) ++e;
    scan.looked += e - p;
    const bool full = e - p == 64 || e - p == 70 || e - p == 76;
    if (lines == 0 && e > p && e - p < 64 && e < text.size() && text[e] == '\n') {
      p = e + 1;  // the rest of a line that was cut
      ++lines;
      continue;
    }
    if (!full || (width != 0 && e - p != width)) {
      if (width != 0 && e > p && (e == text.size() || text[e] == '\n')) end = e;
      break;
    }
    width = e - p;
    end = e;
    ++lines;
    p = e + (e < text.size() ? 1 : 0);
    if (e == text.size() || text[e] != '\n') break;
  }
  if (lines < 3 || width == 0 || is_redacted(text.substr(0, 64))) return;
  scan.add(Rule::private_key, Form::block, 0, end);
}

void check_pem_encoded(Scan& scan, size_t begin, size_t end) {
  if (begin < scan.covered || scan.has_looked(Verifier::pem_encoded, begin)) return;
  const std::string_view word = scan.text.substr(begin, end - begin);
  if (word != "UFJJVkFURS" && word != "BSSVZBVEUg" && word != "QUklWQVRFI") return;
  const Extent run = base64_around(scan.text, begin, end, kRun);
  scan.look(Verifier::pem_encoded, run.end);
  scan.looked += run.end - run.begin;
  if (run.end - run.begin < 60) return;
  scan.add(Rule::private_key, Form::value, std::max(run.begin, scan.covered), run.end);
}

// A token within base64: the whole run, when decoding shows one of a known family.
void check_encoded_head(Scan& scan, size_t begin, size_t end) {
  if (begin < scan.covered || scan.has_looked(Verifier::encoded_head, begin)) return;
  const Extent run = base64_around(scan.text, begin, end, kRun);
  scan.look(Verifier::encoded_head, run.end);
  scan.looked += 3 * (run.end - run.begin);
  if (run.end - run.begin < 28) return;
  const std::string plain = from_base64(scan.text.substr(run.begin, run.end - run.begin), kRun);
  const bool key =
      plain.find(std::string("-----BEG") + "IN") != std::string::npos && plain.find("PRIVATE KEY") != std::string::npos;
  const bool account = plain.find("\"private_key") != std::string::npos;
  bool token = false;
  for (size_t i = 0; i < families().size() && !token; ++i) {
    const std::string_view name = families()[i].shape;
    const bool head = name.starts_with("github_pat_") || name.starts_with("sk-ant-") || name.starts_with("sk-proj-") ||
                      name.starts_with("glpat-");
    const size_t at = head ? plain.find(family_shapes()[i].runs[0].literal) : std::string::npos;
    token = at != std::string::npos && match_shape(family_shapes()[i], plain, at, scan.looked).has_value();
  }
  if (key || account || token) scan.add(Rule::encoded, Form::value, std::max(run.begin, scan.covered), run.end);
}

void check_putty(Scan& scan, size_t begin) {
  if (begin < scan.covered || scan.has_looked(Verifier::putty, begin)) return;
  const std::string_view rest = scan.text.substr(begin, kPutty);
  scan.look(Verifier::putty, begin + rest.size());
  const size_t head = rest.find("Private-Lines:");
  scan.looked += head == std::string_view::npos ? rest.size() : head;
  if (head == std::string_view::npos) return;
  const size_t body = std::min(rest.size(), rest.find('\n', head));
  const size_t end = std::min(rest.size(), rest.find("Private-MAC", body));
  scan.looked += end - head;
  const size_t from = begin + std::min(body + 1, end);
  size_t to = begin + end;
  while (to > from && (scan.text[to - 1] == '\n' || scan.text[to - 1] == '\r')) --to;
  if (to <= from || base64_count(scan.text, from, 64) < 16) return;
  scan.add(Rule::putty, Form::block, from, to);
}

// The private members of a JSON web key: within its braces, "d" and the primes, or "k" of a symmetric one.
void check_jwk(Scan& scan, size_t begin, size_t end) {
  if (begin < scan.covered || scan.has_looked(Verifier::jwk, begin)) return;
  const std::string_view text = scan.text;
  const size_t back = begin - std::min<size_t>(begin, 1024);
  const size_t open = text.substr(back, begin - back).rfind('{');
  const size_t from = open == std::string_view::npos ? back : back + open;
  const size_t close = std::min(text.size(), end + 4096);
  const size_t stop = std::min(close, text.find('}', end));
  scan.look(Verifier::jwk, stop);
  scan.looked += stop - from;
  const bool symmetric = text.substr(end, 16).find("\"oct\"") != std::string_view::npos;
  for (size_t p = text.find('"', from); p < stop; p = text.find('"', p + 1)) {
    const size_t name_end = text.find('"', p + 1);
    if (name_end >= stop) return;
    const std::string_view name = text.substr(p + 1, name_end - p - 1);
    size_t v = name_end + 1;
    while (v < stop && (text[v] == ' ' || text[v] == '\n' || text[v] == '\t')) ++v;
    p = name_end;
    if (v >= stop || text[v] != ':') continue;
    ++v;
    while (v < stop && (text[v] == ' ' || text[v] == '\n' || text[v] == '\t')) ++v;
    if (v >= stop || text[v] != '"') continue;
    const size_t value_end = std::min(stop, text.find('"', v + 1));
    const bool secret = name == "d" || name == "p" || name == "q" || name == "dp" || name == "dq" || name == "qi" ||
                        (name == "k" && symmetric);
    const std::string_view value = text.substr(v + 1, value_end - v - 1);
    if (secret && value.size() >= 22 && !is_redacted(value) &&
        std::all_of(value.begin(), value.end(), [](char c) { return in_class('b', c) || c == '='; })) {
      scan.weak.push_back({v + 1, value_end, v + 1, Form::value, id_of(Rule::jwk)});
    }
    p = value_end;
  }
}

}  // namespace fimd::context::secrets

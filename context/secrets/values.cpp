#include "context/secrets/values.h"

#include <algorithm>
#include <array>

#include "context/secrets/checks.h"
#include "context/secrets/letter_pairs.h"
#include "context/secrets/rules.h"

namespace fimd::context::secrets {
namespace {

// clang-format off
// The last two words of a name that make it something else. Sorted.
constexpr auto kOtherThings = std::to_array<std::string_view>({
    "algorithm", "alias", "at", "author", "button", "callback", "cert", "certificate", "checksum", "class",
    "color", "column", "config", "confirm", "confirmation", "count", "counter", "description", "digest", "dir",
    "enabled", "encryption", "encryption", "endpoint", "enum", "error", "expiration", "expire", "expires", "expiry", "field",
    "file", "filename", "fingerprint", "forgot", "forgotten", "format", "hash", "header", "help", "hint", "icon",
    "id", "ids", "index", "invalid", "label", "len", "length", "lifetime", "limit", "link", "list", "literal",
    "location", "manager", "map", "max", "message", "method", "min", "missing", "mode", "name", "names", "num",
    "offset", "param", "path", "pattern", "placeholder", "policy", "position", "prefix", "provider", "pub",
    "public", "range", "reason", "ref", "regex", "required", "reset", "rotation", "schema", "scheme", "set",
    "size", "span", "state", "status", "store", "strength", "style", "suffix", "template", "title", "ttl", "type",
    "types", "uri", "url", "usage", "valid", "validator", "version"});
// Words that do so anywhere in it. Sorted.
constexpr auto kNever = std::to_array<std::string_view>({
    "cancel", "cancellation", "checksum", "continuation", "csrf", "next", "page", "progress", "tokenizer", "xsrf"});
constexpr auto kAskers = std::to_array<std::string_view>({
    "check", "decrypt", "encrypt", "env", "fetch", "find", "forget", "get", "getenv", "has", "hash", "is", "load",
    "lookup", "read", "remove", "require", "resolve", "validate", "verify"});
constexpr auto kPasswordWords = std::to_array<std::string_view>({
    "kennwort", "pass", "passcode", "passphrase", "passwd", "password", "pwd", "requirepass", "userpassword"});
// clang-format on

template <size_t N>
bool listed(const std::array<std::string_view, N>& sorted, std::string_view word) {
  return std::binary_search(sorted.begin(), sorted.end(), word);
}

// A name's words, in lower case: "dbPassword_v2" is db, password, v2. The last kMost of them.
class Words {
 public:
  explicit Words(std::string_view name) {
    name = name.substr(name.size() - std::min(name.size(), buffer_.size()));
    size_t from = 0;
    for (size_t i = 0; i < name.size(); ++i) {
      const char c = name[i];
      const bool upper = c >= 'A' && c <= 'Z';
      const bool hump = upper && i > 0 && name[i - 1] >= 'a' && name[i - 1] <= 'z';
      const bool divider = c == '_' || c == '-' || c == '.' || c == '/' || c == ' ';
      buffer_[i] = upper ? static_cast<char>(c + ('a' - 'A')) : c;
      if (hump || divider) take(from, i);
      if (hump || divider) from = divider ? i + 1 : i;
    }
    take(from, name.size());
  }
  [[nodiscard]] size_t size() const { return count_; }
  [[nodiscard]] std::string_view operator[](size_t i) const { return words_[i]; }
  [[nodiscard]] std::string_view last(size_t n) const {
    return n < count_ ? words_[count_ - 1 - n] : std::string_view();
  }

 private:
  static constexpr size_t kMost = 40;
  void take(size_t from, size_t to) {
    if (to > from && count_ < kMost) words_[count_++] = std::string_view(buffer_.data() + from, to - from);
  }
  std::array<char, 96> buffer_{};
  std::array<std::string_view, kMost> words_{};
  size_t count_ = 0;
};

bool has_any(std::string_view value, std::initializer_list<std::string_view> parts) {
  return std::any_of(parts.begin(), parts.end(),
                     [value](std::string_view p) { return value.find(p) != std::string_view::npos; });
}

// Templates, calls, references to vaults: what names a secret instead of being it.
bool is_reference(std::string_view value) {
  if (std::string_view("$<{%@[(*&!").find(value[0]) != std::string_view::npos) return true;
  if (has_any(value, {"${", "{{", "#{", "$(", "://", "%s", "{}", "->", "::", "()"})) return true;
  if (value.starts_with("arn:") || value.starts_with("projects/") || value.starts_with("ENC(") ||
      value.starts_with("vault:") || value.starts_with("ssm:") || value.starts_with("keyring:") ||
      value.starts_with("env:")) {
    return true;
  }
  return value.starts_with("sha1-") || value.starts_with("sha256-") || value.starts_with("sha384-") ||
         value.starts_with("sha512-") || value.starts_with("h1:") || value.starts_with("sha256:") ||
         value.starts_with("data:");
}

size_t count_of(std::string_view value, std::string_view set) {
  return static_cast<size_t>(
      std::count_if(value.begin(), value.end(), [set](char c) { return set.find(c) != std::string_view::npos; }));
}

std::array<char, 64> letters_of(std::string_view text, size_t& n) {
  std::array<char, 64> out{};
  n = 0;
  for (const char c : text) {
    if (n == out.size()) break;
    if (c >= 'A' && c <= 'Z')
      out[n++] = static_cast<char>(c + ('a' - 'A'));
    else if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
      out[n++] = c;
  }
  return out;
}

// The value is the name, or part of it: a key of a table, not a secret.
bool repeats_name(std::string_view name, std::string_view value) {
  if (value.size() > 48) return false;
  size_t a = 0, b = 0;
  const auto x = letters_of(name, a), y = letters_of(value, b);
  return b == 0 || std::string_view(x.data(), a).find(std::string_view(y.data(), b)) != std::string_view::npos;
}

bool is_random(std::string_view value, const Kinds& k) {
  const size_t n = value.size();
  if (n < 12 || (k.digits == 0 && (n < 16 || k.upper == 0 || k.lower == 0))) return false;
  const double score = pair_score(value);
  if (k.digits == 0 && score >= -5.2) return false;
  if (entropy(value) <= (n < 16 ? 2.9 : n < 24 ? 3.2 : 3.4)) return false;
  double limit = n < 24 ? -4.7 : n < 40 ? -4.5 : -4.2;
  if (k.upper == 0 || k.lower == 0) limit += 0.4;
  return score < limit;
}

bool is_secret_text(std::string_view name, std::string_view value, const Kinds& k) {
  const size_t n = value.size();
  if (n < 12) return false;
  if (is_uuid(value)) {
    const Words words(name);
    for (size_t i = 0; i < words.size(); ++i) {
      if (words[i] == "secret" || words[i] == "token" || words[i] == "key" || words[i] == "apikey") return true;
    }
    return false;
  }
  if (k.hex) return n >= 24 && k.digits > 0 && k.upper + k.lower > 0;
  if (value.starts_with("MII") && n >= 100) return true;
  if (count_of(value, "()") > 0) return false;  // a call
  if (count_of(value, "[]{}<>\"'|^") >= 2 || count_of(value, ",;") > 1) return false;
  if (n > 400 && k.other > n / 8) return false;
  return is_random(value, k);
}

// "password_grant2": an identifier that speaks of passwords.
bool is_identifier(std::string_view value, const Kinds& k) {
  return k.upper == 0 && k.other == count_of(value, "_-") && k.other > 0 &&
         has_any(value, {"password", "passwd", "secret", "token"});
}

bool is_password_text(std::string_view value, const Kinds& k) {
  const size_t n = value.size();
  if (is_identifier(value, k)) return false;
  if (n < 6 || n > 64 || count_of(value, "(){}[],:<>\"'`") > 1) return false;
  if (value.starts_with('/') || value.starts_with("./") || value.starts_with("../") || count_of(value, "/") > 2)
    return false;
  const size_t kinds = size_t{k.upper > 0} + size_t{k.lower > 0} + size_t{k.digits > 0} + size_t{k.other > 0};
  if (k.hex && n >= 24) return k.digits > 0 && k.upper + k.lower > 0;
  // A word with dots or dashes and a number is a reference or a file ("user.password2", "step-3").
  if (k.digits > 0 && kinds >= 3 && n >= 8) return true;
  if (k.digits > 0 && kinds == 2 && n >= 8 && k.other == 0) return pair_score(value) < -3.6;
  if (k.other > 0 && kinds >= 3 && n >= 7 && count_of(value, "._-/") < k.other) return true;
  return k.upper > 0 && k.lower > 0 && k.other == 0 && n >= 10 && pair_score(value) < -4.7;
}

}  // namespace

NameKind kind_of_name(std::string_view name) {
  const Words words(name);
  if (listed(kOtherThings, words.last(0)) || listed(kOtherThings, words.last(1))) {
    // "key id" of a pair, but "id_token" and "set_password" name secrets.
    const std::string_view last = words.last(0);
    const bool late = !listed(kOtherThings, last);
    const std::string_view before = words.last(1);
    const bool names_it =
        late && (before == "id" || before == "encryption" || before == "set" || before == "public" || before == "at" ||
                 before == "max" || before == "config" || before == "map" || before == "store" || before == "provider");
    if (!names_it) return NameKind::none;
  }
  NameKind kind = NameKind::secret;
  for (size_t i = 0; i < words.size(); ++i) {
    if (listed(kNever, words[i])) return NameKind::none;
    if (words[i] == "token" || words[i] == "tokens") {
      const std::string_view next = i + 1 < words.size() ? words[i + 1] : std::string_view();
      if (words[i] == "tokens" || next == "embd" || next == "embedding") return NameKind::none;
    }
    if (listed(kPasswordWords, words[i]) || words[i].find("password") != std::string_view::npos)
      kind = NameKind::password;
  }
  return kind;
}

bool asks_by_name(std::string_view name) {
  const size_t dot = name.find_last_of("./");
  const Words words(dot == std::string_view::npos ? name : name.substr(dot + 1));
  return words.size() > 0 && listed(kAskers, words[0]);
}

bool is_secret_value(NameKind kind, std::string_view name, std::string_view value) {
  if (kind == NameKind::none || value.size() < 6) return false;
  if (value.size() > 400 && !value.starts_with("MII") && name.find("ession") == std::string_view::npos) return false;
  if (is_reference(value)) return false;
  const Kinds k = kinds_of(value);
  if (!k.ascii) return false;
  if (is_redacted(value) || is_example(value) || repeats_name(name, value)) return false;
  if (k.digits == 0 && k.other > 0 && k.other == count_of(value, "._-")) return false;  // a path of names
  if (kind == NameKind::password && is_password_text(value, k)) return true;
  return is_secret_text(name, value, k);
}

Secret::Form form_of_value(NameKind kind, std::string_view value) {
  if (is_uuid(value)) return Secret::Form::uuid;
  return kind == NameKind::password ? Secret::Form::password : Secret::Form::value;
}

}  // namespace fimd::context::secrets

#include "lsp/record/redact.h"

#include <algorithm>
#include <cctype>
#include <nlohmann/json.hpp>
#include <numeric>
#include <random>
#include <set>

#include "context/secrets.h"

namespace fimd::lsp {
namespace {

using nlohmann::json;

constexpr std::string_view kLetters = "abcdef", kDigits = "123";
// One character for each length in UTF-8; four bytes are two units of UTF-16.
constexpr std::array<std::string_view, 5> kLonger = {"", "", "\xc3\xa9", "\xe4\xb8\xad", "\xf0\x9f\x98\x80"};

size_t length_of(char lead) {
  const auto c = static_cast<unsigned char>(lead);
  return c < 0xc0 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
}

bool is_one_of(const std::string& key, std::initializer_list<std::string_view> names) {
  return std::find(names.begin(), names.end(), key) != names.end();
}

json section(const json& config) {
  if (!config.is_object()) return json::object();
  if (config.contains("fimd")) return json{{"fimd", recordable_config(config["fimd"])}};
  return recordable_config(config);
}

}  // namespace

Redactor::Redactor(bool text, uint64_t seed) : text_(text) {
  std::iota(table_.begin(), table_.end(), '\0');
  std::mt19937_64 random(seed);
  std::string order = "abcdefghijklmnopqrstuvwxyz", digits = "0123456789";
  std::shuffle(order.begin(), order.end(), random);
  std::shuffle(digits.begin(), digits.end(), random);
  for (size_t i = 0; i < order.size(); ++i) {
    const char to = kLetters[i % kLetters.size()];
    table_[static_cast<unsigned char>(order[i])] = to;
    table_[static_cast<size_t>(std::toupper(static_cast<unsigned char>(order[i])))] =
        static_cast<char>(std::toupper(static_cast<unsigned char>(to)));
  }
  for (size_t i = 0; i < digits.size(); ++i)
    table_[static_cast<unsigned char>(digits[i])] = kDigits[i % kDigits.size()];
}

char Redactor::letter(char c) const {
  return table_[static_cast<unsigned char>(c)];
}

std::string Redactor::text(std::string_view utf8) const {
  std::string out(utf8);
  const context::Secrets secrets = context::find_secrets(utf8, context::TextKind::data);
  const auto mask = [&](size_t begin, size_t end) {
    for (size_t i = begin; i < std::min(end, out.size()); ++i) {
      if (std::isalnum(static_cast<unsigned char>(out[i]))) out[i] = 'x';
    }
  };
  for (const context::Secret& secret : secrets.found) mask(secret.begin, secret.end);
  if (!secrets.complete) mask(0, out.size());
  if (text_) return out;
  for (size_t i = 0; i < out.size();) {
    const size_t length = std::min(length_of(out[i]), out.size() - i);
    if (length == 1)
      out[i] = letter(out[i]);
    else
      out.replace(i, length, kLonger[length]);
    i += length;
  }
  return out;
}

std::string Redactor::uri(const std::string& uri) const {
  if (text_) return uri;
  std::string out = uri;
  const size_t scheme = uri.find("://");
  const size_t slash = uri.rfind('/'), dot = uri.rfind('.');
  const size_t end = dot != std::string::npos && (slash == std::string::npos || dot > slash)
                         ? dot
                         : uri.size();  // its ending names the language
  for (size_t i = scheme == std::string::npos ? 0 : scheme + 3; i < end; ++i) {
    if (out[i] == '%')
      i += 2;  // escaped bytes stay
    else
      out[i] = letter(out[i]);
  }
  return out;
}

void Redactor::walk(json& value, const std::string& key) const {
  if (is_one_of(key, {"capabilities", "clientInfo", "serverInfo", "jsonrpc", "method", "languageId", "id",
                      "positionEncoding", "trace", "locale"}))
    return;
  if (is_one_of(key, {"initializationOptions", "settings"})) {
    value = section(value);
    return;
  }
  if (value.is_string()) {
    const std::string was = value.get<std::string>();
    const bool place = key == "rootPath" || was.starts_with("file:") || key.ends_with("ri");  // uri, rootUri, targetUri
    if (key == "command" && was.starts_with("fimd.")) return;
    value = place ? uri(was) : text(was);
    return;
  }
  if (value.is_array()) {
    for (json& each : value) walk(each, key);
    return;
  }
  if (!value.is_object()) return;
  json out = json::object();
  for (auto& [name, member] : value.items()) {
    walk(member, name);
    out[name.starts_with("file:") ? uri(name) : name] = std::move(member);
  }
  value = std::move(out);
}

json Redactor::message(const json& message, const std::string& method) const {
  json out = message;
  if (out.contains("params") && out["params"].is_object() && out["params"].contains("processId"))
    out["params"]["processId"] = nullptr;
  if (method == "workspace/configuration" && out.contains("result")) {
    json results = json::array();
    if (out["result"].is_array()) {
      for (const json& each : out["result"]) results.push_back(each.is_object() ? section(each) : json());
    }
    out["result"] = std::move(results);
    return out;
  }
  walk(out, "");
  return out;
}

json recordable_config(const json& config) {
  json out = json::object();
  if (!config.is_object()) return out;
  const auto keep = [&](const char* group, std::initializer_list<const char*> names) {
    if (!config.contains(group) || !config[group].is_object()) return;
    for (const char* name : names) {
      if (config[group].contains(name)) out[group][name] = config[group][name];
    }
  };
  keep("completion", {"providers", "soft_ms", "hard_ms", "hedge", "speculate", "max_lines", "popup"});
  keep("context", {"max_tokens", "max_snippets"});
  keep("privacy", {"secrets", "jurisdictions"});
  if (!config.contains("providers") || !config["providers"].is_object()) return out;
  for (const auto& [name, provider] : config["providers"].items()) {
    if (!provider.is_object()) continue;
    json& kept = out["providers"][name] = json::object();
    for (const char* key : {"kind", "via", "url", "path", "unix_socket", "model", "fim_template", "jurisdiction",
                            "context", "max_tokens", "temperature"}) {
      if (provider.contains(key)) kept[key] = provider[key];
    }
    if (provider.contains("api_key_env") || provider.contains("api_key_file")) kept["api_key_env"] = kReplayKey;
  }
  return out;
}

// A byte of text that is not escaped.
char ReplyRedactor::plain(char c) {
  if (left_ == 0) {
    character_ = length_of(c);
    if (character_ == 1) return redactor_.letter(c);
    left_ = character_;
  }
  return kLonger[character_][character_ - left_--];
}

// A byte after a backslash, or of the four digits after \u: the digits become those of a character of its kind.
char ReplyRedactor::escaped(char c) {
  if (hex_ == 0) {
    backslash_ = c == 'u';
    hex_ = c == 'u' ? 4 : 0;
    return c;
  }
  const size_t place = 4 - hex_--;
  backslash_ = hex_ > 0;
  hex_digits_[place] = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  const char first = hex_digits_[0], second = hex_digits_[1], third = hex_digits_[2];
  if (place == 0) return first == '0' || first == 'd' ? first : '4';
  if (first == 'd') {  // half of a character of two units stays such a half
    if (place > 1) return '0';
    return second < '8' ? '7' : second == '8' || second == '9' || second == 'a' || second == 'b' ? '8' : 'c';
  }
  if (first != '0') return std::string_view("4e2d")[place];
  if (second != '0') return std::string_view("0410")[place];
  if (place < 3)
    return place == 1 ? '0' : third == '5' ? '4' : third == '7' ? '6' : third;  // ASCII: letters become a, digits 1
  const bool digit = third == '3' && std::isdigit(static_cast<unsigned char>(c)) != 0;
  return digit || third >= '4' ? '1' : c;
}

char ReplyRedactor::in_string(char c) {
  if (backslash_) {
    const char out = escaped(c);
    return key_ || keep_ ? c : out;
  }
  if (c == '\\') {
    backslash_ = true;
    hex_ = 0;
    return c;
  }
  if (c == '"') {
    string_ = false;
    before_ = '"';
    left_ = 0;
    return c;
  }
  if (key_) {
    if (name_.size() < 64) name_ += c;
    return c;
  }
  return keep_ ? c : plain(c);
}

std::string ReplyRedactor::next(std::string_view bytes) {
  std::string out(bytes);
  if (redactor_.keeps_text()) return out;
  for (char& c : out) {
    if (!json_) {
      c = plain(c);
    } else if (string_) {
      c = in_string(c);
    } else if (c == '"') {
      string_ = true;
      key_ = (before_ == '{' || before_ == ',') && nest_.ends_with('{');
      if (key_) name_.clear();
      keep_ = is_one_of(name_, {"object", "id", "model", "name", "type", "role", "finish_reason", "stop_type",
                                "stop_reason", "model_path", "done_reason", "status", "version"});
    } else if (!std::isspace(static_cast<unsigned char>(c))) {
      before_ = c;
      if (c == '{' || c == '[') nest_ += c;
      if ((c == '}' || c == ']') && !nest_.empty()) nest_.pop_back();
    }
  }
  return out;
}

}  // namespace fimd::lsp

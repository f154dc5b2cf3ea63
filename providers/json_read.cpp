#include "providers/json_read.h"

#include <cmath>

#include "context/text.h"

namespace fimd::providers {
using nlohmann::json;

namespace {

// The value of the escape \uXXXX at `at`, or -1.
int escape_at(std::string_view text, size_t at) {
  if (at + 6 > text.size() || text[at] != '\\' || text[at + 1] != 'u') return -1;
  int value = 0;
  for (size_t i = at + 2; i < at + 6; ++i) {
    const char c = text[i];
    const int digit = c >= '0' && c <= '9'   ? c - '0'
                      : c >= 'a' && c <= 'f' ? c - 'a' + 10
                      : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                             : -1;
    if (digit < 0) return -1;
    value = value * 16 + digit;
  }
  return value;
}

bool high(int unit) { return unit >= 0xd800 && unit < 0xdc00; }
bool low(int unit) { return unit >= 0xdc00 && unit < 0xe000; }

std::string without_lone_surrogates(std::string text) {
  for (size_t i = 0; i + 1 < text.size();) {
    if (text[i] != '\\') {
      ++i;
      continue;
    }
    const int unit = escape_at(text, i);
    if (high(unit) && low(escape_at(text, i + 6))) {
      i += 12;
    } else if (high(unit) || low(unit)) {
      text.replace(i + 2, 4, "fffd");
      i += 6;
    } else {
      i += 2;
    }
  }
  return text;
}

}  // namespace

json parse_json(std::string_view text) {
  json value = json::parse(text, nullptr, false);
  if (!value.is_discarded()) return value;
  return json::parse(without_lone_surrogates(context::to_valid_utf8(text)), nullptr, false);
}

const json* member(const json& value, const char* key) {
  if (!value.is_object()) return nullptr;
  const auto found = value.find(key);
  return found == value.end() ? nullptr : &*found;
}

const json* first_of(const json& value, const char* key) {
  const json* list = member(value, key);
  return list && list->is_array() && !list->empty() ? &list->front() : nullptr;
}

std::string_view string_at(const json& value, const char* key) {
  const json* found = member(value, key);
  return found && found->is_string() ? std::string_view(found->get_ref<const std::string&>()) : std::string_view();
}

bool true_at(const json& value, const char* key) {
  const json* found = member(value, key);
  return found && found->is_boolean() && found->get<bool>();
}

std::optional<double> number_at(const json& value, const char* key) {
  const json* found = member(value, key);
  if (!found || !found->is_number()) return std::nullopt;
  const double number = found->get<double>();
  return std::isfinite(number) ? std::optional(number) : std::nullopt;
}

std::optional<int64_t> count_at(const json& value, const char* key) {
  const std::optional<double> number = number_at(value, key);
  if (!number || *number < 0 || *number > 9007199254740992.0) return std::nullopt;
  return static_cast<int64_t>(*number);
}

std::string dump_json(const json& value) { return value.dump(-1, ' ', false, json::error_handler_t::replace); }

}  // namespace fimd::providers

#include "lsp/http/members.h"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

namespace fimd::lsp::http {

using nlohmann::json;

Result<json> read_object(std::string_view body) {
  json value = json::parse(body, nullptr, false);
  if (value.is_discarded()) return fail(Error::Code::bad_input, "the body is not JSON");
  if (!value.is_object()) return fail(Error::Code::bad_input, "the body is not a JSON object");
  return value;
}

const json* Members::find(const char* name) const {
  const auto it = object_.find(name);
  return it == object_.end() || it->is_null() ? nullptr : &*it;
}

bool Members::has(const char* name) const {
  return find(name) != nullptr;
}

void Members::complain(std::string what) {
  if (wrong_.empty()) wrong_ = std::move(what);
}

std::string Members::text(const char* name) {
  const json* value = find(name);
  if (!value) return {};
  if (value->is_string()) return value->get<std::string>();
  complain(fmt::format("\"{}\" is not a string", name));
  return {};
}

std::string Members::required_text(const char* name) {
  if (!has(name)) complain(fmt::format("\"{}\" is required", name));
  return text(name);
}

std::vector<std::string> Members::texts(const char* name) {
  const json* value = find(name);
  if (!value) return {};
  if (value->is_string()) return {value->get<std::string>()};
  std::vector<std::string> out;
  bool good = value->is_array();
  for (size_t i = 0; good && i < value->size(); ++i) {
    good = (*value)[i].is_string();
    if (good) out.push_back((*value)[i].get<std::string>());
  }
  if (good) return out;
  complain(fmt::format("\"{}\" is neither a string nor a list of strings", name));
  return {};
}

int64_t Members::number(const char* name, int64_t fallback) {
  const json* value = find(name);
  if (!value) return fallback;
  if (value->is_number_integer()) return value->get<int64_t>();
  constexpr double kExact = 1e15;  // some programs write 64.0
  const double number = value->is_number_float() ? value->get<double>() : 0.5;
  if (std::abs(number) < kExact && number == std::trunc(number)) return static_cast<int64_t>(number);
  complain(fmt::format("\"{}\" is not a whole number", name));
  return fallback;
}

bool Members::flag(const char* name) {
  const json* value = find(name);
  if (!value) return false;
  if (value->is_boolean()) return value->get<bool>();
  complain(fmt::format("\"{}\" is neither true nor false", name));
  return false;
}

int token_limit(int64_t wanted) {
  constexpr int64_t kBeyondReason = 1'000'000;
  return wanted <= 0 || wanted > kBeyondReason ? 0 : static_cast<int>(wanted);
}

}  // namespace fimd::lsp::http

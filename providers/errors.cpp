#include "providers/errors.h"

#include <fmt/core.h>

#include <array>
#include <charconv>
#include <cstdio>
#include <ctime>

#include "providers/error_codes.h"
#include "providers/json_read.h"
#include "providers/url.h"

namespace fimd::providers {
using nlohmann::json;

namespace {

constexpr Duration kLongestWait = std::chrono::hours(24);

// FastAPI's validation errors: {"detail": [{"loc": [...], "msg": "..."}]}, {"detail": "..."}.
std::string detail_message(const json& value) {
  if (const json* first = first_of(value, "detail")) {
    std::string where;
    if (const json* loc = member(*first, "loc"); loc && loc->is_array()) {
      for (const json& part : *loc) {
        if (!part.is_string()) continue;
        if (!where.empty()) where += '.';
        where += part.get<std::string>();
      }
    }
    const std::string message(string_at(*first, "msg"));
    return where.empty() ? message : where + ": " + message;
  }
  return std::string(string_at(value, "detail"));
}

std::string message_of(const json& body) {
  const json* error = member(body, "error");
  if (error) {
    if (error->is_string()) return error->get<std::string>();
    if (const auto text = string_at(*error, "message"); !text.empty()) return std::string(text);
  }
  if (const auto text = string_at(body, "message"); !text.empty()) return std::string(text);
  if (const json* message = member(body, "message")) {
    if (std::string text = detail_message(*message); !text.empty()) return text;
  }
  return detail_message(body);
}

// "type" and "code" live in "error" or at the top; a code may be a number or a decimal string.
std::string word_of(const json& body, const char* key) {
  for (const json* place : {member(body, "error"), &body}) {
    if (!place) continue;
    if (const auto text = string_at(*place, key); !text.empty()) return std::string(text);
    if (const auto number = count_at(*place, key)) return std::to_string(*number);
  }
  return {};
}

bool has(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

bool has_any(std::string_view text, std::initializer_list<std::string_view> parts) {
  for (const std::string_view part : parts) {
    if (has(text, part)) return true;
  }
  return false;
}

// What the words alone say, whatever the status. `text` is the message in lower case.
std::optional<FailureKind> kind_of_words(std::string_view text, std::string_view type, std::string_view code) {
  if (type == "exceed_context_size_error" || code == "context_length_exceeded" ||
      has_any(text, {"context length", "context size", "maximum context", "too large for model", "context window",
                     "prompt is too long", "`max_new_tokens` must be"})) {
    return FailureKind::context_too_long;
  }
  if (type == "not_supported_error" ||
      has_any(text, {"does not support insert", "does not support generate", "suffix is not", "param: suffix",
                     "infill is not supported", "unexpected endpoint", "this is a chat model"})) {
    return FailureKind::not_supported;
  }
  if (text == "loading model" || has(text, "is currently loading")) return FailureKind::loading;
  if (type == "invalid_model" || code == "model_not_found" || code == "deploymentnotfound" ||
      has(text, "invalid model") || (has(text, "model") && has_any(text, {"not found", "does not exist"}))) {
    return FailureKind::model_missing;
  }
  if (code == "insufficient_quota" ||
      has_any(text, {"insufficient balance", "credit balance", "exceeded your current quota"})) {
    return FailureKind::billing;
  }
  if (has_any(text, {"capacity exceeded", "overloaded", "server busy"})) return FailureKind::overloaded;
  if (type == "overloaded_error") return FailureKind::overloaded;
  if (type == "timeout_error") return FailureKind::server;
  if (type == "billing_error") return FailureKind::billing;
  if (type == "request_too_large") return FailureKind::context_too_long;
  if (type == "not_found_error" && text.starts_with("model")) return FailureKind::model_missing;
  // "no_db_connection": what the LiteLLM proxy says of a key that it does not know when it has no table of keys.
  if (type == "authentication_error" || type == "permission_error" || type == "no_db_connection" ||
      code == "invalid_api_key" || has_any(text, {"invalid api key", "unauthorized"})) {
    return FailureKind::auth;
  }
  if (type == "rate_limited" || type == "rate_limit_exceeded" || type == "rate_limit_error" ||
      has(text, "rate limit")) {
    return has_any(text, {"per day", "daily"}) ? FailureKind::quota : FailureKind::rate_limit;
  }
  return std::nullopt;
}

FailureKind kind_of_status(int status) {
  switch (status) {
    case 400: return FailureKind::bad_request;
    case 401:
    case 403:
    case 407:
    case 434: return FailureKind::auth;
    case 402: return FailureKind::billing;
    case 404:  // of the model, kind_of_words() has told already: this path is not there
    case 405: return FailureKind::not_supported;
    case 413: return FailureKind::context_too_long;
    case 422: return FailureKind::bad_request;
    case 429: return FailureKind::rate_limit;
    case 501: return FailureKind::not_supported;
    case 503:
    case 529: return FailureKind::overloaded;
    default: break;
  }
  return status >= 300 && status < 500 ? FailureKind::bad_request : FailureKind::server;
}

// Text of a body that is no JSON: a page of a proxy without its tags, on one line.
std::string plain_words(std::string_view body) {
  std::string out;
  bool tag = false;
  for (const char c : body.substr(0, 4096)) {
    if (c == '<') tag = true;
    const bool blank = tag || c == ' ' || c == '\n' || c == '\r' || c == '\t';
    if (c == '>') tag = false;
    if (!blank) {
      out += c;
    } else if (!out.empty() && out.back() != ' ') {
      out += ' ';
    }
  }
  return out;
}

Failure read(const json& body, int status, std::string message) {
  const std::string type = lower(word_of(body, "type"));
  const std::string code = lower(word_of(body, "code"));
  const std::string text = lower(message);
  Failure out;
  const json* error = member(body, "error");
  const auto told =
      error && error->is_object() ? zai_code(string_at(*error, "code")) : mistral_code(string_at(body, "code"));
  out.kind = told ? told->kind : kind_of_words(text, type, code).value_or(kind_of_status(status));
  out.code = code;
  out.concurrency = out.kind == FailureKind::rate_limit && (code == "1302" || has(text, "concurren"));
  // A key that the host does not know is told by the status alone; "not found" in a 401 is not about the model.
  if (status == 401 || status == 403) out.kind = FailureKind::auth;
  if (status == 402) out.kind = FailureKind::billing;
  if (error) out.context = count_at(*error, "n_ctx");
  out.message = printable(trim_blanks(message));
  return out;
}

}  // namespace

Failure read_failure(const HttpFailure& failure) {
  const json body = parse_json(failure.body);
  std::string message = body.is_object() ? message_of(body) : std::string();
  if (message.empty()) message = plain_words(failure.body);
  Failure out = read(body, failure.status, std::move(message));
  out.message = out.message.empty() ? fmt::format("status {}", failure.status)
                                    : fmt::format("status {}: {}", failure.status, out.message);
  return out;
}

std::optional<Failure> read_error_object(const json& body) {
  if (!body.is_object()) return std::nullopt;
  const json* error = member(body, "error");
  const bool reported =
      error && !error->is_null() && !(error->is_string() && error->get_ref<const std::string&>().empty());
  const bool mistral = string_at(body, "object") == "error" || string_at(body, "type") == "error";
  const bool answer = member(body, "choices") || member(body, "content") || member(body, "response");
  const bool bare = !answer && (member(body, "detail") || member(body, "message"));
  if (!reported && !mistral && !bare) return std::nullopt;
  int status = 500;
  for (const json* place : {error, &body}) {
    if (!place) continue;
    for (const char* key : {"code", "http_status_code", "status_code", "raw_status_code"}) {
      const std::optional<int64_t> code = count_at(*place, key);
      if (code && *code >= 400 && *code < 600) status = static_cast<int>(*code);
    }
  }
  std::string message = message_of(body);
  if (message.empty()) message = "error without a message";
  return read(body, status, std::move(message));
}

Error to_error(const Failure& failure) {
  const auto code = [&] {
    switch (failure.kind) {
      case FailureKind::auth:
      case FailureKind::billing:
      case FailureKind::quota:
      case FailureKind::policy:
      case FailureKind::rate_limit: return Error::Code::refused;
      case FailureKind::model_missing: return Error::Code::not_found;
      case FailureKind::context_too_long:
      case FailureKind::bad_request: return Error::Code::bad_input;
      case FailureKind::not_supported: return Error::Code::unsupported;
      case FailureKind::overloaded:
      case FailureKind::loading:
      case FailureKind::server: return Error::Code::down;
    }
    return Error::Code::down;
  }();
  return {code, fmt::format("{}: {}", name(failure.kind), failure.message)};
}

std::string_view name(FailureKind kind) {
  switch (kind) {
    case FailureKind::auth: return "key not accepted";
    case FailureKind::billing: return "billing";
    case FailureKind::quota: return "quota used up";
    case FailureKind::rate_limit: return "rate limit";
    case FailureKind::overloaded: return "overloaded";
    case FailureKind::loading: return "model is loading";
    case FailureKind::model_missing: return "no such model";
    case FailureKind::context_too_long: return "prompt too long";
    case FailureKind::not_supported: return "not supported";
    case FailureKind::policy: return "refused by the provider's policy";
    case FailureKind::bad_request: return "bad request";
    case FailureKind::server: return "server error";
  }
  return "server error";
}

namespace {

std::optional<double> decimal(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
  if (error != std::errc() || end != text.data() + text.size() || !(value >= 0)) return std::nullopt;
  return value;
}

Duration wait_of(double seconds) {
  const double longest = std::chrono::duration<double>(kLongestWait).count();
  return std::chrono::duration_cast<Duration>(std::chrono::duration<double>(std::min(seconds, longest)));
}

// "Sun, 06 Nov 1994 08:49:37 GMT", the one form that RFC 9110 lets servers send.
std::optional<std::chrono::system_clock::time_point> http_date(const std::string& text) {
  static constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                               "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  char month[4] = "";
  int day = 0, year = 0, hour = 0, minute = 0, second = 0;
  if (std::sscanf(text.c_str(), "%*3s, %2d %3s %4d %2d:%2d:%2d GMT", &day, month, &year, &hour, &minute, &second) !=
      6) {
    return std::nullopt;
  }
  for (size_t i = 0; i < kMonths.size(); ++i) {
    if (kMonths[i] != month) continue;
    const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(i + 1)),
                                           std::chrono::day(static_cast<unsigned>(day))};
    if (!date.ok()) return std::nullopt;
    return std::chrono::sys_days(date) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
           std::chrono::seconds(second);
  }
  return std::nullopt;
}

}  // namespace

std::optional<Duration> retry_after(const std::vector<std::pair<std::string, std::string>>& headers,
                                    std::chrono::system_clock::time_point now) {
  std::optional<Duration> out;
  for (const auto& [name, value] : headers) {
    if (name == "retry-after-ms") {
      if (const auto ms = decimal(value)) return wait_of(*ms / 1000);
    }
    if (name != "retry-after") continue;
    if (const auto seconds = decimal(value)) {
      out = wait_of(*seconds);
    } else if (const auto date = http_date(value)) {
      const double left = std::chrono::duration<double>(*date - now).count();
      out = wait_of(std::max(0.0, left));
    }
  }
  return out;
}

}  // namespace fimd::providers

#include "providers/rate_limit.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>

#include "providers/errors.h"
#include "providers/url.h"

namespace fimd::providers {
namespace {

using std::chrono::system_clock;

constexpr double kLongestPause = 24 * 3600.0;  // seconds
constexpr double kEpochSeconds = 1e9;         // a larger number is a time, not a wait
constexpr double kEpochMilliseconds = 1e12;

Duration seconds(double value) {
  return std::chrono::duration_cast<Duration>(std::chrono::duration<double>(std::clamp(value, 0.0, kLongestPause)));
}

Duration until(system_clock::time_point then, system_clock::time_point now) {
  return seconds(std::chrono::duration<double>(then - now).count());
}

// A decimal number at the front of `text`, which is shortened by it.
std::optional<double> take_number(std::string_view& text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
  if (error != std::errc() || !std::isfinite(value) || value < 0) return std::nullopt;
  text.remove_prefix(static_cast<size_t>(end - text.data()));
  return value;
}

// A duration at the front of `text`: numbers with units. A number without one is seconds and ends it.
std::optional<double> take_duration(std::string_view text, bool whole) {
  static constexpr std::array<std::pair<std::string_view, double>, 5> kUnits = {
      {{"ms", 0.001}, {"h", 3600}, {"m", 60}, {"s", 1}, {"d", 86400}}};
  double sum = 0;
  bool any = false;
  while (!text.empty()) {
    const auto number = take_number(text);
    if (!number) break;
    if (text.empty()) return any ? std::nullopt : number;
    const auto unit =
        std::find_if(kUnits.begin(), kUnits.end(), [&](const auto& u) { return text.starts_with(u.first); });
    if (unit == kUnits.end()) {
      if (whole || any) return std::nullopt;
      return text.starts_with(" s") ? number : std::nullopt;
    }
    text.remove_prefix(unit->first.size());
    sum += *number * unit->second;
    any = true;
  }
  if (!any || (whole && !text.empty())) return std::nullopt;
  return sum;
}

std::optional<system_clock::time_point> time_of(int year, int month, int day, int hour, int minute, int second) {
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok() || hour > 23 || minute > 59 || second > 60) return std::nullopt;
  return std::chrono::sys_days(date) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
         std::chrono::seconds(second);
}

// "2026-12-01T10:03:40Z" or with an offset; `between` is what stands between date and time.
std::optional<system_clock::time_point> date_and_time(std::string_view text, char between, std::string_view* rest) {
  constexpr size_t kLength = 19;
  if (text.size() < kLength || text[10] != between) return std::nullopt;
  const std::string copy(text.substr(0, kLength));
  static constexpr std::string_view kShape = "dddd-dd-dd?dd:dd:dd";
  for (size_t i = 0; i < kLength; ++i) {
    if (kShape[i] == 'd' ? copy[i] < '0' || copy[i] > '9' : kShape[i] != '?' && copy[i] != kShape[i])
      return std::nullopt;
  }
  const auto at = [&copy](size_t from, size_t length) {
    int value = 0;
    std::from_chars(copy.data() + from, copy.data() + from + length, value);
    return value;
  };
  if (rest) *rest = text.substr(kLength);
  return time_of(at(0, 4), at(5, 2), at(8, 2), at(11, 2), at(14, 2), at(17, 2));
}

std::optional<system_clock::time_point> rfc3339(std::string_view text) {
  std::string_view rest;
  auto time = date_and_time(text, 'T', &rest);
  if (!time) return std::nullopt;
  if (rest.starts_with('.')) rest.remove_prefix(std::min(rest.find_first_not_of("0123456789", 1), rest.size()));
  if (rest == "Z" || rest == "z") return time;
  int hours = 0, minutes = 0;
  char sign = 0;
  if (std::sscanf(std::string(rest).c_str(), "%c%2d:%2d", &sign, &hours, &minutes) != 3) return std::nullopt;
  const auto offset = std::chrono::hours(hours) + std::chrono::minutes(minutes);
  if (sign == '+') return *time - offset;
  return sign == '-' ? std::optional(*time + offset) : std::nullopt;
}

std::optional<Duration> read_reset(std::string_view text, system_clock::time_point now) {
  if (const auto time = rfc3339(text)) return until(*time, now);
  const auto value = take_duration(text, true);
  if (!value) return std::nullopt;
  if (*value < kEpochSeconds) return seconds(*value);
  const double epoch = *value >= kEpochMilliseconds ? *value / 1000 : *value;
  return seconds(epoch - std::chrono::duration<double>(now.time_since_epoch()).count());
}

std::optional<int64_t> read_count(std::string_view text) {
  const auto value = take_number(text);
  if (!value || !text.empty() || *value > 1e15) return std::nullopt;
  return static_cast<int64_t>(*value);
}

// A header's name as what it tells and of which window: "reset" of "tokens".
struct Meaning {
  std::string what;    // "limit", "remaining" or "reset"
  std::string window;  // the rest of the name
};

std::optional<Meaning> meaning(std::string_view name) {
  size_t at = std::string_view::npos;
  for (const std::string_view prefix : {"x-ratelimit-", "anthropic-ratelimit-", "ratelimit-"}) {
    if (at == std::string_view::npos && name.starts_with(prefix)) at = prefix.size();
  }
  if (at == std::string_view::npos) return std::nullopt;
  name.remove_prefix(at);
  for (const std::string_view what : {"limit", "remaining", "reset"}) {
    if (name == what) return Meaning{std::string(what), ""};
    if (name.starts_with(what) && name[what.size()] == '-')
      return Meaning{std::string(what), std::string(name.substr(what.size() + 1))};
    if (name.ends_with(what) && name[name.size() - what.size() - 1] == '-') {
      return Meaning{std::string(what), std::string(name.substr(0, name.size() - what.size() - 1))};
    }
  }
  return std::nullopt;
}

// nullopt: something that is not counted in requests or tokens.
std::optional<LimitWindow::Of> counted(std::string_view window) {
  if (window.find("token") != std::string_view::npos) return LimitWindow::Of::tokens;
  if (window.empty() || window.find("req") != std::string_view::npos) return LimitWindow::Of::requests;
  return std::nullopt;
}

}  // namespace

std::optional<Duration> read_duration(std::string_view text) {
  const auto value = take_duration(text, true);
  return value ? std::optional(seconds(*value)) : std::nullopt;
}

LimitReport read_limits(const Headers& headers, system_clock::time_point now) {
  constexpr size_t kMostWindows = 8;
  LimitReport report;
  report.wait = retry_after(headers, now);
  std::vector<std::string> names;  // of the windows, in the same order
  for (const auto& [name, value] : headers) {
    const auto told = meaning(name);
    const auto of = told ? counted(told->window) : std::nullopt;
    if (!of) continue;
    size_t at = static_cast<size_t>(std::find(names.begin(), names.end(), told->window) - names.begin());
    if (at == names.size()) {
      if (names.size() == kMostWindows) continue;
      names.push_back(told->window);
      report.windows.push_back({.of = *of, .limit = {}, .remaining = {}, .reset = {}});
    }
    LimitWindow& window = report.windows[at];
    const std::string text = trim_blanks(value);
    if (told->what == "limit") window.limit = read_count(text);
    if (told->what == "remaining") window.remaining = read_count(text);
    if (told->what == "reset") window.reset = read_reset(text, now);
  }
  return report;
}

std::optional<Duration> wait_in_message(std::string_view message, system_clock::time_point now) {
  constexpr size_t kMostBytes = 4096;
  message = message.substr(0, kMostBytes);
  constexpr auto kBeijing = std::chrono::hours(8);
  for (size_t i = message.find("20"); i != std::string_view::npos; i = message.find("20", i + 1)) {
    if (const auto time = date_and_time(message.substr(i), ' ', nullptr)) return until(*time - kBeijing, now);
  }
  for (const std::string_view words : {"try again in ", "retry in ", "retry after ", "try again after "}) {
    const size_t at = lower(message).find(words);
    if (at == std::string_view::npos) continue;
    if (const auto value = take_duration(message.substr(at + words.size()), false)) return seconds(*value);
  }
  return std::nullopt;
}

}  // namespace fimd::providers

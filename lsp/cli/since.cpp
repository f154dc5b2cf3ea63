#include "lsp/cli/since.h"

#include <charconv>
#include <ctime>

namespace fimd::lsp::cli {
namespace {

using std::chrono::duration_cast;
using std::chrono::milliseconds;

constexpr int64_t kMostSeconds = 100LL * 366 * 24 * 3600;

int64_t seconds_of(char unit) {
  switch (unit) {
    case 's': return 1;
    case 'm': return 60;
    case 'h': return 3600;
    case 'd': return 24 * 3600;
    case 'w': return 7 * 24 * 3600;
    default: return 0;
  }
}

// The whole text as a date in local time, or -1.
std::time_t date_of(const std::string& text) {
  for (const char* form : {"%Y-%m-%d", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M"}) {
    std::tm parts{};
    parts.tm_isdst = -1;
    const char* end = ::strptime(text.c_str(), form, &parts);
    if (end != nullptr && *end == '\0') return std::mktime(&parts);
  }
  return -1;
}

}  // namespace

Result<int64_t> since_ms(const std::string& text, std::chrono::system_clock::time_point now) {
  if (text.empty()) return 0;
  int64_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error == std::errc() && end + 1 == text.data() + text.size() && seconds_of(*end) != 0 && count >= 0 &&
      count <= kMostSeconds / seconds_of(*end)) {
    const int64_t at = duration_cast<milliseconds>(now.time_since_epoch()).count() - count * seconds_of(*end) * 1000;
    return std::max<int64_t>(at, 0);
  }
  if (const std::time_t at = date_of(text); at >= 0) return static_cast<int64_t>(at) * 1000;
  return fail(Error::Code::bad_input, "--since: neither a time like 30m, 12h, 7d nor a date like 2026-11-30: " + text);
}

}  // namespace fimd::lsp::cli

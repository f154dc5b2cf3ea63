// Logging. One process-wide logger (spdlog, hidden in log.cpp); callable from any thread.
//
// info: one line per request; debug: may hold text of the user's files; error: says what the user can do.
// Nothing is ever written to stdout, which belongs to the protocol.
#pragma once

#include <fmt/core.h>

#include <functional>
#include <string>
#include <string_view>

namespace fimd::log {

enum class Level { trace, debug, info, warn, error, off };

struct Options {
  Level level = Level::info;
  std::string file;  // empty: stderr
};

// Sets level and destination; may be called again. A file that cannot be opened leaves stderr in force and is
// reported there.
void configure(const Options& options);

// The level of that name ("trace" ... "off"); nullopt-like: returns false and leaves `level` alone when unknown.
bool parse_level(std::string_view name, Level& level);

// Called, on the logging thread, with every line at info or above; used for window/logMessage. Empty: none.
void set_hook(std::function<void(Level, std::string_view)> hook);

void write(Level level, std::string_view line);
[[nodiscard]] bool enabled(Level level);

template <class... A>
void debug(fmt::format_string<A...> f, A&&... a) {
  if (enabled(Level::debug)) write(Level::debug, fmt::format(f, std::forward<A>(a)...));
}
template <class... A>
void info(fmt::format_string<A...> f, A&&... a) {
  if (enabled(Level::info)) write(Level::info, fmt::format(f, std::forward<A>(a)...));
}
template <class... A>
void warn(fmt::format_string<A...> f, A&&... a) {
  if (enabled(Level::warn)) write(Level::warn, fmt::format(f, std::forward<A>(a)...));
}
template <class... A>
void error(fmt::format_string<A...> f, A&&... a) {
  if (enabled(Level::error)) write(Level::error, fmt::format(f, std::forward<A>(a)...));
}

// An impossible state. Aborts where FIMD_BUGS_ABORT is set in the environment (the tests set it), logs an error
// otherwise; the caller then returns something safe.
void bug(std::string_view what);

}  // namespace fimd::log

#include "context/log.h"

#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <cstdlib>
#include <memory>
#include <utility>

namespace fimd::log {
namespace {

std::shared_ptr<spdlog::logger> make_stderr() {
  auto logger = std::make_shared<spdlog::logger>("fimd", std::make_shared<spdlog::sinks::stderr_sink_mt>());
  logger->set_pattern("%H:%M:%S.%e %L %v");
  return logger;
}

struct State {
  std::shared_ptr<spdlog::logger> logger = make_stderr();
  std::function<void(Level, std::string_view)> hook;
};

State& state() {
  static State s;
  return s;
}

spdlog::level::level_enum to_spd(Level level) {
  switch (level) {
    case Level::trace: return spdlog::level::trace;
    case Level::debug: return spdlog::level::debug;
    case Level::info: return spdlog::level::info;
    case Level::warn: return spdlog::level::warn;
    case Level::error: return spdlog::level::err;
    case Level::off: return spdlog::level::off;
  }
  return spdlog::level::info;
}

}  // namespace

void configure(const Options& options) {
  auto logger = make_stderr();
  if (!options.file.empty()) {
    try {
      logger = std::make_shared<spdlog::logger>(
          "fimd", std::make_shared<spdlog::sinks::basic_file_sink_mt>(options.file));
      logger->set_pattern("%Y-%m-%d %H:%M:%S.%e %L %v");
      logger->flush_on(spdlog::level::info);
    } catch (const spdlog::spdlog_ex& e) {
      logger->error("log: cannot write {}: {}; logging to stderr", options.file, e.what());
    }
  }
  logger->set_level(to_spd(options.level));
  state().logger = std::move(logger);
}

bool parse_level(std::string_view name, Level& level) {
  static constexpr std::pair<std::string_view, Level> kNames[] = {
      {"trace", Level::trace}, {"debug", Level::debug}, {"info", Level::info},
      {"warn", Level::warn},   {"error", Level::error}, {"off", Level::off}};
  for (const auto& [known, value] : kNames) {
    if (known == name) {
      level = value;
      return true;
    }
  }
  return false;
}

void set_hook(std::function<void(Level, std::string_view)> hook) { state().hook = std::move(hook); }

void write(Level level, std::string_view line) {
  auto& s = state();
  s.logger->log(to_spd(level), "{}", line);
  if (s.hook && level >= Level::info) s.hook(level, line);
}

bool enabled(Level level) { return state().logger->should_log(to_spd(level)); }

void bug(std::string_view what) {
  write(Level::error, fmt::format("bug: {}", what));
  if (std::getenv("FIMD_BUGS_ABORT") != nullptr) std::abort();
}

}  // namespace fimd::log

// The figures of this process in Prometheus' text format (version 0.0.4). Labels are names of providers, stages and
// outcomes: nothing of any text, file or folder. Pure.
#pragma once

#include <string>
#include <string_view>

#include "lsp/metrics.h"

namespace fimd::lsp::http {

inline constexpr std::string_view kExpositionType = "text/plain; version=0.0.4; charset=utf-8";

// `spent_today`: US dollars, of all editors together.
[[nodiscard]] std::string exposition(const Metrics& metrics, double spent_today);

}  // namespace fimd::lsp::http

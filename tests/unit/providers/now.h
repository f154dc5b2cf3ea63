// The moment at which tests of times begin.
#pragma once

#include <chrono>

#include "context/budget.h"

namespace fimd::providers {

inline const TimePoint kNow = TimePoint{} + std::chrono::hours(1);

}  // namespace fimd::providers

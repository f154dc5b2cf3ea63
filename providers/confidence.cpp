#include "providers/confidence.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace fimd::providers {
namespace {

constexpr double kStep = 0.05;
constexpr double kEnough = 20;      // suggestions, before anything is concluded
constexpr double kWorthless = 0.05;  // share that is taken
constexpr double kMemory = 500;     // suggestions
constexpr double kSlowDecode = 60;  // tokens a second: 17 ms each

}  // namespace

void Scores::add(size_t bytes, std::span<const double> logprobs) {
  Piece piece{
      .end = bytes + (pieces_.empty() ? 0 : pieces_.back().end), .sum = 0, .lowest = 0, .tokens = logprobs.size()};
  for (const double p : logprobs) {
    piece.sum += p;
    piece.lowest = std::min(piece.lowest, p);
  }
  pieces_.push_back(piece);
}

std::optional<Sureness> Scores::over(size_t from, size_t to) const {
  Sureness all;
  size_t tokens = 0, begin = 0;
  for (const Piece& piece : pieces_) {
    if (begin >= to) break;
    if (piece.end > from) {
      all.mean += piece.sum;
      all.lowest = std::min(all.lowest, piece.lowest);
      tokens += piece.tokens;
    }
    begin = piece.end;
  }
  if (tokens == 0) return std::nullopt;
  all.mean /= static_cast<double>(tokens);
  return all;
}

void Threshold::learn(double lowest_logprob, bool taken) {
  const double probability = std::min(1.0, std::exp(lowest_logprob));
  for (Step& step : steps_) {
    step.shown *= 1 - 1 / kMemory;
    step.taken *= 1 - 1 / kMemory;
  }
  const auto at = static_cast<size_t>(probability / kStep);
  if (at >= kSteps) return;
  steps_[at].shown += 1;
  steps_[at].taken += taken ? 1 : 0;
}

double Threshold::above(double least) const {
  if (least <= 0) return -std::numeric_limits<double>::infinity();
  double learned = 0, shown = 0, taken = 0;
  for (size_t i = 0; i < kSteps; ++i) {
    shown += steps_[i].shown;
    taken += steps_[i].taken;
    if (shown < kEnough) continue;  // together with the next step, then
    if (taken / shown >= kWorthless) break;
    learned = kStep * static_cast<double>(i + 1);
    shown = taken = 0;
  }
  return std::log(std::max(least, learned));
}

bool wants_logprobs(const ProviderConfig& config, const Rates& rates) {
  if (config.logprobs) return *config.logprobs;
  if (config.via == "chat") return false;
  if (config.kind == "vllm" || config.kind == "sglang" || config.kind == "deepseek") return true;
  const bool sorts = config.kind == "llama.cpp" || config.kind == "ollama";
  return sorts && rates.decode > 0 && rates.decode < kSlowDecode;
}

}  // namespace fimd::providers

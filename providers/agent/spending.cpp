#include "providers/agent/spending.h"

#include <algorithm>

namespace fimd::providers::agent {
namespace {

constexpr double kMillion = 1e6;
constexpr double kLeastAnswer = 256;  // tokens; a call of edit_file takes about as many

}  // namespace

void book(Spent& spent, const Usage& usage, int64_t estimated_in, int64_t estimated_out) {
  if (!usage.prompt_tokens || !usage.output_tokens) spent.estimated = true;
  const int64_t in = usage.prompt_tokens.value_or(estimated_in);
  spent.in += in;
  spent.cached += std::clamp<int64_t>(usage.cached_tokens.value_or(0), 0, in);
  spent.out += usage.output_tokens.value_or(estimated_out);
}

double cost_of(const Spent& spent, const Price& price) {
  Usage usage;
  usage.prompt_tokens = spent.in;
  usage.cached_tokens = spent.cached;
  usage.output_tokens = spent.out;
  return providers::cost_of(price, usage);
}

std::optional<int> affordable(const Spent& spent, const SpendingLimits& limits, int64_t prompt, int wanted) {
  const Price& price = limits.price;
  double most = wanted;
  if (limits.tokens > 0) most = std::min(most, static_cast<double>(limits.tokens - spent.in - spent.out - prompt));
  if (limits.cost > 0 && price.known) {
    const double left = limits.cost - cost_of(spent, price) - static_cast<double>(prompt) * price.input / kMillion;
    if (left <= 0) return std::nullopt;
    if (price.output > 0) most = std::min(most, left / price.output * kMillion);
  }
  if (most < std::min<double>(kLeastAnswer, wanted)) return std::nullopt;
  return static_cast<int>(most);
}

}  // namespace fimd::providers::agent

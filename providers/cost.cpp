#include "providers/cost.h"

#include <algorithm>
#include <cctype>

#include "providers/provider.h"

namespace fimd::providers {
namespace {

constexpr double kMillion = 1e6;
constexpr double kUsualBytesPerToken = 3.3;  // of code, over the tokenizers of the FIM families

struct Listed {
  std::string_view begin;  // of a model's name in lower case, without its owner
  double input, cached, output;
  std::string_view as_of;
};

// The first that fits counts. Where a provider lists no price for cached input, that of input stands.
constexpr Listed kListed[] = {
    {"codestral", 0.30, 0.03, 0.90, "2026-11"},
    {"devstral-small", 0.10, 0.10, 0.30, "2026-11"},
    {"devstral", 0.40, 0.40, 2.00, "2026-11"},
    {"mistral-medium", 1.50, 0.15, 7.50, "2026-04"},
    {"mistral-large", 0.68, 0.07, 2.09, "2026-11"},
    {"glm-5-code", 1.20, 1.20, 5.00, "2026-11"},
    {"glm-5.", 1.40, 0.26, 4.40, "2026-08"},
    {"glm-5", 1.00, 0.20, 3.20, "2026-02"},
    {"glm-4.5", 0.60, 0.11, 2.20, "2026-11"},
    {"deepseek-v4-pro", 1.32, 0.044, 3.96, "2026-11"},  // by day; half of it by night
    {"deepseek", 0.30, 0.006, 1.20, "2026-11"},
    {"mercury", 0.25, 0.025, 0.75, "2026-11"},
};

std::string bare(std::string_view model) {
  std::string out(model.substr(model.rfind('/') + 1));
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

}  // namespace

Price price_of(const ProviderConfig& config) {
  if (config.price) return *config.price;
  if (config.jurisdiction == "local" || config.kind == "builtin") return {.known = true, .as_of = "local"};
  return listed_price(config.model).value_or(Price{});
}

std::optional<Price> listed_price(std::string_view model) {
  const std::string name = bare(model);
  for (const Listed& l : kListed) {
    if (name.starts_with(l.begin)) return Price{l.input, l.cached, l.output, true, std::string(l.as_of)};
  }
  return std::nullopt;
}

double cost_of(const Price& price, const Usage& usage) {
  const auto count = [](const std::optional<int64_t>& n) {
    return static_cast<double>(std::max<int64_t>(n.value_or(0), 0));
  };
  const double prompt = count(usage.prompt_tokens), cached = std::min(count(usage.cached_tokens), prompt);
  return ((prompt - cached) * price.input + cached * price.cached + count(usage.output_tokens) * price.output) /
         kMillion;
}

Usage estimated_usage(size_t prompt_bytes, size_t pieces) {
  Usage out;
  out.prompt_tokens = static_cast<int64_t>(static_cast<double>(prompt_bytes) / kUsualBytesPerToken);
  out.output_tokens = static_cast<int64_t>(pieces);
  return out;
}

}  // namespace fimd::providers

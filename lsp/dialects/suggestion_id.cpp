#include "lsp/dialects/suggestion_id.h"

#include <fmt/format.h>

#include <charconv>
#include <nlohmann/json.hpp>

namespace fimd::lsp {
namespace {

constexpr std::string_view kHead = "fimd-";

}  // namespace

std::string suggestion_id(uint64_t flight, size_t rank) { return fmt::format("{}{}-{}", kHead, flight, rank); }

std::optional<uint64_t> flight_of_id(const nlohmann::json& id) {
  if (!id.is_string()) return std::nullopt;
  const auto& text = id.get_ref<const std::string&>();
  if (!text.starts_with(kHead)) return std::nullopt;
  uint64_t flight = 0;
  const auto [end, error] = std::from_chars(text.data() + kHead.size(), text.data() + text.size(), flight);
  if (error != std::errc() || end == text.data() + text.size() || *end != '-') return std::nullopt;
  return flight;
}

}  // namespace fimd::lsp

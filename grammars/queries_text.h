// The texts of grammars/queries/, as CMake builds them in. Constant data: any thread.
#pragma once

#include <span>
#include <string_view>

namespace fimd::grammars {

struct QueryText {
  std::string_view grammar;
  std::string_view file;  // "symbols"
  std::string_view text;
};

[[nodiscard]] std::span<const QueryText> query_texts();

}  // namespace fimd::grammars

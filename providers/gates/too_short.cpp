// Suggestions that are not worth a glance: one sign, or only signs that already stand there.
#include <fmt/core.h>

#include <algorithm>

#include "providers/gates/gate.h"

namespace fimd::providers::gates {

Verdict too_short(std::string_view text, const View& view) {
  const std::string_view body = trim_both(text);
  if (std::any_of(body.begin(), body.end(), is_word)) return pass(text);
  if (body.size() <= 1) return drop(fmt::format("{} alone is not worth showing", quoted(body)));
  if (trim_left(view.line_after).starts_with(body)) {
    return drop(fmt::format("{} already stands right of the cursor", quoted(body)));
  }
  const std::vector<std::string_view> below = lines_below(view, 1);
  if (is_blank(view.line_after) && !below.empty() && trim_both(below.front()) == body && view.missing.empty()) {
    return drop(fmt::format("{} already stands below", quoted(body)));
  }
  return pass(text);
}

}  // namespace fimd::providers::gates

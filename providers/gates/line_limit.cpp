// Several lines only where they fit: nothing but closers right of the cursor, and no more than the user allows.
#include <fmt/core.h>

#include "providers/gates/gate.h"

namespace fimd::providers::gates {

Verdict line_limit(std::string_view text, const View& view) {
  const size_t most = view.at.allow_multiline ? view.at.max_lines : 1;
  size_t lines = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\n' || ++lines < most) continue;
    if (is_blank(text.substr(i))) return pass(text);
    const std::string_view head = text.substr(0, i);
    if (view.at.allow_multiline) return cut(head, fmt::format("more than {} lines", most));
    return cut(head, "text follows the cursor, so one line must do");
  }
  return pass(text);
}

}  // namespace fimd::providers::gates

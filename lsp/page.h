// What the pages that fimd writes share: one file of HTML with its own style and drawings, no script, nothing from
// elsewhere, light or dark as the system is. Pure.
#pragma once

#include <string>
#include <string_view>

namespace fimd::lsp {

// From the doctype to the heading; the page ends with "</body>\n</html>\n".
[[nodiscard]] std::string page_head(std::string_view title);

// As text of an element or a quoted attribute.
[[nodiscard]] std::string escaped(std::string_view text);

// A figure with its name, for a <div class="tiles">. `value` is HTML.
[[nodiscard]] std::string tile(const std::string& value, std::string_view name);

}  // namespace fimd::lsp

// Indentation of a line that follows, in the style of the document. Pure.
#pragma once

#include <string>

#include "providers/builtin/scene.h"

namespace fimd::providers::builtin {

// One level of indentation as the document writes it: a tab or some spaces.
[[nodiscard]] std::string indent_unit(const OpenDocument& document);

// The white space at the start of the line behind the cursor's, for a line break of this kind.
[[nodiscard]] std::string next_indentation(const OpenDocument& document, const Scene& scene, Word line_break);

}  // namespace fimd::providers::builtin

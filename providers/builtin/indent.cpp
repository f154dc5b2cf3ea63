#include "providers/builtin/indent.h"

#include <algorithm>
#include <array>

#include "context/text.h"
#include "providers/builtin/lexer.h"

namespace fimd::providers::builtin {
namespace {

constexpr size_t kLooked = 400;  // lines that tell the style

std::string_view white_start(std::string_view line) {
  const auto end = std::find_if(line.begin(), line.end(), [](char c) { return c != ' ' && c != '\t'; });
  return line.substr(0, static_cast<size_t>(end - line.begin()));
}

}  // namespace

std::string indent_unit(const OpenDocument& document) {
  std::array<size_t, 9> steps{};  // how often a line is so many spaces deeper than the one above
  size_t tabs = 0;
  int above = 0;
  for (size_t i = 0; i < std::min(kLooked, document.lines()); ++i) {
    const int indent = document.line(i).indent;
    if (indent < 0) continue;
    if (context::line_text(*document.text, i).starts_with('\t'))
      ++tabs;
    else if (indent > above && indent - above <= 8)
      ++steps[static_cast<size_t>(indent - above)];
    above = indent;
  }
  const auto best = std::max_element(steps.begin() + 2, steps.end());
  if (tabs > *best) return "\t";
  return std::string(*best == 0 ? 4 : static_cast<size_t>(best - steps.begin()), ' ');
}

std::string next_indentation(const OpenDocument& document, const Scene& scene, Word line_break) {
  const std::string own(white_start(scene.left));
  if (line_break == kSame) return own;
  if (line_break == kDeeper) return own + indent_unit(document);
  // Back to the nearest line above that is less deep.
  const size_t offset = static_cast<size_t>(scene.left.data() - document.text->utf8.data());
  for (size_t i = context::line_of(*document.text, offset); i > 0;) {
    const int indent = document.line(--i).indent;
    if (indent >= 0 && indent < scene.indent) return std::string(white_start(context::line_text(*document.text, i)));
  }
  return {};
}

}  // namespace fimd::providers::builtin

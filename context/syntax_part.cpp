// A part of a text that a parser reads alone as it reads it in its place.
#include <algorithm>
#include <optional>

#include "context/syntax_data.h"

namespace fimd::context {
namespace {

// Nodes whose children would be read in the same way at the top of a file.
constexpr grammars::Words kTransparent{
    "namespace_definition namespace_declaration declaration_list linkage_specification preproc_if preproc_ifdef "
    "preproc_else preproc_elif export_statement internal_module module mod_item program_block"};
constexpr size_t kNeighbour = 1500;  // bytes of a neighbour that is taken along

struct Span {
  size_t start = 0, end = 0;  // bytes
};

void take_along(Span& span, TSNode neighbour) {
  if (ts_node_is_null(neighbour) || end_of(neighbour) - begin_of(neighbour) > kNeighbour) return;
  span = {std::min(span.start, begin_of(neighbour)), std::max(span.end, end_of(neighbour))};
}

// The node at one level that holds `offset`, with its neighbours; `gap`: it stands between two nodes. False if there is
// nothing on both sides.
bool around(Walk& walk, size_t offset, Span& wide, bool& gap) {
  if (!walk.down_to(offset == 0 ? 0 : offset - 1)) return false;
  const TSNode node = walk.node();
  gap = begin_of(node) > offset;
  wide = {std::min(begin_of(node), offset), end_of(node)};
  if (gap) wide.end = offset, take_along(wide, node);
  take_along(wide, ts_node_prev_sibling(node));
  take_along(wide, ts_node_next_sibling(node));
  return true;
}

Span whole_lines(const Text& text, Span span) {
  const size_t last = line_of(text, span.end) + 1;
  return {text.lines[line_of(text, span.start)], last < text.lines.size() ? text.lines[last] : text.utf8.size()};
}

// The smallest level at which a node holds the offset and everything above it is transparent, or a place between two
// declarations of the file.
std::optional<Span> choose(const Tree::Data& data, size_t offset, size_t most) {
  Walk walk(data.root());
  Span wide;
  bool gap = false;
  for (bool top = true; around(walk, offset, wide, gap); top = false) {
    const bool transparent = kTransparent.has(kind(walk.node()));
    if (gap ? !top : transparent) {
      if (gap) return std::nullopt;
      continue;
    }
    const Span lines = whole_lines(*data.text, wide);
    return lines.end - lines.start <= most ? std::optional(lines) : std::nullopt;
  }
  return std::nullopt;
}

}  // namespace

std::optional<Part> part_around(const Tree& tree, size_t offset, size_t most, std::stop_token stop) {
  if (!tree) return std::nullopt;
  const Text& text = *tree.text();
  const auto span = choose(*tree.data(), std::min(offset, text.utf8.size()), most);
  if (!span || offset < span->start || offset > span->end) return std::nullopt;
  auto alone = std::make_shared<const Text>(
      make_text(text.uri, text.version, text.language, text.utf8.substr(span->start, span->end - span->start)));
  auto parsed = parse(alone, std::move(stop));
  if (!parsed || parsed->errors() != tree.errors(span->start, span->end)) return std::nullopt;
  return Part{std::move(*parsed), span->start};
}

}  // namespace fimd::context

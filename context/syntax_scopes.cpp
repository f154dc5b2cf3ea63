// The scopes around a place in a tree, with their names and bodies.
#include <algorithm>
#include <optional>

#include "context/syntax_data.h"

namespace fimd::context {
namespace {

constexpr size_t kMaxDeclarator = 200;  // bytes; a longer declarator is no name
constexpr size_t kMaxScopes = 64;

std::optional<TSNode> field_of(TSNode node, std::string_view field) {
  const TSNode child = ts_node_child_by_field_name(node, field.data(), static_cast<uint32_t>(field.size()));
  return ts_node_is_null(child) ? std::nullopt : std::optional(child);
}

// The node that holds what a scope is made of; the node itself where its children are that.
std::optional<TSNode> body_of(const grammars::Grammar& grammar, TSNode node) {
  if (grammar.bodies.has(kind(node))) return node;
  if (const auto body = field_of(node, "body")) return body;
  Walk walk(node);
  if (!walk.down()) return std::nullopt;
  do {
    if (ts_node_is_named(walk.node()) && grammar.bodies.has(kind(walk.node()))) return walk.node();
  } while (walk.next());
  return std::nullopt;
}

// A C declarator is wrapped in pointers, parameters and arrays; its innermost part is the name.
TSNode innermost_declarator(TSNode node) {
  for (int depth = 0; depth < 32; ++depth) {
    const auto inner = field_of(node, "declarator");
    if (!inner) break;
    node = *inner;
  }
  return node;
}

// The child of an element or a rule that names it.
std::optional<TSNode> head_of(TSNode node) {
  Walk walk(node);
  if (!walk.down()) return std::nullopt;
  const std::string_view first = kind(walk.node());
  if (first == "selectors") return walk.node();
  if (!first.ends_with("tag") || !walk.down()) return std::nullopt;
  do {
    if (kind(walk.node()) == "tag_name") return walk.node();
  } while (walk.next());
  return std::nullopt;
}

std::optional<TSNode> name_node(TSNode node, std::optional<TSNode> parent) {
  if (const auto name = field_of(node, "name")) return name;
  if (const auto declarator = field_of(node, "declarator")) return innermost_declarator(*declarator);
  if (kind(node) == "impl_item") return field_of(node, "type");
  if (const auto head = head_of(node)) return head;
  // "const f = () => …", "f = function …", "key: {…}": the name stands on the left of the value.
  if (!parent) return std::nullopt;
  static constexpr grammars::Words kValueFields{"value right type"};
  for (const std::string_view field : {"name", "left", "key", "property"}) {
    const auto name = field_of(*parent, field);
    if (!name) continue;
    for (const std::string_view value : kValueFields.list()) {
      const auto found = field_of(*parent, value);
      if (found && ts_node_eq(*found, node)) return name;
    }
  }
  return std::nullopt;
}

std::string name_of(const Tree::Data& data, TSNode node, std::optional<TSNode> parent) {
  const auto name = name_node(node, parent);
  if (!name) return {};
  const std::string_view text = text_of(data, *name);
  return text.size() > kMaxDeclarator ? std::string() : std::string(text);
}

// Where the question is asked: the byte whose nodes are looked at and, on a blank line of a language with indentation,
// the column that a scope must be indented less than.
struct Asked {
  size_t byte = 0;
  std::optional<size_t> column;
};

Asked ask(const Tree::Data& data, size_t offset) {
  const std::string_view utf8 = data.text->utf8;
  const size_t before = utf8.substr(0, offset).find_last_not_of(" \t\r\n\f");
  const bool blank_after =
      offset == utf8.size() || std::string_view("\r\n").find(utf8[offset]) != std::string_view::npos;
  if (!data.language->indented || before == std::string_view::npos || !blank_after) return {offset, std::nullopt};
  const size_t line = data.text->lines[line_of(*data.text, offset)];
  return {before, before < line ? std::optional(offset - line) : std::optional(SIZE_MAX)};
}

size_t indentation(const Tree::Data& data, TSNode node) {
  const std::string_view utf8 = data.text->utf8;
  const size_t line = data.text->lines[line_of(*data.text, begin_of(node))];
  return std::min(utf8.substr(line).find_first_not_of(" \t"), utf8.size() - line);
}

bool contains(const Tree::Data& data, TSNode node, size_t offset, const Asked& asked, bool block) {
  if (begin_of(node) < offset && offset < end_of(node)) return true;
  if (!asked.column || begin_of(node) >= offset) return false;
  // A block begins with its first statement, which stands as deep as what belongs to it.
  return *asked.column > indentation(data, node) || (block && *asked.column == indentation(data, node));
}

}  // namespace

std::vector<Scope> Tree::scopes(size_t offset) const {
  std::vector<Scope> found;
  if (!data_ || offset > data_->text->utf8.size()) return found;
  if (const Embedded* part = data_->embedded_at(offset)) {
    found = part->tree.scopes(offset - part->start);
    for (Scope& scope : found) {
      scope.start += part->start;
      scope.end += part->start;
      scope.body += part->start;
    }
  }
  const grammars::Grammar& grammar = data_->grammar();
  const Asked asked = ask(*data_, offset);
  const std::vector<TSNode> path = path_to(*data_, asked.byte);
  for (size_t i = path.size(); i-- > 1 && found.size() < kMaxScopes;) {
    const TSNode node = path[i];
    if (!grammar.scopes.has(kind(node))) continue;
    const auto body = body_of(grammar, node);
    const bool block = body && ts_node_eq(*body, node);
    if (!body && kind(node).ends_with("_specifier")) continue;  // "struct stat s" only mentions one
    if (!contains(*data_, node, offset, asked, block)) continue;
    if (block && grammar.scopes.has(kind(path[i - 1]))) {
      const auto owned = body_of(grammar, path[i - 1]);
      if (owned && ts_node_eq(*owned, node)) continue;
    }
    found.push_back({.kind = std::string(kind(node)),
                     .name = name_of(*data_, node, path[i - 1]),
                     .start = begin_of(node),
                     .end = end_of(node),
                     .body = begin_of(body.value_or(node))});
  }
  return found;
}

}  // namespace fimd::context

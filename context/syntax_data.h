// What is inside a Tree, for the sources that read nodes (syntax*.cpp, symbols*.cpp), and how they walk: every walk is
// a loop with a cursor, since a text can nest deeper than the stack is.
#pragma once

#include <tree_sitter/api.h>

#include <memory>
#include <string_view>
#include <vector>

#include "context/syntax.h"
#include "grammars/registry.h"

namespace fimd::context {

// A part of a text that is in another language, with its own tree: a script in HTML, a fenced block in Markdown.
struct Embedded {
  size_t start = 0, end = 0;  // bytes of the outer text
  Tree tree;                  // of a copy of that part; not empty
};

// Row and byte in it, as ByteEdit has them.
[[nodiscard]] inline Position byte_position(const Text& text, size_t offset) {
  const size_t line = line_of(text, offset);
  return {static_cast<uint32_t>(line), static_cast<uint32_t>(offset - text.lines[line])};
}

struct Tree::Data {
  struct Free {
    void operator()(TSTree* dropped) const { ts_tree_delete(dropped); }
  };

  std::unique_ptr<TSTree, Free> tree;
  Snapshot text;
  const grammars::Language* language = nullptr;  // its grammar is not null
  std::vector<Embedded> embedded;                // parts in other languages, by start

  // The part that holds the place, or null. What ends with its line ends before the next one.
  [[nodiscard]] const Embedded* embedded_at(size_t offset) const;

  [[nodiscard]] const grammars::Grammar& grammar() const { return *language->grammar; }
  [[nodiscard]] TSNode root() const { return ts_tree_root_node(tree.get()); }
};

// Parses the parts that are in other languages, one level deep. Parts that `before` has too are not parsed again. False
// when it was stopped.
[[nodiscard]] bool read_embedded(Tree::Data& data, const Tree::Data* before, const std::stop_token& stop);

// As parse(), without the parts in other languages.
[[nodiscard]] Result<Tree> parse_flat(Snapshot text, const Tree& old, std::span<const ByteEdit> edits,
                                      std::stop_token stop);

// A place in a tree that moves; owned by one walk.
class Walk {
 public:
  explicit Walk(TSNode root) : cursor_(ts_tree_cursor_new(root)) {}
  ~Walk() { ts_tree_cursor_delete(&cursor_); }
  Walk(const Walk&) = delete;
  Walk& operator=(const Walk&) = delete;

  [[nodiscard]] TSNode node() const { return ts_tree_cursor_current_node(&cursor_); }
  [[nodiscard]] std::string_view field() const;  // the field of its parent that the node is, or empty

  // Each moves and returns true, or stays and returns false.
  bool down() { return ts_tree_cursor_goto_first_child(&cursor_); }
  bool down_to(size_t byte);  // to the first child that ends behind `byte`
  bool next() { return ts_tree_cursor_goto_next_sibling(&cursor_); }
  bool up() { return ts_tree_cursor_goto_parent(&cursor_); }

 private:
  TSTreeCursor cursor_;
};

// The nodes that hold the byte at `byte`, from the root inwards; only the root if the byte is outside of it.
[[nodiscard]] std::vector<TSNode> path_to(const Tree::Data& data, size_t byte);

[[nodiscard]] inline std::string_view kind(TSNode node) {
  return ts_node_type(node);
}
[[nodiscard]] inline size_t begin_of(TSNode node) {
  return ts_node_start_byte(node);
}
[[nodiscard]] inline size_t end_of(TSNode node) {
  return ts_node_end_byte(node);
}

// The text of a node; what lies outside of the text is left out.
[[nodiscard]] std::string_view text_of(const Tree::Data& data, TSNode node);

}  // namespace fimd::context

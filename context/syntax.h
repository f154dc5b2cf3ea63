// Syntax trees: one small interface in front of tree-sitter, the only one the rest of fimd sees.
//
// A Tree is an immutable value (a counted handle) that remembers the language and the text it was parsed from; it
// may be used from any thread. Parsing takes time in proportion to the text, so it runs on a worker, never on the
// loop, and stops within about a millisecond when its stop token is set. A language without a grammar has no tree;
// everything works without one, only less precisely.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "context/result.h"
#include "context/text.h"

namespace fimd::context {

enum class Place { code, comment, string };

// A node that opens a scope (function, class, block, namespace ...) around a byte offset.
struct Scope {
  std::string kind;   // the grammar's node name
  std::string name;   // the declared name, or empty
  size_t start = 0;   // bytes
  size_t end = 0;     // bytes, exclusive
  size_t body = 0;    // where the body begins (bytes); start if the grammar does not tell
};

class Tree {
 public:
  struct Data;  // holds the TSTree; defined in syntax.cpp

  Tree() = default;  // empty: no grammar, or not parsed yet
  explicit Tree(std::shared_ptr<const Data> data) : data_(std::move(data)) {}

  explicit operator bool() const { return data_ != nullptr; }
  [[nodiscard]] const Snapshot& text() const;  // the text that was parsed; never null when the tree is not empty
  [[nodiscard]] const Data* data() const { return data_.get(); }

  // Number of ERROR and MISSING nodes that intersect the byte range [start, end).
  [[nodiscard]] size_t errors(size_t start, size_t end) const;
  [[nodiscard]] size_t errors() const;  // in the whole text

  // Whether the byte at `offset` lies inside a comment or a string literal.
  [[nodiscard]] Place place(size_t offset) const;

  // The scopes that contain `offset`, innermost first; the file itself is not one of them.
  [[nodiscard]] std::vector<Scope> scopes(size_t offset) const;

  // The end (bytes) of the smallest statement, declaration or scope that begins at or after `from` and is complete
  // (holds no ERROR or MISSING) there; nullopt if none. Used to find where a suggestion may be cut.
  [[nodiscard]] std::vector<size_t> complete_ends(size_t from, size_t to) const;

  // The tree as an S-expression, for tests.
  [[nodiscard]] std::string sexp() const;

 private:
  std::shared_ptr<const Data> data_;
};

// Whether there is a grammar for an editor's language id (aliases such as "shellscript" and "sh" are known).
[[nodiscard]] bool has_grammar(std::string_view language);

// Parses a text from scratch. Errors: not_found (no grammar), cancelled (stop was requested), io (the grammar's
// module cannot be loaded), bad_input (the text is larger than 16 MiB).
[[nodiscard]] Result<Tree> parse(Snapshot text, std::stop_token stop);

// Parses again after edits. `old` is the tree of the text before the edits; only what changed is parsed anew.
// Errors as for parse().
[[nodiscard]] Result<Tree> reparse(const Tree& old, std::span<const ByteEdit> edits, Snapshot text,
                                   std::stop_token stop);

// The tree as it would be with `insert` put in place of [start, end): what a suggestion would do to the file.
// The tree's text is not changed. Errors as for parse().
[[nodiscard]] Result<Tree> with_replacement(const Tree& tree, size_t start, size_t end, std::string_view insert,
                                            std::stop_token stop);

}  // namespace fimd::context

// Syntax trees: one small interface in front of tree-sitter, the only one the rest of fimd sees.
//
// A Tree is an immutable value (a counted handle) that remembers the language and the text it was parsed from; copies
// may be used from several threads at once. Parsing takes time in proportion to the text (0.1 to 0.3 s per MB; more,
// even quadratic, for deep nesting that is full of errors), and so does dropping the last handle of a tree (20 to 60 ms
// per MB): both belong on a worker, with a stop token that is set in time. A parse stops within a millisecond; the
// parser does not look for a stop while it balances the tree of several MB (30 ms) and while it gives up on brackets
// that are open at the end of the text (6 ms per 1,000). A language without a grammar has no tree; everything works
// without one, only less precisely.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "context/budget.h"
#include "context/result.h"
#include "context/text.h"

namespace fimd::context {

enum class Place { code, comment, string };

// A node that opens a scope (function, class, block, namespace ...) around a byte offset. A block that is the body of
// a listed scope is not listed again.
struct Scope {
  std::string kind;  // the grammar's node name
  std::string name;  // the declared name ("Flight::stop"), or empty
  size_t start = 0;  // bytes
  size_t end = 0;    // bytes, exclusive
  size_t body = 0;   // where the body begins (bytes; at its bracket if it has one); start if the grammar does not tell
};

class Tree {
 public:
  struct Data;  // holds the TSTree; defined in syntax.cpp

  Tree() = default;  // empty: no grammar, or not parsed yet
  explicit Tree(std::shared_ptr<const Data> data) : data_(std::move(data)) {}

  explicit operator bool() const { return data_ != nullptr; }
  [[nodiscard]] const Snapshot& text() const;  // the text that was parsed; never null when the tree is not empty
  [[nodiscard]] const Data* data() const { return data_.get(); }

  // Number of ERROR and MISSING nodes that touch the byte range [start, end]. Cheap where the text is sound.
  [[nodiscard]] size_t errors(size_t start, size_t end) const;
  [[nodiscard]] size_t errors() const;  // in the whole text

  // Where text typed at `offset` would land: inside a comment, inside a string, character or regular expression
  // literal, or in code (which the code inside an interpolated string is). Typing before an opening or behind a closing
  // delimiter is code; typing at the end of a line comment or of a literal that is not closed yet is inside it.
  [[nodiscard]] Place place(size_t offset) const;

  // The innermost 64 scopes that contain `offset`, inside out; the file itself is not one of them. Where blocks are
  // made by indentation, a blank line belongs to the scopes above it that are indented less than `offset` is.
  [[nodiscard]] std::vector<Scope> scopes(size_t offset) const;

  // Where a suggestion that was inserted as [from, to) may be cut so that nothing is left half-written: the ends
  // (bytes, in (from, to], ascending, each once) of the statements, declarations, members, list elements of data
  // languages, and of the blocks that belong to one. It does not matter whether they begin inside the suggestion or
  // before it, but an ERROR or MISSING node inside their part of it disqualifies. A `;` that follows directly belongs
  // to the end. Closing a block that was open before `from` is an end too: errors() of the text cut there tells
  // whether the rest of the file wants that bracket.
  [[nodiscard]] std::vector<size_t> complete_ends(size_t from, size_t to) const;

  // The language id of what stands at `offset`: that of the text, or of a part of it that is in another one (script
  // and style in HTML, Vue and Svelte, fenced code in Markdown). place(), scopes(), complete_ends() and errors() read
  // such a part with its own grammar. Empty for an empty tree.
  [[nodiscard]] std::string_view language_at(size_t offset) const;

  // The tree as an S-expression, without what is in another language; for tests.
  [[nodiscard]] std::string sexp() const;

 private:
  std::shared_ptr<const Data> data_;
};

// Whether there is a grammar for an editor's language id (aliases such as "shellscript" and "sh" are known).
[[nodiscard]] bool has_grammar(std::string_view language);

// What a stopped parse had built. It holds nothing of use; dropping it takes as long as dropping a tree of that size.
using Leftover = std::shared_ptr<const void>;

// Parses a text from scratch. Errors: not_found (no grammar), cancelled (stop was requested), io (the grammar's
// module cannot be loaded), bad_input (the text is larger than 16 MiB). When it is stopped, what it had built is put
// into `leftover`, to be dropped where there is time; without one it is dropped before the return.
[[nodiscard]] Result<Tree> parse(Snapshot text, std::stop_token stop, Leftover* leftover = nullptr);

// The same with an end of its time: for the files of a workspace, of which one may be the parser's worst case. Errors:
// deadline too.
[[nodiscard]] Result<Tree> parse_until(TimePoint deadline, Snapshot text, std::stop_token stop);

// Parses again after edits. `old` is the tree of the text before the edits, `edits` lead from there to `text` (those of
// several changes may be put one behind the other); only what changed is parsed anew. Edits that do not fit the two
// texts, or another language, mean a parse from scratch. Errors and `leftover` as for parse().
[[nodiscard]] Result<Tree> reparse(const Tree& old, std::span<const ByteEdit> edits, Snapshot text,
                                   std::stop_token stop, Leftover* leftover = nullptr);

// The tree as it would be with `insert` put in place of [start, end) (bytes): what a suggestion would do to the file.
// `tree` and its text stay as they are; the new tree's text has the insertion. Errors as for parse(), and bad_input for
// an empty tree, for a range that is not one of the text or cuts a code point, and for an insertion that is not UTF-8.
[[nodiscard]] Result<Tree> with_replacement(const Tree& tree, size_t start, size_t end, std::string_view insert,
                                            std::stop_token stop);

// A few declarations around a place, parsed alone, as long as the parser reads them there as it does in the whole text.
struct Part {
  Tree tree;         // of the part alone
  size_t start = 0;  // of the part in the whole text, bytes: the start of a line
};

// The part of at most `most` bytes that holds the declaration at `offset` and its neighbours: trying an insertion there
// costs the same however long the text is. Empty where no declaration holds the offset, where it is longer than that,
// or where the part alone has other errors than in its place.
[[nodiscard]] std::optional<Part> part_around(const Tree& tree, size_t offset, size_t most, std::stop_token stop);

}  // namespace fimd::context

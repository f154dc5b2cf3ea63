// One pass of a query over a tree: everything outline() is made from, as places in the text. For symbols*.cpp only.
#pragma once

#include <tree_sitter/api.h>

#include <cstdint>
#include <stop_token>
#include <vector>

#include "context/symbols.h"
#include "context/syntax_data.h"
#include "grammars/queries.h"

namespace fimd::context {

struct Span {
  uint32_t start = 0, end = 0;
};

// One match of a pattern for a definition. Nodes that the pattern does not have are null.
struct Definition {
  grammars::Capture kind = grammars::Capture::variable;
  uint16_t pattern = 0;
  bool prototype = false;  // a C declarator of a function
  bool assigned = false;   // made by assignment to a member of self
  TSNode node{}, name{}, returns{}, value{}, body{}, owner{}, bases{};

  [[nodiscard]] uint32_t start() const { return ts_node_start_byte(node); }
  [[nodiscard]] uint32_t end() const { return ts_node_end_byte(node); }
};

struct ImportMatch {
  Span whole;
  std::string_view from, item, as;
  bool all = false, relative = false, expand = false;
  bool part = false;  // of the import around it
};

struct Literal {
  Span span;
  grammars::Capture kind;  // comment, text, code or gap
};

struct Raw {
  std::vector<Definition> definitions;  // by start, outer ones first
  std::vector<ImportMatch> imports;      // by start, outer ones first
  std::vector<Literal> literals;        // by start, outer ones first
  std::vector<Span> wraps;              // by start, outer ones first
  std::vector<Span> locals;             // by start, outer ones first
  std::vector<Span> bases;              // by start
  std::vector<Span> docs;               // by start
};

// Empty where the grammar has no query; what was found so far when the stop came.
[[nodiscard]] Raw read_raw(const Tree::Data& data, const std::stop_token& stop);

// A running query: matches one after another until the end, the stop or the limit of matches.
class Matches {
 public:
  Matches(const grammars::Query& query, TSNode root, const std::stop_token& stop, Span range = {0, UINT32_MAX});
  ~Matches();
  Matches(const Matches&) = delete;
  Matches& operator=(const Matches&) = delete;

  [[nodiscard]] bool next(TSQueryMatch& match);

 private:
  const std::stop_token& stop_;
  TSQueryCursor* cursor_;
  TSQueryCursorOptions options_;
  size_t count_ = 0;
};

// The node of a C declarator that holds the name, and what was passed on the way to it.
struct Declared {
  TSNode name{};
  TSNode value{};
  bool function = false;  // a function's prototype, not a pointer to one
};
[[nodiscard]] Declared unwrap_declarator(TSNode declarator);

// The first of the fields that the node has, else a null node.
[[nodiscard]] TSNode first_field(TSNode node, std::initializer_list<std::string_view> fields);

}  // namespace fimd::context

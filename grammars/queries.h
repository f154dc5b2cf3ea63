// The queries of grammars/queries/, built into the program, compiled on first use and kept like the grammars: what
// reads symbols, imports, scopes and embedded languages from the trees of a grammar.
//
// A compiled query is a constant that any thread may use. A grammar without queries of its own gets generic ones, made
// from the names of its node kinds.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "grammars/registry.h"

struct TSQuery;

namespace fimd::grammars {

// What the captures of a query mean (grammars/queries/README.md). The kinds of definitions come first.
enum class Capture : uint8_t {
  module,
  type,
  interface,
  enumeration,
  enum_case,
  function,
  method,
  field,
  variable,
  constant,
  macro,
  name,
  declarator,
  returns,
  value,
  element,
  body,
  owner,
  bases,
  object,
  wrap,
  local,
  gap,
  base,
  doc,
  import,
  relative,
  from,
  item,
  as,
  all,
  default_item,
  is,  // "@is.def.defp": the match counts only where the text is one of the words
  expand,
  scope,
  class_scope,
  binding,
  embed,
  language,
  comment,
  text,  // a literal that holds text
  code,  // code inside a literal
  none,
};
inline constexpr size_t kDefinitions = static_cast<size_t>(Capture::macro) + 1;

struct Query {
  const TSQuery* query = nullptr;
  std::vector<Capture> captures;   // by capture id
  std::vector<std::string> words;  // by capture id: what stands behind the first dot of its name, dots as blanks
  std::string error;               // why there is no query; empty if there is none to be had
};

enum class QueryKind : uint8_t {
  outline,  // symbols.scm and imports.scm, with the comments and literals of the table
  scopes,
  embeds,
};
inline constexpr size_t kQueryKinds = 3;

// The compiled query; its `query` is null where the grammar's module cannot be loaded or the text is wrong (a test
// excludes that) and where the grammar has nothing of that kind.
[[nodiscard]] const Query& query(const Grammar& grammar, QueryKind kind);

// Words that a grammar uses as keywords, sorted.
[[nodiscard]] const std::vector<std::string_view>& keywords(const Grammar& grammar);

// Whether the grammar has a file of its own ("symbols", "imports", "scopes", "embeds").
[[nodiscard]] bool has_queries(const Grammar& grammar, std::string_view file);

}  // namespace fimd::grammars

// Symbols of a tree: what a file defines, imports and mentions, and what the names around a cursor are bound to.
//
// Read with the queries of grammars/queries/<language>/ where a language has them, else with generic rules. Pure; takes
// time in proportion to the text: fast pool for the document being typed in, bulk pool for everything else.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "context/syntax.h"

namespace fimd::context {

enum class SymbolKind : uint8_t {
  module,     // namespace, package, module
  type,       // class, struct, union, record, trait implementation, type alias
  interface,  // interface, trait, protocol, abstract contract
  enumeration,
  enum_case,
  function,
  method,  // a function whose container is a type or an interface; constructors too
  field,   // member variable, property
  variable,
  constant,
  macro,
};

struct Symbol {
  static constexpr uint32_t kNoContainer = UINT32_MAX;

  std::string name;  // "parse"; without its container
  SymbolKind kind = SymbolKind::variable;
  uint32_t container = kNoContainer;  // index of the enclosing symbol in the outline: always a smaller one
  std::string
      owner;  // of a member that is defined outside its type ("Parser" of `void Parser::parse() {}`), else empty
  std::string signature;  // the declaration as written, without its body, blanks folded, at most 400 bytes
  std::string doc;        // first sentence or line of the comment that belongs to it, without its marks; may be empty
  std::string type;       // simple name of the declared type of a field, variable or constant, of what a function
                          // returns ("Parser" of `std::unique_ptr<Parser>`: the innermost that names a type), or empty
  std::vector<std::string> bases;  // of a type: simple names of what it extends or implements
  size_t start = 0, end = 0;       // bytes of the whole definition
  size_t name_start = 0;           // bytes
};

struct Import {
  std::string module;     // as spelled, without quotes or brackets: "./a", "os.path", "vector", "java.util.List"
  std::string name;       // what is taken from it ("List"); empty: the module itself, "*": everything
  std::string alias;      // the name it has in this file, where that differs
  bool relative = false;  // "./a", `from . import`, `#include "a.h"`, `mod a;`, require_relative
  size_t start = 0, end = 0;
};

struct Outline {
  std::vector<Symbol> symbols;        // in the order of the text
  std::vector<Import> imports;        // in the order of the text
  std::vector<std::string> mentions;  // distinct identifiers that the code uses, not those it only defines; sorted
};

// Everything a file tells the rest of its workspace. An empty tree gives an empty outline. Embedded languages (script
// and style in HTML, Vue and Svelte, fenced code in Markdown) are read with their own grammars.
[[nodiscard]] Outline outline(const Tree& tree, const std::stop_token& stop = {});

// A name that is visible at a place, and what is known about its type.
struct Binding {
  std::string name;
  std::string type;  // simple name of the declared type, or of the type it is constructed or cast from; may be empty
  std::string call;  // name of the function whose result it is ("open_parser" of `auto p = open_parser(x)`), or empty
  size_t start = 0;  // bytes of the declaration
};

// Parameters and local variables that are visible at `offset`, innermost and latest first, and `this`/`self` with the
// name of the enclosing type. At most 200.
[[nodiscard]] std::vector<Binding> bindings(const Tree& tree, size_t offset);

}  // namespace fimd::context

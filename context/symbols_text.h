// What the text of types, values and comments tells, for the sources that read symbols. One set of rules for all
// languages: the trees say where a type, a value or a comment stands, these functions read it.
//
// Pure functions that read at most a few kilobytes of what they are given: any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace fimd::context {

inline constexpr size_t kMaxSignature = 400;  // bytes
inline constexpr size_t kMaxDoc = 200;        // bytes

// The simple name of the innermost type that a type names: "Parser" of `const std::unique_ptr<Parser>&`, `[]*Parser`,
// `Optional["Parser"]`, `Map<string, Parser>`, `lib.Parser`; empty if it names none (`auto`, `var`).
[[nodiscard]] std::string simple_type(std::string_view type);

// The simple names of a list of bases, outermost: "Base", "Shape" of `: public Base<T>, private ui::Shape`.
[[nodiscard]] std::vector<std::string> base_names(std::string_view clause);

// What a value says about the type of what it is given to.
struct Origin {
  std::string type;  // constructed (`new Parser()`, `Parser{}`, `make_unique<Parser>()`) or cast to (`x as Parser`)
  std::string call;  // the function whose result it is
};
// `calls_construct`: whether `Parser()` makes a Parser.
[[nodiscard]] Origin origin_of(std::string_view value, bool calls_construct);

// A declaration in one line: blanks folded, what would only open a body cut off at the end.
[[nodiscard]] std::string fold_signature(std::string_view declaration);

// The first sentence or line of a comment, without its marks.
[[nodiscard]] std::string summary_of(std::string_view comment);

// A path of names taken apart at its last separator, one of `separators` (blanks between them): "a::B" and "c" of
// `a::B::c`. The name loses what stands in brackets at its end.
struct Path {
  std::string_view owner;
  std::string_view name;
};
[[nodiscard]] Path split_path(std::string_view path, std::string_view separators);

// One leaf of a tree of imports: "a::b", "d", "e" of the second leaf of `a::b::{c, d as e}`.
struct ImportLeaf {
  std::string module, name, alias;
};
[[nodiscard]] std::vector<ImportLeaf> import_leaves(std::string_view tree);

[[nodiscard]] bool is_word(char c);  // a letter, a digit, _ or a byte of a letter outside of ASCII
[[nodiscard]] std::string_view trimmed(std::string_view text);

}  // namespace fimd::context

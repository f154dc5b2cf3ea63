// Clues: what speaks for showing a symbol of another file, and how much each of them is worth.
//
// Every source looks at the scene and leaves clues about symbols in one table; the probability that the text at the
// cursor will use a symbol is a logistic function of its clues. The weights were fitted to hidden lines of real files
// by tests/bench/recall_bench --fit; those of clues that hidden whole lines cannot show (receiver, callee, typed,
// own_name, enum_case) were set by hand. What was tried and did not pay: types that the signatures of near functions
// name.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

#include "context/snippets/scene.h"

namespace fimd::context::snippets {

enum class Clue : uint8_t {
  always,         // 1
  before,         // the name stands before the cursor: 1 on the same line, less with the distance
  after,          // the same behind the cursor
  often,          // how often, logarithm
  seen,           // the name stands in the document at all
  imported_name,  // an import statement names it
  imported_file,  // its file is imported
  same_folder,
  partner,        // its file is the header, the test or the subject of this one
  popular,        // how many files mention it, logarithm
  ambiguous,      // how many symbols have the name, logarithm
  own_name,       // this document has a symbol or a variable of the name, too
  receiver,       // a member of the type in front of the dot
  visible_type,   // a member of the type of a variable that the code near the cursor uses: by distance
  inherited,      // a member of a base of the enclosing type
  callee,         // the function whose arguments are being written
  enum_case,      // a case of the enumeration that a switch or match around the cursor is about
  similar,        // code like that around the cursor goes on with the name
  typed,          // the name goes on from what was typed; -1: it does not
  member_here,    // a member where a member is written; -1: one of the two does not hold
  is_type,
  is_function,
  is_method,
  is_field,
  is_constant,    // constants and enum cases
  is_variable,
  is_macro,
  hidden_name,    // begins with an underscore
  count
};
inline constexpr size_t kClues = static_cast<size_t>(Clue::count);

using Weights = std::array<float, kClues>;
[[nodiscard]] const Weights& fitted_weights();

struct Clues {
  std::array<float, kClues> value{};
  uint32_t detail = 0;  // for the reason: the line of the document that speaks for it, one-based; 0: none

  float& operator[](Clue clue) { return value[static_cast<size_t>(clue)]; }
  float operator[](Clue clue) const { return value[static_cast<size_t>(clue)]; }
  // Keeps the stronger of two clues of one kind.
  void raise(Clue clue, float to) { (*this)[clue] = std::max((*this)[clue], to); }
};

struct SymbolHash {
  size_t operator()(const SymbolId& id) const {
    return (uint64_t{id.file} << 32 | id.symbol) * 0x9E3779B97F4A7C15u >> 16;
  }
};
using Table = std::unordered_map<SymbolId, Clues, SymbolHash>;

// Clues that hold whatever brought a symbol into the table.
void add_common_clues(const Scene& scene, SymbolId id, const SymbolView& symbol, Clues& clues);

// The probability that the cursor's text uses it.
[[nodiscard]] double probability(const Clues& clues, const Weights& weights);

// Why a symbol is shown, in a sentence.
[[nodiscard]] std::string reason(const Scene& scene, const SymbolView& symbol, const Clues& clues);

// The likeliest definitions of a name in other files, at most three, with `add` called for the clues of each.
void look_up(const Scene& scene, std::string_view name, Table& table, const std::function<void(Clues&)>& add);

// --- the sources, one file each ---
void names_near(const Scene& scene, Table& table);       // definitions of what the document mentions
void imported_outlines(const Scene& scene, Table& table);  // what imported files and those of the folder define
void members_of_types(const Scene& scene, Table& table);   // receiver, variables in sight, bases

}  // namespace fimd::context::snippets

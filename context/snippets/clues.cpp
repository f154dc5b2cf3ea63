#include "context/snippets/clues.h"

#include <algorithm>
#include <cmath>

#include "context/snippets/places.h"

namespace fimd::context::snippets {
namespace {

float log2_of(size_t n) { return std::log2(1.0F + static_cast<float>(n)); }

Clue kind_clue(SymbolKind kind) {
  switch (kind) {
    case SymbolKind::function: return Clue::is_function;
    case SymbolKind::method: return Clue::is_method;
    case SymbolKind::field: return Clue::is_field;
    case SymbolKind::constant:
    case SymbolKind::enum_case: return Clue::is_constant;
    case SymbolKind::variable: return Clue::is_variable;
    case SymbolKind::macro: return Clue::is_macro;
    default: return Clue::is_type;
  }
}

}  // namespace

void add_common_clues(const Scene& scene, SymbolId id, const SymbolView& symbol, Clues& clues) {
  if (clues[Clue::always] != 0) return;
  clues[Clue::always] = 1;
  if (const Word* word = scene.word(symbol.name)) {
    clues[Clue::seen] = 1;
    clues[Clue::often] = log2_of(word->count);
    if (word->before != Word::kFar) clues[Clue::before] = 1 / std::sqrt(1.0F + static_cast<float>(word->before));
    if (word->after != Word::kFar) clues[Clue::after] = 1 / std::sqrt(1.0F + static_cast<float>(word->after));
    if (word->before != Word::kFar) {
      clues.detail = static_cast<uint32_t>(line_of(*scene.text, scene.offset)) + 1 - word->before;
    }
  }
  if (scene.imported_names.contains(symbol.name)) clues[Clue::imported_name] = 1;
  if (scene.imported.contains(id.file)) clues[Clue::imported_file] = 1;
  const std::string_view path = scene.index->path(id.file);
  if (folder_of(path) == folder_of(scene.path)) clues[Clue::same_folder] = 1;
  if (are_partners(path, scene.path)) clues[Clue::partner] = 1;
  clues[Clue::popular] = log2_of(scene.index->mention_count(symbol.name));
  if (id.file != scene.file && scene.own.contains(symbol.name)) clues[Clue::own_name] = 1;
  const std::string_view typed = scene.line.typed;
  if (!typed.empty()) clues[Clue::typed] = symbol.name.starts_with(typed) && symbol.name != typed ? 1.0F : -1.0F;
  const bool is_member = symbol.kind == SymbolKind::method || symbol.kind == SymbolKind::field ||
                         symbol.kind == SymbolKind::enum_case;
  if (scene.line.member || !typed.empty()) clues[Clue::member_here] = is_member == scene.line.member ? 1.0F : -1.0F;
  clues[kind_clue(symbol.kind)] = 1;
  if (symbol.name.starts_with('_')) clues[Clue::hidden_name] = 1;
}

double probability(const Clues& clues, const Weights& weights) {
  float sum = 0;
  for (size_t i = 0; i < kClues; ++i) sum += clues.value[i] * weights[i];
  return 1 / (1 + std::exp(-static_cast<double>(sum)));
}

const Weights& fitted_weights() {
  static constexpr Weights kWeights = [] {
    Weights w{};
    const auto set = [&w](Clue clue, float value) { w[static_cast<size_t>(clue)] = value; };
    set(Clue::always, -6.19F);
    set(Clue::before, 2.41F);
    set(Clue::after, 3.88F);
    set(Clue::often, 0.12F);
    set(Clue::seen, 0.98F);
    set(Clue::imported_name, 0.50F);
    set(Clue::imported_file, 0.22F);
    set(Clue::same_folder, 0.11F);
    set(Clue::partner, 0.15F);
    set(Clue::popular, 0.24F);
    set(Clue::ambiguous, 0.03F);
    set(Clue::own_name, -2.00F);
    set(Clue::receiver, 3.00F);
    set(Clue::visible_type, 0.33F);
    set(Clue::inherited, 1.06F);
    set(Clue::callee, 1.00F);
    set(Clue::enum_case, 2.00F);
    set(Clue::similar, 1.47F);
    set(Clue::typed, 1.50F);
    set(Clue::member_here, 0.50F);
    set(Clue::is_type, -1.02F);
    set(Clue::is_function, -1.31F);
    set(Clue::is_method, -0.92F);
    set(Clue::is_field, -0.93F);
    set(Clue::is_constant, -1.20F);
    set(Clue::is_variable, -0.42F);
    set(Clue::is_macro, -1.58F);
    set(Clue::hidden_name, 0.21F);
    return w;
  }();
  return kWeights;
}

std::string reason(const Scene& scene, const SymbolView& symbol, const Clues& clues) {
  const std::string name(symbol.name);
  if (clues[Clue::receiver] > 0) return "member of " + std::string(scene.line.receiver) + "'s type";
  if (clues[Clue::callee] > 0) return name + " is being called";
  if (clues[Clue::enum_case] > 0) return name + " is a case of what is being matched";
  if (clues[Clue::before] > 0.2F) return "line " + std::to_string(clues.detail) + " uses " + name;
  if (clues[Clue::after] > 0.2F) return "the code below uses " + name;
  if (clues[Clue::visible_type] > 0) return "member of a type that is used here";
  if (clues[Clue::inherited] > 0) return "inherited by the class around the cursor";
  if (clues[Clue::similar] > 0) return "similar code uses " + name;
  if (clues[Clue::imported_name] > 0) return "this file imports " + name;
  if (clues[Clue::seen] > 0) return "this file uses " + name;
  if (clues[Clue::imported_file] > 0) return "defined in a file that this one imports";
  if (clues[Clue::partner] > 0) return "defined in the file that belongs to this one";
  return "defined in the same folder";
}

}  // namespace fimd::context::snippets

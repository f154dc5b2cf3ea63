// Definitions of the names that the document mentions, nearest first.
#include <algorithm>
#include <cmath>

#include "context/snippets/clues.h"
#include "context/snippets/places.h"

namespace fimd::context::snippets {
namespace {

constexpr size_t kWords = 400;        // names that are looked up
constexpr size_t kDefinitions = 40;   // of one name that are looked at
constexpr size_t kKept = 3;           // of one name that stay

struct Definition {
  SymbolId id;
  double nearness = 0;
};

bool is_near(const Scene& scene, FileId file) {
  const std::string_view path = scene.index->path(file);
  return scene.imported.contains(file) || folder_of(path) == folder_of(scene.path) || are_partners(path, scene.path);
}

// How likely it is this one of several definitions of a name.
double nearness(const Scene& scene, SymbolId id, const SymbolView& symbol, bool member) {
  const std::string_view path = scene.index->path(id.file);
  double sum = 0;
  if (scene.imported.contains(id.file)) sum += 8;
  if (are_partners(path, scene.path)) sum += 6;
  if (folder_of(path) == folder_of(scene.path)) sum += 4;
  sum += std::min<double>(3, static_cast<double>(common_folders(path, scene.path)));
  const bool is_member = symbol.kind == SymbolKind::method || symbol.kind == SymbolKind::field;
  if (is_member == member) sum += 3;
  if (symbol.signature.find('{') == std::string_view::npos && symbol.signature.ends_with(';')) sum += 0.5;
  return sum;
}

}  // namespace

void look_up(const Scene& scene, std::string_view name, Table& table, const std::function<void(Clues&)>& add) {
  const Word* word = scene.word(name);
  const bool member = word != nullptr && word->member;
  std::vector<Definition> found;
  const std::vector<SymbolId> all = scene.index->definitions(name, kDefinitions);
  // Of a name that is defined everywhere, what lies elsewhere tells nothing.
  const bool everywhere = all.size() == kDefinitions;
  for (const SymbolId id : all) {
    if (everywhere && !is_near(scene, id.file)) continue;
    if (id.file == scene.file || !speak_alike(scene.language, scene.index->language(id.file))) continue;
    const SymbolView symbol = scene.index->symbol(id);
    if (symbol.kind != SymbolKind::module) found.push_back({id, nearness(scene, id, symbol, member)});
  }
  const size_t kept = std::min(kKept, found.size());
  std::partial_sort(found.begin(), found.begin() + static_cast<std::ptrdiff_t>(kept), found.end(),
                    [&](const Definition& a, const Definition& b) {
                      if (a.nearness != b.nearness) return a.nearness > b.nearness;
                      return std::pair(a.id.file, a.id.symbol) < std::pair(b.id.file, b.id.symbol);
                    });
  for (size_t i = 0; i < kept; ++i) {
    Clues& clues = table[found[i].id];
    add_common_clues(scene, found[i].id, scene.index->symbol(found[i].id), clues);
    clues[Clue::ambiguous] = std::log2(static_cast<float>(found.size())) + static_cast<float>(i);
    add(clues);
  }
}

void names_near(const Scene& scene, Table& table) {
  size_t left = kWords;
  for (const Word& word : scene.words) {
    if (left-- == 0) break;
    look_up(scene, word.name, table, [&](Clues& clues) {
      if (word.name == scene.line.callee) clues[Clue::callee] = 1;
    });
  }
}

}  // namespace fimd::context::snippets

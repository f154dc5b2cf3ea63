// What the imported files, the partner file and the files of the same folder define.
#include <algorithm>

#include "context/snippets/clues.h"
#include "context/snippets/places.h"

namespace fimd::context::snippets {
namespace {

constexpr size_t kFileSymbols = 300;  // of one file
constexpr size_t kSymbols = 2000;     // of all
constexpr size_t kNamedAlike = 200;   // files with a partner's name that are looked at
constexpr size_t kPartners = 4;       // files
constexpr size_t kSiblings = 24;      // files

bool is_worth(const SymbolView& symbol) {
  return symbol.kind != SymbolKind::module && !symbol.name.empty() && !symbol.signature.empty();
}

// The header, the tests or the subject of the document, the nearest first.
std::vector<FileId> partners(const Scene& scene) {
  std::vector<FileId> out;
  for (const std::string& name : partner_names(scene.path)) {
    for (const FileId file : scene.index->paths().named(name)) {
      if (out.size() < kNamedAlike && are_partners(scene.index->path(file), scene.path)) out.push_back(file);
    }
  }
  std::ranges::stable_sort(out, std::greater(),
                           [&](FileId file) { return common_folders(scene.index->path(file), scene.path); });
  if (out.size() > kPartners) out.resize(kPartners);
  return out;
}

class Outlines {
 public:
  Outlines(const Scene& scene, Table& table) : scene_(scene), table_(table) {}

  void add(FileId file) {
    if (file == scene_.file || !speak_alike(scene_.language, scene_.index->language(file))) return;
    const uint32_t symbols = scene_.index->symbols(file);
    size_t left = kFileSymbols;
    for (uint32_t s = 0; s < symbols && left > 0 && left_ > 0; ++s) {
      const SymbolId id{file, s};
      const SymbolView symbol = scene_.index->symbol(id);
      if (!is_worth(symbol)) continue;
      --left, --left_;
      add_common_clues(scene_, id, symbol, table_[id]);
    }
  }

 private:
  const Scene& scene_;
  Table& table_;
  size_t left_ = kSymbols;
};

}  // namespace

void imported_outlines(const Scene& scene, Table& table) {
  Outlines outlines(scene, table);
  for (const FileId file : partners(scene)) outlines.add(file);
  const std::vector<FileId> siblings = scene.index->paths().in_folder(folder_of(scene.path), 500);
  std::vector<std::pair<uint32_t, FileId>> imported;
  for (const auto& [file, at] : scene.imported) imported.emplace_back(at, file);
  std::sort(imported.begin(), imported.end());
  // Those of the same folder tell more than what lies further away.
  std::stable_sort(imported.begin(), imported.end(), [&](const auto& a, const auto& b) {
    return common_folders(scene.index->path(a.second), scene.path) >
           common_folders(scene.index->path(b.second), scene.path);
  });
  for (const auto& [at, file] : imported) outlines.add(file);
  size_t left = kSiblings;
  for (const FileId file : siblings) {
    if (left == 0) break;
    if (file == scene.file || scene.imported.contains(file)) continue;
    --left;
    outlines.add(file);
  }
}

}  // namespace fimd::context::snippets

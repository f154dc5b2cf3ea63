#include "context/snippets/texts.h"

#include <algorithm>

#include "context/ignore.h"
#include "grammars/registry.h"

namespace fimd::context::snippets {
namespace {

constexpr size_t kMaxFile = 1U << 20;

}  // namespace

Snapshot Texts::get(std::string_view path) {
  const auto open = std::ranges::find(around_.open, path, &OpenText::path);
  if (open != around_.open.end()) return open->text;
  if (!around_.files || is_key_material(path)) return nullptr;
  if (const auto at = read_.find(path); at != read_.end()) return at->second;
  Snapshot& slot = read_[std::string(path)];
  auto bytes = around_.files->read(around_.root + "/" + std::string(path), std::min(kMaxFile, left_));
  if (!bytes || !is_source_text(*bytes)) return nullptr;
  left_ -= std::min(left_, bytes->size());
  std::string language(grammars::language_of_path(path));
  slot = std::make_shared<const Text>(make_text(std::string(path), 0, std::move(language), std::move(*bytes)));
  return slot;
}

}  // namespace fimd::context::snippets

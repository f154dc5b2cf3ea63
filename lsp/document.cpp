#include "lsp/document.h"

#include <cctype>

#include "grammars/registry.h"

namespace fimd::lsp {

std::string language_for(std::string_view editor_id, std::string_view path) {
  if (const auto* known = grammars::find_language(editor_id)) return std::string(known->id);
  if (const auto by_path = grammars::language_of_path(path); !by_path.empty()) return std::string(by_path);
  std::string id(editor_id);
  for (char& c : id) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return id;
}

}  // namespace fimd::lsp

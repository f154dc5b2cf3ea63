// Outlines made by hand or at random, for the tests of the index and its store.
#pragma once

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "context/index.h"

namespace fimd::context {

inline Symbol symbol_of(std::string name, SymbolKind kind, size_t start, size_t end,
                        uint32_t container = Symbol::kNoContainer) {
  Symbol s;
  s.name = std::move(name);
  s.kind = kind;
  s.start = s.name_start = start;
  s.end = end;
  s.container = container;
  s.signature = "sig " + s.name;
  return s;
}

inline FileOutline file_of(std::string path, std::vector<Symbol> symbols = {}, std::vector<std::string> mentions = {},
                           std::vector<std::string> imports = {}) {
  FileOutline file;
  file.path = std::move(path);
  file.language = file.path.ends_with(".ts") ? "typescript" : "cpp";
  file.stamp = {file.path.size(), 1000, 77};
  file.lines = 10;
  file.outline.symbols = std::move(symbols);
  file.outline.mentions = std::move(mentions);
  for (auto& module : imports) file.outline.imports.push_back({module, "", "", true, 0, 0});
  return file;
}

// Few names and few paths, so that much collides.
inline FileOutline random_file(std::mt19937& random, size_t paths) {
  const auto name = [&] {
    return std::string(1, static_cast<char>('A' + random() % 12)) + std::to_string(random() % 4);
  };
  FileOutline file = file_of("d" + std::to_string(random() % 4) + "/f" + std::to_string(random() % paths) + ".ts");
  file.stamp = {random() % 1000, static_cast<int64_t>(random() % 1000), random()};
  file.lines = static_cast<uint32_t>(1 + random() % 90);
  size_t at = 0;
  for (size_t n = random() % 8; n > 0; --n) {
    Symbol type = symbol_of(name(), static_cast<SymbolKind>(random() % 11), at, at + 100);
    for (size_t b = random() % 3; b > 0; --b) type.bases.push_back(name());
    type.doc = random() % 2 == 0 ? "Says what " + type.name + " is." : "";
    type.type = random() % 3 == 0 ? name() : "";
    if (random() % 3 == 0) type.owner = name();
    file.outline.symbols.push_back(type);
    const auto container = static_cast<uint32_t>(file.outline.symbols.size() - 1);
    for (size_t m = random() % 4; m > 0; --m) {
      at += 10;
      file.outline.symbols.push_back(symbol_of(name(), SymbolKind::method, at, at + 5, container));
    }
    at += 100;
  }
  for (size_t n = random() % 6; n > 0; --n) file.outline.mentions.push_back(name());
  std::sort(file.outline.mentions.begin(), file.outline.mentions.end());
  auto& m = file.outline.mentions;
  m.erase(std::unique(m.begin(), m.end()), m.end());
  for (size_t n = random() % 3; n > 0; --n) {
    const std::string module = "../d" + std::to_string(random() % 4) + "/f" + std::to_string(random() % paths);
    file.outline.imports.push_back({module, "", "", true, 0, 0});
  }
  return file;
}

}  // namespace fimd::context

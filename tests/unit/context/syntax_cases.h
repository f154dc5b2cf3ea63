// Helpers of the syntax tests: texts with a ^ for the cursor, sample files, trees that must parse.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <set>
#include <string>
#include <string_view>

#include "context/syntax.h"
#include "grammars/registry.h"

namespace fimd::context {

inline Snapshot snapshot(std::string_view language, std::string utf8) {
  return std::make_shared<const Text>(make_text("file:///t", 1, std::string(language), std::move(utf8)));
}

// Fails the test where the text cannot be parsed.
inline Tree tree_of(std::string_view language, std::string utf8) {
  Result<Tree> tree = parse(snapshot(language, std::move(utf8)), {});
  EXPECT_TRUE(tree) << tree.error().message;
  return tree ? *tree : Tree();
}

// A text whose ^ was taken out, and where it stood.
struct Marked {
  std::string utf8;
  size_t at = 0;
};

inline Marked marked(std::string_view text) {
  const size_t at = text.find('^');
  EXPECT_NE(at, std::string_view::npos) << "no ^ in " << text;
  return {std::string(text.substr(0, at)) + std::string(text.substr(at + 1)), at};
}

struct Sample {
  std::string language;
  std::string utf8;
};

// One file for each grammar: tests/golden/grammars/sample.*, and tests/golden/symbols/sample.* for those without one
// there.
inline std::vector<Sample> samples() {
  std::vector<Sample> found;
  std::set<std::string> languages;
  for (const char* folder : {"grammars", "symbols"}) {
    for (const auto& entry :
         std::filesystem::directory_iterator(FIMD_SOURCE_DIR "/tests/golden/" + std::string(folder))) {
      const std::string language(grammars::language_of_path(entry.path().string()));
      if (entry.path().stem() != "sample" || !languages.insert(language).second) continue;
      std::ifstream file(entry.path(), std::ios::binary);
      found.push_back({language, std::string(std::istreambuf_iterator<char>(file), {})});
    }
  }
  return found;
}

}  // namespace fimd::context

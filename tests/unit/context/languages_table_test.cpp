// The table of languages in README.md says what the samples show. UPDATE_GOLDEN=1 in the environment writes it anew.
#include <gtest/gtest.h>

#include <cstdlib>
#include <map>

#include "context/symbols.h"
#include "grammars/queries.h"
#include "tests/unit/context/syntax_cases.h"

namespace fimd::context {
namespace {

constexpr std::string_view kBegin = "<!-- languages -->\n";
constexpr std::string_view kEnd = "<!-- end of languages -->\n";

// The samples that are read for symbols where there is one, by grammar.
std::map<std::string, Sample> best_samples() {
  std::map<std::string, Sample> found;
  for (const char* folder : {"symbols", "grammars"}) {
    for (const auto& entry :
         std::filesystem::directory_iterator(FIMD_SOURCE_DIR "/tests/golden/" + std::string(folder))) {
      if (entry.path().stem() != "sample") continue;
      const std::string language(grammars::language_of_path(entry.path().string()));
      std::ifstream file(entry.path(), std::ios::binary);
      found.try_emplace(language, Sample{language, std::string(std::istreambuf_iterator<char>(file), {})});
    }
  }
  return found;
}

std::string row(const Sample& sample) {
  const Tree tree = tree_of(sample.language, sample.utf8);
  const grammars::Grammar& grammar = *grammars::find_grammar(sample.language);
  const Outline found = outline(tree);
  bool scopes = false, bound = false;
  for (size_t i = 0; i <= sample.utf8.size(); i += 3) {
    scopes = scopes || !tree.scopes(i).empty();
    bound = bound || (i % 2 == 0 && !bindings(tree, i).empty());
  }
  const auto cell = [](bool works) { return works ? " yes |" : " |"; };
  std::string out = "| " + sample.language + " |" + cell(tree && tree.errors() == 0) + cell(scopes);
  out += cell(!found.symbols.empty()) + std::string(cell(!found.imports.empty())) + cell(bound);
  return out + (grammars::has_queries(grammar, "embeds") ? " yes |\n" : " |\n");
}

TEST(LanguagesTable, SaysWhatTheSamplesShow) {
  std::string table = "| language | parse | scopes | symbols | imports | locals | embedded |\n";
  table += "| --- | --- | --- | --- | --- | --- | --- |\n";
  for (const auto& [language, sample] : best_samples()) table += row(sample);
  const std::string path = FIMD_SOURCE_DIR "/README.md";
  std::ifstream file(path, std::ios::binary);
  std::string readme(std::istreambuf_iterator<char>(file), {});
  const size_t begin = readme.find(kBegin) + kBegin.size();
  const size_t end = readme.find(kEnd);
  ASSERT_NE(end, std::string::npos);
  ASSERT_LE(begin, end);
  if (std::getenv("UPDATE_GOLDEN") != nullptr) {
    std::ofstream(path, std::ios::binary) << readme.replace(begin, end - begin, table);
    return;
  }
  EXPECT_EQ(readme.substr(begin, end - begin), table);
}

}  // namespace
}  // namespace fimd::context

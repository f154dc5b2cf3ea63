// What is read from the realistic files tests/golden/symbols/sample.*, against LANGUAGE.txt next to them.
// UPDATE_GOLDEN=1 in the environment writes those anew.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <set>

#include "context/symbols.h"
#include "grammars/queries.h"
#include "tests/unit/context/syntax_cases.h"

namespace fimd::context {
namespace {

constexpr const char* kFolder = FIMD_SOURCE_DIR "/tests/golden/symbols";

std::string_view word(SymbolKind kind) {
  static constexpr std::string_view kWords[] = {"module", "type",  "interface", "enumeration", "enum_case", "function",
                                                "method", "field", "variable",  "constant",    "macro"};
  return kWords[static_cast<size_t>(kind)];
}

std::string line(const Outline& outline, const Symbol& symbol) {
  size_t depth = 0;
  for (uint32_t i = symbol.container; i != Symbol::kNoContainer; i = outline.symbols[i].container) ++depth;
  std::string out = std::string(2 * depth, ' ') + std::string(word(symbol.kind)) + " " + symbol.name;
  if (!symbol.owner.empty()) out += " of " + symbol.owner;
  if (!symbol.type.empty()) out += ": " + symbol.type;
  for (const std::string& base : symbol.bases) out += " < " + base;
  out += "\n" + std::string(2 * depth, ' ') + "    | " + symbol.signature + "\n";
  if (!symbol.doc.empty()) out += std::string(2 * depth, ' ') + "    # " + symbol.doc + "\n";
  return out;
}

std::string in_words(const Outline& outline) {
  std::string out;
  for (const Symbol& symbol : outline.symbols) out += line(outline, symbol);
  out += "\nimports\n";
  for (const Import& import : outline.imports) {
    out += "  " + import.module;
    if (!import.name.empty()) out += " -> " + import.name;
    if (!import.alias.empty()) out += " as " + import.alias;
    out += import.relative ? " (relative)\n" : "\n";
  }
  out += "\nmentions\n ";
  size_t column = 1;
  for (const std::string& mention : outline.mentions) {
    if (column + mention.size() > 110) {
      out += "\n ";
      column = 1;
    }
    out += " " + mention;
    column += mention.size() + 1;
  }
  return out + "\n";
}

std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

class SymbolsGolden : public testing::TestWithParam<std::filesystem::path> {};

TEST_P(SymbolsGolden, SaysWhatTheSampleDefinesImportsAndMentions) {
  const std::string language(grammars::language_of_path(GetParam().string()));
  const Tree tree = tree_of(language, read_file(GetParam()));
  EXPECT_EQ(tree.errors(), 0u) << tree.sexp();
  const std::string got = in_words(outline(tree));
  const std::filesystem::path golden = std::filesystem::path(kFolder) / (language + ".txt");
  if (std::getenv("UPDATE_GOLDEN") != nullptr) {
    std::ofstream(golden, std::ios::binary) << got;
    return;
  }
  EXPECT_EQ(got, read_file(golden)) << golden;
}

std::vector<std::filesystem::path> symbol_samples() {
  std::vector<std::filesystem::path> found;
  for (const auto& entry : std::filesystem::directory_iterator(kFolder)) {
    if (entry.path().extension() != ".txt") found.push_back(entry.path());
  }
  std::ranges::sort(found);
  return found;
}

INSTANTIATE_TEST_SUITE_P(All, SymbolsGolden, testing::ValuesIn(symbol_samples()), [](const auto& test) {
  std::string name(grammars::language_of_path(test.param.string()));
  std::ranges::replace_if(
      name, [](char c) { return c == '-' || c == '.'; }, '_');
  return name;
});

TEST(SymbolsGoldens, ThereIsOneForEachLanguageWithQueriesOfItsOwn) {
  std::set<std::string_view> missing;
  for (const grammars::Grammar& grammar : grammars::grammars()) {
    if (grammars::has_queries(grammar, "symbols")) missing.insert(grammar.name);
  }
  for (const auto& path : symbol_samples()) {
    missing.erase(grammars::find_grammar(grammars::language_of_path(path.string()))->name);
  }
  EXPECT_THAT(missing, testing::IsEmpty());
}

}  // namespace
}  // namespace fimd::context

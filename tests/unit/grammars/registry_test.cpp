#include "grammars/registry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <tree_sitter/api.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>

namespace fimd::grammars {
namespace {

TEST(Registry, KnowsTheNamesThatEditorsSend) {
  const std::map<std::string, std::string_view> names = {{"cpp", "cpp"},
                                                         {"c++", "cpp"},
                                                         {"C++", "cpp"},
                                                         {"sh", "bash"},
                                                         {"bash", "bash"},
                                                         {"shellscript", "bash"},
                                                         {"Shell Script", "bash"},
                                                         {"zsh", "bash"},
                                                         {"csharp", "c_sharp"},
                                                         {"c_sharp", "c_sharp"},
                                                         {"cs", "c_sharp"},
                                                         {"C#", "c_sharp"},
                                                         {"javascript", "javascript"},
                                                         {"javascriptreact", "javascript"},
                                                         {"jsx", "javascript"},
                                                         {"typescript", "typescript"},
                                                         {"typescriptreact", "tsx"},
                                                         {"typescript.tsx", "tsx"},
                                                         {"TSX", "tsx"},
                                                         {"golang", "go"},
                                                         {"jsonc", "json"},
                                                         {"python", "python"},
                                                         {"php", "php"}};
  for (const auto& [name, grammar] : names) {
    const Grammar* found = find_grammar(name);
    ASSERT_TRUE(found) << name;
    EXPECT_EQ(found->name, grammar) << name;
  }
}

TEST(Registry, KnowsNothingOfOtherNames) {
  for (const char* name : {"", " ", "cobolscript", "cpp c++", "c+"}) EXPECT_FALSE(find_language(name)) << name;
  EXPECT_TRUE(find_language("coffeescript"));
  EXPECT_FALSE(find_grammar("coffeescript"));
}

TEST(Registry, GivesEachNameToOneLanguageOnly) {
  std::set<std::string_view> ids, extensions, files;
  for (const Language& language : languages()) {
    EXPECT_TRUE(ids.insert(language.id).second) << language.id;
    for (const auto alias : language.aliases.list()) EXPECT_TRUE(ids.insert(alias).second) << alias;
    for (const auto extension : language.extensions.list()) {
      EXPECT_TRUE(extensions.insert(extension).second) << extension;
    }
    for (const auto file : language.names.list()) EXPECT_TRUE(files.insert(file).second) << file;
  }
}

TEST(Registry, TellsTheLanguageOfAFileByItsName) {
  const std::map<std::string_view, std::string_view> files = {{"/src/a.cpp", "cpp"},
                                                              {"a.h", "cpp"},
                                                              {"a.C++", "cpp"},
                                                              {"x/y.c", "c"},
                                                              {"a.d.ts", "typescript"},
                                                              {"view.tsx", "typescriptreact"},
                                                              {"C:\\w\\Main.java", "java"},
                                                              {"Makefile", "makefile"},
                                                              {"CMakeLists.txt", "cmake"},
                                                              {"notes.txt", "plaintext"},
                                                              {".bashrc", "shellscript"},
                                                              {"Gemfile", "ruby"},
                                                              {"tsconfig.json", "jsonc"},
                                                              {"a.json", "json"},
                                                              {"Dockerfile", "dockerfile"},
                                                              {"app.dockerfile", "dockerfile"},
                                                              {"a.b.py", "python"},
                                                              {"BUILD", "bazel"},
                                                              {"build", ""},
                                                              {"a", ""},
                                                              {"", ""},
                                                              {"dir.py/file", ""},
                                                              {"a.", ""},
                                                              {".py", "python"}};
  for (const auto& [path, id] : files) EXPECT_EQ(language_of_path(path), id) << path;
}

TEST(Registry, TellsTheLanguageOfAScriptByItsFirstLine) {
  EXPECT_EQ(language_of_path("run", "#!/bin/sh"), "shellscript");
  EXPECT_EQ(language_of_path("run", "#!/usr/bin/env python3.11 -u"), "python");
  EXPECT_EQ(language_of_path("run", "#!/usr/bin/env -S LANG=C node --trace"), "javascript");
  EXPECT_EQ(language_of_path("run", "#! /usr/local/bin/ruby\r\n"), "ruby");
  EXPECT_EQ(language_of_path("run.lua", "#!/bin/sh"), "lua");
  for (const char* line : {"#!", "#!   ", "#!/usr/bin/env", "# comment", "", "#!/opt/2.7"}) {
    EXPECT_EQ(language_of_path("run", line), "") << line;
  }
}

TEST(Registry, KnowsCommentsOfLanguagesWithoutAGrammarToo) {
  EXPECT_EQ(line_comment("python"), "#");
  EXPECT_EQ(line_comment("C++"), "//");
  EXPECT_EQ(line_comment("lua"), "--");
  EXPECT_EQ(line_comment("yaml"), "#");
  EXPECT_EQ(line_comment("toml"), "#");
  EXPECT_EQ(line_comment("make"), "#");
  EXPECT_EQ(line_comment("sql"), "--");
  EXPECT_EQ(line_comment("html"), "<!--");
  EXPECT_EQ(line_comment("json"), "");
  EXPECT_EQ(line_comment("no such language"), "");
}

TEST(Registry, SplitsAndFindsWholeWords) {
  const Words words{"if else  elif"};
  EXPECT_THAT(words.list(), testing::ElementsAre("if", "else", "elif"));
  EXPECT_TRUE(words.has("elif"));
  EXPECT_FALSE(words.has("el"));
  EXPECT_FALSE(words.has("f"));
  EXPECT_FALSE(words.has(""));
}

TEST(Grammars, AreEachOfOneLanguageAtLeast) {
  for (const Grammar& grammar : grammars()) {
    EXPECT_TRUE(std::ranges::any_of(languages(), [&](const Language& l) { return l.grammar == &grammar; }))
        << grammar.name;
  }
}

class EachGrammar : public testing::TestWithParam<Grammar> {};

TEST_P(EachGrammar, LoadsAgainToTheSameTables) {
  const Loaded first = load(GetParam());
  ASSERT_TRUE(first.language) << first.error;
  EXPECT_EQ(load(GetParam()).language, first.language);
}

TEST_P(EachGrammar, HasEveryNodeKindThatTheTableNames) {
  const Loaded loaded = load(GetParam());
  ASSERT_TRUE(loaded.language) << loaded.error;
  const Grammar& g = GetParam();
  for (const Words& words : {g.comments, g.strings, g.codes, g.scopes, g.bodies}) {
    for (const std::string_view kind : words.list()) {
      EXPECT_NE(ts_language_symbol_for_name(loaded.language, kind.data(), static_cast<uint32_t>(kind.size()), true), 0)
          << g.name << " has no " << kind;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, EachGrammar, testing::ValuesIn(grammars().begin(), grammars().end()),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(Grammars, SaysWhichModuleIsMissing) {
  const Loaded loaded = load({.name = "klingon", .symbol = "tree_sitter_klingon"});
  EXPECT_FALSE(loaded.language);
  EXPECT_THAT(loaded.error, testing::HasSubstr("fimd-grammar-klingon.so"));
}

TEST(Grammars, SaysWhatIsWrongWithAModuleThatIsThere) {
  const std::string folder = testing::TempDir() + "fimd-broken-grammars";
  std::filesystem::create_directories(folder);
  std::ofstream(folder + "/fimd-grammar-broken.so") << "not a module";
  ASSERT_EQ(setenv("FIMD_GRAMMARS", folder.c_str(), 1), 0);
  const Loaded loaded = load({.name = "broken", .symbol = "tree_sitter_broken"});
  ASSERT_EQ(unsetenv("FIMD_GRAMMARS"), 0);
  std::filesystem::remove_all(folder);
  EXPECT_FALSE(loaded.language);
  EXPECT_THAT(loaded.error, testing::HasSubstr(folder + "/fimd-grammar-broken.so"));
}

TEST(Grammars, SaysThatAModuleLacksItsEntry) {
  const Loaded loaded = load({.name = "json", .symbol = "tree_sitter_klingon"});
  EXPECT_FALSE(loaded.language);
  EXPECT_THAT(loaded.error, testing::HasSubstr("tree_sitter_klingon"));
}

TEST(Grammars, LooksInTheFolderOfTheEnvironmentFirst) {
  ASSERT_EQ(setenv("FIMD_GRAMMARS", "/nowhere/at/all", 1), 0);
  EXPECT_EQ(module_folders().front(), "/nowhere/at/all");
  EXPECT_TRUE(load(*find_grammar("lua")).language) << "the other folders still count";
  ASSERT_EQ(unsetenv("FIMD_GRAMMARS"), 0);
  EXPECT_NE(module_folders().front(), "/nowhere/at/all");
}

}  // namespace
}  // namespace fimd::grammars

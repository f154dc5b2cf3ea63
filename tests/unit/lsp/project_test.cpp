#include "lsp/project.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "lsp/project_parts.h"
#include "tests/unit/context/memory_files.h"

namespace fimd::lsp {
namespace {

using context::Project;
using testing::ElementsAre;
using testing::IsEmpty;

struct Folder {
  context::MemoryFiles files;
  std::vector<std::string> paths;

  void add(const std::string& path, const std::string& text) {
    files.add("/w/" + path, text);
    paths.push_back(path);
  }
  [[nodiscard]] context::ProjectPtr read() const {
    const context::Paths set(std::vector<std::string_view>(paths.begin(), paths.end()));
    return read_project(files, "/w", set, {});
  }
};

TEST(Project, ReadsPathsOfATypeScriptConfigurationAndOfWhatItExtends) {
  Folder folder;
  folder.add("tsconfig.base.json", R"({
    // paths are seen from the file that has them
    "compilerOptions": { "paths": { "@lib/*": ["libs/*/src",], }, },
  })");
  folder.add("web/tsconfig.json", R"({ "extends": "../tsconfig.base", "compilerOptions": { "baseUrl": "./src" } })");
  folder.add("tsconfig.json", R"({ "compilerOptions": { "paths": { "a//b": ["x.ts"] } } })");
  const auto project = folder.read();
  ASSERT_EQ(project->scripts.size(), 2U);
  EXPECT_EQ(project->scripts[0].folder, "web");
  EXPECT_EQ(project->scripts[0].base_url, "web/src");
  ASSERT_EQ(project->scripts[0].aliases.size(), 1U);
  EXPECT_EQ(project->scripts[0].aliases[0].pattern, "@lib/*");
  EXPECT_EQ(project->scripts[1].folder, "");
  EXPECT_FALSE(project->scripts[1].has_base_url);
  EXPECT_EQ(project->scripts[1].aliases[0].pattern, "a//b");
  EXPECT_THAT(project->scripts[1].aliases[0].targets, ElementsAre("x.ts"));
}

TEST(Project, PrefersTheEntryOfAPackageThatIsThere) {
  Folder folder;
  folder.add("packages/a/package.json", R"({"name": "@x/a", "main": "dist/index.js", "module": "src/index.ts"})");
  folder.add("packages/a/src/index.ts", "");
  folder.add("package.json", R"({"private": true})");
  const auto project = folder.read();
  ASSERT_EQ(project->packages.size(), 1U);
  EXPECT_EQ(project->packages[0].name, "@x/a");
  EXPECT_EQ(project->packages[0].folder, "packages/a");
  EXPECT_EQ(project->packages[0].entry, "src/index.ts");
}

TEST(Project, ReadsModulesCratesAndPrefixes) {
  Folder folder;
  folder.add("go.mod", "// comment\nmodule example.com/shop // ours\n\ngo 1.22\n");
  folder.add("crates/a/Cargo.toml", "[workspace]\nname = \"no\"\n[package]\nname = \"paint-kit\"  # x\n");
  folder.add("composer.json", R"({"autoload": {"psr-4": {"App\\": "src/", "T\\": ["t1", "t2/"]}}})");
  const auto project = folder.read();
  EXPECT_EQ(project->go_modules.at(0).name, "example.com/shop");
  EXPECT_EQ(project->crates.at(0).name, "paint-kit");
  EXPECT_EQ(project->crates.at(0).folder, "crates/a");
  ASSERT_EQ(project->php_prefixes.size(), 3U);
  EXPECT_EQ(project->php_prefixes[0].name, "App\\");
  EXPECT_EQ(project->php_prefixes[0].folder, "src");
}

TEST(Project, FindsTheCompilationDatabaseInABuildFolder) {
  Folder folder;
  folder.files.add("/w/build/compile_commands.json",
                   R"([{"directory": "/w/build", "command": "c++ -I../inc -c ../a.cpp", "file": "../a.cpp"}])");
  EXPECT_THAT(folder.read()->include_folders, ElementsAre("inc"));
}

TEST(IncludeFolders, TakesEverySpellingInsideOfTheRoot) {
  const std::string text = R"([
    {"directory": "/w/b", "arguments": ["cc", "-I", "../one", "-isystem/w/two", "-iquote", "/w/three", "-I/usr/include"]},
    {"directory": "/w", "command": "cc -I\"with space\" -I'/w/q' -I. -Ione -DX=\"-Ino\" -I\\ odd -I/world"},
    {"directory": 3, "command": null, "other": {"command": "cc -Inested"}}
  ])";
  EXPECT_THAT(include_folders(text, "/w"), ElementsAre("one", "two", "three", "with space", "q", "", " odd"));
}

TEST(IncludeFolders, IsNotTroubledByAnything) {
  const std::string deep = std::string(100'000, '[') + std::string(100'000, ']');
  const std::string objects = [] {
    std::string out;
    for (int i = 0; i < 50'000; ++i) out += R"({"a":)";
    return out;
  }();
  for (const std::string& text :
       {std::string(), std::string("{"), std::string("[1,2"), std::string("\xff\xfe"), deep, objects,
        std::string(R"([{"command": "cc -I"}, {"command": "-I../../../.. -I.."}])")}) {
    EXPECT_THAT(include_folders(text, "/w"), IsEmpty());
    (void)parse_lenient(text);
  }
}

TEST(Lenient, LeavesWhatLooksLikeACommentOrCommaInAString) {
  const auto value = parse_lenient(R"({"a": "x, ]//y", "b": [1, /* , */ 2, ], // , }
  })");
  ASSERT_TRUE(value.is_object());
  EXPECT_EQ(value["a"], "x, ]//y");
  EXPECT_EQ(value["b"].size(), 2U);
  EXPECT_TRUE(parse_lenient("{\"a\"").is_discarded());
  EXPECT_TRUE(parse_lenient(std::string(100'000, '[')).is_discarded());
}

TEST(ProjectFiles, AreKnownByName) {
  EXPECT_TRUE(is_project_file("a/b/tsconfig.json"));
  EXPECT_TRUE(is_project_file("go.mod"));
  EXPECT_FALSE(is_project_file("a/my-go.mod"));
}

}  // namespace
}  // namespace fimd::lsp

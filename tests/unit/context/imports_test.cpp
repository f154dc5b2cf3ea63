#include "context/imports.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

namespace fimd::context {
namespace {

std::vector<std::string> words(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::string> out;
  for (std::string word; in >> word;) out.push_back(word);
  return out;
}

// "./a -> B (relative)" as the golden files of symbols spell an import.
Import import_of(std::string text) {
  Import import;
  if (text.ends_with(" (relative)")) {
    import.relative = true;
    text.resize(text.size() - 11);
  }
  if (const size_t arrow = text.find(" -> "); arrow != std::string::npos) {
    import.name = text.substr(arrow + 4);
    text.resize(arrow);
  }
  import.module = text;
  return import;
}

struct Case {
  const char* from;  // the importing file; it need not be listed
  const char* language;
  const char* import;
  const char* expected;  // files in order; "" for none
};

void check(const std::string& files, const Project& project, const std::vector<Case>& cases) {
  const auto list = words(files);
  const Paths paths(std::vector<std::string_view>(list.begin(), list.end()));
  for (const Case& each : cases) {
    SCOPED_TRACE(std::string(each.from) + " imports " + each.import);
    const Import import = import_of(each.import);
    const ImportView view{import.module, import.name, import.alias, import.relative, 0, 0};
    std::vector<std::string> found;
    const auto keys = import_keys(each.from, view);
    for (const FileId id : resolve_import(paths, project, {each.from, each.language, view})) {
      found.emplace_back(paths.path(id));
      // What is found forwards must be found backwards.
      const auto of_file = file_keys(paths.path(id), project);
      EXPECT_TRUE(std::any_of(
          keys.begin(), keys.end(),
          [&](std::string_view key) { return std::find(of_file.begin(), of_file.end(), key) != of_file.end(); }))
          << found.back() << " has keys " << testing::PrintToString(of_file) << ", the import "
          << testing::PrintToString(keys);
    }
    EXPECT_EQ(found, words(each.expected));
  }
}

TEST(Imports, OfScriptsFollowNode) {
  check(
      "src/app.ts src/util.ts src/util/index.ts src/a.service.ts src/view.tsx src/data.json src/types.d.ts "
      "src/parts/index.js src/Box.vue lib/old.js lib/both.js lib/both.ts logo.svg index.ts",
      {},
      {
          {"src/app.ts", "typescript", "./util -> x (relative)", "src/util.ts"},
          {"src/app.ts", "typescript", "./util/index (relative)", "src/util/index.ts"},
          {"src/app.ts", "typescript", "./a.service (relative)", "src/a.service.ts"},
          {"src/app.ts", "typescript", "./view.jsx (relative)", "src/view.tsx"},
          {"src/app.ts", "typescript", "./util.js (relative)", "src/util.ts"},
          {"src/app.ts", "typescript", "./data.json (relative)", "src/data.json"},
          {"src/app.ts", "typescript", "./types (relative)", "src/types.d.ts"},
          {"src/app.ts", "typescript", "./parts (relative)", "src/parts/index.js"},
          {"src/app.ts", "typescript", "./Box.vue (relative)", "src/Box.vue"},
          {"src/app.ts", "typescript", "../logo.svg?url (relative)", "logo.svg"},
          {"src/app.ts", "typescript", ".. (relative)", "index.ts"},
          {"src/util/index.ts", "typescript", "../util (relative)", "src/util.ts"},
          {"src/parts/x.js", "javascript", ". (relative)", "src/parts/index.js"},
          {"lib/x.js", "javascript", "./both.js (relative)", "lib/both.js"},
          {"src/app.ts", "typescript", "../../outside (relative)", ""},
          {"src/app.ts", "typescript", "./missing (relative)", ""},
          {"src/app.ts", "typescript", "react -> useState", ""},
          {"src/Box.vue", "vue", "./app -> x (relative)", "src/app.ts"},
      });
}

TEST(Imports, OfScriptsHeedPathsAndBaseUrlOfTheNearestConfiguration) {
  Project project;
  project.scripts = {{.folder = "web",
                      .base_url = "web/src",
                      .has_base_url = true,
                      .aliases = {{"@app/*", {"web/src/app/*", "web/gen/*"}},
                                  {"@app/special/*", {"web/special/*"}},
                                  {"config", {"web/src/settings/config.ts"}},
                                  {"*.css", {"web/styles/*.css"}}}}};
  check(
      "web/src/app/user.ts web/gen/model.ts web/special/x.ts web/src/settings/config.ts web/src/deep/y.ts "
      "web/styles/a.css api/z.ts",
      project,
      {
          {"web/src/m.ts", "typescript", "@app/user", "web/src/app/user.ts"},
          {"web/src/m.ts", "typescript", "@app/model", "web/gen/model.ts"},
          {"web/src/m.ts", "typescript", "@app/special/x", "web/special/x.ts"},
          {"web/src/m.ts", "typescript", "config", "web/src/settings/config.ts"},
          {"web/src/m.ts", "typescript", "a.css", "web/styles/a.css"},
          {"web/src/m.ts", "typescript", "deep/y", "web/src/deep/y.ts"},
          {"api/z.ts", "typescript", "@app/user", ""},
          {"web/src/m.ts", "typescript", "@app/none", ""},
      });
}

TEST(Imports, OfScriptsFindThePackagesOfTheWorkspace) {
  Project project;
  project.packages = {{"@acme/util", "packages/util", "src/main.ts"}, {"@acme/ui", "packages/ui", ""}};
  check("packages/util/src/main.ts packages/util/src/strings.ts packages/ui/index.ts packages/ui/src/button.tsx",
        project,
        {
            {"app/a.ts", "typescript", "@acme/util -> pad", "packages/util/src/main.ts"},
            {"app/a.ts", "typescript", "@acme/util/strings", "packages/util/src/strings.ts"},
            {"app/a.ts", "typescript", "@acme/ui", "packages/ui/index.ts"},
            {"app/a.ts", "typescript", "@acme/ui/button", "packages/ui/src/button.tsx"},
            {"app/a.ts", "typescript", "@acme/ui-kit", ""},
        });
}

TEST(Imports, OfPythonFollowPackages) {
  check(
      "src/shop/__init__.py src/shop/store.py src/shop/units/__init__.py src/shop/units/weight.py src/shop/json.py "
      "tools/run.py tools/helper.py setup.py backend/app/models.py backend/manage.py stubs/x.pyi",
      {},
      {
          {"tests/t.py", "python", "shop", "src/shop/__init__.py"},
          {"tests/t.py", "python", "shop.store", "src/shop/store.py"},
          {"tests/t.py", "python", "shop -> store", "src/shop/store.py"},
          {"tests/t.py", "python", "shop -> Price", "src/shop/__init__.py"},
          {"tests/t.py", "python", "shop.units.weight -> grams", "src/shop/units/weight.py"},
          {"src/shop/store.py", "python", ". -> units (relative)", "src/shop/units/__init__.py"},
          {"src/shop/store.py", "python", ". -> Price (relative)", "src/shop/__init__.py"},
          {"src/shop/units/weight.py", "python", "..store -> Store (relative)", "src/shop/store.py"},
          {"src/shop/units/weight.py", "python", ".. -> store (relative)", "src/shop/store.py"},
          {"src/shop/units/weight.py", "python", "..units -> * (relative)", "src/shop/units/__init__.py"},
          {"src/shop/units/weight.py", "python", ".....far (relative)", ""},
          {"tools/run.py", "python", "helper", "tools/helper.py"},
          {"backend/app/views.py", "python", "app.models -> User", "backend/app/models.py"},
          {"src/shop/store.py", "python", "json", ""},  // the standard library's, not that of the package
          {"tests/t.py", "python", "os.path", ""},
      });
}

TEST(Imports, OfCFollowTheSearchPath) {
  Project project;
  project.include_folders = {"third/inc"};
  check(
      "src/a.cpp src/a.h src/sub/b.h include/shop/c.h third/inc/zip.h third/other/string.h lib/deep/d.h x/deep/d.h "
      "src/b.h",
      project,
      {
          {"src/a.cpp", "cpp", "a.h (relative)", "src/a.h"},
          {"src/a.cpp", "cpp", "sub/b.h (relative)", "src/sub/b.h"},
          {"src/sub/z.cpp", "cpp", "../a.h (relative)", "src/a.h"},
          {"src/sub/z.cpp", "cpp", "b.h (relative)", "src/sub/b.h"},
          {"src/a.cpp", "cpp", "shop/c.h", "include/shop/c.h"},
          {"src/a.cpp", "cpp", "zip.h", "third/inc/zip.h"},
          {"src/a.cpp", "c", "string.h", ""},
          {"src/a.cpp", "cpp", "deep/d.h", "lib/deep/d.h"},
          {"x/y.cpp", "cpp", "deep/d.h", "x/deep/d.h"},
          {"src/a.cpp", "cpp", "vector", ""},
          {"src/a.cpp", "cpp", "/usr/include/stdio.h", ""},
          {"src/a.cpp", "cpp", "std::literals -> *", ""},
      });
}

TEST(Imports, OfGoAreAllFilesOfAPackage) {
  Project project;
  project.go_modules = {{"example.com/shop", "", ""}, {"example.com/shop/tools", "tools", ""}};
  check("main.go store/a.go store/b.go store/b_test.go store/deep/c.go tools/t.go tools/gen/g.go vendor/x.org/y/z.go",
        project,
        {
            {"main.go", "go", "example.com/shop/store", "store/a.go store/b.go"},
            {"main.go", "go", "example.com/shop/tools/gen", "tools/gen/g.go"},
            {"store/a.go", "go", "example.com/shop", "main.go"},
            {"main.go", "go", "x.org/y", "vendor/x.org/y/z.go"},
            {"main.go", "go", "fmt", ""},
            {"main.go", "go", "example.com/shopping", ""},
        });
}

TEST(Imports, OfTheJvmFollowPackages) {
  check(
      "src/main/java/org/acme/Store.java src/main/java/org/acme/Tools.java src/test/java/org/acme/StoreTest.java "
      "app/src/main/kotlin/ui/Button.kt app/src/main/kotlin/ui/text.kt other/Store.java",
      {},
      {
          {"src/main/java/org/acme/app/A.java", "java", "org.acme.Store", "src/main/java/org/acme/Store.java"},
          {"src/main/java/A.java", "java", "org.acme.Tools.check", "src/main/java/org/acme/Tools.java"},
          {"src/main/java/A.java", "java", "org.acme -> *",
           "src/main/java/org/acme/Store.java src/main/java/org/acme/Tools.java src/test/java/org/acme/StoreTest.java"},
          {"src/main/java/A.java", "java", "java.util.List", ""},
          {"app/src/main/kotlin/M.kt", "kotlin", "com.acme.ui.Button", "app/src/main/kotlin/ui/Button.kt"},
          {"app/src/main/kotlin/M.kt", "kotlin", "ui.bold",
           "app/src/main/kotlin/ui/Button.kt app/src/main/kotlin/ui/text.kt"},
          {"app/src/main/scala/M.scala", "scala", "org.acme -> Store", "src/main/java/org/acme/Store.java"},
          {"app/src/main/kotlin/M.kt", "kotlin", "kotlin.math.max", ""},
      });
}

TEST(Imports, OfRustFollowModules) {
  Project project;
  project.crates = {{"paint-kit", "crates/paint-kit", ""}};
  check(
      "src/main.rs src/draw.rs src/draw/style.rs src/net/mod.rs src/net/http.rs crates/paint-kit/src/lib.rs "
      "crates/paint-kit/src/color.rs",
      project,
      {
          {"src/main.rs", "rust", "draw (relative)", "src/draw.rs"},
          {"src/main.rs", "rust", "net (relative)", "src/net/mod.rs"},
          {"src/draw.rs", "rust", "style (relative)", "src/draw/style.rs"},
          {"src/net/mod.rs", "rust", "http (relative)", "src/net/http.rs"},
          {"src/net/http.rs", "rust", "crate::draw::style -> Pen (relative)", "src/draw/style.rs"},
          {"src/net/http.rs", "rust", "crate::draw -> style (relative)", "src/draw/style.rs"},
          {"src/net/http.rs", "rust", "crate::draw::Canvas (relative)", "src/draw.rs"},
          {"src/net/http.rs", "rust", "crate -> Config (relative)", "src/main.rs"},
          {"src/net/http.rs", "rust", "super -> Url (relative)", "src/net/mod.rs"},
          {"src/net/http.rs", "rust", "super::super::draw -> Canvas (relative)", "src/draw.rs"},
          {"src/draw/style.rs", "rust", "super -> Canvas (relative)", "src/draw.rs"},
          {"src/draw/style.rs", "rust", "super -> * (relative)", ""},  // of a module inside the file, mostly
          {"src/main.rs", "rust", "draw -> Canvas", "src/draw.rs"},
          {"src/main.rs", "rust", "paint_kit::color -> Rgb", "crates/paint-kit/src/color.rs"},
          {"src/main.rs", "rust", "paint_kit -> Kit", "crates/paint-kit/src/lib.rs"},
          {"src/main.rs", "rust", "std::collections -> HashMap", ""},
      });
}

TEST(Imports, OfCSharpFollowProjectsAndFolders) {
  check("src/Web/Acme.Web.csproj src/Web/Models/User.cs src/Web/Program.cs src/Acme.Data/Db.cs src/Acme/Text/Trim.cs",
        {},
        {
            {"src/Web/Program.cs", "csharp", "Acme.Web.Models -> *", "src/Web/Models/User.cs"},
            {"src/Web/Program.cs", "csharp", "Acme.Data -> *", "src/Acme.Data/Db.cs"},
            {"src/Web/Program.cs", "csharp", "Acme.Text -> *", "src/Acme/Text/Trim.cs"},
            {"src/Web/Program.cs", "csharp", "Acme.Text.Trim -> *", "src/Acme/Text/Trim.cs"},
            {"src/Web/Program.cs", "csharp", "System.Text -> *", ""},
        });
}

TEST(Imports, OfPhpFollowPsr4AndPaths) {
  Project project;
  project.php_prefixes = {{"Acme\\", "lib", ""}, {"Acme\\Web\\", "web", ""}};
  check("lib/Models/User.php web/Page.php helpers.php src/inc/a.php app/Models/Post.php", project,
        {
            {"web/Page.php", "php", "Acme\\Models -> User", "lib/Models/User.php"},
            {"lib/x.php", "php", "Acme\\Web\\Page", "web/Page.php"},
            {"lib/x.php", "php", "App\\Models\\Post", "app/Models/Post.php"},
            {"src/x.php", "php", "/inc/a.php (relative)", "src/inc/a.php"},
            {"src/x.php", "php", "/helpers.php (relative)", "helpers.php"},
            {"src/x.php", "php", "Psr\\Log\\LoggerInterface", ""},
        });
}

TEST(Imports, OfRubyFollowRequire) {
  check("lib/store.rb lib/store/base.rb spec/spec_helper.rb gems/tool/lib/tool/run.rb", {},
        {
            {"lib/store.rb", "ruby", "store/base (relative)", "lib/store/base.rb"},
            {"lib/store/base.rb", "ruby", "../store (relative)", "lib/store.rb"},
            {"spec/store_spec.rb", "ruby", "store/base", "lib/store/base.rb"},
            {"spec/store_spec.rb", "ruby", "spec_helper", "spec/spec_helper.rb"},
            {"spec/store_spec.rb", "ruby", "tool/run", "gems/tool/lib/tool/run.rb"},
            {"spec/store_spec.rb", "ruby", "json", ""},
        });
}

TEST(Imports, OfOtherLanguagesAreTheirSpelling) {
  check(
      "shop/lib/store.dart shop/lib/src/order.dart ui/theme.scss ui/_colors.scss conf/common.mk lua/shop/init.lua "
      "lua/shop/cart.lua src/Data/Tree.hs lib/shop/order_line.ex tex/intro.tex run/common.sh web/site.css web/i.html "
      "lib/Shop/Store.pm lib/tax.pl nix/shared.nix nix/shop/default.nix sol/Base.sol node_modules/maths/Sums.sol",
      {},
      {
          {"shop/bin/main.dart", "dart", "package:shop/store.dart", "shop/lib/store.dart"},
          {"shop/lib/store.dart", "dart", "src/order.dart (relative)", "shop/lib/src/order.dart"},
          {"shop/bin/main.dart", "dart", "dart:async", ""},
          {"ui/theme.scss", "scss", "colors (relative)", "ui/_colors.scss"},
          {"conf/all.mk", "makefile", "common.mk (relative)", "conf/common.mk"},
          {"lua/main.lua", "lua", "shop.cart", "lua/shop/cart.lua"},
          {"lua/main.lua", "lua", "shop", "lua/shop/init.lua"},
          {"src/Main.hs", "haskell", "Data.Tree -> flatten", "src/Data/Tree.hs"},
          {"lib/shop.ex", "elixir", "Shop.OrderLine", "lib/shop/order_line.ex"},
          {"tex/main.tex", "latex", "intro (relative)", "tex/intro.tex"},
          {"run/a.sh", "shellscript", "./common.sh (relative)", "run/common.sh"},
          {"web/i.html", "html", "site.css (relative)", "web/site.css"},
          {"bin/shop.pl", "perl", "Shop::Store", "lib/Shop/Store.pm"},
          {"lib/shop.pl", "perl", "./tax.pl (relative)", "lib/tax.pl"},
          {"bin/shop.pl", "perl", "List::Util", ""},
          {"nix/all.nix", "nix", "./shared.nix (relative)", "nix/shared.nix"},
          {"nix/all.nix", "nix", "./shop (relative)", "nix/shop/default.nix"},
          {"nix/all.nix", "nix", "<nixpkgs>", ""},
          {"sol/Order.sol", "solidity", "./Base.sol", "sol/Base.sol"},
          {"sol/Order.sol", "solidity", "maths/Sums.sol", "node_modules/maths/Sums.sol"},
          {"sol/Order.sol", "solidity", "./Sums.sol", ""},
      });
}

TEST(Imports, AreBoundedForAnySpelling) {
  std::vector<std::string> files;
  for (int i = 0; i < 3000; ++i) files.push_back("d" + std::to_string(i) + "/index.ts");
  for (int i = 0; i < 3000; ++i) files.push_back("pkg/f" + std::to_string(i) + ".go");
  const Paths paths(std::vector<std::string_view>(files.begin(), files.end()));
  Project project;
  project.go_modules = {{"m", "", ""}};
  const std::string deep(100'000, '.'), slashes(100'000, '/'), long_name(100'000, 'x');
  std::string parts;
  for (int i = 0; i < 20'000; ++i) parts += "a.b::c/";
  for (const char* language : {"typescript", "python", "cpp", "go", "java", "kotlin", "rust", "csharp", "php", "ruby",
                               "dart", "lua", "perl", "nix", "solidity", "make", ""}) {
    for (const std::string& module : {deep, slashes, long_name, parts, std::string("m/pkg"), std::string("..")}) {
      const ImportView import{module, long_name, "", module.size() % 2 == 0, 0, 0};
      const std::string from = "a/b/c.ts";
      EXPECT_LE(resolve_import(paths, project, {from, language, import}).size(), kMaxImported);
      EXPECT_LE(import_keys(from, import).size(), 20U);
    }
  }
}

}  // namespace
}  // namespace fimd::context

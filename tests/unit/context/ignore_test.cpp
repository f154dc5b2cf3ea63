#include "context/ignore.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace fimd::context {
namespace {

namespace fs = std::filesystem;

// Whether a path is out, its folders looked at first. A path that ends in '/' is a folder.
bool ignored(std::string_view patterns, std::string_view path, Case letters = Case::sensitive) {
  const IgnoreList list(patterns, letters);
  const bool folder = path.ends_with('/');
  if (folder) path.remove_suffix(1);
  for (size_t slash = path.find('/'); slash != std::string_view::npos; slash = path.find('/', slash + 1)) {
    if (list.verdict(path.substr(0, slash), true) == Verdict::ignored) return true;
  }
  return list.verdict(path, folder) == Verdict::ignored;
}

struct Vector {
  std::string patterns;
  std::vector<std::string> out, in;
};

const std::vector<Vector>& vectors() {
  static const std::vector<Vector> list = {
      {"secret.txt", {"secret.txt", "a/b/secret.txt"}, {"SECRET.txt"}},
      {"/secret.txt", {"secret.txt"}, {"a/secret.txt"}},
      {"a/b.txt", {"a/b.txt"}, {"x/a/b.txt"}},
      {"a/b/", {"a/b/x"}, {"c/a/b/x"}},
      {"build/", {"build/x", "a/build/x"}, {"c/build"}},
      {"logs", {"logs/x/y.txt", "a/logs/z"}, {"xlogs/a"}},
      {"lnk/", {}, {"lnk"}},
      {"*.pem", {"k.pem", "a/k.pem", "a/.pem"}, {"k.pem2"}},
      {"*", {".a", "b"}, {}},
      {".env*", {".env", ".env.local", ".envrc"}, {"x.env"}},
      {"conf/*.json", {"conf/a.json"}, {"conf/x/a.json", "y/conf/a.json"}},
      {"k?y", {"key"}, {"k/y", "ky"}},
      {"a?b",
       {},
       {"a\xc3\xa9"
        "b"}},
      {"**/secrets.yml", {"secrets.yml", "a/b/secrets.yml"}, {}},
      {"**/foo/bar", {"foo/bar", "x/foo/bar", "x/y/foo/bar/z"}, {"foo/x/bar"}},
      {"vault/**", {"vault/a", "vault/a/b"}, {"vault"}},
      {"/a/**/", {"a/d/g"}, {"a/f"}},
      {"a/**/z", {"a/z", "a/b/c/z"}, {"xa/z"}},
      {"**/node_modules/**", {"node_modules/x"}, {"node_modules"}},
      {"a**b", {"axxb", "x/axxb"}, {"a/x/b"}},
      {"foo**", {"foobar", "foo/x", "x/foobar"}, {}},
      {"***/x", {"x", "a/b/x"}, {}},
      {"A**/*", {"A", "Ax/y/z"}, {"bA"}},  // the literal beginning does not count as "before the stars"
      {"**", {"a", "a/b"}, {}},
      {"/**", {"a", "a/b"}, {}},
      {"*.env\n!ok.env", {"x.env"}, {"ok.env"}},
      {"!ok.env\n*.env", {"ok.env"}, {}},
      {"d/\n!d/keep.txt", {"d/keep.txt"}, {}},
      {"d/*\n!d/keep.txt", {"d/x"}, {"d/keep.txt"}},
      {"d/*\n!d/sub", {"d/b"}, {"d/sub/a"}},
      {"d/**\n!d/sub/a", {"d/sub/a"}, {}},
      {"d/**\n!d/**/\n!d/sub/a", {"d/sub/b"}, {"d/sub/a"}},
      {"a/**\n!a/b", {"a/b/c"}, {"a/b"}},
      {"a/\n!a/", {}, {"a/x"}},
      {"/*\n!/src", {"b"}, {"src/x"}},
      {"*\n!*/\n!*.c", {"d/a.o"}, {"d/a.c"}},
      {"k[0-9]y", {"k1y"}, {"kay"}},
      {"k[!0-9]y", {"kay"}, {"k1y"}},
      {"m[^0-9]n", {"man"}, {"m1n"}},
      {"[A-Z]x", {"Bx"}, {"bx"}},
      {"a[/]b", {}, {"a/b"}},
      {"x[]a]y", {"x]y", "xay"}, {}},
      {"[]-a]x", {"]x", "^x", "_x", "ax"}, {"-x"}},
      {"[a-]x", {"ax", "-x"}, {"bx"}},
      {"x[[:digit:]]y", {"x1y"}, {"xdy"}},
      {"[[:upper:]]y", {"Ay"}, {"ay"}},
      {"[[:nonsense:]]y", {}, {"ny", ":y"}},
      {"x[\\-a]y", {"x-y", "xay"}, {}},
      {"a[bc", {}, {"a[bc", "ab"}},
      {"a\\*b", {"a*b"}, {"axb"}},
      {"\\a", {"a"}, {}},
      {"a\\", {}, {"a", "a\\"}},
      {"#x", {}, {"#x"}},
      {"\\#y", {"#y"}, {}},
      {"a #b", {"a #b"}, {"a "}},
      {" #c", {" #c"}, {}},
      {"\\!important", {"!important"}, {}},
      {"!", {}, {"!", "a"}},
      {"/", {}, {"a"}},
      {"key.txt   ", {"key.txt"}, {"key.txt   "}},
      {"key.txt\\ ", {"key.txt "}, {"key.txt"}},
      {"key.txt\t", {"key.txt\t"}, {"key.txt"}},
      {" lead", {" lead"}, {"lead"}},
      {"\xef\xbb\xbf"
       "one\r\ntwo\r\nthree",
       {"one", "two", "three"},
       {}},
      {"*.{pem,key}", {}, {"k.pem"}},
      {"\"q\"", {"\"q\""}, {"q"}},
      {"./a\n../a\na//b", {}, {"a", "a/b"}},
      {"Datei-\xc3\xbc", {"Datei-\xc3\xbc"}, {"Datei-u"}},
  };
  return list;
}

TEST(Ignore, AgreesWithGitOnItsTestVectors) {
  for (const Vector& v : vectors()) {
    for (const auto& path : v.out) EXPECT_TRUE(ignored(v.patterns, path)) << v.patterns << " : " << path;
    for (const auto& path : v.in) EXPECT_FALSE(ignored(v.patterns, path)) << v.patterns << " : " << path;
  }
}

// What git itself says of a path, which is a file unless it is on the way to another.
class Git {
 public:
  Git() {
    std::string pattern = (fs::temp_directory_path() / "fimd-git-XXXXXX").string();
    top_ = ::mkdtemp(pattern.data());
    works_ = run("git init -q . && git config core.excludesFile /dev/null && git config core.ignorecase false");
  }
  ~Git() { fs::remove_all(top_); }
  [[nodiscard]] bool works() const { return works_; }
  void set(const std::string& file, const std::string& patterns) {
    fs::create_directories(fs::path(top_ + "/" + file).parent_path());
    std::ofstream(top_ + "/" + file, std::ios::binary) << patterns;
  }
  bool ignores(const std::string& path) {
    std::ofstream(top_ + "/.git/asked", std::ios::binary) << path << '\0';
    return run("git check-ignore -q --no-index -z --stdin < .git/asked");
  }
  void touch(const std::string& path) {
    std::error_code ec;
    fs::create_directories(fs::path(top_ + "/" + path).parent_path(), ec);
    if (!fs::is_directory(top_ + "/" + path)) std::ofstream(top_ + "/" + path) << "";
  }
  void clear() {
    for (const auto& entry : fs::directory_iterator(top_)) {
      if (entry.path().filename() != ".git") fs::remove_all(entry.path());
    }
  }

 private:
  bool run(const std::string& command) { return std::system(("cd '" + top_ + "' && { " + command + "; } >/dev/null 2>&1").c_str()) == 0; }
  std::string top_;
  bool works_ = false;
};

TEST(Ignore, SaysWhatGitCheckIgnoreSays) {
  Git git;
  if (!git.works()) GTEST_SKIP() << "no git";
  for (const Vector& v : vectors()) {
    git.clear();
    git.set(".gitignore", v.patterns);
    for (const auto* paths : {&v.out, &v.in}) {
      for (const auto& path : *paths) {
        if (path == ".gitignore") continue;
        git.clear();
        git.set(".gitignore", v.patterns);
        git.touch(path);
        EXPECT_EQ(git.ignores(path), ignored(v.patterns, path)) << v.patterns << " : " << path;
      }
    }
  }
}

TEST(Ignore, ComparesWithoutCaseWhenAsked) {
  EXPECT_TRUE(ignored("*.PEM\nId_Rsa*\n[a-c]x", "K.pem", Case::ignored));
  EXPECT_TRUE(ignored("*.PEM\nId_Rsa*\n[a-c]x", "ID_RSA.old", Case::ignored));
  EXPECT_TRUE(ignored("[A-C]x", "bX", Case::ignored));
}

TEST(Ignore, TakesNoLongerForPatternsThatBacktrack) {
  EXPECT_FALSE(ignored("*a*a*a*a*a*a*a*a*b", std::string(4000, 'a')));
  std::string deep;
  for (int i = 0; i < 1000; ++i) deep += "d/";
  EXPECT_FALSE(ignored("**/**/**/**/**/**/x", deep + "y"));
  EXPECT_TRUE(ignored("**/**/**/**/**/**/x", deep + "x"));
}

TEST(Globs, TakeOutWhatLiesBelowAFolder) {
  const std::vector<std::string> patterns = {"secret/", "*.gen.cc", "!keep.gen.cc"};
  const Globs globs(patterns);
  EXPECT_TRUE(globs.match("a/secret/b/c.txt"));
  EXPECT_TRUE(globs.match("/x/y.gen.cc"));
  EXPECT_FALSE(globs.match("x/keep.gen.cc"));
  EXPECT_FALSE(globs.match("secret"));
  EXPECT_FALSE(Globs().match("anything"));
  EXPECT_TRUE(matches_any({"**/.env*"}, "a/.env.local"));
  EXPECT_FALSE(matches_any({}, "a"));
}

TEST(Privacy, KeepsWhatHoldsSecrets) {
  const Globs none;
  for (const char* path : {".env",
                           "a/.env.production",
                           "deploy/prod.env",
                           "k.PEM",
                           "x/id_rsa",
                           "id_ed25519",
                           ".ssh/config",
                           "home/.aws/credentials",
                           "secrets.yml",
                           "infra/terraform.tfstate",
                           "app/config/master.key",
                           "src/.npmrc",
                           "a/credentials",
                           "ops/secrets/db.yaml",
                           "private/token.txt",
                           ".bash_history",
                           "wallet.dat",
                           "a/.git/config",
                           "sub/.fimd/config.json",
                           "Kubeconfig"}) {
    EXPECT_TRUE(is_private(path, none)) << path;
  }
  for (const char* path : {"tokenizer.json", "src/credentials/provider.go", "db/schema.rb", "config.json",
                           ".env.example", "id_rsa.pub", "secrets/reader.cpp", "context/secrets.cpp", "main.py",
                           "keys.go", "environment.ts", "a/.git/COMMIT_EDITMSG", "private/impl.h"}) {
    EXPECT_FALSE(is_private(path, none)) << path;
  }
  const std::vector<std::string> more = {"customers/"};
  EXPECT_TRUE(is_private("customers/list.csv", Globs(more)));
}

TEST(Privacy, KnowsKeyMaterial) {
  EXPECT_TRUE(is_key_material("a/server.key"));
  EXPECT_TRUE(is_key_material("a/.gnupg/x"));
  EXPECT_FALSE(is_key_material("a/key.cpp"));
}

}  // namespace
}  // namespace fimd::context

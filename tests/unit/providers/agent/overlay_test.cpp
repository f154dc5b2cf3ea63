#include "providers/agent/overlay.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "context/ignore.h"
#include "tests/unit/providers/agent/folder.h"

namespace fimd::providers::agent {
namespace {

using testing::ElementsAre;

struct OverlayTest : testing::Test {
  tests::Folder ws;
  std::vector<OpenBuffer> buffers;
  OverlayRules rules;
  OverlayTest() { ws.put("src/a.cpp", "disk\n"); }

  Overlay overlay() { return {ws.path(), buffers, rules}; }
  void hide(const std::string& glob) {
    rules.excluded = [glob](std::string_view path, bool) { return context::matches_any({glob}, path); };
  }
  static std::vector<std::string> paths(Overlay& o) {
    std::vector<std::string> out;
    for (const ListedFile& f : o.files({})) out.push_back(f.path);
    return out;
  }
};

TEST_F(OverlayTest, AnUnsavedBufferWinsOverTheDisk) {
  buffers.push_back(tests::buffer("src/a.cpp", "buffer\n"));
  const auto got = overlay().read("src/a.cpp");
  ASSERT_TRUE(got);
  EXPECT_EQ(got->text, "buffer\n");
  EXPECT_TRUE(got->unsaved);
}

TEST_F(OverlayTest, EditsLiveInMemoryOnly) {
  Overlay o = overlay();
  ASSERT_TRUE(o.edit("src/a.cpp", *o.read("src/a.cpp"), "new\n"));
  EXPECT_EQ(o.read("src/a.cpp")->text, "new\n");
  EXPECT_TRUE(o.read("src/a.cpp")->edited);
  EXPECT_EQ(ws.get("src/a.cpp"), "disk\n");
}

TEST_F(OverlayTest, ChangedFilesKeepTheirFirstText) {
  buffers.push_back(tests::buffer("src/a.cpp", "buffer\n", 7));
  Overlay o = overlay();
  ASSERT_TRUE(o.edit("src/a.cpp", *o.read("src/a.cpp"), "one\n"));
  ASSERT_TRUE(o.edit("src/a.cpp", *o.read("src/a.cpp"), "two\n"));
  const auto changed = o.changed();
  ASSERT_EQ(changed.size(), 1U);
  EXPECT_EQ(changed[0].original, "buffer\n");
  EXPECT_EQ(changed[0].current, "two\n");
  EXPECT_EQ(changed[0].version, 7);
}

TEST_F(OverlayTest, AnEditThatIsTakenBackIsNoChange) {
  Overlay o = overlay();
  ASSERT_TRUE(o.edit("src/a.cpp", *o.read("src/a.cpp"), "one\n"));
  ASSERT_TRUE(o.edit("src/a.cpp", *o.read("src/a.cpp"), "disk\n"));
  EXPECT_TRUE(o.changed().empty());
}

TEST_F(OverlayTest, TheOriginalIsWhatTheEditWasMadeFrom) {
  Overlay o = overlay();
  const FileText base = *o.read("src/a.cpp");
  ws.put("src/a.cpp", "the user was here\n");
  ASSERT_TRUE(o.edit("src/a.cpp", base, "new\n"));
  EXPECT_EQ(o.changed().at(0).original, "disk\n");
}

TEST_F(OverlayTest, ANewFileIsListedReadAndHasNoOriginal) {
  Overlay o = overlay();
  ASSERT_TRUE(o.create("src/deep/b.cpp", "b\n"));
  EXPECT_THAT(paths(o), ElementsAre("src/a.cpp", "src/deep/b.cpp"));
  EXPECT_EQ(o.read("src/deep/b.cpp")->text, "b\n");
  EXPECT_EQ(o.list("src/deep")->at(0).name, "b.cpp");
  EXPECT_FALSE(o.changed().at(0).original.has_value());
  EXPECT_FALSE(std::filesystem::exists(ws.at("src/deep")));
}

TEST_F(OverlayTest, ANewFileTakesNoOthersPlace) {
  ws.link("out", "/tmp");
  Overlay o = overlay();
  for (const char* path : {"src/a.cpp", "src", "src/a.cpp/b", "out/x", "out"}) {
    const auto made = o.create(path, "x");
    ASSERT_FALSE(made) << path;
    EXPECT_EQ(made.error().code, Error::Code::refused) << path;
  }
}

TEST_F(OverlayTest, ExcludedPathsLookAsIfTheyDidNotExist) {
  ws.put("keys/.env", "A=1\n");
  buffers.push_back(tests::buffer("keys/.env", "A=2\n"));
  hide(".env");
  Overlay o = overlay();
  EXPECT_EQ(o.read("keys/.env").error().code, Error::Code::not_found);
  EXPECT_EQ(o.read("keys/.env").error().message, "keys/.env: no such file");
  EXPECT_EQ(o.read("keys/none").error().message, "keys/none: no such file");
  EXPECT_THAT(paths(o), ElementsAre("src/a.cpp"));
  EXPECT_TRUE(o.list("keys")->empty());
  EXPECT_EQ(o.create("keys/.env", "A=3\n").error().code, Error::Code::refused);
}

TEST_F(OverlayTest, AnExcludedFolderHidesWhatIsBelow) {
  ws.put("private/a.txt", "x\n");
  hide("private/");
  rules.excluded = [](std::string_view path, bool is_directory) { return is_directory && path == "private"; };
  Overlay o = overlay();
  EXPECT_EQ(o.read("private/a.txt").error().code, Error::Code::not_found);
  EXPECT_EQ(o.list("private").error().code, Error::Code::not_found);
  EXPECT_THAT(paths(o), ElementsAre("src/a.cpp"));
}

TEST_F(OverlayTest, TheRepositorysOwnFilesAreHidden) {
  ws.put(".git/config", "url = x\n");
  Overlay o = overlay();
  EXPECT_EQ(o.read(".git/config").error().code, Error::Code::not_found);
  EXPECT_EQ(o.create(".git/hooks/pre-commit", "x").error().code, Error::Code::refused);
  EXPECT_EQ(o.create(".GIT/hooks/pre-commit", "x").error().code, Error::Code::refused);
}

TEST_F(OverlayTest, IgnoredFilesAreNotListed) {
  ws.put(".gitignore", "*.log\n");
  ws.put("x.log", "x\n");
  Overlay o = overlay();
  EXPECT_THAT(paths(o), ElementsAre(".gitignore", "src/a.cpp"));
}

TEST_F(OverlayTest, RefusesBinaryAndLargeFiles) {
  ws.put("b", std::string("a\0b", 3));
  ws.put("c", std::string(40, '\1'));
  ws.put("large", std::string(200, 'x'));
  rules.max_file_bytes = 100;
  const Overlay o = overlay();
  EXPECT_EQ(o.read("b").error().message, "b: binary file");
  EXPECT_EQ(o.read("c").error().message, "c: binary file");
  EXPECT_EQ(o.read("large").error().message, "large: too large");
}

TEST_F(OverlayTest, TextThatIsNotUtf8IsShownButNotEdited) {
  ws.put("latin", "caf\xe9\n");
  Overlay o = overlay();
  const auto got = o.read("latin");
  ASSERT_TRUE(got);
  EXPECT_EQ(got->text, "caf\xEF\xBF\xBD\n");
  EXPECT_TRUE(got->lossy);
  EXPECT_EQ(o.edit("latin", *got, "x").error().code, Error::Code::unsupported);
}

TEST_F(OverlayTest, PathsAreMadeRelativeToTheRoot) {
  const Overlay o = overlay();
  EXPECT_EQ(o.resolve("./src/./a.cpp").value_or(""), "src/a.cpp");
  EXPECT_EQ(o.resolve("src/../src/a.cpp").value_or(""), "src/a.cpp");
  EXPECT_EQ(o.resolve(ws.at("src/a.cpp")).value_or(""), "src/a.cpp");
  EXPECT_EQ(o.resolve("file://" + ws.at("src/a.cpp")).value_or(""), "src/a.cpp");
  EXPECT_EQ(o.resolve("a/src/a.cpp").value_or(""), "src/a.cpp");
  EXPECT_EQ(o.resolve("a/none").value_or(""), "a/none");
  EXPECT_EQ(o.resolve(".").value_or("x"), "");
}

TEST_F(OverlayTest, PathsOutsideTellNothingAboutWhatIsThere) {
  const Overlay o = overlay();
  for (const char* path : {"../x", "src/../../x", "/etc/passwd", "/etc/none", "//x", "file:///etc/passwd"}) {
    ASSERT_FALSE(o.resolve(path)) << path;
    EXPECT_EQ(o.resolve(path).error().message, "outside the workspace") << path;
  }
}

}  // namespace
}  // namespace fimd::providers::agent

// The index of a workspace folder while its files change.
#include "lsp/workspace.h"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "lsp/daemon.h"
#include "lsp/indexing.h"
#include "lsp/watch.h"
#include "tests/session/fake_editor.h"
#include "tests/session/memory_transport.h"

namespace fimd::lsp {
namespace {

namespace fs = std::filesystem;

class Workspace : public testing::Test {
 protected:
  Workspace() {
    std::string pattern = (fs::temp_directory_path() / "fimd-workspace-XXXXXX").string();
    root = ::mkdtemp(pattern.data());
    cache = root + "-cache";
    ::setenv("XDG_CACHE_HOME", cache.c_str(), 1);
    put(".gitignore", "ignored.py\n");
    put("first.py", "first_word = 1\n");
  }
  ~Workspace() override {
    std::error_code ec;
    fs::remove_all(root, ec);
    fs::remove_all(cache, ec);
  }
  void put(const std::string& path, const std::string& text) const { std::ofstream(root + "/" + path) << text; }
  void open() {
    daemon.workspaces.open(root, Configuration().now(), {});
    run_until(daemon.loop, [&] { return knows("first_word"); }, "the index");
  }
  // Whether the index that serves Python files has the word.
  [[nodiscard]] bool knows(const std::string& word) const {
    const auto corpus = daemon.workspaces.corpus(root, "a.py");
    return corpus && corpus->words.find(word) != providers::builtin::kNoWord;
  }
  // Changes are taken in their order: when this one is known, those before it have been dealt with.
  void settle() {
    put("last.py", "last_word = 1\n");
    daemon.workspaces.file_changed(root, "last.py", "last_word = 1\n");
    run_until(daemon.loop, [&] { return knows("last_word"); }, "the last change");
  }

  void put_in(const std::string& path, const std::string& text) const {
    fs::create_directories(fs::path(root + "/" + path).parent_path());
    put(path, text);
  }
  void open_and_wait(Daemon& d) const {
    bool ready = false;
    d.workspaces.open(root, Configuration().now(), {});
    d.workspaces.when_indexed(root, [&] { ready = true; });
    run_until(d.loop, [&] { return ready; }, "the index");
  }
  [[nodiscard]] static size_t defined(const Daemon& d, const std::string& folder, const std::string& name) {
    return d.workspaces.index(folder)->definitions(name).size();
  }
  void wait_for(const std::string& name, size_t count = 1) {
    run_until(daemon.loop, [&] { return defined(daemon, root, name) == count; }, name.c_str());
  }

  Daemon daemon;
  std::string root, cache;
};

TEST_F(Workspace, IsAnnouncedOnceHoweverManyOfItsFilesAreOpen) {
  tests::FakeEditor editor(daemon);
  editor.initialize(nlohmann::json::object(), {{"window", {{"workDoneProgress", true}}}}, root);
  for (const char* name : {"first.py", "second.py", "third.py"}) editor.open("file://" + root + "/" + name, "python", "x = ^\n");
  const auto told = [&](const char* kind) {
    const auto progress = editor.received("$/progress");
    return std::count_if(progress.begin(), progress.end(), [&](const auto& m) { return m["params"]["value"]["kind"] == kind; });
  };
  editor.run_until([&] { return told("end") > 0; });
  EXPECT_EQ(told("begin"), 1);
  EXPECT_EQ(told("end"), 1);
}

TEST_F(Workspace, TakesInASavedFile) {
  open();
  put("second.py", "second_word = 1\n");
  daemon.workspaces.file_changed(root, "second.py", "second_word = 1\n");
  settle();
  EXPECT_TRUE(knows("second_word"));
}

TEST_F(Workspace, LeavesOutASavedFileThatIsIgnored) {
  open();
  put("ignored.py", "ignored_word = 1\n");
  daemon.workspaces.file_changed(root, "ignored.py", "ignored_word = 1\n");
  daemon.workspaces.file_on_disk_changed(root, "ignored.py");
  settle();
  EXPECT_FALSE(knows("ignored_word"));
}

TEST_F(Workspace, LeavesOutAChangedFileThatIsTooLargeOrNoSourceText) {
  open();
  put("binary.py", std::string("binary_word\0", 12) + "\n");
  daemon.workspaces.file_on_disk_changed(root, "binary.py");
  const std::string large = "large_word = 1\n" + std::string(2u << 20, '\n');
  put("large.py", large);
  daemon.workspaces.file_changed(root, "large.py", large);
  settle();
  EXPECT_FALSE(knows("binary_word"));
  EXPECT_FALSE(knows("large_word"));
}

TEST_F(Workspace, ForgetsAFileThatBecameIgnored) {
  open();
  put(".gitignore", "first.py\n");
  daemon.workspaces.file_on_disk_changed(root, "first.py");
  settle();
  const auto corpus = daemon.workspaces.corpus(root, "a.py");
  EXPECT_EQ(corpus->words.count(corpus->words.find("first_word")), 0u);
}

TEST_F(Workspace, ForgetsAFileThatIsGone) {
  open();
  fs::remove(root + "/first.py");
  daemon.workspaces.file_on_disk_changed(root, "first.py");
  settle();
  const auto corpus = daemon.workspaces.corpus(root, "a.py");
  EXPECT_EQ(corpus->words.count(corpus->words.find("first_word")), 0u);
}

TEST_F(Workspace, IndexesSymbolsAndImports) {
  put_in("shop/__init__.py", "");
  put_in("shop/store.py", "class Store:\n    def close(self): pass\n");
  put_in("tests/test_store.py", "from shop.store import Store\nStore().close()\n");
  open_and_wait(daemon);
  const auto index = daemon.workspaces.index(root);
  ASSERT_EQ(index->definitions("Store").size(), 1u);
  EXPECT_EQ(index->members("Store").size(), 1u);
  const auto importers = index->importers(*index->find("shop/store.py"));
  ASSERT_EQ(importers.size(), 1u);
  EXPECT_EQ(index->path(importers[0]), "tests/test_store.py");
  EXPECT_EQ(index->mention_count("close"), 1u);
}

TEST_F(Workspace, ResolvesByTheProjectFilesAndAgainWhenTheyChange) {
  put_in("tsconfig.json", R"({"compilerOptions": {"paths": {"@x/*": ["lib/*"]}}})");
  put_in("lib/a.ts", "export const a = 1;\n");
  put_in("src/m.ts", "import { a } from '@x/a';\n");
  open_and_wait(daemon);
  const auto files = [&] {
    const auto index = daemon.workspaces.index(root);
    return index->imports(*index->find("src/m.ts")).at(0).files.size();
  };
  EXPECT_EQ(files(), 1u);
  put("tsconfig.json", "{}");
  daemon.workspaces.file_on_disk_changed(root, "tsconfig.json");
  run_until(daemon.loop, [&] { return files() == 0; }, "the project file");
}

TEST_F(Workspace, LetsAnOpenBufferCountBeforeTheDisk) {
  open_and_wait(daemon);
  daemon.workspaces.buffer_opened(root, "first.py");
  daemon.workspaces.buffer_rests(root, "first.py", "def unsaved(): pass\n");
  wait_for("unsaved");
  EXPECT_EQ(defined(daemon, root, "first_word"), 0u);
  put("first.py", "def outside(): pass\n");
  daemon.workspaces.file_on_disk_changed(root, "first.py");
  daemon.workspaces.file_changed(root, "other.py", "def other(): pass\n");
  wait_for("other");
  EXPECT_EQ(defined(daemon, root, "outside"), 0u);
  EXPECT_FALSE(knows("unsaved")) << "the corpus learns what was saved";
  daemon.workspaces.buffer_closed(root, "first.py");
  wait_for("outside");
  EXPECT_EQ(defined(daemon, root, "unsaved"), 0u);
}

TEST_F(Workspace, StartsFromWhatWasStoredAndTakesInWhatHasChangedSince) {
  put("second.py", "def second(): pass\n");
  put("third.py", "def third(): pass\n");
  open_and_wait(daemon);
  put("second.py", "def renamed(): pass\n");
  fs::remove(root + "/third.py");
  put("fourth.py", "def fourth(): pass\n");
  daemon.workspaces.stop();
  Daemon later;
  open_and_wait(later);
  EXPECT_GT(later.workspaces.indexed(root).stored_files, 0u);
  EXPECT_EQ(defined(later, root, "first_word"), 1u);
  EXPECT_EQ(defined(later, root, "second"), 0u);
  EXPECT_EQ(defined(later, root, "renamed"), 1u);
  EXPECT_EQ(defined(later, root, "third"), 0u);
  EXPECT_EQ(defined(later, root, "fourth"), 1u);
}

TEST_F(Workspace, BuildsAnewWithoutTheStoreWhenAsked) {
  open_and_wait(daemon);
  put("second.py", "def second(): pass\n");
  daemon.workspaces.rebuild(root, Configuration().now(), {});
  wait_for("second");
  EXPECT_EQ(daemon.workspaces.indexed(root).stored_files, 0u);
}

TEST_F(Workspace, KeepsSeveralFoldersApart) {
  put_in("one/a.py", "def name(): pass\n");
  put_in("two/a.py", "def name(): pass\n");
  for (const char* each : {"/one", "/two"}) daemon.workspaces.open(root + each, Configuration().now(), {});
  run_until(daemon.loop, [&] {
    return defined(daemon, root + "/one", "name") == 1 && defined(daemon, root + "/two", "name") == 1;
  }, "both");
  daemon.workspaces.file_changed(root + "/one", "a.py", "def fresh(): pass\n");
  run_until(daemon.loop, [&] { return defined(daemon, root + "/one", "fresh") == 1; }, "the change");
  EXPECT_EQ(defined(daemon, root + "/two", "fresh"), 0u);
  EXPECT_EQ(defined(daemon, root + "/two", "name"), 1u);
}

TEST_F(Workspace, TellsHowFarItIs) {
  std::vector<std::string> told;
  daemon.workspaces.open(root, Configuration().now(), [&](const std::string& text, bool) { told.push_back(text); });
  bool ready = false;
  daemon.workspaces.when_indexed(root, [&] { ready = true; });
  run_until(daemon.loop, [&] { return ready; }, "the index");
  ASSERT_FALSE(told.empty());
  EXPECT_TRUE(told.front().starts_with("indexing "));
  EXPECT_TRUE(told.back().starts_with("indexed 2 files (")) << told.back();
}

TEST_F(Workspace, NoticesWhatOthersDoToAWatchedFolder) {
  put_in("sub/a.py", "def first_version(): pass\n");
  open_and_wait(daemon);
  daemon.workspaces.watch(root);
  put("sub/a.py", "def second_version(): pass\n");
  wait_for("second_version");
  // As many editors save: a new file in the place of the old one.
  put("sub/a.tmp", "def third_version(): pass\n");
  fs::rename(root + "/sub/a.tmp", root + "/sub/a.py");
  wait_for("third_version");
  put_in("fresh/deep/b.py", "def in_a_new_folder(): pass\n");
  wait_for("in_a_new_folder");
  put("fresh/deep/b.py", "def changed_there(): pass\n");
  wait_for("changed_there");
  fs::remove(root + "/sub/a.py");
  wait_for("third_version", 0);
  fs::remove_all(root + "/fresh");
  wait_for("changed_there", 0);
}

TEST_F(Workspace, WorksWhereNothingCanBeStored) {
  ::setenv("XDG_CACHE_HOME", "/proc/nowhere", 1);
  open_and_wait(daemon);
  EXPECT_EQ(defined(daemon, root, "first_word"), 1u);
}

TEST_F(Workspace, FindsWhatHasChangedByLookingThroughTheFolder) {
  put("second.py", "def second(): pass\n");
  put("third.py", "def third(): pass\n");
  open_and_wait(daemon);
  const auto index = daemon.workspaces.index(root);
  EXPECT_TRUE(rescan({root, {}}, index, {}).empty());
  put("second.py", "def another(): pass\n");
  put("fourth.py", "");
  fs::remove(root + "/third.py");
  std::set<std::string> found;
  for (const FileEvent& event : rescan({root, {}}, index, {})) found.insert(event.path);
  EXPECT_EQ(found, (std::set<std::string>{"second.py", "third.py", "fourth.py"}));
}

TEST(Watch, SaysWhenThereAreMoreFoldersThanItMayWatch) {
  std::string name = (fs::temp_directory_path() / "fimd-watch-XXXXXX").string();
  const std::string root = ::mkdtemp(name.data());
  std::vector<std::string> folders = {""};
  for (size_t i = 0; i < 4; ++i) {
    folders.push_back("d" + std::to_string(i));
    ::mkdir((root + "/" + folders.back()).c_str(), 0700);
  }
  boost::asio::io_context loop;
  {
    Watch few(loop, root, [](const std::string&) {}, [] {}, 4);
    few.watch({"", "d0", "not there"});
    loop.poll();
    EXPECT_TRUE(few.complete());
    few.watch(folders);
    run_until(loop, [&] { return !few.complete(); }, "the limit");
  }
  fs::remove_all(root);
}

}  // namespace
}  // namespace fimd::lsp

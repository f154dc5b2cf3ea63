// The index of a workspace folder while its files change.
#include "lsp/workspace.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>

#include "lsp/daemon.h"
#include "tests/session/memory_transport.h"

namespace fimd::lsp {
namespace {

namespace fs = std::filesystem;

class Workspace : public testing::Test {
 protected:
  Workspace() {
    std::string pattern = (fs::temp_directory_path() / "fimd-workspace-XXXXXX").string();
    root = ::mkdtemp(pattern.data());
    put(".gitignore", "ignored.py\n");
    put("first.py", "first_word = 1\n");
  }
  ~Workspace() override {
    std::error_code ec;
    fs::remove_all(root, ec);
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

  Daemon daemon;
  std::string root;
};

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

}  // namespace
}  // namespace fimd::lsp

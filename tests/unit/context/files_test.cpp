#include "context/files.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <random>

#include "tests/unit/context/memory_files.h"

namespace fimd::context {
namespace {

namespace fs = std::filesystem;

// A folder on the disk that goes with the test.
struct TemporaryFolder {
  TemporaryFolder() {
    std::string name = (fs::temp_directory_path() / "fimd-files-XXXXXX").string();
    path = ::mkdtemp(name.data());
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    fs::remove_all(path, ignored);
  }
  void write(const std::string& name, const std::string& text) const {
    fs::create_directories(fs::path(path + "/" + name).parent_path());
    std::ofstream(path + "/" + name, std::ios::binary) << text;
  }
  std::string path;
};

std::vector<std::string> paths_of(const Walked& walked) {
  std::vector<std::string> out;
  for (const FoundFile& f : walked.files) out.push_back(f.path);
  std::sort(out.begin(), out.end());
  return out;
}

using PathList = std::vector<std::string>;

TEST(Walk, ListsWhatIsNotIgnored) {
  MemoryFiles files;
  files.add("/w/.git/HEAD", "ref: x\n");
  files.add("/w/.git/info/exclude", "private.txt\n!t\n");
  files.add("/w/.gitignore", "*.log\nt\nout/\n");
  files.add("/w/a.cc", "");
  files.add("/w/a.log", "");
  files.add("/w/private.txt", "");
  files.add("/w/t", "");
  files.add("/w/out/x.cc", "");
  files.add("/w/sub/.gitignore", "!keep.log\n/b.cc\n");
  files.add("/w/sub/keep.log", "");
  files.add("/w/sub/b.cc", "");
  files.add("/w/sub/deep/b.cc", "");
  files.add("/w/sub/deep/keep.log", "");
  const Walked walked = walk(files, "/w", {}, {});
  EXPECT_TRUE(walked.complete);
  EXPECT_EQ(paths_of(walked),
            (PathList{".gitignore", "a.cc", "sub/.gitignore", "sub/deep/b.cc", "sub/deep/keep.log", "sub/keep.log"}));
  EXPECT_TRUE(would_list(files, "/w", "sub/deep/b.cc", {}));
  EXPECT_FALSE(would_list(files, "/w", "sub/b.cc", {}));
  EXPECT_FALSE(would_list(files, "/w", "out/x.cc", {}));
}

TEST(Walk, HeedsTheRulesAboveItsRoot) {
  MemoryFiles files;
  files.add("/r/.git/HEAD", "x");
  files.add("/r/.git/info/exclude", "sub/secret.txt\n");
  files.add("/r/.gitignore", "/sub/gen\n*.tmp\n");
  files.add("/r/sub/gen/a.cc", "");
  files.add("/r/sub/a.tmp", "");
  files.add("/r/sub/secret.txt", "");
  files.add("/r/sub/a.cc", "");
  EXPECT_EQ(paths_of(walk(files, "/r/sub", {}, {})), (PathList{"a.cc"}));
  EXPECT_FALSE(would_list(files, "/r/sub", "gen/a.cc", {}));
}

TEST(Walk, StartsAfreshInARepositoryInside) {
  MemoryFiles files;
  files.add("/r/.git/HEAD", "x");
  files.add("/r/.gitignore", "*.txt\n");
  files.add("/r/inner/.git/HEAD", "x");
  files.add("/r/inner/a.txt", "");
  files.add("/r/b.txt", "");
  EXPECT_EQ(paths_of(walk(files, "/r", {}, {})), (PathList{".gitignore", "inner/a.txt"}));
}

TEST(Walk, FindsTheExcludesOfAWorktree) {
  MemoryFiles files;
  files.add("/main/.git/worktrees/w/commondir", "../..\n");
  files.add("/main/.git/worktrees/w/../../info/exclude", "*.out\n");
  files.add("/w/.git", "gitdir: /main/.git/worktrees/w\n");
  files.add("/w/a.out", "");
  files.add("/w/a.cc", "");
  EXPECT_EQ(paths_of(walk(files, "/w", {}, {})), (PathList{"a.cc"}));
}

TEST(Walk, LeavesOutWhatFimdignoreNamesForGood) {
  MemoryFiles files;
  files.add("/w/.git/HEAD", "x");
  files.add("/w/.fimdignore", "*.sql\n");
  files.add("/w/sub/.gitignore", "!a.sql\n");
  files.add("/w/sub/.fimdignore", "!a.sql\n");
  files.add("/w/sub/a.sql", "");
  files.add("/w/closed/.fimdignore", "");
  files.add("/w/closed/a.cc", "");
  files.forbid("/w/closed/.fimdignore");
  const Walked walked = walk(files, "/w", {}, {});
  EXPECT_EQ(paths_of(walked), (PathList{".fimdignore", "sub/.fimdignore", "sub/.gitignore"}));
  EXPECT_EQ(walked.notes.size(), 1U);
}

TEST(Walk, LeavesOutKeysAndNoise) {
  MemoryFiles files;
  for (const char* name : {"a.cc", "server.key", "id_rsa", "node_modules/x/i.js", "app.min.js", "Cargo.lock"}) {
    files.add(std::string("/w/").append(name), "x");
  }
  EXPECT_EQ(paths_of(walk(files, "/w", {}, {})), (PathList{"a.cc"}));
  WalkLimits all;
  all.leave_noise = false;
  EXPECT_EQ(paths_of(walk(files, "/w", all, {})), (PathList{"Cargo.lock", "a.cc", "app.min.js", "node_modules/x/i.js"}));
}

TEST(Walk, KeepsItsLimits) {
  MemoryFiles files;
  for (int i = 0; i < 50; ++i) files.add("/w/f" + std::to_string(i), "x");
  files.add("/w/big", std::string(5000, 'x'));
  WalkLimits limits;
  limits.max_files = 10;
  limits.max_file_bytes = 1000;
  const Walked walked = walk(files, "/w", limits, {});
  EXPECT_EQ(walked.files.size(), 10U);
  EXPECT_EQ(walked.too_large, 1U);
  EXPECT_FALSE(walked.complete);
  limits.max_files = 50;
  EXPECT_TRUE(walk(files, "/w", limits, {}).complete);
}

TEST(Walk, StopsWhenAskedAndSurvivesMissingFolders) {
  MemoryFiles files;
  files.add("/w/a/b", "x");
  files.add("/w/locked/c", "x");
  files.forbid("/w/locked");
  const Walked walked = walk(files, "/w", {}, {});
  EXPECT_EQ(paths_of(walked), (PathList{"a/b"}));
  EXPECT_EQ(walked.notes.size(), 1U);
  EXPECT_TRUE(walk(files, "/nowhere", {}, {}).files.empty());
  std::stop_source stop;
  stop.request_stop();
  EXPECT_FALSE(walk(files, "/w", {}, stop.get_token()).complete);
}

TEST(DiskFiles, SurvivesLinksPipesSocketsAndLockedFolders) {
  const TemporaryFolder t;
  t.write("a/b.txt", "text");
  fs::create_directory_symlink(t.path, t.path + "/a/loop");
  fs::create_symlink(t.path + "/a/b.txt", t.path + "/link.txt");
  fs::create_symlink("nowhere", t.path + "/dangling");
  ASSERT_EQ(::mkfifo((t.path + "/pipe").c_str(), 0600), 0);
  const int s = ::socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string name = t.path + "/socket";
  ASSERT_LT(name.size(), sizeof address.sun_path);
  std::copy(name.begin(), name.end(), address.sun_path);
  ASSERT_EQ(::bind(s, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  t.write("locked/c.txt", "x");
  fs::permissions(t.path + "/locked", fs::perms::none);
  const DiskFiles disk;
  PathList found = paths_of(walk(disk, t.path, {}, {}));
  std::erase(found, "locked/c.txt");  // the superuser may read it
  EXPECT_EQ(found, (PathList{"a/b.txt"}));
  EXPECT_EQ(disk.read(t.path + "/pipe", 100).error().code, Error::Code::io);
  EXPECT_EQ(disk.read(t.path + "/a", 100).error().code, Error::Code::io);
  EXPECT_EQ(disk.read(t.path + "/none", 100).error().code, Error::Code::not_found);
  EXPECT_EQ(disk.read(t.path + "/a/b.txt", 3).error().code, Error::Code::bad_input);
  EXPECT_EQ(disk.read(t.path + "/a/b.txt", 4).value_or(""), "text");
  EXPECT_EQ(disk.list(t.path + "/none").error().code, Error::Code::not_found);
  fs::permissions(t.path + "/locked", fs::perms::owner_all);
  ::close(s);
}

TEST(SourceText, IsTextWithLinesOfAPersonsLength) {
  EXPECT_TRUE(is_source_text("int main() {}\n"));
  EXPECT_TRUE(is_source_text(""));
  EXPECT_FALSE(is_source_text(std::string_view("a\0b", 3)));
  EXPECT_FALSE(is_source_text(std::string(5000, 'x').append("\n")));
  EXPECT_TRUE(is_source_text(std::string(400, 'x').append("\n")));
}

TEST(NearestFirst, PrefersTheOwnFolder) {
  std::vector<FoundFile> files = {{"z.cc", 0}, {"a/b/c.cc", 0}, {"a/x/d.cc", 0}, {"a/b/k/l/m.cc", 0}};
  nearest_first(files, "a/b/open.cc");
  PathList order;
  for (const FoundFile& f : files) order.push_back(f.path);
  EXPECT_EQ(order, (PathList{"a/b/c.cc", "z.cc", "a/x/d.cc", "a/b/k/l/m.cc"}));
}

std::string run(const std::string& command) {
  std::string out;
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(::popen(command.c_str(), "r"), &::pclose);
  char buffer[4096];
  for (size_t n = 0; pipe != nullptr && (n = std::fread(buffer, 1, sizeof buffer, pipe.get())) > 0;)
    out.append(buffer, n);
  return out;
}

std::string random_of(std::mt19937& random, std::initializer_list<const char*> choices) {
  return *(choices.begin() + static_cast<ptrdiff_t>(random() % choices.size()));
}

std::string random_name(std::mt19937& random) {
  std::string name;
  for (size_t i = 0; i < 1 + random() % 3; ++i) name += random_of(random, {"a", "b", "A", "-", "1", "é", "[", ".x"});
  return name == "." || name == ".." ? "a" : name;
}

std::string random_pattern(std::mt19937& random) {
  std::string p = random() % 4 == 0 ? "!" : "";
  if (random() % 5 == 0) p += "/";
  for (size_t i = 0; i < 1 + random() % 5; ++i) {
    p += random_of(random, {"a",    "b",     "A",           "1",     "*",
                            "*",    "**",    "/",           "?",     "[ab]",
                            "[!a]", "[a-c]", "[[:alpha:]]", "\\a",   ".x",
                            "**/",  "/**",   "[",           "]",     "\\",
                            "é",    "-",     "[]1]",        "[^b-]", "[[:digit:][:upper:]]"});
  }
  if (random() % 4 == 0) p += "/";
  return p + random_of(random, {"\n", "\n", "\n", "\r\n", " \n", "\\ \n"});
}

// A tree with ignore files at random places, listed by git and by us.
class WalkLikeGit : public testing::TestWithParam<unsigned> {};

TEST_P(WalkLikeGit, ListsWhatGitLists) {
  const TemporaryFolder t;
  std::mt19937 random(GetParam());
  const std::string git = "cd '" + t.path +
                          "' && unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE && XDG_CONFIG_HOME=/none "
                          "GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null git ";
  run(git + "init -q . 2>&1");
  std::vector<std::string> folders = {""};
  for (int i = 0; i < 150; ++i) {
    const std::string parent = folders[random() % folders.size()];
    const std::string folder = parent + (random() % 4 == 0 ? random_name(random) : "d" + std::to_string(i)) + "/";
    std::error_code error;
    fs::create_directories(t.path + "/" + folder, error);
    if (error) continue;
    folders.push_back(folder);
    for (int f = 0; f < 8; ++f) {
      const std::string name = folder + random_name(random);
      if (!fs::exists(t.path + "/" + name)) t.write(name, "x");
    }
    if (random() % 3 == 0) continue;
    std::string rules;
    for (size_t r = 0; r < 1 + random() % 4; ++r) rules += random_pattern(random);
    t.write(folder + ".gitignore", rules);
  }
  t.write(".git/info/exclude", "*1\n!a1\nb/**/a\n");
  PathList expected;
  std::string listed = run(git + "ls-files -o --exclude-standard -z");
  for (size_t from = 0; from < listed.size(); from = listed.find('\0', from) + 1) {
    expected.push_back(listed.substr(from, listed.find('\0', from) - from));
  }
  std::sort(expected.begin(), expected.end());
  ASSERT_GT(expected.size(), 20U) << "git did not list the tree";
  WalkLimits limits;
  limits.leave_noise = false;
  const DiskFiles disk;
  const PathList ours = paths_of(walk(disk, t.path, limits, {}));
  PathList different;
  std::set_symmetric_difference(ours.begin(), ours.end(), expected.begin(), expected.end(),
                                std::back_inserter(different));
  EXPECT_EQ(different, PathList{});
  for (size_t i = 0; i < ours.size(); i += 9) EXPECT_TRUE(would_list(disk, t.path, ours[i], limits)) << ours[i];
}

INSTANTIATE_TEST_SUITE_P(RandomTrees, WalkLikeGit, testing::Values(1U, 7U, 13U));

}  // namespace
}  // namespace fimd::context

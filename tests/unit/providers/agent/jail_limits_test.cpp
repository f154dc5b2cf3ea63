// Commands that will not end, take too much, or leave things behind.
#include <dirent.h>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <sstream>

#include "providers/agent/jail_process.h"
#include "providers/agent/jail_shadow.h"
#include "tests/unit/providers/agent/jail_here.h"

namespace fimd::tests {
namespace {

using namespace providers::agent;
using End = JailRun::End;
using testing::AnyOf;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;

class JailLimit : public testing::TestWithParam<JailRung> {
 protected:
  void SetUp() override {
    if (kSanitized) GTEST_SKIP() << kNotSanitized;
    const std::string why = try_rung(here.jail, {});
    if (!why.empty()) GTEST_SKIP() << "this machine does not have " << name(GetParam()) << ": " << why;
  }
  JailHere here{GetParam()};
};
INSTANTIATE_TEST_SUITE_P(Rungs, JailLimit, kRungs, rung_name);

// Whether a process with this word in its command line is left anywhere.
bool runs_still(const std::string& word) {
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    std::ifstream in(entry.path() / "cmdline");
    if (std::string{std::istreambuf_iterator<char>(in), {}}.find(word) != std::string::npos) return true;
  }
  return false;
}

TEST_P(JailLimit, LeavesNoProcessInTheBackground) {
  const std::string mark = std::to_string(700'000 + ::getpid() % 90'000) + std::to_string(static_cast<int>(GetParam()));
  const JailRun run = here.shell("sleep " + mark + " & setsid sleep " + mark + " & nohup sleep " + mark + " >/dev/null 2>&1 & (setsid sh -c 'sleep " + mark + " & sleep " + mark +
                                 "' &) ; echo left");
  EXPECT_EQ(run.end, End::exited) << run.why;
  EXPECT_EQ(run.output, "left\n");
  EXPECT_FALSE(runs_still(mark));
}

TEST_P(JailLimit, EndsTheWholeTreeAtTheDeadline) {
  const std::string mark = std::to_string(800'000 + ::getpid() % 90'000) + std::to_string(static_cast<int>(GetParam()));
  here.command.limits.wall = std::chrono::seconds(1);
  EXPECT_EQ(here.shell("setsid sleep " + mark + " & trap '' TERM INT HUP; sleep " + mark).end, End::stopped);
  EXPECT_FALSE(runs_still(mark));
}

TEST_P(JailLimit, EndsWhatStopsItself) {
  here.command.limits.wall = std::chrono::seconds(1);
  EXPECT_EQ(here.shell("kill -STOP $$").end, End::stopped);
}

TEST_P(JailLimit, EndsWhatClosesItsOutputAndRunsOn) {
  here.command.limits.silence = std::chrono::seconds(1);
  EXPECT_THAT(here.shell("exec >/dev/null 2>&1; sleep 1000").why, HasSubstr("printed nothing"));
}

TEST_P(JailLimit, HoldsAForkBomb) {
  here.command.limits.processes = 60;
  here.command.limits.wall = std::chrono::seconds(10);
  const JailRun run = here.shell("i=0; while [ $i -lt 300 ]; do sleep 900 & i=$((i+1)); done; echo all; wait");
  // The kernel refuses an ordinary user more processes; root has more, until they are counted.
  EXPECT_THAT(run.why + run.output, AnyOf(HasSubstr("too many processes"), HasSubstr("ork")));
}

TEST_P(JailLimit, HoldsAMemoryBomb) {
  here.command.limits.memory_bytes = 64U << 20;
  EXPECT_THAT(here.run({"python3", "-c", "x = b'x' * (256 << 20)\nimport time\ntime.sleep(1000)"}).why, HasSubstr("too much memory"));
}

TEST_P(JailLimit, HoldsADiskBomb) {
  here.command.limits.disk_bytes = 8U << 20;
  EXPECT_THAT(here.shell("head -c 40000000 /dev/zero > big; sleep 1000").why, HasSubstr("too much to the disk"));
}

TEST_P(JailLimit, GivesLittleMemoryToFilesInIt) {
  if (GetParam() == JailRung::filters) GTEST_SKIP() << "its temporary files lie on the disk, which is watched";
  std::istringstream sizes(here.shell("df -k --output=size /tmp /var/tmp $HOME | tail -n +2").output);
  uint64_t sum = 0, kilobytes = 0;
  size_t count = 0;
  while (sizes >> kilobytes) sum += kilobytes, ++count;
  EXPECT_EQ(count, 3U);
  EXPECT_LE(sum, (2ULL << 20) + (64U << 10));
}

TEST_P(JailLimit, EndsWhatPrintsALittleForEver) {
  here.command.limits.wall = std::chrono::seconds(1);
  const JailRun run = here.shell("while :; do printf x; sleep 0.05; done");
  EXPECT_EQ(run.end, End::stopped);
  EXPECT_THAT(run.why, HasSubstr("had not ended"));
}

TEST_P(JailLimit, LeavesNamesTimesAndModesOfTheWorkspaceAsTheyWere) {
  here.top().put("work/sub/other", "x");
  const auto before = tree_stamp(here.command.root, 1'000, TimePoint::max());
  ASSERT_TRUE(before);
  here.shell("touch -d 2001-01-01 seed sub/other; chmod 700 sub/other; mv sub/other secret-in-a-name; mkdir d; ln -s x l; rm seed; echo y > seed");
  EXPECT_EQ(tree_stamp(here.command.root, 1'000, TimePoint::max()), before);
  here.top().put("work/sub/more", "x");
  EXPECT_NE(tree_stamp(here.command.root, 1'000, TimePoint::max()), before);
  EXPECT_FALSE(tree_stamp(here.command.root, 1, TimePoint::max()));
}

TEST_P(JailLimit, HoldsAFileThatGrowsWithoutEnd) {
  here.command.limits.file_bytes = 1U << 20;
  const JailRun run = here.shell("head -c 40000000 /dev/zero > big; wc -c < big");
  EXPECT_THAT(run.output, HasSubstr("1048576"));
}

TEST_P(JailLimit, KeepsLittleOfALongLineWithoutEnd) {
  const JailRun run = here.shell("head -c 50000000 /dev/zero | tr '\\0' x");
  EXPECT_EQ(run.end, End::exited) << run.why;
  EXPECT_LT(run.output.size(), 400'000U);
}

TEST_P(JailLimit, HandsOnNoKeysAndNothingThatLoadsCode) {
  here.jail.variables = [](const char* name) -> std::optional<std::string> {
    return std::string_view(name) == "PATH" ? process_variable(name) : "VALUE-" + std::string(name);
  };
  const JailRun run = here.run({"/usr/bin/env"});
  EXPECT_EQ(run.exit, 0) << run.why << run.output;
  for (const char* name : {"API_KEY", "TOKEN", "SECRET", "LD_PRELOAD", "LD_LIBRARY_PATH", "NODE_OPTIONS", "BASH_ENV", "PYTHONSTARTUP", "SSH_AUTH_SOCK",
                           "GIT_SSH_COMMAND", "DOCKER_HOST", "DBUS_SESSION_BUS_ADDRESS"})
    EXPECT_THAT(run.output, Not(HasSubstr(name)));
  EXPECT_THAT(run.output, HasSubstr("LC_ALL=C.UTF-8\n"));
}

TEST_P(JailLimit, CannotChangeTheRepositorysHistoryOrItsHooks) {
  here.top().put("work/.git/config", "kept");
  here.shell("echo x > .git/config; mkdir -p .git/hooks; echo x > .git/hooks/pre-commit");
  EXPECT_EQ(here.top().get("work/.git/config"), "kept");
  EXPECT_FALSE(std::filesystem::exists(here.top().at("work/.git/hooks/pre-commit")));
}

// The probe may have been right once and wrong later.
TEST(Jail, RunsNothingWhereTheJailCannotBeMadeAnyMore) {
  JailHere here(JailRung::full);
  here.command.root = "/nonexistent/workspace";
  const JailRun run = here.shell("echo ran");
  EXPECT_EQ(run.end, End::not_run);
  EXPECT_EQ(run.output, "");
}

TEST(SearchPath, LeavesOutFoldersOfTheWorkspaceAndThoseThatAreNone) {
  const Folder top;
  top.put("work/node_modules/.bin/git", "");
  top.put("bin/tool", "");
  const std::string root = std::filesystem::canonical(top.at("work")).string();
  top.link("sly", root + "/node_modules/.bin");
  EXPECT_EQ(search_path(root + "/node_modules/.bin::.:bin:" + top.at("sly") + ":/nonexistent:/usr/bin:/usr/bin", root), std::vector<std::string>{"/usr/bin"});
}

TEST(ReadablePlaces, HaveNoCredentialsOfTheHomeFolder) {
  const Folder home;
  home.put(".cargo/credentials.toml", "x");
  home.put(".cargo/bin/cargo", "x");
  home.put(".ssh/id_rsa", "x");
  home.put(".m2/settings.xml", "x");
  const auto places = readable_places([&](const char* name) -> std::optional<std::string> {
    if (std::string_view(name) == "HOME") return home.path();
    if (std::string_view(name) == "JAVA_HOME") return home.path();  // too much: the whole home folder
    return std::nullopt;
  }, "/w", "");
  EXPECT_THAT(places, Contains(home.at(".cargo/bin")));
  EXPECT_THAT(places, Not(Contains(home.at(".cargo"))));
  EXPECT_THAT(places, Not(Contains(home.path())));
  EXPECT_THAT(places, Not(Contains("/etc")));
}

TEST(Scratch, RemovesWhateverACheckLeaves) {
  const Folder top;
  top.put("outside/file", "kept");
  std::string where;
  {
    const auto scratch = Scratch::make(top.at("state"));
    ASSERT_TRUE(scratch);
    where = scratch->path();
    std::filesystem::create_directory(where + "/locked");
    std::ofstream(where + "/locked/file") << "x";
    std::filesystem::create_symlink(top.at("outside"), where + "/locked/link");
    ::chmod((where + "/locked").c_str(), 0);
    // Deeper than a path can be long.
    int at = ::open(where.c_str(), O_RDONLY | O_DIRECTORY);
    const std::string name(20, 'd');
    for (int depth = 0; depth < 20'000; ++depth) {
      ASSERT_EQ(::mkdirat(at, name.c_str(), 0700), 0);
      const int next = ::openat(at, name.c_str(), O_RDONLY | O_DIRECTORY);
      ::close(at);
      at = next;
    }
    ::close(at);
  }
  EXPECT_FALSE(std::filesystem::exists(where));
  EXPECT_EQ(top.get("outside/file"), "kept");
}

TEST(Scratch, IsLeftAloneWhileItsOwnerLives) {
  const Folder top;
  const auto scratch = Scratch::make(top.at("state"));
  ASSERT_TRUE(scratch);
  top.put("state/task-gone/lock", "");
  top.put("state/task-gone/upper/x", "");
  clean_scratch(top.at("state"));
  EXPECT_TRUE(std::filesystem::exists(scratch->path()));
  EXPECT_FALSE(std::filesystem::exists(top.at("state/task-gone")));
}

TEST(WriteShadow, FollowsNoLinkOfTheWorkspace) {
  const Folder top;
  top.put("canary/file", "untouched");
  top.put("work/x", "");
  top.link("work/sly", top.at("canary"));
  top.link("work/linked", top.at("canary/file"));
  const std::string into = top.at("shadow");
  std::filesystem::create_directory(into);
  const std::vector<ShadowFile> below = {{"sly/file", "spoilt"}}, itself = {{"linked", "spoilt"}};
  EXPECT_EQ(write_shadow(into, top.at("work"), below).error().code, Error::Code::refused);
  EXPECT_EQ(write_shadow(into, top.at("work"), itself).error().code, Error::Code::refused);
  EXPECT_EQ(top.get("canary/file"), "untouched");
}

TEST(UseOf, CountsThisProcess) {
  const ProcessUse use = use_of(::getpid());
  EXPECT_THAT(use.processes, Contains(::getpid()));
  EXPECT_GT(use.resident_bytes, 100'000U);
}

TEST(KeptOutput, KeepsHeadAndTail) {
  KeptOutput output(4, 4);
  for (const char* piece : {"ab", "cdef", "ghijklmnop", "q"}) output.add(piece);
  EXPECT_EQ(output.text(), "abcd\n[9 bytes left out]\nnopq");
  KeptOutput all(4, 40);
  all.add("abcdefgh");
  EXPECT_EQ(all.text(), "abcdefgh");
}

}  // namespace
}  // namespace fimd::tests

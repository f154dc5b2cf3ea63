// Every rung of the jail that this machine has: what a command sees, what it cannot do, and that it ends.
#include "providers/agent/jail.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "providers/agent/jail_process.h"
#include "providers/agent/jail_spec.h"
#include "tests/unit/providers/agent/jail_here.h"

namespace fimd::tests {
namespace {

using namespace providers::agent;
using End = JailRun::End;
using testing::HasSubstr;
using testing::Not;

class EveryRung : public testing::TestWithParam<JailRung> {
 protected:
  void SetUp() override {
    if (kSanitized) GTEST_SKIP() << kNotSanitized;
    const std::string why = try_rung(here.jail, {});
    if (!why.empty()) GTEST_SKIP() << "this machine does not have " << name(GetParam()) << ": " << why;
  }
  JailHere here{GetParam()};
};

INSTANTIATE_TEST_SUITE_P(Rungs, EveryRung, kRungs, rung_name);

TEST_P(EveryRung, ShowsChangedFilesAndKeepsTheUsersAsTheyAre) {
  here.command.files = {{"seed", "new"}, {"deep/er/file", "made"}};
  const JailRun run = here.shell("cat seed deep/er/file; echo spoilt > seed; rm -f seed; echo x > other");
  EXPECT_EQ(run.end, End::exited) << run.why;
  EXPECT_EQ(run.output, "newmade");
  EXPECT_EQ(here.top().get("work/seed"), "old");
  EXPECT_FALSE(std::filesystem::exists(here.top().at("work/other")));
  EXPECT_FALSE(std::filesystem::exists(here.top().at("work/deep")));
}

TEST_P(EveryRung, TellsHowTheCommandEnded) {
  EXPECT_EQ(here.shell("exit 3").exit, 3);
  EXPECT_EQ(here.shell("kill -SEGV $$").exit, 128 + 11);
  const JailRun none = here.run({"no-such-program"});
  EXPECT_EQ(none.end, End::not_run);
  EXPECT_THAT(none.why, HasSubstr("no program no-such-program"));
  EXPECT_EQ(here.run({"./seed"}).end, End::not_run);
}

TEST_P(EveryRung, HasTheWorkspaceAtItsPathWhereItCan) {
  const JailRun run = here.shell("pwd");
  EXPECT_EQ(run.output, run.seen_root + "\n");
  EXPECT_EQ(run.seen_root == here.command.root, GetParam() != JailRung::filters);
}

TEST_P(EveryRung, StartsInAFolderOfTheWorkspace) {
  here.top().put("work/inner/x", "");
  here.command.directory = "inner";
  EXPECT_EQ(here.shell("ls").output, "x\n");
}

TEST_P(EveryRung, KeepsBothEndsOfEndlessOutput) {
  here.command.limits.output_head = here.command.limits.output_tail = 1'000;
  const JailRun run = here.shell("echo first; i=0; while [ $i -lt 20000 ]; do echo line$i; i=$((i+1)); done; echo last");
  EXPECT_EQ(run.end, End::exited) << run.why;
  EXPECT_TRUE(run.output.starts_with("first\n"));
  EXPECT_TRUE(run.output.ends_with("last\n"));
  EXPECT_THAT(run.output, HasSubstr("bytes left out"));
  EXPECT_LT(run.output.size(), 2'100U);
}

TEST_P(EveryRung, EndsWhatNeverEnds) {
  here.command.limits.wall = std::chrono::seconds(1);
  const JailRun run = here.shell("echo begun; sleep 1000");
  EXPECT_EQ(run.end, End::stopped);
  EXPECT_THAT(run.why, HasSubstr("had not ended"));
  EXPECT_EQ(run.output, "begun\n");
}

TEST_P(EveryRung, EndsWhatSaysNothing) {
  here.command.limits.silence = std::chrono::seconds(1);
  EXPECT_THAT(here.shell("sleep 1000").why, HasSubstr("printed nothing"));
}

TEST_P(EveryRung, EndsWhenItIsCancelled) {
  std::jthread cancel([this] { here.stop.request_stop(); });
  EXPECT_EQ(here.shell("sleep 1000").end, End::cancelled);
}

TEST_P(EveryRung, LeavesNothingBehind) {
  here.shell("mkdir -p a/b; chmod 0 a; echo x > /tmp/x; ln -s / root");
  EXPECT_TRUE(std::filesystem::is_empty(here.top().at("state")));
}

TEST_P(EveryRung, RunsCompilersAndInterpreters) {
  here.command.files = {{"a.cpp", "#include <vector>\nint main() { std::vector<int> v{1}; return v[0] - 1; }\n"}, {"a.py", "print(6 * 7)\n"}};
  const JailRun built = here.shell("g++ a.cpp -o a && ./a && echo built");
  EXPECT_EQ(built.output, "built\n") << built.why;
  const JailRun python = here.run({"python3", "a.py"});
  EXPECT_EQ(python.output, "42\n") << python.why;
}

constexpr const char* kServes = R"(
import socket, sys, threading
for family, host in ((socket.AF_INET, '127.0.0.1'), (socket.AF_INET6, '::1')):
    server = socket.socket(family)
    server.bind((host, 0))
    server.listen()
    threading.Thread(target=lambda s: s.accept()[0].sendall(b'served'), args=(server,)).start()
    client = socket.create_connection(server.getsockname()[:2])
    print(client.recv(100).decode())
for host in ('192.0.2.1', '8.8.8.8', '2001:db8::1'):
    try:
        socket.create_connection((host, 80), 5)
        print('out')
    except OSError as error:
        print(error.errno in (101, 99, 113))
try:
    socket.socket(socket.AF_UNIX)
    print('unix')
except PermissionError:
    print('no unix')
)";

TEST_P(EveryRung, LetsServersOfTestsBeReachedOnLoopbackAndNothingElse) {
  here.command.loopback = true;
  here.top().put("work/serve.py", kServes);
  const JailRun run = here.run({"python3", "serve.py"});
  if (GetParam() == JailRung::filters) {  // the machine's own network is the only one there
    EXPECT_EQ(run.end, End::not_run);
    EXPECT_THAT(run.why, HasSubstr("no network of its own"));
    return;
  }
  ASSERT_EQ(try_loopback(here.jail, {}), "");
  EXPECT_EQ(run.output, "served\nserved\nTrue\nTrue\nTrue\nno unix\n") << run.why;
}

TEST_P(EveryRung, HasNoLoopbackUnlessThatIsWanted) {
  here.top().put("work/serve.py", kServes);
  const JailRun run = here.run({"python3", "serve.py"});
  EXPECT_NE(run.exit, 0);
  EXPECT_THAT(run.output, Not(HasSubstr("served")));
}

TEST(JailProbe, FindsARungThatWorksOrSaysWhyNone) {
  const JailHere here(JailRung::none);
  const JailProbe probe = probe_jail(here.jail.scratch, own_helper(), {});
  for (const auto& [rung, why] : probe.refused) {
    EXPECT_FALSE(why.empty()) << name(rung);
    EXPECT_LT(static_cast<int>(rung), static_cast<int>(probe.jail.rung));
  }
  EXPECT_EQ(probe.refused.size(), static_cast<size_t>(probe.jail.rung));
  EXPECT_TRUE(probe.jail.rung == JailRung::none || try_rung(probe.jail, {}).empty());
}

TEST(Jail, RunsNothingWhereTheHelperCannotBeStarted) {
  JailHere here(JailRung::full);
  here.jail.helper = {"/nonexistent/helper"};
  const JailRun run = here.shell("echo ran");
  EXPECT_EQ(run.end, End::not_run);
  EXPECT_THAT(run.output, Not(HasSubstr("ran")));
}

TEST(Jail, RefusesAWorkspaceThatHoldsTheHomeFolder) {
  JailHere here(JailRung::full);
  here.command.root = std::filesystem::canonical(here.top().path()).string();
  EXPECT_THAT(here.shell("true").why, HasSubstr("home folder"));
}

TEST(JailSpec, TravelsWhole) {
  JailSpec spec;
  spec.mode = JailSpec::Mode::filters;
  spec.parent = 17;
  spec.root = "/w,:\\ x";
  spec.argv = {"a", "", "b c"};
  spec.environment = {"A=b=c"};
  spec.processes = 5;
  const auto back = spec_from(to_bytes(spec));
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(back->argv, spec.argv);
  EXPECT_EQ(back->root, spec.root);
  EXPECT_EQ(back->processes, 5U);
  const std::string bytes = to_bytes(spec);
  size_t good = 0;
  for (size_t n = 0; n < bytes.size(); ++n) good += spec_from(bytes.substr(0, n)) ? 1U : 0U;
  EXPECT_LT(good, bytes.size() / 4);  // only those that are cut between two members
  EXPECT_FALSE(spec_from(bytes + "unknown\0x\0"));
}

}  // namespace
}  // namespace fimd::tests

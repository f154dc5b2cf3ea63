// Repairs of what a check's output names, one after the other, against a scripted chat model.
#include "lsp/fix_list.h"
#include "tests/session/agent_session.h"
#include "tests/unit/providers/agent/jail_here.h"

namespace fimd::tests {
namespace {

using State = lsp::ListedProblem::State;
using testing::ElementsAre;

class FixListSession : public AgentSession {
 protected:
  FixListSession() { put("math.py", "def add(a, b):\n    return a - b\n\ndef mul(a, b):\n    return a / b\n"); }

  void put(const std::string& path, const std::string& text) const {
    fs::create_directories(fs::path(root + "/" + path).parent_path());
    std::ofstream(root + "/" + path) << text;
  }
  static json in_math(const std::string& from, const std::string& to) { return {{"path", "math.py"}, {"old_string", from}, {"new_string", to}}; }

  lsp::FixList fix_all(const std::string& output, std::vector<Reply> script, size_t limit = 0) {
    server.set_script([this, script](const SeenRequest&) { return script[std::min(asked++, script.size() - 1)]; });
    lsp::Configuration configuration;
    json agent_settings = {{"provider", "m"}, {"max_steps", 8}};
    agent_settings.update(more_agent);
    const auto wrong = configuration.set(
        lsp::Layer::initialization,
        {{"agent", agent_settings}, {"providers", {{"m", {{"kind", "openai"}, {"url", server.url()}, {"model", "chat"}, {"jurisdiction", "local"}}}}}}, "test");
    for (const auto& each : wrong) ADD_FAILURE() << each.path << " " << each.what;
    auto problems = lsp::problems_in(output, root, "");
    EXPECT_TRUE(problems);
    lsp::FixListOptions options{.root = root, .limit = limit, .consent = {}, .journal = {}, .progress = [this](const std::string& line) { progress += line + "\n"; }};
    const auto provider = lsp::agent_provider(configuration.now(), "");
    return run(daemon.loop, lsp::fix_list(daemon, configuration.now(), *provider, *std::move(problems), std::move(options)));
  }
  static std::vector<State> states(const lsp::FixList& list) {
    std::vector<State> out;
    for (const auto& each : list.problems) out.push_back(each.state);
    return out;
  }
};

TEST_F(FixListSession, FixesEachOnWhatTheEarlierOnesHaveLeft) {
  const auto list = fix_all("math.py:2: error: adds wrongly\nmath.py:5: error: multiplies wrongly\n",
                            {calls("edit_file", in_math("def add(a, b):\n    return a - b", "# adds\ndef add(a, b):\n    return a + b")), says("One."),
                             calls("edit_file", in_math("a / b", "a * b")), says("Two.")});
  EXPECT_THAT(states(list), ElementsAre(State::fixed, State::fixed));
  ASSERT_EQ(list.files.size(), 1U);
  EXPECT_EQ(list.files[0].original, "def add(a, b):\n    return a - b\n\ndef mul(a, b):\n    return a / b\n");
  EXPECT_EQ(list.files[0].current, "# adds\ndef add(a, b):\n    return a + b\n\ndef mul(a, b):\n    return a * b\n");
  const std::string second = last_sent(2);
  EXPECT_THAT(second, HasSubstr("# adds")) << "the model sees the first repair";
  EXPECT_THAT(second, HasSubstr("math.py, line 6:")) << "the line has moved";
  std::ifstream disk(root + "/math.py");
  EXPECT_THAT((std::string{std::istreambuf_iterator<char>(disk), {}}), HasSubstr("a - b")) << "nothing is written";
}

TEST_F(FixListSession, LeavesOutWhatIsThereTwiceOrNotInTheWorkspace) {
  std::ofstream(top + "/secret.py") << "x = 1\n";
  const auto list = fix_all("math.py:2: error: adds wrongly\nmath.py:2: error: adds wrongly\n../secret.py:1: error: leaves\n" + top +
                                "/secret.py:1: error: leaves too\nmake: *** [Makefile:1: all] Error 1\n",
                            {calls("edit_file", in_math("a - b", "a + b")), says("Done.")});
  EXPECT_THAT(states(list), ElementsAre(State::fixed, State::elsewhere, State::elsewhere));
  EXPECT_EQ(server.log().requests.size(), 2U);
}

TEST_F(FixListSession, GoesOnBehindAProblemThatIsNotFixed) {
  const auto list = fix_all("math.py:2: error: adds wrongly\nmath.py:5: error: multiplies wrongly\n",
                            {says("I see nothing."), says("Nothing."), calls("edit_file", in_math("a / b", "a * b")), says("Two.")});
  EXPECT_THAT(states(list), ElementsAre(State::unfixed, State::fixed));
}

TEST_F(FixListSession, TakesAProblemForGoneWhereAnEarlierRepairChangedItsLineAndTheModelFindsNothing) {
  const auto list = fix_all("math.py:2: error: adds wrongly\nmath.py:2: warning: a and b are swapped\n",
                            {calls("edit_file", in_math("a - b", "a + b")), says("One."), says("That is right as it is.")});
  EXPECT_THAT(states(list), ElementsAre(State::fixed, State::gone));
}

TEST_F(FixListSession, DoesNotAskAboutWhatTheCheckReportsNoMore) {
  if (kSanitized) GTEST_SKIP() << kNotSanitized;
  const auto probe = providers::agent::probe_jail(top + "/probe", providers::agent::own_helper(), {});
  if (probe.jail.rung == providers::agent::JailRung::none) GTEST_SKIP() << "this machine has no jail: " << probe.refused.front().second;
  put("check.py", "import sys\nlines = open('math.py').read().split('\\n')\n"
                  "bad = 'a - b' in lines[1]\nif bad: print('math.py:2: error: adds wrongly\\nmath.py:5: error: needs add')\nsys.exit(bad)\n");
  more_agent = {{"check", {"python3", "check.py"}}};
  const auto list = fix_all("math.py:2: error: adds wrongly\nmath.py:5: error: needs add\n", {calls("edit_file", in_math("a - b", "a + b")), says("One.")});
  EXPECT_THAT(states(list), ElementsAre(State::fixed, State::gone)) << progress;
  EXPECT_EQ(server.log().requests.size(), 2U);
}

TEST_F(FixListSession, EndsAtTheLimitAndWhenTheProviderFails) {
  const std::string output = "math.py:2: error: adds wrongly\nmath.py:5: error: multiplies wrongly\n";
  const auto limited = fix_all(output, {calls("edit_file", in_math("a - b", "a + b")), says("One.")}, 1);
  EXPECT_THAT(states(limited), ElementsAre(State::fixed, State::waiting));
  const auto failed = fix_all(output, {json_reply(401, R"({"error":{"message":"wrong key"}})")});
  EXPECT_THAT(states(failed), ElementsAre(State::unfixed, State::waiting));
  EXPECT_TRUE(failed.files.empty());
}

TEST_F(FixListSession, SaysThatNothingIsInAText) {
  const auto none = lsp::problems_in("all is well\nmake: nothing to be done\n", root, "");
  ASSERT_FALSE(none);
  EXPECT_THAT(none.error().message, HasSubstr("no problem with a place"));
  EXPECT_FALSE(lsp::problems_in("", root, ""));
}

TEST_F(FixListSession, FindsPathsFromTheFolderOfTheCommandOrFromTheRoot) {
  put("sub/deep.py", "x = y\n");
  for (const char* written : {"deep.py:1: error: no y\n", "sub/deep.py:1: error: no y\n"}) {
    const auto problems = lsp::problems_in(written, root, "sub");
    ASSERT_TRUE(problems);
    EXPECT_EQ(problems->front().finding.what.path, "sub/deep.py");
    EXPECT_EQ(problems->front().state, State::waiting);
  }
}

TEST_F(FixListSession, FollowsALineThroughRepairs) {
  lsp::Changes changes;
  changes.add({{"f", "a\nb\nc\nd\n", "x\na\nB\nd\n", {}}});
  EXPECT_EQ(changes.now("f", 1).number, 2U);
  EXPECT_FALSE(changes.now("f", 1).changed);
  EXPECT_TRUE(changes.now("f", 2).changed);
  EXPECT_TRUE(changes.now("f", 3).changed);
  EXPECT_EQ(changes.now("f", 4).number, 4U);
  EXPECT_EQ(changes.now("other", 9).number, 9U);
  changes.add({{"f", "x\na\nB\nd\n", "a\nb\nc\nd\n", {}}});
  EXPECT_TRUE(changes.files().empty()) << "back to what it was";
}

}  // namespace
}  // namespace fimd::tests

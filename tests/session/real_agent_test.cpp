// The agent's loop against a real llama-server, with models whose answer is always the same edit: the first one is made,
// the next ones fail or repeat, a limit ends the task, and what holds up is offered.
//
// tests/e2e/models.sh starts the servers and names them in the environment; without it these tests are skipped.
#include "tests/session/agent_session.h"

namespace fimd::tests {
namespace {

class RealLlamaAgent : public AgentSession {
 protected:
  // The server answers instead of the scripted one; false: there is none.
  bool use(const char* variable) {
    const char* url = std::getenv(variable);
    if (url == nullptr) return false;
    more_provider = {{"url", url}, {"context", 65536}};
    return true;
  }
};

TEST_F(RealLlamaAgent, MakesAnEditThatTheModelCalls) {
  if (!use("FIMD_TEST_LLAMA_CALL")) GTEST_SKIP();
  const auto fix = run_fix({says("never asked")});
  EXPECT_EQ(fix.outcome.end, LoopOutcome::End::verified) << fix.outcome.words << "\n" << progress;
  ASSERT_EQ(fix.files.size(), 1u);
  EXPECT_EQ(fix.files[0].current, "def add(a, b):\n    return a + b\n");
  EXPECT_THAT(progress, HasSubstr("step 1: edit_file"));
  EXPECT_FALSE(fix.outcome.spent.estimated);  // the server told what it read and wrote
  EXPECT_EQ(asked, 0u);
}

TEST_F(RealLlamaAgent, MakesAnEditThatTheModelWritesAsText) {
  if (!use("FIMD_TEST_LLAMA_BLOCK")) GTEST_SKIP();
  more_agent = {{"tools", false}};
  const auto fix = run_fix({says("never asked")});
  EXPECT_EQ(fix.outcome.end, LoopOutcome::End::verified) << fix.outcome.words << "\n" << progress;
  ASSERT_EQ(fix.files.size(), 1u);
  EXPECT_EQ(fix.files[0].current, "def add(a, b):\n    return a + b\n");
}

}  // namespace
}  // namespace fimd::tests

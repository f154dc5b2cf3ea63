// One repair from the place of the problem to a verified patch, against a scripted chat model.
#include "tests/session/agent_session.h"

namespace fimd::tests {
namespace {

TEST_F(AgentSession, OffersAVerifiedPatchAndWritesNothing) {
  const auto fix = run_fix({calls("edit_file", edit("return a - b", "return a + b")), says("Used the right operator.")});
  EXPECT_EQ(fix.outcome.end, LoopOutcome::End::verified) << fix.outcome.words;
  EXPECT_EQ(fix.outcome.words, "Used the right operator.");
  EXPECT_THAT(providers::agent::unified_diff(fix.files), HasSubstr("-    return a - b\n+    return a + b\n"));
  std::ifstream in(root + "/add.py");
  EXPECT_EQ((std::string{std::istreambuf_iterator<char>(in), {}}), kSource);
  EXPECT_THAT(progress, HasSubstr("step 1: edit_file"));
}

TEST_F(AgentSession, ShowsTheModelTheProblemAndTheCode) {
  run_fix({says("It is right as it is."), says("It is right as it is.")});
  const json first = json::parse(server.log().requests.front().body);
  const std::string user = first["messages"][1]["content"];
  EXPECT_THAT(user, HasSubstr("add.py, line 2:\nadd(1, 2) is -1, should be 3\n"));
  EXPECT_THAT(user, HasSubstr(">   2|     return a - b\n"));
}

TEST_F(AgentSession, SendsABrokenPatchBackToTheModel) {
  const auto fix = run_fix({calls("edit_file", edit("return a - b", "return a + b)")), says("Done."),
                            calls("edit_file", edit("return a + b)", "return a + b")), says("Done now.")});
  EXPECT_EQ(fix.outcome.end, LoopOutcome::End::verified) << fix.outcome.words;
  const json third = json::parse(server.log().requests[2].body);
  EXPECT_THAT(third["messages"].back()["content"].get<std::string>(), HasSubstr("The change cannot be offered yet"));
  EXPECT_EQ(fix.files.at(0).current, "def add(a, b):\n    return a + b\n");
}

TEST_F(AgentSession, NeverOffersAPatchThatStaysBroken) {
  const auto fix = run_fix({calls("edit_file", edit("return a - b", "return a + b)")), says("Done.")});
  EXPECT_EQ(fix.outcome.end, LoopOutcome::End::rejected);
  EXPECT_THAT(fix.outcome.words, HasSubstr("did not hold up"));
}

TEST_F(AgentSession, EndsWhereTheModelSeesNothingToChange) {
  const auto fix = run_fix({says("It is right as it is.")});
  EXPECT_EQ(fix.outcome.end, LoopOutcome::End::no_edit);
  EXPECT_EQ(asked, 2u);  // it was reminded once that it had made no edit
}

TEST_F(AgentSession, EndsAModelThatGoesRoundInCircles) {
  const auto fix = run_fix({calls("read_file", {{"path", "add.py"}})});
  EXPECT_EQ(fix.outcome.end, LoopOutcome::End::limit);
  EXPECT_EQ(fix.outcome.words, "the model repeated itself");
}

TEST_F(AgentSession, EndsAfterTheMostSteps) {
  std::vector<Reply> script;
  for (int i = 0; i < 20; ++i) script.push_back(calls("search_text", {{"pattern", "word" + std::to_string(i)}}));
  const auto fix = run_fix(script);
  EXPECT_EQ(fix.outcome.end, LoopOutcome::End::limit);
  EXPECT_EQ(fix.outcome.words, "8 steps are used up");
  EXPECT_EQ(asked, 8u);
}

TEST_F(AgentSession, NeverRunsACallThatWasCutOff) {
  const json cut = {{"index", 0}, {"id", "c1"}, {"function", {{"name", "edit_file"}, {"arguments", edit("return a - b", "").dump()}}}};
  const Reply reply = sse_reply({json{{"choices", {{{"index", 0}, {"delta", {{"tool_calls", {cut}}}}, {"finish_reason", "length"}}}}}.dump(), "[DONE]"});
  const auto fix = run_fix({reply, says("I give up."), says("I give up.")});
  EXPECT_EQ(fix.outcome.end, LoopOutcome::End::no_edit);
  EXPECT_THAT(json::parse(server.log().requests[1].body)["messages"].back()["content"].get<std::string>(), HasSubstr("was cut off"));
}

TEST_F(AgentSession, TellsWhatTheProviderSaysWhenItRefuses) {
  const auto fix = run_fix({json_reply(401, R"({"error":{"message":"bad key","type":"authentication_error"}})")});
  EXPECT_EQ(fix.outcome.end, LoopOutcome::End::failed);
  EXPECT_THAT(fix.outcome.words, HasSubstr("bad key"));
  EXPECT_EQ(asked, 1u);
}

TEST_F(AgentSession, SendsNoSecretToAProviderElsewhere) {
  const std::string secret = "ghp_" + std::string("a8Fk2LmQ9xZr4TbV7cNd1WsY6eHu3JgP0oXi");
  std::ofstream(root + "/keys.py") << "token = \"" + secret + "\"\n";
  std::ofstream(root + "/.env") << "TOKEN=" + secret + "\n";
  const std::string source = std::string(kSource) + "token = \"" + secret + "\"\n";
  run_fix({calls("read_file", {{"path", "keys.py"}}), calls("read_file", {{"path", ".env"}}), calls("search_text", {{"pattern", "ghp_"}}), says("Done.")},
          "us", source);
  ASSERT_GE(server.log().requests.size(), 4u);
  for (const auto& request : server.log().requests) EXPECT_EQ(request.body.find(secret.substr(8, 20)), std::string::npos) << request.body;
}

TEST_F(AgentSession, NeedsAProviderThatMayReceiveTheText) {
  lsp::Configuration configuration;
  EXPECT_EQ(lsp::agent_provider(configuration.now(), "").error().code, Error::Code::bad_input);
  configuration.set(lsp::Layer::initialization, {{"providers", {{"m", {{"kind", "openai"}, {"url", "https://example.org"}, {"model", "x"}, {"jurisdiction", "cn"}}}}}}, "test");
  EXPECT_EQ(lsp::agent_provider(configuration.now(), "m").error().code, Error::Code::refused);
  EXPECT_EQ(lsp::agent_provider(configuration.now(), "n").error().code, Error::Code::bad_input);
}

}  // namespace
}  // namespace fimd::tests

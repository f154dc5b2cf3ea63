// A client that is built for Hugging Face's llm-ls (llm.nvim, llm-vscode), with this server in its place.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/session/dialect_session.h"

namespace fimd::tests {
namespace {

using nlohmann::json;

class LlmLsSession : public DialectSession {
 protected:
  // As llm.nvim sends it.
  json asked() {
    return {{"textDocument", document()}, {"position", at()}, {"model", "bigcode/starcoder2-15b"}, {"backend", "ollama"},
            {"url", "http://192.0.2.1/api/generate"}, {"apiToken", "hf_secret"}, {"contextWindow", 1024},
            {"fim", {{"enabled", true}, {"prefix", "<P>"}, {"middle", "<M>"}, {"suffix", "<S>"}}}, {"tokensToClear", {"<E>"}},
            {"tokenizerConfig", nullptr}, {"tlsSkipVerifyInsecure", false}, {"requestBody", json::object()}, {"ide", "neovim"},
            {"disableUrlPathCompletion", false}};
  }
  std::vector<json> shown() {
    std::vector<json> out;
    for (const auto& message : editor.received("window/logMessage")) {
      if (message["params"]["message"].get<std::string>().find("model and server") != std::string::npos) out.push_back(message);
    }
    return out;
  }
};

TEST_F(LlmLsSession, GivesTheTextForTheCursor) {
  begin(settings());
  const json answer = result("llm-ls/getCompletions", asked());
  ASSERT_EQ(answer["completions"].size(), 1U) << editor.explain();
  EXPECT_EQ(answer["completions"][0], (json{{"generated_text", "alpha + beta;"}}));
  EXPECT_TRUE(answer["request_id"].is_string());
}

TEST_F(LlmLsSession, AsksTheConfiguredModelAndSaysSoOnce) {
  begin(settings());
  result("llm-ls/getCompletions", asked());
  result("llm-ls/getCompletions", asked());
  EXPECT_EQ(shown().size(), 1U);
  for (const auto& request : server.log().requests) {
    EXPECT_THAT(request.body, testing::Not(testing::HasSubstr("starcoder2")));
    EXPECT_THAT(request.body, testing::Not(testing::HasSubstr("hf_secret")));
  }
}

TEST_F(LlmLsSession, FindsAPositionThatLiesOneLevelDown) {
  begin(settings());
  json params = asked();
  params["1"] = {{"position", params["position"]}, {"textDocument", params["textDocument"]}};
  params.erase("position");
  params.erase("textDocument");
  EXPECT_EQ(result("llm-ls/getCompletions", params)["completions"].size(), 1U) << editor.explain();
}

TEST_F(LlmLsSession, AnswersOlderReleasesWithTheListAlone) {
  begin(settings());
  const json params = {{"textDocument", document()}, {"position", at()}, {"model", "x"}, {"tokens_to_clear", {"<E>"}},
                       {"request_params", {{"max_new_tokens", 60}}}, {"context_window", 8192}, {"ide", "vscode"}};
  EXPECT_EQ(result("llm-ls/getCompletions", params), (json::array({{{"generated_text", "alpha + beta;"}}})));
}

TEST_F(LlmLsSession, LearnsThatItWasTaken) {
  begin(settings());
  const json id = result("llm-ls/getCompletions", asked())["request_id"];
  EXPECT_TRUE(result("llm-ls/acceptCompletion", {{"requestId", id}, {"acceptedCompletion", 0}, {"shownCompletions", {0}}}).is_null());
  EXPECT_EQ(fate(), "accepted");
}

TEST_F(LlmLsSession, LearnsThatItWasNot) {
  begin(settings());
  const json id = result("llm-ls/getCompletions", asked())["request_id"];
  EXPECT_TRUE(result("llm-ls/rejectCompletion", {{"requestId", id}, {"shownCompletions", {0}}}).is_null());
  EXPECT_EQ(fate(), "dismissed");
}

TEST_F(LlmLsSession, TakesReportsOfOtherSuggestions) {
  begin(settings());
  EXPECT_TRUE(result("llm-ls/acceptCompletion", {{"requestId", "another server's"}}).is_null());
  EXPECT_TRUE(result("llm-ls/acceptCompletion", json::array()).is_null());
  EXPECT_TRUE(result("llm-ls/rejectCompletion", nullptr).is_null());
}

TEST_F(LlmLsSession, HasNothingForADocumentThatIsNotOpen) {
  begin(settings());
  json params = asked();
  params["textDocument"]["uri"] = "file:///no";
  EXPECT_EQ(result("llm-ls/getCompletions", params)["completions"].size(), 0U);
}

TEST_F(LlmLsSession, RefusesParamsThatAreNone) {
  begin(settings());
  for (const json& params : std::vector<json>{nullptr, json::array(), json::object(), {{"position", at()}}, {{"textDocument", document()}},
                                              {{"textDocument", 7}, {"position", at()}}, {{"textDocument", document()}, {"position", "x"}},
                                              {{"1", {{"position", {{"line", -1}}}}}, {"textDocument", document()}}}) {
    EXPECT_EQ(code("llm-ls/getCompletions", params), -32602) << params;
  }
}

}  // namespace
}  // namespace fimd::tests

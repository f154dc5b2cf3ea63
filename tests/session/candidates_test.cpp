// Several texts for one place when asked by hand, and texts that end where their model is unsure.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdlib.h>

#include <cmath>
#include <filesystem>

#include "tests/session/fake_editor.h"
#include "tests/session/model_server.h"

namespace fimd::tests {
namespace {

using nlohmann::json;
using testing::ElementsAre;

struct Word {
  std::string text;
  double probability = 1;
};

// A vLLM-like server whose answers to a cold and to warm prompts are scripted, and which tells log-probabilities when asked.
class Candidates : public testing::Test {
 protected:
  lsp::Daemon daemon;
  std::vector<Word> cold = {{"alpha", 0.9}, {" + beta;", 0.9}};
  std::vector<std::vector<Word>> warm;  // to the requests with a temperature, in turn
  size_t warm_asked = 0, cold_asked = 0;
  int status = 200;
  ModelServer server{daemon.loop, [this](const SeenRequest& request) { return reply(request); }};
  FakeEditor editor{daemon};

  Reply reply(const SeenRequest& request) {
    if (request.target.starts_with("/v1/models")) {
      return json_reply(200, R"({"object":"list","data":[{"id":"qwen2.5-coder","max_model_len":4096}]})");
    }
    if (request.target != "/v1/completions") return json_reply(404, R"({"detail":"Not Found"})");
    const json body = json::parse(request.body);
    const bool is_warm = body.value("temperature", 0.0) > 0;
    if (is_warm && status != 200) return json_reply(status, R"({"error":{"message":"no more","type":"x","code":429}})");
    const auto& words = is_warm ? warm.at(warm_asked++ % warm.size()) : (++cold_asked, cold);
    std::vector<std::string> events;
    for (const Word& word : words) {
      json choice = {{"index", 0}, {"text", word.text}, {"logprobs", nullptr}, {"finish_reason", nullptr}};
      if (body.contains("logprobs")) choice["logprobs"] = {{"tokens", {word.text}}, {"token_logprobs", {std::log(word.probability)}}};
      events.push_back(json{{"choices", {choice}}}.dump());
    }
    events.push_back(R"({"choices":[{"index":0,"text":"","logprobs":null,"finish_reason":"stop"}]})");
    events.emplace_back("[DONE]");
    return sse_reply(events);
  }

  json settings(const json& completion = json::object(), const json& provider = json::object()) {
    json all = {{"completion", {{"providers", {"m"}}, {"soft_ms", 20000}, {"hard_ms", 20000}, {"speculate", "off"}}},
                {"providers", {{"m", {{"kind", "vllm"}, {"url", server.url()}, {"model", "qwen2.5-coder"}}}}}};
    all["completion"].update(completion);
    all["providers"]["m"].update(provider);
    return all;
  }
  void begin(const json& options) {
    editor.initialize(options, {{"textDocument", {{"inlineCompletion", json::object()}}}});
    editor.open("file:///w/a.cpp", "cpp", "int f(int alpha, int beta) {\n  return ^\n}\n");
  }
  // Asks as a person does who presses the key for it.
  std::vector<std::string> by_hand() {
    const json answer = editor.wait(editor.ask(1));
    std::vector<std::string> texts;
    for (const json& item : answer["result"]["items"]) texts.push_back(item["insertText"]);
    return texts;
  }
  std::string story() { return editor.explain().dump(); }
};

TEST_F(Candidates, AreOfferedWhenAskedByHandTheSurestFirstAndEachOnce) {
  warm = {{{"beta", 0.3}, {" * 2;", 0.4}}, {{"alpha", 0.8}, {" - beta;", 0.9}}, {{"beta", 0.3}, {" * 2;", 0.4}}};
  begin(settings());
  EXPECT_THAT(by_hand(), ElementsAre("alpha + beta;", "alpha - beta;", "beta * 2;")) << story();
}

TEST_F(Candidates, ComeBehindWhatIsOnTheScreenWithoutAskingForThatAgain) {
  warm = {{{"beta;", 0.9}}, {{"alpha;", 0.8}}, {{"0;", 0.7}}};
  begin(settings());
  EXPECT_EQ(editor.complete(), "alpha + beta;") << story();
  EXPECT_EQ(warm_asked, 0U) << "nobody has asked by hand";
  const size_t before = cold_asked;
  EXPECT_THAT(by_hand(), ElementsAre("alpha + beta;", "beta;", "alpha;", "0;")) << story();
  EXPECT_EQ(cold_asked, before);
  EXPECT_THAT(by_hand(), ElementsAre("alpha + beta;", "beta;", "alpha;", "0;")) << "the same place again costs nothing";
  EXPECT_EQ(warm_asked, 3U);
}

TEST_F(Candidates, ServeTypingThatFollowsOneOfThem) {
  warm = {{{"beta;", 0.9}}, {{"gamma(1);", 0.8}}, {{"0;", 0.7}}};
  begin(settings());
  by_hand();
  const size_t before = cold_asked;
  editor.type("gam");
  EXPECT_EQ(editor.complete(), "ma(1);") << story();
  EXPECT_EQ(cold_asked, before);
}

TEST_F(Candidates, AreNotMissedWhereTheServerTakesNoMore) {
  warm = {{{"x", 1}}};
  status = 429;
  begin(settings());
  EXPECT_THAT(by_hand(), ElementsAre("alpha + beta;")) << story();
}

TEST_F(Candidates, ATextEndsBeforeTheWordThatItsModelIsUnsureOf) {
  cold = {{"alpha", 0.9}, {" +", 0.8}, {" delta", 0.02}, {";", 0.9}};
  begin(settings());
  EXPECT_EQ(editor.complete(), "alpha +") << story();
  EXPECT_NE(story().find("stopped where it was unsure: 2.0 %"), std::string::npos) << story();
}

TEST_F(Candidates, NothingIsShownWhereTheFirstWordIsUnsure) {
  cold = {{"delta", 0.02}, {";", 0.9}};
  begin(settings());
  EXPECT_EQ(editor.complete(), "") << story();
}

TEST_F(Candidates, ZeroShowsWhateverTheModelSaysAndDoesNotAskForProbabilities) {
  cold = {{"delta", 0.02}, {";", 0.9}};
  begin(settings({{"min_probability", 0}}));
  EXPECT_EQ(editor.complete(), "delta;") << story();
  for (const auto& request : server.log().requests) EXPECT_EQ(request.body.find("logprobs"), std::string::npos);
}

TEST_F(Candidates, AServerIsNotAskedForProbabilitiesWhereTheProviderSaysSo) {
  cold = {{"delta", 0.02}, {";", 0.9}};
  begin(settings(json::object(), {{"logprobs", false}}));
  EXPECT_EQ(editor.complete(), "delta;") << story();
}

TEST_F(Candidates, WhatIsNeverTakenIsNotShownAnyMore) {
  cold = {{"delta", 0.12}, {"(1);", 0.9}};
  begin(settings());
  ASSERT_EQ(editor.complete(), "delta(1);") << story();
  std::string last;
  for (int i = 0; i < 40 && last != "none"; ++i) {
    editor.type(i % 2 == 0 ? "q" : "z");  // something else, each time
    last = editor.complete();
    if (last.empty()) last = "none";
  }
  EXPECT_EQ(last, "none") << story();
  EXPECT_NE(story().find("15.0 % are needed"), std::string::npos) << story();
}

TEST_F(Candidates, WhatWasNeverTakenInEarlierProcessesIsNotShown) {
  std::string folder = (std::filesystem::temp_directory_path() / "fimd-taste-XXXXXX").string();
  ASSERT_NE(::mkdtemp(folder.data()), nullptr);
  {
    auto store = providers::LedgerStore::open(folder + "/ledger.db");
    ASSERT_TRUE(store);
    providers::ShownRow row;
    row.provider = "m";
    row.fate = "dismissed";
    row.lowest_logprob = std::log(0.12);
    row.at_ms = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
    const std::vector<providers::ShownRow> rows(40, row);
    ASSERT_TRUE((*store)->add({}, rows));
  }
  daemon.ledger.keep_in(folder + "/ledger.db");
  cold = {{"delta", 0.12}, {"(1);", 0.9}};
  begin(settings());
  editor.run_until([&] { return daemon.thresholds.contains("m"); });
  EXPECT_EQ(editor.complete(), "") << story();
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace fimd::tests

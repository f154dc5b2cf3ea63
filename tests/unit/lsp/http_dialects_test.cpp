// What the HTTP endpoint reads from other programs' requests and writes into its answers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "lsp/http/exposition.h"
#include "lsp/http/infill.h"
#include "lsp/http/openai.h"
#include "lsp/http/outflow.h"

namespace fimd::lsp::http {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using namespace std::chrono_literals;

// --- OpenAI's dialect ---

TEST(HttpOpenAi, ReadsPromptAndSuffix) {
  const auto wish =
      openai::read(R"({"model":"m","prompt":"a","suffix":"b","max_tokens":64,"stop":"\n\n","temperature":0.1})");
  ASSERT_TRUE(wish) << wish.error().message;
  EXPECT_EQ(wish->prefix, "a");
  EXPECT_EQ(wish->suffix, "b");
  EXPECT_EQ(wish->max_tokens, 64);
  EXPECT_THAT(wish->stop, ElementsAre("\n\n"));
  EXPECT_FALSE(wish->stream);
}

TEST(HttpOpenAi, TakesAPromptOfAModelApart) {
  const auto wish = openai::read(R"({"prompt":"<|fim_prefix|>a<|fim_suffix|>b<|fim_middle|>","max_tokens":9})");
  ASSERT_TRUE(wish);
  EXPECT_EQ(wish->prefix, "a");
  EXPECT_EQ(wish->suffix, "b");
}

TEST(HttpOpenAi, LeavesTokensInThePromptWhereThereIsASuffix) {
  const auto wish = openai::read(R"({"prompt":"<|fim_prefix|>a<|fim_suffix|>b<|fim_middle|>","suffix":""})");
  EXPECT_EQ(wish->prefix, "<|fim_prefix|>a<|fim_suffix|>b<|fim_middle|>");
}

TEST(HttpOpenAi, TakesAListWithOnePromptAndNulls) {
  const auto wish =
      openai::read(R"({"prompt":["a"],"suffix":null,"stop":null,"max_tokens":null,"n":1,"stream":false})");
  ASSERT_TRUE(wish) << wish.error().message;
  EXPECT_EQ(wish->prefix, "a");
  EXPECT_EQ(wish->max_tokens, 0);
}

TEST(HttpOpenAi, TakesWholeNumbersHoweverTheyAreWritten) {
  EXPECT_EQ(openai::read(R"({"prompt":"a","max_tokens":64.0})")->max_tokens, 64);
  EXPECT_FALSE(openai::read(R"({"prompt":"a","max_tokens":64.5})"));
  EXPECT_EQ(openai::read(R"({"prompt":"a","max_tokens":1e300})").error().message,
            "\"max_tokens\" is not a whole number");
  EXPECT_EQ(openai::read(R"({"prompt":"a","max_tokens":18446744073709551615})")->max_tokens, 0);
}

TEST(HttpOpenAi, SaysWhatIsWrong) {
  const auto complaint = [](const char* body) {
    const auto wish = openai::read(body);
    return wish ? std::string("none") : wish.error().message;
  };
  EXPECT_EQ(complaint(""), "the body is not JSON");
  EXPECT_EQ(complaint("[]"), "the body is not a JSON object");
  EXPECT_EQ(complaint("{}"), "\"prompt\" is required");
  EXPECT_EQ(complaint(R"({"prompt":7})"), "\"prompt\" is neither a string nor a list of strings");
  EXPECT_EQ(complaint(R"({"prompt":[[1,2]]})"), "\"prompt\" is neither a string nor a list of strings");
  EXPECT_EQ(complaint(R"({"prompt":["a","b"]})"), "\"prompt\" holds more than one text; one is completed at a time");
  EXPECT_EQ(complaint(R"({"prompt":"a","suffix":{}})"), "\"suffix\" is not a string");
  EXPECT_EQ(complaint(R"({"prompt":"a","max_tokens":"many"})"), "\"max_tokens\" is not a whole number");
  EXPECT_EQ(complaint(R"({"prompt":"a","n":3})"), "only one choice is given: \"n\" must be 1");
  EXPECT_EQ(complaint(R"({"prompt":"a","stream":"yes"})"), "\"stream\" is neither true nor false");
  EXPECT_EQ(complaint("{\"prompt\":\"\xff\"}"), "the body is not JSON");
}

TEST(HttpOpenAi, AnswersWithEveryMemberThatClientsNeed) {
  Wish wish;
  wish.model = "m";
  const json out = openai::whole({7, 1700000000}, wish, {.text = "x = 1;", .provider = "p"});
  EXPECT_EQ(out["id"], "cmpl-7");
  EXPECT_EQ(out["object"], "text_completion");
  EXPECT_EQ(out["created"], 1700000000);
  EXPECT_EQ(out["model"], "m");
  EXPECT_EQ(out["choices"][0]["text"], "x = 1;");
  EXPECT_EQ(out["choices"][0]["finish_reason"], "stop");
  EXPECT_GT(out["usage"]["completion_tokens"], 0);
  EXPECT_EQ(out["fimd"]["provider"], "p");
}

// --- llama.cpp's dialect ---

// As llama.vim sends it.
constexpr const char* kVimRequest =
    R"({"input_prefix":"int add(int a, int b) {\n","input_suffix":"\n}\n","prompt":"  return ",
  "input_extra":[{"text":"int sub(int a, int b);\n","time":[1,2],"filename":"math.h"},{"text":"x","filename":""}],
  "n_predict":256,"n_indent":2,"top_k":40,"top_p":0.99,"stream":false,"samplers":["top_k","top_p","infill"],
  "cache_prompt":true,"t_max_prompt_ms":500,"t_max_predict_ms":1500,
  "response_fields":["content","timings/prompt_n","timings/prompt_ms","timings/predicted_n","truncated",
  "tokens_cached"]})";

TEST(HttpInfill, ReadsWhatLlamaVimSends) {
  const auto wish = infill::read(kVimRequest);
  ASSERT_TRUE(wish) << wish.error().message;
  EXPECT_EQ(wish->prefix, "int add(int a, int b) {\n  return ");
  EXPECT_EQ(wish->suffix, "\n}\n");
  ASSERT_EQ(wish->extra.size(), 2u);
  EXPECT_EQ(wish->extra[0].path, "math.h");
  EXPECT_EQ(wish->extra[1].path, "tmp");
  EXPECT_EQ(wish->max_tokens, 256);
  EXPECT_EQ(wish->wait, 2s);
  EXPECT_FALSE(wish->nothing);
}

TEST(HttpInfill, AnswersTheFieldsThatAreAskedForFlat) {
  const json out = infill::whole(*infill::read(kVimRequest), {.text = "a + b;", .first = 20ms, .took = 30ms});
  EXPECT_EQ(out["content"], "a + b;");
  EXPECT_EQ(out["timings/prompt_ms"], 20.0);
  EXPECT_GT(out["timings/predicted_n"], 0);
  EXPECT_EQ(out["truncated"], false);
  EXPECT_FALSE(out.contains("timings"));
  EXPECT_EQ(out.size(), 6u);
}

TEST(HttpInfill, AnswersAllWhereNoFieldsAreAskedFor) {
  const json out = infill::whole(*infill::read(R"({"input_prefix":"a","input_suffix":""})"),
                                 {.text = "b", .first = 20ms, .took = 30ms});
  EXPECT_EQ(out["content"], "b");
  EXPECT_EQ(out["stop"], true);
  EXPECT_EQ(out["timings"]["predicted_ms"], 10.0);
  EXPECT_TRUE(out["generation_settings"].is_object());
  EXPECT_TRUE(out["tokens_predicted"].is_number());
}

TEST(HttpInfill, KnowsARequestThatOnlyWarms) {
  const auto wish = infill::read(
      R"({"input_prefix":"","input_suffix":"","prompt":"","n_predict":0,"t_max_predict_ms":1,"response_fields":[""]})");
  ASSERT_TRUE(wish);
  EXPECT_TRUE(wish->nothing);
  EXPECT_EQ(infill::whole(*wish, {}), json::object());
}

TEST(HttpInfill, RefusesWithTheWordsOfLlamaServer) {
  EXPECT_EQ(infill::read("{}").error().message, "\"input_prefix\" is required");
  EXPECT_EQ(infill::read(R"({"input_prefix":""})").error().message, "\"input_suffix\" is required");
  EXPECT_EQ(infill::read(R"({"input_prefix":"","input_suffix":"","input_extra":{}})").error().message,
            "\"input_extra\" is not a list");
  EXPECT_EQ(infill::read(R"({"input_prefix":"","input_suffix":"","input_extra":[{}]})").error().message,
            "\"input_extra\": \"text\" is required");
}

TEST(HttpInfill, TakesEnormousWaits) {
  const auto wish = infill::read(
      R"({"input_prefix":"","input_suffix":"","t_max_prompt_ms":9223372036854775807,
          "t_max_predict_ms":9223372036854775807})");
  ASSERT_TRUE(wish);
  EXPECT_EQ(wish->wait, 2h);
}

TEST(HttpInfill, LastEventRepeatsNoText) {
  const json out =
      infill::last(*infill::read(R"({"input_prefix":"a","input_suffix":"","stream":true})"), {.text = "b"});
  EXPECT_EQ(out["content"], "");
  EXPECT_EQ(out["stop"], true);
}

// --- text on its way ---

TEST(HttpOutflow, EndsInFrontOfAStopText) {
  EXPECT_EQ(before_stop("a<end>b", {"", "<end>", "x"}), "a");
  EXPECT_EQ(before_stop("ab", {"<end>"}), "ab");
}

TEST(HttpOutflow, LetsWholeLinesFlow) {
  Outflow out({});
  EXPECT_EQ(out.more("if (a"), "");
  EXPECT_EQ(out.more("if (a) {\n  b"), "if (a) {\n");
  EXPECT_EQ(out.more("if (a) {\n  b"), "");
  EXPECT_EQ(out.rest("if (a) {\n  b;\n}"), "  b;\n}");
}

TEST(HttpOutflow, KeepsBackWhatMayBecomeAStopText) {
  Outflow out({"\n\nint"});
  EXPECT_EQ(out.more("a;\n\n"), "");
  EXPECT_EQ(out.more("a;\n\nint b;\nint c;\n"), "");
  EXPECT_EQ(out.rest("a;\n\nint b;\n"), "a;");
}

TEST(HttpOutflow, AddsNothingToATextThatBecameAnother) {
  Outflow out({});
  EXPECT_EQ(out.more("a\nb"), "a\n");
  EXPECT_EQ(out.rest("c\nd"), "");
}

// --- figures ---

TEST(HttpExposition, CountsAsPrometheusReads) {
  Metrics metrics;
  metrics.shown = 3;
  metrics.providers["m \"1\"\n"].requests = 2;
  metrics.providers["m \"1\"\n"].first_token.add(3ms);
  metrics.providers["m \"1\"\n"].first_token.add(400s);
  const std::string text = exposition(metrics, 0.25);
  EXPECT_THAT(text, HasSubstr("# TYPE fimd_answers_total counter\nfimd_answers_total{outcome=\"shown\"} 3\n"));
  EXPECT_THAT(text, HasSubstr("fimd_requests_total{provider=\"m \\\"1\\\"\\n\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("fimd_first_token_seconds_bucket{provider=\"m \\\"1\\\"\\n\",le=\"0.00256\"} 0\n"));
  EXPECT_THAT(text, HasSubstr("le=\"0.00512\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("le=\"+Inf\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("fimd_first_token_seconds_sum{provider=\"m \\\"1\\\"\\n\"} 400.003\n"));
  EXPECT_THAT(text, HasSubstr("fimd_spent_today_usd 0.25\n"));
}

TEST(HttpExposition, HasOneSampleOfEachNameAndLabels) {
  Metrics metrics;
  metrics.providers["a"].requests = 1;
  metrics.providers["b"].requests = 1;
  metrics.stages["answer"].add(1ms);
  std::istringstream lines(exposition(metrics, 0));
  std::set<std::string> seen;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("# ")) continue;
    const size_t blank = line.rfind(' ');
    ASSERT_NE(blank, std::string::npos) << line;
    EXPECT_TRUE(seen.insert(line.substr(0, blank)).second) << line;
  }
  EXPECT_GT(seen.size(), 100u);
}

}  // namespace
}  // namespace fimd::lsp::http

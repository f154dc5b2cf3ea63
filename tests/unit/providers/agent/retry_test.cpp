#include "providers/agent/retry.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "providers/error_codes.h"

namespace fimd::providers::agent {
namespace {
using namespace std::chrono_literals;

Trouble answered(int status, const std::string& body, std::optional<Duration> wait = std::nullopt) {
  const Failure failure = read_failure({.status = status, .body = body, .retry_after = {}});
  return {.error = to_error(failure), .failure = failure, .named_wait = wait};
}
Trouble zai(const std::string& code, std::optional<Duration> wait = std::nullopt) {
  return answered(429, R"({"error":{"code":")" + code + R"(","message":"words"}})", wait);
}
bool again(const Trouble& trouble, int tries = 1, Duration left = 1h) { return retry_wait(trouble, tries, left, 0.5).has_value(); }

TEST(Retry, WaitsLongerEachTimeAndGivesUp) {
  const Trouble busy = answered(503, "busy");
  EXPECT_EQ(retry_wait(busy, 1, 1h, 0.5), Duration(500ms));
  EXPECT_EQ(retry_wait(busy, 3, 1h, 0.5), Duration(2s));
  EXPECT_LT(*retry_wait(busy, 1, 1h, 0), *retry_wait(busy, 1, 1h, 1));  // many clients do not come back at once
  EXPECT_FALSE(again(busy, kTries));
}

TEST(Retry, KeepsToTheTaskAndToWhatTheServerAsks) {
  EXPECT_EQ(retry_wait(zai("1302", 7s), 1, 1h, 0.5), Duration(7s));
  EXPECT_FALSE(again(zai("1302", 7s), 1, 5s));
  EXPECT_FALSE(again(answered(503, "busy"), 1, 100ms));
}

TEST(Retry, WaitsForAQuotaOnlyUntilATimeThatIsKnown) {
  EXPECT_FALSE(again(zai("1308")));
  EXPECT_TRUE(again(zai("1308", 2min), 1, 10min));
  EXPECT_FALSE(again(zai("1310", 5h), 1, 10min));
}

TEST(Retry, NeverRepeatsWhatCannotGetBetter) {
  for (const char* code : {"1000", "1001", "1003", "1113", "1211", "1213", "1214", "1220", "1261", "1300", "1301", "1304", "1309", "1311", "1313"}) {
    EXPECT_FALSE(again(zai(code))) << code;
  }
  EXPECT_FALSE(again(answered(401, "")));
  EXPECT_FALSE(again(answered(402, "")));
  EXPECT_FALSE(again(answered(400, R"({"object":"error","message":"x","type":"invalid_function_call","code":"3280"})")));
  EXPECT_FALSE(again(answered(400, R"({"type":"error","error":{"type":"invalid_request_error","message":"prompt is too long: 210000 tokens"}})")));
}

TEST(Retry, RepeatsWhatPassesByItself) {
  for (const char* code : {"500", "1200", "1230", "1234", "1302", "1303", "1305"}) EXPECT_TRUE(again(zai(code))) << code;
  EXPECT_TRUE(again(answered(529, R"({"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}})")));
  EXPECT_TRUE(again(answered(429, R"({"type":"error","error":{"type":"rate_limit_error","message":"Too many"}})")));
  EXPECT_TRUE(again(answered(429, R"({"object":"error","message":"Service tier capacity exceeded for this model.","type":"invalid_request_error"})")));
  EXPECT_TRUE(again({.error = {Error::Code::down, "reset"}, .failure = {}, .named_wait = {}}));
  EXPECT_FALSE(again({.error = {Error::Code::cancelled, "stopped"}, .failure = {}, .named_wait = {}}));
  EXPECT_FALSE(again({.error = {Error::Code::deadline, "late"}, .failure = {}, .named_wait = {}}));
}

TEST(Retry, SaysTheCauseAndWhatToDo) {
  EXPECT_EQ(told("glm", zai("1309")), "glm: billing: status 429: words; the plan has expired: renew it");
  EXPECT_EQ(told("glm", zai("1302")), "glm: rate limit: status 429: words");
  EXPECT_NE(told("glm", zai("1113")).find("Coding Plan key is good only at"), std::string::npos);
  EXPECT_EQ(told("m", answered(401, "")), "m: key not accepted: status 401; check the key and the host that it is for");
  EXPECT_EQ(told("m", {.error = {Error::Code::down, "cannot connect"}, .failure = {}, .named_wait = {}}), "m: cannot connect");
}

TEST(Retry, EveryCodeThatIsKnownTellsWhatToDoOrPasses) {
  for (int code = 1000; code < 1400; ++code) {
    const auto meaning = zai_code(std::to_string(code));
    if (!meaning) continue;
    const Failure failure{.kind = meaning->kind, .message = {}, .context = {}, .code = std::to_string(code)};
    EXPECT_TRUE(may_pass(meaning->kind) || !advice(failure).empty()) << code;
  }
  EXPECT_EQ(zai_code("1300")->kind, FailureKind::policy);  // the same number means another thing at
  EXPECT_EQ(mistral_code("1300")->kind, FailureKind::rate_limit);
}

TEST(Retry, KnowsServersThatTakeNoTools) {
  EXPECT_TRUE(refuses_tools(answered(400, R"({"error":{"message":"library/gemma:2b does not support tools","type":"api_error"}})")));
  EXPECT_TRUE(refuses_tools(answered(400, R"({"object":"error","message":"\"auto\" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set","type":"BadRequestError","code":400})")));
  EXPECT_TRUE(refuses_tools(answered(500, R"({"error":{"code":500,"message":"tools param requires --jinja flag","type":"server_error"}})")));
  EXPECT_TRUE(refuses_tools(answered(404, R"({"error":{"message":"No endpoints found that support tool use.","code":404}})")));
  EXPECT_FALSE(refuses_tools(answered(401, R"({"error":"does not support tools"})")));
  EXPECT_FALSE(refuses_tools(answered(400, R"({"error":"tools[0].name is missing"})")));
}

TEST(Retry, KnowsServersThatCutTheirOwnCalls) {
  EXPECT_TRUE(cut_its_own_call(answered(500, R"({"error":{"code":500,"message":"Failed to parse tool call arguments as JSON","type":"server_error"}})")));
  EXPECT_FALSE(cut_its_own_call(answered(500, "oops")));
}

}  // namespace
}  // namespace fimd::providers::agent

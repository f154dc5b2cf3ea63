#include "providers/errors.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace fimd::providers {
namespace {
using namespace std::chrono_literals;
using Kind = FailureKind;

struct Case {
  int status;
  const char* body;
  Kind kind;
  const char* message;
};

// Bodies as the servers send them.
const Case kCases[] = {
    // llama-server
    {501, R"({"error":{"code":501,"message":"Infill is not supported by this model: prefix token is missing. ","type":"not_supported_error"}})",
     Kind::not_supported, "status 501: Infill is not supported by this model: prefix token is missing."},
    {503, R"({"error":{"message":"Loading model","type":"unavailable_error","code":503}})", Kind::loading, "status 503: Loading model"},
    {400, R"({"error":{"code":400,"message":"request (9000 tokens) exceeds the available context size (4096 tokens), try increasing it","type":"exceed_context_size_error","n_prompt_tokens":9000,"n_ctx":4096}})",
     Kind::context_too_long, "status 400: request (9000 tokens) exceeds the available context size (4096 tokens), try increasing it"},
    {401, R"({"error":{"message":"Invalid API Key","type":"authentication_error","code":401}})", Kind::auth, "status 401: Invalid API Key"},
    {404, R"({"error":{"message":"File Not Found","type":"not_found_error","code":404}})", Kind::not_supported, "status 404: File Not Found"},
    {400, R"({"error":{"code":400,"message":"model 'zzz' not found","type":"invalid_request_error"}})", Kind::model_missing, "status 400: model 'zzz' not found"},
    {400, R"({"error":{"code":400,"message":"Unsupported param: suffix","type":"invalid_request_error"}})", Kind::not_supported, "status 400: Unsupported param: suffix"},
    // Ollama
    {404, R"({"error":"model 'nope' not found"})", Kind::model_missing, "status 404: model 'nope' not found"},
    {400, R"({"error":"127.0.0.1:11500/library/plain:latest does not support insert"})", Kind::not_supported, "status 400: 127.0.0.1:11500/library/plain:latest does not support insert"},
    {503, R"({"error":"server busy, please try again.  maximum pending requests exceeded"})", Kind::overloaded, "status 503: server busy, please try again.  maximum pending requests exceeded"},
    {400, R"({"error":"the input length exceeds the context length"})", Kind::context_too_long, "status 400: the input length exceeds the context length"},
    {500, R"({"error":"option \"num_predict\" must be of type integer"})", Kind::server, "status 500: option \"num_predict\" must be of type integer"},
    {403, "", Kind::auth, "status 403"},
    {404, "404 page not found", Kind::not_supported, "status 404: 404 page not found"},
    // Mistral
    {401, R"({"message":"Unauthorized","request_id":"a1b2"})", Kind::auth, "status 401: Unauthorized"},
    {401, R"({"detail":"Unauthorized"})", Kind::auth, "status 401: Unauthorized"},
    {400, R"({"object":"error","message":"Invalid model: codestral-nope","type":"invalid_model","param":null,"code":"1500"})", Kind::model_missing, "status 400: Invalid model: codestral-nope"},
    {400, R"({"object":"error","message":"Prompt contains 40000 tokens, too large for model with 32768 maximum context length","type":"invalid_request_error"})", Kind::context_too_long,
     "status 400: Prompt contains 40000 tokens, too large for model with 32768 maximum context length"},
    {422, R"({"object":"error","message":{"detail":[{"type":"extra_forbidden","loc":["body","stream_options"],"msg":"Extra inputs are not permitted","input":{}}]},"type":"invalid_request_error","param":null,"code":null})",
     Kind::bad_request, "status 422: body.stream_options: Extra inputs are not permitted"},
    {422, R"({"detail":[{"loc":["body","max_tokens"],"msg":"too small","type":"value_error"}]})", Kind::bad_request, "status 422: body.max_tokens: too small"},
    {429, R"({"object":"error","message":"Rate limit exceeded","type":"rate_limited","param":null,"code":"1300","raw_status_code":429})", Kind::rate_limit, "status 429: Rate limit exceeded"},
    {429, R"({"message":"Requests rate limit exceeded"})", Kind::rate_limit, "status 429: Requests rate limit exceeded"},
    {429, R"({"object":"error","message":"Service tier capacity exceeded for this model.","type":"invalid_request_error"})", Kind::overloaded, "status 429: Service tier capacity exceeded for this model."},
    // OpenAI and its likes
    {429, R"({"error":{"message":"You exceeded your current quota","type":"insufficient_quota","code":"insufficient_quota"}})", Kind::billing, "status 429: You exceeded your current quota"},
    {404, R"({"error":{"message":"The model `x` does not exist.","type":"NotFoundError","param":null,"code":404}})", Kind::model_missing, "status 404: The model `x` does not exist."},
    {400, R"({"error":{"message":"suffix is not currently supported","type":"BadRequestError","param":null,"code":400}})", Kind::not_supported, "status 400: suffix is not currently supported"},
    {402, R"({"error":{"message":"Insufficient Balance"}})", Kind::billing, "status 402: Insufficient Balance"},
    {400, R"({"error":{"message":"litellm.ContextWindowExceededError: maximum context length","type":null,"code":"400"}})", Kind::context_too_long, "status 400: litellm.ContextWindowExceededError: maximum context length"},
    // Proxies
    {400, R"({"error":{"message":"No connected db.","type":"no_db_connection","param":null,"code":"400"}})", Kind::auth, "status 400: No connected db."},
    {502, "<html><body><h1>502 Bad Gateway</h1>\nThe server returned an invalid response.\n</body></html>", Kind::server, "status 502: 502 Bad Gateway The server returned an invalid response."},
    {503, "<html><body><h1>503 Service Unavailable</h1>\n</body></html>", Kind::overloaded, "status 503: 503 Service Unavailable"},
    {413, "", Kind::context_too_long, "status 413"},
    {302, "", Kind::bad_request, "status 302"},
    // Nonsense
    {500, "[1,2]", Kind::server, "status 500: [1,2]"},
    {500, R"({"error":null})", Kind::server, R"(status 500: {"error":null})"},
    {400, "\xff\xfe\x00", Kind::bad_request, "status 400: \xef\xbf\xbd\xef\xbf\xbd"},
};

TEST(Errors, ReadsEveryShape) {
  for (const Case& c : kCases) {
    const Failure failure = read_failure({.status = c.status, .body = c.body, .retry_after = {}});
    EXPECT_EQ(name(failure.kind), name(c.kind)) << c.body;
    EXPECT_EQ(failure.message, c.message);
  }
}

TEST(Errors, TellsTheContextOfTheServer) {
  const Failure failure = read_failure({.status = 400, .body = R"({"error":{"message":"x","type":"exceed_context_size_error","n_ctx":4096}})", .retry_after = {}});
  EXPECT_EQ(failure.context, 4096);
}

TEST(Errors, KeepsMessagesShortAndOnOneLine) {
  std::string body = R"({"error":"a\nb)";
  body.append(100000, 'x').append("\"}");
  const Failure failure = read_failure({.status = 500, .body = body, .retry_after = {}});
  EXPECT_LT(failure.message.size(), 400u);
  EXPECT_EQ(failure.message.find('\n'), std::string::npos);
}

TEST(Errors, ErrorsCarryTheRightCode) {
  const auto code = [](Kind kind) { return to_error({.kind = kind, .message = "m", .context = {}}).code; };
  EXPECT_EQ(code(Kind::auth), Error::Code::refused);
  EXPECT_EQ(code(Kind::rate_limit), Error::Code::refused);
  EXPECT_EQ(code(Kind::overloaded), Error::Code::down);
  EXPECT_EQ(code(Kind::loading), Error::Code::down);
  EXPECT_EQ(code(Kind::model_missing), Error::Code::not_found);
  EXPECT_EQ(code(Kind::context_too_long), Error::Code::bad_input);
  EXPECT_EQ(code(Kind::not_supported), Error::Code::unsupported);
}

TEST(Errors, ReadsBusinessCodesThatAllComeWithOneStatus) {
  const auto of = [](const char* code) {
    return read_failure({429, std::string(R"({"error":{"code":")") + code + R"(","message":"words"}})", {}});
  };
  EXPECT_EQ(of("1113").kind, FailureKind::billing);
  EXPECT_EQ(of("1302").kind, FailureKind::rate_limit);
  EXPECT_TRUE(of("1302").concurrency);
  EXPECT_EQ(of("1303").kind, FailureKind::rate_limit);
  EXPECT_FALSE(of("1303").concurrency);
  EXPECT_EQ(of("1304").kind, FailureKind::quota);
  EXPECT_EQ(of("1305").kind, FailureKind::overloaded);
  EXPECT_EQ(of("1308").kind, FailureKind::quota);
  EXPECT_EQ(of("1310").kind, FailureKind::quota);
  EXPECT_EQ(of("1313").kind, FailureKind::billing);
  EXPECT_EQ(of("1320").kind, FailureKind::quota);
}

TEST(Errors, AnAnswerIsNotAnError) {
  for (const char* body : {R"({"content":"a","stop":false})", R"({"response":"a","done":false})", R"({"choices":[],"error":null})",
                           R"({"choices":[{"message":{"content":"x"}}]})", "[]", "3", "{}"}) {
    EXPECT_FALSE(read_error_object(nlohmann::json::parse(body))) << body;
  }
}

TEST(RetryAfter, ReadsSecondsMillisecondsAndDates) {
  const auto now = std::chrono::sys_days(std::chrono::year(2026) / 11 / 25) + 10h;
  const auto wait = [&](const char* name, const char* value) { return retry_after({{name, value}}, now); };
  EXPECT_EQ(wait("retry-after", "3"), Duration(3s));
  EXPECT_EQ(wait("retry-after", "1.5"), Duration(1500ms));
  EXPECT_EQ(wait("retry-after-ms", "250"), Duration(250ms));
  EXPECT_EQ(wait("retry-after", "Wed, 25 Nov 2026 10:00:30 GMT"), Duration(30s));
  EXPECT_EQ(wait("retry-after", "Tue, 24 Nov 2026 10:00:30 GMT"), Duration(0s));
  EXPECT_EQ(wait("retry-after", "99999999999"), Duration(24h));
  EXPECT_EQ(wait("retry-after", "soon"), std::nullopt);
  EXPECT_EQ(wait("retry-after", "-5"), std::nullopt);
  EXPECT_EQ(wait("retry-after", "nan"), std::nullopt);
  EXPECT_EQ(wait("retry-after", "Wed, 99 Nov 2026 10:00:30 GMT"), std::nullopt);
  EXPECT_EQ(wait("x", "3"), std::nullopt);
  EXPECT_EQ(retry_after({{"retry-after", "3"}, {"retry-after-ms", "2500"}}, now), Duration(2500ms));
}

}  // namespace
}  // namespace fimd::providers

// The HTTP endpoint: who may use it, what it answers, what leaves this machine.
#include <gmock/gmock.h>

#include "tests/session/http_endpoint.h"

namespace fimd::tests {
namespace {

using lsp::http::Server;
using nlohmann::json;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;

// --- access ---

TEST_F(HttpEndpoint, SaysThatItRunsToEverybody) {
  open();
  const WebAnswer got = get("GET /health HTTP/1.1\r\nHost: 127.0.0.1:1\r\n\r\n");
  EXPECT_EQ(got.status, 200);
  EXPECT_EQ(got.value()["status"], "ok");
}

TEST_F(HttpEndpoint, WantsTheTokenForAllElse) {
  open();
  for (const char* line : {"GET /v1/models", "GET /metrics", "POST /v1/completions", "POST /infill", "GET /nothing"}) {
    for (const std::string& key :
         {std::string(), std::string("Authorization: Bearer wrong\r\n"),
          std::string("Authorization: Basic ") + kHttpToken + "\r\n",
          std::string("Authorization: Bearer ") + kHttpToken + "\r\nAuthorization: Bearer x\r\n"}) {
      const WebAnswer got = get(std::string(line) + " HTTP/1.1\r\nHost: localhost\r\n" + key + "\r\n");
      EXPECT_EQ(got.status, 401) << line << key;
      EXPECT_THAT(got.head, HasSubstr("WWW-Authenticate: Bearer"));
    }
  }
  EXPECT_THAT(asked, IsEmpty());
}

TEST_F(HttpEndpoint, AnswersUnderNamesOfThisMachineOnly) {
  open();
  EXPECT_EQ(get("GET /health HTTP/1.1\r\nHost: evil.example\r\n\r\n").status, 403);
  EXPECT_EQ(get("GET /health HTTP/1.1\r\n\r\n").status, 400);
  EXPECT_EQ(get("GET /health HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n").status, 400);
  const WebAnswer got =
      get("OPTIONS /v1/completions HTTP/1.1\r\nHost: localhost\r\nOrigin: https://evil.example\r\n\r\n");
  EXPECT_EQ(got.status, 401);
  EXPECT_THAT(got.head, Not(HasSubstr("Access-Control")));
}

TEST_F(HttpEndpoint, ListensOnThisMachineOnly) {
  for (const char* where : {"0.0.0.0:0", "[::]:0", "192.168.1.1:80", "localhost:80", "example.org:80", "8090"}) {
    const auto opened = Server::open(daemon, {where, token_file(), {}});
    ASSERT_FALSE(opened) << where;
    EXPECT_EQ(opened.error().code, Error::Code::bad_input);
  }
  ::chmod(token_file().c_str(), 0644);
  EXPECT_EQ(Server::open(daemon, {"127.0.0.1:0", token_file(), {}}).error().code, Error::Code::refused);
}

TEST_F(HttpEndpoint, NeedsNoTokenOnASocketOfItsOwner) {
  const std::string path = folder / "socket";
  open(json::object(), "unix:" + path);
  struct stat st {};
  ASSERT_EQ(::stat(path.c_str(), &st), 0);
  EXPECT_EQ(st.st_mode & 0777, 0600u);
  const std::string body = kCompletion.dump();
  const WebAnswer got = get(
      "POST /v1/completions HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
  EXPECT_EQ(got.value()["choices"][0]["text"], "alpha + beta;");
}

// --- completions ---

TEST_F(HttpEndpoint, CompletesBetweenPromptAndSuffix) {
  open();
  const WebAnswer got = post("/v1/completions", kCompletion);
  ASSERT_EQ(got.status, 200) << got.body;
  EXPECT_EQ(got.value()["choices"][0]["text"], "alpha + beta;");
  EXPECT_EQ(got.value()["fimd"]["provider"], "m");
  EXPECT_EQ(got.value()["model"], "any");
  ASSERT_THAT(asked, SizeIs(1));
  const json& to_model = asked[0];
  EXPECT_EQ(to_model["input_prefix"].get<std::string>() + to_model.value("prompt", ""), "int sum = ");
  EXPECT_EQ(to_model["input_suffix"], "\nint last;\n");
}

TEST_F(HttpEndpoint, TakesAPromptOfAModelApart) {
  open();
  const WebAnswer got =
      post("/v1/completions", {{"prompt", "<|fim_prefix|>int sum = <|fim_suffix|>\nint last;\n<|fim_middle|>"}});
  EXPECT_EQ(got.value()["choices"][0]["text"], "alpha + beta;");
  ASSERT_THAT(asked, SizeIs(1));
  EXPECT_EQ(asked[0]["input_suffix"], "\nint last;\n");
}

TEST_F(HttpEndpoint, EndsInFrontOfAStopText) {
  open();
  json body = kCompletion;
  body["stop"] = {" + "};
  EXPECT_EQ(post("/v1/completions", body).value()["choices"][0]["text"], "alpha");
}

TEST_F(HttpEndpoint, AnswersLlamaVim) {
  open();
  const json extra = json::array({{{"filename", "math.h"}, {"text", "int beta;\n"}}});
  const WebAnswer got = post("/infill", {{"input_prefix", "int f() {\n"},
                                         {"prompt", "  return "},
                                         {"input_suffix", "\n}\n"},
                                         {"input_extra", extra},
                                         {"n_predict", 64},
                                         {"stream", false},
                                         {"t_max_prompt_ms", 500},
                                         {"t_max_predict_ms", 1500},
                                         {"response_fields", {"content", "timings/predicted_n", "truncated"}}});
  ASSERT_EQ(got.status, 200) << got.body;
  EXPECT_EQ(got.value()["content"], "alpha + beta;");
  EXPECT_EQ(got.value()["truncated"], false);
  EXPECT_GT(got.value()["timings/predicted_n"], 0);
}

TEST_F(HttpEndpoint, PassesPiecesOfOtherFilesOn) {
  open({{"jurisdiction", "eu"}});  // a local server gets none before it has shown how fast it reads
  const json extra = json::array({{{"filename", "math.h"}, {"text", "int beta;\n"}}});
  post("/infill", {{"input_prefix", "int f() {\n  return "}, {"input_suffix", "\n}\n"}, {"input_extra", extra}});
  ASSERT_THAT(asked, SizeIs(1));
  EXPECT_EQ(asked[0]["input_extra"], extra);
}

TEST_F(HttpEndpoint, AsksNobodyForARequestThatOnlyWarms) {
  open();
  const WebAnswer got = post("/infill", {{"input_prefix", ""}, {"input_suffix", ""}, {"n_predict", 0}});
  EXPECT_EQ(got.status, 200);
  EXPECT_EQ(got.value()["content"], "");
  EXPECT_THAT(asked, IsEmpty());
}

TEST_F(HttpEndpoint, ServesTypingOnFromWhatItHas) {
  open();
  post("/v1/completions", kCompletion);
  json typed = kCompletion;
  typed["prompt"] = "int sum = alpha";
  EXPECT_EQ(post("/v1/completions", typed).value()["choices"][0]["text"], " + beta;");
  EXPECT_THAT(asked, SizeIs(1));
}

TEST_F(HttpEndpoint, GivesEachOfSeveralEqualRequestsAnAnswer) {
  open();
  std::vector<WebClient> clients;
  for (int i = 0; i < 3; ++i) clients.push_back(client());
  for (auto& each : clients) each.send(request("POST", "/v1/completions", kCompletion.dump()));
  for (auto& each : clients) EXPECT_EQ(each.answer().value()["choices"][0]["text"], "alpha + beta;");
}

TEST_F(HttpEndpoint, AnswersWithNothingWhenTheWaitIsOver) {
  infill = [](const json&) { return Reply{{.kind = Step::Kind::hang}}; };
  open();
  const WebAnswer got = post("/v1/completions", kCompletion, "X-Fimd-Wait-Ms: 40\r\n");
  EXPECT_EQ(got.status, 200);
  EXPECT_EQ(got.value()["choices"][0]["text"], "");
  EXPECT_EQ(post("/v1/completions", kCompletion, "X-Fimd-Wait-Ms: soon\r\n").status, 400);
}

TEST_F(HttpEndpoint, WaitsNoLongerThanTheConfigurationAllows) {
  infill = [](const json&) { return Reply{{.kind = Step::Kind::hang}}; };
  open(json::object(), "127.0.0.1:0", {"http.max_wait_ms=40"});
  EXPECT_EQ(post("/v1/completions", kCompletion, "X-Fimd-Wait-Ms: 3600000\r\n").status, 200);
}

TEST_F(HttpEndpoint, ClosesTheModelsConnectionWhenTheClientGoes) {
  infill = [](const json&) { return Reply{{.kind = Step::Kind::hang}}; };
  open();
  auto c = client();
  c.send(request("POST", "/v1/completions", kCompletion.dump(), "X-Fimd-Wait-Ms: 10000\r\n"));
  wait_for([&] { return asked.size() == 1; });
  EXPECT_EQ(hung_up(), 0u);
  c.close();
  wait_for([&] { return hung_up() == 1; });
}

TEST_F(HttpEndpoint, TurnsAwayMoreThanItCanServe) {
  probed = false;  // so all wait for it; a server that is known is not asked by so many
  open();
  std::vector<WebClient> clients;
  for (int i = 0; i < 20; ++i) {
    clients.push_back(client());
    clients.back().send(request("POST", "/v1/completions", kCompletion.dump(), "X-Fimd-Wait-Ms: 10000\r\n"));
  }
  std::string seen;
  const auto refused = [&] {
    size_t count = 0;
    for (size_t at = seen.find("Retry-After"); at != std::string::npos; at = seen.find("Retry-After", at + 1)) ++count;
    return count;
  };
  wait_for([&] {
    for (auto& each : clients) seen += each.so_far();
    return refused() == 4;
  });
  EXPECT_THAT(seen, StartsWith("HTTP/1.1 503 "));
  EXPECT_THAT(seen, Not(HasSubstr(" 200 ")));
}

// --- streams ---

// The data of an event stream's events.
std::vector<std::string> events_in(const std::string& body) {
  std::vector<std::string> out;
  for (size_t at = 0; at < body.size();) {
    const size_t end = body.find("\n\n", at);
    if (end == std::string::npos || body.compare(at, 6, "data: ") != 0) return {"broken stream"};
    out.push_back(body.substr(at + 6, end - at - 6));
    at = end + 2;
  }
  return out;
}

TEST_F(HttpEndpoint, StreamsWholeLinesAsTheyPass) {
  infill = [](const json&) {
    return sse_reply({model_token("f(a);\n"), model_token("  g(b);\n"), model_token("  h(c);"), model_end()});
  };
  open();
  const WebAnswer got = post("/v1/completions", {{"prompt", "void f() {\n  "}, {"suffix", "\n}\n"}, {"stream", true}});
  EXPECT_THAT(got.head, HasSubstr("text/event-stream"));
  const auto events = events_in(got.body);
  ASSERT_GE(events.size(), 3u);
  EXPECT_EQ(events.back(), "[DONE]");
  std::string text;
  for (size_t i = 0; i + 1 < events.size(); ++i)
    text += json::parse(events[i])["choices"][0]["text"].get<std::string>();
  EXPECT_EQ(text, "f(a);\n  g(b);\n  h(c);");
  EXPECT_EQ(json::parse(events[events.size() - 2])["choices"][0]["finish_reason"], "stop");
}

TEST_F(HttpEndpoint, SendsTheFirstLineWhileTheModelStillThinks) {
  infill = [](const json&) {
    return Reply{{.bytes = head(200, "text/event-stream")},
                 {.bytes = sse(model_token("f(a);\n  g(b);\n  h"))},
                 {.kind = Step::Kind::hang}};
  };
  open();
  auto c = client();
  c.send(request("POST", "/v1/completions",
                 json{{"prompt", "void f() {\n  "}, {"suffix", "\n}\n"}, {"stream", true}}.dump(),
                 "X-Fimd-Wait-Ms: 10000\r\n"));
  std::string seen;
  // The answer is not complete, so it is read as far as it has come, until the client has the line.
  wait_for([&] { return (seen += c.so_far()).find("f(a);\\n") != std::string::npos; });
  EXPECT_THAT(seen, Not(HasSubstr("[DONE]")));
}

TEST_F(HttpEndpoint, StreamsInLlamasWords) {
  open();
  const WebAnswer got = post("/infill", {{"input_prefix", "int sum = "}, {"input_suffix", "\n"}, {"stream", true}});
  const auto events = events_in(got.body);
  ASSERT_THAT(events, SizeIs(2));
  EXPECT_EQ(json::parse(events[0])["content"], "alpha + beta;");
  EXPECT_EQ(json::parse(events[0])["stop"], false);
  EXPECT_EQ(json::parse(events[1])["content"], "");
  EXPECT_EQ(json::parse(events[1])["stop"], true);
}

TEST_F(HttpEndpoint, StreamsToOldClientsUntilItCloses) {
  open();
  auto c = client();
  const std::string body = json{{"prompt", "int sum = "}, {"suffix", "\n"}, {"stream", true}}.dump();
  c.send("POST /v1/completions HTTP/1.0\r\nHost: localhost\r\nAuthorization: Bearer " + std::string(kHttpToken) +
         "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
  const std::string got = c.until_closed();
  EXPECT_THAT(got, Not(HasSubstr("chunked")));
  EXPECT_THAT(got, HasSubstr("alpha + beta;"));
  EXPECT_THAT(got, testing::EndsWith("data: [DONE]\n\n"));
}

// --- privacy ---

TEST_F(HttpEndpoint, SendsNoSecretsElsewhere) {
  open({{"jurisdiction", "eu"}});
  const std::string key = "ghp_16C7e42F292c6912E7710c838347Ae178B4a";
  const json extra = json::array(
      {{{"filename", ".env"}, {"text", "PASSWORD=abc\n"}}, {{"filename", "math.h"}, {"text", "int beta;\n"}}});
  post("/infill",
       {{"input_prefix", "token = \"" + key + "\"\nint sum = "}, {"input_suffix", "\n"}, {"input_extra", extra}});
  ASSERT_THAT(asked, SizeIs(1));
  EXPECT_THAT(asked[0].dump(), Not(HasSubstr(key)));
  EXPECT_THAT(asked[0].dump(), Not(HasSubstr("PASSWORD")));
  EXPECT_THAT(asked[0].dump(), HasSubstr("int sum = "));
}

TEST_F(HttpEndpoint, KeepsPrivateFilesHere) {
  open({{"jurisdiction", "eu"}});
  const WebAnswer got = post("/v1/completions", kCompletion, "X-Fimd-File: /home/someone/project/.env\r\n");
  EXPECT_EQ(got.value()["choices"][0]["text"], "");
  EXPECT_THAT(asked, IsEmpty());
  post("/v1/completions", kCompletion, "X-Fimd-File: /home/someone/project/sum.c\r\n");
  EXPECT_THAT(asked, SizeIs(1));
}

// --- figures ---

TEST_F(HttpEndpoint, ShowsFiguresWithoutAnyText) {
  open();
  post("/v1/completions", kCompletion, "X-Fimd-File: /home/someone/secret_project/sum.c\r\n");
  const WebAnswer got = get(request("GET", "/metrics"));
  EXPECT_THAT(got.head, HasSubstr("text/plain; version=0.0.4"));
  EXPECT_THAT(got.body, HasSubstr("fimd_answers_total{outcome=\"shown\"} 1\n"));
  EXPECT_THAT(got.body, HasSubstr("fimd_requests_total{provider=\"m\"} 1\n"));
  EXPECT_THAT(got.body, HasSubstr("fimd_first_token_seconds_count{provider=\"m\"} 1\n"));
  for (const char* text : {"secret_project", "sum.c", "alpha", "int last"}) EXPECT_THAT(got.body, Not(HasSubstr(text)));
}

}  // namespace
}  // namespace fimd::tests

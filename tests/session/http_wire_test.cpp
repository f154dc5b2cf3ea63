// The HTTP endpoint and bytes of all kinds: what is no request, comes in pieces, or ends in the middle.
#include <gmock/gmock.h>

#include <random>

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

// --- what goes wrong ---

TEST_F(HttpEndpoint, AnswersOneClearErrorToWhatIsNoRequest) {
  open();
  const auto wrong = [&](const std::string& raw) {
    auto c = client();
    c.send(raw);
    const WebAnswer got = c.answer();
    const bool clear = got.value().is_object() && got.value()["error"]["message"].is_string() &&
                       got.value()["error"]["code"] == got.status;
    EXPECT_TRUE(clear) << raw.substr(0, 100) << "\n" << got.head << got.body;
    return got.status;
  };
  EXPECT_EQ(wrong("GARBAGE\r\n\r\n"), 400);
  EXPECT_EQ(wrong("GET /health HTTP/3.0\r\nHost: localhost\r\n\r\n"), 505);
  EXPECT_EQ(wrong("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"), 400);  // TLS
  EXPECT_EQ(wrong("GET /health HTTP/1.1\r\nHost: localhost\r\nX: " + std::string(20000, 'x') + "\r\n\r\n"), 431);
  EXPECT_EQ(wrong("GET /health HTTP/1.1\r\nHost: localhost\r\nno colon\r\n\r\n"), 400);
  EXPECT_EQ(wrong(request("GET", "/nothing")), 404);
  EXPECT_EQ(wrong(request("GET", "/v1/completions")), 405);
  EXPECT_EQ(wrong(request("DELETE", "/health")), 405);
  EXPECT_EQ(wrong(request("POST", "/v1/completions", "{\"prompt\":")), 400);
  EXPECT_EQ(wrong(request("POST", "/infill", "[]")), 400);
  EXPECT_EQ(wrong(request("POST", "/infill", std::string(100000, '['))), 400);
  EXPECT_EQ(wrong(request("POST", "/infill", std::string((2 << 20) + 1, ' '))), 413);
  EXPECT_EQ(wrong(request("POST", "/v1/completions", "", "Content-Length: 99999999999999999999\r\n")), 400);
  EXPECT_EQ(wrong(request("POST", "/v1/completions", "", "Transfer-Encoding: chunked\r\n") + "zz\r\n"), 400);
  EXPECT_EQ(wrong(request("POST", "/v1/completions")), 400);
}

TEST_F(HttpEndpoint, AnswersRequestsOfOneConnectionInTheirOrder) {
  open();
  auto c = client();
  json typed = kCompletion;
  typed["prompt"] = "int sum = alpha";
  c.send(request("POST", "/v1/completions", kCompletion.dump()) + request("GET", "/health") +
         request("POST", "/v1/completions", typed.dump()));
  EXPECT_EQ(c.answer().value()["choices"][0]["text"], "alpha + beta;");
  EXPECT_EQ(c.answer().value()["status"], "ok");
  EXPECT_EQ(c.answer().value()["choices"][0]["text"], " + beta;");
}

TEST_F(HttpEndpoint, LetsAClientGoOnThatAsksBeforeItSendsALot) {
  open();
  auto c = client();
  const std::string body = kCompletion.dump(),
                    whole = request("POST", "/v1/completions", body, "Expect: 100-continue\r\n");
  c.send(whole.substr(0, whole.size() - body.size()));
  std::string seen;
  wait_for([&] { return (seen += c.so_far()).ends_with("\r\n\r\n"); });
  EXPECT_THAT(seen, StartsWith("HTTP/1.1 100 "));
  c.send(body);
  EXPECT_EQ(c.answer().value()["choices"][0]["text"], "alpha + beta;");
}

TEST_F(HttpEndpoint, TakesARequestByteByByteAndInChunks) {
  open();
  auto c = client();
  for (const char byte : request("POST", "/v1/completions", kCompletion.dump())) c.send({&byte, 1});
  EXPECT_EQ(c.answer().status, 200);
  const std::string body = kCompletion.dump();
  c.send(request("POST", "/v1/completions", "", "Transfer-Encoding: chunked\r\n") + chunk(body.substr(0, 9)) +
         chunk(body.substr(9)) + last_chunk());
  EXPECT_EQ(c.answer().status, 200);
}

TEST_F(HttpEndpoint, LivesOnAfterRequestsWithAnyByteChanged) {
  open();
  const std::string good =
      request("POST", "/infill", json{{"input_prefix", "a"}, {"input_suffix", "b"}, {"n_predict", 0}}.dump());
  std::mt19937 random(7);
  for (int i = 0; i < 400; ++i) {
    std::string bad = good;
    for (int changes = 0; changes < 1 + i % 3; ++changes) bad[random() % bad.size()] = static_cast<char>(random());
    bad.resize(bad.size() - (i % 4 == 0 ? random() % bad.size() : 0));
    auto c = client();
    c.send(bad);
    c.close();
  }
  EXPECT_EQ(get(request("GET", "/health")).status, 200);
}

TEST_F(HttpEndpoint, EndsWithRequestsInTheAir) {
  infill = [](const json&) { return Reply{{.kind = Step::Kind::hang}}; };
  open();
  auto c = client();
  c.send(request("POST", "/v1/completions", kCompletion.dump(), "X-Fimd-Wait-Ms: 10000\r\n"));
  auto halfway = client();
  halfway.send("POST /infill HTTP/1.1\r\nHost: loc");
  wait_for([&] { return asked.size() == 1; });
  endpoint.reset();
  c.close();
  halfway.send("alhost\r\n\r\n");
  wait_for([&] { return hung_up() == 1; });
}

}  // namespace
}  // namespace fimd::tests

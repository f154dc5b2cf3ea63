#include "providers/http.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <boost/asio.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>

#include "tests/session/model_server.h"

namespace fimd::providers {
namespace {
using namespace std::chrono_literals;
using tests::ModelServer;
using tests::Reply;
using tests::SeenRequest;
using tests::Step;
namespace asio = boost::asio;

struct HttpTest : testing::Test {
  asio::io_context loop;
  Http http{loop};

  static HttpRequest post(const std::string& url, std::string body = "{}") {
    HttpRequest request;
    request.url = url;
    request.headers = {{"Content-Type", "application/json"}};
    request.body = std::move(body);
    return request;
  }
  static HttpLimits limits(Duration time = 20s) { return {.deadline = Clock::now() + time}; }
  Result<HttpResponse> fetch(HttpRequest request, HttpLimits within = limits()) {
    return tests::run(loop, http.fetch(std::move(request), within));
  }
};

Reply answer(const SeenRequest&) { return tests::json_reply(200, R"({"ok":true})"); }

TEST_F(HttpTest, PostsBodyAndHeadersAndReadsTheAnswer) {
  ModelServer server(loop, answer);
  const auto response = fetch(post(server.url() + "/a?b=c", R"({"x":1})"));
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->status, 200);
  EXPECT_EQ(response->body, R"({"ok":true})");
  ASSERT_EQ(server.log().requests.size(), 1u);
  const SeenRequest& seen = server.log().requests[0];
  EXPECT_EQ(seen.method, "POST");
  EXPECT_EQ(seen.target, "/a?b=c");
  EXPECT_EQ(seen.body, R"({"x":1})");
  EXPECT_EQ(seen.header("content-type"), "application/json");
  EXPECT_EQ(seen.header("accept-encoding"), "identity");
  EXPECT_EQ(seen.header("expect"), "");
}

TEST_F(HttpTest, SendsLargeBodiesAtOnce) {
  ModelServer server(loop, answer);
  const auto response = fetch(post(server.url(), std::string(3 << 20, 'x')));
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(server.log().requests[0].body.size(), size_t{3} << 20);
  EXPECT_EQ(server.log().requests[0].header("expect"), "");
}

TEST_F(HttpTest, GetHasNoBody) {
  ModelServer server(loop, answer);
  HttpRequest request;
  request.method = HttpMethod::get;
  request.url = server.url() + "/props";
  ASSERT_TRUE(fetch(request));
  EXPECT_EQ(server.log().requests[0].method, "GET");
  EXPECT_EQ(server.log().requests[0].header("content-length"), "");
}

TEST_F(HttpTest, KeepsTheConnectionAndSaysSo) {
  ModelServer server(loop, answer);
  const auto first = fetch(post(server.url()));
  const auto second = fetch(post(server.url()));
  ASSERT_TRUE(first && second);
  EXPECT_FALSE(first->reused);
  EXPECT_TRUE(second->reused);
  EXPECT_EQ(server.log().connections, 1u);
}

TEST_F(HttpTest, AsksAgainOnAFreshConnectionWhenAKeptOneIsClosed) {
  ModelServer server(loop, [](const SeenRequest& seen) {
    if (seen.connection == 1 && seen.body == "second") return Reply{{.kind = Step::Kind::close}};
    return answer(seen);
  });
  ASSERT_TRUE(fetch(post(server.url(), "first")));
  const auto second = fetch(post(server.url(), "second"));
  ASSERT_TRUE(second) << second.error().message;
  EXPECT_EQ(second->body, R"({"ok":true})");
  EXPECT_EQ(server.log().connections, 2u);
  EXPECT_EQ(server.log().requests.size(), 3u);
}

TEST_F(HttpTest, AsksAgainOnAFreshConnectionWhenAKeptOneIsReset) {
  ModelServer server(loop, [](const SeenRequest& seen) {
    if (seen.connection == 1 && seen.body == "second") return Reply{{.kind = Step::Kind::reset}};
    return answer(seen);
  });
  ASSERT_TRUE(fetch(post(server.url(), "first")));
  const auto second = fetch(post(server.url(), "second"));
  ASSERT_TRUE(second) << second.error().message;
  EXPECT_EQ(server.log().requests.size(), 3u);
}

TEST_F(HttpTest, DoesNotAskAgainOnceBytesHaveCome) {
  ModelServer server(loop, [](const SeenRequest& seen) {
    if (seen.body == "first") return answer(seen);
    return Reply{{.bytes = "HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\npart"}, {.kind = Step::Kind::reset}};
  });
  ASSERT_TRUE(fetch(post(server.url(), "first")));
  const auto second = fetch(post(server.url(), "second"));
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Error::Code::down);
  EXPECT_EQ(server.log().requests.size(), 2u);
}

TEST_F(HttpTest, DoesNotAskAgainOnAFreshConnection) {
  ModelServer server(loop, [](const SeenRequest&) { return Reply{{.kind = Step::Kind::close}}; });
  const auto response = fetch(post(server.url()));
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, Error::Code::down);
  EXPECT_EQ(server.log().requests.size(), 1u);
}

TEST_F(HttpTest, SaysThatNobodyListens) {
  uint16_t port = 0;
  { port = ModelServer(loop, answer).port(); }
  const auto response = fetch(post("http://127.0.0.1:" + std::to_string(port)));
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, Error::Code::down);
  EXPECT_EQ(response.error().message, "http: cannot connect to http://127.0.0.1:" + std::to_string(port));
}

TEST_F(HttpTest, EndsAtTheDeadlineAndClosesTheConnection) {
  ModelServer server(loop, [](const SeenRequest&) { return Reply{{.kind = Step::Kind::hang}}; });
  const auto response = fetch(post(server.url()), limits(30ms));
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, Error::Code::deadline);
  tests::run(loop, server.until([](const ModelServer::Log& log) { return log.closed_early == 1; }));
}

TEST_F(HttpTest, AsksNothingWithoutTime) {
  ModelServer server(loop, answer);
  const auto response = fetch(post(server.url()), limits(0ms));
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, Error::Code::deadline);
  EXPECT_EQ(server.log().connections, 0u);
}

TEST_F(HttpTest, CancellingTheCoroutineClosesTheConnection) {
  using namespace asio::experimental::awaitable_operators;
  ModelServer server(loop, [](const SeenRequest&) {
    return Reply{{.bytes = tests::head(200, "text/event-stream") + tests::sse("x")}, {.kind = Step::Kind::hang}};
  });
  asio::cancellation_signal stop;
  Http::Sink sink;
  sink.on_bytes = [&](std::string_view) {
    stop.emit(asio::cancellation_type::all);
    return true;
  };
  bool aborted = false;
  bool ended = false;
  asio::co_spawn(loop, http.run(post(server.url()), limits(), sink),
                 asio::bind_cancellation_slot(stop.slot(), [&](std::exception_ptr error, Result<HttpResponse>) {
                   ended = true;
                   try {
                     if (error) std::rethrow_exception(error);
                   } catch (const boost::system::system_error& e) {
                     aborted = e.code() == asio::error::operation_aborted;
                   }
                 }));
  tests::run(loop, server.until([](const ModelServer::Log& log) { return log.closed_early == 1; }));
  EXPECT_TRUE(ended);
  EXPECT_TRUE(aborted);
}

TEST_F(HttpTest, ASinkThatHasEnoughClosesTheConnection) {
  ModelServer server(loop, [](const SeenRequest&) {
    return Reply{{.bytes = tests::head(200, "text/event-stream") + tests::sse("x")}, {.kind = Step::Kind::hang}};
  });
  Http::Sink sink;
  sink.on_bytes = [](std::string_view) { return false; };
  const auto response = tests::run(loop, http.run(post(server.url()), limits(), sink));
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, Error::Code::cancelled);
  tests::run(loop, server.until([](const ModelServer::Log& log) { return log.closed_early == 1; }));
}

TEST_F(HttpTest, TheNextRequestWorksAfterOneWasCutOff) {
  ModelServer server(loop, [](const SeenRequest& seen) {
    return seen.body == "hang" ? Reply{{.kind = Step::Kind::hang}} : answer(seen);
  });
  EXPECT_FALSE(fetch(post(server.url(), "hang"), limits(20ms)));
  EXPECT_TRUE(fetch(post(server.url(), "ask")));
}

TEST_F(HttpTest, ManyRequestsRunAtOnce) {
  size_t seen = 0;
  ModelServer server(loop, [&](const SeenRequest& request) {
    ++seen;
    return answer(request);
  });
  size_t good = 0;
  for (int i = 0; i < 20; ++i) {
    asio::co_spawn(loop, http.fetch(post(server.url()), limits()), [&](std::exception_ptr, Result<HttpResponse> r) {
      if (r && r->status == 200) ++good;
    });
  }
  tests::run(loop, server.until([&](const ModelServer::Log&) { return seen == 20; }));
  loop.restart();
  while (good < 20 && loop.run_one_for(10s) > 0) {
  }
  EXPECT_EQ(good, 20u);
}

TEST_F(HttpTest, RefusesABodyThatIsTooLarge) {
  ModelServer server(loop, [](const SeenRequest&) {
    return Reply{{.bytes = tests::head(200, "text/plain")}, {.bytes = tests::chunk(std::string(1 << 20, 'x')), .times = 50}};
  });
  HttpLimits within = limits();
  within.max_body = 100000;
  const auto response = fetch(post(server.url()), within);
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, Error::Code::io);
  EXPECT_LT(server.log().bytes_sent, 20u << 20);
}

TEST_F(HttpTest, RefusesEndlessHeaders) {
  ModelServer server(loop, [](const SeenRequest&) {
    return Reply{{.bytes = "HTTP/1.1 200 OK\r\n"}, {.bytes = "X-A: " + std::string(1000, 'b') + "\r\n", .times = 100000}};
  });
  const auto response = fetch(post(server.url()));
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, Error::Code::io);
}

TEST_F(HttpTest, FollowsNoRedirect) {
  ModelServer server(loop, [](const SeenRequest&) {
    return Reply{{.bytes = "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"}};
  });
  const auto response = fetch(post(server.url()));
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 302);
  EXPECT_EQ(server.log().requests.size(), 1u);
}

TEST_F(HttpTest, ReadsABodyThatCameCompressedAnyway) {
  const std::string gzip("\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xab\x56\xca\xcf\x56\xb2\x2a\x29\x2a\x4d\xad\x05\x00\x90\x5f\xd4\xa7\x0b\x00\x00\x00", 31);  // of {"ok":true}
  ModelServer server(loop, [&](const SeenRequest&) {
    return Reply{{.bytes = "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 31\r\n\r\n" + gzip}};
  });
  const auto response = fetch(post(server.url()));
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->body, R"({"ok":true})");
}

TEST_F(HttpTest, SkipsInterimAnswersAndTrailers) {
  ModelServer server(loop, [](const SeenRequest&) {
    return Reply{{.bytes = "HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n" + tests::head(200, "text/plain", "X-Mine: yes\r\n") +
                           tests::chunk("body") + "0\r\nX-Late: 1\r\n\r\n"}};
  });
  const auto response = fetch(post(server.url()));
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->body, "body");
  EXPECT_EQ(response->headers, (std::vector<std::pair<std::string, std::string>>{
                                   {"content-type", "text/plain"}, {"transfer-encoding", "chunked"}, {"x-mine", "yes"}}));
}

TEST_F(HttpTest, GivesHeadAndBytesAsTheyCome) {
  ModelServer server(loop, [](const SeenRequest&) {
    return Reply{{.kind = Step::Kind::drip, .bytes = tests::head(200, "text/plain") + tests::chunk("one byte at a time") + tests::last_chunk()}};
  });
  int heads = 0;
  std::string body;
  Http::Sink sink;
  sink.on_head = [&](const HttpResponse& head) {
    ++heads;
    EXPECT_EQ(head.status, 200);
    EXPECT_TRUE(body.empty());
    EXPECT_GT(head.sent, TimePoint{});
  };
  sink.on_bytes = [&](std::string_view bytes) {
    body += bytes;
    return true;
  };
  ASSERT_TRUE(tests::run(loop, http.run(post(server.url()), limits(), sink)));
  EXPECT_EQ(heads, 1);
  EXPECT_EQ(body, "one byte at a time");
}

TEST_F(HttpTest, SpeaksOverAUnixSocket) {
  const std::string path = testing::TempDir() + "fimd-http-" + std::to_string(getpid()) + ".sock";
  unlink(path.c_str());
  ModelServer server(loop, answer, path);
  HttpRequest request = post("http://model/infill");
  request.unix_socket = path;
  const auto response = fetch(request);
  unlink(path.c_str());
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(server.log().requests[0].target, "/infill");
  EXPECT_EQ(server.log().requests[0].header("host"), "model");
}

TEST_F(HttpTest, NeverUsesAProxyForLoopback) {
  ModelServer server(loop, answer);
  setenv("http_proxy", "http://127.0.0.1:1", 1);
  const auto response = fetch(post(server.url()));
  unsetenv("http_proxy");
  EXPECT_TRUE(response);
}

TEST_F(HttpTest, UsesTheProxyOfTheEnvironmentForOtherHosts) {
  ModelServer proxy(loop, answer);
  setenv("http_proxy", proxy.url().c_str(), 1);
  const auto response = fetch(post("http://models.example/v1/completions"));
  unsetenv("http_proxy");
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(proxy.log().requests[0].target, "http://models.example/v1/completions");
}

TEST_F(HttpTest, RefusesWhatIsNotAUrlOrNotAHeader) {
  for (const char* url : {"", "localhost", "ftp://host/", "file:///etc/passwd", "http://", "http://a b/", "http://u:p@h/"}) {
    const auto response = fetch(post(url));
    ASSERT_FALSE(response) << url;
    EXPECT_EQ(response.error().code, Error::Code::bad_input) << url;
  }
  HttpRequest request = post("http://127.0.0.1:1/");
  request.headers = {{"Authorization", "Bearer a\r\nX-Evil: 1"}};
  const auto response = fetch(request);
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, Error::Code::bad_input);
}

TEST_F(HttpTest, AnswersThatAreNoHttpAreAnError) {
  for (const char* bytes : {"\x16\x03\x01 tls\n\n", "SSH-2.0-OpenSSH_9.2\r\n", "HTTP/1.1 abc\r\n\r\n", ""}) {
    ModelServer server(loop, [bytes](const SeenRequest&) { return Reply{{.bytes = bytes}, {.kind = Step::Kind::close}}; });
    const auto response = fetch(post(server.url()));
    ASSERT_FALSE(response) << bytes;
    EXPECT_EQ(response.error().code, Error::Code::down) << bytes;
  }
}

TEST_F(HttpTest, OutlivedByARunningRequest) {
  ModelServer server(loop, [](const SeenRequest&) { return Reply{{.kind = Step::Kind::hang}}; });
  auto own = std::make_unique<Http>(loop);
  bool ended = false;
  asio::co_spawn(loop, own->fetch(post(server.url()), limits(30ms)), [&](std::exception_ptr, Result<HttpResponse> r) {
    ended = true;
    EXPECT_FALSE(r);
  });
  tests::run(loop, server.until([](const ModelServer::Log& log) { return log.requests.size() == 1; }));
  own.reset();
  tests::run(loop, server.until([](const ModelServer::Log& log) { return log.closed_early == 1; }));
  EXPECT_TRUE(ended);
}

}  // namespace
}  // namespace fimd::providers

#include "providers/stream.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio.hpp>

#include "tests/session/clean_prompt.h"
#include "tests/session/model_server.h"

namespace fimd::providers {
namespace {
using namespace std::chrono_literals;
using tests::ModelServer;
using tests::Reply;
using tests::SeenRequest;
using tests::Step;
namespace asio = boost::asio;

// The simplest codec: an event is its text; "end" finishes, "bad" is an error.
class PlainCodec : public Codec {
 public:
  explicit PlainCodec(std::string url, HttpRequest::Framing framing) : url_(std::move(url)), framing_(framing) {}
  const Caps& caps() const override { return caps_; }
  Result<HttpRequest> encode(const Prompt& prompt) const override {
    if (prompt.prefix == "bad") return fail(Error::Code::bad_input, "prompt: cannot be written");
    HttpRequest request;
    request.url = url_;
    request.body = prompt.prefix;
    request.framing = framing_;
    return request;
  }
  Result<Token> decode(const Event& event) const override {
    if (event.data == "bad") return fail(Error::Code::down, "server error: bad");
    Token token;
    if (event.data == "end") {
      token.finish = Finish::stop;
    } else if (event.data == "usage") {
      token.usage = Usage{.prompt_tokens = 7, .cached_tokens = {}, .output_tokens = 2, .prompt_ms = {}, .output_ms = {}};
    } else {
      token.text = event.data;
      token.logprobs = {-0.5};
    }
    return token;
  }

 private:
  std::string url_;
  HttpRequest::Framing framing_;
  Caps caps_;
};

struct StreamTest : testing::Test {
  asio::io_context loop;
  Http http{loop};
  std::vector<std::string> pieces;
  std::vector<double> logprobs;

  StreamOutcome ask(ModelServer& server, Duration time = 20s, size_t enough_after = SIZE_MAX, std::string prompt = "hi",
                    HttpRequest::Framing framing = HttpRequest::Framing::sse) {
    Prompt p;
    p.prefix = std::move(prompt);
    TokenSink sink = [this, enough_after](std::string_view text, std::span<const double> logs) {
      pieces.emplace_back(text);
      logprobs.insert(logprobs.end(), logs.begin(), logs.end());
      return pieces.size() < enough_after;
    };
    return tests::run(loop, stream(http, tests::as_it_is(std::make_shared<PlainCodec>(server.url(), framing), p), Clock::now() + time, sink));
  }
  void expect_closed(ModelServer& server) {
    tests::run(loop, server.until([](const ModelServer::Log& log) { return log.closed_early > 0; }));
  }
};

Reply hanging_after(std::string bytes) {
  return {{.bytes = tests::head(200, "text/event-stream") + std::move(bytes)}, {.kind = Step::Kind::hang}};
}

TEST_F(StreamTest, HandsOverTextAndKnowsTheEnd) {
  ModelServer server(loop, [](const SeenRequest&) { return tests::sse_reply({"a", "b", "end", "usage", "[DONE]"}); });
  const StreamOutcome out = ask(server);
  EXPECT_FALSE(out.error) << out.error->message;
  EXPECT_EQ(out.finish, Finish::stop);
  EXPECT_EQ(out.text, "ab");
  EXPECT_EQ(out.tokens, 2u);
  EXPECT_EQ(out.usage.prompt_tokens, 7);
  EXPECT_THAT(logprobs, testing::ElementsAre(-0.5, -0.5));
  EXPECT_THAT(pieces, testing::ElementsAre("a", "b"));
  ASSERT_TRUE(out.first_byte && out.first_token && out.last_token);
  EXPECT_LE(out.sent, *out.first_byte);
  EXPECT_LE(*out.first_byte, *out.first_token);
  EXPECT_LE(*out.first_token, *out.last_token);
}

TEST_F(StreamTest, KeepsTheConnectionForTheNextPrompt) {
  ModelServer server(loop, [](const SeenRequest&) { return tests::sse_reply({"a", "end"}); });
  EXPECT_FALSE(ask(server).error);
  EXPECT_FALSE(ask(server).error);
  EXPECT_EQ(server.log().connections, 1u);
}

TEST_F(StreamTest, ClosesTheConnectionWhenTheSinkHasEnough) {
  ModelServer server(loop, [](const SeenRequest&) { return hanging_after(tests::sse("a") + tests::sse("b") + tests::sse("c")); });
  const StreamOutcome out = ask(server, 20s, 2);
  EXPECT_FALSE(out.error);
  EXPECT_EQ(out.finish, Finish::cancelled);
  EXPECT_EQ(out.text, "ab");
  expect_closed(server);
}

TEST_F(StreamTest, KeepsWhatCameBeforeTheDeadline) {
  ModelServer server(loop, [](const SeenRequest&) { return hanging_after(tests::sse("a")); });
  const StreamOutcome out = ask(server, 50ms);
  ASSERT_TRUE(out.error);
  EXPECT_EQ(out.error->code, Error::Code::deadline);
  EXPECT_EQ(out.text, "a");
  expect_closed(server);
}

TEST_F(StreamTest, AnAnswerThatIsCompleteIsNotLateWhenTheServerHoldsTheLineOpen) {
  ModelServer server(loop, [](const SeenRequest&) { return hanging_after(tests::sse("a") + tests::sse("end")); });
  const StreamOutcome out = ask(server, 50ms);
  EXPECT_FALSE(out.error);
  EXPECT_EQ(out.finish, Finish::stop);
}

TEST_F(StreamTest, AReplyWithoutAFinishMarkIsTruncated) {
  ModelServer server(loop, [](const SeenRequest&) { return tests::sse_reply({"a", "[DONE]"}); });
  const StreamOutcome out = ask(server);
  ASSERT_TRUE(out.error);
  EXPECT_EQ(out.error->code, Error::Code::down);
  EXPECT_EQ(out.finish, Finish::none);
  EXPECT_EQ(out.text, "a");
}

TEST_F(StreamTest, AReplyThatBreaksOffIsAnError) {
  ModelServer server(loop, [](const SeenRequest&) {
    return Reply{{.bytes = tests::head(200, "text/event-stream") + tests::sse("a")}, {.kind = Step::Kind::reset}};
  });
  const StreamOutcome out = ask(server);
  ASSERT_TRUE(out.error);
  EXPECT_EQ(out.error->code, Error::Code::down);
}

TEST_F(StreamTest, AnErrorInsideTheStreamEndsIt) {
  ModelServer server(loop, [](const SeenRequest&) { return tests::sse_reply({"a", "bad", "b", "end"}); });
  const StreamOutcome out = ask(server);
  ASSERT_TRUE(out.error);
  EXPECT_EQ(out.error->message, "server error: bad");
  EXPECT_EQ(out.finish, Finish::error);
  EXPECT_EQ(out.text, "a");
}

TEST_F(StreamTest, ReadsAWholeBodyWhereAStreamWasAsked) {
  ModelServer server(loop, [](const SeenRequest&) { return tests::json_reply(200, "\n\nsome text"); });
  const StreamOutcome out = ask(server);
  EXPECT_EQ(out.text, "\n\nsome text");
}

TEST_F(StreamTest, ReportsAStatusThatIsNotGood) {
  ModelServer server(loop, [](const SeenRequest&) {
    return Reply{{.bytes = "HTTP/1.1 429 Too Many\r\nRetry-After: 3\r\nContent-Length: 29\r\n\r\n{\"error\":\"Rate limit reached\"}"}};
  });
  const StreamOutcome out = ask(server);
  ASSERT_TRUE(out.failure);
  EXPECT_EQ(out.failure->status, 429);
  EXPECT_EQ(out.failure->retry_after, Duration(3s));
  ASSERT_TRUE(out.error);
  EXPECT_EQ(out.error->code, Error::Code::refused);
  EXPECT_EQ(out.finish, Finish::error);
  EXPECT_TRUE(pieces.empty());
}

TEST_F(StreamTest, AnEndlessErrorBodyIsCutOff) {
  ModelServer server(loop, [](const SeenRequest&) {
    return Reply{{.bytes = tests::head(500, "text/html")}, {.bytes = tests::chunk(std::string(1 << 16, '<')), .times = 1000}};
  });
  const StreamOutcome out = ask(server);
  ASSERT_TRUE(out.failure);
  EXPECT_LE(out.failure->body.size(), size_t{64} << 10);
  EXPECT_EQ(out.error->code, Error::Code::down);
  expect_closed(server);
}

TEST_F(StreamTest, AnEventOfFiftyMegabytesIsAnErrorAndCostsLittle) {
  ModelServer server(loop, [](const SeenRequest&) {
    return Reply{{.bytes = tests::head(200, "text/event-stream") + tests::chunk("data: ")},
                 {.bytes = tests::chunk(std::string(1 << 20, 'x')), .times = 50}};
  });
  const StreamOutcome out = ask(server);
  ASSERT_TRUE(out.error);
  EXPECT_EQ(out.error->code, Error::Code::io);
  EXPECT_TRUE(out.text.empty());
  expect_closed(server);
  EXPECT_LT(server.log().bytes_sent, 20u << 20);
}

TEST_F(StreamTest, AnEndlessAnswerIsAnError) {
  ModelServer server(loop, [](const SeenRequest&) {
    return Reply{{.bytes = tests::head(200, "text/event-stream")}, {.bytes = tests::sse(std::string(1000, 'x')), .times = 100000}};
  });
  const StreamOutcome out = ask(server);
  ASSERT_TRUE(out.error);
  EXPECT_EQ(out.error->code, Error::Code::io);
  EXPECT_LE(out.text.size(), size_t{4} << 20);
  expect_closed(server);
}

TEST_F(StreamTest, BytesOneAtATimeGiveTheSameText) {
  ModelServer server(loop, [](const SeenRequest&) {
    return Reply{{.kind = Step::Kind::drip,
                  .bytes = tests::head(200, "text/event-stream") + tests::sse("a \xf0\x9f\x98\x80") + tests::sse("end") + tests::last_chunk()}};
  });
  const StreamOutcome out = ask(server);
  EXPECT_FALSE(out.error);
  EXPECT_EQ(out.text, "a \xf0\x9f\x98\x80");
}

TEST_F(StreamTest, ReadsLines) {
  ModelServer server(loop, [](const SeenRequest&) { return tests::ndjson_reply({"a", "b", "end"}); });
  const StreamOutcome out = ask(server, 20s, SIZE_MAX, "hi", HttpRequest::Framing::ndjson);
  EXPECT_FALSE(out.error);
  EXPECT_EQ(out.text, "ab");
}

TEST_F(StreamTest, APromptThatCannotBeWrittenIsNotSent) {
  ModelServer server(loop, [](const SeenRequest&) { return tests::sse_reply({"end"}); });
  const StreamOutcome out = ask(server, 20s, SIZE_MAX, "bad");
  ASSERT_TRUE(out.error);
  EXPECT_EQ(out.error->code, Error::Code::bad_input);
  EXPECT_EQ(server.log().connections, 0u);
}

TEST_F(StreamTest, CancellingClosesTheConnectionAndIsAnOutcome) {
  ModelServer server(loop, [](const SeenRequest&) { return hanging_after(tests::sse("a")); });
  asio::cancellation_signal stop;
  std::optional<StreamOutcome> out;
  TokenSink sink = [&](std::string_view, std::span<const double>) {
    asio::post(loop, [&] { stop.emit(asio::cancellation_type::all); });
    return true;
  };
  auto codec = std::make_shared<PlainCodec>(server.url(), HttpRequest::Framing::sse);
  asio::co_spawn(loop, stream(http, tests::as_it_is(codec, Prompt{}), Clock::now() + 20s, sink),
                 asio::bind_cancellation_slot(stop.slot(), [&](std::exception_ptr, StreamOutcome o) { out = std::move(o); }));
  expect_closed(server);
  ASSERT_TRUE(out);
  EXPECT_EQ(out->finish, Finish::cancelled);
  EXPECT_EQ(out->error->code, Error::Code::cancelled);
  EXPECT_EQ(out->text, "a");
}

TEST_F(StreamTest, TheNextPromptWorksAfterEachFault) {
  const std::vector<Reply> faults = {
      {{.kind = Step::Kind::close}},
      {{.kind = Step::Kind::reset}},
      {{.kind = Step::Kind::hang}},
      {{.bytes = "garbage\r\n\r\n"}, {.kind = Step::Kind::close}},
      tests::json_reply(500, "{}"),
      {{.bytes = tests::head(200, "text/event-stream") + "5\r\ndata:"}, {.kind = Step::Kind::reset}},
  };
  for (const Reply& fault : faults) {
    ModelServer server(loop, [&](const SeenRequest& seen) {
      return seen.body == "fault" ? fault : tests::sse_reply({"good", "end"});
    });
    EXPECT_TRUE(ask(server, 30ms, SIZE_MAX, "fault").error);
    EXPECT_EQ(ask(server).text, "good");
  }
}

}  // namespace
}  // namespace fimd::providers

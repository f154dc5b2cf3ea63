// Every codec against a server that does everything wrong: the outcome is right, comes in time, costs little memory,
// and the next request works.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio.hpp>

#include "providers/codecs.h"
#include "providers/errors.h"
#include "providers/stream.h"
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

// How a kind of server spells things.
struct Dialect {
  const char* kind;
  const char* model;
  std::string text;    // an event with the text "good"
  std::string finish;  // the event that ends an answer
  bool lines;          // lines of JSON instead of events
  std::string error;   // an error inside the stream
};

const std::vector<Dialect>& dialects() {
  static const std::vector<Dialect> kAll = {
      {"llama.cpp", "", R"({"index":0,"content":"good","tokens":[1],"stop":false,"id_slot":-1})",
       R"({"content":"","stop":true,"stop_type":"eos","truncated":false,"timings":{"cache_n":1,"prompt_n":2}})", false,
       R"({"error":{"code":500,"message":"boom","type":"server_error"}})"},
      {"ollama", "mine", R"({"model":"mine","created_at":"x","response":"good","done":false})",
       R"({"model":"mine","response":"","done":true,"done_reason":"stop","prompt_eval_count":3})", true,
       R"({"error":"an error was encountered while running the model: unexpected EOF"})"},
      {"mistral", "codestral-latest", R"({"object":"chat.completion.chunk","choices":[{"index":0,"delta":{"content":"good"},"finish_reason":null}]})",
       R"({"choices":[{"index":0,"delta":{"content":""},"finish_reason":"stop"}],"usage":{"prompt_tokens":3,"completion_tokens":1}})", false,
       R"({"object":"error","message":"boom","type":"internal","code":"500"})"},
      {"openai", "qwen2.5-coder", R"({"object":"text_completion","choices":[{"index":0,"text":"good","logprobs":null,"finish_reason":null}]})",
       R"({"choices":[{"index":0,"text":"","finish_reason":"stop"}]})", false,
       R"({"error":{"message":"boom","type":"internal_server_error","param":null,"code":"500"}})"},
      {"deepseek", "deepseek-flash", R"({"object":"text_completion","choices":[{"index":0,"text":"good","logprobs":null,"finish_reason":null}],"usage":null})",
       R"({"choices":[{"index":0,"text":"","finish_reason":"stop"}],"usage":{"prompt_tokens":3,"completion_tokens":1,"prompt_cache_hit_tokens":0}})", false,
       R"({"error":{"message":"boom","type":"server_error","param":null,"code":"internal_error"}})"},
      {"tgi", "bigcode/starcoder2-3b", R"({"index":1,"token":{"id":264,"text":"good","logprob":-0.1,"special":false},"generated_text":null,"details":null})",
       R"({"index":2,"token":{"id":0,"text":"<|endoftext|>","logprob":-0.2,"special":true},"generated_text":"good","details":{"finish_reason":"eos_token","generated_tokens":2}})", false,
       R"({"error":"boom","error_type":"generation"})"},
  };
  return kAll;
}

class ProviderFaults : public testing::TestWithParam<Dialect> {
 protected:
  asio::io_context loop;
  Http http{loop};
  Reply next = answer();
  ModelServer server{loop, [this](const SeenRequest&) { return next; }};

  const Dialect& dialect() const { return GetParam(); }
  std::string type() const { return dialect().lines ? "application/x-ndjson" : "text/event-stream"; }
  std::string framed(const std::string& data) const { return dialect().lines ? data + "\n" : "data: " + data + "\n\n"; }
  Reply events(const std::vector<std::string>& list) const {
    Reply reply{{.bytes = tests::head(200, type())}};
    for (const std::string& data : list) reply.push_back({.bytes = tests::chunk(framed(data))});
    reply.push_back({.bytes = tests::last_chunk()});
    return reply;
  }
  Reply answer() const { return events({dialect().text, dialect().finish}); }

  StreamOutcome ask(Duration time = 20s) {
    ProviderConfig config;
    config.name = config.kind = dialect().kind;
    config.model = dialect().model;
    config.url = server.url();
    Prompt prompt;
    prompt.prefix = "int x = ";
    prompt.suffix = ";\n";
    auto codec = make_codec(config);
    EXPECT_TRUE(codec);
    return tests::run(loop, stream(http, tests::as_it_is(*codec, prompt), Clock::now() + time, nullptr));
  }
  StreamOutcome ask_for(Reply reply, Duration time = 20s) {
    next = std::move(reply);
    const StreamOutcome out = ask(time);
    next = answer();
    const StreamOutcome after = ask();
    EXPECT_FALSE(after.error) << after.error->message;
    EXPECT_EQ(after.text, "good");
    return out;
  }
};

TEST_P(ProviderFaults, NoneAtAll) {
  const StreamOutcome out = ask_for(answer());
  EXPECT_FALSE(out.error);
  EXPECT_EQ(out.text, "good");
  EXPECT_EQ(out.finish, Finish::stop);
  EXPECT_TRUE(out.first_token);
}

TEST_P(ProviderFaults, HangsBeforeAByte) {
  const StreamOutcome out = ask_for({{.kind = Step::Kind::hang}}, 30ms);
  EXPECT_EQ(out.error->code, Error::Code::deadline);
  EXPECT_FALSE(out.first_byte);
  tests::run(loop, server.until([](const ModelServer::Log& log) { return log.closed_early == 1; }));
}

TEST_P(ProviderFaults, HangsAfterTheHead) {
  const StreamOutcome out = ask_for({{.bytes = tests::head(200, type())}, {.kind = Step::Kind::hang}}, 30ms);
  EXPECT_EQ(out.error->code, Error::Code::deadline);
  EXPECT_TRUE(out.first_byte);
  EXPECT_FALSE(out.first_token);
}

TEST_P(ProviderFaults, HangsInTheMiddleOfAHeader) {
  EXPECT_EQ(ask_for({{.bytes = "HTTP/1.1 200 OK\r\nContent-Ty"}, {.kind = Step::Kind::hang}}, 30ms).error->code, Error::Code::deadline);
}

TEST_P(ProviderFaults, HangsInTheMiddleOfTheAnswer) {
  const StreamOutcome out =
      ask_for({{.bytes = tests::head(200, type()) + tests::chunk(framed(dialect().text))}, {.kind = Step::Kind::hang}}, 50ms);
  EXPECT_EQ(out.error->code, Error::Code::deadline);
  EXPECT_EQ(out.text, "good");
}

TEST_P(ProviderFaults, Resets) { EXPECT_EQ(ask_for({{.kind = Step::Kind::reset}}).error->code, Error::Code::down); }

TEST_P(ProviderFaults, ResetsInTheMiddleOfTheAnswer) {
  const StreamOutcome out =
      ask_for({{.bytes = tests::head(200, type()) + tests::chunk(framed(dialect().text))}, {.kind = Step::Kind::reset}});
  EXPECT_EQ(out.error->code, Error::Code::down);
}

TEST_P(ProviderFaults, ClosesAfterHalfAnEvent) {
  const std::string half = framed(dialect().text).substr(0, 20);
  const StreamOutcome out = ask_for({{.bytes = tests::head(200, type()) + tests::chunk(half)}, {.kind = Step::Kind::close}});
  EXPECT_EQ(out.error->code, Error::Code::down);
  EXPECT_EQ(out.text, "");
}

TEST_P(ProviderFaults, EndsWithHalfAnEvent) {
  const std::string half = framed(dialect().text).substr(0, 20);
  const StreamOutcome out = ask_for({{.bytes = tests::head(200, type()) + tests::chunk(half) + tests::last_chunk()}});
  EXPECT_EQ(out.error->code, Error::Code::down);
}

TEST_P(ProviderFaults, EndsWithoutAFinishMark) {
  const StreamOutcome out = ask_for(events({dialect().text, dialect().text}));
  EXPECT_EQ(out.error->code, Error::Code::down);
  EXPECT_EQ(out.finish, Finish::none);
  EXPECT_EQ(out.text, "goodgood");
}

TEST_P(ProviderFaults, ReportsAnErrorInTheMiddle) {
  const StreamOutcome out = ask_for(events({dialect().text, dialect().error, dialect().text, dialect().finish}));
  EXPECT_EQ(out.error->code, Error::Code::down);
  EXPECT_EQ(out.finish, Finish::error);
  EXPECT_EQ(out.text, "good");
}

TEST_P(ProviderFaults, SendsTheAnswerAByteAtATime) {
  std::string bytes;
  for (const Step& step : answer()) bytes += step.bytes;
  const StreamOutcome out = ask_for({{.kind = Step::Kind::drip, .bytes = bytes}});
  EXPECT_FALSE(out.error);
  EXPECT_EQ(out.text, "good");
}

TEST_P(ProviderFaults, SendsEverythingAtOnce) {
  std::string bytes;
  for (const Step& step : answer()) bytes += step.bytes;
  EXPECT_EQ(ask_for({{.bytes = bytes}}).text, "good");
}

TEST_P(ProviderFaults, SendsALineOfFiftyMegabytes) {
  const StreamOutcome out = ask_for({{.bytes = tests::head(200, type()) + tests::chunk(dialect().lines ? "{" : "data: {")},
                                     {.bytes = tests::chunk(std::string(1 << 20, ' ')), .times = 50}});
  EXPECT_EQ(out.error->code, Error::Code::io);
  EXPECT_LT(server.log().bytes_sent, 20u << 20);
}

TEST_P(ProviderFaults, NeverStops) {
  const StreamOutcome out =
      ask_for({{.bytes = tests::head(200, type())}, {.bytes = tests::chunk(framed(dialect().text)), .times = 1000000}});
  EXPECT_EQ(out.error->code, Error::Code::io);
  EXPECT_LT(out.text.size(), size_t{4} << 20);
}

TEST_P(ProviderFaults, SendsGarbage) {
  for (const char* garbage : {"data: garbage\n\n", "{{{{\n", "\xff\xfe\xfd\n\n", "data: []\n\n[]\n", "data: 7\n\n7\n", "<html>hello</html>\n\n"}) {
    const StreamOutcome out = ask_for({{.bytes = tests::head(200, type()) + tests::chunk(garbage) + tests::last_chunk()}});
    ASSERT_TRUE(out.error) << garbage;
    EXPECT_EQ(out.error->code, Error::Code::down) << garbage;
    EXPECT_EQ(out.text, "");
  }
}

TEST_P(ProviderFaults, SendsWrongTypes) {
  for (const char* data : {R"({"content":[],"response":{},"choices":"no"})", R"({"content":7,"stop":"x","response":7,"done":1,"choices":[7]})",
                           R"({"choices":[{"text":[],"delta":7,"message":null,"finish_reason":{}}],"response":[],"content":{}})"}) {
    const StreamOutcome out = ask_for(events({data}));
    ASSERT_TRUE(out.error) << data;
    EXPECT_EQ(out.error->code, Error::Code::down) << data;
    EXPECT_EQ(out.text, "") << data;
  }
}

TEST_P(ProviderFaults, IgnoresThatAStreamWasAsked) {
  const std::string whole = std::string(dialect().kind) == "llama.cpp" ? R"({"content":"good","stop":true,"stop_type":"eos"})"
                            : std::string(dialect().kind) == "tgi" ? R"({"generated_text":"good","details":{"finish_reason":"eos_token"}})"
                            : dialect().lines ? R"({"response":"good","done":true,"done_reason":"stop"})"
                            : R"({"choices":[{"index":0,"text":"good","message":{"content":"good"},"finish_reason":"stop"}]})";
  const StreamOutcome out = ask_for(tests::json_reply(200, whole));
  EXPECT_FALSE(out.error) << out.error->message;
  EXPECT_EQ(out.text, "good");
  EXPECT_EQ(out.finish, Finish::stop);
}

TEST_P(ProviderFaults, AnswersWithAPage) {
  const StreamOutcome out = ask_for({{.bytes = tests::whole(200, "text/html", "<html><body>Sign in</body></html>")}});
  EXPECT_EQ(out.error->code, Error::Code::down);
  EXPECT_EQ(out.text, "");
}

TEST_P(ProviderFaults, ReportsEveryStatus) {
  const std::pair<int, Error::Code> kStatus[] = {
      {301, Error::Code::bad_input}, {400, Error::Code::bad_input}, {401, Error::Code::refused}, {402, Error::Code::refused},
      {403, Error::Code::refused},   {404, Error::Code::unsupported}, {413, Error::Code::bad_input}, {422, Error::Code::bad_input},
      {429, Error::Code::refused},   {500, Error::Code::down},      {501, Error::Code::unsupported}, {502, Error::Code::down},
      {503, Error::Code::down},      {529, Error::Code::down}};
  for (const auto& [status, code] : kStatus) {
    for (const char* body : {"", "{}", "<html>x</html>", R"({"error":"words"})", R"({"error":{"message":"words"}})", "{\"error\":"}) {
      const StreamOutcome out = ask_for(tests::json_reply(status, body));
      ASSERT_TRUE(out.failure) << status;
      EXPECT_EQ(out.failure->status, status);
      EXPECT_EQ(out.failure->body, body);
      EXPECT_EQ(out.error->code, code) << status << " " << body;
    }
  }
}

TEST_P(ProviderFaults, SendsTrickyTextThatArrivesUnchanged) {
  std::string data = dialect().text;
  const std::string tricky = R"(\" \\ \n\r\n\t data: {} [DONE] \u00e9 \ud83d\ude00 </s>)";
  data.replace(data.find("good"), 4, tricky);
  const StreamOutcome out = ask_for(events({data, dialect().finish}));
  EXPECT_FALSE(out.error);
  EXPECT_EQ(out.text, "\" \\ \n\r\n\t data: {} [DONE] \xc3\xa9 \xf0\x9f\x98\x80 </s>");
}

TEST_P(ProviderFaults, IsNotThere) {
  ProviderConfig config;
  config.name = config.kind = dialect().kind;
  config.model = dialect().model;
  { config.url = ModelServer(loop, [](const SeenRequest&) { return Reply(); }).url(); }
  auto codec = make_codec(config);
  ASSERT_TRUE(codec);
  const StreamOutcome out = tests::run(loop, stream(http, tests::as_it_is(*codec, Prompt{}), Clock::now() + 20s, nullptr));
  EXPECT_EQ(out.error->code, Error::Code::down);
}

INSTANTIATE_TEST_SUITE_P(Kinds, ProviderFaults, testing::ValuesIn(dialects()), [](const auto& of) {
  std::string name = of.param.kind;
  name.erase(std::remove(name.begin(), name.end(), '.'), name.end());
  return name;
});

}  // namespace
}  // namespace fimd::providers

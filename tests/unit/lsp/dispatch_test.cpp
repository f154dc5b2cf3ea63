#include "lsp/dispatch.h"

#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>

#include "context/log.h"

namespace fimd::lsp {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

// A dispatch with an `initialize` that answers at once, a `slow` whose replies are kept, and what was sent.
class DispatchTest : public testing::Test {
 protected:
  DispatchTest() {
    dispatch_->request("initialize", [](const json&, Reply reply) { reply.ok({{"capabilities", json::object()}}); });
    dispatch_->request("echo", [](const json& params, Reply reply) { reply.ok(params); });
    dispatch_->request("slow", [this](const json&, Reply reply) { kept_.push_back(std::move(reply)); });
    dispatch_->notification("note", [this](const json& params) { notes_.push_back(params); });
  }

  void raw(std::string body) { dispatch_->handle({std::move(body), Clock::now()}); }
  void request(const json& id, std::string method, json params = json()) {
    raw(json{{"jsonrpc", "2.0"}, {"id", id}, {"method", method}, {"params", std::move(params)}}.dump());
  }
  void notify(std::string method, json params = json()) {
    raw(json{{"jsonrpc", "2.0"}, {"method", method}, {"params", std::move(params)}}.dump());
  }
  void cancel(const json& id) { notify("$/cancelRequest", {{"id", id}}); }
  void start() {
    request("start", "initialize");
    sent_.clear();
  }

  // The last message, in short: its id and its result or error code.
  std::string last() const {
    if (sent_.empty()) return "nothing";
    const json& m = sent_.back();
    return m.contains("error") ? fmt::format("{} error {}", m.at("id").dump(), m["error"]["code"].dump())
                               : fmt::format("{} {}", m.at("id").dump(), m.at("result").dump());
  }

  std::vector<json> sent_, notes_;
  std::vector<Reply> kept_;
  std::unique_ptr<Dispatch> dispatch_ =
      std::make_unique<Dispatch>([this](std::string body) { sent_.push_back(json::parse(body)); });
};

TEST_F(DispatchTest, FollowsTheLifeCycle) {
  EXPECT_EQ(dispatch_->phase(), Dispatch::Phase::fresh);
  request(1, "initialize");
  EXPECT_EQ(last(), R"(1 {"capabilities":{}})");
  EXPECT_EQ(dispatch_->phase(), Dispatch::Phase::initialized);
  request(2, "shutdown");
  EXPECT_EQ(last(), "2 null");
  EXPECT_EQ(dispatch_->phase(), Dispatch::Phase::shut_down);
  notify("exit");
  EXPECT_EQ(dispatch_->phase(), Dispatch::Phase::ended);
  EXPECT_EQ(dispatch_->exit_code(), 0);
}

TEST_F(DispatchTest, RefusesRequestsAndDropsNotificationsBeforeInitialize) {
  request(1, "echo");
  EXPECT_EQ(last(), "1 error -32002");
  request(2, "no/such");
  EXPECT_EQ(last(), "2 error -32002");
  request(3, "shutdown");
  EXPECT_EQ(last(), "3 error -32002");
  notify("note");
  EXPECT_THAT(notes_, IsEmpty());
}

TEST_F(DispatchTest, RefusesASecondInitialize) {
  start();
  request(2, "initialize");
  EXPECT_EQ(last(), "2 error -32600");
}

TEST_F(DispatchTest, RefusesASecondInitializeWhileTheFirstWaits) {
  std::optional<Reply> first;
  dispatch_->request("initialize", [&](const json&, Reply reply) { first.emplace(std::move(reply)); });
  request(1, "initialize");
  request(2, "initialize");
  EXPECT_EQ(last(), "2 error -32600");
  first->ok(1);
  EXPECT_EQ(dispatch_->phase(), Dispatch::Phase::initialized);
}

TEST_F(DispatchTest, AllowsAnotherTryAfterAFailedInitialize) {
  bool good = false;
  dispatch_->request("initialize", [&](const json&, Reply reply) {
    if (good) return reply.ok(1);
    reply.fail(RpcCode::invalid_params, "no");
  });
  request(1, "initialize");
  EXPECT_EQ(dispatch_->phase(), Dispatch::Phase::fresh);
  good = true;
  request(2, "initialize");
  EXPECT_EQ(dispatch_->phase(), Dispatch::Phase::initialized);
}

TEST_F(DispatchTest, AnswersOnlyShutdownAfterShutdown) {
  start();
  request(1, "shutdown");
  request(2, "echo");
  EXPECT_EQ(last(), "2 error -32600");
  request(3, "initialize");
  EXPECT_EQ(last(), "3 error -32600");
  notify("note");
  EXPECT_THAT(notes_, IsEmpty());
  request(4, "shutdown");
  EXPECT_EQ(last(), "4 null");
}

TEST_F(DispatchTest, TellsTheSessionAboutShutdownAndExit) {
  std::vector<std::string> told;
  dispatch_->on_shutdown([&] { told.push_back("shutdown"); });
  dispatch_->on_exit([&] { told.push_back("exit"); });
  start();
  request(1, "shutdown");
  request(2, "shutdown");
  notify("exit");
  notify("exit");
  EXPECT_THAT(told, ElementsAre("shutdown", "exit"));
}

TEST_F(DispatchTest, EndsWithCodeOneWithoutShutdown) {
  notify("exit");
  EXPECT_EQ(dispatch_->phase(), Dispatch::Phase::ended);
  EXPECT_EQ(dispatch_->exit_code(), 1);
}

TEST_F(DispatchTest, MayBeDestroyedByTheExitHook) {
  dispatch_->on_exit([this] { dispatch_.reset(); });
  start();
  request(1, "slow");
  notify("exit");
  EXPECT_EQ(dispatch_, nullptr);
  EXPECT_TRUE(kept_[0].answered());
  kept_[0].ok(1);
  EXPECT_THAT(sent_, IsEmpty());
}

TEST_F(DispatchTest, EchoesIdsInTheirOwnType) {
  start();
  for (const char* id : {"0", "-1", "2147483648", "\"1\"", "1", "\"\"", "7.0"}) {
    request(json::parse(id), "echo", 5);
    EXPECT_EQ(last(), std::string(id) + " 5");
  }
}

TEST_F(DispatchTest, RefusesIdsThatAreNone) {
  start();
  for (const char* id : {"1.5", "{}", "[]", "true", "null"}) {
    request(json::parse(id), "echo");
    EXPECT_EQ(last(), "null error -32600") << id;
  }
}

TEST_F(DispatchTest, KeepsTheNumberAndTheStringOfAnIdApart) {
  start();
  request(1, "slow");
  request("1", "slow");
  cancel(1);
  EXPECT_EQ(last(), "1 error -32800");
  kept_[1].ok("text");
  EXPECT_EQ(last(), R"("1" "text")");
}

TEST_F(DispatchTest, AnswersBothRequestsWithOneIdAndCancelsTheNewer) {
  start();
  request(1, "slow");
  request(1, "slow");
  cancel(1);
  EXPECT_TRUE(kept_[1].answered());
  EXPECT_FALSE(kept_[0].answered());
  kept_[1].ok("late");
  kept_[0].ok("first");
  ASSERT_THAT(sent_, SizeIs(2));
  EXPECT_EQ(last(), R"(1 "first")");
}

TEST_F(DispatchTest, AnswersACancelledRequestAtOnceAndOnce) {
  start();
  int ended = 0;
  request(1, "slow");
  kept_[0].on_cancel([&] { ++ended; });
  cancel(1);
  EXPECT_EQ(last(), "1 error -32800");
  cancel(1);
  kept_[0].ok(1);
  EXPECT_THAT(sent_, SizeIs(1));
  EXPECT_EQ(ended, 1);
}

TEST_F(DispatchTest, RunsALateCancelHookAtOnce) {
  start();
  request(1, "slow");
  cancel(1);
  bool ended = false;
  kept_[0].on_cancel([&] { ended = true; });
  EXPECT_TRUE(ended);
}

TEST_F(DispatchTest, RemembersACancelThatComesFirst) {
  start();
  cancel(7);
  request("7", "echo", 1);
  EXPECT_EQ(last(), R"("7" 1)");
  request(7, "echo", 1);
  EXPECT_EQ(last(), "7 error -32800");
  request(7, "echo", 1);
  EXPECT_EQ(last(), "7 1");
}

TEST_F(DispatchTest, IgnoresACancelOfWhatIsFinished) {
  start();
  request(1, "echo", 1);
  cancel(1);
  request(1, "echo", 2);
  EXPECT_EQ(last(), "1 2");
}

TEST_F(DispatchTest, ForgetsTheOldestEarlyCancels) {
  start();
  for (int i = 0; i < 100'000; ++i) cancel(i);
  request(1, "echo", 1);
  EXPECT_EQ(last(), "1 1");
  request(99'999, "echo", 1);
  EXPECT_EQ(last(), "99999 error -32800");
}

TEST_F(DispatchTest, IgnoresCancelsWithoutAUsableId) {
  start();
  for (const char* params : {"null", "[]", "{}", R"({"id":null})", R"({"id":{}})", R"({"id":1.5})"}) {
    notify("$/cancelRequest", json::parse(params));
  }
  EXPECT_THAT(sent_, IsEmpty());
}

TEST_F(DispatchTest, CancelsAThousandRequests) {
  start();
  for (int i = 0; i < 1000; ++i) request(i, "slow");
  for (int i = 0; i < 1000; ++i) cancel(i);
  ASSERT_THAT(sent_, SizeIs(1000));
  for (const json& m : sent_) EXPECT_EQ(m["error"]["code"], -32800);
}

TEST_F(DispatchTest, RefusesWhatIsNoRequestObject) {
  start();
  for (const char* body : {"null", "[]", "5", "\"x\"", "{}", R"([{"jsonrpc":"2.0","id":1,"method":"echo"}])",
                           R"({"jsonrpc":"1.0","id":1,"method":"echo"})", R"({"jsonrpc":"2.0","id":1,"method":3})",
                           R"({"jsonrpc":"2.0","method":null})", R"({"id":1})"}) {
    sent_.clear();
    raw(body);
    EXPECT_EQ(last(), "null error -32600") << body;
  }
}

TEST_F(DispatchTest, AnswersWhatIsNotJson) {
  start();
  for (const char* body : {"", "{", "nope", "\x01"}) {
    sent_.clear();
    raw(body);
    EXPECT_EQ(last(), "null error -32700") << body;
  }
  raw(std::string(100'000, '['));
  EXPECT_EQ(last(), "null error -32700");
}

TEST_F(DispatchTest, ToleratesAMissingVersionAndMissingParams) {
  start();
  raw(R"({"id":1,"method":"echo"})");
  EXPECT_EQ(last(), "1 null");
  raw(R"({"method":"note"})");
  EXPECT_THAT(notes_, ElementsAre(json()));
}

TEST_F(DispatchTest, RefusesUnknownRequestsAndIgnoresUnknownNotifications) {
  start();
  request(1, "no/such");
  EXPECT_EQ(last(), "1 error -32601");
  request(2, "$/noSuch");
  EXPECT_EQ(last(), "2 error -32601");
  sent_.clear();
  notify("no/such");
  notify("$/noSuch");
  EXPECT_THAT(sent_, IsEmpty());
}

// Collects the lines of the log at info or above.
class Lines {
 public:
  Lines() {
    log::set_hook([this](log::Level, std::string_view line) { lines.emplace_back(line); });
  }
  ~Lines() { log::set_hook({}); }
  std::vector<std::string> lines;
};

TEST_F(DispatchTest, LogsOneLinePerRequestAndOnePerAnswer) {
  Lines log;
  request("a", "initialize");
  EXPECT_THAT(log.lines, ElementsAre("<- initialize \\\"a\\\"", testing::MatchesRegex(".*-> initialize .*a.* [0-9]+ms")));
}

TEST_F(DispatchTest, LogsNamesOfTheClientOnOneLine) {
  Lines log;
  request(1, fmt::format("a\nerror: forged{}", std::string(500, 'x')));
  for (const std::string& line : log.lines) {
    EXPECT_EQ(line.find('\n'), std::string::npos);
    EXPECT_LT(line.size(), 200u);
  }
}

TEST_F(DispatchTest, AnswersWhenAHandlerThrows) {
  dispatch_->request("bad", [](const json&, Reply) { throw std::runtime_error("secret detail"); });
  dispatch_->request("odd", [](const json&, Reply) { throw 1; });
  dispatch_->notification("bad", [](const json&) { throw std::runtime_error("x"); });
  start();
  request(1, "bad");
  EXPECT_EQ(last(), "1 error -32603");
  EXPECT_THAT(sent_.back().dump(), testing::Not(HasSubstr("secret")));
  request(2, "odd");
  EXPECT_EQ(last(), "2 error -32603");
  notify("bad");
  request(3, "echo", 1);
  EXPECT_EQ(last(), "3 1");
}

TEST_F(DispatchTest, KeepsTheFirstAnswer) {
  dispatch_->request("twice", [](const json&, Reply reply) {
    reply.ok(1);
    reply.ok(2);
    reply.fail(RpcCode::request_failed, "x");
  });
  start();
  request(1, "twice");
  EXPECT_THAT(sent_, SizeIs(1));
  EXPECT_EQ(last(), "1 1");
}

TEST_F(DispatchTest, AnswersForAReplyThatWasDropped) {
  const char* before = std::getenv("FIMD_BUGS_ABORT");
  const std::optional<std::string> saved = before != nullptr ? std::optional<std::string>(before) : std::nullopt;
  unsetenv("FIMD_BUGS_ABORT");
  dispatch_->request("dropped", [](const json&, Reply) {});
  start();
  request(1, "dropped");
  EXPECT_EQ(last(), "1 error -32603");
  request(2, "slow");
  request(3, "slow");
  kept_[0] = std::move(kept_[1]);
  EXPECT_EQ(last(), "2 error -32603");
  kept_[0].ok(1);
  EXPECT_EQ(last(), "3 1");
  if (saved) setenv("FIMD_BUGS_ABORT", saved->c_str(), 1);
}

TEST_F(DispatchTest, GivesTheTimeOfTheLastByte) {
  start();
  const TimePoint received = Clock::now() - std::chrono::seconds(5);
  dispatch_->handle({R"({"id":4,"method":"slow"})", received});
  EXPECT_EQ(kept_[0].received(), received);
  EXPECT_EQ(kept_[0].id(), "4");
  kept_[0].ok(1);
}

TEST_F(DispatchTest, DropsWhatWaitsWhenTheConnectionEnds) {
  start();
  bool ended = false, answered = false;
  request(1, "slow");
  kept_[0].on_cancel([&] { ended = true; });
  dispatch_->call("workspace/configuration", {}, [&](Result<json> r) {
    answered = true;
    EXPECT_EQ(r.error().code, Error::Code::cancelled);
  });
  sent_.clear();
  dispatch_->end();
  EXPECT_TRUE(ended && answered && kept_[0].answered());
  kept_[0].ok(1);
  request(2, "echo");
  dispatch_->notify("x", 1);
  EXPECT_THAT(sent_, IsEmpty());
}

TEST_F(DispatchTest, CallsTheClientAndTakesItsAnswer) {
  start();
  std::vector<Result<json>> answers;
  for (int i = 0; i < 4; ++i) {
    dispatch_->call("ask", {{"i", i}}, [&](Result<json> r) { answers.push_back(std::move(r)); });
  }
  EXPECT_EQ(sent_[0].at("method"), "ask");
  EXPECT_EQ(sent_[0].at("params"), json({{"i", 0}}));
  raw(json{{"jsonrpc", "2.0"}, {"id", sent_[1]["id"]}, {"result", nullptr}}.dump());
  raw(json{{"jsonrpc", "2.0"}, {"id", sent_[0]["id"]}, {"result", 5}}.dump());
  raw(json{{"jsonrpc", "2.0"}, {"id", sent_[2]["id"]}, {"error", {{"code", 1}, {"message", "no"}}}}.dump());
  raw(json{{"jsonrpc", "2.0"}, {"id", sent_[3]["id"]}}.dump());
  raw(json{{"jsonrpc", "2.0"}, {"id", sent_[0]["id"]}, {"result", 6}}.dump());
  ASSERT_THAT(answers, SizeIs(4));
  EXPECT_EQ(*answers[0], json());
  EXPECT_EQ(*answers[1], json(5));
  EXPECT_EQ(answers[2].error().message, "no");
  EXPECT_EQ(*answers[3], json());
}

TEST_F(DispatchTest, GivesUpTheOldestOfTooManyCalls) {
  start();
  std::vector<int> failed;
  for (int i = 0; i < 103; ++i) {
    dispatch_->call("ask", {}, [&failed, i](const Result<json>& r) {
      if (!r) failed.push_back(i);
    });
  }
  EXPECT_THAT(failed, ElementsAre(0, 1, 2));
  dispatch_.reset();
  EXPECT_THAT(failed, SizeIs(103));
}

TEST_F(DispatchTest, IgnoresResponsesToNothing) {
  start();
  for (const char* id : {"77", "\"x\"", "null", "{}", "1e300", "-1"}) {
    raw(fmt::format(R"({{"id":{},"result":1}})", id));
  }
  EXPECT_THAT(sent_, IsEmpty());
}

TEST_F(DispatchTest, SendsNotifications) {
  dispatch_->notify("window/logMessage", {{"type", 3}});
  EXPECT_EQ(sent_.at(0), json::parse(R"({"jsonrpc":"2.0","method":"window/logMessage","params":{"type":3}})"));
}

}  // namespace
}  // namespace fimd::lsp

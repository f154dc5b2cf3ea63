// Tools of MCP servers in a repair: scripted servers, good and bad, and a scripted chat model that calls them.
#include <signal.h>

#include "lsp/fixing.h"
#include "providers/agent/jail.h"
#include "tests/session/agent_session.h"

namespace fimd::tests {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::Not;

class McpSession : public AgentSession {
 protected:
  void SetUp() override {
    if (!providers::agent::find_program("python3", providers::agent::process_variable, "/", "")) GTEST_SKIP() << "there is no python3 on this machine";
  }
  static json server(const std::string& mode = "", const json& more = json::object()) {
    json words = {"python3", FIMD_SOURCE_DIR "/tests/session/mcp_server.py"};
    if (!mode.empty()) words.push_back(mode);
    json out = {{"command", words}, {"allow", "allow"}};
    out.update(more);
    return out;
  }
  // Calls tools, one an answer, then says that it is done: there is no edit, but that is not what is looked at.
  void call_all(const std::vector<std::pair<std::string, json>>& wanted, const std::string& jurisdiction = "local") {
    std::vector<Reply> script;
    for (const auto& [tool, arguments] : wanted) script.push_back(calls(tool, arguments));
    script.push_back(says("done"));
    run_fix(script, jurisdiction);
  }
  // What the model was told about the call of that number, from 0.
  std::string told(size_t number) { return last_sent(number + 1); }
  std::vector<std::string> offered(size_t request) {
    std::vector<std::string> out;
    const json body = sent(request);
    for (const json& tool : body["tools"]) out.push_back(tool["function"]["name"]);
    return out;
  }
};

TEST_F(McpSession, OffersAndCallsToolsOfBothErasAndOlderVersions) {
  mcp = {{"servers", {{"now", server()}, {"old", server("--old")}, {"new", server("--modern")}, {"noisy", server("--noise")}}}};
  call_all({{"now__echo", {{"words", "hello"}}}, {"old__echo", {{"words", "hi"}}}, {"new__echo", {{"words", "hey"}}}, {"noisy__echo", {{"words", "ho"}}}});
  EXPECT_EQ(told(0), "you said hello\n");
  EXPECT_EQ(told(1), "you said hi\n");
  EXPECT_EQ(told(2), "you said hey\n");
  EXPECT_EQ(told(3), "you said ho\n");
  EXPECT_THAT(offered(0), AllOf(Contains("edit_file"), Contains("now__crash"), Contains("new__grow")));
}

TEST_F(McpSession, NamesAreUniqueAndFitWhatModelsTake) {
  mcp = {{"servers", {{"a", server()}, {"a b", server()}}}};
  call_all({});
  const auto names = offered(0);
  EXPECT_EQ(std::set<std::string>(names.begin(), names.end()).size(), names.size());
  EXPECT_THAT(names, AllOf(Contains("a__a_b_c"), Contains("a_b__echo")));
  for (const auto& name : names) {
    EXPECT_LE(name.size(), 64U);
    EXPECT_EQ(name.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"), std::string::npos) << name;
  }
}

TEST_F(McpSession, SchemasLoseWhatModelsServersFailOnAndStaySmall) {
  mcp = {{"servers", {{"s", server()}}}};
  call_all({});
  size_t seen = 0;
  const json body = sent(0);
  for (const json& each : body["tools"]) {
    const json& tool = each["function"];
    if (tool["name"] == "s__echo") {
      EXPECT_EQ(tool["parameters"], (json{{"type", "object"}, {"properties", {{"words", {{"type", "string"}}}, {"times", {{"type", "integer"}}}}}, {"required", {"words"}}}));
      ++seen;
    }
    if (tool["name"] == "s__big") {
      EXPECT_LT(tool["parameters"].dump().size(), 4'100U);
      EXPECT_EQ(tool["parameters"]["properties"].size(), 100U);
      ++seen;
    }
  }
  EXPECT_EQ(seen, 2U);
}

TEST_F(McpSession, ChecksArgumentsBeforeTheServerSeesThem) {
  mcp = {{"servers", {{"s", server()}}}};
  call_all({{"s__echo", json::object()}, {"s__echo", {{"words", 7}}}, {"s__echo", {{"words", "x"}, {"times", "y"}}}, {"s__nothing", json::object()}});
  EXPECT_THAT(told(0), HasSubstr("not executed: words: is missing"));
  EXPECT_THAT(told(1), HasSubstr("words: must be of type \"string\""));
  EXPECT_THAT(told(2), HasSubstr("times: must be of type \"integer\""));
  EXPECT_THAT(told(3), HasSubstr("no tool \"s__nothing\""));
}

TEST_F(McpSession, TellsTheModelWhatWentWrongAndLeavesOutWhatIsNoText) {
  mcp = {{"servers", {{"s", server()}}}};
  call_all({{"s__fails", json::object()}, {"s__breaks", json::object()}, {"s__picture", json::object()}, {"s__large", json::object()}, {"s__huge", json::object()}, {"s__echo", {{"words", "still there"}}}});
  EXPECT_EQ(told(0), "no such \\x1b[31mcat\n");
  EXPECT_THAT(told(1), HasSubstr("it broke (code -32603)"));
  EXPECT_THAT(told(2), AllOf(HasSubstr("a cat"), HasSubstr("[image, image/png: not shown]"), HasSubstr("[resource_link, file:///etc/passwd: not shown]"), Not(HasSubstr("AAAA"))));
  EXPECT_LT(told(3).size(), 25'000U);
  EXPECT_THAT(told(3), HasSubstr("more bytes]"));
  EXPECT_THAT(told(4), HasSubstr("answered with more than 4 MB"));
  EXPECT_EQ(told(5), "you said still there\n");
}

TEST_F(McpSession, AServerThatEndsIsToldAboutOnceAndTheTaskGoesOn) {
  mcp = {{"servers", {{"s", server()}, {"t", server()}}}};
  const auto fix = run_fix({calls("s__crash", json::object()), calls("s__echo", {{"words", "x"}}), calls("t__echo", {{"words", "y"}}), calls("edit_file", edit("a - b", "a + b")), says("Done.")});
  EXPECT_EQ(fix.outcome.end, LoopOutcome::End::verified);
  EXPECT_THAT(told(0), HasSubstr("the MCP server s has ended; its last words: out of memory, says the server"));
  EXPECT_THAT(told(1), HasSubstr("not executed: the MCP server s has ended"));
  EXPECT_EQ(told(2), "you said y\n");
  const std::string line = "MCP server s: has ended; its last words: out of memory, says the server; its tools are not used\n";
  ASSERT_THAT(progress, HasSubstr(line));
  EXPECT_EQ(progress.find(line), progress.rfind(line));
}

TEST_F(McpSession, ServersThatDoNotComeUpAreLeftOut) {
  mcp = {{"servers", {{"gone", server("--exit")}, {"mute", server("--silent", {{"timeout_s", 1}})}, {"none", {{"command", {"/no/such/program"}}}},
                      {"shut", {{"url", "http://127.0.0.1:1/mcp"}}}, {"good", server()}}}};
  call_all({{"good__echo", {{"words", "x"}}}});
  EXPECT_EQ(told(0), "you said x\n");
  EXPECT_THAT(progress, AllOf(HasSubstr("MCP server gone: has ended; its last words: no licence"), HasSubstr("MCP server mute: gives no answer"),
                              HasSubstr("MCP server none: cannot be started: /no/such/program"), HasSubstr("MCP server shut: cannot be reached")));
}

TEST_F(McpSession, ACallThatHangsEndsAndTheServerIsGivenUpAtTheSecond) {
  mcp = {{"servers", {{"s", server("", {{"timeout_s", 1}})}}}};
  call_all({{"s__hang", json::object()}, {"s__echo", {{"words", "x"}}}, {"s__hang", json::object()}, {"s__hang", {{"again", 1}}}, {"s__echo", {{"words", "y"}}}});
  EXPECT_THAT(told(0), HasSubstr("gives no answer; what the call did is not known"));
  EXPECT_EQ(told(1), "you said x\n");
  EXPECT_THAT(told(4), HasSubstr("not executed: the MCP server s gives no answer"));
}

TEST_F(McpSession, TakesUpAChangeOfTheListAndAnswersTheServer) {
  mcp = {{"servers", {{"s", server()}}}};
  call_all({{"s__grow", json::object()}, {"s__grown", json::object()}, {"s__asks", json::object()}});
  EXPECT_THAT(offered(0), Not(Contains("s__grown")));
  EXPECT_THAT(offered(1), Contains("s__grown"));
  EXPECT_EQ(told(1), "did grown\n");
  EXPECT_EQ(told(2), "[[\"p1\", true, null], [\"s1\", false, -32601]]\n");
}

TEST_F(McpSession, AsksBeforeEachCallUnlessItIsAllowed) {
  mcp = {{"servers", {{"s", server("", {{"allow", "ask"}})}}}};
  std::vector<std::string> questions;
  consent = [&questions](const std::string& question) {
    questions.push_back(question);
    return questions.size() == 1;
  };
  call_all({{"s__echo", {{"words", "first"}}}, {"s__echo", {{"words", "second"}}}});
  EXPECT_EQ(told(0), "you said first\n");
  EXPECT_THAT(told(1), HasSubstr("the user did not agree"));
  ASSERT_EQ(questions.size(), 2U);
  EXPECT_THAT(questions[0], AllOf(HasSubstr("echo of the MCP server s"), HasSubstr(R"({"words":"first"})")));
}

TEST_F(McpSession, WithNobodyToAskNothingIsCalled) {
  mcp = {{"servers", {{"s", server("", {{"allow", "ask"}})}}}};
  call_all({{"s__echo", {{"words", "x"}}}});
  EXPECT_THAT(told(0), HasSubstr("the user did not agree"));
  EXPECT_THAT(progress, HasSubstr("nobody can be asked"));
}

TEST_F(McpSession, SecretsDoNotPassEitherWay) {
  const std::string key = "AKIA" "IOSFODNN7REALKEY";
  mcp = {{"servers", {{"s", server()}}}};
  call_all({{"s__echo", {{"words", "key " + key}}}}, "local");
  EXPECT_THAT(told(0), AllOf(HasSubstr("you said key"), Not(HasSubstr(key)))) << "the server is not told";
}

TEST_F(McpSession, AServersProcessHasNothingOfOursAndEndsWithTheTask) {
  ::setenv("OPENAI_API_KEY", "sk-test", 1);
  mcp = {{"servers", {{"s", server("", {{"env", {{"MINE", "1"}}}})}}}};
  call_all({{"s__where", json::object()}});
  ::unsetenv("OPENAI_API_KEY");
  const json where = json::parse(told(0));
  EXPECT_THAT(where["variables"].get<std::vector<std::string>>(), AllOf(Contains("MINE"), Contains("PATH"), Not(Contains("OPENAI_API_KEY"))));
  EXPECT_NE(where["folder"], root);
  EXPECT_EQ(::kill(where["pid"].get<pid_t>(), 0), -1);
}

TEST_F(McpSession, ACallThatWasCutOffIsNotMadeAgain) {
  using namespace providers::agent;
  mcp = {{"servers", {{"s", server()}}}};
  Turn turn;
  turn.finish = providers::Finish::stop;
  turn.message.role = Message::Role::assistant;
  turn.message.calls = {{"c7", "s__echo", R"({"words":"x"})"}};
  Conversation cut;
  Message rules, task;
  rules.role = Message::Role::system;
  task.text = "fix it";
  add_record(cut, begin_record({rules, task}, false));
  add_record(cut, reply_record(turn));
  add_record(cut, call_record(turn.message.calls[0]));
  earlier = cut;
  run_fix({calls("s__echo", {{"words", "y"}}), says("done")});
  EXPECT_THAT(last_sent(0), HasSubstr("interrupted: what the call did is not known"));
  EXPECT_EQ(last_sent(1), "you said y\n");
}

// What an MCP server over HTTP answers to one request; the chat model's requests are not its business.
Reply mcp_over_http(const SeenRequest& request, bool as_events) {
  const json message = json::parse(request.body, nullptr, false);
  if (!message.contains("id")) return {{Step::Kind::send, whole(202, "application/json", "")}};
  json result;
  if (message["method"] == "initialize") result = {{"protocolVersion", "2025-06-18"}, {"capabilities", {{"tools", json::object()}}}};
  if (message["method"] == "tools/list") result = {{"tools", {{{"name", "echo"}, {"inputSchema", {{"type", "object"}}}}}}};
  if (message["method"] == "tools/call") result = {{"content", {{{"type", "text"}, {"text", "session " + request.header("mcp-session-id") + " " + request.header("mcp-protocol-version")}}}}};
  const std::string answer = json{{"jsonrpc", "2.0"}, {"id", message["id"]}, {"result", result}}.dump();
  if (as_events) {
    return {{Step::Kind::send, head(200, "text/event-stream", "Mcp-Session-Id: abc\r\n")},
            {Step::Kind::send, sse(R"({"jsonrpc":"2.0","method":"notifications/message","params":{}})")},
            {Step::Kind::send, sse(answer)},
            {Step::Kind::hang}};
  }
  return {{Step::Kind::send, whole(200, "application/json", answer)}};
}

TEST_F(McpSession, SpeaksHttpWithWholeAnswersAndWithEvents) {
  ModelServer plain(daemon.loop, [](const SeenRequest& request) { return mcp_over_http(request, false); });
  ModelServer events(daemon.loop, [](const SeenRequest& request) { return mcp_over_http(request, true); });
  mcp = {{"servers", {{"plain", {{"url", plain.url() + "/mcp"}, {"allow", "allow"}, {"headers", {{"x-token", "t"}}}}}, {"events", {{"url", events.url() + "/mcp"}, {"allow", "allow"}}}}}};
  call_all({{"plain__echo", json::object()}, {"events__echo", json::object()}});
  EXPECT_EQ(told(0), "session  2025-06-18\n");
  EXPECT_EQ(told(1), "session abc 2025-06-18\n");
  EXPECT_EQ(plain.log().requests.at(0).header("accept"), "application/json, text/event-stream");
  EXPECT_EQ(plain.log().requests.at(0).header("x-token"), "t");
}

TEST_F(McpSession, SpeaksTheLaterEraOverHttp) {
  ModelServer modern(daemon.loop, [](const SeenRequest& request) {
    const json message = json::parse(request.body);
    json answer = {{"jsonrpc", "2.0"}, {"id", message["id"]}};
    if (request.header("mcp-protocol-version") != "2026-07-28") {
      answer["error"] = {{"code", -32022}, {"message", "version"}, {"data", {{"supported", {"2026-07-28"}}}}};
      return json_reply(400, answer.dump());
    }
    json& result = answer["result"] = {{"resultType", "complete"}};
    if (message["method"] == "server/discover") result["supportedVersions"] = {"2026-07-28"};
    if (message["method"] == "tools/list") {
      result["tools"] = {{{"name", "pick"}, {"inputSchema", {{"type", "object"}, {"properties", {{"place", {{"type", "string"}, {"x-mcp-header", "Place"}}}}}}}},
                         {{"name", "input"}, {"inputSchema", {{"type", "object"}}}}};
    }
    if (message["method"] == "tools/call") {
      result["content"] = {{{"type", "text"}, {"text", request.header("mcp-method") + " " + request.header("mcp-name") + " " + request.header("mcp-param-place")}}};
      if (message["params"]["name"] == "input") result["resultType"] = "input_required";
    }
    return json_reply(200, answer.dump());
  });
  mcp = {{"servers", {{"m", {{"url", modern.url()}, {"allow", "allow"}}}}}};
  call_all({{"m__pick", {{"place", "K\u00f6ln"}}}, {"m__input", json::object()}});
  EXPECT_EQ(told(0), "tools/call pick =?base64?S8O2bG4=?=\n");
  EXPECT_THAT(told(1), HasSubstr("asks for input"));
}

TEST_F(McpSession, BadHttpServersAreLeftOutAndASessionThatEndsIsBegunAgain) {
  size_t asked_calls = 0;
  ModelServer forgetful(daemon.loop, [&asked_calls](const SeenRequest& request) {
    const bool call = request.body.find("tools/call") != std::string::npos;
    if (call && asked_calls++ == 0) return json_reply(404, "");
    return mcp_over_http(request, true);
  });
  ModelServer login(daemon.loop, [](const SeenRequest&) { return json_reply(401, "{}"); });
  ModelServer page(daemon.loop, [](const SeenRequest&) { return Reply{{Step::Kind::send, whole(200, "text/html", "<html>")}}; });
  mcp = {{"servers", {{"f", {{"url", forgetful.url()}, {"allow", "allow"}}}, {"login", {{"url", login.url()}}}, {"page", {{"url", page.url()}}}}}};
  call_all({{"f__echo", json::object()}});
  EXPECT_EQ(told(0), "session abc 2025-06-18\n");
  EXPECT_EQ(asked_calls, 2U);
  EXPECT_THAT(progress, AllOf(HasSubstr("MCP server login: wants a login (HTTP 401)"), HasSubstr("MCP server page: answers with no message (HTTP 200)")));
}

}  // namespace
}  // namespace fimd::tests

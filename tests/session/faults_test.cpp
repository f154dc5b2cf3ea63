// Every way a model server can fail, for every codec: the request is answered without an error and without waiting
// for the server, memory stays bounded, and the next request works.
#include <gtest/gtest.h>

#include "tests/session/fake_editor.h"
#include "tests/session/model_server.h"

namespace fimd::tests {
namespace {

using nlohmann::json;

struct Kind {
  std::string name;
  json provider;           // its configuration, without the url
  std::string target;      // of a completion request
  Reply good;              // answers "alpha + beta;"
  std::string half_event;  // the beginning of an event
  std::string wrong_types;  // an event or line of the right form with members of the wrong type
};

const std::vector<Kind>& kinds() {
  static const std::vector<Kind> list = {
      {"llama", {{"kind", "llama.cpp"}}, "/infill",
       sse_reply({R"({"content":"alpha + beta;","stop":false})", R"({"content":"","stop":true,"stop_type":"eos"})"}),
       R"(data: {"content":"al)", R"(data: {"content":{"a":1},"stop":"x","timings":[]})" "\n\n"},
      {"ollama", {{"kind", "ollama"}, {"model", "m"}}, "/api/generate",
       ndjson_reply({R"({"model":"m","response":"alpha + beta;","done":false})",
                     R"({"model":"m","response":"","done":true,"done_reason":"stop"})"}),
       R"({"model":"m","resp)", R"({"response":[1],"done":"x","eval_count":{}})" "\n"},
      {"mistral", {{"kind", "mistral"}, {"model", "codestral-latest"}, {"jurisdiction", "local"}, {"api_key_env", "FIMD_TEST_KEY"}},
       "/v1/fim/completions",
       sse_reply({R"({"choices":[{"index":0,"delta":{"content":"alpha + beta;"},"finish_reason":null}]})",
                  R"({"choices":[{"index":0,"delta":{"content":""},"finish_reason":"stop"}],"usage":{"prompt_tokens":5,"completion_tokens":3}})",
                  "[DONE]"}),
       R"(data: {"choices":[{"del)", R"(data: {"choices":{"delta":7},"usage":"x"})" "\n\n"},
      {"openai", {{"kind", "openai"}, {"model", "Qwen/Qwen2.5-Coder-1.5B"}}, "/v1/completions",
       sse_reply({R"({"choices":[{"index":0,"text":"alpha + beta;","finish_reason":null}]})",
                  R"({"choices":[{"index":0,"text":"","finish_reason":"stop"}]})", "[DONE]"}),
       R"(data: {"choices":[{"te)", R"(data: {"choices":[{"text":{}}],"usage":[]})" "\n\n"},
  };
  return list;
}

struct Fault {
  std::string name;
  std::function<Reply(const Kind&)> reply;
};

const std::vector<Fault>& faults() {
  const auto status = [](int code, std::string body) {
    return [code, body](const Kind&) { return json_reply(code, body); };
  };
  static const std::vector<Fault> list = {
      {"hangs", [](const Kind&) { return Reply{{Step::Kind::hang}}; }},
      {"resets", [](const Kind&) { return Reply{{Step::Kind::reset}}; }},
      {"closes", [](const Kind&) { return Reply{{Step::Kind::close}}; }},
      {"says401", status(401, R"({"error":{"message":"Invalid API Key","type":"authentication_error","code":401}})")},
      {"says404", status(404, R"({"error":"model 'm' not found"})")},
      {"says422", status(422, R"({"detail":[{"loc":["body","prompt"],"msg":"field required","type":"missing"}]})")},
      {"says429", status(429, R"({"message":"Requests rate limit exceeded"})")},
      {"says500", status(500, "<html><body>Internal Server Error</body></html>")},
      {"saysGarbage", [](const Kind&) { return Reply{{Step::Kind::send, "\x16\x03\x01 not http at all\n\n"}, {Step::Kind::close}}; }},
      {"streamsGarbage",
       [](const Kind&) {
         return Reply{{Step::Kind::send, head(200, "text/event-stream")}, {Step::Kind::send, chunk("data: {{{{\xff\xfe\n\n")},
                      {Step::Kind::send, last_chunk()}};
       }},
      {"breaksOffInAnEvent",
       [](const Kind& kind) {
         return Reply{{Step::Kind::send, head(200, "text/event-stream")}, {Step::Kind::send, chunk(kind.half_event)}, {Step::Kind::close}};
       }},
      {"stallsInAnEvent",
       [](const Kind& kind) {
         return Reply{{Step::Kind::send, head(200, "text/event-stream")}, {Step::Kind::send, chunk(kind.half_event)}, {Step::Kind::hang}};
       }},
      {"stallsInTheHead", [](const Kind&) { return Reply{{Step::Kind::send, "HTTP/1.1 200 O"}, {Step::Kind::hang}}; }},
      {"sendsAnEndlessLine",
       [](const Kind&) {
         return Reply{{Step::Kind::send, head(200, "text/event-stream")},
                      {Step::Kind::send, chunk("data: " + std::string(65536, 'x')), 1},
                      {Step::Kind::send, chunk(std::string(65536, 'x')), 800}, {Step::Kind::hang}};
       }},
      {"sendsWrongTypes",
       [](const Kind& kind) {
         return Reply{{Step::Kind::send, head(200, "text/event-stream")}, {Step::Kind::send, chunk(kind.wrong_types)},
                      {Step::Kind::send, last_chunk()}};
       }},
  };
  return list;
}

// What a healthy server of every kind answers to probes.
Reply probe_reply(const SeenRequest& request) {
  if (request.target.starts_with("/props")) return json_reply(200, R"({"default_generation_settings":{"n_ctx":4096},"total_slots":1})");
  if (request.target == "/infill") {
    return json_reply(400, R"({"error":{"code":400,"message":"[json.exception.out_of_range.403] key 'input_prefix' not found","type":"invalid_request_error"}})");
  }
  if (request.target == "/health") return json_reply(200, R"({"status":"ok"})");
  if (request.target == "/v1/models") return json_reply(200, R"({"object":"list","data":[{"id":"Qwen/Qwen2.5-Coder-1.5B","meta":{"n_ctx":4096}}]})");
  if (request.target == "/v1/completions") return sse_reply({R"({"choices":[{"index":0,"text":"1","finish_reason":"length"}]})", "[DONE]"});
  if (request.target == "/tokenize") return json_reply(200, R"({"tokens":[7]})");
  if (request.target == "/api/show") return json_reply(200, R"({"capabilities":["completion","insert"],"model_info":{"llama.context_length":4096}})");
  if (request.target == "/api/ps") return json_reply(200, R"({"models":[{"name":"m:latest","context_length":4096}]})");
  if (request.target == "/api/tags") return json_reply(200, R"({"models":[{"name":"m:latest"}]})");
  if (request.target == "/api/version") return json_reply(200, R"({"version":"0.17.4"})");
  return json_reply(404, R"({"error":"not found"})");
}

ModelServer::Script with_completion(const Kind& kind, Reply reply) {
  return [&kind, reply](const SeenRequest& request) {
    const bool incomplete = request.target == "/infill" && !json::parse(request.body).contains("input_prefix");
    const bool made_up = request.body.find("x = <") != std::string::npos;  // the line of a probe's try
    return request.target == kind.target && !incomplete && !made_up ? reply : probe_reply(request);
  };
}

class Faults : public testing::TestWithParam<std::tuple<size_t, size_t>> {};

TEST_P(Faults, AreAnsweredQuietly) {
  ::setenv("FIMD_TEST_KEY", "test-key", 1);
  const Kind& kind = kinds()[std::get<0>(GetParam())];
  const Fault& fault = faults()[std::get<1>(GetParam())];
  lsp::Daemon daemon;
  ModelServer server(daemon.loop, with_completion(kind, fault.reply(kind)));
  json provider = kind.provider;
  provider["url"] = server.url();
  const json options = {{"completion", {{"providers", {"m"}}, {"soft_ms", 30}, {"hard_ms", 60}}}, {"providers", {{"m", provider}}}};
  lsp::Configuration configuration;
  configuration.set(lsp::Layer::initialization, options, "test");
  const auto model = [&]() -> lsp::ProviderPtr {
    for (const auto& p : daemon.providers.usable(configuration.now(), {}, Clock::now())) {
      if (p->codec) return p;
    }
    return nullptr;
  };

  FakeEditor editor(daemon);
  editor.initialize(options);
  editor.run_until([&] { return model() != nullptr; });
  editor.open("file:///w/a.cpp", "cpp", "int f() {\n  return ^\n}\n");
  const json first = editor.wait(editor.ask());
  EXPECT_TRUE(first.contains("result")) << first;
  EXPECT_LT(server.log().bytes_sent, 24u << 20) << "the flood was read to its end";

  editor.type("x");  // also stops what is still in the air
  server.set_script(with_completion(kind, kind.good));
  editor.run_until([&] { return daemon.metrics.providers["m"].requests >= 1; });
  model()->health = {};  // the pause after a failure is not what is tested here
  editor.notify("workspace/didChangeConfiguration", {{"settings", {{"completion", {{"soft_ms", 20000}, {"hard_ms", 20000}}}}}});
  editor.type(" ");
  EXPECT_EQ(editor.complete(), "alpha + beta;");
}

std::string case_name(const testing::TestParamInfo<std::tuple<size_t, size_t>>& info) {
  return kinds()[std::get<0>(info.param)].name + "_" + faults()[std::get<1>(info.param)].name;
}

INSTANTIATE_TEST_SUITE_P(EveryCodec, Faults,
                         testing::Combine(testing::Range<size_t>(0, 4), testing::Range<size_t>(0, 15)), case_name);

}  // namespace
}  // namespace fimd::tests

#include "providers/discover.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio.hpp>

#include "tests/session/model_server.h"

namespace fimd::providers {
namespace {
using namespace std::chrono_literals;
using tests::json_reply;
using tests::ModelServer;
using tests::Reply;
using tests::SeenRequest;
using tests::Step;
namespace asio = boost::asio;

constexpr const char* kProps = R"({"default_generation_settings":{"n_ctx":4096},"total_slots":1,"model_alias":"coder.gguf"})";
constexpr const char* kNotFound = R"({"error":{"message":"File Not Found","type":"not_found_error","code":404}})";

// Answers like the servers do, as far as a probe asks.
Reply llama(const SeenRequest& seen, bool infill = true) {
  if (seen.target == "/props") return json_reply(200, kProps);
  if (seen.target == "/infill" && infill) {
    return json_reply(400, R"({"error":{"code":400,"message":"key 'input_suffix' not found","type":"invalid_request_error"}})");
  }
  if (seen.target == "/infill") {
    return json_reply(501, R"({"error":{"code":501,"message":"Infill is not supported by this model: prefix token is missing.","type":"not_supported_error"}})");
  }
  if (seen.target == "/v1/models") return json_reply(200, R"({"object":"list","data":[{"id":"coder.gguf","owned_by":"llamacpp"}]})");
  if (seen.target == "/tokenize") return json_reply(200, R"({"tokens":[91,80,82,69,70,73,88,93]})");
  return json_reply(404, kNotFound);
}

Reply ollama(const SeenRequest& seen) {
  if (seen.target == "/api/tags") return json_reply(200, R"({"models":[{"name":"llama3:latest"},{"name":"tiny:latest"}]})");
  if (seen.target == "/api/ps") return json_reply(200, R"({"models":[]})");
  if (seen.target == "/api/show" && seen.body == R"({"model":"tiny:latest"})") {
    return json_reply(200, R"({"capabilities":["completion","insert"],"model_info":{"llama.context_length":4096}})");
  }
  if (seen.target == "/api/show") return json_reply(200, R"({"capabilities":["completion"],"model_info":{}})");
  return json_reply(404, R"({"error":"not found"})");
}

Reply vllm(const SeenRequest& seen) {
  if (seen.target == "/v1/models") return json_reply(200, R"({"object":"list","data":[{"id":"Qwen/Qwen2.5-Coder-7B","owned_by":"vllm","max_model_len":32768}]})");
  return json_reply(404, R"({"detail":"Not Found"})");
}

struct DiscoverTest : testing::Test {
  asio::io_context loop;
  Http http{loop};

  Result<Caps> probe_at(ModelServer& server, const char* kind, std::string model = {}, Duration time = 20s, bool named = true) {
    ProviderConfig config;
    config.name = config.kind = kind;
    config.url = server.url();
    config.model = std::move(model);
    return tests::run(loop, probe(http, config, {.deadline = Clock::now() + time, .named = named}));
  }
  Discovered look(std::vector<Endpoint> endpoints, std::vector<std::pair<std::string, std::string>> environment = {},
                  std::vector<std::string> jurisdictions = {"local", "eu"}, Duration time = 20s) {
    DiscoverInputs in;
    in.endpoints = std::move(endpoints);
    in.environment = std::move(environment);
    in.jurisdictions = std::move(jurisdictions);
    in.limits.deadline = Clock::now() + time;
    return tests::run(loop, discover(http, in));
  }
  static std::vector<std::string> names(const Discovered& d) {
    std::vector<std::string> out;
    for (const Found& found : d.found) out.push_back(found.config.name);
    return out;
  }
};

TEST_F(DiscoverTest, ProbesALlamaServerWithInfill) {
  ModelServer server(loop, [](const SeenRequest& seen) { return llama(seen); });
  const auto caps = probe_at(server, "llama.cpp");
  ASSERT_TRUE(caps) << caps.error().message;
  EXPECT_TRUE(caps->suffix);
  EXPECT_EQ(caps->family, "");
  EXPECT_EQ(caps->context, 4096u);
  EXPECT_EQ(caps->note, "model coder.gguf, 4096 tokens, infill");
  // Nothing was asked that makes the server compute.
  EXPECT_EQ(server.log().requests.size(), 2u);
  EXPECT_EQ(server.log().requests[1].body, "{}");
}

TEST_F(DiscoverTest, ProbesALlamaServerWithoutTokens) {
  ModelServer server(loop, [](const SeenRequest& seen) { return llama(seen, false); });
  const auto caps = probe_at(server, "llama.cpp");
  ASSERT_TRUE(caps) << caps.error().message;
  EXPECT_FALSE(caps->suffix);
  EXPECT_EQ(caps->note, "model coder.gguf, 4096 tokens, the model has no fill-in-the-middle tokens");
}

TEST_F(DiscoverTest, FindsTokensThatInfillDoesNotKnow) {
  ModelServer server(loop, [](const SeenRequest& seen) {
    if (seen.target == "/tokenize" && seen.body.find("[PREFIX][SUFFIX]") != std::string::npos) return json_reply(200, R"({"tokens":[3,4]})");
    return llama(seen, false);
  });
  const auto caps = probe_at(server, "llama.cpp");
  ASSERT_TRUE(caps);
  EXPECT_TRUE(caps->suffix);
  EXPECT_EQ(caps->family, "codestral");
}

TEST_F(DiscoverTest, SaysThatAModelIsLoading) {
  ModelServer server(loop, [](const SeenRequest&) {
    return json_reply(503, R"({"error":{"message":"Loading model","type":"unavailable_error","code":503}})");
  });
  const auto caps = probe_at(server, "llama.cpp");
  ASSERT_FALSE(caps);
  EXPECT_EQ(caps.error().code, Error::Code::down);
  EXPECT_EQ(caps.error().message, "model is loading: status 503: Loading model");
}

TEST_F(DiscoverTest, SaysThatAKeyIsNeeded) {
  ModelServer server(loop, [](const SeenRequest&) { return json_reply(401, R"({"error":{"message":"Invalid API Key","type":"authentication_error","code":401}})"); });
  const auto caps = probe_at(server, "llama.cpp");
  ASSERT_FALSE(caps);
  EXPECT_EQ(caps.error().code, Error::Code::refused);
}

TEST_F(DiscoverTest, ProbesOllamaAndSeesThatNothingIsLoaded) {
  ModelServer server(loop, ollama);
  const auto caps = probe_at(server, "ollama");
  ASSERT_TRUE(caps) << caps.error().message;
  EXPECT_EQ(caps->model, "tiny:latest");
  EXPECT_TRUE(caps->suffix);
  EXPECT_FALSE(caps->loaded);
  EXPECT_EQ(caps->note, "model tiny:latest, 4096 tokens, the server's insert template, not loaded yet");
}

TEST_F(DiscoverTest, ProbesAServerWithAListOfModels) {
  ModelServer server(loop, vllm);
  const auto caps = probe_at(server, "openai", {}, 20s, false);
  ASSERT_TRUE(caps);
  EXPECT_EQ(server.log().requests.size(), 1u);
  EXPECT_EQ(caps->family, "qwen");
  EXPECT_EQ(caps->context, 32768u);
}

TEST_F(DiscoverTest, AServerThatRefusesEveryCompletionIsKnownBeforeTheFirstKeystroke) {
  ModelServer server(loop, [](const SeenRequest& seen) {
    if (seen.target == "/v1/models") return vllm(seen);
    return json_reply(400, R"({"error":{"message":"suffix is not currently supported","type":"BadRequestError","param":null,"code":400}})");
  });
  const auto caps = probe_at(server, "vllm");
  ASSERT_FALSE(caps);
  EXPECT_EQ(caps.error().code, Error::Code::unsupported);
  EXPECT_EQ(caps.error().message,
            "refuses completions: not supported: status 400: suffix is not currently supported (check \"kind\", \"url\" and "
            "\"path\", or set \"via\": \"chat\" for a model that only chats)");
}

TEST_F(DiscoverTest, ARefusalWithAGoodStatusIsSeen) {
  ModelServer server(loop, [](const SeenRequest& seen) {
    if (seen.target == "/v1/models") return vllm(seen);
    return json_reply(200, R"x({"error":"Unexpected endpoint or method. (POST /v1/completions)"})x");
  });
  EXPECT_EQ(probe_at(server, "lmstudio").error().code, Error::Code::unsupported);
}

TEST_F(DiscoverTest, ATryHoldsNothingOfTheUsersAndOverloadIsNoRefusal) {
  ModelServer server(loop, [](const SeenRequest& seen) {
    if (seen.target == "/v1/models") return vllm(seen);
    return json_reply(503, R"({"error":{"message":"busy"}})");
  });
  const auto caps = probe_at(server, "vllm");
  ASSERT_TRUE(caps);
  EXPECT_THAT(caps->note, testing::EndsWith("; a try failed: overloaded: status 503: busy"));
  ASSERT_EQ(server.log().requests.size(), 2u);
  EXPECT_THAT(server.log().requests[1].body, testing::HasSubstr(R"("max_tokens":1,)"));
  EXPECT_THAT(server.log().requests[1].body, testing::HasSubstr("x = "));
}

TEST_F(DiscoverTest, AServerThatTakesCompletionsIsReady) {
  ModelServer server(loop, [](const SeenRequest& seen) {
    if (seen.target == "/v1/models") return vllm(seen);
    return tests::sse_reply({R"({"choices":[{"index":0,"text":"1","finish_reason":"length"}]})", "[DONE]"});
  });
  const auto caps = probe_at(server, "vllm");
  ASSERT_TRUE(caps);
  EXPECT_EQ(caps->context, 32768u);
}

TEST_F(DiscoverTest, AServerThatDoesNotListItsModelsIsTakenAsConfigured) {
  ModelServer server(loop, [](const SeenRequest& seen) {
    if (seen.target == "/v1/models") return json_reply(404, "{}");
    return tests::sse_reply({R"({"choices":[{"index":0,"text":"1","finish_reason":"length"}]})", "[DONE]"});
  });
  EXPECT_FALSE(probe_at(server, "openai"));
  const auto caps = probe_at(server, "openai", "starcoder2");
  ASSERT_TRUE(caps);
  EXPECT_EQ(caps->family, "starcoder2");
}

TEST_F(DiscoverTest, AProbeEndsInTime) {
  ModelServer server(loop, [](const SeenRequest&) { return Reply{{.kind = Step::Kind::hang}}; });
  for (const char* kind : {"llama.cpp", "ollama", "openai", "mistral"}) {
    const auto caps = probe_at(server, kind, "m", 20ms);
    ASSERT_FALSE(caps);
    EXPECT_EQ(caps.error().code, Error::Code::deadline) << kind;
  }
}

TEST_F(DiscoverTest, FindsWhatListensInOrderAndEndsWithBuiltin) {
  ModelServer a(loop, [](const SeenRequest& seen) { return llama(seen); });
  ModelServer b(loop, ollama);
  ModelServer c(loop, vllm);
  const Discovered d = look({{"llama-server", "llama.cpp", a.url()}, {"ollama", "ollama", b.url()}, {"vllm", "openai", c.url()}});
  EXPECT_THAT(names(d), testing::ElementsAre("llama-server", "ollama", "vllm", "builtin"));
  EXPECT_EQ(d.found[1].config.model, "tiny:latest");
  EXPECT_EQ(d.found[2].config.model, "Qwen/Qwen2.5-Coder-7B");
  EXPECT_EQ(d.found[0].config.jurisdiction, "local");
  EXPECT_EQ(d.found[0].note, "llama.cpp at " + a.url() + ": model coder.gguf, 4096 tokens, infill");
}

TEST_F(DiscoverTest, FindsOnlyBuiltinWhereNothingListens) {
  std::string url;
  { url = ModelServer(loop, vllm).url(); }
  const Discovered d = look({{"llama-server", "llama.cpp", url}, {"ollama", "ollama", url}, {"vllm", "openai", url}});
  EXPECT_THAT(names(d), testing::ElementsAre("builtin"));
  EXPECT_EQ(d.notes.size(), 3u);
}

TEST_F(DiscoverTest, OneThatHangsDoesNotHoldTheOthersUp) {
  ModelServer hanging(loop, [](const SeenRequest&) { return Reply{{.kind = Step::Kind::hang}}; });
  ModelServer good(loop, [](const SeenRequest& seen) { return llama(seen); });
  const Discovered d = look({{"one", "llama.cpp", hanging.url()}, {"two", "llama.cpp", good.url()}}, {}, {"local"}, 60ms);
  EXPECT_THAT(names(d), testing::ElementsAre("two", "builtin"));
  EXPECT_THAT(d.notes, testing::ElementsAre(testing::HasSubstr("no complete answer in time")));
}

TEST_F(DiscoverTest, ALlamaServerAtAnotherPortIsAskedInItsOwnWay) {
  ModelServer server(loop, [](const SeenRequest& seen) { return llama(seen); });
  const Discovered d = look({{"vllm", "openai", server.url()}});
  ASSERT_EQ(d.found.size(), 2u);
  EXPECT_EQ(d.found[0].config.kind, "llama.cpp");
}

TEST_F(DiscoverTest, SomethingElseAtThePortIsNotUsed) {
  ModelServer web(loop, [](const SeenRequest&) { return Reply{{.bytes = tests::whole(200, "text/html", "<html>My wiki</html>")}}; });
  const Discovered d = look({{"a", "llama.cpp", web.url()}, {"b", "ollama", web.url()}, {"c", "openai", web.url()}});
  EXPECT_THAT(names(d), testing::ElementsAre("builtin"));
  EXPECT_EQ(d.notes.size(), 3u);
}

TEST_F(DiscoverTest, AModelThatCannotFillTheMiddleIsNamedButNotUsed) {
  ModelServer server(loop, [](const SeenRequest& seen) { return llama(seen, false); });
  const Discovered d = look({{"llama-server", "llama.cpp", server.url()}});
  EXPECT_THAT(names(d), testing::ElementsAre("builtin"));
  EXPECT_THAT(d.notes, testing::ElementsAre(testing::HasSubstr("not used unless the configuration names it")));
}

TEST_F(DiscoverTest, KeysInTheEnvironmentAreUsedWhereTheirPlaceIsAllowed) {
  const std::vector<std::pair<std::string, std::string>> keys = {{"MISTRAL_API_KEY", "secret-one"}, {"CODESTRAL_API_KEY", "secret-two"}};
  const Discovered d = look({}, keys);
  EXPECT_THAT(names(d), testing::ElementsAre("codestral", "mistral", "builtin"));
  EXPECT_EQ(d.found[0].config.api_key, "secret-two");
  EXPECT_EQ(d.found[0].config.url, "https://codestral.mistral.ai");
  EXPECT_EQ(d.found[1].config.url, "https://api.mistral.ai");
  const Discovered local_only = look({}, keys, {"local"});
  EXPECT_THAT(names(local_only), testing::ElementsAre("builtin"));
  EXPECT_EQ(local_only.notes.size(), 2u);
  const Discovered any = look({}, keys, {"any"});
  EXPECT_EQ(any.found.size(), 3u);
  for (const Discovered* found : {&d, &local_only}) {
    for (const std::string& note : found->notes) EXPECT_EQ(note.find("secret"), std::string::npos);
    for (const Found& f : found->found) EXPECT_EQ(f.note.find("secret"), std::string::npos);
  }
}

TEST_F(DiscoverTest, TheUsualPlacesAreOnThisMachine) {
  for (const Endpoint& c : usual_endpoints()) EXPECT_EQ(c.url.find("http://127.0.0.1:"), 0u);
}

}  // namespace
}  // namespace fimd::providers

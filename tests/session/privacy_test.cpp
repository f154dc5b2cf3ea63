// What a provider that is not local gets to see: secrets are planted everywhere, and what arrived is searched for them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "tests/bench/secrets_corpus.h"
#include "tests/session/fake_editor.h"
#include "tests/session/model_server.h"

namespace fimd::tests {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

Reply answer_of(const std::string& text) {
  return sse_reply(
      {json{{"choices", {{{"index", 0}, {"delta", {{"content", text}}}, {"finish_reason", nullptr}}}}}.dump(),
       json{{"choices", {{{"index", 0}, {"delta", {{"content", ""}}}, {"finish_reason", "stop"}}}}}.dump(), "[DONE]"});
}

class PrivacySession : public testing::Test {
 protected:
  PrivacySession() {
    std::string pattern = (fs::temp_directory_path() / "fimd-privacy-XXXXXX").string();
    top = fs::canonical(::mkdtemp(pattern.data())).string();
    ::setenv("XDG_STATE_HOME", (top + "/state").c_str(), 1);
    own_key = corpus.draw('a', 24);
    ::setenv("FIMD_TEST_KEY", own_key.c_str(), 1);
  }
  ~PrivacySession() override {
    ::unsetenv("XDG_STATE_HOME");
    fs::remove_all(top);
  }

  json options(const std::string& jurisdiction = "eu", const std::string& secrets = "redact") {
    return {{"completion", {{"providers", {"far"}}, {"speculate", "all"}, {"soft_ms", 20000}, {"hard_ms", 20000}}},
            {"privacy", {{"secrets", secrets}, {"jurisdictions", {"local", "eu", "cn"}}}},
            {"providers",
             {{"far",
               {{"kind", "mistral"},
                {"url", server.url()},
                {"model", "codestral-latest"},
                {"jurisdiction", jurisdiction},
                {"api_key_env", "FIMD_TEST_KEY"}}}}}};
  }
  // Starts the session and waits until the provider is known.
  void begin(const json& settings, const std::string& root = "") {
    editor.initialize(settings, {{"textDocument", {{"inlineCompletion", json::object()}}}}, root);
    lsp::Configuration configuration;
    configuration.set(lsp::Layer::initialization, settings, "test");
    editor.run_until([&] {
      for (const auto& p : daemon.providers.usable(configuration.now(), {}, Clock::now())) {
        if (p->codec) return true;
      }
      return false;
    });
  }
  // Every byte of every body and request line that arrived.
  std::string seen() const {
    std::string all;
    for (const auto& request : server.log().requests) all += request.target + "\n" + request.body + "\n";
    return all;
  }
  size_t completions() const {
    size_t n = 0;
    for (const auto& request : server.log().requests) n += request.target.find("fim") != std::string::npos;
    return n;
  }
  // No run of 10 bytes of it arrived.
  void expect_unseen(const std::string& secret) const {
    const std::string all = seen();
    for (size_t i = 0; i + 10 <= secret.size(); ++i) {
      EXPECT_EQ(all.find(secret.substr(i, 10)), std::string::npos) << secret.substr(i, 10) << " in " << all;
    }
  }
  std::string story() {
    const json explained = editor.explain();
    return explained.dump();
  }

  Corpus corpus{41, FIMD_SOURCE_DIR};
  std::string top, own_key;
  lsp::Daemon daemon;
  ModelServer server{daemon.loop, [this](const SeenRequest& request) {
                       const bool probe = request.target == "/v1/models";
                       return probe ? json_reply(200, R"({"object":"list","data":[{"id":"codestral-latest"}]})")
                                    : answer_of(reply);
                     }};
  FakeEditor editor{daemon};
  std::string reply = "alpha + beta;";
};

TEST_F(PrivacySession, ASecretThatWasJustTakenOutOfAnotherFileDoesNotLeave) {
  const std::string secret = corpus.draw('a', 36), folder = top + "/work";
  fs::create_directories(folder);
  std::ofstream(folder + "/b.py") << "y = 2\n";
  begin(options(), folder);
  editor.run_until([&] { return daemon.workspaces.index(folder) != nullptr; });
  editor.open("file://" + folder + "/a.py", "python", "token = \"ghp_" + secret + "\"^\n");
  editor.erase(42);
  editor.type("load()");
  editor.open("file://" + folder + "/b.py", "python", "y = ^\n");
  editor.type("z");
  EXPECT_EQ(editor.complete(), "alpha + beta;") << story();
  EXPECT_THAT(seen(), testing::HasSubstr("load()"));
  expect_unseen(secret);
}

TEST_F(PrivacySession, NothingThatWasPlantedLeaves) {
  const std::string one = corpus.draw('a', 36), two = corpus.draw('t', 16), three = "Tr0ub4dor" + corpus.draw('d', 4),
                    four = corpus.draw('a', 32), five = corpus.draw('a', 36), pem = corpus.pem("PRIVATE KEY", 8, "\\n");
  const std::string folder = top + "/ghp_" + five;
  fs::create_directories(folder);
  begin(options(), folder);
  editor.open("file://" + folder + "/glpat-" + five.substr(0, 24) + ".cpp", "cpp",
              "// " + own_key + "\nauto a = \"ghp_" + one + "\";\nconst char* db = \"postgres://app:" + three +
                  "@db/main\";\nauto key = \"" + pem + "\";\nint f() {\n  return ^\n}\nauto b = \"AKIA" + two +
                  "\";\nstring api_key = \"" + four + "\";\n");
  EXPECT_EQ(editor.complete(), "alpha + beta;") << story();
  ASSERT_GE(completions(), 1u);
  for (const auto& secret : {one, three, four, five, own_key}) expect_unseen(secret);
  expect_unseen(two);
  expect_unseen(pem.substr(pem.find("\\n") + 2, 60));
  EXPECT_THAT(seen(), testing::HasSubstr("ghp_REDACTED"));
  EXPECT_THAT(seen(), testing::HasSubstr("return "));
  EXPECT_THAT(story(), testing::HasSubstr("removed"));
}

TEST_F(PrivacySession, ALocalProviderSeesTheTextAsItIs) {
  const std::string one = corpus.draw('a', 36);
  begin(options("local"));
  editor.open("file:///w/a.cpp", "cpp", "auto a = \"ghp_" + one + "\";\nint f() {\n  return ^\n}\n");
  EXPECT_EQ(editor.complete(), "alpha + beta;");
  EXPECT_THAT(seen(), testing::HasSubstr(one));
}

TEST_F(PrivacySession, TypingASecretSendsNothingOfIt) {
  const std::string one = corpus.draw('a', 35) + "7";
  begin(options());
  editor.open("file:///w/a.cpp", "cpp", "int f() { return 1; }\nauto a = \"^\";\n");
  for (const char c : "ghp_" + one) {
    editor.type(std::string(1, c));
    editor.complete();
  }
  expect_unseen(one);
  EXPECT_THAT(story(), testing::HasSubstr("not asked: the cursor stands in a secret (GitHub personal token), line 2"));
}

TEST_F(PrivacySession, ThePlaceOfAPasswordIsNotAskedFor) {
  begin(options());
  editor.open("file:///w/a.py", "python", "password = \"^\"\n");
  editor.complete();
  EXPECT_EQ(completions(), 0u);
  EXPECT_THAT(story(), testing::HasSubstr("not asked: the value of a secret goes here, line 1"));
}

TEST_F(PrivacySession, APrivateFileIsNotAskedFor) {
  begin(options());
  for (const char* name : {".env", "deploy/prod.env", "id_rsa", "secrets/db.yaml"}) {
    editor.open(std::string("file:///w/") + name, "plaintext", "A=1\nB=^\n");
    editor.complete();
    EXPECT_EQ(completions(), 0u) << name;
  }
  editor.open("file:///w/a.cpp", "cpp", "int f() {\n  return ^\n}\n");
  EXPECT_EQ(editor.complete(), "alpha + beta;");
}

TEST_F(PrivacySession, ASuggestionWithAPlaceholderIsDropped) {
  const std::string one = corpus.draw('a', 36);
  reply = "\"ghp_REDACTED5fdN8J" + std::string(22, 'x') + "\";";
  begin(options());
  editor.open("file:///w/a.cpp", "cpp", "auto a = \"ghp_" + one + "\";\nauto b = ^\n");
  EXPECT_EQ(editor.complete().find("REDACTED"), std::string::npos);
  EXPECT_THAT(story(), testing::HasSubstr("placeholder"));
}

TEST_F(PrivacySession, BlockSendsNothingOfAFileWithASecret) {
  const std::string one = corpus.draw('a', 36);
  begin(options("eu", "block"));
  editor.open("file:///w/a.cpp", "cpp", "auto a = \"ghp_" + one + "\";\nint f() {\n  return ^\n}\n");
  editor.complete();
  EXPECT_EQ(completions(), 0u);
  EXPECT_THAT(story(), testing::HasSubstr("privacy.secrets is \\\"block\\\""));
}

}  // namespace
}  // namespace fimd::tests

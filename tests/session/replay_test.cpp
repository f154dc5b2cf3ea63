// Recorded sessions, and what comes of them when they are replayed. UPDATE_GOLDEN=1 records those in tests/golden/sessions
// anew; what differs then shows in the version control.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "lsp/record/recorder.h"
#include "lsp/record/replayer.h"
#include "tests/session/fake_editor.h"
#include "tests/session/model_server.h"

namespace fimd::tests {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;
namespace fs = std::filesystem;
using Verdict = lsp::Difference::Verdict;

constexpr double kFast = 100;  // times the recorded speed

std::string delta(const std::string& text) { return json{{"choices", {{{"index", 0}, {"delta", {{"content", text}}}, {"finish_reason", nullptr}}}}}.dump(); }

Reply streamed(std::initializer_list<std::string> pieces) {
  std::vector<std::string> events;
  for (const std::string& piece : pieces) events.push_back(delta(piece));
  events.push_back(json{{"choices", {{{"index", 0}, {"delta", {{"content", ""}}}, {"finish_reason", "stop"}}}}}.dump());
  events.emplace_back("[DONE]");
  return sse_reply(events);
}

std::string content_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<std::pair<std::string, std::string>> golden_sessions() {  // name and path
  std::vector<std::pair<std::string, std::string>> out;
  for (const char* name : {"typing", "redacted"}) out.emplace_back(name, std::string(FIMD_SOURCE_DIR) + "/tests/golden/sessions/" + name + ".jsonl");
  return out;
}

class ReplaySession : public testing::Test {
 protected:
  ReplaySession() {
    std::string pattern = (fs::temp_directory_path() / "fimd-replay-XXXXXX").string();
    top = ::mkdtemp(pattern.data());
    ::setenv("FIMD_TEST_KEY", "k3y-that-must-not-be-seen", 1);
  }
  ~ReplaySession() override { fs::remove_all(top); }

  // An editor that writes a sum with one model, into the file.
  void record(const std::string& path, bool text) {
    auto opened = lsp::Recorder::open(path, text);
    ASSERT_TRUE(opened) << opened.error().message;
    const std::shared_ptr<lsp::Recorder> recorder = *opened;
    lsp::Daemon daemon;
    daemon.http.record([recorder](const providers::HttpExchange& exchange) { recorder->exchange(exchange); });
    ModelServer server(daemon.loop, [](const SeenRequest& request) {
      if (request.target == "/v1/models") return json_reply(200, R"({"object":"list","data":[{"id":"codestral-latest"}]})");
      return streamed({"alp", "ha + be", "ta;"});
    });
    {
      FakeEditor editor(daemon, recorder);
      editor.initialize({{"completion", {{"providers", {"far"}}, {"speculate", "off"}, {"soft_ms", 20000}, {"hard_ms", 20000}}},
                         {"providers", {{"far", {{"kind", "mistral"}, {"url", server.url()}, {"model", "codestral-latest"}, {"jurisdiction", "local"},
                                                 {"api_key_env", "FIMD_TEST_KEY"}, {"headers", {{"x-team", "header-that-must-not-be-seen"}}}}}}}});
      editor.open("file:///w/sums.cpp", "cpp", "int total(int price) {\n  int alpha = price, beta = 2;\n  return ^\n}\n");
      typed.push_back(editor.complete());
      editor.type("al");
      typed.push_back(editor.complete());
      editor.erase(2);
      typed.push_back(editor.complete());
      editor.request("shutdown", nullptr);
    }
    daemon.http.record({});
    recorder->end();
  }

  static lsp::Recording recording_of(const std::string& path) {
    auto recording = lsp::read_recording(path);
    EXPECT_TRUE(recording) << recording.error().message;
    return recording.value_or(lsp::Recording{});
  }

  static std::vector<lsp::Difference> replayed(const lsp::Recording& recording) {
    const auto now = lsp::replay(recording, {.speed = kFast, .live = false, .against = "", .settings = {}});
    EXPECT_TRUE(now) << now.error().message;
    return lsp::compare(lsp::outcomes_of(recording.messages), lsp::outcomes_of(now->messages));
  }

  static void expect_same(const lsp::Recording& recording) {
    const auto differences = replayed(recording);
    EXPECT_EQ(differences.size(), 3U);
    for (const auto& d : differences) {
      EXPECT_EQ(d.verdict, Verdict::same) << testing::PrintToString(d.before.texts) << " became " << testing::PrintToString(d.now.texts);
      EXPECT_EQ(d.before.by, d.now.by);
    }
  }

  std::string error_of(const std::string& content) {
    const std::string path = top + "/broken.jsonl";
    std::ofstream(path, std::ios::binary) << content;
    const auto read = lsp::read_recording(path);
    return read ? "" : read.error().message;
  }

  std::string top;
  std::vector<std::string> typed;
};

TEST_F(ReplaySession, KeptSessionsComeOutAsTheyWere) {
  for (const auto& [name, path] : golden_sessions()) {
    SCOPED_TRACE(name);
    if (std::getenv("UPDATE_GOLDEN") != nullptr) record(path, name == "typing");
    const lsp::Recording recording = recording_of(path);
    const auto before = lsp::outcomes_of(recording.messages);
    ASSERT_EQ(before.size(), 3U);
    EXPECT_EQ(before[0].by, "far");
    EXPECT_EQ(before[0].texts.size(), 1U);
    expect_same(recording);
  }
}

TEST_F(ReplaySession, ARecordNeedsNoServerAnyMore) {
  record(top + "/a.jsonl", true);
  EXPECT_THAT(typed, testing::ElementsAre("alpha + beta;", "pha + beta;", "alpha + beta;"));
  expect_same(recording_of(top + "/a.jsonl"));
}

TEST_F(ReplaySession, AnotherAnswerOfAProviderIsAnotherOutcome) {
  record(top + "/a.jsonl", true);
  lsp::Recording recording = recording_of(top + "/a.jsonl");
  for (auto& each : recording.exchanges) {
    for (auto& piece : each.exchange.pieces) {
      for (size_t at = 0; (at = piece.bytes.find("ha + be", at)) != std::string::npos;) piece.bytes.replace(at, 7, "ha - be");
    }
  }
  const auto differences = replayed(recording);
  ASSERT_EQ(differences.size(), 3U);
  EXPECT_EQ(differences[0].verdict, Verdict::other_text);
  EXPECT_THAT(differences[0].now.texts, testing::ElementsAre("alpha - beta;"));
}

TEST_F(ReplaySession, AProviderThatSaysNothingLosesTheAnswer) {
  record(top + "/a.jsonl", true);
  lsp::Recording recording = recording_of(top + "/a.jsonl");
  std::erase_if(recording.exchanges, [](const lsp::RecordedExchange& e) { return !e.exchange.probe && e.exchange.target.starts_with("POST"); });
  const auto differences = replayed(recording);
  ASSERT_FALSE(differences.empty());
  EXPECT_EQ(differences[0].verdict, Verdict::lost);
}

TEST_F(ReplaySession, ARedactedRecordHoldsNeitherTextNorKeys) {
  record(top + "/a.jsonl", false);
  const std::string content = content_of(top + "/a.jsonl");
  EXPECT_THAT(content, HasSubstr("codestral-latest"));
  for (const char* word : {"alpha", "beta", "total", "price", "sums", "must-not-be-seen", "FIMD_TEST_KEY"}) EXPECT_THAT(content, Not(HasSubstr(word)));
  struct stat st {};
  ASSERT_EQ(::stat((top + "/a.jsonl").c_str(), &st), 0);
  EXPECT_EQ(st.st_mode & 0777, 0600U);
  expect_same(recording_of(top + "/a.jsonl"));
}

TEST_F(ReplaySession, ARecordWithTextHoldsNoSecrets) {
  const lsp::Redactor redactor(true, 1);
  const std::string source = "password = \"vR7kQ2m9Lx4Tz8wB\"\nname = \"plain\"\n";
  const std::string kept = redactor.text(source);
  EXPECT_THAT(kept, Not(HasSubstr("vR7kQ2m9")));
  EXPECT_THAT(kept, HasSubstr("plain"));
  EXPECT_EQ(kept.size(), source.size());
}

TEST_F(ReplaySession, RedactionKeepsShapeAndEqualBeginnings) {
  const lsp::Redactor redactor(false, 7);
  const std::string source = "  Price = pri(\"\xc3\xa4\xe2\x82\xac\xf0\x9f\x90\x88\");\r\n\tx42 += 1;\n";
  const std::string out = redactor.text(source);
  EXPECT_EQ(out.size(), source.size());
  EXPECT_THAT(out, Not(HasSubstr("rice")));
  for (size_t i = 0; i < source.size(); ++i) {
    const auto c = static_cast<unsigned char>(source[i]);
    if (std::ispunct(c) != 0 || std::isspace(c) != 0) {
      EXPECT_EQ(out[i], source[i]);
    }
  }
  EXPECT_TRUE(redactor.text("priced").starts_with(redactor.text("pri")));
}

TEST_F(ReplaySession, RedactsAReplyAlikeHoweverItIsCut) {
  const lsp::Redactor redactor(false, 3);
  const std::string reply = "data: {\"model\":\"qwen\",\"list\":[\"one\",\"two\"],\"choices\":[{\"text\":\"price\\n\\u00e4\\ud83d\\ude00 \xc3\xa4 \\\"so\\\"\"}]}\n\n";
  const std::string whole = lsp::ReplyRedactor(redactor, true).next(reply);
  EXPECT_EQ(whole.size(), reply.size());
  EXPECT_THAT(whole, HasSubstr("qwen"));
  EXPECT_THAT(whole, HasSubstr("\\n"));
  for (const char* word : {"price", "one", "two", "\"so"}) EXPECT_THAT(whole, Not(HasSubstr(word)));
  EXPECT_FALSE(json::parse(whole.substr(6), nullptr, false).is_discarded()) << whole;
  lsp::ReplyRedactor each(redactor, true);
  std::string cut;
  for (const char c : reply) cut += each.next(std::string(1, c));
  EXPECT_EQ(cut, whole);
}

TEST_F(ReplaySession, ABrokenRecordGivesOneClearError) {
  record(top + "/a.jsonl", true);
  const std::string good = content_of(top + "/a.jsonl");
  const size_t lines = static_cast<size_t>(std::count(good.begin(), good.end(), '\n'));
  EXPECT_THAT(error_of(""), HasSubstr("is empty"));
  EXPECT_THAT(error_of("{\"a\":1}\n"), HasSubstr("is not a record of fimd"));
  EXPECT_THAT(error_of(good.substr(0, good.rfind("{\"end\""))), HasSubstr("is cut off after line " + std::to_string(lines - 1)));
  EXPECT_THAT(error_of(good.substr(0, good.size() / 2)), HasSubstr("is not one of a record"));
  std::string edited = good;
  edited.replace(edited.find("\"pieces\""), 8, "\"pieced\"");
  EXPECT_THAT(error_of(edited), HasSubstr("is not one of a record"));
  const auto missing = lsp::read_recording(top + "/none.jsonl");
  ASSERT_FALSE(missing);
  EXPECT_THAT(missing.error().message, HasSubstr("no such file"));
}

TEST_F(ReplaySession, AFullDiskEndsTheRecordAndNotTheSession) {
  if (!fs::exists("/dev/full")) GTEST_SKIP() << "no /dev/full here";
  record("/dev/full", true);
  EXPECT_THAT(typed, testing::ElementsAre("alpha + beta;", "pha + beta;", "alpha + beta;"));
}

}  // namespace
}  // namespace fimd::tests

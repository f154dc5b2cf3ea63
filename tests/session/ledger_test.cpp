// What the ledger says of what a scripted server received, and what happens when the day's money is spent.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "providers/ledger_store.h"
#include "tests/session/fake_editor.h"
#include "tests/session/model_server.h"

namespace fimd::tests {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;
namespace fs = std::filesystem;

Reply models() { return json_reply(200, R"({"object":"list","data":[{"id":"codestral-latest"}]})"); }

// A complete answer with the server's counts.
Reply answer(const std::string& text) {
  return sse_reply({json{{"choices", {{{"index", 0}, {"delta", {{"content", text}}}, {"finish_reason", nullptr}}}}}.dump(),
                    json{{"choices", {{{"index", 0}, {"delta", {{"content", ""}}}, {"finish_reason", "stop"}}}},
                         {"usage", {{"prompt_tokens", 1000}, {"completion_tokens", 10}}}}.dump(),
                    "[DONE]"});
}

class LedgerSession : public testing::Test {
 protected:
  LedgerSession() {
    std::string pattern = (fs::temp_directory_path() / "fimd-ledger-XXXXXX").string();
    top = fs::canonical(::mkdtemp(pattern.data())).string();
    ::setenv("XDG_STATE_HOME", (top + "/state").c_str(), 1);
    ::setenv("FIMD_TEST_KEY", "k3y-that-must-not-be-seen", 1);
    daemon->ledger.keep_in(file());
  }
  ~LedgerSession() override {
    ::unsetenv("XDG_STATE_HOME");
    fs::remove_all(top);
  }

  [[nodiscard]] std::string file() const { return top + "/state/fimd/ledger.db"; }

  json options(double price, bool ledger = true) {
    return {{"completion", {{"providers", {"far", "builtin"}}, {"speculate", "off"}, {"soft_ms", 20000}, {"hard_ms", 20000}}},
            {"privacy", {{"jurisdictions", {"local", "eu"}}, {"ledger", ledger}}},
            {"providers",
             {{"far",
               {{"kind", "mistral"}, {"url", server->url()}, {"model", "codestral-latest"}, {"jurisdiction", "eu"},
                {"api_key_env", "FIMD_TEST_KEY"}, {"price", {{"input", price}, {"output", price}}}}}}}};
  }

  void begin(const json& settings) {
    editor->initialize(settings);
    lsp::Configuration configuration;
    configuration.set(lsp::Layer::initialization, settings, "test");
    editor->run_until([&] {
      const auto usable = daemon->providers.usable(configuration.now(), {}, Clock::now());
      return std::any_of(usable.begin(), usable.end(), [](const auto& p) { return p->codec != nullptr; });
    });
  }

  // Ends the process's daemon, so that everything is written, and reads what it wrote.
  std::vector<providers::SentRow> entries() {
    editor.reset();
    server.reset();
    daemon.reset();
    auto store = providers::LedgerStore::open(file());
    EXPECT_TRUE(store);
    auto rows = (*store)->sent({});
    EXPECT_TRUE(rows);
    return *rows;
  }

  std::string top;
  std::unique_ptr<lsp::Daemon> daemon = std::make_unique<lsp::Daemon>();
  std::unique_ptr<ModelServer> server = std::make_unique<ModelServer>(daemon->loop, [](const SeenRequest& request) {
    return request.target == "/v1/models" ? models() : answer("alpha + beta;");
  });
  std::unique_ptr<FakeEditor> editor = std::make_unique<FakeEditor>(*daemon);
};

constexpr const char* kText = "int total(int price) {\n  int secretly_named = price;\n  return ^\n}\n";

TEST_F(LedgerSession, HoldsEveryRequestThatAServerGot) {
  begin(options(1));
  editor->open("file:///w/a.cpp", "cpp", kText);
  EXPECT_EQ(editor->complete(), "alpha + beta;");
  const std::vector<SeenRequest> seen = server->log().requests;
  const std::string host = server->url();
  const auto rows = entries();
  EXPECT_EQ(rows.size(), seen.size());
  const auto completion = std::find_if(rows.begin(), rows.end(), [](const auto& r) { return r.purpose == "completion"; });
  ASSERT_NE(completion, rows.end());
  EXPECT_EQ(completion->provider, "far");
  EXPECT_EQ(completion->host, host);
  EXPECT_EQ(completion->jurisdiction, "eu");
  EXPECT_EQ(completion->bytes_sent, static_cast<int64_t>(seen.back().body.size()));
  EXPECT_EQ(completion->tokens_in, 1000);
  EXPECT_NEAR(completion->usd, 1010e-6, 1e-9);
  EXPECT_FALSE(completion->estimated);
  ASSERT_FALSE(completion->parts.empty());
  EXPECT_THAT(completion->parts[0].path, HasSubstr("a.cpp"));
  EXPECT_EQ(completion->parts[0].first_line, 1U);
  EXPECT_GE(completion->parts[0].last_line, 4U);
}

TEST_F(LedgerSession, NamesTheArmOfAnExperimentForEachSuggestion) {
  json settings = options(1);
  settings["experiments"] = {{{"name", "short"}, {"split", 1}, {"override", {{"completion", {{"max_lines", 1}}}}}}};
  begin(settings);
  editor->open("file:///w/a.cpp", "cpp", kText);
  EXPECT_EQ(editor->complete(), "alpha + beta;");
  EXPECT_EQ(editor->explain()["arm"], "short");
  entries();
  const auto shown = (*providers::LedgerStore::open(file()))->shown(0);
  ASSERT_TRUE(shown);
  ASSERT_EQ(shown->size(), 1U);
  EXPECT_EQ(shown->front().arm, "short");
}

TEST_F(LedgerSession, HoldsNoTextAndNoKey) {
  begin(options(1));
  editor->open("file:///w/a.cpp", "cpp", kText);
  EXPECT_EQ(editor->complete(), "alpha + beta;");
  ASSERT_FALSE(entries().empty());
  for (const auto& each : fs::directory_iterator(fs::path(file()).parent_path())) {
    std::ifstream in(each.path(), std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(in)), {});
    EXPECT_THAT(bytes, Not(HasSubstr("secretly_named"))) << each.path();
    EXPECT_THAT(bytes, Not(HasSubstr("alpha"))) << each.path();
    EXPECT_THAT(bytes, Not(HasSubstr("k3y-that"))) << each.path();
  }
}

TEST_F(LedgerSession, CountsTheSecretsThatWereReplaced) {
  begin(options(1));
  editor->open("file:///w/a.cpp", "cpp", "const char* token = \"ghp_R4nD0mT0k3nWithThirtySixCharsAbcdE12\";\nint x = ^\n");
  editor->complete();
  const auto rows = entries();
  EXPECT_TRUE(std::any_of(rows.begin(), rows.end(), [](const auto& r) { return r.redactions > 0; }));
}

TEST_F(LedgerSession, HoldsARequestThatWasStillRunningAtTheEnd) {
  begin(options(1));
  server->set_script([](const SeenRequest&) { return Reply{{Step::Kind::hang}}; });
  editor->open("file:///w/a.cpp", "cpp", kText);
  const size_t before = server->log().requests.size();
  editor->ask();
  editor->run_until([&] { return server->log().requests.size() > before; });
  const auto rows = entries();
  ASSERT_FALSE(rows.empty());
  EXPECT_EQ(rows.back().outcome, "stopped");
  EXPECT_GT(rows.back().bytes_sent, 0);
}

TEST_F(LedgerSession, IsNotThereWhenItIsNotWanted) {
  begin(options(1, false));
  editor->open("file:///w/a.cpp", "cpp", kText);
  EXPECT_EQ(editor->complete(), "alpha + beta;");
  editor.reset();
  server.reset();
  daemon.reset();
  auto store = providers::LedgerStore::open(file());
  ASSERT_TRUE(store);
  EXPECT_TRUE((*store)->sent({})->empty());
}

TEST_F(LedgerSession, StopsAProviderThatCostsMoneyWhenTheDaysMoneyIsSpent) {
  begin(options(10'000));  // one answer costs more than ten dollars
  editor->open("file:///w/a.cpp", "cpp", kText);
  EXPECT_EQ(editor->complete(), "alpha + beta;");
  const size_t before = server->log().requests.size();
  editor->type("1 +");
  editor->complete();
  EXPECT_EQ(server->log().requests.size(), before);
  EXPECT_THAT(editor->explain()["story"].dump(), HasSubstr("budgets.usd_per_day"));
  const auto told = editor->received("window/showMessage");
  EXPECT_EQ(told.size(), 1U);
}

TEST_F(LedgerSession, RemembersWhatWasSpentToday) {
  begin(options(10'000));
  editor->open("file:///w/a.cpp", "cpp", kText);
  EXPECT_EQ(editor->complete(), "alpha + beta;");
  entries();
  lsp::Daemon later;
  later.ledger.keep_in(file());
  lsp::run_until(later.loop, [&] { return later.ledger.spent_today() > 10; }, "the ledger to be read");
}

TEST_F(LedgerSession, SaysHowASuggestionFared) {
  begin(options(1));
  editor->open("file:///w/a.cpp", "cpp", kText);
  editor->type(editor->complete());
  entries();
  auto store = providers::LedgerStore::open(file());
  const auto shown = (*store)->shown(0);
  ASSERT_TRUE(shown);
  ASSERT_EQ(shown->size(), 1U);
  EXPECT_EQ(shown->front().fate, "accepted");
  EXPECT_EQ(shown->front().provider, "far");
  EXPECT_EQ(shown->front().language, "cpp");
}

}  // namespace
}  // namespace fimd::tests

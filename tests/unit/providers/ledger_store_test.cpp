#include "providers/ledger_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "context/sqlite.h"

namespace fimd::providers {
namespace {

namespace fs = std::filesystem;

constexpr int64_t kDay = 24 * 3600 * 1000LL;

class Ledger : public testing::Test {
 protected:
  Ledger() {
    std::string name = (fs::temp_directory_path() / "fimd-ledger-XXXXXX").string();
    folder = ::mkdtemp(name.data());
    path = folder + "/state/fimd/ledger.db";
  }
  ~Ledger() override {
    std::error_code ignored;
    fs::remove_all(folder, ignored);
  }
  [[nodiscard]] std::unique_ptr<LedgerStore> open() const {
    auto store = LedgerStore::open(path);
    EXPECT_TRUE(store) << store.error().message;
    return store ? std::move(*store) : nullptr;
  }
  static SentRow sent(int64_t at, const std::string& provider = "far", const std::string& jurisdiction = "eu") {
    SentRow r;
    r.at_ms = at;
    r.provider = provider;
    r.host = "https://models.example";
    r.jurisdiction = jurisdiction;
    r.purpose = "completion";
    r.outcome = "ok";
    r.parts = {{"src/a.cpp", 10, 40}, {"src/b \"c\".cpp", 0, 0}};
    r.bytes_sent = 1234;
    r.redactions = 2;
    r.status = 200;
    r.ms = 93.5;
    r.first_token_ms = 61.25;
    r.tokens_in = 400;
    r.tokens_out = 12;
    r.usd = 0.25;
    r.priced = true;
    return r;
  }

  std::string folder, path;
};

TEST_F(Ledger, GivesBackWhatItWasGiven) {
  ShownRow shown;
  shown.at_ms = 5;
  shown.provider = "far";
  shown.language = "cpp";
  shown.fate = "partly";
  shown.bytes = 40;
  shown.taken = 12;
  shown.runaway = true;
  shown.kept_30s = 0.5;
  const SentRow row = sent(7);
  ASSERT_TRUE(open()->add({&row, 1}, {&shown, 1}));
  const auto store = open();
  const auto rows = store->sent({});
  ASSERT_TRUE(rows);
  ASSERT_EQ(rows->size(), 1U);
  const SentRow& r = rows->front();
  EXPECT_EQ(r.host, "https://models.example");
  ASSERT_EQ(r.parts.size(), 2U);
  EXPECT_EQ(r.parts[0].last_line, 40U);
  EXPECT_EQ(r.parts[1].path, "src/b \"c\".cpp");
  EXPECT_EQ(r.first_token_ms, 61.25);
  EXPECT_EQ(r.tokens_out, 12);
  EXPECT_TRUE(r.priced);
  const auto back = store->shown(0);
  ASSERT_TRUE(back);
  ASSERT_EQ(back->size(), 1U);
  EXPECT_EQ(back->front().fate, "partly");
  EXPECT_EQ(back->front().kept_30s, 0.5);
  EXPECT_EQ(back->front().kept_saved, std::nullopt);
  EXPECT_TRUE(back->front().runaway);
}

TEST_F(Ledger, KnowsTheNewestSuggestionsWhoseModelWasSureOrNot) {
  std::vector<ShownRow> rows(4);
  for (size_t i = 0; i < rows.size(); ++i) rows[i].at_ms = static_cast<int64_t>(i);
  rows[1].lowest_logprob = -0.5;
  rows[2].lowest_logprob = -1.5;
  rows[3].lowest_logprob = -2.5;
  const auto store = open();
  ASSERT_TRUE(store->add({}, rows));
  const auto sure = store->sure(2);
  ASSERT_TRUE(sure);
  ASSERT_EQ(sure->size(), 2U);
  EXPECT_EQ(sure->front().lowest_logprob, -1.5);
  EXPECT_EQ(sure->back().lowest_logprob, -2.5);
}

TEST_F(Ledger, ReadsOnInAFileOfTheFirstVersion) {
  ShownRow row;
  row.fate = "accepted";
  ASSERT_TRUE(open()->add({}, {&row, 1}));
  sqlite3* raw = nullptr;
  ASSERT_EQ(sqlite3_open(path.c_str(), &raw), SQLITE_OK);
  const context::sqlite::Database db(raw);
  ASSERT_TRUE(context::sqlite::run(raw, "ALTER TABLE shown DROP COLUMN lowest_logprob; PRAGMA user_version=1"));
  const auto store = open();
  row.lowest_logprob = -1;
  ASSERT_TRUE(store->add({}, {&row, 1}));
  const auto rows = store->shown(0);
  ASSERT_TRUE(rows);
  ASSERT_EQ(rows->size(), 2U);
  EXPECT_EQ(rows->front().lowest_logprob, std::nullopt);
  EXPECT_EQ(rows->back().lowest_logprob, -1);
}

TEST_F(Ledger, FiltersByTimeProviderAndPlace) {
  const auto store = open();
  const std::vector<SentRow> rows = {sent(1), sent(2, "near", "local"), sent(3, "other"), sent(4)};
  ASSERT_TRUE(store->add(rows, {}));
  EXPECT_EQ(store->sent({.since_ms = 3, .provider = "", .purpose = ""})->size(), 2U);
  EXPECT_EQ(store->sent({.provider = "far", .purpose = ""})->size(), 2U);
  EXPECT_EQ(store->sent({.provider = "", .purpose = "", .local = false})->size(), 3U);
  EXPECT_EQ(store->sent({.provider = "", .purpose = "agent"})->size(), 0U);
  const auto newest = store->sent({.provider = "", .purpose = "", .most = 2});
  ASSERT_EQ(newest->size(), 2U);
  EXPECT_EQ(newest->front().at_ms, 3) << "oldest first";
}

TEST_F(Ledger, AddsUpWhatWasSpent) {
  const auto store = open();
  const std::vector<SentRow> rows = {sent(1), sent(10), sent(11)};
  ASSERT_TRUE(store->add(rows, {}));
  EXPECT_DOUBLE_EQ(*store->spent(10), 0.5);
  EXPECT_DOUBLE_EQ(*store->spent(100), 0);
}

TEST_F(Ledger, ForgetsWhatIsOld) {
  const auto store = open();
  const int64_t now = 1000 * kDay;
  const std::vector<SentRow> rows = {sent(now - 91 * kDay), sent(now - 89 * kDay), sent(now - 15 * kDay, "near", "local"),
                                     sent(now - 13 * kDay, "near", "local")};
  ASSERT_TRUE(store->add(rows, {}));
  ASSERT_TRUE(store->prune(now));
  const auto left = store->sent({});
  ASSERT_EQ(left->size(), 2U);
  EXPECT_EQ(left->front().at_ms, now - 89 * kDay);
  EXPECT_EQ(left->back().provider, "near");
}

TEST_F(Ledger, IsReadableByItsOwnerOnly) {
  const SentRow row = sent(1);
  ASSERT_TRUE(open()->add({&row, 1}, {}));
  struct stat s {};
  ASSERT_EQ(::stat(path.c_str(), &s), 0);
  EXPECT_EQ(s.st_mode & 0777, 0600U);
  ASSERT_EQ(::stat((folder + "/state").c_str(), &s), 0);
  EXPECT_EQ(s.st_mode & 0777, 0700U);
}

TEST_F(Ledger, SetsAFileAsideThatIsNone) {
  fs::create_directories(fs::path(path).parent_path());
  std::ofstream(path) << "this was never a database, and it is longer than its header would be: " << std::string(200, 'x');
  const SentRow row = sent(1);
  ASSERT_TRUE(open()->add({&row, 1}, {}));
  EXPECT_EQ(open()->sent({})->size(), 1U);
  EXPECT_TRUE(fs::exists(path + ".old"));
}

TEST_F(Ledger, SaysWhereItCannotBe) {
  std::ofstream(folder + "/state") << "a file in its way";
  const auto store = LedgerStore::open(path);
  ASSERT_FALSE(store);
  EXPECT_THAT(store.error().message, testing::HasSubstr(path));
}

TEST_F(Ledger, TakesEntriesOfSeveralProcessesAtOnce) {
  constexpr int kProcesses = 4, kEach = 25;
  ASSERT_TRUE(open());
  std::vector<pid_t> children;
  for (int p = 0; p < kProcesses; ++p) {
    const pid_t child = ::fork();
    if (child == 0) {
      auto store = LedgerStore::open(path);
      bool good = store.has_value();
      for (int i = 0; good && i < kEach; ++i) {
        const SentRow row = sent(i);
        good = (*store)->add({&row, 1}, {}).has_value();
      }
      ::_exit(good ? 0 : 1);
    }
    children.push_back(child);
  }
  for (const pid_t child : children) {
    int status = -1;
    ::waitpid(child, &status, 0);
    EXPECT_EQ(status, 0);
  }
  EXPECT_EQ(open()->sent({})->size(), static_cast<size_t>(kProcesses * kEach));
}

}  // namespace
}  // namespace fimd::providers

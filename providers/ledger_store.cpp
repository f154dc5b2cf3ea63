#include "providers/ledger_store.h"

#include <fmt/format.h>

#include <cstdio>
#include <nlohmann/json.hpp>

#include "context/log.h"
#include "context/sqlite.h"

namespace fimd::providers {
namespace {

using context::sqlite::prepare;
using context::sqlite::run;
using context::sqlite::Statement;
using nlohmann::json;

constexpr int kBusyMs = 3000;  // another process adds: milliseconds
constexpr int kSchema = 2;
constexpr std::string_view kWhat = "ledger";

constexpr const char* kSettings =
    "PRAGMA journal_mode=WAL;"
    "PRAGMA synchronous=NORMAL;"
    "PRAGMA temp_store=MEMORY;"
    "PRAGMA cache_size=-1024;"
    "PRAGMA trusted_schema=OFF;";

constexpr const char* kTables =
    "BEGIN IMMEDIATE;"
    "CREATE TABLE IF NOT EXISTS sent(id INTEGER PRIMARY KEY, at INTEGER NOT NULL, local INTEGER NOT NULL, provider "
    "TEXT, host TEXT,"
    " jurisdiction TEXT, purpose TEXT, outcome TEXT, parts TEXT, bytes_sent INTEGER, bytes_received INTEGER, "
    "redactions INTEGER,"
    " status INTEGER, ms REAL, first_token_ms REAL, tokens_in INTEGER, tokens_cached INTEGER, tokens_out INTEGER,"
    " estimated INTEGER, usd REAL, priced INTEGER);"
    "CREATE INDEX IF NOT EXISTS sent_at ON sent(at);"
    "CREATE TABLE IF NOT EXISTS shown(id INTEGER PRIMARY KEY, at INTEGER NOT NULL, provider TEXT, language TEXT, arm "
    "TEXT, ms REAL,"
    " bytes INTEGER, taken INTEGER, fate TEXT, late INTEGER, runaway INTEGER, kept_30s REAL, kept_2m REAL, kept_5m "
    "REAL,"
    " kept_10m REAL, kept_saved REAL, lowest_logprob REAL);"
    "CREATE INDEX IF NOT EXISTS shown_at ON shown(at);"
    "PRAGMA user_version=2;"
    "COMMIT;";

constexpr const char* kFromOne =
    "BEGIN IMMEDIATE;"
    "ALTER TABLE shown ADD COLUMN lowest_logprob REAL;"
    "PRAGMA user_version=2;"
    "COMMIT;";

constexpr const char* kShownColumns =
    "SELECT "
    "at,provider,language,arm,ms,bytes,taken,fate,late,runaway,kept_30s,kept_2m,kept_5m,kept_10m,kept_saved,lowest_"
    "logprob"
    " FROM shown";

tl::unexpected<Error> io(const std::string& path, const std::string& why) {
  return fail(Error::Code::io, fmt::format("{} {}: {}", kWhat, path, why));
}

std::string in_text(const std::vector<SentPart>& parts) {
  json out = json::array();
  for (const SentPart& part : parts) out.push_back({part.path, part.first_line, part.last_line});
  return out.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::vector<SentPart> parts_in(const std::string& text) {
  std::vector<SentPart> out;
  const json list = json::parse(text, nullptr, false);
  if (!list.is_array()) return out;
  for (const json& part : list) {
    if (!part.is_array() || part.size() != 3 || !part[0].is_string() || !part[1].is_number() || !part[2].is_number())
      continue;
    out.push_back({part[0], part[1], part[2]});
  }
  return out;
}

// Binds values from left to right, and reads columns in the same way.
struct Cursor {
  sqlite3_stmt* statement;
  int next = 0;

  void put(int64_t v) { sqlite3_bind_int64(statement, ++next, v); }
  void put(double v) { sqlite3_bind_double(statement, ++next, v); }
  void put(const std::string& v) {
    sqlite3_bind_text(statement, ++next, v.data(), static_cast<int>(v.size()), SQLITE_TRANSIENT);
  }
  void put(const std::optional<double>& v) {
    if (v) return put(*v);
    sqlite3_bind_null(statement, ++next);
  }

  int64_t integer() { return sqlite3_column_int64(statement, next++); }
  double real() { return sqlite3_column_double(statement, next++); }
  std::string text() {
    const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement, next));
    return bytes ? std::string(bytes, static_cast<size_t>(sqlite3_column_bytes(statement, next++)))
                 : (++next, std::string());
  }
  std::optional<double> maybe() {
    const bool none = sqlite3_column_type(statement, next) == SQLITE_NULL;
    const double value = real();
    return none ? std::nullopt : std::optional(value);
  }
};

void put(Cursor to, const SentRow& r) {
  to.put(r.at_ms);
  to.put(int64_t{r.jurisdiction == "local"});
  for (const std::string* text : {&r.provider, &r.host, &r.jurisdiction, &r.purpose, &r.outcome}) to.put(*text);
  to.put(in_text(r.parts));
  for (const int64_t count : {r.bytes_sent, r.bytes_received, r.redactions, int64_t{r.status}}) to.put(count);
  to.put(r.ms);
  to.put(r.first_token_ms);
  for (const int64_t count : {r.tokens_in, r.tokens_cached, r.tokens_out, int64_t{r.estimated}}) to.put(count);
  to.put(r.usd);
  to.put(int64_t{r.priced});
}

SentRow sent_row(Cursor from) {
  SentRow r;
  r.at_ms = from.integer();
  for (std::string* text : {&r.provider, &r.host, &r.jurisdiction, &r.purpose, &r.outcome}) *text = from.text();
  r.parts = parts_in(from.text());
  for (int64_t* count : {&r.bytes_sent, &r.bytes_received, &r.redactions}) *count = from.integer();
  r.status = static_cast<int>(from.integer());
  r.ms = from.real();
  r.first_token_ms = from.maybe();
  for (int64_t* count : {&r.tokens_in, &r.tokens_cached, &r.tokens_out}) *count = from.integer();
  r.estimated = from.integer() != 0;
  r.usd = from.real();
  r.priced = from.integer() != 0;
  return r;
}

void put(Cursor to, const ShownRow& r) {
  to.put(r.at_ms);
  for (const std::string* text : {&r.provider, &r.language, &r.arm}) to.put(*text);
  to.put(r.ms);
  to.put(r.bytes);
  to.put(r.taken);
  to.put(r.fate);
  to.put(int64_t{r.late});
  to.put(int64_t{r.runaway});
  for (const auto* kept : {&r.kept_30s, &r.kept_2m, &r.kept_5m, &r.kept_10m, &r.kept_saved}) to.put(*kept);
  to.put(r.lowest_logprob);
}

ShownRow shown_row(Cursor from) {
  ShownRow r;
  r.at_ms = from.integer();
  for (std::string* text : {&r.provider, &r.language, &r.arm}) *text = from.text();
  r.ms = from.real();
  r.bytes = from.integer();
  r.taken = from.integer();
  r.fate = from.text();
  r.late = from.integer() != 0;
  r.runaway = from.integer() != 0;
  for (auto* kept : {&r.kept_30s, &r.kept_2m, &r.kept_5m, &r.kept_10m, &r.kept_saved}) *kept = from.maybe();
  r.lowest_logprob = from.maybe();
  return r;
}

template <class Row>
bool add_all(sqlite3* db, const char* sql, std::span<const Row> rows) {
  if (rows.empty()) return true;
  const Statement add = prepare(db, sql);
  for (const Row& row : rows) {
    put(Cursor{add.get()}, row);
    if (sqlite3_step(add.get()) != SQLITE_DONE) return false;
    sqlite3_reset(add.get());
  }
  return true;
}

}  // namespace

SentRow row_of(const LedgerEntry& e) {
  SentRow r;
  r.at_ms = std::chrono::duration_cast<std::chrono::milliseconds>(e.at.time_since_epoch()).count();
  r.provider = e.provider;
  r.host = e.host;
  r.jurisdiction = e.jurisdiction;
  r.purpose = name(e.purpose);
  r.outcome = e.status >= 400 ? fmt::format("http {}", e.status) : e.outcome;
  r.parts = e.parts;
  r.bytes_sent = static_cast<int64_t>(e.bytes_sent);
  r.bytes_received = static_cast<int64_t>(e.bytes_received);
  r.redactions = static_cast<int64_t>(e.redactions);
  r.status = e.status;
  r.ms = to_ms(e.took);
  if (e.first_token) r.first_token_ms = to_ms(*e.first_token);
  r.tokens_in = e.usage.prompt_tokens.value_or(0);
  r.tokens_cached = e.usage.cached_tokens.value_or(0);
  r.tokens_out = e.usage.output_tokens.value_or(0);
  r.estimated = e.estimated;
  r.usd = cost_of(e.price, e.usage);
  r.priced = e.price.known;
  return r;
}

struct LedgerStore::Data {
  std::string path;
  context::sqlite::Database db;

  Result<void> connect() {
    if (auto made = context::own_file(path, kWhat); !made) return tl::unexpected(made.error());
    sqlite3* raw = nullptr;
    const int opened = sqlite3_open_v2(path.c_str(), &raw, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
    db.reset(raw);
    if (opened != SQLITE_OK) return io(path, sqlite3_errstr(opened));
    sqlite3_busy_timeout(raw, kBusyMs);
    if (!run(raw, kSettings)) return io(path, sqlite3_errmsg(raw));
    return {};
  }

  [[nodiscard]] int version() const {
    const Statement ask = prepare(db.get(), "PRAGMA user_version");
    return sqlite3_step(ask.get()) == SQLITE_ROW ? sqlite3_column_int(ask.get(), 0) : -1;
  }

  // A file that is none, or of another version of this program, is set aside: what it holds may matter to its owner.
  Result<void> begin_anew() {
    db.reset();
    const std::string aside = path + ".old";
    log::warn("the ledger {} cannot be used and is set aside as {}", path, aside);
    if (std::rename(path.c_str(), aside.c_str()) != 0) return io(path, "cannot be set aside");
    for (const char* ending : {"-wal", "-shm"}) std::remove((path + ending).c_str());
    return connect();
  }

  [[nodiscard]] bool damaged() const {
    const int code = sqlite3_errcode(db.get());
    return code == SQLITE_CORRUPT || code == SQLITE_NOTADB;
  }

  Result<void> set_up() {
    const int found = version();
    if (found == kSchema) return {};
    if (found == 1) {
      if (run(db.get(), kFromOne)) return {};
      run(db.get(), "ROLLBACK");
      if (version() == kSchema) return {};  // another process was faster
    }
    if (found != 0) {
      if (auto anew = begin_anew(); !anew) return anew;
    }
    if (!run(db.get(), kTables)) return io(path, sqlite3_errmsg(db.get()));
    return {};
  }

  template <class Row, class Read>
  Result<std::vector<Row>> rows(const Statement& statement, Read read) {
    std::vector<Row> out;
    int step = SQLITE_ROW;
    while ((step = sqlite3_step(statement.get())) == SQLITE_ROW) out.push_back(read(Cursor{statement.get()}));
    if (step != SQLITE_DONE) return io(path, sqlite3_errmsg(db.get()));
    return out;
  }
};

LedgerStore::LedgerStore(std::unique_ptr<Data> data) : data_(std::move(data)) {}
LedgerStore::~LedgerStore() = default;

Result<std::unique_ptr<LedgerStore>> LedgerStore::open(const std::string& path) {
  auto data = std::make_unique<Data>();
  data->path = path;
  if (auto made = context::make_own_folder(path, kWhat); !made) return tl::unexpected(made.error());
  auto connected = data->connect();
  if (!connected && data->db && data->damaged()) connected = data->begin_anew();
  if (!connected) return tl::unexpected(connected.error());
  if (auto ready = data->set_up(); !ready) return tl::unexpected(ready.error());
  return std::unique_ptr<LedgerStore>(new LedgerStore(std::move(data)));
}

Result<void> LedgerStore::add(std::span<const SentRow> sent, std::span<const ShownRow> shown) {
  constexpr const char* kSent = "INSERT INTO sent VALUES(NULL,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)";
  constexpr const char* kShown = "INSERT INTO shown VALUES(NULL,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)";
  sqlite3* db = data_->db.get();
  if (!run(db, "BEGIN IMMEDIATE")) return io(data_->path, sqlite3_errmsg(db));
  if (add_all(db, kSent, sent) && add_all(db, kShown, shown) && run(db, "COMMIT")) return {};
  auto error = io(data_->path, sqlite3_errmsg(db));
  run(db, "ROLLBACK");
  return error;
}

Result<std::vector<SentRow>> LedgerStore::sent(const LedgerFilter& f) {
  // The newest, turned round.
  const Statement ask = prepare(data_->db.get(),
                                "SELECT "
                                "at,provider,host,jurisdiction,purpose,outcome,parts,bytes_sent,bytes_received,"
                                "redactions,status,ms,first_token_ms,"
                                "tokens_in,tokens_cached,tokens_out,estimated,usd,priced FROM sent WHERE at>=?1 AND "
                                "(?2 OR local=0) AND (?3='' OR provider=?3)"
                                " AND (?4='' OR purpose=?4) ORDER BY at DESC, id DESC LIMIT ?5");
  Cursor to{ask.get()};
  to.put(f.since_ms);
  to.put(int64_t{f.local});
  to.put(f.provider);
  to.put(f.purpose);
  to.put(f.most > static_cast<size_t>(INT64_MAX) ? int64_t{-1} : static_cast<int64_t>(f.most));
  auto out = data_->rows<SentRow>(ask, sent_row);
  if (out) std::reverse(out->begin(), out->end());
  return out;
}

Result<std::vector<ShownRow>> LedgerStore::shown(int64_t since_ms) {
  const Statement ask = prepare(data_->db.get(), fmt::format("{} WHERE at>=? ORDER BY at, id", kShownColumns).c_str());
  Cursor{ask.get()}.put(since_ms);
  return data_->rows<ShownRow>(ask, shown_row);
}

Result<std::vector<ShownRow>> LedgerStore::sure(size_t most) {
  const std::string newest = fmt::format("{} WHERE lowest_logprob IS NOT NULL ORDER BY id DESC LIMIT ?", kShownColumns);
  const Statement ask = prepare(data_->db.get(), newest.c_str());
  Cursor{ask.get()}.put(static_cast<int64_t>(most));
  auto out = data_->rows<ShownRow>(ask, shown_row);
  if (out) std::reverse(out->begin(), out->end());
  return out;
}

Result<double> LedgerStore::spent(int64_t since_ms) {
  const Statement ask = prepare(data_->db.get(), "SELECT TOTAL(usd) FROM sent WHERE at>=?");
  Cursor{ask.get()}.put(since_ms);
  if (sqlite3_step(ask.get()) != SQLITE_ROW) return io(data_->path, sqlite3_errmsg(data_->db.get()));
  return sqlite3_column_double(ask.get(), 0);
}

Result<void> LedgerStore::prune(int64_t now_ms) {
  constexpr int64_t kDay = 24 * 3600 * 1000LL;
  const std::string sql = fmt::format(
      "BEGIN IMMEDIATE;"
      "DELETE FROM sent WHERE at<{0} OR (local AND at<{1});"
      "DELETE FROM sent WHERE id IN (SELECT id FROM sent WHERE local ORDER BY id DESC LIMIT -1 OFFSET {2});"
      "DELETE FROM sent WHERE id IN (SELECT id FROM sent WHERE NOT local ORDER BY id DESC LIMIT -1 OFFSET {2});"
      "DELETE FROM shown WHERE at<{0};"
      "DELETE FROM shown WHERE id IN (SELECT id FROM shown ORDER BY id DESC LIMIT -1 OFFSET {2});"
      "COMMIT;",
      now_ms - kKeepDays * kDay, now_ms - kKeepLocalDays * kDay, kKeepRows);
  if (run(data_->db.get(), sql.c_str())) return {};
  auto error = io(data_->path, sqlite3_errmsg(data_->db.get()));
  run(data_->db.get(), "ROLLBACK");
  return error;
}

}  // namespace fimd::providers

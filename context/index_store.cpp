#include "context/index_store.h"

#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <set>
#include <utility>

#include "context/descriptor.h"
#include "context/hash.h"
#include "context/segment_data.h"
#include "context/sqlite.h"

namespace fimd::context {
namespace {

using sqlite::prepare;
using sqlite::run;
using sqlite::Statement;

constexpr std::string_view kWhat = "index store";

constexpr int kBusyMs = 2000;  // another process reads or writes: tens of milliseconds
constexpr int kSchema = 1;
constexpr int kMaxBlob = 512 << 20;  // bytes of a segment

int64_t id_of(const Segment& segment) {
  return static_cast<int64_t>(segment.checksum());
}

tl::unexpected<Error> io(const std::string& path, const std::string& why) {
  return fail(Error::Code::io, "index store " + path + ": " + why);
}

constexpr const char* kSettings =
    "PRAGMA page_size=16384;"
    "PRAGMA journal_mode=TRUNCATE;"
    "PRAGMA synchronous=OFF;"  // a cache: what a crash of the machine breaks has a wrong checksum
    "PRAGMA temp_store=MEMORY;"
    "PRAGMA cache_size=-2048;"
    "PRAGMA trusted_schema=OFF;";

constexpr const char* kTables =
    "CREATE TABLE IF NOT EXISTS segment(id INTEGER PRIMARY KEY, bytes BLOB NOT NULL);"
    "CREATE TABLE IF NOT EXISTS list(position INTEGER PRIMARY KEY, id INTEGER NOT NULL);";

}  // namespace

struct IndexStore::Data {
  std::string path;
  Descriptor lock;
  bool keeper = false;   // holds the lock
  bool damaged = false;  // the last write() met a file that is none
  sqlite::Database db;

  void try_to_keep() { keeper = keeper || ::flock(lock.get(), LOCK_EX | LOCK_NB) == 0; }

  Result<void> connect() {
    if (auto made = own_file(path, kWhat); !made) return tl::unexpected(made.error());
    sqlite3* raw = nullptr;
    const int opened = sqlite3_open_v2(path.c_str(), &raw, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
    db.reset(raw);
    if (opened != SQLITE_OK) return io(path, sqlite3_errstr(opened));
    sqlite3_busy_timeout(raw, kBusyMs);
    sqlite3_limit(raw, SQLITE_LIMIT_LENGTH, kMaxBlob);
    if (!run(raw, kSettings)) return io(path, sqlite3_errmsg(raw));
    return {};
  }

  // Schema and version of the segments, as one number.
  static int version() { return static_cast<int>((kSegmentVersion & 0xffffffU) * 16 + kSchema); }

  [[nodiscard]] bool fits() const {
    const Statement ask = prepare(db.get(), "PRAGMA user_version");
    return sqlite3_step(ask.get()) == SQLITE_ROW && sqlite3_column_int(ask.get(), 0) == version();
  }

  Result<void> begin_anew() {
    db.reset();
    for (const char* ending : {"", "-journal", "-wal", "-shm"}) ::unlink((path + ending).c_str());
    if (auto connected = connect(); !connected) return connected;
    const std::string number = fmt::format("BEGIN IMMEDIATE; {} PRAGMA user_version={}; COMMIT", kTables, version());
    if (!run(db.get(), number.c_str())) return io(path, sqlite3_errmsg(db.get()));
    return {};
  }

  [[nodiscard]] Result<void> write(const Index& index);
  [[nodiscard]] bool write_segments(const std::vector<SegmentPtr>& segments);
};

IndexStore::IndexStore(std::unique_ptr<Data> data) : data_(std::move(data)) {}
IndexStore::~IndexStore() = default;

Result<std::unique_ptr<IndexStore>> IndexStore::open(const std::string& path) {
  auto data = std::make_unique<Data>();
  data->path = path;
  if (auto made = make_own_folder(path, kWhat); !made) return tl::unexpected(made.error());
  auto lock = own_file(path + ".lock", kWhat);
  if (!lock) return tl::unexpected(lock.error());
  data->lock = std::move(*lock);
  data->try_to_keep();
  auto connected = data->connect();
  if ((!connected || !data->fits()) && data->keeper) connected = data->begin_anew();
  if (!connected) return tl::unexpected(connected.error());
  return std::unique_ptr<IndexStore>(new IndexStore(std::move(data)));
}

IndexStore::Loaded IndexStore::load() {
  Loaded out;
  if (!data_->fits()) return out;
  Statement rows = prepare(data_->db.get(),
                           "SELECT list.id, segment.bytes FROM list LEFT JOIN segment USING (id) ORDER BY position");
  int step = SQLITE_ROW;
  while ((step = sqlite3_step(rows.get())) == SQLITE_ROW) {
    const void* bytes = sqlite3_column_blob(rows.get(), 1);
    const auto size = static_cast<size_t>(sqlite3_column_bytes(rows.get(), 1));
    auto segment = Segment::read({static_cast<const char*>(bytes), bytes == nullptr ? 0 : size});
    if (segment && id_of(**segment) == sqlite3_column_int64(rows.get(), 0))
      out.segments.push_back(std::move(*segment));
    else
      ++out.lost;
  }
  if (step != SQLITE_DONE) ++out.lost;
  rows.reset();  // a database with an open statement cannot be closed
  // Rows that are not whole would never be written again: their id is there.
  if (out.lost > 0 && data_->keeper && !data_->begin_anew()) data_->db.reset();
  return out;
}

bool IndexStore::Data::write_segments(const std::vector<SegmentPtr>& segments) {
  std::set<int64_t> wanted, present;
  for (const SegmentPtr& segment : segments) wanted.insert(id_of(*segment));
  const Statement ids = prepare(db.get(), "SELECT id FROM segment");
  int step = SQLITE_ROW;
  while ((step = sqlite3_step(ids.get())) == SQLITE_ROW) present.insert(sqlite3_column_int64(ids.get(), 0));
  if (step != SQLITE_DONE) return false;
  const Statement remove = prepare(db.get(), "DELETE FROM segment WHERE id=?");
  for (const int64_t id : present) {
    if (wanted.contains(id)) continue;
    sqlite3_bind_int64(remove.get(), 1, id);
    if (sqlite3_step(remove.get()) != SQLITE_DONE) return false;
    sqlite3_reset(remove.get());
  }
  const Statement add = prepare(db.get(), "INSERT INTO segment VALUES(?, ?)");
  for (const SegmentPtr& segment : segments) {
    if (!present.insert(id_of(*segment)).second) continue;
    sqlite3_bind_int64(add.get(), 1, id_of(*segment));
    sqlite3_bind_blob64(add.get(), 2, segment->bytes().data(), segment->bytes().size(), SQLITE_STATIC);
    if (sqlite3_step(add.get()) != SQLITE_DONE) return false;
    sqlite3_reset(add.get());
  }
  const Statement place = prepare(db.get(), "INSERT INTO list VALUES(?, ?)");
  if (!run(db.get(), "DELETE FROM list")) return false;
  for (size_t i = 0; i < segments.size(); ++i) {
    sqlite3_bind_int64(place.get(), 1, static_cast<int64_t>(i));
    sqlite3_bind_int64(place.get(), 2, id_of(*segments[i]));
    if (sqlite3_step(place.get()) != SQLITE_DONE) return false;
    sqlite3_reset(place.get());
  }
  return true;
}

Result<void> IndexStore::Data::write(const Index& index) {
  if (!run(db.get(), "BEGIN IMMEDIATE")) return io(path, sqlite3_errmsg(db.get()));
  damaged = false;
  if (write_segments(index.segments()) && run(db.get(), "COMMIT")) return {};
  auto error = io(path, sqlite3_errmsg(db.get()));
  const int code = sqlite3_errcode(db.get());
  damaged = code == SQLITE_CORRUPT || code == SQLITE_NOTADB;
  run(db.get(), "ROLLBACK");
  return error;
}

Result<void> IndexStore::save(const Index& index) {
  data_->try_to_keep();
  if (!data_->keeper) return fail(Error::Code::refused, "index store " + data_->path + ": another process keeps it");
  if (!data_->db || !data_->fits()) {
    if (auto anew = data_->begin_anew(); !anew) return anew;
  }
  auto written = data_->write(index);
  if (written || !data_->damaged) return written;
  if (auto anew = data_->begin_anew(); !anew) return anew;
  return data_->write(index);
}

std::string index_store_path(const std::string& cache_folder, const std::string& root) {
  std::string name;
  for (const char c : name_of(root)) {
    const bool plain =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    if (name.size() < 60) name += plain ? c : '_';
  }
  return fmt::format("{}/index/{}-{:016x}.db", cache_folder, name.empty() ? "root" : name, hash_bytes(root));
}

}  // namespace fimd::context

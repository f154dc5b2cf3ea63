// SQLite's handles, and files that only their owner may read. For the stores (index_store, providers/ledger_store).
#pragma once

#include <sqlite3.h>

#include <memory>
#include <string>
#include <string_view>

#include "context/descriptor.h"
#include "context/result.h"

namespace fimd::context::sqlite {

struct CloseDatabase {
  void operator()(sqlite3* db) const { sqlite3_close(db); }
};
using Database = std::unique_ptr<sqlite3, CloseDatabase>;

struct Finalize {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Statement = std::unique_ptr<sqlite3_stmt, Finalize>;

// Null when the text cannot be compiled; stepping that is an error.
[[nodiscard]] inline Statement prepare(sqlite3* db, const char* sql) {
  sqlite3_stmt* statement = nullptr;
  sqlite3_prepare_v2(db, sql, -1, &statement, nullptr);
  return Statement(statement);
}

inline bool run(sqlite3* db, const char* sql) {
  return sqlite3_exec(db, sql, nullptr, nullptr, nullptr) == SQLITE_OK;
}

}  // namespace fimd::context::sqlite

namespace fimd::context {

// Opens a regular file of this user, or makes it, with mode 0600. A link in its place is not followed. Errors: io, in
// the name of `what`.
[[nodiscard]] Result<Descriptor> own_file(const std::string& path, std::string_view what);

// Makes the folders on the way to a file, for their owner only; those that are there stay as they are. Errors: io.
[[nodiscard]] Result<void> make_own_folder(const std::string& path, std::string_view what);

}  // namespace fimd::context

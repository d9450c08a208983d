#include "sqlite.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>

#include "figures.hpp"

namespace yuanliu::bench {
namespace {

constexpr int checkpoint_pages = 4000;  // as platform/db/sqlite_database.cpp

[[noreturn]] void fail(sqlite3* db, std::string_view what) {
    throw Failure(fmt::format("sqlite: {} in {}", sqlite3_errmsg(db), what));
}

}  // namespace

Sqlite::Sqlite(const std::filesystem::path& file, Mode mode) {
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);  // refused once SQLite works, and then the same holds already
    // A read-only connection could not open the write-ahead log's index when it is the first.
    check(sqlite3_open_v2(file.c_str(), &db_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr), file.string());
    sqlite3_busy_timeout(db_, 5000);
    exec("PRAGMA wal_autocheckpoint=0; PRAGMA mmap_size=4294967296; PRAGMA temp_store=MEMORY;");
    if (mode == Mode::reading) {
        sqlite3_db_config(db_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
        exec("PRAGMA query_only=ON;");
        return;
    }
    exec(
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA mmap_size=0; PRAGMA "
        "cache_size=-32000;");
    sqlite3_wal_hook(
        db_,
        [](void* self, sqlite3*, const char*, int pages) {
            return static_cast<Sqlite*>(self)->log_pages_ = pages, SQLITE_OK;
        },
        this);
}

Sqlite::~Sqlite() { sqlite3_close(db_); }

void Sqlite::check(int code, std::string_view what) const {
    if (code != SQLITE_OK && code != SQLITE_DONE && code != SQLITE_ROW) fail(db_, what);
}

Sqlite::Statement Sqlite::statement(const std::string& sql) {
    sqlite3_stmt* handle = nullptr;
    check(sqlite3_prepare_v3(db_, sql.data(), int(sql.size()), SQLITE_PREPARE_PERSISTENT, &handle, nullptr), sql);
    return Statement(handle);
}

void Sqlite::exec(const char* sql) { check(sqlite3_exec(db_, sql, nullptr, nullptr, nullptr), sql); }

std::int64_t Sqlite::integer(const std::string& sql) {
    auto s = statement(sql);
    if (!s.row()) throw Failure("no row: " + sql);
    return s.integer(0);
}

std::int64_t Sqlite::last_id() const { return sqlite3_last_insert_rowid(db_); }

void Sqlite::checkpoint_if_long() {
    if (log_pages_ < checkpoint_pages) return;
    check(sqlite3_wal_checkpoint_v2(db_, nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr), "checkpoint");
    log_pages_ = 0;
}

Sqlite::Copy Sqlite::copy_of_last(Sqlite& source, const std::string& table, const std::vector<std::string>& different) {
    auto last = source.statement(fmt::format("SELECT * FROM {} ORDER BY id DESC LIMIT 1", table));
    if (!last.row()) throw Failure("no row to copy in " + table);
    std::string columns, marks;
    std::vector<int> kept;
    std::vector<int> places(different.size(), 0);
    int at = 0;
    for (int c = 0; c < sqlite3_column_count(last.handle()); ++c) {
        const std::string name = sqlite3_column_name(last.handle(), c);
        if (name == "id") continue;
        ++at;
        columns += (columns.empty() ? "" : ", ") + name;
        marks += marks.empty() ? "?" : ", ?";
        auto found = std::find(different.begin(), different.end(), name);
        if (found != different.end()) places[std::size_t(found - different.begin())] = at;
        kept.push_back(c);
    }
    if (std::count(places.begin(), places.end(), 0)) throw Failure("a column is missing in " + table);
    Copy copy{statement(fmt::format("INSERT INTO {} ({}) VALUES ({})", table, columns, marks)), std::move(places)};
    // Values are bound once and stay: what changes is bound over them.
    for (std::size_t i = 0; i < kept.size(); ++i)
        check(sqlite3_bind_value(copy.insert.handle(), int(i) + 1, sqlite3_column_value(last.handle(), kept[i])),
              table);
    return copy;
}

Sqlite::Statement::~Statement() { sqlite3_finalize(handle_); }
void Sqlite::Statement::bind(int at, std::int64_t number) { sqlite3_bind_int64(handle_, at, number); }
void Sqlite::Statement::bind(int at, std::string_view text) {
    sqlite3_bind_text(handle_, at, text.data(), int(text.size()), SQLITE_TRANSIENT);
}
bool Sqlite::Statement::row() {
    const int code = sqlite3_step(handle_);
    if (code != SQLITE_ROW && code != SQLITE_DONE) fail(sqlite3_db_handle(handle_), sqlite3_sql(handle_));
    return code == SQLITE_ROW;
}
void Sqlite::Statement::run() {
    while (row()) {
    }
    reset();
}
void Sqlite::Statement::reset() { sqlite3_reset(handle_); }
std::int64_t Sqlite::Statement::integer(int column) const { return sqlite3_column_int64(handle_, column); }
std::string Sqlite::Statement::text(int column) const {
    auto* data = reinterpret_cast<const char*>(sqlite3_column_text(handle_, column));
    return data ? std::string(data, std::size_t(sqlite3_column_bytes(handle_, column))) : std::string();
}

}  // namespace yuanliu::bench

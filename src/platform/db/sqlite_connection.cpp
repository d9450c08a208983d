#include "platform/db/sqlite_connection.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <sqlite3.h>

#include <cstdlib>
#include <map>
#include <mutex>

#include "platform/db/sql_tokens.hpp"
#include "platform/db/sqlite_log_vfs.hpp"

namespace yuanliu {

struct SqliteConnection::Statement : StatementRow {
    sqlite3_stmt* handle = nullptr;
    bool running = false;  // a rule that queries inside its own row callback gets a second statement
    ~Statement() override { sqlite3_finalize(handle); }
    int columns() const override { return sqlite3_column_count(handle); }
    std::string_view name(int c) const override { return sqlite3_column_name(handle, c); }
    bool is_null(int c) const override { return sqlite3_column_type(handle, c) == SQLITE_NULL; }
    std::int64_t integer(int c) const override { return sqlite3_column_int64(handle, c); }
    bool boolean(int c) const override { return sqlite3_column_int(handle, c) != 0; }
    double real(int c) const override { return sqlite3_column_double(handle, c); }
    std::string_view text(int c) const override {
        auto* data = reinterpret_cast<const char*>(sqlite3_column_text(handle, c));
        return data ? std::string_view(data, sqlite3_column_bytes(handle, c)) : std::string_view();
    }
};

namespace {

void bind_all(sqlite3_stmt* handle, const SqlValue* values, std::size_t count) {
    if (const auto wanted = static_cast<std::size_t>(sqlite3_bind_parameter_count(handle)); wanted != count)
        throw internal(fmt::format("{} values for {} parameters in: {}", count, wanted, sqlite3_sql(handle)));
    for (std::size_t i = 0; i < count; ++i) {
        const SqlValue& v = values[i];
        int at = int(i) + 1;
        if (v.null) {
            sqlite3_bind_null(handle, at);
            continue;
        }
        switch (v.kind) {
            case SqlValue::Kind::integer:
            case SqlValue::Kind::boolean: sqlite3_bind_int64(handle, at, v.number); break;
            case SqlValue::Kind::real: sqlite3_bind_double(handle, at, v.real); break;
            case SqlValue::Kind::text:
                // A null pointer would bind NULL; an empty text is not nothing.
                sqlite3_bind_text(handle, at, v.text.data() ? v.text.data() : "", int(v.text.size()), SQLITE_STATIC);
        }
    }
}

// The layer over logs that syncs them through these files. SQLite keeps its layers, and their names, for ever.
const char* log_vfs(Files& files) {
    static std::mutex mutex;
    static std::map<Files*, std::string> names;
    const std::lock_guard guard(mutex);
    auto& name = names[&files];
    if (name.empty()) name = fmt::format("yuanliu-log-{}", names.size());
    register_log_vfs(name.c_str(), nullptr, files);
    return name.c_str();
}

constexpr int busy_timeout_ms = 5'000;

// SQLite's own statistics of memory cost a lock that all threads share at every allocation.
void configure_once() {
    static std::once_flag once;
    std::call_once(once, [] {
        sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
        sqlite3_initialize();
    });
}

}  // namespace

SqliteConnection::SqliteConnection(const std::string& file, Role role, Env& the_env, Vault& the_vault) {
    configure_once();
    env = &the_env;
    vault = &the_vault;
    int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE | SQLITE_OPEN_READWRITE |
                (role == Role::writer ? SQLITE_OPEN_CREATE : 0);
    if (int code =
            sqlite3_open_v2(file.c_str(), &db_, flags, role == Role::writer ? log_vfs(the_env.files()) : nullptr);
        code != SQLITE_OK) {
        std::string why = db_ ? sqlite3_errmsg(db_) : "out of memory";
        sqlite3_close(db_);
        throw internal(fmt::format("cannot open the database {}: {}", file, why));
    }
    sqlite3_busy_timeout(db_, busy_timeout_ms);
    try {
        setup(role);
    } catch (...) {
        sqlite3_close(db_);
        throw;
    }
}

void SqliteConnection::setup(Role role) {
    // Only the writer checkpoints, at moments it chooses: SQLite before 3.51.3 can corrupt the log when two connections
    // write or checkpoint at once (trust-and-speed 0.2).
    script(
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA wal_autocheckpoint=0;"
        "PRAGMA temp_store=MEMORY; PRAGMA mmap_size=4294967296; PRAGMA trusted_schema=OFF;");
    if (role == Role::reader) {
        sqlite3_db_config(db_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
        script("PRAGMA query_only=ON;");
    } else {
        script("PRAGMA mmap_size=0; PRAGMA cache_size=-32000;");
    }
    // What the triggers of append-only tables ask. Elsewhere it is unknown, and they refuse as well.
    sqlite3_create_function_v2(
        db_, "db_erasing", 0, SQLITE_UTF8 | SQLITE_INNOCUOUS, this,
        [](sqlite3_context* context, int, sqlite3_value**) {
            const auto& table = static_cast<SqliteConnection*>(sqlite3_user_data(context))->erasing_;
            sqlite3_result_text(context, table.data(), int(table.size()), SQLITE_TRANSIENT);
        },
        nullptr, nullptr, nullptr);
    sqlite3_wal_hook(
        db_,
        [](void* self, sqlite3*, const char*, int pages) {
            return static_cast<SqliteConnection*>(self)->wal_pages_ = pages, SQLITE_OK;
        },
        this);
    sqlite3_progress_handler(
        db_, 20000,
        [](void* p) {
            auto* self = static_cast<SqliteConnection*>(p);
            return int(self->deadline_ms_ != 0 && self->env->monotonic_ms() > self->deadline_ms_);
        },
        this);
}

SqliteConnection::~SqliteConnection() {
    statements_.clear();
    sqlite3_close(db_);
}

// Turns a result code into the refusal the caller understands. A failed fsync ends the process: after it nobody knows
// what is on the disk, and trying again would only hide that.
void SqliteConnection::fail(int code, std::string_view sql) {
    std::string why =
        fmt::format("sqlite {} ({}): {} in: {}", code, sqlite3_errstr(code), sqlite3_errmsg(db_), sql.substr(0, 300));
    if (code == SQLITE_IOERR_FSYNC || code == SQLITE_IOERR_DIR_FSYNC || code == SQLITE_IOERR_TRUNCATE) {
        spdlog::critical("the disk no longer keeps what is written to it; stopping: {}", why);
        spdlog::shutdown();
        std::_Exit(70);
    }
    switch (code & 0xff) {
        case SQLITE_CONSTRAINT:
            if (code == SQLITE_CONSTRAINT_UNIQUE || code == SQLITE_CONSTRAINT_PRIMARYKEY) throw UniqueViolation(why);
            if (code == SQLITE_CONSTRAINT_FOREIGNKEY) throw Error(Fault::conflict, "in_use").log(why);
            throw internal(why);
        case SQLITE_FULL: throw Error(Fault::no_space, "no_space").log(why);
        case SQLITE_BUSY:
        case SQLITE_LOCKED: throw busy(why);
        case SQLITE_INTERRUPT: throw Error(Fault::busy, "query_too_slow").log(why);
        case SQLITE_IOERR: throw Error(Fault::busy, "storage").log(why).retry_after(5);
        default: throw internal(why);
    }
}

SqliteConnection::Statement& SqliteConnection::prepared(std::string_view sql) {
    auto found = statements_.find(sql);
    if (found != statements_.end() && !found->second->running) return *found->second;
    auto statement = std::make_unique<Statement>();
    statement->vault = vault;
    auto text = expand_sql_tokens(sql, Dialect::sqlite);
    int code =
        sqlite3_prepare_v3(db_, text.data(), int(text.size()), SQLITE_PREPARE_PERSISTENT, &statement->handle, nullptr);
    if (code != SQLITE_OK) fail(code, text);
    // Lists put filters together at run time; the cache stays bounded all the same.
    if (statements_.size() > 500) std::erase_if(statements_, [](const auto& s) { return !s.second->running; });
    std::string key(sql);
    while (statements_.contains(key)) key += ' ';
    return *(statements_[std::move(key)] = std::move(statement));
}

void SqliteConnection::step_all(Statement& statement, const OnRow& on_row) {
    struct Reset {
        Statement& s;
        explicit Reset(Statement& s) : s(s) { s.running = true; }
        ~Reset() { sqlite3_reset(s.handle), s.running = false; }
    } reset(statement);
    for (;;) {
        int code = sqlite3_step(statement.handle);
        if (code == SQLITE_ROW) {
            if (on_row && !on_row(statement)) return;
            continue;
        }
        if (code == SQLITE_DONE) return;
        fail(code, sqlite3_sql(statement.handle));
    }
}

std::int64_t SqliteConnection::run(std::string_view sql, const SqlParams& params, const OnRow& on_row) {
    Statement& statement = prepared(sql);
    bind_all(statement.handle, params.values.data(), params.values.size());
    step_all(statement, on_row);
    // Rows the statement itself changed, as in PostgreSQL: not those of its triggers and foreign keys.
    return sqlite3_stmt_readonly(statement.handle) ? 0 : sqlite3_changes64(db_);
}

std::int64_t SqliteConnection::erase_log(std::string_view table, std::string_view where, const SqlParams& params) {
    struct Permission {
        std::string& table;
        ~Permission() { table.clear(); }
    } permission{erasing_};
    permission.table = table;
    return run(fmt::format("DELETE FROM {} WHERE {}", table, where), params, {});
}

std::int64_t SqliteConnection::insert(std::string_view sql, const SqlParams& params) {
    Statement& statement = prepared(sql);
    bind_all(statement.handle, params.values.data(), params.values.size());
    step_all(statement, {});
    return sqlite3_last_insert_rowid(db_);
}

void SqliteConnection::insert_many(std::string_view table, const std::vector<std::string_view>& columns,
                                   std::size_t rows, const std::function<void(std::size_t, SqlParams&)>& bind) {
    // Several rows a statement: fewer steps, and the AUTOINCREMENT counter is written once for all of them. Not so
    // inside a savepoint: to undo half a statement SQLite would keep every page again that it keeps for the savepoint.
    const std::size_t per_statement = in_savepoint_ ? 1 : std::max<std::size_t>(1, 480 / columns.size());
    auto text = [&](std::size_t n) {
        std::string sql = fmt::format("INSERT INTO {} ({}) VALUES ", table, fmt::join(columns, ", "));
        std::string marks = "(?";
        for (std::size_t c = 1; c < columns.size(); ++c) marks += ", ?";
        marks += ")";
        for (std::size_t i = 0; i < n; ++i) sql += (i ? ", " : "") + marks;
        return sql;
    };
    SqlParams params(vault);
    std::string full = text(per_statement);
    for (std::size_t done = 0; done < rows;) {
        auto n = std::min(per_statement, rows - done);
        params.clear();
        for (std::size_t i = 0; i < n; ++i) bind(done + i, params);
        Statement& statement = prepared(n == per_statement ? full : text(n));
        bind_all(statement.handle, params.values.data(), params.values.size());
        step_all(statement, {});
        done += n;
    }
}

void SqliteConnection::script(std::string_view sql) {
    auto text = expand_sql_tokens(sql, Dialect::sqlite);
    char* message = nullptr;
    int code = sqlite3_exec(db_, text.c_str(), nullptr, nullptr, &message);
    sqlite3_free(message);
    if (code != SQLITE_OK) fail(code, text);
}

void SqliteConnection::begin(bool write) { run(write ? "BEGIN IMMEDIATE" : "BEGIN", SqlParams(nullptr), {}); }
void SqliteConnection::commit() { run("COMMIT", SqlParams(nullptr), {}); }
void SqliteConnection::rollback() noexcept {
    if (!sqlite3_get_autocommit(db_)) sqlite3_exec(db_, "ROLLBACK", nullptr, nullptr, nullptr);
}
void SqliteConnection::savepoint() {
    run("SAVEPOINT one", SqlParams(nullptr), {});
    in_savepoint_ = true;
}
void SqliteConnection::release() {
    run("RELEASE one", SqlParams(nullptr), {});
    in_savepoint_ = false;
}
void SqliteConnection::rollback_to() noexcept {
    in_savepoint_ = false;
    // A full disk may have rolled the whole transaction back already; then there is no savepoint to return to.
    if (!sqlite3_get_autocommit(db_)) sqlite3_exec(db_, "ROLLBACK TO one; RELEASE one", nullptr, nullptr, nullptr);
}
bool SqliteConnection::in_transaction() const { return !sqlite3_get_autocommit(db_); }

int SqliteConnection::checkpoint(bool truncate) {
    int log_pages = 0, done_pages = 0;
    // Whoever waits for readers here waits with everybody's writes behind him. What a reader still needs stays in the
    // log, and is moved another time.
    sqlite3_busy_timeout(db_, 0);
    int code = sqlite3_wal_checkpoint_v2(
        db_, nullptr, truncate ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_PASSIVE, &log_pages, &done_pages);
    sqlite3_busy_timeout(db_, busy_timeout_ms);
    if (code != SQLITE_OK && (code & 0xff) != SQLITE_BUSY && (code & 0xff) != SQLITE_FULL) fail(code, "checkpoint");
    return log_pages - done_pages;
}

void SqliteConnection::copy_to(const std::string& path) {
    sqlite3* target = nullptr;
    int code = sqlite3_open_v2(path.c_str(), &target,
                               SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_EXRESCODE, nullptr);
    sqlite3_backup* copy = code == SQLITE_OK ? sqlite3_backup_init(target, "main", db_, "main") : nullptr;
    if (copy) {
        // All at once from this reader's snapshot: a stepwise copy would start again at every commit.
        code = sqlite3_backup_step(copy, -1);
        sqlite3_backup_finish(copy);
        if (code == SQLITE_DONE) code = SQLITE_OK;
    } else if (code == SQLITE_OK) {
        code = sqlite3_errcode(target);
    }
    // The copy is one file that stands alone.
    if (code == SQLITE_OK) code = sqlite3_exec(target, "PRAGMA journal_mode=DELETE", nullptr, nullptr, nullptr);
    std::string why = code == SQLITE_OK ? "" : sqlite3_errmsg(target);
    sqlite3_close(target);
    if (code != SQLITE_OK) throw internal(fmt::format("backup to {} failed: {}", path, why));
}

}  // namespace yuanliu

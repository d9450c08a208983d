// The database as the rules see it. `Rx&` is a snapshot to read, `Tx&` an atomic and durable transaction; nothing
// touches SQL without one of them in its signature.
//
// SQL is one text for SQLite and PostgreSQL. A query is either a whole SELECT, mapped onto the Record by column name,
// or only its tail ("WHERE code = ? ORDER BY id"), and then the Record's table and columns are put in front.
#pragma once

#include <any>
#include <concepts>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "platform/db/connection.hpp"

namespace yuanliu {

namespace detail {
inline void bind_one(SqlParams& p, std::string_view v) { p.text(v); }
inline void bind_one(SqlParams& p, const std::string& v) { p.text(v); }
inline void bind_one(SqlParams& p, const char* v) { p.text(v); }
template <class T>
void bind_one(SqlParams& p, const T& v) {
    if constexpr (std::integral<T> && !std::same_as<T, bool>)
        p.integer(std::int64_t(v));
    else
        type_of<T>().bind(&v, p);
}
inline void load_one(std::string& v, const SqlRow& r) { v = r.text(0); }
template <class T>
void load_one(T& v, const SqlRow& r) {
    type_of<T>().load(&v, r, 0);
}
}  // namespace detail

// A read snapshot. Not thread-safe; lives as long as the call it is given to.
class Rx {
 public:
    Rx(Connection& connection, Time now) : connection_(connection), now_(now) {}
    Rx(const Rx&) = delete;

    // The instant of this transaction: the same however often it is asked.
    Time now() const { return now_; }
    Env& env() const { return *connection_.env; }
    template <class T>
    T& part() const {
        return connection_.parts->get<T>();
    }
    // The fingerprint under which a personal value is looked up. `kind` keeps phones and e-mails apart.
    Blind blind(std::string_view kind, std::string_view value) const;

    // The row, or nothing.
    template <Described T>
    std::optional<T> find(Id<T> id) {
        return find<T>("WHERE id = ?", id);
    }
    template <Described T, class... A>
    std::optional<T> find(std::string_view sql, const A&... args) {
        std::optional<T> out;
        query(record_of<T>(), sql, bound(args...), [&](StatementRow& row) {
            row.load(record_of<T>(), &out.emplace());
            return false;
        });
        return out;
    }
    // The row; throws not_found with the table as `what`.
    template <Described T>
    T one(Id<T> id) {
        return one<T>("WHERE id = ?", id);
    }
    template <Described T, class... A>
    T one(std::string_view sql, const A&... args) {
        auto out = find<T>(sql, args...);
        if (!out) throw missing(record_of<T>());
        return std::move(*out);
    }
    template <Described T, class... A>
    std::vector<T> all(std::string_view sql, const A&... args) {
        std::vector<T> out;
        query(record_of<T>(), sql, bound(args...), [&](StatementRow& row) {
            row.load(record_of<T>(), &out.emplace_back());
            return true;
        });
        return out;
    }
    // Row by row, for results too large to hold. `on_row` returns false to stop.
    template <Described T, class... A>
    void each(std::string_view sql, const std::function<bool(T&)>& on_row, const A&... args) {
        query(
            record_of<T>(), sql, bound(args...),
            [&](StatementRow& row) {
                T object{};
                row.load(record_of<T>(), &object);
                return on_row(object);
            },
            Fetch::streamed);
    }
    // The first column of the first row; throws not_found when there is none.
    template <class T, class... A>
    T value(std::string_view sql, const A&... args) {
        auto out = maybe<T>(sql, args...);
        if (!out) throw not_found();
        return *out;
    }
    // The first column of the first row, if any.
    template <class T, class... A>
    std::optional<T> maybe(std::string_view sql, const A&... args) {
        std::optional<T> out;
        connection_.run(sql, bound(args...), [&](StatementRow& row) {
            detail::load_one(out.emplace(), row);
            return false;
        });
        return out;
    }
    template <class T, class... A>
    std::vector<T> values(std::string_view sql, const A&... args) {
        std::vector<T> out;
        connection_.run(sql, bound(args...), [&](StatementRow& row) {
            detail::load_one(out.emplace_back(), row);
            return true;
        });
        return out;
    }
    template <Described T, class... A>
    bool exists(std::string_view where, const A&... args) {
        bool found = false;
        std::string sql =
            "SELECT 1 FROM " + std::string(record_of<T>().name) + " WHERE " + std::string(where) + " LIMIT 1";
        connection_.run(sql, bound(args...), [&](StatementRow&) { return found = true, false; });
        return found;
    }
    // A statement put together at run time, with its parameters (lists with filters).
    enum class Fetch { whole, streamed };
    void query(const Record& record, std::string_view sql, const SqlParams& params, const Connection::OnRow& on_row,
               Fetch fetch = Fetch::whole);
    SqlParams params() const { return SqlParams(connection_.vault); }
    Connection& connection() { return connection_; }

 protected:
    template <class... A>
    SqlParams bound(const A&... args) const {
        SqlParams params(connection_.vault);
        params.values.reserve(sizeof...(A));
        (detail::bind_one(params, args), ...);
        return params;
    }
    static Error missing(const Record&);

    Connection& connection_;
    Time now_;
};

// What a transaction did to a row, for the operation record. Personal data is masked, secrets are left out.
struct Change {
    enum class What { inserted, updated, erased };
    What what;
    std::string_view table;
    std::int64_t id;            // 0 for many rows at once
    std::string before, after;  // JSON objects of the fields that differ; empty: none
};

// An atomic, durable transaction. A verb that throws leaves nothing behind.
class Tx : public Rx {
 public:
    using Rx::Rx;

    // The row, locked against other writers until the end; required before update() and erase().
    template <Described T>
    T lock(Id<T> id) {
        return lock<T>("WHERE id = ?", id);
    }
    template <Described T, class... A>
    T lock(std::string_view tail, const A&... args) {
        T row = one<T>(std::string(tail) + " @lock", args...);
        remember(record_of<T>(), row.id.value, std::make_shared<T>(row));
        return row;
    }
    template <Described T, class... A>
    std::optional<T> find_lock(std::string_view tail, const A&... args) {
        auto row = find<T>(std::string(tail) + " @lock", args...);
        if (row) remember(record_of<T>(), row->id.value, std::make_shared<T>(*row));
        return row;
    }
    // Stores a new row; its id is made here. Returns the row as stored.
    template <Described T>
    T insert(T row) {
        row.id.value = insert_row(record_of<T>(), &row);
        inserted(record_of<T>(), row.id.value, &row);
        return row;
    }
    // Adds a row to a log (timeline, scan): like insert, but not itself the subject of an operation record.
    template <Described T>
    std::int64_t append(const T& row) {
        return insert_row(record_of<T>(), &row);
    }
    // Writes the fields that changed since lock(). Throws internal if the row was not locked in this transaction, or is
    // gone.
    template <Described T>
    T update(T row) {
        update_row(record_of<T>(), row.id.value, std::make_shared<T>(row));
        return row;
    }
    // Deletes the row. Throws as update() does.
    template <Described T>
    void erase(const T& row) {
        erase_row(record_of<T>(), row.id.value, &row);
    }
    // Many rows at once, ids made by the database; rows of `T` with id 0.
    template <Described T>
    void bulk_insert(const std::vector<T>& rows) {
        insert_rows(record_of<T>(), rows.size(), [&](std::size_t i) -> const void* { return &rows[i]; });
    }
    // Deletes rows of an append-only table (@append_only in its migration), which nothing else can; returns how many.
    // For what a rule allows to forget: a log goes with the thing it tells of, or when it is old enough.
    template <Described T, class... A>
    std::int64_t erase_log(std::string_view where, const A&... args) {
        return connection_.erase_log(record_of<T>().name, where, bound(args...));
    }
    // Runs a statement; returns how many rows it changed.
    template <class... A>
    std::int64_t exec(std::string_view sql, const A&... args) {
        return connection_.run(sql, bound(args...));
    }
    std::int64_t exec_params(std::string_view sql, const SqlParams& params) { return connection_.run(sql, params); }

    bool try_lock(std::string_view name) { return connection_.try_lock(name); }
    // Called once the transaction is durable; not at all when it fails. Must not throw.
    void after_commit(std::function<void()> action) { after_commit_.push_back(std::move(action)); }

    // The operation record in the making: what happened to which rows, and what the verb adds in its own words.
    const std::vector<Change>& changes() const { return changes_; }
    // Names what the operation was about, when that is not the first row it changed.
    void subject(std::string_view table, std::int64_t id) { subject_table_ = table, subject_id_ = id; }
    // Adds to the operation record's `after` something that is not a row (how many, which file).
    void note(std::string key, std::string json_value) { notes_.emplace_back(std::move(key), std::move(json_value)); }
    std::string_view subject_table() const { return subject_table_; }
    std::int64_t subject_id() const { return subject_id_; }
    const std::vector<std::pair<std::string, std::string>>& notes() const { return notes_; }
    std::vector<std::function<void()>> take_after_commit() { return std::move(after_commit_); }

 private:
    struct Remembered {
        const Record* record;
        std::int64_t id;
        std::shared_ptr<void> row;
    };
    void remember(const Record& record, std::int64_t id, std::shared_ptr<void> row);
    std::int64_t insert_row(const Record& record, const void* row);
    void inserted(const Record& record, std::int64_t id, const void* row);
    Remembered& remembered(const Record& record, std::int64_t id);
    void insert_rows(const Record& record, std::size_t count, const std::function<const void*(std::size_t)>& row);
    void update_row(const Record& record, std::int64_t id, std::shared_ptr<void> row);
    void erase_row(const Record& record, std::int64_t id, const void* row);

    std::vector<Remembered> remembered_;
    std::vector<Change> changes_;
    std::vector<std::pair<std::string, std::string>> notes_;
    std::string_view subject_table_;
    std::int64_t subject_id_ = 0;
    std::vector<std::function<void()>> after_commit_;
};

struct DatabaseOptions {
    std::string url;          // sqlite:///path/to/file, or postgresql://user@host/name
    std::string replica_url;  // PostgreSQL only: where reads may go
    bool read_only = false;   // SQLite: do not take the lock file; never write or checkpoint
    int connections = 16;     // PostgreSQL: of the pool
    int queue_max = 4096;     // transactions waiting; beyond it callers are told to come back
    int read_deadline_ms = 2000;
    int statement_timeout_ms = 10000;  // PostgreSQL
    int connect_timeout_s = 5;         // PostgreSQL
};

// Figures for /metrics.
struct DatabaseStats {
    std::int64_t commits = 0, transactions = 0, failures = 0, retries = 0, checkpoints = 0;
    std::int64_t queue_depth = 0, wal_bytes = 0, connections = 0;
    double commit_seconds = 0;  // summed over commits
};

// Where a snapshot may come from: a replica that keeps up, or only where what has been written is seen at once.
enum class Freshness { replica, latest };

// Thread-safe. Outlives every Rx and Tx.
class Database {
 public:
    using Read = std::function<void(Rx&)>;
    using Write = std::function<void(Tx&)>;
    using Done = std::function<void(std::exception_ptr)>;  // null: durable

    // Throws Error(internal) with what to do about it: no such folder, another process has the file, no server.
    static std::unique_ptr<Database> open(const DatabaseOptions& options, Env& env, Vault& vault);
    virtual ~Database() = default;

    // Runs `work` on a snapshot and returns its result. Blocks.
    template <class F>
    auto read(F&& work, Freshness freshness = Freshness::replica) {
        using R = std::invoke_result_t<F, Rx&>;
        if constexpr (std::is_void_v<R>) {
            read_now([&](Rx& rx) { work(rx); }, freshness);
        } else {
            std::optional<R> out;
            read_now([&](Rx& rx) { out.emplace(work(rx)); }, freshness);
            return std::move(*out);
        }
    }
    // Runs `work` in a transaction; returns when it is durable. `work` may run again after a serialization failure, so
    // it must not change anything but its result. Blocks.
    template <class F>
    auto write(F&& work) {
        using R = std::invoke_result_t<F, Tx&>;
        if constexpr (std::is_void_v<R>) {
            write_now([&](Tx& tx) { work(tx); });
        } else {
            std::optional<R> out;
            write_now([&](Tx& tx) { out.emplace(work(tx)); });
            return std::move(*out);
        }
    }
    // For the edge: never block the caller beyond a local read. `done` is called exactly once, on this thread (SQLite
    // reads) or on one of the database's. A full queue is reported through `done` as Error(busy).
    virtual void read_later(Read work, Done done, Freshness freshness = Freshness::replica) = 0;
    virtual void write_later(Write work, Done done) = 0;

    Parts& parts() { return parts_; }

    virtual std::string_view dialect() const = 0;  // "sqlite" or "postgres": for backup, migrations and the operator
    virtual bool replicated() const { return false; }
    virtual DatabaseStats stats() const = 0;
    // A consistent copy into `path` while others work (SQLite: online backup; PostgreSQL: pg_dump).
    virtual void backup(const std::string& path) = 0;
    // Runs statements outside a transaction of their own, under the migration lock. For migrate() only.
    virtual void exclusively(const std::function<void(Connection&)>& work) = 0;

 protected:
    virtual void read_now(const Read& work, Freshness freshness) = 0;
    virtual void write_now(const Write& work) = 0;

    Parts parts_;
};

}  // namespace yuanliu

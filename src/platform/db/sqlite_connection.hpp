// One SQLite connection. The only .hpp that its two .cpp files share; sqlite3.h stays out of it.
#pragma once

#include <unordered_map>

#include "platform/db/connection.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace yuanliu {

class SqliteConnection : public Connection {
 public:
    enum class Role { writer, reader };
    SqliteConnection(const std::string& file, Role role, Env& env, Vault& vault);
    ~SqliteConnection() override;

    std::int64_t run(std::string_view sql, const SqlParams& params, const OnRow& on_row) override;
    std::int64_t insert(std::string_view sql, const SqlParams& params) override;
    void insert_many(std::string_view table, const std::vector<std::string_view>& columns, std::size_t rows,
                     const std::function<void(std::size_t, SqlParams&)>& bind) override;
    void script(std::string_view sql) override;
    void begin(bool write) override;
    void commit() override;
    void rollback() noexcept override;
    bool try_lock(std::string_view) override { return true; }  // there is one writer
    std::int64_t erase_log(std::string_view table, std::string_view where, const SqlParams& params) override;

    void savepoint();
    void release();
    void rollback_to() noexcept;
    // Moves committed pages from the log into the file; `truncate`: and empties the log, unless somebody reads from it.
    // Waits for nobody. Returns pages left in the log.
    int checkpoint(bool truncate);
    // Pages in the write-ahead log after the last commit.
    int wal_pages() const { return wal_pages_; }
    // Statements that run past this instant of Env::monotonic_ms are stopped; 0: no deadline.
    void deadline(std::int64_t monotonic_ms) { deadline_ms_ = monotonic_ms; }
    void copy_to(const std::string& path);
    bool in_transaction() const;

 private:
    struct Statement;
    void setup(Role role);
    Statement& prepared(std::string_view sql);
    void step_all(Statement& statement, const OnRow& on_row);
    [[noreturn]] void fail(int code, std::string_view sql);

    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view s) const { return std::hash<std::string_view>{}(s); }
    };
    sqlite3* db_ = nullptr;
    std::unordered_map<std::string, std::unique_ptr<Statement>, Hash, std::equal_to<>> statements_;
    int wal_pages_ = 0;
    bool in_savepoint_ = false;
    std::string erasing_;  // the append-only table whose rows may go now
    std::int64_t deadline_ms_ = 0;
};

}  // namespace yuanliu

// One PostgreSQL session. libpq stays out of this header.
//
// Commands travel in libpq's pipeline mode: BEGIN goes out together with the first statement, a statement together with
// its PREPARE, and nobody waits for the end of a transaction that only read. A read of one statement is one round trip.
#pragma once

#include <chrono>
#include <list>
#include <unordered_map>

#include "platform/db/connection.hpp"

struct pg_conn;

namespace yuanliu {

struct PostgresSettings {
    std::string url;
    int connect_timeout_s = 5;
    int statement_timeout_ms = 10'000;  // of one statement on the server; 0: none
    int lock_timeout_ms = 5'000;        // waiting for a row; 0: none
    bool in_use = false;                // the session says that the database is in use, and no restore may touch it
};

// What went wrong first in the current transaction, as the pool sees it: may the work be run again?
enum class PostgresTrouble {
    none,
    refused,         // an error like any other: no
    serialization,   // 40001, 40P01: yes
    duplicate,       // 23505: once, for the rule's own check now sees the other row
    stale,           // a schema change made a prepared statement unusable: yes
    lost,            // the session is gone and nothing was stored: yes, on a new one
    commit_unknown,  // the session went during COMMIT: no
};

class PostgresConnection : public Connection {
 public:
    // Connects. Throws Error(busy) when the server does not answer now, Error(internal) when it refuses (a wrong
    // password, no such database) or does not suit us (too old, another encoding than UTF-8).
    PostgresConnection(const PostgresSettings& settings, Env& env, Vault& vault, const Parts& parts);
    ~PostgresConnection() override;
    PostgresConnection(const PostgresConnection&) = delete;

    std::int64_t run(std::string_view sql, const SqlParams& params, const OnRow& on_row) override;
    void stream(std::string_view sql, const SqlParams& params, const OnRow& on_row) override;
    std::int64_t insert(std::string_view sql, const SqlParams& params) override;
    void insert_many(std::string_view table, const std::vector<std::string_view>& columns, std::size_t rows,
                     const std::function<void(std::size_t, SqlParams&)>& bind) override;
    void script(std::string_view sql) override;
    void begin(bool write) override;
    // Throws what the transaction met before, when a rule caught and ignored it: the server has undone everything.
    void commit() override;
    void rollback() noexcept override;
    bool try_lock(std::string_view name) override;
    std::int64_t erase_log(std::string_view table, std::string_view where, const SqlParams& params) override;

    bool alive() const;
    PostgresTrouble trouble() const { return trouble_; }
    // Which statement with which values met the trouble: transactions that collide there queue up to run again.
    std::uint64_t trouble_key() const { return trouble_key_; }

 private:
    class Result;
    struct Row;
    struct Prepared;
    struct Running;
    using Clock = std::chrono::steady_clock;

    void setup(const PostgresSettings& settings);
    Prepared& prepared(std::string_view sql, const SqlParams& params, std::string_view tail);
    Result execute(Prepared& statement, const SqlParams& params);
    Result simple(const std::string& sql);
    void fill(const SqlParams& params);
    int send_begin();
    void drain();
    Result answers(int commands, Prepared* preparing, std::string_view sql);
    Result remaining(std::string_view sql);
    void put_copy(std::string_view bytes, std::string_view sql);
    void flush();
    void await_answer();
    bool poll_socket(bool write);
    void drop() noexcept;
    std::int64_t deliver(const Result& result, Row& row, const OnRow& on_row);
    void need(bool sent);
    [[noreturn]] void fail(const Result& result, std::string_view sql);

    pg_conn* conn_ = nullptr;
    std::list<Prepared> statements_;                                              // the most recently used first
    std::unordered_map<std::string_view, std::list<Prepared>::iterator> by_key_;  // views of Prepared::key
    std::uint64_t names_ = 0;
    std::string key_;  // being looked up

    bool write_ = false;          // the kind of the current transaction
    bool begin_pending_ = false;  // BEGIN was asked for and not sent yet
    bool open_ = false;           // BEGIN was sent
    bool unread_ = false;         // the answer to the last COMMIT or ROLLBACK, which nobody waited for
    int cursors_ = 0;
    PostgresTrouble trouble_ = PostgresTrouble::none;
    std::uint64_t trouble_key_ = 0;
    std::exception_ptr first_error_;

    int client_timeout_ms_ = 0;  // a little more than the server's own; 0: none
    Clock::time_point deadline_;

    // Parameters in libpq's shape, reused from call to call.
    std::vector<std::uint64_t> numbers_;
    std::vector<const char*> values_;
    std::vector<int> lengths_, formats_;
};

}  // namespace yuanliu

// PostgreSQL for many instances: a pool of sessions for everything, a second one on a replica for reads when there is
// one.
//
// A writing transaction is SERIALIZABLE and runs again when it collides, so a rule that is right on SQLite, where
// transactions run one after another, is right here. A read is one snapshot (REPEATABLE READ).
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "platform/db/open.hpp"
#include "platform/db/postgres_dump.hpp"
#include "platform/db/postgres_pool.hpp"
#include "platform/db/postgres_sql.hpp"

namespace yuanliu {
namespace {

constexpr int replica_check_ms = 1'000;
constexpr int replica_lag_s_max = 5;  // further behind, reads go to the primary
constexpr std::string_view migration_lock = "yuanliu.migrate";

// Watches a replica: reads go there only while it answers and keeps up.
class ReplicaWatch {
 public:
    ReplicaWatch(PostgresSettings settings, Env& env, Vault& vault, const Parts& parts)
        : settings_(std::move(settings)), env_(env), vault_(vault), parts_(parts), thread_([this] { watch(); }) {}
    ~ReplicaWatch() {
        {
            std::lock_guard guard(mutex_);
            stopping_ = true;
        }
        wake_.notify_all();
        thread_.join();
    }
    ReplicaWatch(const ReplicaWatch&) = delete;
    bool healthy() const { return healthy_; }
    void distrust() { healthy_ = false; }

 private:
    void watch() {
        std::unique_lock guard(mutex_);
        do {
            guard.unlock();
            const bool now = check();
            if (now != healthy_.exchange(now))
                now ? spdlog::info("reads go to the replica") : spdlog::warn("reads go to the primary: {}", why_);
            guard.lock();
            wake_.wait_for(guard, std::chrono::milliseconds(replica_check_ms), [&] { return stopping_; });
        } while (!stopping_);
    }
    bool check() {
        try {
            if (!connection_ || !connection_->alive())
                connection_ = std::make_unique<PostgresConnection>(settings_, env_, vault_, parts_);
            const SqlParams none(nullptr);
            std::int64_t lag_s = 0;
            bool fed = true;
            // A server that is no standby (promoted, or the primary itself) is never behind.
            connection_->run(
                "SELECT NOT pg_is_in_recovery() OR EXISTS (SELECT 1 FROM pg_stat_wal_receiver),"
                " CASE WHEN NOT pg_is_in_recovery() OR pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() THEN 0"
                " ELSE CAST(extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp()) AS BIGINT) END",
                none, [&](StatementRow& row) { return fed = row.boolean(0), lag_s = row.integer(1), false; });
            why_ = fmt::format("the replica is {} s behind, fed: {}", lag_s, fed);
            return fed && lag_s <= replica_lag_s_max;
        } catch (const Error& e) {
            why_ = e.what();
            return false;
        }
    }

    PostgresSettings settings_;
    Env& env_;
    Vault& vault_;
    const Parts& parts_;
    std::unique_ptr<PostgresConnection> connection_;  // used by thread_ alone, as why_ is
    std::string why_;
    std::atomic<bool> healthy_ = false;
    std::mutex mutex_;
    std::condition_variable wake_;
    bool stopping_ = false;
    std::thread thread_;
};

class PostgresDatabase : public Database {
 public:
    PostgresDatabase(const DatabaseOptions& options, Env& env, Vault& vault)
        : options_(options), env_(env), vault_(vault), clock_(env) {
        parts_.add(clock_);
        check_server();
        const auto queue_max = static_cast<std::size_t>(options.queue_max);
        primary_ = std::make_unique<PostgresPool>(
            PostgresPool::Options{settings(options.url), options.connections, queue_max, false}, env, vault, parts_,
            clock_);
        if (options.replica_url.empty()) return;
        replica_ = std::make_unique<PostgresPool>(
            PostgresPool::Options{settings(options.replica_url), options.connections, queue_max, true}, env, vault,
            parts_, clock_);
        watch_ = std::make_unique<ReplicaWatch>(settings(options.replica_url), env, vault, parts_);
    }
    ~PostgresDatabase() override {
        replica_.reset();  // hands what it cannot answer to the primary
    }

    void read_later(Read work, Done done, Freshness freshness) override {
        PostgresPool::Task task{std::move(work), {}, std::move(done)};
        if (freshness == Freshness::replica && watch_ && watch_->healthy()) {
            task.elsewhere = [this](PostgresPool::Task&& back) {
                watch_->distrust();
                PostgresPool::Task again{std::move(back.read), {}, std::move(back.done)};
                push(*primary_, again);
            };
            if (replica_->push(task)) return;
            task.elsewhere = {};
        }
        push(*primary_, task);
    }
    void write_later(Write work, Done done) override {
        PostgresPool::Task task{{}, std::move(work), std::move(done)};
        push(*primary_, task);
    }

    std::string_view dialect() const override { return "postgres"; }
    bool replicated() const override { return replica_ != nullptr; }

    DatabaseStats stats() const override {
        DatabaseStats out;
        primary_->add_to(out);
        if (replica_) replica_->add_to(out);
        return out;
    }

    void backup(const std::string& path) override { postgres_dump(options_.url, path); }

    void exclusively(const std::function<void(Connection&)>& work) override {
        auto patient = settings(options_.url);
        patient.statement_timeout_ms = patient.lock_timeout_ms = 0;
        PostgresConnection connection(patient, env_, vault_, parts_);
        SqlParams key(nullptr);
        key.integer(advisory_key(migration_lock));
        connection.run("SELECT pg_advisory_lock(?)", key, {});  // ends with the session, however that ends
        work(connection);
    }

 protected:
    void read_now(const Read& work, Freshness freshness) override {
        wait([&](Done done) {
            PostgresPool::Task task{work, {}, std::move(done)};
            if (!primary_->run_here(task)) read_later(std::move(task.read), std::move(task.done), freshness);
        });
    }
    void write_now(const Write& work) override {
        wait([&](Done done) {
            PostgresPool::Task task{{}, work, std::move(done)};
            if (!primary_->run_here(task)) push(*primary_, task);
        });
    }

 private:
    PostgresSettings settings(const std::string& url) const {
        return {.url = url,
                .connect_timeout_s = options_.connect_timeout_s,
                .statement_timeout_ms = options_.statement_timeout_ms,
                .in_use = url == options_.url && !options_.read_only};
    }

    // At start a server that does not answer is an error to tell, not something to wait for.
    void check_server() {
        try {
            PostgresConnection connection(settings(options_.url), env_, vault_, parts_);
            const SqlParams none(nullptr);
            connection.run(
                "SELECT current_setting('fsync') = 'on' AND current_setting('full_page_writes') = 'on',"
                " datcollate IN ('C', 'POSIX', 'C.UTF-8') FROM pg_database WHERE datname = current_database()",
                none, [](StatementRow& row) {
                    static std::once_flag told;
                    std::call_once(told, [&] {
                        if (!row.boolean(0))
                            spdlog::warn("PostgreSQL: fsync or full_page_writes off, a power cut loses data");
                        if (!row.boolean(1))
                            spdlog::warn("PostgreSQL: texts are sorted by the database's locale, not by C");
                    });
                    return false;
                });
            if (clock_.is_due()) clock_.look(connection);
        } catch (const Error& e) {
            throw internal(fmt::format("{}. Is DATABASE_URL right, and is the server running?", e.what()));
        }
    }

    static void push(PostgresPool& pool, PostgresPool::Task& task) {
        if (!pool.push(task)) task.done(std::make_exception_ptr(busy("the queue of transactions is full or closing")));
    }

    static void wait(const std::function<void(Done)>& start) {
        std::mutex mutex;
        std::condition_variable ready;
        bool finished = false;
        std::exception_ptr failure;
        start([&](std::exception_ptr outcome) {
            std::lock_guard guard(mutex);
            failure = outcome;
            finished = true;
            ready.notify_one();
        });
        std::unique_lock guard(mutex);
        ready.wait(guard, [&] { return finished; });
        if (failure) std::rethrow_exception(failure);
    }

    DatabaseOptions options_;
    Env& env_;
    Vault& vault_;
    DatabaseClock clock_;
    std::unique_ptr<PostgresPool> primary_, replica_;
    std::unique_ptr<ReplicaWatch> watch_;
};

}  // namespace

std::unique_ptr<Database> open_postgres(const DatabaseOptions& options, Env& env, Vault& vault) {
    return std::make_unique<PostgresDatabase>(options, env, vault);
}

}  // namespace yuanliu

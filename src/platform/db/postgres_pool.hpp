// Threads that run transactions, each with its own session, behind a bounded queue.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>

#include "platform/db/clock.hpp"
#include "platform/db/db.hpp"
#include "platform/db/postgres_connection.hpp"

namespace yuanliu {

// Thread-safe. The destructor finishes what is queued.
class PostgresPool {
 public:
    struct Task {
        Database::Read read;  // exactly one of read and write is set
        Database::Write write;
        Database::Done done;
        // Runs instead of `done` when a read could not be answered here, on a replica that is gone or lags.
        std::function<void(Task&&)> elsewhere = {};
    };
    struct Options {
        PostgresSettings settings;
        int connections = 1;
        std::size_t queue_max = 0;
        bool replica = false;
    };

    PostgresPool(Options options, Env& env, Vault& vault, const Parts& parts, DatabaseClock& clock);
    ~PostgresPool();
    PostgresPool(const PostgresPool&) = delete;

    // False when the queue is full or closing: `task` is untouched then.
    bool push(Task& task);
    // Runs a task on the calling thread when that is one of the pool's own (a `done` that asks for more); false: it is
    // not. Throws internal for a write inside of a write.
    bool run_here(Task& task);

    // False while the server does not answer.
    bool up() const { return down_since_ms_ == 0; }
    void add_to(DatabaseStats& stats) const;

 private:
    struct Worker;
    struct Tries;
    using Clock = std::chrono::steady_clock;

    void work(Worker& worker);
    void run(Worker& worker, Task& task);
    std::exception_ptr run_read(Worker& worker, Task& task, bool& elsewhere);
    std::exception_ptr run_write(Worker& worker, Task& task);
    std::exception_ptr try_read(Worker& worker, const Task& task);
    std::exception_ptr try_write(Worker& worker, const Task& task, std::vector<std::function<void()>>& after_commit);
    bool ready(Worker& worker, std::unique_lock<std::mutex>& guard);
    void connect(Worker& worker);
    void reach(Worker& worker);
    bool try_connect(Worker& worker);
    bool may_try_now(std::int64_t now_ms);
    bool again(Worker& worker, Tries& tries);
    void pause(int attempt);
    static std::int64_t now_ms();

    Options options_;
    Env& env_;
    Vault& vault_;
    const Parts& parts_;
    DatabaseClock& clock_;

    mutable std::mutex mutex_;
    std::condition_variable wake_, rest_;
    std::deque<Task> queue_;
    bool stopping_ = false;
    DatabaseStats stats_;

    std::atomic<std::int64_t> down_since_ms_ = 0, next_try_ms_ = 0, sessions_ = 0;
    // Transactions that collided on the same row run again one after another instead of colliding again.
    std::array<std::mutex, 64> lanes_;
    std::vector<std::thread> threads_;
};

}  // namespace yuanliu

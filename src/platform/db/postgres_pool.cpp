#include "platform/db/postgres_pool.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

namespace yuanliu {
namespace {

constexpr int collisions_max = 30;       // of one transaction; with the pauses below about two seconds
constexpr int sessions_lost_max = 6;     // of one transaction, breaking under it
constexpr int pause_ms_max = 100;        // between two attempts
constexpr int reconnect_ms_max = 1'000;  // between two attempts to reach a server that is down
constexpr int rest_ms = 500;             // of a worker without a session while others have one

}  // namespace

struct PostgresPool::Worker {
    PostgresPool* pool = nullptr;
    std::unique_ptr<PostgresConnection> connection;
    bool busy = false;
    bool writing = false;          // busy, with a write
    const Worker* host = nullptr;  // of a guest: in whose transaction it is

    static thread_local Worker* current;

    bool within_write() const {
        for (const auto* worker = this; worker; worker = worker->host)
            if (worker->writing) return true;
        return false;
    }
};
thread_local PostgresPool::Worker* PostgresPool::Worker::current = nullptr;

// What a transaction has met so far.
struct PostgresPool::Tries {
    int collisions = 0, lost = 0, duplicates = 0;
};

PostgresPool::PostgresPool(Options options, Env& env, Vault& vault, const Parts& parts, DatabaseClock& clock)
    : options_(std::move(options)), env_(env), vault_(vault), parts_(parts), clock_(clock) {
    for (int i = 0; i < options_.connections; ++i)
        threads_.emplace_back([this] {
            Worker worker{this};
            Worker::current = &worker;
            work(worker);
        });
}

PostgresPool::~PostgresPool() {
    {
        std::lock_guard guard(mutex_);
        stopping_ = true;
    }
    wake_.notify_all();
    rest_.notify_all();
    for (auto& thread : threads_) thread.join();
}

std::int64_t PostgresPool::now_ms() {
    return std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now().time_since_epoch()).count();
}

bool PostgresPool::push(Task& task) {
    {
        std::lock_guard guard(mutex_);
        if (stopping_ || queue_.size() >= options_.queue_max) return false;
        queue_.push_back(std::move(task));
    }
    wake_.notify_one();
    return true;
}

bool PostgresPool::run_here(Task& task) {
    Worker* worker = Worker::current;
    if (!worker || worker->pool != this) return false;
    if (!worker->busy) {
        run(*worker, task);
        return true;
    }
    // The outer one holds its rows, and maybe its lane, until the inner one is through, which may need them.
    if (task.write && worker->within_write())
        throw internal("a write inside of a write: it would wait for the one that it is in");
    // In the middle of a transaction: that one's session is taken, and waiting for another worker could wait for ever.
    Worker guest{this};
    guest.host = worker;
    Worker::current = &guest;
    run(guest, task);
    Worker::current = worker;
    sessions_ -= guest.connection ? 1 : 0;
    return true;
}

void PostgresPool::add_to(DatabaseStats& out) const {
    std::lock_guard guard(mutex_);
    out.commits += stats_.commits;
    out.transactions += stats_.transactions;
    out.failures += stats_.failures;
    out.retries += stats_.retries;
    out.commit_seconds += stats_.commit_seconds;
    out.queue_depth += std::int64_t(queue_.size());
    out.connections += sessions_;
}

void PostgresPool::work(Worker& worker) {
    std::unique_lock guard(mutex_);
    for (;;) {
        wake_.wait(guard, [&] { return stopping_ || !queue_.empty(); });
        if (queue_.empty()) return;
        if (!ready(worker, guard)) continue;
        Task task = std::move(queue_.front());
        queue_.pop_front();
        guard.unlock();
        run(worker, task);
        task = {};  // what the caller's functions hold is let go before the lock is taken
        guard.lock();
    }
}

// A worker that gets no session (the server has no room for so many) leaves the tasks to those who have one. With none
// at all it takes the task, to tell its caller.
bool PostgresPool::ready(Worker& worker, std::unique_lock<std::mutex>& guard) {
    if (worker.connection || sessions_ == 0) return true;
    guard.unlock();
    const bool connected = try_connect(worker);
    guard.lock();
    if (connected) return !queue_.empty();
    wake_.notify_one();
    rest_.wait_for(guard, std::chrono::milliseconds(rest_ms), [&] { return stopping_; });
    return sessions_ == 0 && !queue_.empty();
}

void PostgresPool::run(Worker& worker, Task& task) {
    bool elsewhere = false;
    const auto failure = task.read ? run_read(worker, task, elsewhere) : run_write(worker, task);
    if (elsewhere) return task.elsewhere(std::move(task));
    task.done(failure);
}

std::exception_ptr PostgresPool::run_read(Worker& worker, Task& task, bool& elsewhere) {
    for (Tries tries;;) {
        auto failure = try_read(worker, task);
        if (!failure) return nullptr;
        const bool gone = !worker.connection;
        if (!gone && worker.connection->trouble() == PostgresTrouble::refused) return failure;
        if (task.elsewhere && (gone || worker.connection->trouble() != PostgresTrouble::none)) {
            elsewhere = true;  // a replica that is gone, or whose replay took away what we were reading
            return failure;
        }
        if (gone || !again(worker, tries)) return failure;
    }
}

std::exception_ptr PostgresPool::try_read(Worker& worker, const Task& task) {
    try {
        connect(worker);
        auto& connection = *worker.connection;
        connection.begin(false);
        worker.busy = true;
        Rx rx(connection, clock_.now());
        task.read(rx);
        connection.commit();
        worker.busy = false;
        return nullptr;
    } catch (...) {
        worker.busy = false;
        if (worker.connection) worker.connection->rollback();
        return std::current_exception();
    }
}

std::exception_ptr PostgresPool::run_write(Worker& worker, Task& task) {
    std::vector<std::function<void()>> after_commit;
    std::exception_ptr failure;
    {
        std::unique_lock<std::mutex> lane;
        for (Tries tries;;) {
            failure = try_write(worker, task, after_commit);
            if (!failure || !worker.connection || !again(worker, tries)) break;
            if (worker.connection->trouble() != PostgresTrouble::serialization) continue;
            // A lane is only ever waited for outside of a transaction, so nobody in one waits for us.
            auto& mine = lanes_[worker.connection->trouble_key() % lanes_.size()];
            if (lane.mutex() == &mine) continue;
            if (lane) lane.unlock();
            lane = std::unique_lock(mine);
        }
    }
    {
        std::lock_guard guard(mutex_);
        stats_.transactions += 1;
        (failure ? stats_.failures : stats_.commits) += 1;
    }
    for (auto& action : after_commit) action();
    return failure;
}

std::exception_ptr PostgresPool::try_write(Worker& worker, const Task& task,
                                           std::vector<std::function<void()>>& after_commit) {
    try {
        connect(worker);
        auto& connection = *worker.connection;
        connection.begin(true);
        worker.busy = worker.writing = true;
        Tx tx(connection, clock_.now());
        task.write(tx);
        const auto started = Clock::now();
        connection.commit();
        worker.busy = worker.writing = false;
        after_commit = tx.take_after_commit();
        std::lock_guard guard(mutex_);
        stats_.commit_seconds += std::chrono::duration<double>(Clock::now() - started).count();
        return nullptr;
    } catch (...) {
        worker.busy = worker.writing = false;
        if (worker.connection) worker.connection->rollback();
        return std::current_exception();
    }
}

// Decides on the connection's trouble, whatever the rule made of it: may the work be run again?
bool PostgresPool::again(Worker& worker, Tries& tries) {
    bool yes = false;
    switch (worker.connection->trouble()) {
        case PostgresTrouble::none:
        case PostgresTrouble::refused:
        case PostgresTrouble::commit_unknown: break;
        case PostgresTrouble::duplicate: yes = ++tries.duplicates == 1; break;
        case PostgresTrouble::lost: yes = ++tries.lost < sessions_lost_max; break;
        case PostgresTrouble::serialization:
        case PostgresTrouble::stale: yes = ++tries.collisions < collisions_max;
    }
    if (!yes) return false;
    {
        std::lock_guard guard(mutex_);
        ++stats_.retries;
    }
    if (worker.connection->trouble() == PostgresTrouble::serialization) pause(tries.collisions);
    return true;
}

// Longer each time, and different for everybody, so that those who collided do not meet again.
void PostgresPool::pause(int attempt) {
    std::uint32_t bits = 0;
    env_.random({reinterpret_cast<unsigned char*>(&bits), sizeof bits});
    const int longest_us = 1000 * std::min(pause_ms_max, 1 << std::min(attempt, 10));
    std::this_thread::sleep_for(std::chrono::microseconds(bits % static_cast<unsigned>(longest_us)));
}

// While the server is down one worker tries at a time, and those who waited long enough are told at once.
bool PostgresPool::may_try_now(std::int64_t now) {
    auto next = next_try_ms_.load();
    if (now < next) return false;
    std::uint32_t bits = 0;
    env_.random({reinterpret_cast<unsigned char*>(&bits), sizeof bits});
    const auto down_ms = now - down_since_ms_;
    const auto step_ms = std::clamp<std::int64_t>(down_ms / 4, 20, reconnect_ms_max);
    return next_try_ms_.compare_exchange_strong(next, now + step_ms / 2 + bits % (step_ms / 2));
}

bool PostgresPool::try_connect(Worker& worker) {
    try {
        worker.connection = std::make_unique<PostgresConnection>(options_.settings, env_, vault_, parts_);
        ++sessions_;
        if (down_since_ms_.exchange(0)) spdlog::info("PostgreSQL answers again");
        return true;
    } catch (const Error& e) {
        std::int64_t zero = 0;
        if (down_since_ms_.compare_exchange_strong(zero, now_ms())) spdlog::error("{}", e.what());
        return false;
    }
}

void PostgresPool::connect(Worker& worker) {
    reach(worker);
    if (!options_.replica && clock_.is_due()) clock_.look(*worker.connection);
}

void PostgresPool::reach(Worker& worker) {
    if (worker.connection && worker.connection->alive()) return;
    if (worker.connection) --sessions_, worker.connection.reset();
    const auto patience_ms = options_.settings.connect_timeout_s * 1000;
    const auto deadline = now_ms() + patience_ms;
    for (;;) {
        if ((up() || may_try_now(now_ms())) && try_connect(worker)) return;
        const auto since = down_since_ms_.load();
        if (since == 0) continue;  // another worker has just got through
        const auto now = now_ms();
        if (options_.replica || now - since > patience_ms || now > deadline) throw busy("PostgreSQL does not answer");
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
}

}  // namespace yuanliu

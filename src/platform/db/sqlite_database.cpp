// SQLite as a server's database: one writer that commits in groups, readers on their own snapshots.
//
// The writer takes whatever is queued now (never waits for more), runs each transaction inside its own savepoint,
// commits once, and only then tells anybody. Idle, a group is one transaction and its latency one fsync; loaded, one
// fsync acknowledges hundreds. Readers never checkpoint and never write.
//
// A reader that has done its work keeps its snapshot, since nothing has changed until the next commit: opening and
// closing one costs as much as a look-up. Every commit ends the snapshots that wait, before anybody hears of it.
#include <fcntl.h>
#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "platform/db/clock.hpp"
#include "platform/db/open.hpp"
#include "platform/db/sqlite_connection.hpp"

namespace yuanliu {
namespace {

constexpr std::size_t group_max = 1024;       // transactions acknowledged by one fsync
constexpr std::int64_t group_ms_max = 50;     // a group stops taking more after this, so that nobody waits long
constexpr int checkpoint_pages = 4000;        // 16 MB of log: then move it into the file
constexpr int checkpoint_pages_hard = 64000;  // 256 MB: and empty the log, as soon as no reader is in it
constexpr std::size_t idle_readers_max = 64;

// Keeps a second process from the file: two writers would be two checkpointers (see sqlite_connection.cpp).
class LockFile {
 public:
    explicit LockFile(const std::string& path) {
        fd_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
        if (fd_ < 0) throw internal(fmt::format("cannot create {}: {}", path, std::strerror(errno)));
        if (::flock(fd_, LOCK_EX | LOCK_NB) != 0) {
            ::close(fd_);
            throw internal(
                fmt::format("another yuanliu process is using this database ({} is locked). Stop it first, or choose "
                            "another --data folder.",
                            path));
        }
    }
    ~LockFile() { ::close(fd_); }
    LockFile(const LockFile&) = delete;

 private:
    int fd_;
};

class SqliteDatabase : public Database {
 public:
    SqliteDatabase(const DatabaseOptions& options, std::string file, Env& env, Vault& vault)
        : options_(options), file_(std::move(file)), env_(env), vault_(vault), clock_(env) {
        parts_.add(clock_);
        // Another process may write then, and a snapshot that waits would be old and hold up its log.
        snapshots_wait_ = !options.read_only;
        if (!options.read_only) {
            lock_ = std::make_unique<LockFile>(file_ + ".lock");
            writer_ = std::make_unique<SqliteConnection>(file_, SqliteConnection::Role::writer, env, vault);
            writer_->parts = &parts_;
            ::chmod(file_.c_str(), 0600);
            thread_ = std::thread([this] { write_loop(); });
        }
    }
    ~SqliteDatabase() override {
        {
            std::lock_guard guard(mutex_);
            stopping_ = true;
        }
        wake_.notify_all();
        if (thread_.joinable()) thread_.join();
        readers_.clear();
        if (!writer_) return;
        try {
            writer_->checkpoint(true);
        } catch (const Error& e) {
            spdlog::warn("the last checkpoint failed, the log is replayed at the next start: {}", e.what());
        }
    }

    void read_later(Read work, Done done, Freshness freshness) override {
        std::exception_ptr failure;
        try {
            read_now(work, freshness);
        } catch (...) {
            failure = std::current_exception();
        }
        done(failure);
    }

    void write_later(Write work, Done done) override {
        {
            std::unique_lock guard(mutex_);
            if (stopping_ || queue_.size() >= std::size_t(options_.queue_max) || !writer_) {
                guard.unlock();
                return done(std::make_exception_ptr(busy("the write queue is full or closing")));
            }
            queue_.push_back({std::move(work), std::move(done), {}, {}});
            // The writer looks at the queue by itself after every group; it needs waking only when it sleeps.
            if (!sleeping_) return;
        }
        wake_.notify_one();
    }

    std::string_view dialect() const override { return "sqlite"; }

    DatabaseStats stats() const override {
        std::lock_guard guard(mutex_);
        DatabaseStats out = stats_;
        out.queue_depth = std::int64_t(queue_.size());
        std::lock_guard readers_guard(readers_mutex_);
        out.connections = std::int64_t(readers_.size()) + 1;
        return out;
    }

    void backup(const std::string& path) override {
        auto reader = take_reader();
        reader.end_snapshot();
        reader.connection->deadline(0);
        reader.connection->copy_to(path);
        give_reader(std::move(reader));
    }

    void exclusively(const std::function<void(Connection&)>& work) override {
        write_raw([&](SqliteConnection& c) { work(c); });
    }

 protected:
    void read_now(const Read& work, Freshness) override {
        auto reader = take_reader();
        struct Back {
            SqliteDatabase& self;
            Reader& reader;
            ~Back() { self.give_reader(std::move(reader)); }
        } back{*this, reader};
        reader.connection->deadline(env_.monotonic_ms() + options_.read_deadline_ms);
        reader.begin_snapshot(changes_);
        Rx rx(*reader.connection, clock_.now());
        work(rx);
    }

    void write_now(const Write& work) override {
        require_other_thread();
        std::mutex mutex;
        std::condition_variable ready;
        bool finished = false;
        std::exception_ptr failure;
        write_later(work, [&](std::exception_ptr outcome) {
            std::lock_guard guard(mutex);
            failure = outcome;
            finished = true;
            ready.notify_one();
        });
        std::unique_lock guard(mutex);
        ready.wait(guard, [&] { return finished; });
        if (failure) std::rethrow_exception(failure);
    }

 private:
    struct Queued {
        Write work;
        Done done;
        std::exception_ptr failure;
        std::vector<std::function<void()>> after_commit;
        bool raw = false;
    };

    struct Reader {
        std::unique_ptr<SqliteConnection> connection;
        std::uint64_t seen = 0;  // how many changes there had been before its snapshot

        // `changes` is looked at first: the snapshot is never older than its number says.
        void begin_snapshot(const std::atomic<std::uint64_t>& changes) {
            const auto now = changes.load();
            if (connection->in_transaction() && seen == now) return;
            end_snapshot();
            seen = now;
            connection->begin(false);
        }
        void end_snapshot() noexcept { connection->rollback(); }
    };

    Reader take_reader() {
        {
            std::lock_guard guard(readers_mutex_);
            if (!readers_.empty()) {
                auto reader = std::move(readers_.back());
                readers_.pop_back();
                return reader;
            }
        }
        Reader reader{std::make_unique<SqliteConnection>(file_, SqliteConnection::Role::reader, env_, vault_)};
        reader.connection->parts = &parts_;
        return reader;
    }
    void give_reader(Reader reader) {
        std::lock_guard guard(readers_mutex_);
        if (!snapshots_wait_ || reader.seen != changes_) reader.end_snapshot();
        if (readers_.size() < idle_readers_max) readers_.push_back(std::move(reader));
    }
    // Says that the file has changed. Snapshots in use end when their readers are done.
    void end_waiting_snapshots() {
        ++changes_;
        std::lock_guard guard(readers_mutex_);
        for (auto& reader : readers_) reader.end_snapshot();
    }
    // While one of these lives, readers end their snapshots at once: for work that needs the log to itself.
    struct NoWaitingSnapshots {
        SqliteDatabase& self;
        explicit NoWaitingSnapshots(SqliteDatabase& self) : self(self) { wait(false); }
        ~NoWaitingSnapshots() { wait(true); }
        void wait(bool may) {
            {
                std::lock_guard guard(self.readers_mutex_);
                self.snapshots_wait_ = may;
            }
            self.end_waiting_snapshots();
        }
    };

    // The writer waiting for itself would wait for ever.
    void require_other_thread() const {
        if (std::this_thread::get_id() == thread_.get_id())
            throw internal("a write inside of a write: it would wait for the one that it is in");
    }

    // Runs on the writer thread outside any transaction, after what is queued before it.
    void write_raw(const std::function<void(SqliteConnection&)>& work) {
        require_other_thread();
        std::exception_ptr failure;
        std::mutex mutex;
        std::condition_variable ready;
        bool finished = false;
        {
            std::lock_guard guard(mutex_);
            if (!writer_) throw internal("the database was opened to be read only");
            queue_.push_back({[&](Tx&) { work(*writer_); },
                              [&](std::exception_ptr outcome) {
                                  std::lock_guard inner(mutex);
                                  failure = outcome, finished = true;
                                  ready.notify_one();
                              },
                              {},
                              {},
                              true});
        }
        wake_.notify_one();
        std::unique_lock guard(mutex);
        ready.wait(guard, [&] { return finished; });
        if (failure) std::rethrow_exception(failure);
    }

    void write_loop() {
        std::deque<Queued> waiting;
        std::vector<Queued> group;
        while (wait_for_work(waiting)) {
            while (!waiting.empty()) {
                group.clear();
                run_group(waiting, group);
                for (auto& item : group) {
                    if (!item.failure)
                        for (auto& action : item.after_commit) action();
                    item.done(item.failure);
                }
                keep_log_short();
            }
        }
    }

    bool wait_for_work(std::deque<Queued>& waiting) {
        std::unique_lock guard(mutex_);
        sleeping_ = true;
        wake_.wait(guard, [&] { return stopping_ || !queue_.empty(); });
        sleeping_ = false;
        waiting.swap(queue_);
        return !waiting.empty();
    }

    void run_group(std::deque<Queued>& waiting, std::vector<Queued>& group) {
        auto started = std::chrono::steady_clock::now();
        if (waiting.front().raw) {
            group.push_back(std::move(waiting.front()));
            waiting.pop_front();
            try {
                const NoWaitingSnapshots alone(*this);
                Tx tx(*writer_, clock_.now());
                group.back().work(tx);
            } catch (...) {
                group.back().failure = std::current_exception();
            }
            writer_->rollback();
            return;
        }
        std::exception_ptr failure;
        try {
            writer_->begin(true);
        } catch (...) {
            failure = std::current_exception();
        }
        auto deadline = env_.monotonic_ms() + group_ms_max;
        const bool alone = waiting.size() == 1;
        while (!waiting.empty() && group.size() < group_max && !waiting.front().raw) {
            group.push_back(std::move(waiting.front()));
            waiting.pop_front();
            if (failure) continue;
            run_one(group.back(), alone);
            if (!writer_->in_transaction()) {
                // Undone alone, or given up by the engine (a full disk): nobody in this group has been stored.
                failure = group.back().failure ? group.back().failure
                                               : std::make_exception_ptr(internal("the transaction ended by itself"));
            }
            if (env_.monotonic_ms() > deadline) break;
        }
        if (!failure) failure = commit_group();
        finish_group(group, failure, started);
    }

    // A transaction that is alone in its group needs no savepoint of its own: what it did is all there is to undo.
    void run_one(Queued& item, bool alone) {
        try {
            if (!alone) writer_->savepoint();
            Tx tx(*writer_, clock_.now());
            try {
                item.work(tx);
                if (!alone) writer_->release();
                item.after_commit = tx.take_after_commit();
            } catch (...) {
                item.failure = std::current_exception();
                alone ? writer_->rollback() : writer_->rollback_to();
            }
        } catch (...) {
            item.failure = std::current_exception();
        }
    }

    std::exception_ptr commit_group() {
        try {
            writer_->commit();
            end_waiting_snapshots();
            return {};
        } catch (...) {
            writer_->rollback();
            return std::current_exception();
        }
    }

    void finish_group(std::vector<Queued>& group, std::exception_ptr failure,
                      std::chrono::steady_clock::time_point started) {
        // A refusal stands on what the group saw; if the group is not stored, the refusal may be wrong too.
        std::int64_t failed = 0;
        for (auto& item : group) {
            if (failure) item.failure = failure;
            failed += bool(item.failure);
        }
        std::lock_guard guard(mutex_);
        stats_.commits += failure ? 0 : 1;
        stats_.transactions += std::int64_t(group.size());
        stats_.failures += failed;
        stats_.commit_seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
    }

    void keep_log_short() {
        int pages = writer_->wal_pages();
        {
            std::lock_guard guard(mutex_);
            stats_.wal_bytes = std::int64_t(pages) * 4096;
        }
        if (pages < checkpoint_pages) next_checkpoint_ = checkpoint_pages;  // the log has begun again
        if (pages < next_checkpoint_) return;
        // A reader may keep the log from beginning again: then every so many pages once more, not at every commit.
        next_checkpoint_ = pages + checkpoint_pages;
        try {
            if (pages > checkpoint_pages_hard) {
                const NoWaitingSnapshots alone(*this);
                writer_->checkpoint(true);
            } else {
                writer_->checkpoint(false);
                // The log begins again at the next commit unless a snapshot still needs what is in it.
                end_waiting_snapshots();
            }
            std::lock_guard guard(mutex_);
            ++stats_.checkpoints;
        } catch (const Error& e) {
            spdlog::warn("checkpoint failed, the log grows on: {}", e.what());
        }
    }

    DatabaseOptions options_;
    std::string file_;
    Env& env_;
    Vault& vault_;
    DatabaseClock clock_;
    std::unique_ptr<LockFile> lock_;
    std::unique_ptr<SqliteConnection> writer_;  // used by thread_ alone
    int next_checkpoint_ = checkpoint_pages;
    std::thread thread_;

    mutable std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<Queued> queue_;
    bool stopping_ = false, sleeping_ = false;
    DatabaseStats stats_;

    mutable std::mutex readers_mutex_;
    std::vector<Reader> readers_;
    bool snapshots_wait_ = true;             // under readers_mutex_
    std::atomic<std::uint64_t> changes_{0};  // of the file, as far as this process makes them
};

}  // namespace

std::unique_ptr<Database> open_sqlite(const DatabaseOptions& options, Env& env, Vault& vault) {
    constexpr std::string_view scheme = "sqlite:///";
    return std::make_unique<SqliteDatabase>(options, options.url.substr(scheme.size() - 1), env, vault);
}

std::unique_ptr<Database> Database::open(const DatabaseOptions& options, Env& env, Vault& vault) {
    if (options.url.starts_with("sqlite:///")) return open_sqlite(options, env, vault);
    if (options.url.starts_with("postgresql://") || options.url.starts_with("postgres://"))
        return open_postgres(options, env, vault);
    throw internal("DATABASE_URL must begin with sqlite:/// or postgresql://");
}

}  // namespace yuanliu

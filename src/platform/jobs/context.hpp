// What a handler has in its hands while it runs a job.
//
// A job runs at least once: a process may die after an effect and before the queue hears of it, and then the job runs
// again. So a handler is idempotent by job id or business key, or does all it does inside complete(), which stores
// effect and completion together. It ends by returning; by throwing one of the types below; or by throwing anything
// else:
//   Error unreadable, invalid, forbidden, not_found, unsupported, too_large: refused for good (discarded)
//   Error too_many: the other side wants us to wait; tried again after its retry_after, at no cost
//   every other exception: tried again after min(cap, failed^4 seconds), until the tries are used up
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "platform/db/db.hpp"
#include "platform/jobs/model.hpp"

namespace yuanliu::jobs {

struct InHand;  // hand.hpp

// Not ready yet: look again later. Uses up no try.
struct Snooze {
    std::int64_t delay_ms;
};
// Will never work. `code` is an error key, `text` for the operator.
struct Permanent {
    std::string code;
    std::string text;
};
// Thrown by check() and write(): the handler shall end now. Let it pass.
struct Interrupted {};

enum class Halt {
    none,
    cancel,    // somebody cancelled the job
    shutdown,  // the process is stopping; the job will start again elsewhere or later
    lost,      // the lease is gone: another worker may have the job already
};

// Used by the worker thread that runs the job.
class Context {
 public:
    Context(Database& database, InHand& job);

    Database& db;
    const Id<Job> id;
    const int attempt;
    const std::int64_t creator_id;

    // How far the job is; total 0: not known. Kept in memory and written about twice a second at most.
    void progress(std::int64_t done, std::int64_t total, std::string_view message = {});
    // Whether to end, and why. A handler that was told so and returns has not completed its job.
    Halt halted() const;
    bool cancelled() const { return halted() != Halt::none; }
    // Throws Interrupted when cancelled().
    void check() const {
        if (cancelled()) throw Interrupted{};
    }

    // What the job did and gives back; stored when it completes. `path` comes from FileStore::new_path.
    void counts(const Counts& counts);
    void result_json(std::string json);
    template <Described T>
    void result(const T& value) {
        result_json(to_json(value));
    }
    // `name` is what the browser saves it as.
    void result_file(std::string_view path, std::string_view name, std::string_view type);

    // A step: `work` in a transaction that only succeeds while this worker still holds the lease. Throws Interrupted
    // when it does not.
    template <class F>
    auto write(F&& work) {
        return db.write([&](Tx& tx) {
            fence(tx);
            return work(tx);
        });
    }
    // The last step: `work` and the completion of the job in one transaction, hence exactly once.
    template <class F>
    void complete(F&& work) {
        db.write([&](Tx& tx) {
            fence(tx);
            work(tx);
            finish(tx);
        });
        finished();
    }

 private:
    void fence(Tx& tx) const;
    void finish(Tx& tx);
    void finished();
    InHand& job_;
};

}  // namespace yuanliu::jobs

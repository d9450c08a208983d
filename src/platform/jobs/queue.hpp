// The queue's statements. Whatever ends or moves a running job names its attempt and changes nothing when that is no
// longer the current one: that is the fence behind every promise of this floor.
//
// Taking is two steps. A snapshot read picks candidates by order; a short transaction takes those of them that still
// wait, by key. So the transaction reads no range, and under PostgreSQL's serializable isolation it does not collide
// with everybody who enqueues.
#pragma once

#include "platform/db/db.hpp"
#include "platform/jobs/model.hpp"

namespace yuanliu::jobs {

// A job whose lease this process holds.
struct Claimed {
    Id<Job> id;
    std::string kind;
    RawJson args;
    int priority = 5;
    Time run_at;
    int attempt = 0;
    std::int64_t creator_id = 0;
    std::optional<Id<Schedule>> schedule_id;
};
YL_RECORD(Claimed, "jobs_job", id, kind, args, priority, run_at, attempt, creator_id, schedule_id)

// What became of one attempt.
struct Outcome {
    enum class What {
        completed,
        cancelled,
        discarded,  // refused for good
        failed,     // a try used up; again later, or dead when it was the last
        later,      // again later, no try used
        released,   // back to where it was: the process stops or has too much in hand
    };
    What what = What::completed;
    std::int64_t delay_ms = 0;  // failed: the wait before jitter is computed from the tries; later: this long
    std::int64_t retry_cap_ms = 6 * 3600 * 1000;
    std::optional<JobError> error;  // `at` and `attempt` are filled in by settle()
};

// What a handler left behind, stored with the outcome.
struct Traces {
    std::optional<std::int64_t> done, total;  // progress, when any was made
    std::string message;
    std::optional<Counts> counts;
    std::optional<std::string> result, file, name, type;
    bool empty() const { return !done && !counts && !result && !file; }
};

// Up to `limit` jobs of these kinds that could be taken now, in order: priority, run_at, id. Skips paused queues.
std::vector<Id<Job>> candidates(Rx& rx, const std::vector<std::string>& kinds, int limit);
// Takes those that still wait and that nobody else is taking; each with attempt + 1 and a lease of lease_ms.
std::vector<Claimed> take(Tx& tx, const std::vector<Id<Job>>& ids, std::string_view worker, std::int64_t lease_ms);

// Whether this attempt still holds its lease; locks the job until the end of the transaction when `hold`.
bool holds(Rx& rx, Id<Job> id, int attempt, bool hold);

// Stores the outcome. False: the attempt no longer holds the lease, nothing was changed. The job's state then says what
// became of it.
bool settle(Tx& tx, Id<Job> id, int attempt, const Outcome& outcome, const Traces& traces);
// The common case in few statements: many jobs that completed, left nothing behind and that nobody waits for (no
// creator, no schedule). Returns how many were accepted.
std::int64_t settle_completed(Tx& tx, const std::vector<std::pair<Id<Job>, int>>& jobs);

// Extends the lease; false when it is lost.
bool renew(Tx& tx, Id<Job> id, int attempt, std::int64_t lease_ms);
void store_progress(Tx& tx, Id<Job> id, int attempt, const Traces& traces);
// Of this worker's running jobs, those somebody asked to cancel.
std::vector<Id<Job>> cancel_requests(Rx& rx, std::string_view worker);

// Jobs whose worker let the lease run out: tried again, at the cost of one try. Returns how many.
int rescue(Tx& tx);
// Every job that runs, however long its lease: for a process that starts and knows that there is no other. Returns how
// many.
int rescue_all(Tx& tx);

// min(cap, tries^4 seconds), plus or minus a tenth.
std::int64_t retry_delay_ms(int failed, std::int64_t cap_ms, Env& env);

}  // namespace yuanliu::jobs

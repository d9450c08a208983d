// The threads that run jobs and keep the clock in this process.
#pragma once

#include <memory>
#include <string>

#include "platform/jobs/jobs.hpp"
#include "platform/jobs/registry.hpp"

namespace yuanliu::jobs {

struct RunnerOptions {
    int workers = 2;
    bool alone = false;              // no other process is on this database: leases found at the start are a dead one's
    bool clock = true;               // take part in keeping the clock (schedules, rescue)
    std::int64_t lease_ms = 60'000;  // of the database's clock
    std::int64_t beat_ms = 20'000;   // leases are renewed so often
    std::int64_t poll_ms = 1'000;    // for what other instances enqueued, and for what falls due
    std::int64_t tick_ms = 1'000;
    std::int64_t rescue_ms = 15'000;
};

struct RunnerStats {
    std::int64_t completed = 0, failed = 0, cancelled = 0, discarded = 0, snoozed = 0;
    std::int64_t fenced = 0;  // outcomes that came too late: the lease was gone
    std::int64_t rescued = 0, in_hand = 0;
    bool leader = false;
};

// Thread-safe. Several may work on one Database, and on PostgreSQL in many processes.
class Runner {
 public:
    Runner(Database& db, Registry& registry, RunnerOptions options = {});
    ~Runner();  // stops, and waits for handlers that did not end in time
    Runner(const Runner&) = delete;

    // Stores the declared schedules and starts the threads. Throws what the database throws.
    void start();
    // Takes no more jobs, tells the running ones to end and waits for them; hands back what was taken and not finished.
    // False when a handler did not end in time: its lease was given up, so what it still does is fenced.
    bool stop(int deadline_ms = 8'000);
    RunnerStats stats() const;

 private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace yuanliu::jobs

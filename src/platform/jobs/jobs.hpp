// The durable queue: work that waits is a row, written in the same transaction as the fact that caused it.
//
//     jobs::enqueue(tx, "units.mint", Mint{count}, {.creator_id = actor.user_id});
//
// A Runner (runner.hpp) of some process picks it up after the commit. Needs the Registry as a part of the Database.
#pragma once

#include "platform/auth/actor.hpp"
#include "platform/db/db.hpp"
#include "platform/jobs/model.hpp"
#include "platform/routes/routes.hpp"

namespace yuanliu::jobs {

struct Options {
    std::string queue = "default";
    int priority = 5;            // 1 first, 9 last
    std::optional<Time> run_at;  // not before; none: now
    int max_attempts = 10;
    // At most one live job (scheduled, available, running, retryable) has this key. Include the kind and what matters
    // of the arguments; bucket() adds a period.
    std::optional<std::string> unique_key;
    // When a job with the key is there and does not run yet: give it these arguments and this time instead of its own.
    bool replace = false;
    std::int64_t creator_id = 0;  // may see, cancel and download it
    std::optional<Id<Job>> source_job;
    std::optional<Id<Schedule>> schedule_id;
    std::optional<Time> nominal;
};

// Adds a job in the caller's transaction and returns its id, or the id of the live job with the same unique key. Throws
// internal for a priority outside 1 to 9 or a max_attempts below 1.
Id<Job> enqueue_json(Tx& tx, std::string_view kind, std::string args, const Options& options);

template <Described Args>
Id<Job> enqueue(Tx& tx, std::string_view kind, const Args& args, const Options& options = {}) {
    return enqueue_json(tx, kind, to_json(args), options);
}

// A unique key that is new in every period: at most one live job of this kind in each.
std::string bucket(std::string_view key, Time now, std::int64_t period_ms);

// ---- for the console ----

// Own jobs, or all for those with jobs.read. With the latest error of each.
Page<JobRow> list(Rx& rx, const Actor& actor, const JobFilter& filter, const PageQuery& page);
// Throws not_found for a job of somebody else.
JobView view(Rx& rx, const Actor& actor, Id<Job> id);
// A waiting job is cancelled at once, a running one is asked to end. Throws not_found as view() does, forbidden for
// those who may only read it, conflict `jobs.finished`.
JobView cancel(Tx& tx, const Actor& actor, Id<Job> id);
// A dead or cancelled job gets a successor (source_job), a waiting one its turn now. Returns the job to watch. Throws
// conflict `jobs.not_retryable` for one that runs, is available or has completed.
JobView retry(Tx& tx, const Actor& actor, Id<Job> id);
// Gives a dead letter up: it alarms no longer. Throws not_found, conflict `jobs.not_dead`.
JobView dismiss(Tx& tx, const Actor& actor, Id<Job> id);
// The same for several dead letters; others among them are skipped. Throw invalid naming `ids` for none or too many.
Handled retry_many(Tx& tx, const JobIds& input);
Handled dismiss_many(Tx& tx, const JobIds& input);
// The file the job made. Throws not_found `jobs.no_file`, `jobs.file_gone`.
Content download(Rx& rx, const Actor& actor, Id<Job> id);
Queue pause(Tx& tx, std::string_view queue);
Queue resume(Tx& tx, std::string_view queue);
// Every queue that has jobs, is known to a schedule or was ever paused, by name.
std::vector<QueueView> queues(Rx& rx);

std::vector<ScheduleView> schedules(Rx& rx);
// Throws not_found, invalid naming `cron` or `zone`. Runs that fell due while it was paused are not made up for.
ScheduleView change(Tx& tx, Id<Schedule> id, const ScheduleChange& change);
// When it would run next with these times instead of its own. Throws as change().
NextRuns preview(Rx& rx, Id<Schedule> id, const ScheduleTimes& times);
// Runs it now, whatever the clock says. Throws not_found, conflict `jobs.schedule_busy` while a run is not finished.
JobView run_now(Tx& tx, const Actor& actor, Id<Schedule> id);
Page<Run> runs(Rx& rx, Id<Schedule> id, const PageQuery& page);

std::vector<Holiday> holidays(Rx& rx, const HolidayFilter& filter);
// Throws invalid naming `days` for a day of another year or one named twice.
std::vector<Holiday> set_holidays(Tx& tx, int year, const HolidayYear& days);

void routes(Routes& r);

// The handlers and schedules of this floor itself: pruning what is finished, sweeping files.
class Registry;
void declare(Registry& registry);

// Of the jobs that people asked for: those that run, those that have ended since then, and those of `known` whatever
// became of them. For telling about progress; bounded, so that a flood of jobs costs no more than some news.
std::vector<Motion> in_motion(Rx& rx, Time ended_since, const std::vector<Id<Job>>& known);

// How many jobs are in each state that waits or runs, and how many dead ones nobody has handled, for /metrics.
struct Depth {
    std::int64_t available = 0, waiting = 0, running = 0, dead = 0;
};
Depth depth(Rx& rx);

}  // namespace yuanliu::jobs

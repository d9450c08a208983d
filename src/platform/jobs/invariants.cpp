#include "platform/jobs/invariants.hpp"

namespace yuanliu::jobs {

std::vector<Invariant> invariants() {
    return {
        {"jobs.finished_has_time", "a job is over without a time at which it ended, or not over and has one",
         "SELECT id FROM jobs_job WHERE (state IN ('completed', 'cancelled', 'discarded')) <> (finished_at IS NOT "
         "NULL)"},
        {"jobs.running_has_lease", "a job runs without a lease, a worker or a beginning, or waits and has a lease",
         "SELECT id FROM jobs_job WHERE (state = 'running' AND (lease_until IS NULL OR worker IS NULL OR started_at IS "
         "NULL)) OR (state <> 'running' AND (lease_until IS NOT NULL OR worker IS NOT NULL))"},
        {"jobs.tries_in_bounds", "a job has used up more tries than it had, or than it was ever taken",
         "SELECT id FROM jobs_job WHERE failed < 0 OR failed > max_attempts OR failed > attempt"},
        {"jobs.only_the_dead_are_handled", "a job counts as a dead letter that was handled, but it is not dead",
         "SELECT id FROM jobs_job WHERE handled_at IS NOT NULL AND state <> 'discarded'"},
        {"jobs.result_is_whole", "a job's file has no name or no type",
         "SELECT id FROM jobs_job WHERE (result_file IS NULL) <> (result_name IS NULL)"
         " OR (result_file IS NULL) <> (result_type IS NULL)"},
        {"jobs.run_follows_job", "a scheduled run waits for a job that is over",
         "SELECT r.id FROM jobs_run r JOIN jobs_job j ON j.id = r.job_id WHERE r.state IN ('expected', 'started')"
         " AND j.state IN ('completed', 'cancelled', 'discarded')"},
        {"jobs.schedule_goes_on", "a schedule's next run is one that has been dealt with already",
         "SELECT id FROM jobs_schedule WHERE next_at <= last_nominal"},
        {"jobs.clock_can_be_kept", "the row by which instances agree who keeps the clock is gone: no schedule runs",
         "SELECT 'clock' AS name WHERE NOT EXISTS (SELECT 1 FROM jobs_leader WHERE name = 'clock')"},
    };
}

}  // namespace yuanliu::jobs

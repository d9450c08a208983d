// The rows and views of the queue and its clock.
#pragma once

#include "platform/describe/record.hpp"

namespace yuanliu::jobs {

enum class JobState {
    scheduled,  // waits for run_at
    available,  // may be taken
    running,    // a worker holds its lease
    retryable,  // failed; waits for run_at to be tried again
    completed,
    cancelled,
    discarded,  // dead: refused for good, or out of tries
};
YL_ENUM(JobState, scheduled, available, running, retryable, completed, cancelled, discarded)

// One failed try. `text` and `worker` are the operator's side: blank for those who may not read all jobs.
struct JobError {
    Time at;  // when it ended
    int attempt = 0;
    std::string code;  // an error key, or "internal"
    std::string text;
    std::optional<Dictionary> args;  // of the key's message
    std::optional<Time> started_at;
    std::optional<std::string> worker;  // which process ran it
};
YL_RECORD(JobError, "jobs.error", at, attempt, code, text, args, started_at, worker)

// What a job did, so that "ran but did nothing" is visible.
struct Counts {
    std::int64_t seen = 0, done = 0, skipped = 0, failed = 0;
};
YL_RECORD(Counts, "jobs.counts", seen, done, skipped, failed)

struct Schedule;

// Arguments are stored in the clear and operators read them: they hold ids, never personal data.
struct Job {
    Id<Job> id;
    Code<1, 80> kind;
    RawJson args;
    Code<1, 40> queue;
    int priority = 5;  // 1 first, 9 last
    JobState state = JobState::available;
    Time run_at;
    int attempt = 0;       // how often taken: the fencing number
    int failed = 0;        // tries used up
    int max_attempts = 1;  // bounds `failed`
    std::optional<Time> lease_until;
    std::optional<std::string> worker, unique_key;
    bool cancel_requested = false;
    std::vector<JobError> errors;                        // the latest errors_max
    std::int64_t progress_done = 0, progress_total = 0;  // total 0: not known
    std::string progress_message;
    std::optional<Counts> counts;
    std::optional<RawJson> result;
    std::optional<std::string> result_file, result_name, result_type;  // a path relative to the file store
    std::int64_t creator_id = 0;                                       // the user who asked; 0: the system
    std::optional<Id<Job>> source_job;                                 // the dead job that this one tries again
    std::optional<Id<Schedule>> schedule_id;
    std::optional<Time> nominal;  // the instant the schedule meant
    Time created_at;
    std::optional<Time> started_at, finished_at;
    std::optional<Time> handled_at;  // of a dead job: somebody had it tried again, or gave it up; until then it alarms

    static constexpr std::size_t errors_max = 20;
};
YL_RECORD(Job, "jobs_job", id, kind, args, queue, priority, state, run_at, attempt, failed, max_attempts, lease_until,
          worker, unique_key, cancel_requested, errors, progress_done, progress_total, progress_message, counts, result,
          result_file, result_name, result_type, creator_id, source_job, schedule_id, nominal, created_at, started_at,
          finished_at, handled_at)

// What a running job shows to whoever watches it.
struct Motion {
    Id<Job> id;
    std::string kind;
    JobState state = JobState::running;
    std::int64_t progress_done = 0, progress_total = 0;
    std::string progress_message;
    std::int64_t creator_id = 0;
};
YL_RECORD(Motion, "jobs_job", id, kind, state, progress_done, progress_total, progress_message, creator_id)

// A line of the list of jobs.
struct JobRow {
    Id<Job> id;
    std::string kind, queue;
    int priority = 5;
    JobState state = JobState::available;
    bool queue_paused = false;
    Time run_at;
    int attempt = 0, failed = 0, max_attempts = 1;
    std::int64_t progress_done = 0, progress_total = 0;
    std::string progress_message;
    std::int64_t creator_id = 0;
    Time created_at;
    std::optional<Time> started_at, finished_at, handled_at;
    std::optional<JobError> last_error;
};
YL_RECORD(JobRow, "jobs.row", id, kind, queue, priority, state, queue_paused, run_at, attempt, failed, max_attempts,
          progress_done, progress_total, progress_message, creator_id, created_at, started_at, finished_at, handled_at,
          last_error)

// One job. `args`, `worker` and the operator's side of errors are only for those who may read all jobs.
struct JobView {
    Id<Job> id;
    std::string kind;
    RawJson args;
    std::string queue;
    int priority = 5;
    JobState state = JobState::available;
    bool queue_paused = false, cancel_requested = false;
    Time run_at;
    int attempt = 0, failed = 0, max_attempts = 1;
    std::vector<JobError> errors;
    std::int64_t progress_done = 0, progress_total = 0;
    std::string progress_message;
    std::optional<Counts> counts;
    std::optional<RawJson> result;
    std::optional<std::string> result_name, result_type;  // there is something to download
    std::int64_t creator_id = 0;
    std::optional<Id<Job>> source_job, successor;  // the dead job that this one tries again, and the newest such try
    std::optional<Id<Schedule>> schedule_id;
    std::optional<Time> nominal;
    Time created_at;
    std::optional<Time> started_at, finished_at, handled_at, lease_until;
    std::optional<std::string> worker;
};
YL_RECORD(JobView, "jobs.view", id, kind, args, queue, priority, state, queue_paused, cancel_requested, run_at, attempt,
          failed, max_attempts, errors, progress_done, progress_total, progress_message, counts, result, result_name,
          result_type, creator_id, source_job, successor, schedule_id, nominal, created_at, started_at, finished_at,
          handled_at, lease_until, worker)

struct JobFilter {
    std::optional<JobState> state;
    std::optional<bool> dead;  // true: dead letters that nobody has handled yet; false: everything else
    std::optional<Code<1, 80>> kind;
    std::optional<Code<1, 40>> queue;
    std::optional<std::int64_t> creator_id;  // 0: the system
};
YL_RECORD(JobFilter, "jobs.filter", state, dead, kind, queue, creator_id)

// Several dead letters at once.
struct JobIds {
    std::vector<Id<Job>> ids;

    static constexpr std::size_t ids_max = 500;
};
YL_RECORD(JobIds, "jobs.ids", ids)

struct Handled {
    std::int64_t done = 0;     // dead letters that were handled
    std::int64_t skipped = 0;  // none, or no longer
};
YL_RECORD(Handled, "jobs.handled", done, skipped)

struct Queue {
    Id<Queue> id;
    Code<1, 40> name;
    bool paused = false;
    Time updated_at;
};
YL_RECORD(Queue, "jobs_queue", id, name, paused, updated_at)

// What stands in a queue.
struct QueueView {
    std::string name;
    bool paused = false;
    std::optional<Time> paused_at;
    std::int64_t ready = 0;  // could be taken now
    std::int64_t later = 0;  // wait for their time, or for another try
    std::int64_t running = 0;
    std::int64_t dead = 0;          // dead letters that nobody has handled
    std::optional<Time> oldest_at;  // since when the first of the ready ones has waited
};
YL_RECORD(QueueView, "jobs.queue_view", name, paused, paused_at, ready, later, running, dead, oldest_at)

// What happens to a run that falls due while an earlier one of its schedule is not finished.
enum class OverlapPolicy { skip, queue_one, queue_all, cancel_other };
YL_ENUM(OverlapPolicy, skip, queue_one, queue_all, cancel_other)

// What happens to runs that fell due while nobody kept the clock. `all` wants queue_all: with another overlap policy
// the runs caught up would be in each other's way.
enum class MissedPolicy { none, latest, all };
YL_ENUM(MissedPolicy, none, latest, all)

// workdays: Monday to Friday, less the holidays and plus the make-up days of jobs_holiday.
enum class ScheduleCalendar { everyday, workdays };
YL_ENUM(ScheduleCalendar, everyday, workdays)

struct Schedule {
    Id<Schedule> id;
    Code<1, 80> name;
    Code<1, 80> kind;
    RawJson args;
    Text<1, 100> cron;           // in effect; an operator may have changed it
    Text<1, 100> declared_cron;  // as the program declares it
    Text<1, 60> zone;            // likewise
    Text<1, 60> declared_zone;
    OverlapPolicy overlap = OverlapPolicy::skip;
    MissedPolicy missed = MissedPolicy::latest;
    std::int64_t catch_up_ms = 0;  // runs missed longer ago are only noted
    std::int64_t jitter_ms = 0;    // the job starts up to so much later
    ScheduleCalendar calendar = ScheduleCalendar::everyday;
    Code<1, 40> queue;
    int priority = 5, max_attempts = 1;
    bool paused = false;
    Time last_nominal;  // everything up to here has been dealt with
    Time next_at;       // the next run
    Time updated_at;
};
YL_RECORD(Schedule, "jobs_schedule", id, name, kind, args, cron, declared_cron, zone, declared_zone, overlap, missed,
          catch_up_ms, jitter_ms, calendar, queue, priority, max_attempts, paused, last_nominal, next_at, updated_at)

enum class RunState {
    expected,  // due; its job is queued, or waits for an earlier run
    started,
    finished,
    failed,
    cancelled,
    missed,   // nobody kept the clock
    skipped,  // an earlier run was in the way
};
YL_ENUM(RunState, expected, started, finished, failed, cancelled, missed, skipped)

struct ScheduleView {
    Id<Schedule> id;
    std::string name, kind, cron, declared_cron, zone, declared_zone;
    OverlapPolicy overlap = OverlapPolicy::skip;
    MissedPolicy missed = MissedPolicy::latest;
    std::int64_t catch_up_ms = 0, jitter_ms = 0;
    ScheduleCalendar calendar = ScheduleCalendar::everyday;
    std::string queue;
    int priority = 5, max_attempts = 1;
    bool paused = false;
    std::optional<Time> next_at;         // none while paused
    std::optional<std::string> warning;  // "holidays_missing": next year's holidays are not entered yet
    // Of the ledger's latest entry; none when it has never fallen due.
    std::optional<Time> last_at;  // the instant it was meant for
    std::optional<RunState> last_state;
    std::optional<Id<Job>> last_job;
    Time updated_at;
};
YL_RECORD(ScheduleView, "jobs.schedule_view", id, name, kind, cron, declared_cron, zone, declared_zone, overlap, missed,
          catch_up_ms, jitter_ms, calendar, queue, priority, max_attempts, paused, next_at, warning, last_at,
          last_state, last_job, updated_at)

struct ScheduleChange {
    std::optional<bool> paused;
    std::optional<Text<1, 100>> cron;
    std::optional<Text<1, 60>> zone;
};
YL_RECORD(ScheduleChange, "jobs.schedule_change", paused, cron, zone)

// Times to be looked at before they are saved.
struct ScheduleTimes {
    std::optional<Text<1, 100>> cron;
    std::optional<Text<1, 60>> zone;
};
YL_RECORD(ScheduleTimes, "jobs.schedule_times", cron, zone)

struct NextRuns {
    std::vector<Time> next;
};
YL_RECORD(NextRuns, "jobs.next_runs", next)

struct Run {
    Id<Run> id;
    Id<Schedule> schedule_id;
    Time nominal;
    RunState state = RunState::expected;
    std::string reason;      // manual, overlap, superseded, policy, too_late; empty: none needed
    std::int64_t times = 1;  // runs this row stands for
    std::optional<Id<Job>> job_id;
    Time created_at;
    std::optional<Time> started_at, finished_at;
    std::optional<Counts> counts;
};
YL_RECORD(Run, "jobs_run", id, schedule_id, nominal, state, reason, times, job_id, created_at, started_at, finished_at,
          counts)

enum class DayKind { holiday, workday };
YL_ENUM(DayKind, holiday, workday)

struct Holiday {
    Id<Holiday> id;
    Date day;
    DayKind kind = DayKind::holiday;
    Text<1, 60> name;
};
YL_RECORD(Holiday, "jobs_holiday", id, day, kind, name)

struct HolidayIn {
    Date day;
    DayKind kind = DayKind::holiday;
    Text<1, 60> name;
};
YL_RECORD(HolidayIn, "jobs.holiday_in", day, kind, name)

// All special days of a year; replaces what was known.
struct HolidayYear {
    std::vector<HolidayIn> days;
};
YL_RECORD(HolidayYear, "jobs.holiday_year", days)

struct HolidayFilter {
    std::optional<Int<2000, 2100>> year;
};
YL_RECORD(HolidayFilter, "jobs.holiday_filter", year)

// ---- events ----

// A job that somebody asked for is over: completed, cancelled while it ran, or dead. Of the system's own jobs: dead.
struct Ended {
    Id<Job> job_id;
    std::string kind;
    JobState state = JobState::completed;
    std::int64_t creator_id = 0;  // 0: the system
    bool has_file = false;        // there is something to download
};
YL_RECORD(Ended, "jobs.ended", job_id, kind, state, creator_id, has_file)

}  // namespace yuanliu::jobs

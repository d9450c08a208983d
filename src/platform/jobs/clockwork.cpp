#include "platform/jobs/clockwork.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <array>
#include <map>

#include "platform/jobs/calendar.hpp"
#include "platform/jobs/jobs.hpp"
#include "platform/jobs/service.hpp"

namespace yuanliu::jobs {
namespace {

constexpr std::int64_t on_time_ms = 60'000;  // a run so little late was not missed
constexpr std::size_t runs_at_once = 10'000;

// What to do about the runs that fell due since the last time.
struct Plan {
    std::vector<Time> run;
    struct Block {
        Time last;
        std::int64_t times = 0;
    };
    std::map<std::string, Block> missed;  // by reason
    Time seen;                            // everything up to here is dealt with
    void miss(const char* reason, Time nominal) {
        auto& block = missed[reason];
        block.last = nominal;
        ++block.times;
    }
};

Plan plan_of(const Schedule& s, const Timetable& timetable, Time now) {
    Plan plan;
    plan.seen = s.last_nominal;
    std::optional<Time> latest;
    std::size_t n = 0;
    for (Time at = timetable.next(s.last_nominal); at <= now && n < runs_at_once; at = timetable.next(at), ++n) {
        plan.seen = at;
        if (at.ms > now.ms - on_time_ms) {
            plan.run.push_back(at);
        } else if (at.ms < now.ms - s.catch_up_ms) {
            plan.miss("too_late", at);
        } else if (s.missed == MissedPolicy::all) {
            plan.run.push_back(at);
        } else if (s.missed == MissedPolicy::none) {
            plan.miss("policy", at);
        } else {
            if (latest) plan.miss("superseded", *latest);
            latest = at;
        }
    }
    if (!latest) return plan;
    // A run that is on time, or more of the backlog to come, makes up for the latest missed one.
    if (plan.run.empty() && n < runs_at_once)
        plan.run.push_back(*latest);
    else
        plan.miss("superseded", *latest);
    return plan;
}

// The new entry's id; nothing when the ledger has this run already.
std::optional<Id<Run>> enter(Tx& tx, const Schedule& s, Time nominal, RunState state, std::string_view reason,
                             std::int64_t times = 1) {
    auto ids = tx.values<Id<Run>>(
        "INSERT INTO jobs_run (schedule_id, nominal, state, reason, times, created_at) VALUES (?, ?, ?, ?, ?, ?)"
        " ON CONFLICT DO NOTHING RETURNING id",
        s.id, nominal, state, reason, times, tx.now());
    return ids.empty() ? std::nullopt : std::optional(ids[0]);
}

bool has_live_job(Rx& rx, Id<Schedule> id) {
    return rx.exists<Job>("schedule_id = ? AND state IN ('scheduled', 'available', 'running', 'retryable')", id);
}

constexpr std::string_view waiting_runs =
    "WHERE schedule_id = ? AND state = 'expected' AND job_id IS NULL ORDER BY nominal";

std::int64_t draw_delay_ms(const Schedule& s, Env& env) {
    if (s.jitter_ms <= 0) return 0;
    std::array<unsigned char, 4> bytes{};
    env.random(bytes);
    std::int64_t dice = 0;
    for (auto byte : bytes) dice = dice << 8 | byte;
    return dice % (s.jitter_ms + 1);
}

// `delay_ms` is drawn by the caller: what people start by hand starts at once.
Id<Job> add_job(Tx& tx, const Schedule& s, Id<Run> run, Time nominal, std::int64_t creator_id, std::int64_t delay_ms) {
    Options options{.queue = s.queue.value, .priority = s.priority, .max_attempts = s.max_attempts};
    options.unique_key = fmt::format("schedule:{}:{}", s.name.value, nominal.ms);
    options.creator_id = creator_id;
    options.schedule_id = s.id;
    options.nominal = nominal;
    if (delay_ms > 0) options.run_at = Time{tx.now().ms + delay_ms};
    auto job = enqueue_json(tx, s.kind, s.args.value, options);
    tx.exec("UPDATE jobs_run SET job_id = ? WHERE id = ?", job, run);
    return job;
}

// Puts older runs out of the way of a new one: those that wait are dropped, those that run are asked to end.
void clear_the_way(Tx& tx, const Schedule& s) {
    tx.exec(
        "UPDATE jobs_run SET state = 'skipped', reason = 'superseded' WHERE schedule_id = ? AND state = 'expected'"
        " AND job_id IS NULL",
        s.id);
    for (auto id : tx.values<Id<Job>>("SELECT id FROM jobs_job WHERE schedule_id = ? AND state IN ('scheduled', "
                                      "'available', 'running', 'retryable')",
                                      s.id))
        cancel_job(tx, id);
}

void offer(Tx& tx, const Schedule& s, Time nominal) {
    if (s.overlap == OverlapPolicy::cancel_other) clear_the_way(tx, s);
    const bool waiting = tx.find<Run>(std::string(waiting_runs) + " LIMIT 1", s.id).has_value();
    const bool busy = waiting || has_live_job(tx, s.id);
    const bool skip = (s.overlap == OverlapPolicy::skip && busy) || (s.overlap == OverlapPolicy::queue_one && waiting);
    if (skip) {
        enter(tx, s, nominal, RunState::skipped, "overlap");
        return;
    }
    auto run = enter(tx, s, nominal, RunState::expected, "");
    if (run && !busy) add_job(tx, s, *run, nominal, 0, draw_delay_ms(s, tx.env()));
}

// Gives the oldest waiting run its job once the one before it is finished.
void release_waiting(Tx& tx, const Schedule& s) {
    auto run = tx.find<Run>(std::string(waiting_runs) + " LIMIT 1", s.id);
    if (run && !has_live_job(tx, s.id)) add_job(tx, s, run->id, run->nominal, 0, 0);
}

void move_clock(Tx& tx, const Schedule& s) {
    tx.exec("UPDATE jobs_schedule SET last_nominal = ?, next_at = ? WHERE id = ?", s.last_nominal, s.next_at, s.id);
}

// What the program may change of a schedule that is there already.
void take_over(Schedule& mine, const Schedule& declared) {
    if (mine.cron == mine.declared_cron) mine.cron = declared.declared_cron;
    mine.declared_cron = declared.declared_cron;
    if (mine.zone == mine.declared_zone) mine.zone = declared.declared_zone;
    mine.declared_zone = declared.declared_zone;
    mine.kind = declared.kind;
    mine.args = declared.args;
    mine.overlap = declared.overlap;
    mine.missed = declared.missed;
    mine.catch_up_ms = declared.catch_up_ms;
    mine.jitter_ms = declared.jitter_ms;
    mine.calendar = declared.calendar;
    mine.queue = declared.queue;
    mine.priority = declared.priority;
    mine.max_attempts = declared.max_attempts;
}

}  // namespace

void restart(Tx& tx, Schedule& schedule) {
    schedule.last_nominal = tx.now();
    schedule.next_at = Timetable(tx, schedule).next(tx.now());
}

void store_schedules(Tx& tx, const Registry& registry) {
    for (const auto& declared : registry.schedules()) {
        auto mine = tx.find_lock<Schedule>("WHERE name = ?", declared.name.value);
        if (!mine) {
            Schedule fresh = declared;
            restart(tx, fresh);
            fresh.updated_at = tx.now();
            tx.insert(fresh);
            continue;
        }
        take_over(*mine, declared);
        mine->next_at = Timetable(tx, *mine).next(mine->last_nominal);
        tx.update(*mine);
    }
}

std::vector<Id<Schedule>> due_schedules(Rx& rx) {
    return rx.values<Id<Schedule>>(
        "SELECT id FROM jobs_schedule WHERE NOT paused AND next_at <= ? UNION"
        " SELECT schedule_id FROM jobs_run WHERE state = 'expected' AND job_id IS NULL ORDER BY 1",
        rx.now());
}

void fire(Tx& tx, Id<Schedule> id) {
    auto s = tx.find<Schedule>("WHERE id = ? @lock", id);
    if (!s) return;
    if (!s->paused && s->next_at <= tx.now()) {
        const Timetable timetable(tx, *s);
        auto plan = plan_of(*s, timetable, tx.now());
        for (const auto& [reason, block] : plan.missed) {
            enter(tx, *s, block.last, RunState::missed, reason, block.times);
            spdlog::warn("schedule {}: {} run(s) missed ({})", s->name.value, block.times, reason);
        }
        for (Time nominal : plan.run) offer(tx, *s, nominal);
        s->last_nominal = plan.seen;
        s->next_at = timetable.next(plan.seen);
        move_clock(tx, *s);
    }
    release_waiting(tx, *s);
}

Id<Job> start_by_hand(Tx& tx, const Schedule& schedule, std::int64_t creator_id) {
    if (has_live_job(tx, schedule.id)) throw conflict("jobs.schedule_busy", {{"name", schedule.name.value}});
    for (Time nominal = tx.now();; ++nominal.ms)
        if (auto run = enter(tx, schedule, nominal, RunState::expected, "manual"))
            return add_job(tx, schedule, *run, nominal, creator_id, 0);
}

}  // namespace yuanliu::jobs

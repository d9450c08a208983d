// Schedules and holidays as operators see and change them.
#include <set>

#include "base/cron.hpp"
#include "platform/jobs/calendar.hpp"
#include "platform/jobs/clockwork.hpp"
#include "platform/jobs/service.hpp"
#include "platform/routes/list.hpp"

namespace yuanliu::jobs {
namespace {

constexpr int previewed = 5;

ScheduleView view_of(Rx& rx, const Schedule& s, bool holidays_are_missing) {
    ScheduleView v;
    v.id = s.id;
    v.name = s.name.value;
    v.kind = s.kind.value;
    v.cron = s.cron.value;
    v.declared_cron = s.declared_cron.value;
    v.zone = s.zone.value;
    v.declared_zone = s.declared_zone.value;
    v.overlap = s.overlap;
    v.missed = s.missed;
    v.catch_up_ms = s.catch_up_ms;
    v.jitter_ms = s.jitter_ms;
    v.calendar = s.calendar;
    v.queue = s.queue.value;
    v.priority = s.priority;
    v.max_attempts = s.max_attempts;
    v.updated_at = s.updated_at;
    v.paused = s.paused;
    if (!s.paused) v.next_at = s.next_at;
    if (s.calendar == ScheduleCalendar::workdays && holidays_are_missing) v.warning = "holidays_missing";
    if (const auto last = rx.find<Run>("WHERE schedule_id = ? ORDER BY id DESC LIMIT 1", s.id)) {
        v.last_at = last->nominal;
        v.last_state = last->state;
        v.last_job = last->job_id;
    }
    return v;
}

// The first runs from now on. What the times cannot be is said at the field that holds them.
std::vector<Time> next_runs(Rx& rx, const Schedule& s, int count) {
    try {
        const Timetable timetable(rx, s);
        std::vector<Time> out;
        for (Time at = rx.now(); int(out.size()) < count;) out.push_back(at = timetable.next(at));
        return out;
    } catch (const Error& e) {
        if (e.code == "cron.invalid" || e.code == "zone.unknown")
            throw invalid_field(e.code == "cron.invalid" ? "cron" : "zone", e.code, e.args);
        throw;
    }
}

std::pair<Date, Date> span_of(int year) {
    return {Date{days_from_civil(year, 1, 1).value()}, Date{days_from_civil(year, 12, 31).value()}};
}

}  // namespace

std::vector<ScheduleView> schedules(Rx& rx) {
    const bool missing = holidays_missing(rx);
    std::vector<ScheduleView> out;
    for (const auto& s : rx.all<Schedule>("ORDER BY name")) out.push_back(view_of(rx, s, missing));
    return out;
}

ScheduleView change(Tx& tx, Id<Schedule> id, const ScheduleChange& change) {
    auto s = tx.lock(id);
    const bool other_times = (change.cron && *change.cron != s.cron) || (change.zone && *change.zone != s.zone);
    const bool resumed = s.paused && change.paused && !*change.paused;
    if (change.cron) s.cron = *change.cron;
    if (change.zone) s.zone = *change.zone;
    if (change.paused) s.paused = *change.paused;
    if (other_times) next_runs(tx, s, 1);
    if (other_times || resumed) restart(tx, s);
    s.updated_at = tx.now();
    return view_of(tx, tx.update(s), holidays_missing(tx));
}

NextRuns preview(Rx& rx, Id<Schedule> id, const ScheduleTimes& times) {
    auto s = rx.one(id);
    if (times.cron) s.cron = *times.cron;
    if (times.zone) s.zone = *times.zone;
    return {next_runs(rx, s, previewed)};
}

JobView run_now(Tx& tx, const Actor& actor, Id<Schedule> id) {
    auto s = tx.lock(id);
    return visible(tx, actor, start_by_hand(tx, s, actor.user_id));
}

Page<Run> runs(Rx& rx, Id<Schedule> id, const PageQuery& page) {
    rx.one(id);
    List list(
        "SELECT id, schedule_id, nominal, state, reason, times, job_id, created_at, started_at, finished_at, counts "
        "FROM jobs_run");
    list.always("schedule_id = ?", id);
    list.sort({{"id", "id"}, {"nominal", "nominal"}}, "-id");
    return list.page<Run>(rx, page);
}

std::vector<Holiday> holidays(Rx& rx, const HolidayFilter& filter) {
    if (!filter.year) return rx.all<Holiday>("ORDER BY day");
    auto [first, last] = span_of(int(*filter.year));
    return rx.all<Holiday>("WHERE day >= ? AND day <= ? ORDER BY day", first, last);
}

std::vector<Holiday> set_holidays(Tx& tx, int year, const HolidayYear& in) {
    auto [first, last] = span_of(year);
    std::set<std::int32_t> days;
    for (const auto& day : in.days) {
        if (day.day < first || day.day > last)
            throw invalid_field("days", "jobs.day_of_other_year", {{"day", forms::date_text(day.day)}});
        if (!days.insert(day.day.days).second)
            throw invalid_field("days", "jobs.day_twice", {{"day", forms::date_text(day.day)}});
    }
    tx.exec("DELETE FROM jobs_holiday WHERE day >= ? AND day <= ?", first, last);
    std::vector<Holiday> rows;
    for (const auto& day : in.days) rows.push_back({{}, day.day, day.kind, day.name});
    tx.bulk_insert(rows);
    tx.note("days", std::to_string(rows.size()));
    // Runs already worked out may fall on days that are free now.
    for (auto& s : tx.all<Schedule>("WHERE calendar = 'workdays' ORDER BY id @lock"))
        tx.exec("UPDATE jobs_schedule SET next_at = ? WHERE id = ?", Timetable(tx, s).next(s.last_nominal), s.id);
    return holidays(tx, {Int<2000, 2100>(year)});
}

}  // namespace yuanliu::jobs

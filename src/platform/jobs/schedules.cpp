// Schedules and holidays as operators see and change them.
#include <set>

#include "base/cron.hpp"
#include "platform/jobs/calendar.hpp"
#include "platform/jobs/clockwork.hpp"
#include "platform/jobs/service.hpp"
#include "platform/routes/list.hpp"

namespace yuanliu::jobs {
namespace {

ScheduleView view_of(const Schedule& s, bool holidays_are_missing) {
    ScheduleView v;
    v.id = s.id;
    v.name = s.name.value;
    v.kind = s.kind.value;
    v.cron = s.cron.value;
    v.declared_cron = s.declared_cron.value;
    v.zone = s.zone.value;
    v.overlap = s.overlap;
    v.missed = s.missed;
    v.calendar = s.calendar;
    v.paused = s.paused;
    if (!s.paused) v.next_at = s.next_at;
    if (s.calendar == ScheduleCalendar::workdays && holidays_are_missing) v.warning = "holidays_missing";
    return v;
}

std::pair<Date, Date> span_of(int year) {
    return {Date{days_from_civil(year, 1, 1).value()}, Date{days_from_civil(year, 12, 31).value()}};
}

}  // namespace

std::vector<ScheduleView> schedules(Rx& rx) {
    const bool missing = holidays_missing(rx);
    std::vector<ScheduleView> out;
    for (const auto& s : rx.all<Schedule>("ORDER BY name")) out.push_back(view_of(s, missing));
    return out;
}

ScheduleView change(Tx& tx, Id<Schedule> id, const ScheduleChange& change) {
    auto s = tx.lock(id);
    const bool other_cron = change.cron && *change.cron != s.cron;
    const bool resumed = s.paused && change.paused && !*change.paused;
    if (change.cron) s.cron = *change.cron;
    if (change.paused) s.paused = *change.paused;
    if (other_cron || resumed) restart(tx, s);
    s.updated_at = tx.now();
    return view_of(tx.update(s), holidays_missing(tx));
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

#include "platform/jobs/calendar.hpp"

namespace yuanliu::jobs {
namespace {

constexpr std::int64_t look_ahead_ms = 45 * day_ms;
constexpr int closed_days_max = 4000;       // about eleven years without a day that fits both cron and calendar
constexpr Time never{253'402'300'799'000};  // the end of 9999

}  // namespace

Timetable::Timetable(Rx& rx, const Schedule& schedule)
    : cron_(schedule.cron.value),
      zone_(schedule.zone.value),
      workdays_(schedule.calendar == ScheduleCalendar::workdays) {
    if (!workdays_) return;
    for (const auto& holiday : rx.all<Holiday>("ORDER BY day")) special_[holiday.day.days] = holiday.kind;
}

bool Timetable::open_on(std::int32_t day) const {
    if (!workdays_) return true;
    if (auto found = special_.find(day); found != special_.end()) return found->second == DayKind::workday;
    const int weekday_number = weekday(day);
    return weekday_number >= 1 && weekday_number <= 5;
}

Time Timetable::next(Time after) const {
    for (int i = 0; i < closed_days_max; ++i) {
        const Time at = cron_.next(after, zone_);
        const auto day = zone_.day_of(at);
        if (open_on(day)) return at;
        after = {std::max(at.ms, zone_.at(day + 1).ms - 1)};
    }
    return never;
}

bool holidays_missing(Rx& rx) {
    const auto year = civil_from_days(Zone().day_of({rx.now().ms + look_ahead_ms})).year;
    const auto first = days_from_civil(year, 1, 1).value(), last = days_from_civil(year, 12, 31).value();
    return !rx.exists<Holiday>("day >= ? AND day <= ?", Date{first}, Date{last});
}

}  // namespace yuanliu::jobs

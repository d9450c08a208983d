// When a schedule falls due: its cron expression in its zone, on the days its calendar knows.
#pragma once

#include <map>

#include "base/cron.hpp"
#include "platform/db/db.hpp"
#include "platform/jobs/model.hpp"

namespace yuanliu::jobs {

class Timetable {
 public:
    // Reads the holidays when the schedule needs them. Throws invalid `cron.invalid`, `zone.unknown`.
    Timetable(Rx& rx, const Schedule& schedule);
    // The first run strictly after `after`.
    Time next(Time after) const;

 private:
    bool open_on(std::int32_t day) const;
    Cron cron_;
    Zone zone_;
    bool workdays_;
    std::map<std::int32_t, DayKind> special_;
};

// True when the holidays of the year that begins within 45 days (or of this one) are not entered.
bool holidays_missing(Rx& rx);

}  // namespace yuanliu::jobs

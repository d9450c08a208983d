// Cron expressions in a time zone.
//
// Five fields: minute (0-59), hour (0-23), day of month (1-31 or L for the last), month (1-12 or JAN-DEC), day of week
// (0-7 or SUN-SAT; 0 and 7 are Sunday). Each is a list (1,15), of ranges (MON-FRI), with steps (*/5, 8-18/2).
// As in cron, when both day fields are restricted (neither starts with *) a day counts if either matches; otherwise
// both must.
//
// Daylight saving. A wall time that the clock skips runs at the first instant after the gap. A wall time shown twice
// runs twice when the hour field starts with * and the first time only when it names hours.
#pragma once

#include <bitset>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/time.hpp"

namespace yuanliu {

// Immutable once read; thread-safe.
class Cron {
 public:
    // Throws invalid `cron.invalid` for what it cannot read, and for a day that no calendar has (30 February). Its
    // args: `position` in the expression, from 1; `field` (minute, hour, day, month, weekday, or expression); `reason`:
    // fields (too few or many), empty, number, name, range, step, end (something follows that should not), never.
    explicit Cron(std::string_view expression);

    // The first run strictly after this instant. Throws internal when there is none before year 9999.
    Time next(Time after, const Zone& zone) const;

    const std::string& text() const { return text_; }

 private:
    friend class CronReader;
    bool day_matches(std::int32_t day) const;
    std::int64_t first_on_day(std::int32_t day, std::int64_t after_ms, const Zone& zone) const;
    std::int64_t first_on_steady_day(std::int32_t day, std::int64_t after_ms, std::int64_t offset_ms) const;

    std::string text_;
    std::bitset<60> minutes_;
    std::bitset<24> hours_;
    std::bitset<32> month_days_;  // 1 to 31
    bool last_day_ = false;       // L
    std::bitset<13> months_;      // 1 to 12
    std::bitset<7> weekdays_;     // 0 = Sunday
    bool every_hour_ = false;     // the hour field starts with *
    bool either_day_ = false;     // both day fields are restricted
};

}  // namespace yuanliu

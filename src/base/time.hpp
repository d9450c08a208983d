// Instants, calendar days and time zones. An instant is a Time (UTC milliseconds); a calendar day is the number of days
// since 1970-01-01 (types.hpp wraps it as Date), so that day arithmetic is integer arithmetic and no zone sneaks in.
// Years run from 1 to 9999. Everything here is thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/env.hpp"

namespace yuanliu {

inline constexpr std::int64_t second_ms = 1'000;
inline constexpr std::int64_t minute_ms = 60'000;
inline constexpr std::int64_t hour_ms = 3'600'000;
inline constexpr std::int64_t day_ms = 86'400'000;

inline constexpr std::int32_t day_min = -719'162;   // 0001-01-01
inline constexpr std::int32_t day_max = 2'932'896;  // 9999-12-31

// `2026-03-01T08:00:00Z`; the milliseconds (`.120`) only when there are any. Throws internal outside of years 1 to
// 9999.
std::string format_rfc3339(Time at);
// The same, added to a buffer: the writer's hot path.
void append_rfc3339(std::string& out, Time at);
// Reads `YYYY-MM-DDThh:mm:ss[.fraction](Z|±hh:mm)` and nothing looser: capital T and Z, a real calendar day, an offset.
// A fraction of 1 to 9 digits is cut to milliseconds. A leap second (:60) is refused: it has no number of its own.
std::optional<Time> parse_rfc3339(std::string_view text);

struct Civil {
    int year = 1970;
    int month = 1;  // 1 to 12
    int day = 1;    // 1 to 31
    bool operator==(const Civil&) const = default;
};

// nullopt when there is no such day in the Gregorian calendar (30 February, month 13, year 0).
std::optional<std::int32_t> days_from_civil(int year, int month, int day);
Civil civil_from_days(std::int32_t days);
int days_in_month(int year, int month);  // month must be 1 to 12

// ISO 8601 `YYYY-MM-DD`. Format throws internal outside of years 1 to 9999; parse answers nullopt for anything else.
std::string format_date(std::int32_t days);
std::optional<std::int32_t> parse_date(std::string_view text);

// The same day of the month `n` months on; the month's last day when it is too short (31 January + 1 = 28 or 29
// February). For a series count from the anchor, add_months(anchor, k): adding one at a time would stay on the 28th for
// ever. Throws internal when the answer leaves years 1 to 9999.
std::int32_t add_months(std::int32_t days, int n);

// 0 = Sunday … 6 = Saturday, as cron counts.
int weekday(std::int32_t days);

// Wall-clock time somewhere.
struct LocalTime {
    std::int32_t day = 0;  // days since 1970-01-01 on the local calendar
    std::int32_t ms_of_day = 0;
    std::int32_t offset_s = 0;  // east of UTC
    bool operator==(const LocalTime&) const = default;
    int hour() const { return static_cast<int>(ms_of_day / hour_ms); }
    int minute() const { return static_cast<int>(ms_of_day % hour_ms / minute_ms); }
    int second() const { return static_cast<int>(ms_of_day % minute_ms / second_ms); }
};

// A zone of the IANA database. Copies are cheap and share the database, which is read once (about 3 ms).
// From 2038 on the compiled database of the system lists no clock changes: zones that have them stay on standard time.
class Zone {
 public:
    static constexpr std::string_view default_name = "Asia/Shanghai";

    // Throws invalid (`zone.unknown`, name) for a name the database does not have.
    explicit Zone(std::string_view name = default_name);
    std::string_view name() const;

    LocalTime local(Time at) const;
    std::int32_t day_of(Time at) const { return local(at).day; }

    // When the clock on the wall shows this. `ms_of_day` may be outside of one day and then means another day.
    // In a gap (spring) `first` is the first instant after it and `in_gap` is set; in an overlap (autumn) the clock
    // shows it twice and `second` is the later one.
    struct Instants {
        Time first;
        std::optional<Time> second;
        bool in_gap = false;
    };
    Instants instants(std::int32_t day, std::int64_t ms_of_day) const;
    // The usual choice of the above: the first.
    Time at(std::int32_t day, std::int64_t ms_of_day = 0) const { return instants(day, ms_of_day).first; }

    // The offset from UTC, east positive, if it is the same for all of this local day.
    std::optional<std::int64_t> steady_offset_ms(std::int32_t day) const;

 private:
    const void* zone_;  // a date::time_zone, which lives as long as the process
};

}  // namespace yuanliu

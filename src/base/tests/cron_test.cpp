#include "base/cron.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <optional>
#include <random>
#include <set>
#include <string>

#include "base/error.hpp"

namespace yuanliu {
namespace {

Time utc(std::string_view text) { return parse_rfc3339(text).value(); }

std::string arg(const Error& error, std::string_view name) {
    for (const auto& [key, value] : error.args) {
        if (key == name) return value;
    }
    return "";
}

struct Row {
    std::string_view cron, after, next;
};

void expect_rows(std::string_view zone, std::initializer_list<Row> rows) {
    const Zone place(zone);
    for (const auto& row : rows) {
        EXPECT_EQ(format_rfc3339(Cron(row.cron).next(utc(row.after), place)), row.next)
            << row.cron << " after " << row.after;
    }
}

TEST(Cron, NextRunInShanghai) {
    expect_rows("Asia/Shanghai",
                {
                    {"* * * * *", "2026-03-02T00:00:00Z", "2026-03-02T00:01:00Z"},
                    {"* * * * *", "2026-03-02T00:00:59.999Z", "2026-03-02T00:01:00Z"},
                    {"0 7 * * MON-FRI", "2026-03-01T23:00:00Z", "2026-03-02T23:00:00Z"},  // strictly after
                    {"0 7 * * MON-FRI", "2026-03-01T22:59:59.999Z", "2026-03-01T23:00:00Z"},
                    {"0 7 * * 1-5", "2026-03-06T12:00:00Z", "2026-03-08T23:00:00Z"},
                    {"0 8 * * mon", "2026-03-02T01:00:00Z", "2026-03-09T00:00:00Z"},
                    {"0 9 1 * *", "2026-03-02T00:00:00Z", "2026-04-01T01:00:00Z"},
                    {"*/5 * * * *", "2026-03-02T00:03:00Z", "2026-03-02T00:05:00Z"},
                    {"10-40/15 * * * *", "2026-03-02T00:26:00Z", "2026-03-02T00:40:00Z"},
                    {"1,31 0,12 * * *", "2026-03-02T00:00:00Z", "2026-03-02T04:01:00Z"},
                    {"0 0 1 JAN *", "2026-03-02T00:00:00Z", "2026-12-31T16:00:00Z"},
                    {"0 0 * * 0", "2026-03-02T00:00:00Z", "2026-03-07T16:00:00Z"},
                    {"0 0 * * 7", "2026-03-02T00:00:00Z", "2026-03-07T16:00:00Z"},
                    {"0 0 * * 5-7", "2026-03-07T16:00:00Z", "2026-03-12T16:00:00Z"},
                    {"  0\t0 *  * SUN ", "2026-03-02T00:00:00Z", "2026-03-07T16:00:00Z"},
                    {"59 23 31 12 *", "2026-12-31T15:59:00Z", "2027-12-31T15:59:00Z"},
                });
}

TEST(Cron, MonthEndsAndLeapDays) {
    expect_rows("Asia/Shanghai",
                {
                    {"0 0 L * *", "2026-02-01T00:00:00Z", "2026-02-27T16:00:00Z"},
                    {"0 0 L * *", "2028-02-01T00:00:00Z", "2028-02-28T16:00:00Z"},
                    {"0 0 l 4 *", "2026-02-01T00:00:00Z", "2026-04-29T16:00:00Z"},
                    {"0 0 15,L * *", "2026-03-02T00:00:00Z", "2026-03-14T16:00:00Z"},
                    {"0 0 15,L * *", "2026-03-15T00:00:00Z", "2026-03-30T16:00:00Z"},
                    {"0 0 31 * *", "2026-03-31T00:00:00Z", "2026-05-30T16:00:00Z"},
                    {"0 0 29 2 *", "2026-03-02T00:00:00Z", "2028-02-28T16:00:00Z"},
                    {"0 0 29 2 *", "2096-03-01T00:00:00Z", "2104-02-28T16:00:00Z"},  // 2100 is no leap year
                    {"0 0 31 1,3 *", "2026-02-01T00:00:00Z", "2026-03-30T16:00:00Z"},
                });
}

// As cron: two restricted day fields are alternatives; a field that starts with * is a further condition.
TEST(Cron, TwoDayFieldsAreAlternatives) {
    expect_rows(
        "Asia/Shanghai",
        {
            {"0 0 13 * FRI", "2026-03-02T00:00:00Z", "2026-03-05T16:00:00Z"},  // Friday the 6th
            {"0 0 13 * FRI", "2026-04-04T00:00:00Z", "2026-04-09T16:00:00Z"},
            {"0 0 14 * FRI", "2026-03-13T00:00:00Z", "2026-03-13T16:00:00Z"},  // Saturday the 14th
            {"0 0 L * FRI", "2026-03-28T00:00:00Z", "2026-03-30T16:00:00Z"},
            {"0 0 */2 * FRI", "2026-03-02T00:00:00Z", "2026-03-12T16:00:00Z"},  // an odd day that is a Friday: the 13th
            {"0 0 30 2 MON", "2026-02-01T00:00:00Z", "2026-02-01T16:00:00Z"},
        });
}

TEST(Cron, DaylightSavingInBerlin) {
    // 29 March 2026: 02:00 -> 03:00 at 01:00Z. 25 October 2026: 03:00 -> 02:00 at 01:00Z.
    expect_rows(
        "Europe/Berlin",
        {
            {"30 2 * * *", "2026-03-28T12:00:00Z",
             "2026-03-29T01:00:00Z"},  // skipped: at the first instant after the gap
            {"30 2 * * *", "2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z"},
            {"*/15 2 * * *", "2026-03-28T12:00:00Z", "2026-03-29T01:00:00Z"},  // four skipped wall times, one run
            {"*/15 2 * * *", "2026-03-29T01:00:00Z", "2026-03-30T00:00:00Z"},
            {"*/30 * * * *", "2026-03-29T00:30:00Z", "2026-03-29T01:00:00Z"},
            {"*/30 * * * *", "2026-03-29T01:00:00Z", "2026-03-29T01:30:00Z"},
            {"0 3 * * *", "2026-03-28T12:00:00Z", "2026-03-29T01:00:00Z"},
            {"30 2 * * *", "2026-10-24T12:00:00Z", "2026-10-25T00:30:00Z"},  // shown twice: the first time only
            {"30 2 * * *", "2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"},
            {"30 2 * * *", "2026-10-25T00:45:00Z", "2026-10-26T01:30:00Z"},
            {"*/30 * * * *", "2026-10-25T00:30:00Z", "2026-10-25T01:00:00Z"},  // every time
            {"*/30 * * * *", "2026-10-25T01:00:00Z", "2026-10-25T01:30:00Z"},
            {"30 * * * *", "2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"},
            {"30 1-3 * * *", "2026-10-25T00:30:00Z", "2026-10-25T02:30:00Z"},  // names its hours: once
        });
}

TEST(Cron, DaylightSavingInNewYork) {
    // 8 March 2026: 02:00 -> 03:00 at 07:00Z. 1 November 2026: 02:00 -> 01:00 at 06:00Z.
    expect_rows("America/New_York", {
                                        {"15 2 8 3 *", "2026-01-01T00:00:00Z", "2026-03-08T07:00:00Z"},
                                        {"0 2 * * SUN", "2026-03-07T00:00:00Z", "2026-03-08T07:00:00Z"},
                                        {"15 1 * * *", "2026-10-31T12:00:00Z", "2026-11-01T05:15:00Z"},
                                        {"15 1 * * *", "2026-11-01T05:15:00Z", "2026-11-02T06:15:00Z"},
                                        {"15 */1 * * *", "2026-11-01T05:15:00Z", "2026-11-01T06:15:00Z"},
                                        {"0 0 * * *", "2026-10-31T04:00:00Z", "2026-11-01T04:00:00Z"},
                                        {"0 0 * * *", "2026-11-01T04:00:00Z", "2026-11-02T05:00:00Z"},
                                    });
}

TEST(Cron, ClockSetBackOverMidnight) {
    // Havana, 3 November 2024: 01:00 -> 00:00 at 05:00Z. Apia had no 30 December 2011.
    expect_rows("America/Havana", {{"30 0 * * *", "2024-11-02T12:00:00Z", "2024-11-03T04:30:00Z"},
                                   {"30 0 * * *", "2024-11-03T04:30:00Z", "2024-11-04T05:30:00Z"},
                                   {"30 * * * *", "2024-11-03T04:30:00Z", "2024-11-03T05:30:00Z"}});
    expect_rows("Pacific/Apia", {{"0 12 30 12 *", "2011-12-01T00:00:00Z", "2011-12-30T10:00:00Z"}});
}

TEST(Cron, RefusesWithThePosition) {
    struct Bad {
        std::string_view text, position, field, reason;
    };
    constexpr Bad rows[] = {
        {"", "1", "expression", "fields"},
        {"* * * *", "8", "expression", "fields"},
        {"* * * * * *", "11", "expression", "fields"},
        {"60 * * * *", "1", "minute", "number"},
        {"0 24 * * *", "3", "hour", "number"},
        {"0 0 0 * *", "5", "day", "number"},
        {"0 0 32 * *", "5", "day", "number"},
        {"0 0 1 13 *", "7", "month", "number"},
        {"0 0 * * 8", "9", "weekday", "number"},
        {"0 0 * FOO *", "7", "month", "name"},
        {"0 0 * * MONDAY", "9", "weekday", "name"},
        {"0 0 L * L", "9", "weekday", "name"},
        {"0 mon * * *", "3", "hour", "name"},
        {"5-1 * * * *", "1", "minute", "range"},
        {"0 0 * * FRI-MON", "9", "weekday", "range"},
        {"*/0 * * * *", "3", "minute", "step"},
        {"5/10 * * * *", "3", "minute", "step"},
        {"*/ * * * *", "3", "minute", "empty"},
        {"1, * * * *", "3", "minute", "empty"},
        {"1- * * * *", "3", "minute", "empty"},
        {"-1 * * * *", "1", "minute", "number"},
        {"1-2-3 * * * *", "4", "minute", "end"},
        {"** * * * *", "2", "minute", "end"},
        {"0 0 LL * *", "6", "day", "end"},
        {"99999999999999999999 * * * *", "1", "minute", "number"},
        {"0 0 30 2 *", "5", "day", "never"},
        {"0 0 31 2,4,6,9,11 *", "5", "day", "never"},
        {"0 0 30 2 */2", "5", "day", "never"},
        {"@daily", "1", "minute", "number"},
        {"0 0 ? * *", "5", "day", "number"},
        {"0\n0 * * *", "2", "minute", "end"},
    };
    for (const auto& row : rows) {
        try {
            const Cron cron(row.text);
            ADD_FAILURE() << "accepted: " << row.text;
        } catch (const Error& error) {
            EXPECT_EQ(error.fault, Fault::invalid);
            EXPECT_EQ(error.code, "cron.invalid");
            EXPECT_EQ(arg(error, "position"), row.position) << row.text;
            EXPECT_EQ(arg(error, "field"), row.field) << row.text;
            EXPECT_EQ(arg(error, "reason"), row.reason) << row.text;
        }
    }
    EXPECT_THROW(Cron(std::string(1000, ' ') + "* * * * *"), Error);
    EXPECT_THROW(Cron("0 0 1 1 *").next(utc("9999-06-01T00:00:00Z"), Zone()), Error);
}

// The naive model: walk the minutes of the world and look at the clock on the wall.
struct Model {
    std::set<int> minutes, hours, month_days, weekdays;
    bool last_day = false, every_hour = false, either_day = false;

    bool matches(std::int64_t wall_minute) const {
        const auto day = static_cast<std::int32_t>(wall_minute / 1440);
        const auto [year, month, mday] = civil_from_days(day);
        const bool by_month = month_days.contains(mday) || (last_day && mday == days_in_month(year, month));
        const bool by_week = weekdays.contains(weekday(day));
        const auto of_day = static_cast<int>(wall_minute % 1440);
        return minutes.contains(of_day % 60) && hours.contains(of_day / 60) &&
               (either_day ? by_month || by_week : by_month && by_week);
    }
    std::optional<Time> next(Time after, Time limit, const Zone& zone) const {
        const auto wall = [&](Time at) {
            const auto local = zone.local(at);
            return local.day * std::int64_t{1440} + local.ms_of_day / minute_ms;
        };
        Time at{(after.ms / minute_ms - 2 * 1440) * minute_ms};
        std::int64_t newest = wall(at);
        for (at.ms += minute_ms; at < limit; at.ms += minute_ms) {
            const std::int64_t now = wall(at);
            bool runs = matches(now) && (now > newest || every_hour);
            for (std::int64_t skipped = newest + 1; skipped < now; ++skipped) runs = runs || matches(skipped);
            newest = std::max(newest, now);
            if (runs && at > after) return at;
        }
        return std::nullopt;
    }
};

class Dice {
 public:
    explicit Dice(unsigned seed) : engine_(seed) {}
    int roll(int from, int to) { return std::uniform_int_distribution(from, to)(engine_); }

    // A random field, as text and as the set it stands for.
    std::string field(int low, int high, int busy_high, std::set<int>& set, bool& star) {
        const int kind = roll(0, 4);
        star = kind < 2;
        int from = low, to = high, step = 1;
        std::string text = "*";
        if (kind == 1) text += "/" + std::to_string(step = roll(1, 12));
        if (kind == 2) text = std::to_string(from = to = roll(low, busy_high));
        if (kind == 3) {
            from = roll(low, busy_high);
            to = roll(from, high);
            text = std::to_string(from) + "-" + std::to_string(to);
        }
        if (kind == 4) {
            from = roll(low, busy_high);
            to = roll(from, high);
            step = roll(1, 7);
            const int extra = roll(low, high);
            text = std::to_string(from) + "-" + std::to_string(to) + "/" + std::to_string(step) + "," +
                   std::to_string(extra);
            set.insert(extra);
        }
        for (int value = from; value <= to; value += step) set.insert(value);
        return text;
    }

 private:
    std::mt19937 engine_;
};

TEST(Cron, AgreesWithAWalkOverTheMinutes) {
    const char* const given = std::getenv("YL_TEST_SEED");
    const unsigned seed = given ? static_cast<unsigned>(std::strtoul(given, nullptr, 10)) : std::random_device{}();
    SCOPED_TRACE("YL_TEST_SEED=" + std::to_string(seed));
    Dice dice(seed);
    const std::string_view places[] = {"Europe/Berlin",  "America/New_York", "Australia/Lord_Howe",
                                       "America/Havana", "Asia/Shanghai",    "Atlantic/Azores"};
    const std::string_view starts[] = {"2024-03-07T00:00:00Z", "2024-03-28T00:00:00Z", "2024-04-04T00:00:00Z",
                                       "2024-10-03T12:00:00Z", "2024-10-24T00:00:00Z", "2024-10-31T00:00:00Z"};
    for (int round = 0; round < 400; ++round) {
        Model model;
        bool minute_star = false, day_star = false, weekday_star = false;
        std::string text = dice.field(0, 59, 59, model.minutes, minute_star);
        text += " " + dice.field(0, 23, 4, model.hours, model.every_hour);
        text += " " + dice.field(1, 31, 28, model.month_days, day_star);
        if (dice.roll(0, 4) == 0) {
            text += ",L";
            model.last_day = true;
        }
        text += " * " + dice.field(0, 6, 6, model.weekdays, weekday_star);
        model.either_day = !day_star && !weekday_star;

        const Zone zone(places[dice.roll(0, 5)]);
        Time at = utc(starts[dice.roll(0, 5)]);
        at.ms += dice.roll(0, 5'000) * minute_ms + dice.roll(0, 1) * dice.roll(0, 59'999);
        const Cron cron(text);
        const Time limit{at.ms + 8 * day_ms};
        for (int runs = 0; runs < 3; ++runs) {
            const auto expected = model.next(at, limit, zone);
            const Time told = cron.next(at, zone);
            ASSERT_TRUE(expected ? told == *expected : told >= limit)
                << text << " in " << zone.name() << " after " << format_rfc3339(at) << ": " << format_rfc3339(told)
                << " instead of " << (expected ? format_rfc3339(*expected) : "later");
            if (!expected) break;
            at = *expected;
        }
    }
}

}  // namespace
}  // namespace yuanliu

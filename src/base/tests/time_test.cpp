#include "base/time.hpp"

#include <gtest/gtest.h>

#include <string>

#include "base/error.hpp"

namespace yuanliu {
namespace {

std::int32_t day(int year, int month, int day) { return days_from_civil(year, month, day).value(); }
Time utc(std::string_view text) { return parse_rfc3339(text).value(); }

TEST(Rfc3339, FormatsAndReadsBack) {
    struct Row {
        std::int64_t ms;
        std::string_view text;
    };
    constexpr Row rows[] = {
        {0, "1970-01-01T00:00:00Z"},
        {-1, "1969-12-31T23:59:59.999Z"},
        {1'772'409'600'000, "2026-03-02T00:00:00Z"},
        {1'772'409'600'120, "2026-03-02T00:00:00.120Z"},
        {951'782'400'001, "2000-02-29T00:00:00.001Z"},
        {-62'135'596'800'000, "0001-01-01T00:00:00Z"},
        {253'402'300'799'999, "9999-12-31T23:59:59.999Z"},
    };
    for (const auto& row : rows) {
        EXPECT_EQ(format_rfc3339({row.ms}), row.text);
        EXPECT_EQ(parse_rfc3339(row.text), Time{row.ms});
    }
    EXPECT_THROW(format_rfc3339({253'402'300'800'000}), Error);
    EXPECT_THROW(format_rfc3339({-62'135'596'800'001}), Error);
    EXPECT_THROW(format_rfc3339({INT64_MIN}), Error);
    EXPECT_THROW(format_rfc3339({INT64_MAX}), Error);
}

TEST(Rfc3339, ReadsOffsetsAndFractions) {
    const Time eight = utc("2026-03-01T00:00:00Z");
    EXPECT_EQ(utc("2026-03-01T08:00:00+08:00"), eight);
    EXPECT_EQ(utc("2026-02-28T18:30:00-05:30"), eight);
    EXPECT_EQ(utc("2026-03-01T00:00:00-00:00"), eight);
    EXPECT_EQ(utc("2026-03-01T00:00:00.5Z").ms, eight.ms + 500);
    EXPECT_EQ(utc("2026-03-01T00:00:00.05Z").ms, eight.ms + 50);
    EXPECT_EQ(utc("2026-03-01T00:00:00.123999999Z").ms, eight.ms + 123);
}

TEST(Rfc3339, RefusesEverythingLooser) {
    for (const std::string_view bad : {"",
                                       "2026-03-01",
                                       "2026-03-01T00:00:00",
                                       "2026-03-01 00:00:00Z",
                                       "2026-03-01t00:00:00Z",
                                       "2026-03-01T00:00:00z",
                                       "2026-02-29T00:00:00Z",
                                       "2026-13-01T00:00:00Z",
                                       "2026-00-01T00:00:00Z",
                                       "2026-01-00T00:00:00Z",
                                       "0000-01-01T00:00:00Z",
                                       "2026-03-01T24:00:00Z",
                                       "2026-03-01T00:60:00Z",
                                       "2026-03-01T23:59:60Z",
                                       "2026-03-01T00:00:00.Z",
                                       "2026-03-01T00:00:00.1234567890Z",
                                       "2026-03-01T00:00:00,5Z",
                                       "2026-03-01T00:00Z",
                                       "2026-03-01T00:00:00+8:00",
                                       "2026-03-01T00:00:00+0800",
                                       "2026-03-01T00:00:00+24:00",
                                       "2026-03-01T00:00:00+08:60",
                                       "2026-03-01T00:00:00Z ",
                                       " 2026-03-01T00:00:00Z",
                                       "2026-03-01T00:00:00ZZ",
                                       "+026-03-01T00:00:00Z",
                                       "2026-3-1T00:00:00Z",
                                       "0001-01-01T00:00:00+00:01",
                                       "9999-12-31T23:59:59-00:01",
                                       "20260301T000000Z"}) {
        EXPECT_EQ(parse_rfc3339(bad), std::nullopt) << bad;
    }
}

TEST(Calendar, EveryDayOfTenThousandYears) {
    Civil expected{1, 1, 1};
    for (std::int32_t days = day_min; days <= day_max; ++days) {
        ASSERT_EQ(civil_from_days(days), expected);
        ASSERT_EQ(days_from_civil(expected.year, expected.month, expected.day), days);
        if (expected.day < days_in_month(expected.year, expected.month)) {
            ++expected.day;
        } else {
            expected.day = 1;
            expected.month = expected.month % 12 + 1;
            if (expected.month == 1) ++expected.year;
        }
    }
    EXPECT_EQ(expected, (Civil{10000, 1, 1}));
}

TEST(Calendar, IsoDates) {
    EXPECT_EQ(format_date(0), "1970-01-01");
    EXPECT_EQ(format_date(day(2024, 2, 29)), "2024-02-29");
    EXPECT_EQ(format_date(day_min), "0001-01-01");
    EXPECT_EQ(format_date(day_max), "9999-12-31");
    EXPECT_THROW(format_date(day_max + 1), Error);
    EXPECT_EQ(parse_date("2024-02-29"), day(2024, 2, 29));
    for (const std::string_view bad : {"", "2023-02-29", "1900-02-29", "2024-2-29", "2024-02-29 ", "2024/02/29",
                                       "20240229", "2024-04-31", "24-02-29", "0000-01-01", "10000-01-01"}) {
        EXPECT_EQ(parse_date(bad), std::nullopt) << bad;
    }
}

TEST(Calendar, MonthsEndSafely) {
    struct Row {
        Civil from;
        int n;
        Civil to;
    };
    const Row rows[] = {
        {{2024, 1, 31}, 1, {2024, 2, 29}},   {{2023, 1, 31}, 1, {2023, 2, 28}},  {{2024, 1, 31}, 2, {2024, 3, 31}},
        {{2024, 2, 29}, 12, {2025, 2, 28}},  {{2024, 2, 29}, 48, {2028, 2, 29}}, {{2024, 3, 31}, -1, {2024, 2, 29}},
        {{2024, 1, 15}, -1, {2023, 12, 15}}, {{2024, 12, 31}, 2, {2025, 2, 28}}, {{2024, 5, 20}, 0, {2024, 5, 20}},
        {{2024, 1, 1}, -25, {2021, 12, 1}},  {{2099, 8, 31}, 18, {2101, 2, 28}},
    };
    for (const auto& row : rows) {
        const auto to = add_months(day(row.from.year, row.from.month, row.from.day), row.n);
        EXPECT_EQ(civil_from_days(to), row.to) << format_date(to);
    }
    EXPECT_THROW(add_months(day_max, 1), Error);
    EXPECT_THROW(add_months(day_min, -1), Error);
    EXPECT_THROW(add_months(0, INT32_MAX), Error);
}

TEST(Calendar, Weekdays) {
    EXPECT_EQ(weekday(0), 4);                  // Thursday
    EXPECT_EQ(weekday(day(2026, 3, 1)), 0);    // Sunday
    EXPECT_EQ(weekday(day(2026, 3, 2)), 1);    // Monday
    EXPECT_EQ(weekday(day(1969, 12, 28)), 0);  // Sunday before the epoch
    EXPECT_EQ(weekday(day_min), 1);            // 0001-01-01, proleptic, a Monday
}

TEST(Zone, UnknownNamesAreRefused) {
    for (const std::string_view bad : {"", "Mars/Olympus", "Asia/Shangha", "../etc/passwd", "Asia/Shanghai "}) {
        try {
            const Zone zone(bad);
            ADD_FAILURE() << bad;
        } catch (const Error& error) {
            EXPECT_EQ(error.fault, Fault::invalid);
            EXPECT_EQ(error.code, "zone.unknown");
        }
    }
}

TEST(Zone, ShanghaiIsTheDefault) {
    const Zone zone;
    EXPECT_EQ(zone.name(), "Asia/Shanghai");
    const auto local = zone.local(utc("2026-03-01T16:30:15.250Z"));
    EXPECT_EQ(local.day, day(2026, 3, 2));
    EXPECT_EQ(local.hour(), 0);
    EXPECT_EQ(local.minute(), 30);
    EXPECT_EQ(local.second(), 15);
    EXPECT_EQ(local.ms_of_day % 1000, 250);
    EXPECT_EQ(local.offset_s, 8 * 3600);
    EXPECT_EQ(zone.day_of(utc("2026-03-01T15:59:59.999Z")), day(2026, 3, 1));
    EXPECT_EQ(format_rfc3339(zone.at(day(2026, 3, 2))), "2026-03-01T16:00:00Z");
    EXPECT_EQ(format_rfc3339(zone.at(day(2026, 3, 2), 9 * hour_ms)), "2026-03-02T01:00:00Z");
    EXPECT_EQ(zone.at(day(2026, 3, 2), day_ms), zone.at(day(2026, 3, 3)));
    EXPECT_EQ(zone.steady_offset_ms(day(2026, 3, 2)), 8 * hour_ms);
    EXPECT_EQ(zone.day_of(utc("1969-12-31T15:59:59Z")), -1);
}

TEST(Zone, GapRunsOnToTheFirstInstantAfterIt) {
    const Zone berlin("Europe/Berlin");
    const auto spring = day(2026, 3, 29);  // 02:00 -> 03:00
    const auto gap = berlin.instants(spring, 2 * hour_ms + 30 * minute_ms);
    EXPECT_TRUE(gap.in_gap);
    EXPECT_EQ(format_rfc3339(gap.first), "2026-03-29T01:00:00Z");
    EXPECT_EQ(berlin.local(gap.first).hour(), 3);
    EXPECT_EQ(format_rfc3339(berlin.at(spring, 2 * hour_ms)), "2026-03-29T01:00:00Z");
    EXPECT_EQ(format_rfc3339(berlin.at(spring, 2 * hour_ms - 1)), "2026-03-29T00:59:59.999Z");
    EXPECT_EQ(format_rfc3339(berlin.at(spring, 3 * hour_ms)), "2026-03-29T01:00:00Z");
    EXPECT_FALSE(berlin.instants(spring, 3 * hour_ms).in_gap);
    EXPECT_EQ(berlin.steady_offset_ms(spring), std::nullopt);
}

TEST(Zone, OverlapIsShownTwice) {
    const Zone york("America/New_York");
    const auto autumn = day(2026, 11, 1);  // 02:00 -> 01:00
    const auto both = york.instants(autumn, hour_ms + 30 * minute_ms);
    EXPECT_FALSE(both.in_gap);
    EXPECT_EQ(format_rfc3339(both.first), "2026-11-01T05:30:00Z");
    ASSERT_TRUE(both.second);
    EXPECT_EQ(format_rfc3339(*both.second), "2026-11-01T06:30:00Z");
    EXPECT_EQ(york.local(both.first).ms_of_day, york.local(*both.second).ms_of_day);
    EXPECT_EQ(york.instants(autumn, 2 * hour_ms).second, std::nullopt);
    EXPECT_EQ(york.steady_offset_ms(autumn), std::nullopt);
    EXPECT_EQ(york.steady_offset_ms(day(2026, 11, 3)), -5 * hour_ms);
}

TEST(Zone, ADayMayBeMissing) {
    const Zone apia("Pacific/Apia");  // jumped over 2011-12-30
    const auto missing = apia.instants(day(2011, 12, 30), 12 * hour_ms);
    EXPECT_TRUE(missing.in_gap);
    EXPECT_EQ(apia.day_of(missing.first), day(2011, 12, 31));
    EXPECT_EQ(apia.local(missing.first).ms_of_day, 0);
}

TEST(Zone, LocalAndAtAgreeOverTwoYearsOfHours) {
    for (const std::string_view name :
         {"Asia/Shanghai", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"}) {
        const Zone zone(name);
        for (Time at = utc("2025-01-01T00:15:00Z"); at < utc("2027-01-01T00:00:00Z"); at.ms += hour_ms) {
            const auto local = zone.local(at);
            const auto back = zone.instants(local.day, local.ms_of_day);
            ASSERT_TRUE(back.first == at || back.second == at) << name << ' ' << format_rfc3339(at);
            const auto steady = zone.steady_offset_ms(local.day);
            ASSERT_EQ(steady.value_or(local.offset_s * 1000), local.offset_s * 1000)
                << name << ' ' << format_rfc3339(at);
        }
    }
}

}  // namespace
}  // namespace yuanliu

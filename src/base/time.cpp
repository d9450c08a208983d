#include "base/time.hpp"

#include <date/date.h>
#include <date/tz.h>

#include <array>
#include <chrono>
#include <stdexcept>

#include "base/error.hpp"

namespace yuanliu {
namespace {

using std::chrono::milliseconds;
using LocalMs = date::local_time<milliseconds>;
using SysMs = date::sys_time<milliseconds>;

constexpr std::int64_t time_min_ms = day_min * day_ms;
constexpr std::int64_t time_max_ms = (day_max + std::int64_t{1}) * day_ms - 1;

// Floors towards the past, so that an instant before 1970 falls on its own day.
std::int64_t floor_div(std::int64_t a, std::int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }

void append_digits(std::string& out, int value, int width) {
    std::array<char, 4> digits{};
    for (int i = width - 1; i >= 0; --i, value /= 10)
        digits[static_cast<std::size_t>(i)] = static_cast<char>('0' + value % 10);
    out.append(digits.data(), static_cast<std::size_t>(width));
}

void append_date(std::string& out, std::int32_t days) {
    if (days < day_min || days > day_max)
        throw internal("day " + std::to_string(days) + " is outside of years 1 to 9999");
    const auto [year, month, day] = civil_from_days(days);
    append_digits(out, year, 4);
    out += '-';
    append_digits(out, month, 2);
    out += '-';
    append_digits(out, day, 2);
}

// Eats a fixed text bit by bit. After the first mismatch it stays failed and everything it reads is 0.
class Reader {
 public:
    explicit Reader(std::string_view text) : rest_(text) {}
    int digits(std::size_t count) {
        int value = 0;
        for (std::size_t i = 0; i < count; ++i) {
            if (!next_is_digit()) return fail();
            value = value * 10 + (rest_.front() - '0');
            rest_.remove_prefix(1);
        }
        return value;
    }
    bool skip(char c) {
        if (failed_ || !rest_.starts_with(c)) return false;
        rest_.remove_prefix(1);
        return true;
    }
    void expect(char c) {
        if (!skip(c)) fail();
    }
    bool next_is_digit() const { return !failed_ && !rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9'; }
    bool at_end() const { return !failed_ && rest_.empty(); }
    int fail() {
        failed_ = true;
        return 0;
    }

 private:
    std::string_view rest_;
    bool failed_ = false;
};

std::optional<std::int32_t> read_date(Reader& in) {
    const int year = in.digits(4);
    in.expect('-');
    const int month = in.digits(2);
    in.expect('-');
    const int day = in.digits(2);
    return days_from_civil(year, month, day);
}

int read_fraction_ms(Reader& in) {
    int ms = 0;
    int scale = 100;
    int count = 0;
    for (; in.next_is_digit(); ++count, scale /= 10) ms += in.digits(1) * scale;
    return count >= 1 && count <= 9 ? ms : in.fail();
}

// Minutes east of UTC.
int read_offset(Reader& in) {
    if (in.skip('Z')) return 0;
    const int sign = in.skip('-') ? -1 : 1;
    if (sign > 0) in.expect('+');
    const int hours = in.digits(2);
    in.expect(':');
    const int minutes = in.digits(2);
    return hours > 23 || minutes > 59 ? in.fail() : sign * (hours * 60 + minutes);
}

const date::time_zone& zone_of(const void* zone) { return *static_cast<const date::time_zone*>(zone); }

LocalMs local_point(std::int32_t day, std::int64_t ms_of_day) {
    return LocalMs{milliseconds{day * day_ms + ms_of_day}};
}

Time time_of(LocalMs local, std::chrono::seconds offset) { return {(local.time_since_epoch() - offset).count()}; }

std::int64_t ms_of(std::chrono::seconds span) { return milliseconds{span}.count(); }

}  // namespace

void append_rfc3339(std::string& out, Time at) {
    const std::int64_t days = floor_div(at.ms, day_ms);
    if (at.ms < time_min_ms || at.ms > time_max_ms) {
        throw internal("instant " + std::to_string(at.ms) + " is outside of years 1 to 9999");
    }
    const auto ms = static_cast<int>(at.ms - days * day_ms);
    append_date(out, static_cast<std::int32_t>(days));
    out += 'T';
    append_digits(out, ms / 3'600'000, 2);
    out += ':';
    append_digits(out, ms / 60'000 % 60, 2);
    out += ':';
    append_digits(out, ms / 1'000 % 60, 2);
    if (ms % 1'000 != 0) {
        out += '.';
        append_digits(out, ms % 1'000, 3);
    }
    out += 'Z';
}

std::string format_rfc3339(Time at) {
    std::string out;
    append_rfc3339(out, at);
    return out;
}

std::optional<Time> parse_rfc3339(std::string_view text) {
    Reader in(text);
    const auto day = read_date(in);
    in.expect('T');
    const int hour = in.digits(2);
    in.expect(':');
    const int minute = in.digits(2);
    in.expect(':');
    const int second = in.digits(2);
    const int ms = in.skip('.') ? read_fraction_ms(in) : 0;
    const int offset_min = read_offset(in);
    if (!in.at_end() || !day || hour > 23 || minute > 59 || second > 59) return std::nullopt;
    const std::int64_t at =
        *day * day_ms + hour * hour_ms + (minute - offset_min) * minute_ms + second * second_ms + ms;
    if (at < time_min_ms || at > time_max_ms) return std::nullopt;
    return Time{at};
}

std::optional<std::int32_t> days_from_civil(int year, int month, int day) {
    if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 || day > days_in_month(year, month))
        return std::nullopt;
    const date::year_month_day civil{date::year{year}, date::month{static_cast<unsigned>(month)},
                                     date::day{static_cast<unsigned>(day)}};
    return static_cast<std::int32_t>(date::sys_days{civil}.time_since_epoch().count());
}

Civil civil_from_days(std::int32_t days) {
    const date::year_month_day civil{date::sys_days{date::days{days}}};
    return {static_cast<int>(civil.year()), static_cast<int>(static_cast<unsigned>(civil.month())),
            static_cast<int>(static_cast<unsigned>(civil.day()))};
}

int days_in_month(int year, int month) {
    constexpr std::array lengths = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return month == 2 && date::year{year}.is_leap() ? 29 : lengths[static_cast<std::size_t>(month - 1)];
}

std::string format_date(std::int32_t days) {
    std::string out;
    append_date(out, days);
    return out;
}

std::optional<std::int32_t> parse_date(std::string_view text) {
    Reader in(text);
    const auto day = read_date(in);
    return in.at_end() ? day : std::nullopt;
}

std::int32_t add_months(std::int32_t days, int n) {
    const auto [year, month, day] = civil_from_days(days);
    const std::int64_t months = std::int64_t{year} * 12 + (month - 1) + n;
    const auto to_year = static_cast<int>(floor_div(months, 12));
    const auto to_month = static_cast<int>(months - std::int64_t{to_year} * 12) + 1;
    const auto answer = days_from_civil(to_year, to_month, std::min(day, days_in_month(to_year, to_month)));
    if (!answer) throw internal("adding " + std::to_string(n) + " months leaves years 1 to 9999");
    return *answer;
}

int weekday(std::int32_t days) {
    const std::int64_t shifted = std::int64_t{days} + 4;  // 1970-01-01 was a Thursday
    return static_cast<int>(shifted - floor_div(shifted, 7) * 7);
}

Zone::Zone(std::string_view name) {
    try {
        zone_ = date::locate_zone(name);
    } catch (const std::runtime_error& unknown) {
        throw Error(Fault::invalid, "zone.unknown", {{"name", std::string(name)}}).log(unknown.what());
    }
}

std::string_view Zone::name() const { return zone_of(zone_).name(); }

LocalTime Zone::local(Time at) const {
    const auto info = zone_of(zone_).get_info(SysMs{milliseconds{at.ms}});
    const std::int64_t local_ms = at.ms + ms_of(info.offset);
    const std::int64_t day = floor_div(local_ms, day_ms);
    return {static_cast<std::int32_t>(day), static_cast<std::int32_t>(local_ms - day * day_ms),
            static_cast<std::int32_t>(info.offset.count())};
}

Zone::Instants Zone::instants(std::int32_t day, std::int64_t ms_of_day) const {
    const LocalMs local = local_point(day, ms_of_day);
    const auto info = zone_of(zone_).get_info(local);
    switch (info.result) {
        case date::local_info::nonexistent: {
            const Time transition{milliseconds{info.first.end.time_since_epoch()}.count()};
            return {transition, std::nullopt, true};
        }
        case date::local_info::ambiguous:
            return {time_of(local, info.first.offset), time_of(local, info.second.offset)};
        default: return {time_of(local, info.first.offset), std::nullopt};
    }
}

std::optional<std::int64_t> Zone::steady_offset_ms(std::int32_t day) const {
    const auto info = zone_of(zone_).get_info(local_point(day, 0));
    if (info.result != date::local_info::unique) return std::nullopt;
    // No zone ever moved its clock by more than a day: what lies further from the next transition is shown once.
    const auto next_transition = info.first.end - SysMs{milliseconds{day * day_ms} - info.first.offset};
    if (next_transition < std::chrono::hours{24 + 24}) return std::nullopt;
    return ms_of(info.first.offset);
}

}  // namespace yuanliu

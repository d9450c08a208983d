#include "base/cron.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <span>

#include "base/error.hpp"
#include "base/text.hpp"

namespace yuanliu {
namespace {

constexpr std::size_t expression_size_max = 200;
constexpr std::int64_t none = std::numeric_limits<std::int64_t>::max();

constexpr std::string_view month_names[] = {"jan", "feb", "mar", "apr", "may", "jun",
                                            "jul", "aug", "sep", "oct", "nov", "dec"};
constexpr std::string_view day_names[] = {"sun", "mon", "tue", "wed", "thu", "fri", "sat"};

struct Field {
    std::string_view name;
    int lowest, highest;
    std::span<const std::string_view> names = {};
};
const Field minute_field{"minute", 0, 59};
const Field hour_field{"hour", 0, 23};
const Field month_day_field{"day", 1, 31};
const Field month_field{"month", 1, 12, month_names};
const Field weekday_field{"weekday", 0, 7, day_names};

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

}  // namespace

// Reads an expression from left to right and knows where it stands.
class CronReader {
 public:
    explicit CronReader(std::string_view text) : text_(text) {}

    void read(Cron& cron) {
        if (text_.size() > expression_size_max) fail("end");
        bool star = false, day_star = false, weekday_star = false;
        read_field(minute_field, star, [&](int value) { cron.minutes_.set(static_cast<std::size_t>(value)); });
        read_field(hour_field, cron.every_hour_, [&](int value) { cron.hours_.set(static_cast<std::size_t>(value)); });
        skip_spaces();
        const std::size_t month_day_at = at_;
        read_field(
            month_day_field, day_star, [&](int value) { cron.month_days_.set(static_cast<std::size_t>(value)); },
            &cron.last_day_);
        read_field(month_field, star, [&](int value) { cron.months_.set(static_cast<std::size_t>(value)); });
        read_field(weekday_field, weekday_star,
                   [&](int value) { cron.weekdays_.set(static_cast<std::size_t>(value % 7)); });
        skip_spaces();
        if (at_ < text_.size()) fail("fields");
        cron.either_day_ = !day_star && !weekday_star;
        if (!cron.either_day_ && !cron.last_day_ && !some_month_has_day(cron)) {
            field_ = &month_day_field;
            at_ = month_day_at;
            fail("never");
        }
    }

 private:
    [[noreturn]] void fail(std::string_view reason) const {
        throw invalid("cron.invalid", {{"position", std::to_string(at_ + 1)},
                                       {"field", std::string(field_ ? field_->name : "expression")},
                                       {"reason", std::string(reason)}});
    }
    static bool some_month_has_day(const Cron& cron) {
        for (int month = 1; month <= 12; ++month) {
            if (!cron.months_[static_cast<std::size_t>(month)]) continue;
            for (int day = 1; day <= days_in_month(2000, month); ++day) {  // a leap year
                if (cron.month_days_[static_cast<std::size_t>(day)]) return true;
            }
        }
        return false;
    }
    void skip_spaces() {
        while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t')) ++at_;
    }
    bool skip(char c) {
        if (at_ >= text_.size() || text_[at_] != c) return false;
        ++at_;
        return true;
    }
    bool at_field_end() const { return at_ >= text_.size() || text_[at_] == ' ' || text_[at_] == '\t'; }

    // `last` is set by an L, which only the day of month knows.
    template <class Set>
    void read_field(const Field& field, bool& star, Set&& set, bool* last = nullptr) {
        skip_spaces();
        if (at_ >= text_.size()) fail("fields");
        field_ = &field;
        star = text_[at_] == '*';
        do {
            if (last && at_ < text_.size() && (text_[at_] == 'L' || text_[at_] == 'l')) {
                ++at_;
                *last = true;
            } else {
                read_range(set);
            }
        } while (skip(','));
        if (!at_field_end()) fail("end");
        field_ = nullptr;
    }

    template <class Set>
    void read_range(Set&& set) {
        int from = field_->lowest;
        int to = field_->highest;
        bool many = true;
        if (!skip('*')) {
            const std::size_t start = at_;
            from = to = read_value();
            many = skip('-');
            if (many) to = read_value();
            if (to < from) {
                at_ = start;
                fail("range");
            }
        }
        int step = 1;
        if (skip('/')) {
            if (!many) fail("step");  // "5/10" means different things to different crons
            step = read_number();
            if (step == 0) fail_back("step");
        }
        for (int value = from; value <= to; value += step) set(value);
    }

    int read_value() {
        if (at_ < text_.size() && is_letter(text_[at_])) return read_name();
        const int value = read_number();
        if (value < field_->lowest || value > field_->highest) fail_back("number");
        return value;
    }
    int read_number() {
        token_ = at_;
        int value = 0;
        while (at_ < text_.size() && is_digit(text_[at_])) {
            value = value * 10 + (text_[at_++] - '0');
            if (at_ - token_ > 3) fail_back("number");
        }
        if (at_ == token_) fail(at_field_end() ? "empty" : "number");
        return value;
    }
    int read_name() {
        token_ = at_;
        while (at_ < text_.size() && is_letter(text_[at_])) ++at_;
        const std::string word = lower_ascii(text_.substr(token_, at_ - token_));
        const auto found = std::find(field_->names.begin(), field_->names.end(), word);
        if (found == field_->names.end()) fail_back("name");
        return static_cast<int>(found - field_->names.begin()) + field_->lowest;
    }
    // The complaint is about the token just read: point at its start.
    [[noreturn]] void fail_back(std::string_view reason) {
        at_ = token_;
        fail(reason);
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::size_t token_ = 0;
    const Field* field_ = nullptr;
};

Cron::Cron(std::string_view expression) : text_(expression) { CronReader(text_).read(*this); }

bool Cron::day_matches(std::int32_t day) const {
    const Civil civil = civil_from_days(day);
    if (!months_[static_cast<std::size_t>(civil.month)]) return false;
    const bool last = last_day_ && civil.day == days_in_month(civil.year, civil.month);
    const bool by_month = last || month_days_[static_cast<std::size_t>(civil.day)];
    const bool by_week = weekdays_[static_cast<std::size_t>(weekday(day))];
    return either_day_ ? by_month || by_week : by_month && by_week;
}

// The usual day: wall time and instants run in step, so the first fitting wall time is the first run.
std::int64_t Cron::first_on_steady_day(std::int32_t day, std::int64_t after_ms, std::int64_t offset_ms) const {
    const std::int64_t midnight_ms = day * day_ms - offset_ms;
    for (std::size_t hour = 0; hour < hours_.size(); ++hour) {
        const std::int64_t hour_at = midnight_ms + static_cast<std::int64_t>(hour) * hour_ms;
        if (!hours_[hour] || hour_at + hour_ms <= after_ms) continue;
        for (std::size_t minute = 0; minute < minutes_.size(); ++minute) {
            const std::int64_t at = hour_at + static_cast<std::int64_t>(minute) * minute_ms;
            if (minutes_[minute] && at > after_ms) return at;
        }
    }
    return none;
}

// The first run on one local day after an instant, or none. On a day with a clock change the order of the wall times is
// not the order of the instants, so all of them are looked at.
std::int64_t Cron::first_on_day(std::int32_t day, std::int64_t after_ms, const Zone& zone) const {
    if (!day_matches(day)) return none;
    if (const auto offset_ms = zone.steady_offset_ms(day)) return first_on_steady_day(day, after_ms, *offset_ms);
    std::int64_t best = none;
    const auto consider = [&](Time at) {
        if (at.ms > after_ms) best = std::min(best, at.ms);
    };
    for (std::size_t hour = 0; hour < hours_.size(); ++hour) {
        if (!hours_[hour]) continue;
        for (std::size_t minute = 0; minute < minutes_.size(); ++minute) {
            if (!minutes_[minute]) continue;
            const auto shown = zone.instants(
                day, static_cast<std::int64_t>(hour) * hour_ms + static_cast<std::int64_t>(minute) * minute_ms);
            consider(shown.first);
            if (shown.second && every_hour_) consider(*shown.second);
        }
    }
    return best;
}

Time Cron::next(Time after, const Zone& zone) const {
    // One day early, because a clock set back over midnight shows yesterday again; and for the same reason the day
    // after the first that has a run may have an earlier one.
    for (std::int32_t day = zone.day_of(after) - 1; day <= day_max; ++day) {
        const std::int64_t run_ms = first_on_day(day, after.ms, zone);
        if (run_ms != none) return {std::min(run_ms, first_on_day(day + 1, after.ms, zone))};
    }
    throw internal("cron " + text_ + " has no run before year 9999");
}

}  // namespace yuanliu

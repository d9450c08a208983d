// What the reports share: whose figures, which days, how numbers are summed up.
#pragma once

#include <map>
#include <unordered_map>

#include "base/time.hpp"
#include "modules/reports/reports.hpp"

namespace yuanliu::reports {

// The agent whose figures these are, if only one's. Throws not_found when an agent asks for another.
std::optional<Id<identity::User>> agent_of(const Actor& actor, std::optional<Id<identity::User>> asked);

struct Range {
    Date from, to;  // both included
};
// Throws invalid naming `to_date` or `from_date` for a range that runs backwards or lies outside of 1970 to 2999.
void require_forwards(std::optional<Date> from, std::optional<Date> to);

// Conditions that are there when their value is, put together with AND.
class Where {
 public:
    explicit Where(Rx& rx, std::string fixed) : params(rx.params()), text(" WHERE " + std::move(fixed)) {}
    template <class T>
    Where& add(std::string_view condition, const std::optional<T>& value) {
        if (!value) return *this;
        text.append(" AND ").append(condition);
        detail::bind_one(params, *value);
        return *this;
    }
    SqlParams params;
    std::string text;
};

// Each row of a statement, however many there are.
template <class T, class F>
void walk(Rx& rx, const std::string& sql, const SqlParams& params, F on_row) {
    T object;
    rx.query(
        record_of<T>(), sql, params,
        [&](StatementRow& row) {
            row.load(record_of<T>(), &object);
            on_row(object);
            return true;
        },
        Rx::Fetch::streamed);
}

// Numbers by how often they occur; small ones only, since each value has its own place.
class Histogram {
 public:
    void add(std::int64_t value) {
        auto place = std::size_t(std::clamp<std::int64_t>(value, 0, value_max));
        if (place >= counts_.size()) counts_.resize(place + 1);
        ++counts_[place];
        ++total_;
    }
    std::int64_t total() const { return total_; }
    // The smallest value that is not exceeded by this share of all (nearest rank); none of nothing.
    std::optional<std::int64_t> percentile(int percent) const;
    static constexpr std::int64_t value_max = 1 << 20;

 private:
    std::vector<std::uint32_t> counts_;
    std::int64_t total_ = 0;
};

// part of whole, rounded to four digits; none of nothing.
std::optional<double> share_of(std::int64_t part, std::int64_t whole);

// Names to put beside ids.
using Labels = std::unordered_map<std::int64_t, std::string>;
Labels type_labels(Rx& rx);
Labels user_labels(Rx& rx, UserType type);
std::optional<std::string> label_of(const Labels& labels, std::optional<std::int64_t> id);

}  // namespace yuanliu::reports

#include "modules/reports/flow.hpp"

#include "modules/units/units.hpp"

namespace yuanliu::reports {
namespace {

Date period_start(Date day, Period period) {
    switch (period) {
        case Period::week: return {day.days - (weekday(day.days) + 6) % 7};
        case Period::month: {
            auto civil = civil_from_days(day.days);
            return {day.days - civil.day + 1};
        }
        default: return day;
    }
}

Date next_period(Date start, Period period) {
    switch (period) {
        case Period::week: return {start.days + 7};
        case Period::month: {
            auto civil = civil_from_days(start.days);
            return {start.days + days_in_month(civil.year, civil.month)};
        }
        default: return {start.days + 1};
    }
}

Range range_of(Rx& rx, const TrendQuery& query, Period period) {
    Range range;
    range.to = query.to_date.value_or(units::today(rx));
    if (query.from_date)
        range.from = *query.from_date;
    else if (period == Period::day)
        range.from = {range.to.days - 29};
    else if (period == Period::week)
        range.from = {period_start(range.to, period).days - 11 * 7};
    else
        range.from = {add_months(period_start(range.to, period).days, -11)};
    require_forwards(range.from, range.to);
    return range;
}

// Repairs a day, from the tickets.
struct RepairDay {
    Date day;
    std::int64_t key = 0, tickets = 0;
};
YL_RECORD(RepairDay, "reports.repair_day", day, key, tickets)

class Trend {
 public:
    Trend(const TrendQuery& query, Range range, std::optional<Id<identity::User>> agent)
        : query_(query),
          period_(query.period.value_or(Period::day)),
          by_(query.by.value_or(TrendBy::none)),
          range_(range),
          agent_(agent) {
        std::size_t periods = 0;
        for (Date at = period_start(range.from, period_); at <= range.to; at = next_period(at, period_)) {
            if (periods == rows_max) too_many();
            place_.emplace(at, periods++);
        }
    }

    std::vector<TrendRow> rows(Rx& rx) {
        if (by_ == TrendBy::none) row(range_.from, 0);
        each_flow(rx, range_, query_.product_type_id, agent_, [&](const Flow& flow) {
            auto& target = row(flow.day, by_ == TrendBy::type    ? flow.product_type_id
                                         : by_ == TrendBy::agent ? flow.agent_id
                                                                 : 0);
            (flow.kind == Move::shipped ? target.shipped : target.activated) += flow.units;
        });
        add_repairs(rx, "received_on", "received_on IS NOT NULL", &TrendRow::repairs_opened);
        add_repairs(rx, "closed_on", "state IN ('returned', 'replaced')", &TrendRow::repaired);
        return in_order(rx);
    }

 private:
    [[noreturn]] static void too_many() {
        throw invalid_field("to_date", "reports.too_many_rows", {{"max", std::to_string(rows_max)}});
    }

    TrendRow& row(Date day, std::int64_t key) {
        auto& rows = keys_[key];
        if (rows.empty()) {
            if (keys_.size() * place_.size() > rows_max) too_many();
            rows.resize(place_.size());
        }
        return rows[place_.at(period_start(day, period_))];
    }

    void add_repairs(Rx& rx, std::string_view day, std::string_view condition, std::int64_t TrendRow::*figure) {
        std::string_view key = by_ == TrendBy::type    ? "product_type_id"
                               : by_ == TrendBy::agent ? "COALESCE(agent_id, 0)"
                                                       : "0";
        Where where(rx, std::string(condition));
        where.add(std::string(day) + " >= ?", std::optional(range_.from))
            .add(std::string(day) + " <= ?", std::optional(range_.to));
        where.add("product_type_id = ?", query_.product_type_id).add("agent_id = ?", agent_);
        auto sql = std::string("SELECT ")
                       .append(day)
                       .append(" AS day, ")
                       .append(key)
                       .append(" AS key, count(*) AS tickets FROM repair_report_ticket")
                       .append(where.text)
                       .append(" GROUP BY 1, 2");
        rx.query(record_of<RepairDay>(), sql, where.params, [&](StatementRow& r) {
            RepairDay found;
            r.load(record_of<RepairDay>(), &found);
            row(found.day, found.key).*figure += found.tickets;
            return true;
        });
    }

    // By period, then by key.
    std::vector<TrendRow> in_order(Rx& rx) {
        Labels labels;
        if (by_ == TrendBy::type) labels = type_labels(rx);
        if (by_ == TrendBy::agent) labels = user_labels(rx, UserType::agent);
        std::vector<TrendRow> out;
        out.reserve(keys_.size() * place_.size());
        for (auto [start, place] : place_)
            for (auto& [key, rows] : keys_) {
                auto& row = rows[place];
                row.period_start = start;
                if (by_ != TrendBy::none && key) row.key = key, row.label = label_of(labels, key);
                out.push_back(std::move(row));
            }
        return out;
    }

    const TrendQuery& query_;
    Period period_;
    TrendBy by_;
    Range range_;
    std::optional<Id<identity::User>> agent_;
    std::map<Date, std::size_t> place_;  // of each period in the rows of a key
    std::map<std::int64_t, std::vector<TrendRow>> keys_;
};

}  // namespace

std::vector<TrendRow> trend(Rx& rx, const Actor& actor, const TrendQuery& query) {
    auto agent = agent_of(actor, query.agent_id);
    return Trend(query, range_of(rx, query, query.period.value_or(Period::day)), agent).rows(rx);
}

}  // namespace yuanliu::reports

// What the reports of the product life cycle are asked, and what they answer. A figure that cannot be known is null:
// the rate of nothing is not zero.
#pragma once

#include "modules/repair/model.hpp"

namespace yuanliu::reports {

enum class Format { json, csv };
YL_ENUM(Format, json, csv)
enum class Period { day, week, month };
YL_ENUM(Period, day, week, month)
enum class TrendBy { none, type, agent };
YL_ENUM(TrendBy, none, type, agent)
enum class ActivationBy { none, type, agent, batch };
YL_ENUM(ActivationBy, none, type, agent, batch)
enum class TerritoryBy { province, city };
YL_ENUM(TerritoryBy, province, city)
enum class FailureBy { type, batch, month };
YL_ENUM(FailureBy, type, batch, month)
enum class TurnaroundBy { none, type, technician };
YL_ENUM(TurnaroundBy, none, type, technician)

// ---- overview ----

struct OverviewQuery {
    std::optional<Id<identity::User>> agent_id;
    std::optional<Format> format;
};
YL_RECORD(OverviewQuery, "reports.overview_query", agent_id, format)

struct StateCount {
    units::State status = units::State::in_stock;
    std::int64_t units = 0;
};
YL_RECORD(StateCount, "reports.state_count", status, units)

struct Overview {
    Time as_of;
    std::vector<StateCount> by_state;                   // every state, in the order of a unit's life
    std::int64_t made = 0, shipped = 0, activated = 0;  // as the units stand now; activated: of those shipped
    std::optional<double> activation_rate;              // activated of shipped, 0 to 1
    std::int64_t requested_repairs = 0, open_repairs = 0, open_alerts = 0;
};
YL_RECORD(Overview, "reports.overview", as_of, by_state, made, shipped, activated, activation_rate, requested_repairs,
          open_repairs, open_alerts)

// ---- trend ----

struct TrendQuery {
    std::optional<Period> period;  // day
    std::optional<TrendBy> by;     // none
    std::optional<Date> from_date, to_date;
    std::optional<Id<catalog::ProductType>> product_type_id;
    std::optional<Id<identity::User>> agent_id;
    std::optional<Format> format;
};
YL_RECORD(TrendQuery, "reports.trend_query", period, by, from_date, to_date, product_type_id, agent_id, format)

struct TrendRow {
    Date period_start;                // of a week its Monday, though only the days asked for are counted
    std::optional<std::int64_t> key;  // id of the type or agent
    std::optional<std::string> label;
    std::int64_t shipped = 0, activated = 0, repairs_opened = 0, repaired = 0;
};
YL_RECORD(TrendRow, "reports.trend_row", period_start, key, label, shipped, activated, repairs_opened, repaired)

// ---- activation ----

struct ActivationQuery {
    std::optional<ActivationBy> by;          // none
    std::optional<Date> from_date, to_date;  // of shipping
    std::optional<Id<catalog::ProductType>> product_type_id;
    std::optional<Id<identity::User>> agent_id;
    std::optional<Format> format;
};
YL_RECORD(ActivationQuery, "reports.activation_query", by, from_date, to_date, product_type_id, agent_id, format)

struct ActivationRow {
    std::optional<std::int64_t> key;
    std::optional<std::string> label;
    std::int64_t shipped = 0, activated = 0;
    std::optional<double> activation_rate;                       // 0 to 1
    std::optional<std::int64_t> delay_days_p50, delay_days_p90;  // whole days from shipping to activation
};
YL_RECORD(ActivationRow, "reports.activation_row", key, label, shipped, activated, activation_rate, delay_days_p50,
          delay_days_p90)

// ---- territories ----

struct TerritoryQuery {
    std::optional<TerritoryBy> by;           // city
    std::optional<Date> from_date, to_date;  // of activation
    std::optional<Id<catalog::ProductType>> product_type_id;
    std::optional<Id<identity::User>> agent_id;
    std::optional<Format> format;
};
YL_RECORD(TerritoryQuery, "reports.territory_query", by, from_date, to_date, product_type_id, agent_id, format)

struct TerritoryRow {
    std::optional<std::string> province, city;  // none: the address did not tell
    std::int64_t activations = 0, diversions = 0;
    std::optional<double> share;  // of all activations asked for, 0 to 1
};
YL_RECORD(TerritoryRow, "reports.territory_row", province, city, activations, diversions, share)

// ---- failures ----

struct FailureQuery {
    std::optional<FailureBy> by;             // type
    std::optional<Date> from_date, to_date;  // of activation
    std::optional<Id<catalog::ProductType>> product_type_id;
    std::optional<Id<identity::User>> agent_id;
    std::optional<Format> format;
};
YL_RECORD(FailureQuery, "reports.failure_query", by, from_date, to_date, product_type_id, agent_id, format)

struct FailureRow {
    std::optional<std::int64_t> key;  // of a month: 202603
    std::optional<std::string> label;
    std::int64_t activated = 0, repairs = 0, failed_units = 0;  // a unit sold anew counts anew
    std::optional<double> failed_per_thousand;                  // failed units per 1,000 activated
};
YL_RECORD(FailureRow, "reports.failure_row", key, label, activated, repairs, failed_units, failed_per_thousand)

// ---- reasons and turnaround ----

struct ReasonQuery {
    std::optional<Date> from_date, to_date;  // of receipt
    std::optional<Id<catalog::ProductType>> product_type_id;
    std::optional<Id<identity::User>> agent_id;
    std::optional<Int<1, 100>> limit;  // 10
    std::optional<Format> format;
};
YL_RECORD(ReasonQuery, "reports.reason_query", from_date, to_date, product_type_id, agent_id, limit, format)

struct ReasonRow {
    std::string reason;
    std::int64_t repairs = 0, in_warranty = 0;
    std::optional<double> share;  // of all repairs asked for, 0 to 1
};
YL_RECORD(ReasonRow, "reports.reason_row", reason, repairs, in_warranty, share)

struct TurnaroundQuery {
    std::optional<TurnaroundBy> by;          // none
    std::optional<Date> from_date, to_date;  // of the end
    std::optional<Id<catalog::ProductType>> product_type_id;
    std::optional<Id<identity::User>> agent_id;
    std::optional<Format> format;
};
YL_RECORD(TurnaroundQuery, "reports.turnaround_query", by, from_date, to_date, product_type_id, agent_id, format)

struct TurnaroundRow {
    std::optional<std::int64_t> key;
    std::optional<std::string> label;
    std::int64_t finished = 0;                   // returned or replaced
    std::optional<double> hours_p50, hours_p90;  // from receipt to the end
};
YL_RECORD(TurnaroundRow, "reports.turnaround_row", key, label, finished, hours_p50, hours_p90)

}  // namespace yuanliu::reports

// Overview and activation: over the units as they stand now. One walk over the units each, summed up here: a GROUP BY
// would have SQLite sort a million rows first. Failures: over the lives that units have begun, and their tickets.
#include <set>

#include "modules/reports/lives.hpp"
#include "modules/units/units.hpp"
#include "platform/settings/company.hpp"

namespace yuanliu::reports {
namespace {

struct Funnel {
    std::int64_t made = 0, shipped = 0, activated = 0;
};
YL_RECORD(Funnel, "reports.funnel", made, shipped, activated)

std::int64_t count(Rx& rx, std::string_view from, const std::string& condition,
                   std::optional<Id<identity::User>> agent) {
    Where where(rx, condition);
    where.add("agent_id = ?", agent);
    std::int64_t out = 0;
    rx.connection().run("SELECT count(*) FROM " + std::string(from) + where.text, where.params,
                        [&](StatementRow& row) { return out = row.integer(0), false; });
    return out;
}

// A unit as the reports walk over them; `key` is what they are told apart by, 0 for none.
struct ShippedUnit {
    std::int64_t key = 0;
    Time shipped_at;
    std::optional<Time> activated_at;
};
YL_RECORD(ShippedUnit, "reports.shipped_unit", key, shipped_at, activated_at)

struct FailedUnit {
    std::int64_t key = 0;
    Date activated_on;
    std::int64_t unit_id = 0;
};
YL_RECORD(FailedUnit, "reports.failed_unit", key, activated_on, unit_id)

std::string_view key_of(ActivationBy by) {
    switch (by) {
        case ActivationBy::type: return "product_type_id";
        case ActivationBy::agent: return "COALESCE(agent_id, 0)";
        case ActivationBy::batch: return "COALESCE(batch_id, 0)";
        default: return "0";
    }
}

std::int64_t month_key(Date day) {
    auto civil = civil_from_days(day.days);
    return civil.year * 100 + civil.month;
}

// Keeps the newest batches.
template <class Groups>
void keep_newest(Groups& groups) {
    while (groups.size() > batches_max) groups.erase(groups.begin());
}

}  // namespace

Overview overview(Rx& rx, const Actor& actor, const OverviewQuery& query) {
    auto agent = agent_of(actor, query.agent_id);
    Overview out;
    out.as_of = rx.now();
    Where all(rx, "0 = 0");
    all.add("agent_id = ?", agent);
    std::map<units::State, std::int64_t> counts;
    walk<StateCount>(rx, "SELECT status, count(*) AS units FROM units_report_unit" + all.text + " GROUP BY status",
                     all.params, [&](const StateCount& row) { counts[row.status] = row.units; });
    for (const auto& choice : detail::enum_choices<units::State>) {
        auto state = units::State(choice.number);
        out.by_state.push_back({state, counts[state]});
    }
    walk<Funnel>(rx,
                 // One given as a replacement straight from stock was activated without having been shipped.
                 "SELECT count(*) AS made, count(shipped_at) AS shipped, count(CASE WHEN shipped_at IS NOT NULL THEN "
                 "activated_at END) AS activated FROM units_report_unit" +
                     all.text,
                 all.params,
                 [&](const Funnel& f) { out.made = f.made, out.shipped = f.shipped, out.activated = f.activated; });
    out.activation_rate = share_of(out.activated, out.shipped);
    out.requested_repairs = count(rx, "repair_report_ticket", "state = 'requested'", agent);
    out.open_repairs = count(rx, "repair_report_ticket", "closed_at IS NULL AND received_at IS NOT NULL", agent);
    out.open_alerts = count(rx, "units_report_alert", "state = 'open'", agent);
    return out;
}

std::vector<ActivationRow> activation(Rx& rx, const Actor& actor, const ActivationQuery& query) {
    require_forwards(query.from_date, query.to_date);
    auto by = query.by.value_or(ActivationBy::none);
    const auto zone = rx.part<settings::Company>().zone(rx);
    Where where(rx, "shipped_at IS NOT NULL");
    if (query.from_date) where.add("shipped_at >= ?", std::optional(zone.at(query.from_date->days)));
    if (query.to_date) where.add("shipped_at < ?", std::optional(zone.at(query.to_date->days + 1)));
    where.add("product_type_id = ?", query.product_type_id).add("agent_id = ?", agent_of(actor, query.agent_id));

    struct Group {
        std::int64_t shipped = 0;
        Histogram delays;
    };
    std::map<std::int64_t, Group> groups;
    if (by == ActivationBy::none) groups[0];
    std::int64_t last_key = -1;
    Group* last = nullptr;  // units of one batch lie side by side
    auto sql =
        "SELECT " + std::string(key_of(by)) + " AS key, shipped_at, activated_at FROM units_report_unit" + where.text;
    walk<ShippedUnit>(rx, sql, where.params, [&](const ShippedUnit& unit) {
        if (unit.key != last_key) last = &groups[last_key = unit.key];
        ++last->shipped;
        if (unit.activated_at) last->delays.add((unit.activated_at->ms - unit.shipped_at.ms) / day_ms);
    });
    if (by == ActivationBy::batch) keep_newest(groups);

    Labels labels;
    if (by == ActivationBy::type) labels = type_labels(rx);
    if (by == ActivationBy::agent) labels = user_labels(rx, UserType::agent);
    std::vector<ActivationRow> out;
    for (const auto& [key, group] : groups) {
        ActivationRow row;
        if (key) row.key = key, row.label = label_of(labels, key);
        row.shipped = group.shipped, row.activated = group.delays.total();
        row.activation_rate = share_of(row.activated, row.shipped);
        row.delay_days_p50 = group.delays.percentile(50), row.delay_days_p90 = group.delays.percentile(90);
        out.push_back(std::move(row));
    }
    return out;
}

std::vector<FailureRow> failures(Rx& rx, const Actor& actor, const FailureQuery& query) {
    require_forwards(query.from_date, query.to_date);
    auto by = query.by.value_or(FailureBy::type);
    auto agent = agent_of(actor, query.agent_id);
    std::string key = by == FailureBy::batch ? "COALESCE(batch_id, 0)" : "product_type_id";
    auto group_of = [&](std::int64_t id, Date activated_on) {
        return by == FailureBy::month ? month_key(activated_on) : id;
    };

    std::map<std::int64_t, FailureRow> groups;
    each_life(rx, {query.from_date, query.to_date, query.product_type_id, agent}, [&](const Life& life) {
        const auto id = by == FailureBy::batch ? life.batch_id : life.product_type_id;
        groups[group_of(id, life.day)].activated += life.units;
    });

    // A unit and the day when that life of it began.
    std::unordered_map<std::int64_t, std::set<std::pair<std::int64_t, Date>>> failed;
    Where tickets(rx, "received_on IS NOT NULL AND activated_on IS NOT NULL AND state <> 'cancelled'");
    tickets.add("activated_on >= ?", query.from_date).add("activated_on <= ?", query.to_date);
    tickets.add("product_type_id = ?", query.product_type_id).add("agent_id = ?", agent);
    walk<FailedUnit>(rx, "SELECT " + key + " AS key, activated_on, unit_id FROM repair_report_ticket" + tickets.text,
                     tickets.params, [&](const FailedUnit& ticket) {
                         auto group = group_of(ticket.key, ticket.activated_on);
                         ++groups[group].repairs;
                         failed[group].emplace(ticket.unit_id, ticket.activated_on);
                     });
    if (by == FailureBy::batch) keep_newest(groups);

    Labels labels;
    if (by == FailureBy::type) labels = type_labels(rx);
    std::vector<FailureRow> out;
    for (auto& [id, row] : groups) {
        row.failed_units = std::int64_t(failed[id].size());
        if (id) row.key = id, row.label = label_of(labels, id);
        if (by == FailureBy::month)
            row.label = format_date(*days_from_civil(int(id / 100), int(id % 100), 1)).substr(0, 7);
        if (auto share = share_of(row.failed_units * 1000, row.activated)) row.failed_per_thousand = *share;
        out.push_back(std::move(row));
    }
    return out;
}

}  // namespace yuanliu::reports

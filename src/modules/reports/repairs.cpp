// Why units come in, and how long it takes.
#include <cmath>

#include "modules/reports/rules.hpp"

namespace yuanliu::reports {
namespace {

struct ReasonCount {
    std::string reason;
    std::int64_t repairs = 0, in_warranty = 0;
};
YL_RECORD(ReasonCount, "reports.reason_count", reason, repairs, in_warranty)

struct Finished {
    std::int64_t key = 0;
    Time received_at, closed_at;
};
YL_RECORD(Finished, "reports.finished", key, received_at, closed_at)

constexpr std::int64_t reasons_default = 10;

// Hours with one decimal, from minutes.
std::optional<double> hours(std::optional<std::int64_t> minutes) {
    if (!minutes) return {};
    return std::round(double(*minutes) / 6) / 10;
}

}  // namespace

std::vector<ReasonRow> reasons(Rx& rx, const Actor& actor, const ReasonQuery& query) {
    require_forwards(query.from_date, query.to_date);
    Where where(rx, "received_on IS NOT NULL AND state <> 'cancelled'");
    where.add("received_on >= ?", query.from_date).add("received_on <= ?", query.to_date);
    where.add("product_type_id = ?", query.product_type_id).add("agent_id = ?", agent_of(actor, query.agent_id));
    std::int64_t all = 0;
    rx.connection().run("SELECT count(*) FROM repair_report_ticket" + where.text, where.params,
                        [&](StatementRow& row) { return all = row.integer(0), false; });
    auto sql =
        "SELECT reason, count(*) AS repairs, count(CASE WHEN in_warranty THEN 1 END) AS in_warranty FROM "
        "repair_report_ticket" +
        where.text + " GROUP BY reason ORDER BY 2 DESC, 1 LIMIT ?";
    where.params.integer(query.limit ? std::int64_t(*query.limit) : reasons_default);
    std::vector<ReasonRow> out;
    rx.query(record_of<ReasonCount>(), sql, where.params, [&](StatementRow& row) {
        ReasonCount found;
        row.load(record_of<ReasonCount>(), &found);
        out.push_back({std::move(found.reason), found.repairs, found.in_warranty, share_of(found.repairs, all)});
        return true;
    });
    return out;
}

std::vector<TurnaroundRow> turnaround(Rx& rx, const Actor& actor, const TurnaroundQuery& query) {
    require_forwards(query.from_date, query.to_date);
    auto by = query.by.value_or(TurnaroundBy::none);
    std::string key = by == TurnaroundBy::type         ? "product_type_id"
                      : by == TurnaroundBy::technician ? "COALESCE(technician_id, 0)"
                                                       : "0";
    Where where(rx, "state IN ('returned', 'replaced')");
    where.add("closed_on >= ?", query.from_date).add("closed_on <= ?", query.to_date);
    where.add("product_type_id = ?", query.product_type_id).add("agent_id = ?", agent_of(actor, query.agent_id));
    std::map<std::int64_t, Histogram> groups;  // of minutes
    if (by == TurnaroundBy::none) groups[0];
    rx.query(
        record_of<Finished>(),
        "SELECT " + key + " AS key, received_at, closed_at FROM repair_report_ticket" + where.text, where.params,
        [&](StatementRow& row) {
            Finished ticket;
            row.load(record_of<Finished>(), &ticket);
            groups[ticket.key].add((ticket.closed_at.ms - ticket.received_at.ms) / minute_ms);
            return true;
        },
        Rx::Fetch::streamed);

    Labels labels;
    if (by == TurnaroundBy::type) labels = type_labels(rx);
    if (by == TurnaroundBy::technician) {
        labels = user_labels(rx, UserType::staff);
        labels.merge(user_labels(rx, UserType::administrator));
    }
    std::vector<TurnaroundRow> out;
    for (const auto& [id, minutes] : groups) {
        TurnaroundRow row;
        if (id) row.key = id, row.label = label_of(labels, id);
        row.finished = minutes.total();
        row.hours_p50 = hours(minutes.percentile(50)), row.hours_p90 = hours(minutes.percentile(90));
        out.push_back(std::move(row));
    }
    return out;
}

}  // namespace yuanliu::reports

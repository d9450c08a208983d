// Why units come in, and how long it takes.
#include <algorithm>
#include <cmath>
#include <tuple>

#include "modules/reports/rules.hpp"

namespace yuanliu::reports {
namespace {

struct Reason {
    std::string reason;
    std::optional<bool> in_warranty;
};
YL_RECORD(Reason, "reports.reason", reason, in_warranty)

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
    std::unordered_map<std::string, ReasonRow> reasons;
    std::int64_t all = 0;
    Reason ticket;
    rx.query(
        record_of<Reason>(), "SELECT reason, in_warranty FROM repair_report_ticket" + where.text, where.params,
        [&](StatementRow& row) {
            row.load(record_of<Reason>(), &ticket);
            auto& counted = reasons[ticket.reason];
            ++all, ++counted.repairs;
            if (ticket.in_warranty.value_or(false)) ++counted.in_warranty;
            return true;
        },
        Rx::Fetch::streamed);
    std::vector<ReasonRow> out;
    for (auto& [reason, row] : reasons) {
        row.reason = reason, row.share = share_of(row.repairs, all);
        out.push_back(std::move(row));
    }
    auto often = [](const ReasonRow& a, const ReasonRow& b) {
        return std::tie(b.repairs, a.reason) < std::tie(a.repairs, b.reason);
    };
    auto limit = std::size_t(query.limit ? std::int64_t(*query.limit) : reasons_default);
    auto end = out.begin() + std::ptrdiff_t(std::min(limit, out.size()));
    std::partial_sort(out.begin(), end, out.end(), often);
    out.erase(end, out.end());
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

// Where units come alive, and how many of them outside of their agent's territories.
#include <tuple>

#include "modules/reports/rules.hpp"

namespace yuanliu::reports {
namespace {

struct RegionCount {
    std::string province, city;
    std::int64_t units = 0;
};
YL_RECORD(RegionCount, "reports.region_count", province, city, units)

using Regions = std::map<std::pair<std::string, std::string>, TerritoryRow>;

// Adds the rows of one view, told apart by region, to a figure.
void count(Rx& rx, std::string_view view, const TerritoryQuery& query, std::optional<Id<identity::User>> agent,
           std::int64_t TerritoryRow::*figure, Regions& regions) {
    Where where(rx, "province IS NOT NULL");
    where.add("day >= ?", query.from_date).add("day <= ?", query.to_date);
    where.add("product_type_id = ?", query.product_type_id).add("agent_id = ?", agent);
    const bool cities = query.by.value_or(TerritoryBy::city) == TerritoryBy::city;
    const std::string columns = cities ? "province, city" : "province, '' AS city";
    const auto sql = "SELECT " + columns + ", count(*) AS units FROM " + std::string(view) + where.text +
                     (cities ? " GROUP BY province, city" : " GROUP BY province");
    rx.query(record_of<RegionCount>(), sql, where.params, [&](StatementRow& row) {
        RegionCount found;
        row.load(record_of<RegionCount>(), &found);
        regions[{found.province, found.city}].*figure += found.units;
        return true;
    });
}

}  // namespace

std::vector<TerritoryRow> territories(Rx& rx, const Actor& actor, const TerritoryQuery& query) {
    require_forwards(query.from_date, query.to_date);
    const auto agent = agent_of(actor, query.agent_id);
    Regions regions;
    count(rx, "units_report_activation", query, agent, &TerritoryRow::activations, regions);
    count(rx, "units_report_diversion", query, agent, &TerritoryRow::diversions, regions);
    std::int64_t all = 0;
    for (const auto& [region, row] : regions) all += row.activations;
    std::vector<TerritoryRow> out;
    for (auto& [region, row] : regions) {
        if (!region.first.empty()) row.province = region.first;
        if (!region.second.empty()) row.city = region.second;
        row.share = share_of(row.activations, all);
        out.push_back(std::move(row));
    }
    std::stable_sort(out.begin(), out.end(),
                     [](const auto& a, const auto& b) { return a.activations > b.activations; });
    return out;
}

}  // namespace yuanliu::reports

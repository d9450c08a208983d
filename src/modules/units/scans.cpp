// How often labels are looked at: each scan for a while, then a sum a day.
#include <map>

#include "base/time.hpp"
#include "modules/units/alerts.hpp"
#include "modules/units/rules.hpp"
#include "platform/settings/company.hpp"

namespace yuanliu::units {
namespace {

constexpr std::int64_t keep_days = 30;  // far more than the clone rule looks back
constexpr int pruned_at_once = 1000;

}  // namespace

void note_scan(Tx& tx, const Actor& actor, Id<Unit> id) {
    auto unit = tx.one(id);
    tx.append(Scan{{}, id, tx.now(), network_of(actor.ip), actor.user_agent.substr(0, 80)});
    check_clone(tx, unit);
}

void note_refused_scan(Tx& tx, ScanVerdict verdict) {
    tx.exec(
        "INSERT INTO units_refused_scan (day, verdict, scans) VALUES (?, ?, 1)"
        " ON CONFLICT (day, verdict) DO UPDATE SET scans = units_refused_scan.scans + 1",
        today(tx), verdict);
}

ScanView scans(Rx& rx, const Actor& actor, Id<Unit> id) {
    view(rx, actor, id);  // not this caller's unit: not his to read about
    ScanView out;
    out.scans = rx.value<std::int64_t>("SELECT count(*) FROM units_scan WHERE unit_id = ?", id) +
                rx.value<std::int64_t>(
                    "SELECT CAST(COALESCE(sum(scans), 0) AS BIGINT) FROM units_scan_day WHERE unit_id = ?", id);
    const auto last = [&](std::string_view sql) {
        return rx.maybe<std::optional<Time>>(sql, id).value_or(std::nullopt);
    };
    out.last_scanned_at = last("SELECT max(at) FROM units_scan WHERE unit_id = ?");
    if (!out.last_scanned_at) out.last_scanned_at = last("SELECT max(last_at) FROM units_scan_day WHERE unit_id = ?");
    out.scans_in_an_hour = rx.value<std::int64_t>("SELECT count(*) FROM units_scan WHERE unit_id = ? AND at > ?", id,
                                                  Time{rx.now().ms - hour_ms});
    out.networks_in_a_day =
        rx.value<std::int64_t>("SELECT count(DISTINCT ip_network) FROM units_scan WHERE unit_id = ? AND at > ?", id,
                               Time{rx.now().ms - day_ms});
    return out;
}

std::int64_t prune_scans(Tx& tx) {
    const auto& zone = tx.part<settings::Company>().zone(tx);
    const Time old{tx.now().ms - keep_days * day_ms};
    // Rows are added in order of time: the oldest are the first.
    std::map<std::pair<std::int64_t, std::int32_t>, ScanDay> days;
    std::int64_t last_id = 0, rows = 0;
    for (const auto& scan : tx.all<Scan>("ORDER BY id LIMIT ?", pruned_at_once)) {
        if (scan.at >= old) break;
        auto& day = days[{scan.unit_id.value, zone.day_of(scan.at)}];
        ++day.scans, ++rows;
        day.last_at = std::max(day.last_at, scan.at);
        last_id = scan.id.value;
    }
    for (const auto& [key, day] : days)
        tx.exec(
            "INSERT INTO units_scan_day (unit_id, day, scans, last_at) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (unit_id, day) DO UPDATE SET scans = units_scan_day.scans + excluded.scans,"
            " last_at = excluded.last_at",
            key.first, Date{key.second}, day.scans, day.last_at);
    if (rows) tx.exec("DELETE FROM units_scan WHERE id <= ?", last_id);
    return rows;
}

}  // namespace yuanliu::units

#include "modules/units/alerts.hpp"

#include "base/time.hpp"
#include "modules/identity/identity.hpp"
#include "modules/units/rules.hpp"
#include "modules/units/settings.hpp"
#include "platform/events/events.hpp"
#include "platform/routes/list.hpp"

namespace yuanliu::units {
namespace {

void raise(Tx& tx, AlertKind kind, const Unit& unit, std::string detail) {
    if (tx.exists<Alert>("unit_id = ? AND kind = ? AND state = 'open'", unit.id, kind)) return;
    Alert alert;
    alert.kind = kind;
    alert.unit_id = unit.id;
    alert.agent_id = unit.agent_id;
    alert.detail = std::move(detail);
    alert.created_at = tx.now();
    alert.id.value = tx.append(alert);
    events::emit(tx, AlertRaised{alert.id, kind, unit.id}, aggregate(unit.id));
}

constexpr std::string_view alert_view =
    "SELECT a.id, a.kind, a.state, a.unit_id, u.code AS qrcode_id, t.name AS product_type, a.agent_id, n.called AS "
    "agent, a.detail,"
    " a.created_at, a.handled_by, a.handled_at, a.note FROM units_alert a JOIN units_unit u ON u.id = a.unit_id"
    " JOIN catalog_type_name t ON t.id = u.product_type_id LEFT JOIN identity_user_name n ON n.id = a.agent_id";

}  // namespace

void check_diversion(Tx& tx, const Unit& unit, const Region& region) {
    if (!unit.agent_id) return;
    auto agent = identity::standing_of(tx, *unit.agent_id);
    if (!agent || agent->territories.empty()) return;  // free to sell anywhere
    for (const auto& territory : agent->territories) {
        const auto ground = region_of(territory.value);
        // What cannot be read cannot be left; nor can a city be, when only the province is known.
        if (!ground || within(region, territory.value)) return;
        if (region.city.empty() && ground->province == region.province) return;
    }
    std::string territories;
    for (const auto& territory : agent->territories) territories += (territories.empty() ? "" : "、") + territory.value;
    raise(
        tx, AlertKind::diversion, unit,
        json_object({{"activated_in", region.province == region.city ? region.province : region.province + region.city},
                     {"territories", territories}}));
}

void check_clone(Tx& tx, const Unit& unit) {
    // What somebody has looked into already raises no alert again.
    const auto settled = tx.maybe<std::optional<Time>>(
        "SELECT max(handled_at) FROM units_alert WHERE unit_id = ? AND kind = ?", unit.id, AlertKind::clone);
    const Time from = settled.value_or(std::nullopt).value_or(Time{});
    auto networks =
        tx.value<std::int64_t>("SELECT count(DISTINCT ip_network) FROM units_scan WHERE unit_id = ? AND at > ?",
                               unit.id, std::max(from, Time{tx.now().ms - day_ms}));
    auto scans = tx.value<std::int64_t>("SELECT count(*) FROM units_scan WHERE unit_id = ? AND at > ?", unit.id,
                                        std::max(from, Time{tx.now().ms - hour_ms}));
    if (networks <= clone_networks_max(tx) && scans <= clone_scans_max(tx)) return;
    raise(
        tx, AlertKind::clone, unit,
        "{\"networks_in_a_day\":" + std::to_string(networks) + ",\"scans_in_an_hour\":" + std::to_string(scans) + "}");
}

Page<AlertView> alerts(Rx& rx, const Actor&, const AlertFilter& filter, const PageQuery& page) {
    return List(std::string(alert_view), "a.id")
        .where("a.kind = ?", filter.kind)
        .where("a.state = ?", filter.state)
        .where("a.agent_id = ?", filter.agent_id)
        .sort({{"id", "a.id"}}, "-id")
        .count_from("FROM units_alert a")
        .page<AlertView>(rx, page);
}

AlertView alert(Rx& rx, const Actor&, Id<Alert> id) {
    return rx.one<AlertView>(std::string(alert_view) + " WHERE a.id = ?", id);
}

AlertSummary alert_summary(Rx& rx, const Actor&) {
    constexpr int days = 30;
    constexpr std::size_t agents_max = 10;
    const Date from{today(rx).days - days};
    AlertSummary out;
    auto open = [&](AlertKind kind) {
        return rx.value<std::int64_t>("SELECT count(*) FROM units_alert WHERE state = ? AND kind = ?", AlertState::open,
                                      kind);
    };
    out.open_diversions = open(AlertKind::diversion), out.open_clones = open(AlertKind::clone);
    auto agents = rx.all<AgentUnknown>(
        "SELECT v.agent_id AS agent_id, n.called AS agent, v.activations AS activations FROM"
        " (SELECT agent_id, count(*) AS activations FROM units_activation WHERE province = '' AND city = ''"
        " AND warranty_start >= ? AND agent_id IS NOT NULL AND NOT replacement GROUP BY agent_id) AS v"
        " JOIN identity_user_name n ON n.id = v.agent_id ORDER BY v.activations DESC, v.agent_id",
        from);
    for (auto& agent : agents) {
        const auto standing = identity::standing_of(rx, agent.agent_id);
        if (!standing || standing->territories.empty()) continue;  // free to sell anywhere
        out.region_unknown += agent.activations;
        if (out.agents.size() < agents_max) out.agents.push_back(std::move(agent));
    }
    out.refused = rx.all<RefusedScans>(
        "SELECT verdict, CAST(sum(scans) AS BIGINT) AS scans FROM units_refused_scan WHERE day >= ? GROUP BY verdict"
        " ORDER BY verdict",
        from);
    return out;
}

AlertView decide(Tx& tx, const Actor& actor, Id<Alert> id, const AlertDecision& decision) {
    Alert alert_row = tx.lock(id);
    if (decision.state == AlertState::open)
        throw invalid_field("state", "field.not_one_of", {{"allowed", "confirmed, dismissed"}});
    if (alert_row.state != AlertState::open) throw conflict("units.alert_decided");
    alert_row.state = decision.state;
    alert_row.note = decision.note.value_or("");
    if (actor.signed_in()) alert_row.handled_by = actor.user_id;
    alert_row.handled_at = tx.now();
    alert_row = tx.update(std::move(alert_row));
    events::emit(tx, AlertDecided{id, alert_row.kind, alert_row.state, alert_row.unit_id},
                 aggregate(alert_row.unit_id));
    return alert(tx, actor, id);
}

}  // namespace yuanliu::units

// One unit and lists of units, each caller seeing his own.
#include "base/unit_code.hpp"
#include "modules/catalog/catalog.hpp"
#include "modules/units/rules.hpp"
#include "platform/describe/json.hpp"
#include "platform/events/events.hpp"
#include "platform/routes/list.hpp"
#include "platform/search/finders.hpp"

namespace yuanliu::units {
namespace {

constexpr std::string_view unit_view =
    "SELECT u.id AS id, u.code AS qrcode_id, u.product_type_id AS product_type_id, t.name AS product_type, t.model AS "
    "model,"
    " u.status AS status, u.batch_id AS batch_id, u.agent_id AS agent_id, a.called AS agent, u.customer_id AS "
    "customer_id,"
    " u.shipped_at AS shipped_at, u.activated_at AS activated_at, u.warranty_start AS warranty_start,"
    " u.warranty_end AS warranty_end, u.replaced_by AS replaced_by, u.remark AS remark, u.created_at AS created_at,"
    " u.updated_at AS updated_at FROM units_unit u JOIN catalog_type_name t ON t.id = u.product_type_id"
    " LEFT JOIN identity_user_name a ON a.id = u.agent_id";

constexpr std::string_view batch_view =
    "SELECT b.id AS id, b.product_type_id AS product_type_id, t.name AS product_type, t.model AS model, b.count AS "
    "count, b.made AS made, b.printed_only AS printed_only, b.created_by AS created_by, c.called AS creator, "
    "b.job_id AS job_id,"
    " b.remark AS remark, b.created_at AS created_at FROM units_batch b"
    " JOIN catalog_type_name t ON t.id = b.product_type_id LEFT JOIN identity_user_name c ON c.id = b.created_by";

constexpr std::string_view shipment_view =
    "SELECT s.id AS id, s.agent_id AS agent_id, a.called AS agent, s.count AS count, s.created_by AS created_by,"
    " c.called AS creator, s.remark AS remark, s.created_at AS created_at FROM units_shipment s"
    " JOIN identity_user_name a ON a.id = s.agent_id LEFT JOIN identity_user_name c ON c.id = s.created_by";

// Without what is only for the house itself.
UnitView shown(const Actor& actor, UnitView unit) {
    if (!actor.may("units.write")) unit.remark.reset(), unit.batch_id.reset();
    return unit;
}
ShipmentView shown(const Actor& actor, ShipmentView shipment) {
    if (!actor.may("units.write")) shipment.remark.reset(), shipment.created_by.reset(), shipment.creator.reset();
    return shipment;
}
TimelineView shown(const Actor& actor, TimelineView entry) {
    if (actor.may("units.write")) return entry;
    std::string out;
    JsonWriter w(out);
    w.begin_object();
    const auto detail = JsonDocument::parse(entry.detail.value);
    for (auto [key, value] : detail->root()) {
        if (key == "remark" || key == "reason" || key == "batch_id" || key == "shipment_id") continue;
        if (value.kind() == Json::Kind::string)
            w.key(key).string(value.text());
        else if (value.kind() == Json::Kind::number)
            w.key(key).raw(value.text());
    }
    w.end_object();
    entry.detail = std::move(out);
    return entry;
}
template <class View>
Page<View> shown(const Actor& actor, Page<View> page) {
    for (auto& item : page.items) item = shown(actor, std::move(item));
    return page;
}

// The condition under which this caller may see a unit; null when he may see all.
const char* scope(const Actor& actor) {
    if (actor.is(UserType::agent)) return "u.agent_id = ?";
    if (actor.is(UserType::customer)) return "u.customer_id = ?";
    return nullptr;
}

UnitView one(Rx& rx, const Actor& actor, std::string_view condition, const auto& key) {
    std::string sql = std::string(unit_view) + " WHERE " + std::string(condition);
    if (auto own = scope(actor)) return shown(actor, rx.one<UnitView>(sql + " AND " + own, key, actor.user_id));
    return shown(actor, rx.one<UnitView>(sql, key));
}

// The units whose code begins with what was typed, and the one whose code it is when it was typed with hyphens.
void search_code(List& list, std::string text) {
    const search::Question typed{std::move(text)};
    if (!typed.ascii()) {  // no code has other characters
        list.always("1 = 0");
        return;
    }
    if (auto code = canonical_code(typed.text); code != typed.text)
        list.always("((u.code >= ? AND u.code < ?) OR u.code = ?)", typed.text, typed.after(), code);
    else
        list.always("u.code >= ?", typed.text).always("u.code < ?", typed.after());
}

// What went with a shipment stands in the timelines; the instant of the shipment finds them.
void went_with(List& list, Id<Shipment> shipment) {
    list.always(
        "u.id IN (SELECT t.unit_id FROM units_timeline t WHERE t.kind = 'shipped' AND t.at = (SELECT s.created_at FROM"
        " units_shipment s WHERE s.id = ?) AND t.detail LIKE ?)",
        shipment, R"({"shipment_id":)" + std::to_string(shipment.value) + ",%");
}

// A unit that has never left the house: what was shipped or activated once has a history that must stay, even when
// the unit lies in stock again.
Unit locked_unshipped(Tx& tx, Id<Unit> id) {
    Unit unit = tx.lock(id);
    const bool inside = unit.status == State::printed || unit.status == State::in_stock;
    if (!inside || tx.exists<TimelineEntry>("unit_id = ? AND kind IN (?, ?, ?)", id, Happening::shipped,
                                            Happening::activated, Happening::replaces))
        throw conflict("units.already_shipped", {{"code", unit.code.value}});
    return unit;
}

}  // namespace

UnitView view(Rx& rx, const Actor& actor, Id<Unit> id) { return one(rx, actor, "u.id = ?", id); }

UnitView get_by_code(Rx& rx, const Actor& actor, const ByCode& query) {
    return one(rx, actor, "u.code = ?", one_by_code(rx, query.qrcode_id).code);
}

Page<UnitView> list(Rx& rx, const Actor& actor, const UnitFilter& filter, const PageQuery& page) {
    List list(std::string(unit_view), "u.id");
    if (auto own = scope(actor)) list.always(own, actor.user_id);
    if (filter.search && !filter.search->empty()) search_code(list, filter.search->value);
    if (filter.shipment_id) went_with(list, *filter.shipment_id);
    list.where("u.status = ?", filter.status)
        .where("u.product_type_id = ?", filter.product_type_id)
        .where("u.agent_id = ?", filter.agent_id)
        .where("u.customer_id = ?", filter.customer_id)
        .where("u.batch_id = ?", filter.batch_id)
        .where("u.code = ?", filter.qrcode_id)
        .where("u.shipped_at >= ?", filter.shipped_from)
        .where("u.shipped_at <= ?", filter.shipped_to)
        .where("u.activated_at >= ?", filter.activated_from)
        .where("u.activated_at <= ?", filter.activated_to)
        .sort({{"id", "u.id"}, {"qrcode_id", "u.code"}}, "-id")
        .count_from("FROM units_unit u");
    return shown(actor, list.page<UnitView>(rx, page));
}

Page<BatchView> batches(Rx& rx, const Actor& actor, const BatchFilter& filter, const PageQuery& page) {
    List list(std::string(batch_view), "b.id");
    if (scope(actor)) list.always("1 = 0");
    return list.where("b.product_type_id = ?", filter.product_type_id)
        .search({"b.remark"}, filter.search ? std::string_view(*filter.search) : "")
        .sort({{"id", "b.id"}, {"count", "b.count"}}, "-id")
        .count_from("FROM units_batch b")
        .page<BatchView>(rx, page);
}

BatchView batch(Rx& rx, const Actor& actor, Id<Batch> id) {
    if (scope(actor)) throw not_found();
    return rx.one<BatchView>(std::string(batch_view) + " WHERE b.id = ?", id);
}

Page<ShipmentView> shipments(Rx& rx, const Actor& actor, const ShipmentFilter& filter, const PageQuery& page) {
    List list(std::string(shipment_view), "s.id");
    if (actor.is(UserType::customer)) list.always("1 = 0");
    if (actor.is(UserType::agent)) list.always("s.agent_id = ?", actor.user_id);
    list.where("s.agent_id = ?", filter.agent_id)
        .where("s.created_at >= ?", filter.created_from)
        .where("s.created_at <= ?", filter.created_to)
        .sort({{"id", "s.id"}, {"count", "s.count"}}, "-id")
        .count_from("FROM units_shipment s");
    return shown(actor, list.page<ShipmentView>(rx, page));
}

ShipmentView shipment(Rx& rx, const Actor& actor, Id<Shipment> id) {
    auto found = rx.one<ShipmentView>(std::string(shipment_view) + " WHERE s.id = ?", id);
    const bool others = actor.is(UserType::agent) && found.agent_id.value != actor.user_id;
    if (others || actor.is(UserType::customer)) throw not_found();
    return shown(actor, std::move(found));
}

std::vector<TimelineView> timeline(Rx& rx, const Actor& actor, Id<Unit> id) {
    view(rx, actor, id);  // not this caller's unit: not his to read about
    auto entries = rx.all<TimelineView>(
        "SELECT id, kind, at, actor_name, detail FROM units_timeline WHERE unit_id = ? ORDER BY id LIMIT 1000", id);
    for (auto& entry : entries) entry = shown(actor, std::move(entry));
    return entries;
}

UnitView change(Tx& tx, const Actor& actor, Id<Unit> id, const UnitChange& input) {
    Unit unit = input.product_type_id ? locked_unshipped(tx, id) : tx.lock(id);
    if (input.product_type_id) unit.product_type_id = catalog::require_active(tx, *input.product_type_id).id;
    if (input.remark) unit.remark = *input.remark;
    unit.updated_at = tx.now();
    unit = tx.update(std::move(unit));
    happened(tx, actor, id, Happening::edited);
    events::emit(tx, UnitChanged{id, unit.code, unit.product_type_id}, aggregate(id));
    return view(tx, actor, id);
}

void remove(Tx& tx, const Actor&, Id<Unit> id) {
    Unit unit = locked_unshipped(tx, id);
    tx.erase_log<TimelineEntry>("unit_id = ?", id);
    tx.exec("DELETE FROM units_scan WHERE unit_id = ?", id);
    tx.exec("DELETE FROM units_scan_day WHERE unit_id = ?", id);
    tx.exec("DELETE FROM units_alert WHERE unit_id = ?", id);
    tx.erase(unit);
    events::emit(tx, UnitRemoved{id, unit.code, unit.product_type_id}, aggregate(id));
}

UnitView scrap(Tx& tx, const Actor& actor, Id<Unit> id, const Reason& reason) {
    Unit unit = tx.lock(id);
    move(tx, actor, unit, State::scrapped, Happening::scrapped, json_object({{"reason", reason.reason.value}}));
    tx.update(std::move(unit));
    return view(tx, actor, id);
}

}  // namespace yuanliu::units

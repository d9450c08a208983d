// Many units at once: received, shipped to an agent, taken back, put on sale again. All of the list, or nothing.
#include <fmt/format.h>

#include "modules/identity/identity.hpp"
#include "modules/units/rules.hpp"
#include "platform/events/events.hpp"

namespace yuanliu::units {
namespace {

constexpr std::size_t noted_units_max = 500;  // beyond them the operation record says how many

// Which units it was about, for the operation record.
void note_units(Tx& tx, const std::vector<Brief>& units) {
    std::string ids;
    JsonWriter w(ids);
    w.begin_array();
    for (std::size_t i = 0; i < std::min(units.size(), noted_units_max); ++i) w.integer(units[i].id.value);
    w.end_array();
    tx.note("units", std::to_string(units.size()));
    tx.note("unit_ids", std::move(ids));
}

// Moves of many units are one event each of them, too: who follows a unit must not have to know of lists.
void announce(Tx& tx, const std::vector<Brief>& units, State to, Happening kind) {
    for (const auto& unit : units)
        events::emit(tx, UnitMoved{unit.id, unit.code, unit.status, to, kind}, aggregate(unit.id));
}

Moved move_many(Tx& tx, const Actor& actor, const CodeList& input, std::initializer_list<State> from, State to,
                Happening kind, std::string_view more_sets = "") {
    auto units = select_units(tx, input.qrcode_ids, from);
    update_units(tx, units, std::string("status = ?, updated_at = ?") + std::string(more_sets), [&](SqlParams& p) {
        p.text(name_of(to));
        p.integer(tx.now().ms);
    });
    add_timeline(tx, actor, units, kind, input.remark ? json_object({{"remark", input.remark->value}}) : "{}");
    announce(tx, units, to, kind);
    tx.subject("units_unit", units.front().id.value);
    note_units(tx, units);
    return {std::int64_t(units.size())};
}

}  // namespace

Moved receive(Tx& tx, const Actor& actor, const CodeList& input) {
    return move_many(tx, actor, input, {State::printed}, State::in_stock, Happening::received);
}

Shipped bulk_ship(Tx& tx, const Actor& actor, const BulkShip& input) {
    auto agent = identity::standing_of(tx, input.agent_id);
    if (!agent || agent->user_type != UserType::agent) throw invalid_field("agent_id", "units.not_an_agent");
    if (!agent->active) throw invalid_field("agent_id", "units.agent_disabled");
    auto units = select_units(tx, input.qrcode_ids, {State::in_stock});
    Shipment shipment;
    shipment.agent_id = input.agent_id;
    shipment.count = std::int64_t(units.size());
    if (actor.signed_in()) shipment.created_by = actor.user_id;
    shipment.remark = input.remark.value_or("");
    shipment.created_at = tx.now();
    shipment = tx.insert(std::move(shipment));
    update_units(tx, units, "status = ?, agent_id = ?, shipped_at = ?, updated_at = ?", [&](SqlParams& p) {
        p.text(name_of(State::shipped));
        p.integer(input.agent_id.value);
        p.integer(tx.now().ms);
        p.integer(tx.now().ms);
    });
    // Its beginning, and its time, are what the list of a shipment's units goes by.
    add_timeline(tx, actor, units, Happening::shipped,
                 fmt::format("{{\"shipment_id\":{},\"agent_id\":{}}}", shipment.id.value, input.agent_id.value));
    announce(tx, units, State::shipped, Happening::shipped);
    note_units(tx, units);
    events::emit(tx, UnitsShipped{shipment.id, input.agent_id, shipment.count},
                 "shipment:" + std::to_string(shipment.id.value));
    return {shipment.id, input.agent_id, shipment.count};
}

Moved take_back(Tx& tx, const Actor& actor, const CodeList& input) {
    auto moved = move_many(tx, actor, input, {State::shipped, State::activated}, State::returned, Happening::returned,
                           ", customer_id = NULL, activated_at = NULL, warranty_start = NULL, warranty_end = NULL,"
                           " warranty_from = NULL, warranty_months = NULL");
    // The activations become history: such a unit may be activated again once it is back on sale.
    for (const auto& unit : select_units(tx, input.qrcode_ids, {State::returned}))
        tx.exec("UPDATE units_activation SET live = ? WHERE unit_id = ? AND live", false, unit.id);
    return moved;
}

Moved restock(Tx& tx, const Actor& actor, const CodeList& input) {
    return move_many(tx, actor, input, {State::returned}, State::in_stock, Happening::restocked,
                     ", agent_id = NULL, shipped_at = NULL");
}

}  // namespace yuanliu::units

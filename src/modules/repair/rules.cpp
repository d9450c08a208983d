#include "modules/repair/rules.hpp"

#include <fmt/format.h>

#include "modules/identity/identity.hpp"
#include "platform/events/events.hpp"

namespace yuanliu::repair {

using enum State;

const StateTable<State> states{
    {requested, received}, {{requested, received}, {requested, rejected}, {requested, cancelled}, {received, diagnosed},
                            {received, replaced},  {received, rejected},  {received, cancelled},  {diagnosed, quoted},
                            {diagnosed, approved},  // free of charge: nothing to agree to
                            {diagnosed, replaced}, {diagnosed, rejected}, {diagnosed, cancelled}, {quoted, quoted},
                            {quoted, approved},    {quoted, replaced},    {quoted, rejected},     {quoted, cancelled},
                            {approved, quoted},    {approved, repairing}, {approved, replaced},   {approved, rejected},
                            {approved, cancelled}, {repairing, tested},   {repairing, replaced},  {repairing, rejected},
                            {tested, returned},    {tested, replaced},    {tested, rejected}}};

bool closed(State state) { return state == returned || state == replaced || state == rejected || state == cancelled; }

std::string aggregate(Id<Ticket> id) { return "repair:" + std::to_string(id.value); }

Ticket visible(Rx& rx, const Actor& actor, Id<Ticket> id) {
    if (actor.is(UserType::agent)) return rx.one<Ticket>("WHERE id = ? AND agent_id = ?", id, actor.user_id);
    if (actor.is(UserType::customer)) return rx.one<Ticket>("WHERE id = ? AND customer_id = ?", id, actor.user_id);
    return rx.one(id);
}

Ticket locked(Tx& tx, const Actor& actor, Id<Ticket> id) {
    visible(tx, actor, id);
    Ticket ticket = tx.lock(id);
    if (closed(ticket.state)) throw conflict("repair.closed", {{"state", std::string(name_of(ticket.state))}});
    return ticket;
}

void happened(Tx& tx, const Actor& actor, const Ticket& ticket, Happening kind, std::string_view note) {
    Entry entry;
    entry.ticket_id = ticket.id;
    entry.kind = kind;
    entry.state = ticket.state;
    entry.at = tx.now();
    if (actor.signed_in()) entry.actor_id = actor.user_id;
    entry.actor_name = actor.name;
    entry.note = note;
    tx.append(entry);
}

void noted(Tx& tx, const Actor& actor, const Ticket& ticket, Happening kind, std::string_view note) {
    happened(tx, actor, ticket, kind, note);
    events::emit(tx, Noted{ticket.id, ticket.unit_id, ticket.customer_id, kind, ticket.state, ticket.quote},
                 aggregate(ticket.id));
}

void move(Tx& tx, const Actor& actor, Ticket& ticket, State to, Happening kind, std::string_view note) {
    states.check(ticket.state, to);
    auto from = std::exchange(ticket.state, to);
    ticket.updated_at = tx.now();
    if (closed(to)) ticket.closed_at = tx.now(), ticket.closed_on = units::today(tx);
    happened(tx, actor, ticket, kind, note);
    events::emit(tx, StateChanged{ticket.id, ticket.unit_id, ticket.customer_id, from, to}, aggregate(ticket.id));
    if (to == returned || to == replaced)
        events::emit(tx,
                     Completed{ticket.id, ticket.unit_id, to, ticket.in_warranty.value_or(false), ticket.chargeable,
                               ticket.cost, ticket.replaced_by},
                     aggregate(ticket.id));
}

std::string unit_detail(const Ticket& ticket) {
    return fmt::format("{{\"ticket_id\":{},\"state\":\"{}\"}}", ticket.id.value, name_of(ticket.state));
}

void release_unit(Tx& tx, const Actor& actor, const Ticket& ticket) {
    if (ticket.received_at) units::close_repair(tx, actor, ticket.unit_id, unit_detail(ticket));
}

void require_in_use(const units::Unit& unit) {
    if (unit.status != units::State::activated)
        throw conflict("repair.unit_not_in_use",
                       {{"code", unit.code.value}, {"state", std::string(name_of(unit.status))}});
}

void take_in(Rx& rx, Ticket& ticket, const units::Unit& unit) {
    require_in_use(unit);
    if (ticket.customer_id !=
        unit.customer_id)  // sold on since the request: the old owner's contact is not the new one's
        ticket.contact_name.reset(), ticket.contact_phone.reset(), ticket.contact_address.reset();
    ticket.product_type_id = unit.product_type_id;
    ticket.batch_id = unit.batch_id;
    ticket.activated_on = unit.warranty_start;
    ticket.agent_id = unit.agent_id;
    ticket.customer_id = unit.customer_id;
    ticket.received_at = rx.now();
    ticket.received_on = units::today(rx);
    ticket.in_warranty = units::in_warranty(unit, *ticket.received_on);
    ticket.warranty_end = unit.warranty_end;
    ticket.chargeable = !*ticket.in_warranty;
}

void settle_charge(Ticket& ticket, std::optional<bool> chargeable, const std::optional<Text<0, 200>>& reason) {
    if (chargeable) ticket.chargeable = *chargeable;
    if (reason) ticket.charge_reason = *reason;
    bool as_the_warranty_says = ticket.chargeable != ticket.in_warranty.value_or(false);
    if (as_the_warranty_says)
        ticket.charge_reason = "";
    else if (ticket.charge_reason.empty())
        throw invalid_field("charge_reason", "repair.charge_reason_needed");
}

void set_technician(Tx& tx, Ticket& ticket, std::optional<Id<identity::User>> technician) {
    if (!technician) return;
    auto user = tx.find(*technician);
    bool works_here =
        user && user->active && (user->user_type == UserType::staff || user->user_type == UserType::administrator);
    if (!works_here) throw invalid_field("technician_id", "repair.not_a_technician");
    ticket.technician_id = technician;
}

void require_amount(std::string_view field, Money amount) {
    if (amount.fen < 0) throw invalid_field(std::string(field), "field.too_small", {{"min", "0"}});
    if (amount > amount_max)
        throw invalid_field(std::string(field), "field.too_large", {{"max", std::to_string(amount_max.fen / 100)}});
}

Money part_amount(std::string_view field, Qty qty, Money unit_price) {
    // Both factors fit 2^53, so their product may need 106 bits.
    __extension__ using Wide = __int128;
    Wide fen = (Wide(qty.milli) * unit_price.fen + 500) / 1000;
    if (fen > amount_max.fen)
        throw invalid_field(std::string(field), "field.too_large", {{"max", std::to_string(amount_max.fen / 100)}});
    return {std::int64_t(fen)};
}

static void replace_parts(Tx& tx, Ticket& ticket, const std::vector<PartInput>& parts) {
    if (parts.size() > parts_max) throw invalid_field("parts", "field.too_many", {{"max", std::to_string(parts_max)}});
    std::vector<Part> rows;
    ticket.parts_cost = {};
    for (std::size_t i = 0; i < parts.size(); ++i) {
        auto at = fmt::format("parts[{}].", i);
        if (parts[i].qty.milli <= 0) throw invalid_field(at + "qty", "field.too_small", {{"min", "0.001"}});
        require_amount(at + "unit_price", parts[i].unit_price);
        auto amount = part_amount(at + "qty", parts[i].qty, parts[i].unit_price);
        rows.push_back({{},
                        ticket.id,
                        parts[i].name,
                        parts[i].part_number.value_or(""),
                        parts[i].qty,
                        parts[i].unit_price,
                        amount});
        ticket.parts_cost = ticket.parts_cost + amount;
    }
    tx.exec("DELETE FROM repair_part WHERE ticket_id = ?", ticket.id);
    tx.bulk_insert(rows);
}

void set_costs(Tx& tx, Ticket& ticket, const Costs& costs) {
    if (costs.labour) require_amount("labour", *costs.labour), ticket.labour = *costs.labour;
    if (costs.shipping) require_amount("shipping", *costs.shipping), ticket.shipping = *costs.shipping;
    if (costs.parts) replace_parts(tx, ticket, *costs.parts);
    ticket.cost = ticket.parts_cost + ticket.labour + ticket.shipping;
}

}  // namespace yuanliu::repair

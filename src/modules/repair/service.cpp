// Opening, changing and removing a ticket.
#include "modules/repair/rules.hpp"
#include "platform/events/events.hpp"

namespace yuanliu::repair {
namespace {

// The unit to be repaired, locked so that of two who open a ticket for it one sees the other's.
units::Unit unit_of(Tx& tx, const Actor& actor, const Open& input) {
    if (bool(input.qrcode_id) == bool(input.product_id)) throw invalid_field("qrcode_id", "repair.code_or_id");
    auto id = input.product_id ? *input.product_id : units::one_by_code(tx, *input.qrcode_id).id;
    auto unit = tx.lock(id);
    if (!actor.is(UserType::customer) || unit.customer_id == Id<identity::User>{actor.user_id}) return unit;
    if (input.product_id) throw not_found("not_found", {{"what", "units_unit"}});
    throw not_found("units.unknown_code", {{"code", input.qrcode_id->value}});
}

Error not_now(const Ticket& ticket, std::string_view field) {
    return conflict("repair.not_now", {{"field", std::string(field)}, {"state", std::string(name_of(ticket.state))}});
}

// Which fields the state of the ticket leaves open to change.
void require_changeable(const Ticket& ticket, const TicketChange& input) {
    bool looked_at = ticket.state != State::requested && ticket.state != State::received;
    bool price_open =
        ticket.state == State::diagnosed || ticket.state == State::quoted || ticket.state == State::approved;
    if (input.quote && ticket.state != State::quoted) throw not_now(ticket, "quote");
    if (input.chargeable && !price_open) throw not_now(ticket, "chargeable");
    if (input.charge_reason && !price_open) throw not_now(ticket, "charge_reason");
    if (input.diagnosis && !looked_at) throw not_now(ticket, "diagnosis");
    if (input.parts && !looked_at) throw not_now(ticket, "parts");
    if (input.labour && !looked_at) throw not_now(ticket, "labour");
    if (input.shipping && !looked_at) throw not_now(ticket, "shipping");
    if (input.result && !looked_at) throw not_now(ticket, "result");
}

}  // namespace

TicketView open(Tx& tx, const Actor& actor, const Open& input) {
    auto unit = unit_of(tx, actor, input);
    if (tx.exists<Ticket>("unit_id = ? AND closed_at IS NULL", unit.id))
        throw conflict("repair.already_open", {{"code", unit.code.value}});
    require_in_use(unit);
    bool by_customer = actor.is(UserType::customer);
    if (!by_customer) actor.require("repair.write");

    Ticket ticket;
    ticket.unit_id = unit.id;
    ticket.unit_code = unit.code;
    ticket.product_type_id = unit.product_type_id;
    ticket.agent_id = unit.agent_id;
    ticket.customer_id = unit.customer_id;
    ticket.origin = by_customer ? Origin::customer : Origin::staff;
    ticket.state = by_customer ? State::requested : State::received;
    if (actor.signed_in()) ticket.opened_by = actor.user_id;
    ticket.opened_on = units::today(tx);
    ticket.reason = input.reason;
    ticket.fault = input.fault.value_or("");
    if (input.contact_name) ticket.contact_name = *input.contact_name;
    if (input.contact_phone) ticket.contact_phone = *input.contact_phone;
    if (input.contact_address) ticket.contact_address = *input.contact_address;
    if (input.technician_id && by_customer) throw invalid_field("technician_id", "repair.not_a_technician");
    set_technician(tx, ticket, input.technician_id);
    ticket.created_at = ticket.updated_at = tx.now();
    if (!by_customer) take_in(tx, ticket, unit);
    ticket = tx.insert(std::move(ticket));
    if (!by_customer) units::open_repair(tx, actor, unit.id, unit_detail(ticket));
    happened(tx, actor, ticket, by_customer ? Happening::requested : Happening::received, ticket.reason);
    tx.subject("repair_ticket", ticket.id.value);
    events::emit(tx, Opened{ticket.id, unit.id, unit.code, ticket.customer_id, ticket.origin, ticket.state},
                 aggregate(ticket.id));
    return view(tx, actor, ticket.id);
}

TicketView change(Tx& tx, const Actor& actor, Id<Ticket> id, const TicketChange& input) {
    Ticket ticket = locked(tx, actor, id);
    require_changeable(ticket, input);
    if (input.reason) ticket.reason = *input.reason;
    if (input.fault) ticket.fault = *input.fault;
    if (input.diagnosis) ticket.diagnosis = *input.diagnosis;
    if (input.chargeable || input.charge_reason) {
        bool was_free = !ticket.chargeable;
        settle_charge(ticket, input.chargeable, input.charge_reason);
        // What was approved was a free repair: now the customer has to be asked.
        if (was_free && ticket.chargeable) ticket.approved_at.reset(), ticket.approved_by.reset();
    }
    set_costs(tx, ticket, {input.parts, input.labour, input.shipping});
    if (input.quote) {
        require_amount("quote", *input.quote);
        ticket.quote = *input.quote;
        ticket.quoted_at = tx.now();
    }
    set_technician(tx, ticket, input.technician_id);
    if (input.result) ticket.result = *input.result;
    if (input.contact_name) ticket.contact_name = *input.contact_name;
    if (input.contact_phone) ticket.contact_phone = *input.contact_phone;
    if (input.contact_address) ticket.contact_address = *input.contact_address;
    ticket.updated_at = tx.now();
    ticket = tx.update(std::move(ticket));
    noted(tx, actor, ticket, Happening::edited);
    return view(tx, actor, id);
}

void remove(Tx& tx, const Actor& actor, Id<Ticket> id) {
    Ticket ticket = locked(tx, actor, id);
    bool fresh = ticket.state == State::requested || ticket.state == State::received;
    if (!fresh || tx.exists<Part>("ticket_id = ?", id) || tx.exists<Photo>("ticket_id = ?", id))
        throw conflict("repair.not_deletable", {{"state", std::string(name_of(ticket.state))}});
    release_unit(tx, actor, ticket);
    tx.exec("DELETE FROM repair_entry WHERE ticket_id = ?", id);
    events::emit(tx, Removed{id, ticket.unit_id, ticket.unit_code, ticket.customer_id, ticket.state}, aggregate(id));
    tx.erase(ticket);
    tx.subject("repair_ticket", id.value);
}

}  // namespace yuanliu::repair
